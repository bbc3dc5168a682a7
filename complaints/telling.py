"""The history of a case, in words."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from crmquality.lib.formats import day
from crmquality.lib.timeline import Telling, TimelineItem
from crmquality.office.models import Member, Organisation, Team

from .models import (
    Case,
    CaseMessage,
    CaseStep,
    Category,
    ClockKind,
    CorrectiveAction,
    Kind,
    Outcome,
    RootCause,
    Severity,
    Status,
    Step,
)
from .timeline import CASE

SHOWN = 500
ICONS = {
    Step.RECEIVE: "plus", Step.ASSIGN: "person", Step.WAIT: "clock", Step.RESUME: "clock", Step.ACCEPT: "check",
    Step.RESOLVE: "check", Step.CLOSE: "check", Step.REJECT: "alert", Step.REOPEN: "return", Step.MERGE: "merge",
    Step.WARN: "clock", Step.BREACH: "alert", Step.ESCALATE: "alert", Step.CLOCK: "clock",
}  # fmt: skip
MESSAGE_ICONS = {"in": "talk", "out": "mail", "note": "edit"}
TONES = {"in": "blue", "out": "green", "note": "yellow"}


@dataclass(frozen=True)
class Names:
    """The names of what steps carry as keys, each kind read once."""

    members: Mapping[int, str]
    teams: Mapping[int, str]
    categories: Mapping[int, str]
    causes: Mapping[int, str]

    @classmethod
    def load(cls) -> "Names":
        return cls(
            *({row.pk: str(row) for row in model.objects.all()} for model in (Member, Team, Category, RootCause))
        )


def history(case: Case, office: Organisation) -> list[TimelineItem]:
    """Everything that happened to the case, newest first: steps, messages, notes, actions, files."""
    names = Names.load()
    steps = case.steps.exclude(step=Step.MESSAGE).order_by("-id")[:SHOWN]
    messages = case.messages.select_related("member").prefetch_related("files").order_by("-at", "-id")[:SHOWN]
    actions = case.actions.select_related("owner")
    files = case.files.filter(message=None)
    found = [
        *(TimelineItem(CASE, _label(step), step.at, False, _step(step, names, office)) for step in steps),
        *(TimelineItem(CASE, row.get_direction_display(), row.at, False, _message(row)) for row in messages),
        *(TimelineItem(CASE, _("Corrective action"), row.created_at, False, _action(row)) for row in actions),
        *(TimelineItem(CASE, _("File"), row.created_at, False, Telling(row.name, icon="clip")) for row in files),
    ]
    return sorted(found, key=lambda item: item.at, reverse=True)


def _label(step: CaseStep) -> str:
    return str(Step(step.step).label) if step.step in Step.values else step.step


def _step(step: CaseStep, names: Names, office: Organisation) -> Telling:
    who = names.members.get(step.member_id or 0) or step.get_by_display()
    change = ""
    if step.to_status and step.from_status not in ("", step.to_status):
        change = f"{Status(step.from_status).label} → {Status(step.to_status).label}"
    told = " · ".join(filter(None, [_label(step), *_facts(step.data, names, office)]))
    tone = "red" if step.step in (Step.BREACH, Step.ESCALATE, Step.REJECT) else "secondary"
    return Telling(told, f"{who} · {step.channel}", change, tone, icon=ICONS.get(Step(step.step), "filter"))


def _facts(data: Mapping[str, Any], names: Names, office: Organisation) -> list[str]:
    """What a step carries, those of it that people want to read."""
    readers: dict[str, Callable[[Any], str]] = {
        "owner": lambda key: names.members.get(key, "") if key else "",
        "team": lambda key: names.teams.get(key, "") if key else "",
        "category": lambda key: names.categories.get(key, ""),
        "cause": lambda key: names.causes.get(key, ""),
        "severity": lambda key: str(Severity(key).label),
        "follow_up": lambda _key: _("follow-up"),
        "due_on": lambda text: _("due on %(day)s") % {"day": day(dt.date.fromisoformat(text))},
        "satisfaction": lambda points: _("%(points)s of 100") % {"points": points},
        "kind": lambda key: str(Kind(key).label),
        "outcome": lambda key: str(Outcome(key).label),
        "clock": lambda key: str(ClockKind(key).label),
        "into": str,
        "level": lambda key: _("level %(level)s") % {"level": key},
        "is_adopted": lambda key: {True: _("yes"), False: _("no")}.get(key, ""),
    }
    told = [readers[name](value) for name, value in data.items() if name in readers]
    if isinstance(data.get("from"), str):
        told.append(_("from %(number)s") % {"number": data["from"]})
    return told


def _message(row: CaseMessage) -> Telling:
    minutes = _("%(minutes)s min") % {"minutes": row.minutes} if row.minutes else ""
    files = ", ".join(file.name for file in row.files.all())
    mail = row.mail_error or (_("mailed to %(address)s") % {"address": row.mail_to} if row.mail_to else "")
    channel = row.get_channel_display() if row.direction != CaseMessage.Direction.NOTE else ""
    who = " · ".join(filter(None, [str(row.member or row.sender), channel, minutes, files, mail]))
    badge = _("automatic") if row.is_automatic else row.get_direction_display()
    return Telling("", who, badge, TONES[row.direction], row.text, icon=MESSAGE_ICONS[row.direction])


def _action(row: CorrectiveAction) -> Telling:
    due = _("due on %(day)s") % {"day": day(row.due_on)}
    state = _("done on %(day)s") % {"day": day(row.done_on)} if row.done_on else due
    helped = {True: _("it helped"), False: _("it did not help")}.get(row.is_effective, "")  # type: ignore[arg-type]
    return Telling(
        row.text, str(row.owner or _("nobody")), state, "green" if row.done_on else "blue", helped, icon="need"
    )
