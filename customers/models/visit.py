"""How often customers are visited."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .customer import Tier


@pghistory.track(*history())
class VisitInterval(models.Model):
    """The days from one contact with a customer of this tier to the next return visit: one row per tier."""

    DEFAULTS = {Tier.A: 30, Tier.B: 60, Tier.C: 90, Tier.D: 180, "": None}

    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True, unique=True, editable=False)
    days = models.PositiveSmallIntegerField(
        _("days between visits"),
        null=True,
        blank=True,
        help_text=_("Empty: no visits are planned. A change applies to visits that are not due yet."),
    )

    class Meta:
        verbose_name = _("visit interval")
        verbose_name_plural = _("visit intervals")
        ordering = ["tier"]
        constraints = [models.CheckConstraint(name="visitinterval_positive", condition=Q(days=None) | Q(days__gt=0))]

    def __str__(self) -> str:
        return self.get_tier_display() if self.tier else str(_("without a tier"))

    @classmethod
    def load_defaults(cls) -> int:
        """Add the tiers that are missing, change nothing that is there; how many were added."""
        return sum(cls.objects.get_or_create(tier=tier, defaults={"days": d})[1] for tier, d in cls.DEFAULTS.items())
