"""The score store: narrow rows partitioned by as-of day, and the newest row per customer.

Score and Reading are partitioned tables made by migration 0002 and by `scoring.partitions`;
their rows are written by COPY, frozen once their run is published, and have no foreign keys
to them. `customer_id` is a plain number there, so that erasing a customer needs no rewrite
of history.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, LifecycleStage, Tier

from .evaluation_model import EvaluationModel
from .run import Run


class Band(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"
    INSUFFICIENT = "insufficient", _("Insufficient data")


class Score(models.Model):
    as_of = models.DateField(_("as of"))
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False)
    customer_id = models.BigIntegerField()
    model = models.ForeignKey(EvaluationModel, models.DO_NOTHING, db_constraint=False, db_index=False)
    score = models.FloatField(_("score"), null=True)
    coverage = models.FloatField(_("coverage"))
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    band = models.CharField(_("band"), max_length=12, choices=Band)
    segment = models.CharField(_("segment"), max_length=100, blank=True)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    stage = models.CharField(_("life-cycle stage"), max_length=10, choices=LifecycleStage, blank=True)
    owner_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.as_of} · {self.score}"


class Reading(models.Model):
    """Readings and their record counts in registry order; NULL is no data."""

    as_of = models.DateField(_("as of"))
    run = models.ForeignKey(Run, models.DO_NOTHING, db_constraint=False, db_index=False)
    customer_id = models.BigIntegerField()
    values = ArrayField(models.FloatField(null=True))
    records = ArrayField(models.IntegerField())

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.as_of}"


class CurrentScore(models.Model):
    """The newest score of a customer: what lists and pages read."""

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="current_score")
    # No constraints on these two: triggers keep published runs and models, so that checking both
    # keys of every customer each night would find nothing.
    run = models.ForeignKey(Run, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    as_of = models.DateField(_("as of"))
    model = models.ForeignKey(EvaluationModel, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    score = models.FloatField(_("score"), null=True)
    coverage = models.FloatField(_("coverage"))
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    band = models.CharField(_("band"), max_length=12, choices=Band)
    change_30d = models.FloatField(
        _("change in 30 days"),
        null=True,
        help_text=_("Against the newest published score at least 30 days before."),
    )

    class Meta:
        verbose_name = _("current score")
        verbose_name_plural = _("current scores")
        indexes = [
            models.Index(name="currentscore_ranked", fields=["score", "customer"]),
            models.Index(name="currentscore_by_change", fields=["change_30d"]),
            models.Index(name="currentscore_by_band", fields=["band", "score", "customer"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.score}"
