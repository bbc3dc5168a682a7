"""One thing done with many cases: each is claimed singly, so that one that was overtaken stops no other."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Func, Value

from crmquality.office.models import Member, Team

from . import life
from .models import Actor, Case, NotAllowed, Overtaken, Step
from .queue import standing

Verb = Callable[[Case], Any]


@dataclass
class Result:
    """The cases with which it was done, what undoing needs of each, and those with which it could not be done."""

    done: list[Case] = field(default_factory=list)
    before: list[list[Any]] = field(default_factory=list)
    overtaken: list[Case] = field(default_factory=list)


def each(cases: Iterable[Case], verb: Verb, seen: Mapping[int, str] = MappingProxyType({})) -> Result:
    """Do it with every case that stands as it was `seen`; what `verb` returns is kept for the undo."""
    result = Result()
    for case in cases:
        try:
            if seen.get(case.pk) and seen[case.pk] != standing(case):
                raise Overtaken(case.number)
            with transaction.atomic():
                before = verb(case)
        except (NotAllowed, Overtaken):
            result.overtaken.append(case)
        else:
            result.done.append(case)
            if before is not None:
                result.before.append([case.pk, *before])
    return result


def assigning(receive: Callable[[Case], tuple[Member | None, Team | None]], actor: Actor, now: dt.datetime) -> Verb:
    """Give it away; before: whose it was, and whose it is now."""

    def assign(case: Case) -> list[int | None]:
        owner, team = receive(case)
        before = [case.owner_id, case.team_id]
        life.assign(case, owner, team, actor, now)
        return [*before, owner.pk if owner else None]

    return assign


def closing(outcome: str, actor: Actor, now: dt.datetime) -> Verb:
    """Resolve it, if it is not, and close it. Not to be undone: reopening counts."""

    def close(case: Case) -> None:
        if not case.may(Step.CLOSE):
            life.resolve(case, actor, now)
        life.close(case, outcome, actor, now)

    return close


def resolving(actor: Actor, now: dt.datetime) -> Verb:
    def resolve(case: Case) -> None:
        life.resolve(case, actor, now)

    return resolve


def tagging(tags: list[str], actor: Actor, now: dt.datetime) -> Verb:
    """Add tags; before: those that it had not."""

    def tag(case: Case) -> list[list[str]]:
        new = [each for each in tags if each not in case.tags]
        if new:
            claimed = Case.objects.filter(pk=case.pk, tags=case.tags, merged_into=None).update(tags=[*case.tags, *new])
            if not claimed:
                raise Overtaken(case.number)
            case.note(Step.EDIT, actor, now)
        return [new]

    return tag


def undo(what: Mapping[str, Any], cases: Iterable[Case], actor: Actor, now: dt.datetime) -> Result:
    """Take back an assignment or tags where the case still has what was given."""
    before = {row[0]: row[1:] for row in what["before"]}
    owners = Member.objects.in_bulk([row[0] for row in before.values()] if what["field"] == "assign" else [])
    teams = Team.objects.in_bulk([row[1] for row in before.values()] if what["field"] == "assign" else [])

    def assign_back(case: Case) -> None:
        owner, team, given = before[case.pk]
        if case.owner_id != given:
            raise Overtaken(case.number)
        life.assign(case, owners.get(owner), teams.get(team), actor, now)

    def untag(case: Case) -> None:
        for tag in before[case.pk][0]:
            removed = Func("tags", Value(tag), function="array_remove")
            Case.objects.filter(pk=case.pk).update(tags=removed)

    return each(cases, assign_back if what["field"] == "assign" else untag)
