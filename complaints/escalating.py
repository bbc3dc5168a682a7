"""Watches the clocks: warns at three quarters, notes breaches, climbs the ladder. Safe to call at any time.

Every clock is claimed by an UPDATE filtered by what has not happened yet, so two workers at once,
or one that is killed and called again, warn, note and escalate once.
"""

import datetime as dt

from django.db import transaction

from crmquality.lib.clock import due_at
from crmquality.office.models import Member, Webhook
from crmquality.office.outbound import announce

from . import notices
from .clocks import Calendars
from .models import Actor, CaseClock, EscalationStep, Step
from .models.clock import CaseClockQuerySet

AT_ONCE = 500
Receiver = EscalationStep.Receiver


def watch(now: dt.datetime) -> dict[str, int]:
    """How many clocks were warned of, found overdue, and escalated."""
    return {"warned": _warn(now), "breached": _breach(now), "escalated": _escalate(now)}


def _warn(now: dt.datetime) -> int:
    due = CaseClock.objects.running().filter(warn_at__lte=now, due_at__gt=now, warned_at=None)
    warned = 0
    for clock in _with_cases(due):
        with transaction.atomic():
            if not CaseClock.objects.running().filter(pk=clock.pk, warned_at=None).update(warned_at=now):
                continue
            clock.case.note(Step.WARN, Actor.system(), now, {"clock": clock.kind})
            notices.of_warning(clock)
            warned += 1
    return warned


def _breach(now: dt.datetime) -> int:
    """A deadline is kept at its very moment and broken after it."""
    ladder, calendars = list(EscalationStep.objects.all()), Calendars()
    breached = 0
    for clock in _with_cases(CaseClock.objects.running().filter(due_at__lt=now, breached_at=None)):
        with transaction.atomic():
            late = CaseClock.objects.running().filter(pk=clock.pk, breached_at=None, due_at__lt=now)
            if not late.update(breached_at=clock.due_at, escalate_at=_next(clock, ladder, calendars)):
                continue
            clock.case.note(Step.BREACH, Actor.system(), now, {"clock": clock.kind})
            notices.of_breach(clock)
            announce(Webhook.Event.CASE_BREACHED, {**notices.of_case(clock.case), "clock": clock.kind})
            breached += 1
    return breached


def _escalate(now: dt.datetime) -> int:
    """One rung at a time, so that a system that slept tells everybody who should have known."""
    ladder, calendars = list(EscalationStep.objects.all()), Calendars()
    escalated = 0
    while rows := _with_cases(CaseClock.objects.running().filter(escalate_at__lte=now)):
        for clock in rows:
            escalated += _climb(clock, ladder, calendars, now)
    return escalated


@transaction.atomic
def _climb(clock: CaseClock, ladder: list[EscalationStep], calendars: Calendars, now: dt.datetime) -> bool:
    rung = _rung_after(clock.level, ladder)
    claim = CaseClock.objects.running().filter(pk=clock.pk, level=clock.level, escalate_at=clock.escalate_at)
    if rung is None:
        claim.update(escalate_at=None)
        return False
    clock.level = rung.level
    if not claim.update(level=rung.level, escalate_at=_next(clock, ladder, calendars)):
        return False
    receivers = _receivers(clock, rung)
    data = {"clock": clock.kind, "level": rung.level, "to": [member.pk for member in receivers]}
    clock.case.note(Step.ESCALATE, Actor.system(), now, data)
    notices.of_escalation(clock, rung.level, receivers, now)
    return True


def _receivers(clock: CaseClock, rung: EscalationStep) -> list[Member]:
    """Whom this rung tells; where it names somebody who is not there, the next above."""
    if rung.receiver == Receiver.MEMBER and rung.member and rung.member.is_active:
        return [rung.member]
    if rung.receiver == Receiver.OWNER and clock.case.owner:
        return [clock.case.owner]
    if rung.receiver in (Receiver.OWNER, Receiver.LEAD):
        return notices.leads_of(clock.case)
    return notices.managers()


def _next(clock: CaseClock, ladder: list[EscalationStep], calendars: Calendars) -> dt.datetime | None:
    """When the next rung above the clock's level is reached; None at the top."""
    rung = _rung_after(clock.level, ladder)
    if rung is None or clock.due_at is None:
        return None
    return due_at(clock.due_at, dt.timedelta(minutes=rung.delay_minutes), calendars.of(clock.calendar_id))


def _rung_after(level: int, ladder: list[EscalationStep]) -> EscalationStep | None:
    return next((rung for rung in ladder if rung.level > level), None)


def _with_cases(clocks: CaseClockQuerySet) -> list[CaseClock]:
    """The next ones, with what telling of them needs."""
    return list(clocks.select_related("case__owner", "case__customer", "case__category").order_by("pk")[:AT_ONCE])
