"""A survey wave: whom it asks what, when, through which channels, and what it promises."""

import datetime as dt
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crmquality.office.models import history

from .questionnaire import Version


class Privacy(models.TextChoices):
    IDENTIFIED = "identified", _("Identified: staff see who said what")
    CONFIDENTIAL = "confidential", _("Confidential: staff see no names, scores use the answers")
    ANONYMOUS = "anonymous", _("Anonymous: nobody can know who said what")


class Sampling(models.TextChoices):
    EVERYONE = "everyone", _("Everyone")
    RANDOM = "random", _("A random sample")
    PROPORTIONAL = "proportional", _("By segment, in proportion")
    MINIMUM = "minimum", _("By segment, at least so many of each")


class Schedule(models.TextChoices):
    ONCE = "once", _("Once")
    RECURRING = "recurring", _("Again and again")
    TRIGGERED = "triggered", _("After something happened")


class Trigger(models.TextChoices):
    DELIVERY = "delivery", _("After a delivery")
    CASE_CLOSED = "case_closed", _("After a complaint was closed")
    CONTRACT_END = "contract_end", _("Before a contract ends")
    VISIT = "visit", _("After a visit")


class CampaignChannel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    LINKS = "links", _("Personal links to hand out")
    STAFF = "staff", _("Asked by staff, by phone or in person")
    PUBLIC = "public", _("Public link")
    WEBHOOK = "webhook", _("Another system sends it (SMS, WeChat)")
    IMPORT = "import", _("Brought in from a file")


# Nobody is invited to these.
NAMELESS = (CampaignChannel.PUBLIC, CampaignChannel.IMPORT)


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("a survey", "Draft")
    RUNNING = "running", pgettext_lazy("a survey", "Running")
    CLOSED = "closed", pgettext_lazy("a survey", "Closed")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def running(self) -> "CampaignQuerySet":
        return self.filter(state=State.RUNNING)


@pghistory.track(*history())
class Campaign(models.Model):
    """One wave. The waves of a recurring campaign name the first as their `series`."""

    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("purpose and scope"), blank=True, db_default="")
    version = models.ForeignKey(Version, models.PROTECT, verbose_name=_("questionnaire"), related_name="campaigns")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    privacy = models.CharField(_("promise to those who answer"), max_length=12, choices=Privacy, default="identified")
    channel = models.CharField(_("how people are reached"), max_length=8, choices=CampaignChannel, default="email")

    # {"segment": [...], "tier": [...], "region": [...], "stage": [...], "team": [keys], "role": [...],
    # "language": [...]}, each value a list; {} is everybody.
    audience = models.JSONField(_("whom it asks"), default=dict, blank=True)
    sampling = models.CharField(_("sampling"), max_length=12, choices=Sampling, default=Sampling.EVERYONE)
    sample_size = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    minimum_each = models.PositiveIntegerField(_("at least of each segment"), null=True, blank=True)
    seed = models.PositiveIntegerField(default=1, editable=False)

    schedule = models.CharField(_("when"), max_length=9, choices=Schedule, default=Schedule.ONCE)
    trigger = models.CharField(_("after what"), max_length=12, choices=Trigger, blank=True)
    trigger_days = models.PositiveSmallIntegerField(_("days after (before a contract ends)"), default=0)
    every_days = models.PositiveSmallIntegerField(_("again after days"), null=True, blank=True)
    series = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="waves")
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    quota = models.PositiveIntegerField(_("closes after so many answers"), null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=1)
    reminder_days = models.PositiveSmallIntegerField(_("days between reminders"), default=7)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=5,
        help_text=_("1 first: who may be asked once is asked by the campaign that comes first."),
    )
    # Texts of the mail by language, {} for the words of the house.
    mail_subject = models.JSONField(_("subject of the mail"), default=dict, blank=True)
    mail_text = models.JSONField(_("text of the mail"), default=dict, blank=True)

    # The public link's own token, in the clear: it is no secret and leads to nobody.
    public_slug = models.CharField(max_length=32, blank=True, db_default="", default="", editable=False)
    population = models.PositiveIntegerField(_("audience"), null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("a survey wave", "campaign")
        verbose_name_plural = pgettext_lazy("survey waves", "campaigns")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="campaign_trigger_named", condition=~Q(schedule="triggered") | ~Q(trigger="")),
            models.CheckConstraint(
                name="campaign_recurs_after_days", condition=~Q(schedule="recurring") | Q(every_days__gte=1)
            ),
            models.CheckConstraint(
                name="campaign_sample_has_size",
                condition=~Q(sampling__in=["random", "proportional", "minimum"]) | Q(sample_size__gte=1),
            ),
            models.CheckConstraint(
                name="campaign_closes_after_it_opens",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="campaign_anonymous_sends_nothing_on",
                condition=~Q(privacy="anonymous") | Q(channel__in=["email", "links", "public"]),
            ),
            models.UniqueConstraint(name="campaign_public_slug", fields=["public_slug"], condition=~Q(public_slug="")),
            models.CheckConstraint(name="campaign_started", condition=Q(state="draft") | Q(started_at__isnull=False)),
        ]
        indexes = [models.Index(name="campaign_running", fields=["id"], condition=Q(state="running"))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("surveys:campaign_detail", args=[self.pk])

    @property
    def is_anonymous(self) -> bool:
        return self.privacy == Privacy.ANONYMOUS

    @property
    def tells_groups(self) -> bool:
        """Whether results may be broken down: without names only when no further batch moves a group by one."""
        return self.privacy == Privacy.IDENTIFIED or self.state == State.CLOSED

    @property
    def asks_by_name(self) -> bool:
        """Whether people are invited to it."""
        return self.channel not in NAMELESS

    def takes_answers(self, now: dt.datetime) -> bool:
        """Whether somebody may answer at this instant."""
        return self.state == State.RUNNING and not (self.closes_at and self.closes_at <= now)

    def filters(self) -> dict[str, Any]:
        """The audience's filters that are set."""
        return {name: values for name, values in self.audience.items() if values}
