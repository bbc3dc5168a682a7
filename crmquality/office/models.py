"""The company itself: its settings, its people and what they are told."""

import datetime as dt
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .roles import RIGHTS, Right, Role


def history() -> tuple[pghistory.Tracker, ...]:
    """Trackers of what people edit. Inserts are not tracked, so an update keeps the state before."""
    return pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent()


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


class Team(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*history(), exclude=["password", "last_login"])
class Member(AbstractUser):
    """Somebody who works here. No role: may log in, may do nothing (an outsider)."""

    role = models.CharField(_("role"), max_length=10, choices=Role, blank=True)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, verbose_name=_("team"), related_name="members"
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        help_text=_("Empty: as the browser asks."),
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS.get(self.role, frozenset()) if self.is_active else frozenset()

    def has_right(self, right: Right) -> bool:
        return right in self.rights


class Notice(models.Model):
    """One thing one member is told, once: the key guards against telling it twice."""

    class Level(models.TextChoices):
        INFO = "info", _("Information")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.INFO)
    text = models.CharField(_("text"), max_length=500)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(name="notice_once", fields=["member", "key"])]

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """The text in the reader's language, with its numbers filled in."""
        return gettext(self.text) % self.params if self.params else gettext(self.text)

    @classmethod
    def tell_admins(cls, key: str, level: str, text: str, url: str = "", **params: Any) -> int:
        """Tell every admin once; returns how many had not been told. `notice_once` guards it."""
        admins = Member.objects.filter(role=Role.ADMIN, is_active=True)
        rows = [Notice(member=admin, key=key, level=level, text=text, params=params, url=url) for admin in admins]
        told_before = cls.objects.filter(key=key).count()
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        return cls.objects.filter(key=key).count() - told_before
