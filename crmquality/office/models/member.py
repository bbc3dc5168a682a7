"""The people who work here."""

import datetime as dt
from typing import Any

import pghistory
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.roles import RIGHTS, Right, Role

from .tracking import history


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

    def save(self, *args: Any, **kwargs: Any) -> None:
        # `createsuperuser` asks for no role, and without one every page would be closed to the first admin.
        if self.is_superuser and not self.role:
            self.role = Role.ADMIN
        super().save(*args, **kwargs)

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS.get(self.role, frozenset()) if self.is_active else frozenset()

    def has_right(self, right: Right) -> bool:
        return right in self.rights

    def covered(self, today: dt.date) -> models.QuerySet["Leave", int]:
        """The keys of the members whom this one covers on that day."""
        away = self.covers.filter(starts_on__lte=today, ends_on__gte=today)
        return away.values_list("member", flat=True)


class Leave(models.Model):
    """Days on which somebody is away, and who sees to their customers meanwhile."""

    member = models.ForeignKey(Member, models.CASCADE, verbose_name=_("member"), related_name="leaves")
    cover = models.ForeignKey(Member, models.CASCADE, verbose_name=_("covered by"), related_name="covers")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), help_text=_("The last day away."))

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ["-starts_on", "member"]
        constraints = [
            models.CheckConstraint(name="leave_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="leave_is_covered_by_another", condition=~Q(cover=F("member"))),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.starts_on} – {self.ends_on}"

    def clean(self) -> None:
        if self.cover_id and self.cover_id == self.member_id:
            raise ValidationError({"cover": _("Somebody else has to cover.")})
