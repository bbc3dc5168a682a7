"""A case: a complaint, an enquiry, a suggestion, a special request or praise, and the steps it may take."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crmquality.office.models import Team, history
from crmquality.office.roles import Right
from customers.models import Contact, Customer, Order, Product
from customers.models.changed import mark_changed
from customers.models.customer import Grams, NormalisedSearch
from customers.models.source import Sourced

from .step import Actor, CaseStep
from .tree import Category, RootCause


class Kind(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    ENQUIRY = "enquiry", _("Enquiry")
    SUGGESTION = "suggestion", _("Suggestion")
    REQUEST = "request", _("Special request")
    PRAISE = "praise", _("Praise or review")


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    FORM = "form", _("Web form")
    VISIT = "visit", _("Visit")
    WEB_CHAT = "web_chat", _("Web chat")
    WECHAT = "wechat", _("WeChat")
    SOCIAL = "social", _("Social media or review")
    LETTER = "letter", _("Letter")
    OTHER = "other", _("Other")


class Severity(models.IntegerChoices):
    MINOR = 1, _("Minor")
    MODERATE = 2, _("Moderate")
    SERIOUS = 3, _("Serious")
    CRITICAL = 4, _("Critical")


class Status(models.TextChoices):
    RECEIVED = "received", _("Received")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    ASSIGNED = "assigned", _("Assigned")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for the customer")
    PROPOSED = "proposed", _("Outcome proposed")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", pgettext_lazy("a case", "Closed")
    REOPENED = "reopened", _("Reopened")


class Outcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted by the customer")
    REJECTED = "rejected", _("Rejected by the customer")
    NO_ANSWER = "no_answer", _("No answer from the customer")


class Step(models.TextChoices):
    """What changes the state of a case, or is noted beside it."""

    RECEIVE = "receive", _("Received")
    ACKNOWLEDGE = "acknowledge", _("Acknowledged")
    ASSIGN = "assign", _("Assigned")
    START = "start", _("Taken in hand")
    WAIT = "wait", _("Waiting for the customer")
    RESUME = "resume", _("Taken up again")
    PROPOSE = "propose", _("Outcome proposed")
    ACCEPT = "accept", _("Outcome accepted")
    REJECT = "reject", _("Outcome rejected")
    RESOLVE = "resolve", _("Resolved")
    CLOSE = "close", pgettext_lazy("a case", "Closed")
    REOPEN = "reopen", _("Reopened")
    MESSAGE = "message", _("Message")
    ASSESS = "assess", _("Assessed")
    EDIT = "edit", _("Changed")
    LINK = "link", _("Customer linked")
    RATE = "rate", _("Rated by the customer")
    MERGE = "merge", _("Merged into another case")
    WARN = "warn", _("Soon due")
    BREACH = "breach", _("Overdue")
    ESCALATE = "escalate", _("Escalated")
    CLOCK = "clock", _("Clock recomputed")


# Before the outcome is proposed somebody works on it, or waits.
AT_WORK = frozenset({Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING, Status.REOPENED})
NEW = frozenset({Status.RECEIVED, Status.ACKNOWLEDGED})
OPEN = frozenset(Status) - {Status.RESOLVED, Status.CLOSED}
ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


@dataclass(frozen=True)
class Move:
    """From which states a step may be taken, and to which it leads; those of `keeps` stay as they are."""

    sources: frozenset[Status]
    target: Status
    keeps: frozenset[Status] = frozenset()

    def leads(self, status: str) -> str:
        """The state after the step."""
        return status if status in self.keeps else self.target


MOVES: dict[str, Move] = {
    Step.ACKNOWLEDGE: Move(OPEN, Status.ACKNOWLEDGED, keeps=OPEN - {Status.RECEIVED}),
    Step.ASSIGN: Move(OPEN, Status.ASSIGNED, keeps=OPEN - NEW - {Status.REOPENED}),
    Step.START: Move(NEW | {Status.ASSIGNED, Status.REOPENED}, Status.IN_PROGRESS),
    Step.WAIT: Move(NEW | {Status.ASSIGNED, Status.IN_PROGRESS, Status.REOPENED}, Status.WAITING),
    Step.RESUME: Move(frozenset({Status.WAITING}), Status.IN_PROGRESS),
    Step.PROPOSE: Move(NEW | AT_WORK, Status.PROPOSED),
    Step.ACCEPT: Move(frozenset({Status.PROPOSED, Status.RESOLVED}), Status.CLOSED),
    Step.REJECT: Move(frozenset({Status.PROPOSED, Status.RESOLVED}), Status.IN_PROGRESS),
    Step.RESOLVE: Move(NEW | AT_WORK | {Status.PROPOSED}, Status.RESOLVED),
    Step.CLOSE: Move(frozenset({Status.PROPOSED, Status.RESOLVED}), Status.CLOSED),
    Step.REOPEN: Move(ENDED, Status.REOPENED),
}


class NotAllowed(ValueError):
    """The step cannot be taken in the state the case is in."""


class Overtaken(Exception):
    """Somebody else changed the case in the meantime."""


IS_OPEN = Q(merged_into=None) & ~Q(status__in=["resolved", "closed"])
HAS_ENDED = Q(merged_into=None, status__in=["resolved", "closed"])
# What a list of cases is searched by, beside the customer.
SEARCHED = NormalisedSearch(Concat(F("subject"), Value(" "), F("sender_name")))


class CaseQuerySet(models.QuerySet["Case"]):
    def open(self) -> "CaseQuerySet":
        """Not resolved, not closed, not merged into another."""
        return self.filter(IS_OPEN)

    def visible_to(self, member: Any) -> "CaseQuerySet":
        """All; or own, the team's and those of customers the member may see; or none."""
        if member.has_right(Right.SEE_ALL):
            return self
        if not member.has_right(Right.SEE_OWN):
            return self.none()
        mine = Q(owner=member) | Q(owner__in=member.covered(timezone.localdate()))
        if member.team_id:
            mine |= Q(team=member.team_id)
        return self.filter(mine | Q(customer__in=Customer.objects.visible_to(member)))

    def repeats_of(self, case: "Case", days: int = 90) -> "CaseQuerySet":
        """Other cases of the same customer and category received within `days` before or after."""
        if case.customer_id is None or case.category_id is None:
            return self.none()
        span = dt.timedelta(days=days)
        near = (case.received_at - span, case.received_at + span)
        same = self.filter(customer=case.customer_id, category=case.category_id, received_at__range=near)
        return same.exclude(pk=case.pk).filter(merged_into=None)


