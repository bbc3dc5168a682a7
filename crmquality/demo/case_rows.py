"""Writes the cases by COPY, with the states, clocks and steps that follow from their events."""

import datetime as dt
import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd
from django.db.models import Model

from complaints import defaults
from complaints.clocks import Calendars, Policies
from complaints.models import (
    Case,
    CaseClock,
    CaseMessage,
    CasePause,
    CaseStep,
    Category,
    CorrectiveAction,
    EscalationStep,
    RootCause,
)
from crmquality.lib.copying import copy_in
from crmquality.office.models import Calendar, Member, Team
from crmquality.office.roles import Role

from .case_life import CaseLife, Office
from .case_story import Event
from .cases import EVENTS
from .horizon import ZONE_NAME
from .lives import Lives
from .office_hours import COUNTRY, NAME, WEEKLY
from .people import TEAM_NAMES
from .phases import SLOTS_A_TEAM, TEAMS
from .rows import SOURCE, Keys, append, moments, owner

CASE = (
    "kind", "sender_name", "sender_email", "language", "channel", "subject", "text", "remedy_sought", "severity",
    "is_safety", "immediate_action", "region", "received_at", "complexity", "impact", "cause_text", "compensation",
    "compensated_on", "is_adopted", "adopted_on",
)  # fmt: skip
# What the events decide.
LIVED = (
    "outcome", "acknowledged_at", "responded_at", "resolved_at", "closed_at", "reopened_at", "times_reopened",
    "contacts_needed", "minutes", "proposal", "proposed_at",
)  # fmt: skip
FILLED = (Case, Case.orders.through, Case.products.through, CaseStep, CaseMessage, CaseClock, CasePause)


def open_office(owners: Sequence[int | None], now: dt.datetime) -> Office:
    """Promises, working hours and the ladder; made where the company has none of its own."""
    defaults.load()
    if not Calendar.objects.filter(is_default=True).exists():
        weekly = {str(day): [list(window) for window in windows] for day, windows in WEEKLY.items()}
        Calendar.objects.get_or_create(
            name=NAME, defaults={"time_zone": ZONE_NAME, "weekly": weekly, "country": COUNTRY, "is_default": True}
        )
    teams = dict(Team.objects.values_list("name", "pk"))
    return Office(
        now=now,
        owners=owners,
        # Each department's lead sits on its first slot.
        leads=[owners[1 + place * SLOTS_A_TEAM] for place in range(len(TEAMS))],
        teams=[teams[TEAM_NAMES[team]] for team in TEAMS],
        managers=list(Member.objects.filter(role=Role.MANAGER, is_active=True).values_list("pk", flat=True)),
        policies=Policies(),
        calendars=Calendars(),
        ladder=list(EscalationStep.objects.all()),
    )


def codes(model: type[Category] | type[RootCause]) -> dict[str, int]:
    return dict(model.objects.values_list("code", "pk"))


def write(lives: Lives, keys: Keys) -> dict[str, int]:
    """Write the cases with all that belongs to them; returns how many rows of what."""
    lived = _lived(lives, keys)
    message = sum(len(each.messages) for each in lived)
    keys.message += message
    clocks = [row for each in lived for row in each.measured()]
    return {
        "cases": _cases(lives, keys, lived),
        "case_steps": _steps([row for each in lived for row in each.steps]),
        "case_messages": _messages([row for each in lived for row in each.messages]),
        "case_clocks": _clocks(clocks),
        "case_pauses": _pauses([row for each in lived for row in each.pauses]),
        "corrective_actions": _actions(lives, keys),
    }


