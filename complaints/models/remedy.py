"""What is done so that it does not happen again."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .case import Case


@pghistory.track(*history())
class CorrectiveAction(models.Model):
    """An action that a case led to, with its owner and date; whether it helped is said later."""

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="actions")
    text = models.TextField(_("action"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="corrective_actions",
    )
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    is_effective = models.BooleanField(_("it helped"), null=True, blank=True, help_text=_("Empty: not yet known."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("corrective action")
        verbose_name_plural = _("corrective actions")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="correctiveaction_judged_when_done", condition=Q(is_effective=None) | Q(done_on__isnull=False)
            )
        ]
        indexes = [models.Index(name="correctiveaction_open", fields=["owner", "due_on"], condition=Q(done_on=None))]

    def __str__(self) -> str:
        return self.text[:80]
