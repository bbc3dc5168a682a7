"""The clocks of a case: what was promised, when it is due, and when the clock stood still."""

import datetime as dt

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Calendar
from customers.models.changed import mark_changed

from .case import Case
from .policy import ResponsePolicy


class ClockKind(models.TextChoices):
    ACKNOWLEDGE = "acknowledge", _("Acknowledge")
    FIRST_RESPONSE = "response", _("First answer")
    NEXT_RESPONSE = "next", _("Next answer")
    RESOLVE = "resolve", _("Resolve")
    PROPOSE = "propose", _("Make a proposal")


def _carry_due(operation: pgtrigger.Operation, name: str) -> pgtrigger.Trigger:
    """A trigger that writes the earliest due date of its running clocks to the case, however they change.

    The cases are locked first, in order: the sum then sees what others committed meanwhile.
    """
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="new_rows"),
        func="""
            PERFORM FROM complaints_case WHERE id IN (SELECT case_id FROM new_rows) ORDER BY id FOR NO KEY UPDATE;
            UPDATE complaints_case c SET due_at = earliest.due_at
            FROM (
                SELECT case_id, min(due_at) FILTER (WHERE stopped_at IS NULL AND NOT is_void) AS due_at
                FROM complaints_caseclock WHERE case_id IN (SELECT case_id FROM new_rows) GROUP BY case_id
            ) AS earliest
            WHERE c.id = earliest.case_id AND c.due_at IS DISTINCT FROM earliest.due_at;
            RETURN NULL;
        """,
    )


class CaseClockQuerySet(models.QuerySet["CaseClock"]):
    def running(self) -> "CaseClockQuerySet":
        """Neither stopped nor void; a paused clock is running and has no due date."""
        return self.filter(stopped_at=None, is_void=False)


class CaseClock(models.Model):
    """One promise for one case. `due_at` is stored; it is empty while the clock is paused.

    Of a stopped clock `elapsed` and `target`, both seconds of working time, say whether it was met.
    """

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="clocks")
    kind = models.CharField(_("clock"), max_length=11, choices=ClockKind)
    policy = models.ForeignKey(ResponsePolicy, models.SET_NULL, null=True, verbose_name=_("policy"), related_name="+")
    calendar = models.ForeignKey(
        Calendar, models.SET_NULL, null=True, verbose_name=_("work calendar"), related_name="+"
    )
    target = models.PositiveIntegerField(_("target"), help_text=_("Seconds of working time."))
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"), null=True)
    warn_at = models.DateTimeField(_("to be warned of"), null=True)
    warned_at = models.DateTimeField(_("warned"), null=True)
    breached_at = models.DateTimeField(_("overdue since"), null=True)
    escalate_at = models.DateTimeField(_("to be escalated"), null=True)
    level = models.PositiveSmallIntegerField(_("escalated to level"), default=0, db_default=0)
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    elapsed = models.PositiveIntegerField(_("working time taken"), null=True, help_text=_("Seconds."))
    is_void = models.BooleanField(_("does not count"), default=False, db_default=False)

    objects = CaseClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock of a case")
        verbose_name_plural = _("clocks of cases")
        ordering = ["case", "started_at", "id"]
        constraints = [
            # However often a message is delivered, it starts one clock.
            models.UniqueConstraint(
                name="caseclock_one_running", fields=["case", "kind"], condition=Q(stopped_at=None, is_void=False)
            ),
            models.CheckConstraint(
                name="caseclock_stopped_is_measured",
                condition=Q(stopped_at=None, elapsed=None) | Q(stopped_at__isnull=False, elapsed__isnull=False),
            ),
            models.CheckConstraint(
                name="caseclock_stops_after_start", condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at"))
            ),
        ]
        indexes = [
            # The queue, what is to be warned of, what breached, what is to be escalated.
            models.Index(name="caseclock_due", fields=["due_at"], condition=Q(stopped_at=None, is_void=False)),
            models.Index(
                name="caseclock_warn",
                fields=["warn_at"],
                condition=Q(stopped_at=None, is_void=False, warned_at=None),
            ),
            models.Index(
                name="caseclock_breach",
                fields=["due_at"],
                condition=Q(stopped_at=None, is_void=False, breached_at=None),
            ),
            models.Index(
                name="caseclock_escalate", fields=["escalate_at"], condition=Q(stopped_at=None, is_void=False)
            ),
            models.Index(
                name="caseclock_facts",
                fields=["case", "kind"],
                include=["started_at", "stopped_at", "elapsed", "target", "due_at", "is_void"],
            ),
        ]
        triggers = [
            *mark_changed("SELECT c.customer_id FROM {rows} r JOIN complaints_case c ON c.id = r.case_id"),
            _carry_due(pgtrigger.Insert, "carry_due_on_insert"),
            _carry_due(pgtrigger.Update, "carry_due_on_update"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.case_id}"

    @property
    def target_time(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.target)

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and not self.is_void

    @property
    def is_met(self) -> bool | None:
        """Whether it was stopped in time; None while it is not known."""
        if self.elapsed is not None:
            return self.elapsed <= self.target
        return False if self.breached_at else None


class CasePause(models.Model):
    """While we wait for the customer, no clock of the case runs.

    A reply ends the pause at the moment it arrived, also when we learn of it later: then
    `ended_at` lies before `noticed_at`, and the time between is listed for audit.
    """

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="pauses")
    started_at = models.DateTimeField(_("from"))
    ended_at = models.DateTimeField(_("to"), null=True)
    noticed_at = models.DateTimeField(_("noticed"), null=True)
    channel = models.CharField(_("ended through"), max_length=10, blank=True)

    class Meta:
        verbose_name = _("pause of a case")
        verbose_name_plural = _("pauses of cases")
        ordering = ["case", "started_at"]
        constraints = [
            models.UniqueConstraint(name="casepause_one_open", fields=["case"], condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="casepause_ends_after_start", condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def was_answered(self) -> bool:
        """Whether the customer had answered while the clock still stood."""
        return bool(self.ended_at and self.noticed_at and self.ended_at < self.noticed_at)
