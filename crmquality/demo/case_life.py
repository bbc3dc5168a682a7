"""What follows from what people did about the cases: their states, clocks and steps, as `complaints.life` has it.

The rules are those of the complaints app (its moves, policies and calendars), told over thousands of
cases without a query for each.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from complaints.clocks import FROM_RECEIPT, WARN_AT, Calendars, Policies
from complaints.models import ClockKind, EscalationStep, ResponsePolicy, Status, Step
from complaints.models.case import ENDED, MOVES
from crmquality.lib.clock import Pause, due_at, working_time_between

from .case_story import Event

SECOND = dt.timedelta(seconds=1)
ANSWERED = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.ACKNOWLEDGE)
SPOKEN = frozenset({"visit", "letter", "social"})


@dataclass(frozen=True)
class Office:
    """What holds for all cases: promises, calendars, the ladder, who sits where, and until when we know."""

    now: dt.datetime
    owners: Sequence[int | None]
    leads: Sequence[int | None]
    teams: Sequence[int]
    managers: Sequence[int]
    policies: Policies
    calendars: Calendars
    ladder: Sequence[EscalationStep]


@dataclass
class Clock:
    kind: str
    started: dt.datetime
    stopped: dt.datetime | None = None


@dataclass
class CaseLife:
    """One case as its events leave it: `row` has the columns that change, the lists its further rows."""

    office: Office
    case: int
    severity: int
    tiers: tuple[str, str]
    channel: str
    team: int
    status: str = Status.RECEIVED
    row: dict[str, Any] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    pauses: list[dict[str, Any]] = field(default_factory=list)

    def follow(self, events: Iterable[Event], kind: str, first_message: int) -> None:
        """Let the events happen; messages get keys from `first_message` on."""
        self.row = dict.fromkeys(
            ("acknowledged_at", "responded_at", "resolved_at", "closed_at", "reopened_at", "proposed_at", "owner")
        )
        self.row |= {"outcome": "", "proposal": "", "times_reopened": 0, "contacts_needed": 0, "minutes": 0}
        self.key = first_message
        for event in events:
            if event.step == "receive":
                self._note(Step.RECEIVE, event, {"channel": self.channel}, to=self.status)
                proposal = [ClockKind.PROPOSE] if kind == "request" else []
                self.clocks = [Clock(each, event.at) for each in (*FROM_RECEIPT, *proposal)]
            else:
                getattr(self, f"_{event.step}")(event)

    def _note(self, step: str, event: Event, data: dict[str, Any], to: str = "") -> None:
        self.steps.append({
            "case": self.case, "at": event.at, "step": str(step), "by": event.by, "channel": event.channel,
            "from_status": str(self.status) if to else "", "to_status": str(to), "data": data,
            "member": self.office.owners[event.owner] if event.by == "staff" else None,
        })  # fmt: skip

    def _take(self, step: str, event: Event, data: dict[str, Any] | None = None, **changes: Any) -> None:
        move = MOVES[step]
        if self.status not in move.sources:
            raise ValueError(f"The demo's case {self.case} cannot {step} while {self.status}.")
        target = move.leads(self.status)
        self._note(step, event, data or {}, to=target)
        self.status = target
        self.row |= changes

    def _stop(self, kinds: Iterable[str], at: dt.datetime) -> None:
        for clock in self.clocks:
            if clock.stopped is None and clock.kind in kinds:
                clock.stopped = at

    def _start_clock(self, kind: str, at: dt.datetime) -> None:
        if not any(clock.kind == kind and clock.stopped is None for clock in self.clocks):
            self.clocks.append(Clock(kind, at))

    def _assign(self, event: Event) -> None:
        owner = self.office.owners[event.owner]
        data = {"owner": owner, "team": self.office.teams[self.team], "from": self.row["owner"]}
        self._take(Step.ASSIGN, event, data, owner=owner)

    def _acknowledge(self, event: Event) -> None:
        self._take(Step.ACKNOWLEDGE, event, acknowledged_at=event.at)
        self._stop([ClockKind.ACKNOWLEDGE], event.at)

    def _start(self, event: Event) -> None:
        self._take(Step.START, event)

    def _wait(self, event: Event) -> None:
        self._take(Step.WAIT, event)
        self.pauses.append({"case": self.case, "started_at": event.at, "ended_at": None, "channel": ""})

    def _message(self, event: Event) -> None:
        data = {"message": self.key, "direction": event.direction}
        self.messages.append({
            "id": self.key, "case": self.case, "at": event.at, "direction": event.direction,
            "channel": self._way(event.direction), "text": event.text, "minutes": event.minutes or None,
            "member": self.office.owners[event.owner] if event.by == "staff" else None,
        })  # fmt: skip
        self.key += 1
        self._note(Step.MESSAGE, event, data)
        self.row["minutes"] += event.minutes
        if event.direction == "in":
            self._hear(event)
        elif event.direction == "out":
            self.row["responded_at"] = self.row["responded_at"] or event.at
            self.row["contacts_needed"] += 1
            self._stop(ANSWERED, event.at)

    def _way(self, direction: str) -> str:
        """How people write to each other after the first word."""
        return "email" if self.channel in SPOKEN or (self.channel == "form" and direction == "out") else self.channel

    def _hear(self, event: Event) -> None:
        if self.status == Status.WAITING:
            self._take(Step.RESUME, event, {"at": event.at.isoformat()})
            self.pauses[-1] |= {"ended_at": event.at, "channel": event.channel}
        elif self.status in ENDED:
            again = {"reopened_at": event.at, "times_reopened": self.row["times_reopened"] + 1}
            self._take(Step.REOPEN, event, outcome="", resolved_at=None, closed_at=None, **again)
            self._start_clock(ClockKind.RESOLVE, event.at)
        self._start_clock(ClockKind.NEXT_RESPONSE, event.at)

    def _propose(self, event: Event) -> None:
        self._take(Step.PROPOSE, event, proposal=event.text, proposed_at=event.at)
        self._stop([ClockKind.PROPOSE], event.at)

    def _reject(self, event: Event) -> None:
        self._take(Step.REJECT, event, resolved_at=None)

    def _resolve(self, event: Event) -> None:
        self._take(Step.RESOLVE, event, resolved_at=event.at)
        self._stop(ClockKind.values, event.at)

    def _accept(self, event: Event) -> None:
        self._end(Step.ACCEPT, event)

    def _close(self, event: Event) -> None:
        self._end(Step.CLOSE, event)

    def _end(self, step: str, event: Event) -> None:
        ended = {"closed_at": event.at, "resolved_at": self.row["resolved_at"] or event.at}
        self._take(step, event, {"outcome": event.outcome}, outcome=event.outcome, **ended)
        self._stop(ClockKind.values, event.at)

    def measured(self) -> list[dict[str, Any]]:
        """The rows of the clocks, with what the watch would have written about each until now."""
        rows = [self._measure(clock) for clock in self.clocks]
        self.steps.sort(key=lambda step: step["at"])
        return [row for row in rows if row]

    def _measure(self, clock: Clock) -> dict[str, Any]:
        # Running clocks follow the tier of today, as recomputing them does.
        policy = self.office.policies.of(self.severity, self.tiers[clock.stopped is None])
        if policy is None:
            return {}
        target, calendar = policy.seconds_of(clock.kind), self.office.calendars.of(policy.calendar_id)
        end = clock.stopped or self.office.now
        pauses: list[Pause] = [(p["started_at"], p["ended_at"]) for p in self.pauses if p["started_at"] < end]
        due, warn = (
            due_at(clock.started, dt.timedelta(seconds=share * target), calendar, pauses) for share in (1, WARN_AT)
        )
        warn = warn if due else None
        row: dict[str, Any] = {
            "case": self.case, "kind": str(clock.kind), "policy": policy.pk, "calendar": policy.calendar_id,
            "target": target, "started_at": clock.started, "stopped_at": clock.stopped, "due_at": due,
            "warn_at": None if clock.stopped else warn, "warned_at": warn if warn and warn < end else None,
            "breached_at": None, "escalate_at": None, "level": 0, "elapsed": None,
        }  # fmt: skip
        if row["warned_at"]:
            self._watch(Step.WARN, warn, {"clock": str(clock.kind)})
        if clock.stopped:
            taken = working_time_between(clock.started, clock.stopped, calendar, pauses)
            row["elapsed"] = int(taken.total_seconds())
        if due and due + SECOND < end and (row["elapsed"] is None or row["elapsed"] > target):
            self._breach(clock, row, policy, end)
        return row

    def _breach(self, clock: Clock, row: dict[str, Any], policy: ResponsePolicy, end: dt.datetime) -> None:
        """Overdue: noted, and told to one after the other up the ladder."""
        due, calendar = row["due_at"], self.office.calendars.of(policy.calendar_id)
        row["breached_at"] = due
        self._watch(Step.BREACH, due + SECOND, {"clock": str(clock.kind)})
        for rung in self.office.ladder:
            at = due_at(due, dt.timedelta(minutes=rung.delay_minutes), calendar)
            if at is None or at + 2 * SECOND >= end:
                row["escalate_at"] = None if clock.stopped else at
                return
            row["level"] = rung.level
            told = {"clock": str(clock.kind), "level": rung.level, "to": self._told(rung.receiver)}
            self._watch(Step.ESCALATE, at + 2 * SECOND, told)

    def _told(self, receiver: str) -> list[int]:
        """Whom this rung tells; a case without an owner its lead."""
        lead = self.office.leads[self.team]
        chosen = {"owner": [self.row["owner"] or lead], "lead": [lead]}.get(receiver, list(self.office.managers))
        return [key for key in chosen if key]

    def _watch(self, step: str, at: dt.datetime | None, data: dict[str, Any]) -> None:
        self._note(step, Event(at or self.office.now, step, by="system", channel="clock"), data)
