"""The company itself and what it writes down."""

import datetime as dt
from functools import cached_property
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RecordKind(models.TextChoices):
    """What a company may or may not write down. Not recorded is not perfect."""

    ORDERS = "orders", _("Orders")
    COSTS = "costs", _("Costs")
    DELIVERIES = "deliveries", _("Deliveries")
    RETURNS = "returns", _("Returns")
    CUSTOMISATION = "customisation", _("Customisation")
    COMPLAINTS = "complaints", _("Complaints")
    SURVEYS = "surveys", _("Surveys")
    INTERACTIONS = "interactions", _("Interactions")
    OPPORTUNITIES = "opportunities", _("Opportunities")
    VISITS = "visits", _("Return visits")
    CREDIT = "credit", _("Credit")
    ACQUISITION = "acquisition", _("Acquisition spend")
    PARTICIPATION = "participation", _("Participation")
    INSPECTIONS = "inspections", _("Product inspections")


def validate_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is not a time zone."), params={"name": name})


class BusinessStage(models.TextChoices):
    EXPANSION = "expansion", _("Expansion")
    STEADY = "steady", _("Steady")


class Organisation(models.Model):
    """The one company this installation serves; `Organisation.load()` is the row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=200, default="crmquality")
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/London",
        validators=[validate_time_zone],
        help_text=_("Days, windows and the nightly run follow this zone."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="GBP",
        help_text=_("ISO 4217. Amounts in other currencies are converted at the order's rate."),
    )
    business_stage = models.CharField(
        _("business stage"), max_length=12, choices=BusinessStage, default=BusinessStage.STEADY
    )
    compares_members = models.BooleanField(
        _("compare members"),
        default=False,
        db_default=False,
        help_text=_(
            "Off: how members keep their promises is not shown one by one. Switch it on only where your law and"
            " your agreements with staff allow it."
        ),
    )

    class Meta:
        verbose_name = verbose_name_plural = _("organisation")
        constraints = [models.CheckConstraint(name="organisation_is_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def load(cls) -> "Organisation":
        return cls.objects.get_or_create(id=1)[0]

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self, now: dt.datetime) -> dt.date:
        return now.astimezone(self.zone).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        """The instant at which the local `day` opens: what an as-of date means."""
        return dt.datetime.combine(day, dt.time(), tzinfo=self.zone)


class RecordKeeping(models.Model):
    """Since when the company writes a kind of record down; no row: not at all."""

    kind = models.CharField(_("kind"), max_length=20, choices=RecordKind, unique=True)
    since = models.DateField(_("recorded since"))

    class Meta:
        verbose_name = _("kept record")
        verbose_name_plural = _("kept records")
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.since}"

    @classmethod
    def recorded(cls, as_of: dt.date) -> dict[str, bool]:
        """For every kind of record: was it kept before `as_of`?"""
        kept = set(cls.objects.filter(since__lt=as_of).values_list("kind", flat=True))
        return {kind: kind in kept for kind in RecordKind.values}


class MeasureSettings(models.Model):
    """Windows, half-lives and horizons. A change is a new version; rows are never edited."""

    version = models.AutoField(primary_key=True)
    values = models.JSONField(_("values"), default=dict)
    author = models.ForeignKey("Member", models.SET_NULL, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("measuring settings")
        ordering = ["-version"]

    def __str__(self) -> str:
        return _("Version %(version)s") % {"version": self.version}

    @classmethod
    def current(cls) -> "MeasureSettings":
        return cls.objects.first() or cls.objects.create(values={})
