"""What passes between us and a customer besides orders, and what is to be done next."""

import datetime as dt
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .changed import mark_changed
from .contact import Channel, contact_of_customer
from .customer import Customer
from .source import Sourced


@pghistory.track(*history())
class Interaction(Sourced):
    """One call, mail, visit or talk."""

    class Direction(models.TextChoices):
        INBOUND = "in", _("From the customer")
        OUTBOUND = "out", _("From us")

    class Kind(models.TextChoices):
        CONTACT = "contact", _("Contact")
        RETURN_VISIT = "return_visit", _("Return visit")
        SALES = "sales", _("Sales talk")
        SERVICE = "service", pgettext_lazy("a contact", "Service")
        PROGRAMME = "programme", _("Referral programme")

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="interactions", db_index=False
    )
    contact = contact_of_customer()
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("staff"),
        related_name="interactions",
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    direction = models.CharField(_("begun by"), max_length=3, choices=Direction)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.CONTACT, db_default="contact")
    occurred_at = models.DateTimeField(_("when"))
    minutes = models.PositiveIntegerField(_("minutes"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True, db_default="")
    notes = models.TextField(_("notes"), blank=True, db_default="")
    is_automatic = models.BooleanField(
        _("automatic"),
        default=False,
        db_default=False,
        help_text=_("Sent by a machine to many, such as a newsletter: no contact for the score."),
    )

    class Meta(Sourced.Meta):
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ["-occurred_at", "-id"]
        indexes = [
            # Covers what the score asks of interactions, and orders a customer's timeline.
            models.Index(
                name="interaction_facts",
                fields=["customer", "occurred_at"],
                include=["channel", "direction", "kind", "minutes", "is_automatic", "id"],
            ),
            models.Index(name="interaction_by_contact", fields=["contact"], condition=Q(contact__isnull=False)),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return self.subject or f"{self.get_channel_display()} · {self.occurred_at:%Y-%m-%d}"


class VisitState(models.TextChoices):
    """How a return visit stands by the day it was first promised for."""

    KEPT = "kept", _("Kept on time")
    LATE = "late", _("Done late")
    MISSED = "missed", _("Missed")
    GIVEN_UP = "given_up", _("Given up in time")
    COMING = "coming", _("Still to come")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def open(self) -> "FollowUpQuerySet":
        return self.filter(done_at=None, cancelled_at=None)

    def due(self, by: dt.date) -> "FollowUpQuerySet":
        """Open and due on `by` or before."""
        return self.open().filter(due_on__lte=by)

    def visits(self, today: dt.date, zone: dt.tzinfo) -> "models.QuerySet[Any]":
        """The return visits, each with its `state`; one promised for `today` can still be kept.

        Postponing changes nothing: what counts is the promised day. One that was given up after it
        was missed all the same.
        """
        done_on, cancelled_on = TruncDate("done_at", tzinfo=zone), TruncDate("cancelled_at", tzinfo=zone)
        state = Case(
            When(done_on__lte=F("promised_on"), then=Value(VisitState.KEPT)),
            When(done_at__isnull=False, then=Value(VisitState.LATE)),
            When(cancelled_on__lte=F("promised_on"), then=Value(VisitState.GIVEN_UP)),
            When(Q(cancelled_at__isnull=False) | Q(promised_on__lt=today), then=Value(VisitState.MISSED)),
            default=Value(VisitState.COMING),
            output_field=models.CharField(),
        )
        return self.filter(kind=FollowUp.Kind.RETURN_VISIT).annotate(
            done_on=done_on, cancelled_on=cancelled_on, state=state
        )

    def visible_to(self, member: Any) -> "FollowUpQuerySet":
        """Those of the customers the member may see."""
        return self.filter(customer__in=Customer.objects.visible_to(member))


@pghistory.track(*history())
class FollowUp(Sourced):
    """Something somebody promised to do for a customer by a day, a planned return visit included."""

    class Kind(models.TextChoices):
        TASK = "task", _("Follow-up")
        RETURN_VISIT = "return_visit", _("Return visit")

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="follow_ups", db_index=False
    )
    contact = contact_of_customer()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="follow_ups",
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TASK, db_default="task")
    subject = models.CharField(_("what is to be done"), max_length=200)
    notes = models.TextField(_("notes"), blank=True, db_default="")
    due_on = models.DateField(_("due on"))
    # Set by a trigger; postponing leaves it alone, so that being late cannot be edited away.
    promised_on = models.DateField(_("first promised for"), editable=False)
    due_time = models.TimeField(_("at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    outcome = models.TextField(_("outcome"), blank=True, db_default="")
    source = models.ForeignKey(
        Interaction,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("agreed in"),
        related_name="follow_ups",
    )
    done_by = models.ForeignKey(
        Interaction,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("done by"),
        related_name="completed",
    )
    is_planned = models.BooleanField(
        _("planned by the visit interval"), default=False, db_default=False, editable=False
    )
    interval_days = models.PositiveSmallIntegerField(_("by an interval of days"), null=True, blank=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "due_time", "id"]
        constraints = [
            *Sourced.Meta.constraints,
            # Planning twice, or by two workers at once, plans one visit.
            models.UniqueConstraint(
                name="followup_one_planned_visit",
                fields=["customer"],
                condition=Q(is_planned=True, done_at=None, cancelled_at=None),
            ),
            models.CheckConstraint(name="followup_done_or_cancelled", condition=Q(done_at=None) | Q(cancelled_at=None)),
            models.CheckConstraint(
                name="followup_planned_is_a_visit", condition=Q(is_planned=False) | Q(kind="return_visit")
            ),
        ]
        indexes = [
            models.Index(
                name="followup_open",
                fields=["owner", "due_on"],
                condition=Q(done_at=None, cancelled_at=None),
            ),
            models.Index(
                name="followup_facts",
                fields=["customer", "due_on"],
                include=["kind", "promised_on", "done_at", "cancelled_at", "id"],
            ),
            # Visits of a period, of everybody.
            models.Index(name="followup_visits", fields=["promised_on"], condition=Q(kind="return_visit")),
            models.Index(name="followup_by_contact", fields=["contact"], condition=Q(contact__isnull=False)),
        ]
        triggers = [
            *mark_changed(),
            pgtrigger.Trigger(
                name="promise_the_day",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.promised_on = COALESCE(NEW.promised_on, NEW.due_on); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The subject; of a visit that was planned for somebody, in the reader's language."""
        return gettext(self.subject) if self.is_planned else self.subject

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None
