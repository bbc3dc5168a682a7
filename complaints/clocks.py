"""Clocks of cases are started, paused, resumed, stopped and recomputed here, and nowhere else."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import F

from crmquality.lib.clock import Pause, WorkCalendar, due_at, working_time_between
from crmquality.office.models import Calendar

from .models import Case, CaseClock, CasePause, ClockKind, Kind, ResponsePolicy, Status

# The share of the target after which people are warned.
WARN_AT = 0.75
FROM_RECEIPT = (ClockKind.ACKNOWLEDGE, ClockKind.FIRST_RESPONSE, ClockKind.RESOLVE)
CASES_AT_ONCE = 2_000


class Calendars:
    """Calendars as the clock takes them, each read once."""

    def __init__(self) -> None:
        self._known: dict[int | None, WorkCalendar] = {}

    def of(self, key: int | None) -> WorkCalendar:
        """The calendar with this key; the company's for None."""
        if key not in self._known:
            found = Calendar.objects.filter(pk=key).first() if key else None
            self._known[key] = (found or Calendar.default()).value()
        return self._known[key]


class Policies:
    """Every policy, read once: which one holds for a severity and a tier."""

    def __init__(self) -> None:
        self._rows = {(policy.severity, policy.tier): policy for policy in ResponsePolicy.objects.all()}

    def of(self, severity: int, tier: str) -> ResponsePolicy | None:
        """The tier's own policy, else the one for any tier; None where nothing is promised."""
        return self._rows.get((severity, tier)) or self._rows.get((severity, ""))


def start(case: Case, kinds: Iterable[str], at: dt.datetime) -> None:
    """Start clocks that do not run yet, as the policy of the case promises; caseclock_one_running guards."""
    policy = Policies().of(case.severity, _tier(case))
    if policy is None:
        return
    CaseClock.objects.bulk_create(_fresh(case, policy, kinds, at), ignore_conflicts=True)
    recompute([case.pk])


def _fresh(case: Case, policy: ResponsePolicy, kinds: Iterable[str], at: dt.datetime) -> list[CaseClock]:
    """Clocks of these kinds by the policy, not stored."""
    return [
        CaseClock(
            case=case,
            kind=kind,
            policy=policy,
            calendar_id=policy.calendar_id,
            target=policy.seconds_of(kind),
            started_at=at,
        )
        for kind in kinds
    ]


def start_known(cases: Collection[int], now: dt.datetime) -> None:
    """Start the clocks of open cases that come from elsewhere, from their receipt.

    Those that are overdue by now are noted as such: to warn of the past would help nobody.
    """
    policies = Policies()
    fresh: list[CaseClock] = []
    rows = list(Case.objects.filter(pk__in=cases).select_related("customer"))
    for case in rows:
        policy = policies.of(case.severity, _tier(case))
        if policy:
            fresh += _fresh(case, policy, _owed(case), case.received_at)
    CaseClock.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=CASES_AT_ONCE)
    waiting = [CasePause(case=case, started_at=now) for case in rows if case.status == Status.WAITING]
    CasePause.objects.bulk_create(waiting, ignore_conflicts=True)
    recompute(cases)
    overdue = CaseClock.objects.running().filter(case__in=cases, due_at__lt=now)
    overdue.update(breached_at=F("due_at"), warned_at=now)


def _owed(case: Case) -> list[str]:
    """The clocks that still run for an open case, by its dates."""
    owed = {
        ClockKind.ACKNOWLEDGE: case.acknowledged_at is None,
        ClockKind.FIRST_RESPONSE: case.responded_at is None,
        ClockKind.RESOLVE: True,
        ClockKind.PROPOSE: case.kind == Kind.REQUEST and case.proposed_at is None,
    }
    return [kind for kind, is_owed in owed.items() if is_owed]


def stop(case: Case, kinds: Iterable[str], at: dt.datetime) -> None:
    """Stop those that run, with the working time they took; a clock that never ran is left alone."""
    calendars, pauses = Calendars(), pauses_of([case.pk])[case.pk]
    for clock in case.clocks.running().filter(kind__in=kinds):
        until = max(at, clock.started_at)
        elapsed = _elapsed(clock, until, calendars, pauses)
        late = {"breached_at": clock.due_at or until} if elapsed > clock.target and not clock.breached_at else {}
        CaseClock.objects.running().filter(pk=clock.pk).update(
            stopped_at=until, elapsed=elapsed, warn_at=None, escalate_at=None, **late
        )


