"""What is promised for which case, who gets it, and who hears of it when it is late."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Calendar, Team, history
from customers.models import Tier

from .case import Kind, Severity


@pghistory.track(*history())
class ResponsePolicy(models.Model):
    """Working time within which a case of a severity, of a customer of a tier, is dealt with."""

    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity)
    tier = models.CharField(
        _("tier"), max_length=1, choices=Tier, blank=True, help_text=_("Empty: for tiers without a row of their own.")
    )
    acknowledge_minutes = models.PositiveIntegerField(_("acknowledge within, minutes"))
    response_minutes = models.PositiveIntegerField(_("first answer within, minutes"))
    next_minutes = models.PositiveIntegerField(_("next answer within, minutes"))
    resolve_minutes = models.PositiveIntegerField(_("resolve within, minutes"))
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("work calendar"),
        help_text=_("Empty: the company's."),
    )

    class Meta:
        verbose_name = _("response policy")
        verbose_name_plural = _("response policies")
        ordering = ["-severity", "tier"]
        constraints = [
            models.UniqueConstraint(name="responsepolicy_once", fields=["severity", "tier"]),
            models.CheckConstraint(name="responsepolicy_severity_known", condition=models.Q(severity__range=(1, 4))),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, [self.get_severity_display(), self.tier]))

    def seconds_of(self, kind: str) -> int:
        """The target of a clock, in seconds of working time; a proposal is wanted by when others are resolved."""
        kind = "resolve" if kind == "propose" else kind
        return 60 * int(getattr(self, f"{kind}_minutes"))


@pghistory.track(*history())
class AssignmentRule(models.Model):
    """Who gets a new case: the first rule that fits, by position."""

    class Way(models.TextChoices):
        OWNER = "owner", _("The customer's owner")
        LEAST_LOAD = "load", _("Whoever of the department has the fewest open cases")
        TEAM = "team", _("Nobody yet: the department picks it up")

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, blank=True, help_text=_("Empty: any."))
    category = models.ForeignKey(
        "complaints.Category",
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("category"),
        help_text=_("With all its parts. Empty: any."),
    )
    region = models.CharField(_("region"), max_length=100, blank=True, help_text=_("Empty: any."))
    least_severity = models.PositiveSmallIntegerField(_("from severity"), choices=Severity, default=Severity.MINOR)
    way = models.CharField(_("goes to"), max_length=5, choices=Way, default=Way.OWNER)
    team = models.ForeignKey(
        Team,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("department"),
        help_text=_("Empty: the category's, else the customer's owner's."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.position} · {self.get_way_display()}"


@pghistory.track(*history())
class EscalationStep(models.Model):
    """Who is told when a clock has been overdue for so long, in working time: a ladder of levels."""

    class Receiver(models.TextChoices):
        OWNER = "owner", _("The owner")
        LEAD = "lead", _("The lead of the department")
        MANAGER = "manager", _("Managers")
        MEMBER = "member", _("One member")

    level = models.PositiveSmallIntegerField(_("level"), unique=True)
    delay_minutes = models.PositiveIntegerField(
        _("after, minutes"), default=0, help_text=_("Working time since the clock was overdue.")
    )
    receiver = models.CharField(_("who is told"), max_length=7, choices=Receiver)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, verbose_name=_("member"), related_name="+"
    )

    class Meta:
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["level"]
        constraints = [
            models.CheckConstraint(name="escalationstep_from_one", condition=models.Q(level__gt=0)),
            models.CheckConstraint(
                name="escalationstep_member_is_named",
                condition=~models.Q(receiver="member") | models.Q(member__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} · {self.get_receiver_display()}"
