"""One computation for one as-of date, and what it rests on."""

import datetime as dt

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scoring.engine import calibration as engine


class Calibration(models.Model):
    """Percentiles, quintile cuts and fitted parameters of a date: goalposts, not rankings."""

    as_of = models.DateField(_("as of"))
    settings_version = models.PositiveIntegerField()
    recorded = models.JSONField(help_text=_("The kinds of record that were kept."))
    parameters = models.JSONField(_("parameters"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        ordering = ["-as_of", "-id"]
        triggers = [
            pgtrigger.Protect(name="freeze", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.as_of}"

    @property
    def parsed(self) -> engine.Calibration:
        return engine.Calibration.from_dict(self.parameters)


class RunQuerySet(models.QuerySet["Run"]):
    def published(self) -> "RunQuerySet":
        return self.filter(status=Run.Status.PUBLISHED)

    def latest_published(self) -> "Run | None":
        """The newest as-of date's newest publication: what the lists show."""
        return self.published().order_by("-as_of", "-published_at").first()

    def at_least_days_before(self, as_of: dt.date, days: int) -> "Run | None":
        return self.filter(as_of__lte=as_of - dt.timedelta(days=days)).latest_published()


class Run(models.Model):
    """An evaluation run. Its rules are frozen in `rules` when it starts."""

    class Status(models.TextChoices):
        RUNNING = "running", _("Running")
        PUBLISHED = "published", _("Published")
        FAILED = "failed", _("Failed")
        ABANDONED = "abandoned", _("Abandoned")

    as_of = models.DateField(_("as of"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.RUNNING)
    fingerprint = models.CharField(max_length=64, help_text=_("Hash of everything the result depends on."))
    rules = models.JSONField(help_text=_("Models with versions, assignments, settings version and kept records."))
    calibration = models.ForeignKey(Calibration, models.PROTECT, related_name="runs")
    records_version = models.BigIntegerField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    seconds_by_stage = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    error = models.TextField(_("error"), blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation run")
        verbose_name_plural = _("evaluation runs")
        ordering = ["-as_of", "-id"]
        constraints = [
            # Two nights at once: the second insert fails.
            models.UniqueConstraint(name="run_one_at_a_time", fields=["status"], condition=Q(status="running")),
            # The same inputs have one published result.
            models.UniqueConstraint(
                name="run_same_inputs_once", fields=["fingerprint"], condition=Q(status="published")
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="keep_published",
                operation=pgtrigger.Delete | pgtrigger.Update,
                condition=pgtrigger.Q(old__status="published"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.as_of} · #{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:run_detail", args=[self.pk])

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED


class RunShard(models.Model):
    """A range of customer keys of a run, the unit that workers claim."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="shards")
    low_key = models.BigIntegerField()
    high_key = models.BigIntegerField()
    done_at = models.DateTimeField(null=True)
    customers = models.PositiveIntegerField(default=0)
    seconds_by_stage = models.JSONField(default=dict)
    sums = models.JSONField(default=list, help_text=_("Partial sums of the population figures."))

    class Meta:
        ordering = ["run", "low_key"]
        constraints = [models.UniqueConstraint(name="runshard_range", fields=["run", "low_key"])]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.low_key}-{self.high_key}"


class RunFigure(models.Model):
    """A population figure of a published run: one indicator for the company or a part of it."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="figures")
    cut = models.CharField(max_length=20, help_text=_("company, segment or tier"))
    label = models.CharField(max_length=100, blank=True)
    indicator = models.CharField(max_length=50)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.BigIntegerField()

    class Meta:
        ordering = ["run", "cut", "label", "id"]
        constraints = [models.UniqueConstraint(name="runfigure_once", fields=["run", "cut", "label", "indicator"])]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.cut} {self.label}"