def void(case: Case, kinds: Iterable[str] = tuple(ClockKind)) -> None:
    """The running clocks of a case that counts no more, or those of these kinds that nobody waits for."""
    running = case.clocks.running().filter(kind__in=kinds)
    running.update(is_void=True, due_at=None, warn_at=None, escalate_at=None)


def pause(case: Case, at: dt.datetime) -> None:
    """Let every clock of the case stand still; casepause_one_open guards against a second pause."""
    CasePause.objects.bulk_create([CasePause(case=case, started_at=at)], ignore_conflicts=True)
    recompute([case.pk])


def resume(case: Case, at: dt.datetime, noticed_at: dt.datetime, channel: str) -> bool:
    """End the open pause at the moment the customer answered; was there one?"""
    with transaction.atomic():
        paused = CasePause.objects.select_for_update().filter(case=case, ended_at=None).first()
        if paused is None:
            return False
        paused.ended_at, paused.noticed_at, paused.channel = max(at, paused.started_at), noticed_at, channel
        paused.save(update_fields=["ended_at", "noticed_at", "channel"])
    recompute([case.pk])
    return True


def recompute(cases: Collection[int] | None = None) -> int:
    """Compute targets and due dates of running clocks anew, of these cases or of all; how many moved.

    After a change of a policy, a calendar, a severity or a tier. In batches, one UPDATE each.
    """
    calendars, policies = Calendars(), Policies()
    if cases is None:
        cases = list(CaseClock.objects.running().order_by("case").distinct("case").values_list("case", flat=True))
    keys = list(cases)
    return sum(
        _recompute(keys[begin : begin + CASES_AT_ONCE], calendars, policies)
        for begin in range(0, len(keys), CASES_AT_ONCE)
    )


UPDATE = """
    UPDATE complaints_caseclock c
    SET policy_id = n.policy, calendar_id = n.calendar, target = n.target, due_at = n.due, warn_at = n.warn,
        escalate_at = CASE WHEN n.due IS NULL THEN NULL ELSE c.escalate_at END
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[])
        AS n (id, policy, calendar, target, due, warn)
    WHERE c.id = n.id AND c.stopped_at IS NULL AND NOT c.is_void
      AND (c.due_at, c.target, c.warn_at, c.policy_id, c.calendar_id)
          IS DISTINCT FROM (n.due, n.target, n.warn, n.policy, n.calendar)
"""


@transaction.atomic
def _recompute(cases: list[int], calendars: Calendars, policies: Policies) -> int:
    """Of these cases; they are locked in one order, so that nobody pauses or stops what is being computed."""
    list(Case.objects.filter(pk__in=cases).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    pauses = pauses_of(cases)
    rows = []
    running = CaseClock.objects.running().filter(case__in=cases).select_related("case__customer")
    for clock in running.order_by("pk"):
        policy = policies.of(clock.case.severity, _tier(clock.case))
        target = policy.seconds_of(clock.kind) if policy else clock.target
        calendar = policy.calendar_id if policy else clock.calendar_id
        due, warn = _due(clock.started_at, target, calendars.of(calendar), pauses[clock.case_id])
        rows.append((clock.pk, policy.pk if policy else clock.policy_id, calendar, target, due, warn))
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)


def _due(
    started_at: dt.datetime, target: int, calendar: WorkCalendar, pauses: list[Pause]
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When it is due, and when to warn; neither while an open pause stands in the way."""
    due = due_at(started_at, dt.timedelta(seconds=target), calendar, pauses)
    warn = due_at(started_at, dt.timedelta(seconds=target * WARN_AT), calendar, pauses)
    return due, warn if due else None


def _elapsed(clock: CaseClock, until: dt.datetime, calendars: Calendars, pauses: list[Pause]) -> int:
    """Seconds of working time since the clock was started."""
    taken = working_time_between(clock.started_at, until, calendars.of(clock.calendar_id), pauses)
    return int(taken.total_seconds())


def pauses_of(cases: Collection[int]) -> defaultdict[int, list[Pause]]:
    """The pauses of these cases, by case; none for a case that was never paused."""
    found: defaultdict[int, list[Pause]] = defaultdict(list)
    rows = CasePause.objects.filter(case__in=cases).values_list("case", "started_at", "ended_at")
    for case, started_at, ended_at in rows:
        found[case].append((started_at, ended_at))
    return found


def _tier(case: Case) -> str:
    return case.customer.tier if case.customer else ""
