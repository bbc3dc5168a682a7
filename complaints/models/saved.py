"""What a member looks at again and again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """The filters of the queue under a name, one member's own."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="case_filters"
    )
    name = models.CharField(_("name"), max_length=50)
    query = models.CharField(_("filters"), max_length=1000)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="savedfilter_once", fields=["member", "name"])]

    def __str__(self) -> str:
        return self.name