def _lived(lives: Lives, keys: Keys) -> list[CaseLife]:
    """Every case with what follows from its events, in the order of the cases."""
    columns = (lives.case_events[name].tolist() for name in ("case", *EVENTS))
    events = {
        case: [Event(row[1].to_pydatetime(), *row[2:]) for row in rows]
        for case, rows in groupby(zip(*columns, strict=True), key=itemgetter(0))
    }
    tier = lives.customers.set_index("customer")["tier"].astype(str)
    frame = lives.cases.assign(tier_now=tier[lives.cases["customer"]].to_numpy())
    names = ("case", "kind", "severity", "tier", "tier_now", "channel", "team")
    lived, message = [], keys.message + 1
    for case, kind, severity, before, now, channel, team in zip(*(frame[name].tolist() for name in names), strict=True):
        life = CaseLife(keys.office, case + keys.case, severity, (before, now), channel, team)
        life.follow(events[case], kind, message)
        message = life.key
        lived.append(life)
    return lived


def _cases(lives: Lives, keys: Keys, lived: list[CaseLife]) -> int:
    frame = lives.cases
    rows = _frame([life.row for life in lived], {"owner": "Int64"}, frame.index)
    team = frame["team"].map(dict(enumerate(keys.office.teams)))
    columns: dict[str, object] = {
        "id": frame["case"] + keys.case,
        "external_source": SOURCE,
        "created_at": frame["received_at"],
        "customer_id": frame["customer"] + keys.customer,
        "contact_id": frame["contact"] + keys.contact,
        "category_id": frame["category"].map(keys.categories).astype("Int64"),
        "cause_id": frame["cause"].map(keys.causes).astype("Int64"),
        "team_id": team,
        "owner_id": rows.get("owner"),
        "status": [str(life.status) for life in lived],
        **{name: frame[name] for name in CASE},
        **{name: rows.get(name) for name in LIVED},
    }
    count = append(Case, columns, frame)
    for table, name, start in ((Case.orders.through, "order", keys.order), (Case.products.through, "product", None)):
        linked = frame[frame[name].notna()]
        key = keys.products[linked[name].to_numpy(dtype="int64") - 1] if start is None else linked[name] + start
        append(table, {"case_id": linked["case"] + keys.case, f"{name}_id": key}, linked)
    return count


def _frame(rows: list[dict[str, Any]], types: dict[str, str], index: pd.Index | None = None) -> pd.DataFrame:
    """Rows as a frame: moments as such, whole numbers with gaps as such."""
    frame = pd.DataFrame(rows, index=index)
    moments_of = {name: "datetime64[us, UTC]" for name in frame if str(name).endswith("_at") or name == "at"}
    return frame.astype({**moments_of, **{name: kind for name, kind in types.items() if name in frame}})


def _written(model: type[Model], rows: list[dict[str, Any]], renamed: dict[str, str], whole: Sequence[str]) -> int:
    """Write rows as they are; `renamed` are keys of other rows, `whole` numbers that may be missing."""
    if not rows:
        return 0
    frame = _frame(rows, dict.fromkeys((*renamed, *whole), "Int64")).rename(columns=renamed)
    return copy_in(model._meta.db_table, [str(name) for name in frame], frame)


def _steps(rows: list[dict[str, Any]]) -> int:
    told = [{**row, "data": json.dumps(row["data"]), "recorded_at": row["at"]} for row in rows]
    return _written(CaseStep, told, {"case": "case_id", "member": "member_id"}, ())


def _messages(rows: list[dict[str, Any]]) -> int:
    told = [{**row, "recorded_at": row["at"]} for row in rows]
    return _written(CaseMessage, told, {"case": "case_id", "member": "member_id"}, ("minutes",))


def _clocks(rows: list[dict[str, Any]]) -> int:
    renamed = {"case": "case_id", "policy": "policy_id", "calendar": "calendar_id"}
    return _written(CaseClock, rows, renamed, ("elapsed",))


def _pauses(rows: list[dict[str, Any]]) -> int:
    return _written(CasePause, [{**row, "noticed_at": row["ended_at"]} for row in rows], {"case": "case_id"}, ())


def _actions(lives: Lives, keys: Keys) -> int:
    frame = lives.case_actions
    columns: dict[str, object] = {
        "case_id": frame["case"] + keys.case,
        "owner_id": owner(frame["owner"], keys),
        **{name: frame[name] for name in ("text", "due_on", "done_on", "is_effective")},
        "created_at": moments(frame["created_on"]),
    }
    return append(CorrectiveAction, columns, frame)
