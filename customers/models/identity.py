"""Which customers are one and the same, and which only look like it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .customer import Customer


class CustomerMerge(models.Model):
    """Two customers that were one. `removed` is the row that went, `moved` the keys that moved."""

    kept = models.ForeignKey(Customer, models.CASCADE, verbose_name=_("kept"), related_name="merges")
    removed_code = models.CharField(_("merged code"), max_length=50)
    removed_name = models.CharField(_("merged name"), max_length=200)
    removed = models.JSONField()
    kept_before = models.JSONField()
    moved = models.JSONField()
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("by"), related_name="+"
    )
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-merged_at", "-id"]

    def __str__(self) -> str:
        return f"{self.removed_code} → {self.kept_id}"


class DistinctPair(models.Model):
    """Two customers that look alike and are not the same: somebody looked."""

    low = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    high = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("pair of distinct customers")
        verbose_name_plural = _("pairs of distinct customers")
        constraints = [
            models.UniqueConstraint(name="distinctpair_once", fields=["low", "high"]),
            models.CheckConstraint(name="distinctpair_ordered", condition=Q(low__lt=F("high"))),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} ≠ {self.high_id}"