@pghistory.track(*history(), exclude=["tracking_version", "due_at"])
class Case(Sourced):
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.COMPLAINT)
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("customer"),
        related_name="cases",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, verbose_name=_("contact"), related_name="+"
    )
    sender_name = models.CharField(_("who complains"), max_length=200, blank=True, db_default="")
    sender_email = models.EmailField(_("e-mail"), blank=True, db_default="")
    sender_phone = models.CharField(_("phone"), max_length=50, blank=True, db_default="")
    language = models.CharField(_("language"), max_length=10, blank=True, db_default="")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.PHONE)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("what happened"), blank=True, db_default="")
    remedy_sought = models.TextField(_("what the customer asks for"), blank=True, db_default="")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category"), related_name="cases"
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.MODERATE)
    is_safety = models.BooleanField(_("about safety"), default=False, db_default=False)
    complexity = models.PositiveSmallIntegerField(
        _("complexity"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    impact = models.PositiveSmallIntegerField(
        _("impact"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    immediate_action = models.TextField(_("immediate action"), blank=True, db_default="")
    region = models.CharField(_("region"), max_length=100, blank=True, default="", db_default="")
    orders = models.ManyToManyField(Order, blank=True, verbose_name=_("orders"), related_name="cases")
    products = models.ManyToManyField(Product, blank=True, verbose_name=_("products"), related_name="cases")
    tags = ArrayField(models.CharField(max_length=30), verbose_name=_("tags"), default=list, blank=True, db_default=[])

    status = models.CharField(
        _("state"), max_length=12, choices=Status, default=Status.RECEIVED, db_default="received", editable=False
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True, db_default="", editable=False)
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, verbose_name=_("department"), related_name="cases"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="cases",
        db_index=False,
    )
    watchers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, verbose_name=_("watched by"), related_name="watched_cases"
    )
    received_at = models.DateTimeField(_("received"))
    # The earliest of its running clocks, which a trigger of theirs keeps; empty while all are paused.
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True, editable=False)
    responded_at = models.DateTimeField(_("first answered"), null=True, blank=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    reopened_at = models.DateTimeField(_("last reopened"), null=True, blank=True, editable=False)
    times_reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, db_default=0, editable=False)
    contacts_needed = models.PositiveSmallIntegerField(
        _("answers given"), default=0, db_default=0, editable=False, help_text=_("Messages of staff to the customer.")
    )

    proposal = models.TextField(_("proposed outcome"), blank=True, db_default="")
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True, editable=False)
    is_adopted = models.BooleanField(
        _("adopted"), null=True, blank=True, help_text=_("Of suggestions; empty: not decided.")
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    cause = models.ForeignKey(
        RootCause, models.PROTECT, null=True, blank=True, verbose_name=_("root cause"), related_name="cases"
    )
    cause_text = models.TextField(_("what was found"), blank=True, db_default="")
    compensation = models.BigIntegerField(
        _("compensation"), null=True, blank=True, help_text=_("Minor units of the organisation's currency.")
    )
    compensated_on = models.DateField(_("compensated on"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("minutes spent"), default=0, db_default=0)
    satisfaction = models.PositiveSmallIntegerField(
        _("satisfaction with the handling"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("0 to 100, of the survey after closing."),
    )
    merged_into = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, editable=False, verbose_name=_("merged into"),
        related_name="merged",
    )  # fmt: skip
    # A new version makes every tracking link that was sent before useless.
    tracking_version = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = CaseQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-received_at", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="case_subject_given", condition=~Q(subject="")),
            models.CheckConstraint(name="case_severity_known", condition=Q(severity__in=Severity.values)),
            models.CheckConstraint(name="case_status_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="case_closed_has_outcome",
                condition=(Q(status="closed") & ~Q(outcome="") & Q(closed_at__isnull=False)) | ~Q(status="closed"),
            ),
            models.CheckConstraint(
                name="case_ended_is_resolved",
                condition=~Q(status__in=["resolved", "closed"]) | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="case_compensation_not_negative", condition=Q(compensation=None) | Q(compensation__gte=0)
            ),
            models.CheckConstraint(
                name="case_adopted_is_dated", condition=~Q(is_adopted=True) | Q(adopted_on__isnull=False)
            ),
            models.CheckConstraint(
                name="case_not_merged_into_itself", condition=~Q(merged_into=F("id")) | Q(merged_into=None)
            ),
            models.CheckConstraint(
                name="case_satisfaction_is_points", condition=Q(satisfaction=None) | Q(satisfaction__lte=100)
            ),
        ]
        indexes = [
            # What the score asks of cases, a customer's list of them, and which are repeats.
            models.Index(
                name="case_facts",
                fields=["customer", "received_at"],
                include=["kind", "severity", "category", "status", "merged_into", "id"],
            ),
            models.Index(name="case_owned", fields=["owner", "received_at"]),
            models.Index(name="case_queue", fields=["due_at", "id"], include=["owner", "team"], condition=IS_OPEN),
            # The end of the queue; without it the planner takes them for many and walks every case.
            models.Index(name="case_paused", fields=["id"], condition=IS_OPEN & Q(due_at=None)),
            # Whom to ask how their case was handled.
            models.Index(name="case_closed", fields=["closed_at"], condition=Q(closed_at__isnull=False)),
            models.Index(name="case_ended", fields=["resolved_at", "id"], condition=HAS_ENDED),
            GinIndex(name="case_tagged", fields=["tags"]),
            GinIndex(Grams(SEARCHED), name="case_by_text_part"),
            models.Index(name="case_received", fields=["received_at"], include=["kind"]),
            models.Index(name="case_by_email", fields=["sender_email"], condition=~Q(sender_email="")),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        """What people call the case: K-000123."""
        return f"K-{self.pk:06}"

    @staticmethod
    def key_of(number: str) -> int:
        """The key that a number stands for; 0 when it is none, which no case has."""
        digits = number.strip().upper().removeprefix("K-")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else 0

    def get_absolute_url(self) -> str:
        return reverse("complaints:case_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN and self.merged_into_id is None

    def may(self, step: str) -> bool:
        """Whether the step can be taken in the state the case is in."""
        move = MOVES[step]
        return self.merged_into_id is None and self.status in move.sources

    def take(
        self, step: str, actor: Actor, at: dt.datetime, data: dict[str, Any] | None = None, **changes: Any
    ) -> CaseStep:
        """Take the step and write its event, together; the row then is as the database has it.

        The UPDATE is filtered by the state this row was read in, so of two who act at once one wins.
        Raises NotAllowed where the step leads nowhere from here, Overtaken where somebody was faster.
        """
        if not self.may(step):
            raise NotAllowed(f"{step} from {self.status}")
        target = MOVES[step].leads(self.status)
        with transaction.atomic():
            claimed = Case.objects.filter(pk=self.pk, status=self.status, owner=self.owner_id, merged_into=None).update(
                status=target, **changes
            )
            if not claimed:
                raise Overtaken(self.number)
            event = self.note(step, actor, at, data, to_status=target)
        for name, value in {"status": target, **changes}.items():
            setattr(self, name, value)
        if any(hasattr(value, "resolve_expression") for value in changes.values()):
            self.refresh_from_db(fields=list(changes))
        return event

    def note(
        self, step: str, actor: Actor, at: dt.datetime, data: dict[str, Any] | None = None, to_status: str = ""
    ) -> CaseStep:
        """Write down what happened, without a change of state unless one is given."""
        return CaseStep.objects.create(
            case=self, at=at, step=step, by=actor.by, member=actor.member, channel=actor.channel, data=data or {},
            from_status=self.status if to_status else "", to_status=to_status,
        )  # fmt: skip
