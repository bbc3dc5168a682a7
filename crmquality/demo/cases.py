"""The cases of a chunk: what customers turned to us with, and what was done about it."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from .case_causes import NOBODY, Matters, matters
from .case_phrases import ACTIONS, CHINESE, ENGLISH, FOUND, GROUP_OF, IMMEDIATE
from .case_story import Event, Matter, tell
from .catalogue import TIERS, products
from .contacts import People
from .horizon import DAY, to_utc
from .phases import SLOTS_A_TEAM
from .scene import NO_DAY, Scene
from .streams import pick
from .wording import AMOUNTS, LINE_NAMES, lines_of, sentence

CHANNELS = ("phone", "email", "form", "visit", "web_chat", "wechat", "social", "letter")
SHARES = {
    "here": np.array([0.34, 0.13, 0.12, 0.05, 0.06, 0.27, 0.02, 0.01]),
    "abroad": np.array([0.17, 0.52, 0.18, 0.02, 0.08, 0.00, 0.02, 0.01]),
}
DICE = 64
# How serious it is by itself; late ones grow with the days.
SEVERITY = {
    "safety": 4, "defect": 3, "performance": 3, "promise-not-kept": 2, "wrong-price": 2, "missing-documents": 1,
    "unclear-instructions": 1, "packaging": 1, "wrong-invoice": 1, "enquiry": 1, "suggestion": 1, "praise": 1,
}  # fmt: skip
MOST = {"A": 0.40, "B": 0.25, "C": 0.12, "D": 0.05}
COMPENSATED = 0.42
UNASSIGNED = 0.18
ADOPTED = 0.38
EVENTS = ("at", "step", "by", "owner", "channel", "direction", "text", "minutes", "outcome")


def case_frames(scene: Scene, crowd: People) -> dict[str, pd.DataFrame]:
    """The tables of `Lives` that hold the cases."""
    found = matters(scene)
    random = scene.random("cases")
    cases = _cases(scene, random, crowd, found)
    stories = _stories(scene, random, found, cases)
    known = [[event for event in events if event.at < _now(scene)] for events, _ in stories]
    cases = cases.assign(**_ends(scene, random, found, cases, known))
    return {"cases": cases, "case_events": _events(cases, known), "case_actions": _actions(scene, random, found, cases)}


def _now(scene: Scene) -> dt.datetime:
    return to_utc(np.array([scene.horizon.now]))[0].to_pydatetime()


def _cases(scene: Scene, random: np.random.Generator, crowd: People, found: Matters) -> pd.DataFrame:
    """The cases as they were taken in."""
    customer, day = found.customer, found.time.astype("datetime64[D]")
    here, abroad = (pick(random, SHARES[name], len(day)) for name in ("here", "abroad"))
    channel = np.array(CHANNELS, dtype=object)[np.where(scene.overseas[customer], abroad, here)]
    severity = _severity(scene, random, found)
    subjects, texts, remedies = _said(scene, random, found)
    contact = crowd.first[customer]
    written = np.isin(channel, ["email", "form"])
    return pd.DataFrame(
        {
            "case": np.arange(1, len(day) + 1),
            "customer": scene.numbers[customer],
            "contact": pd.array(contact + 1, dtype="Int64"),
            "kind": np.where(found.is_complaint, "complaint", found.about),
            "category": np.where(found.is_complaint, found.about, ""),
            "sender_name": np.where(written, crowd.contacts["name"].to_numpy()[contact], ""),
            "sender_email": np.where(written, crowd.contacts["email"].to_numpy()[contact], ""),
            "language": np.where(scene.overseas[customer], "en", "zh-hans"),
            "channel": channel,
            "subject": subjects,
            "text": texts,
            "remedy_sought": remedies,
            "severity": severity,
            "tier": np.array(TIERS, dtype=object)[scene.tier_at(customer, day)],
            "is_safety": found.about == "safety",
            "immediate_action": [
                IMMEDIATE[int(abroad)] if about == "safety" else ""
                for about, abroad in zip(found.about, scene.overseas[customer], strict=True)
            ],
            "region": np.array(scene.named.region, dtype=object)[customer],
            "received_at": to_utc(found.time),
            "owner": scene.owner_at(customer, day),
            "team": np.where(scene.overseas[customer], 1, 0),
            "order": pd.array(found.order + 1, dtype="Int64"),
            "product": pd.array(found.product, dtype="Int64"),
        }
    ).assign(
        order=lambda frame: frame["order"].mask(found.order == NOBODY),
        product=lambda frame: frame["product"].mask(found.product == 0),
    )


def _severity(scene: Scene, random: np.random.Generator, found: Matters) -> np.ndarray:
    """By what happened, and one more for some, more often for those who buy much."""
    severity = np.array([SEVERITY.get(about, 2) for about in found.about], dtype="int64")
    tier = scene.tier_at(found.customer, found.time.astype("datetime64[D]"))
    more = random.random(len(severity)) < np.array([MOST[name] for name in TIERS])[tier]
    return np.where(found.is_complaint & (severity < 3), severity + more, severity)


def _said(scene: Scene, random: np.random.Generator, found: Matters) -> tuple[list[str], list[str], list[str]]:
    size = len(found.customer)
    line = lines_of(scene, random, found.customer)
    dice, amount, days = (random.integers(0, most, size).tolist() for most in (1 << 20, 6, 20))
    goods = products()
    # Where no product is known one of the line is meant.
    named = np.where(found.product > 0, found.product - 1, np.searchsorted(goods["line"].to_numpy(), line))
    line = np.where(found.product > 0, goods["line"].to_numpy()[named], line)
    first = np.searchsorted(scene.draft.customer, found.customer)
    abroad = scene.overseas[found.customer].astype("int64").tolist()
    told = []
    for row, about in enumerate(found.about):
        language = abroad[row]
        offered = (CHINESE, ENGLISH)[language][about]
        if found.order[row] == NOBODY:
            offered = [each for each in offered if not any("{order}" in part for part in each)] or offered
        slots = {
            "order": _number(scene, found.customer[row], found.order[row] - first[row] + 1, language),
            "good": goods["name"].iloc[int(named[row])].split(" · ")[1 - language],
            "line": LINE_NAMES[language][line[row]],
            "n": f"{AMOUNTS[amount[row]]:,}",
            "days": days[row] + 3,
        }
        told.append([sentence(part.format_map(slots)) for part in offered[dice[row] % len(offered)]])
    subjects, texts, remedies = ([each[part] for each in told] for part in range(3))
    return subjects, texts, remedies


def _number(scene: Scene, customer: int, nth: int, language: int) -> str:
    return f"SO-{scene.numbers[customer]:05d}-{nth:03d}" if nth > 0 else ("上月的订单", "of last month")[language]


def _stories(
    scene: Scene, random: np.random.Generator, found: Matters, cases: pd.DataFrame
) -> list[tuple[list[Event], str]]:
    size = len(cases)
    dice = random.random((size, DICE)).tolist()
    helper = cases["team"].to_numpy() * SLOTS_A_TEAM + 1 + random.integers(0, SLOTS_A_TEAM, size)
    tier = scene.tier_at(found.customer, found.time.astype("datetime64[D]"))
    # Of some nobody saw at once whose customer it is.
    owner = np.where(random.random(size) < UNASSIGNED, 0, cases["owner"])
    columns = (
        [moment.to_pydatetime() for moment in cases["received_at"]],
        found.about,
        cases["severity"].tolist(),
        cases["channel"],
        found.is_bad.tolist(),
        (tier == 0).tolist(),
        scene.overseas[found.customer].astype("int64").tolist(),
        owner.tolist(),
        helper.tolist(),
    )
    return [tell(Matter(*row), dice[place]) for place, row in enumerate(zip(*columns, strict=True))]


def _events(cases: pd.DataFrame, known: list[list[Event]]) -> pd.DataFrame:
    rows = [
        (case, customer, *(getattr(event, name) for name in EVENTS))
        for case, customer, events in zip(cases["case"].tolist(), cases["customer"].tolist(), known, strict=True)
        for event in events
    ]
    frame = pd.DataFrame(rows, columns=["case", "customer", *EVENTS])
    whole = dict.fromkeys(("case", "customer", "owner", "minutes"), "int64")
    return frame.astype({**whole, "at": "datetime64[us, UTC]"})


def _ends(
    scene: Scene, random: np.random.Generator, found: Matters, cases: pd.DataFrame, known: list[list[Event]]
) -> dict[str, Any]:
    """What was found, paid and adopted, of what is settled by now."""
    size, today = len(cases), scene.horizon.today
    settled = np.array([_settled_on(events) for events in known], dtype="datetime64[D]").reshape(size)
    is_settled = ~np.isnat(settled)
    knows = is_settled & found.is_complaint & (random.random(size) < 0.85)
    causes = [
        _found(found.about[row], float(luck), int(scene.overseas[found.customer[row]])) if knows[row] else ("", "")
        for row, luck in enumerate(random.random(size))
    ]
    usual = np.where(found.order >= 0, scene.fen[np.maximum(found.order, 0)] if len(scene.fen) else 0, 20_000)
    share = 0.02 + 0.18 * random.random(size) * cases["severity"].to_numpy() / 3
    pays = is_settled & found.is_complaint & ~found.is_bad & (random.random(size) < COMPENSATED)
    amount = np.clip(np.rint(usual * share / 1_000).astype("int64") * 1_000, 3_000, 600_000)
    paid = settled + random.integers(0, 6, size) * DAY
    decided = is_settled & (found.about == "suggestion") & (random.random(size) < 0.8)
    adopted = decided & (random.random(size) < ADOPTED / 0.8)
    on = np.minimum(settled + random.integers(5, 45, size) * DAY, today)
    judged = is_settled & found.is_complaint
    return {
        "settled_on": settled.astype("datetime64[s]"),
        "cause": [code for code, _ in causes],
        "cause_text": [text for _, text in causes],
        "complexity": pd.Series(random.integers(1, 4, size), dtype="Int64").where(judged),
        "impact": pd.Series(np.minimum(cases["severity"], 3), dtype="Int64").where(judged),
        "compensation": pd.Series(amount, dtype="Int64").where(pays),
        "compensated_on": pd.Series(paid.astype("datetime64[s]")).where(pays & (paid <= today)),
        "is_adopted": pd.Series(adopted, dtype="boolean").where(decided),
        "adopted_on": pd.Series(on.astype("datetime64[s]")).where(adopted),
    }


def _settled_on(events: list[Event]) -> np.datetime64:
    """The local day of the last settlement; none while it is open."""
    at: dt.datetime | None = None
    for event in events:
        if event.step in ("resolve", "accept"):
            at = event.at
        elif event.direction == "in":
            at = None
    return np.datetime64((at + dt.timedelta(hours=8)).date(), "D") if at else NO_DAY


def _found(about: str, luck: float, language: int) -> tuple[str, str]:
    """A root cause and what was found."""
    for code, share, *texts in FOUND[GROUP_OF[about]]:
        if luck < share:
            return code, texts[language]
        luck -= share
    return "unknown", ""


def _actions(scene: Scene, random: np.random.Generator, found: Matters, cases: pd.DataFrame) -> pd.DataFrame:
    """What is done so that it does not happen again, for some of what was found."""
    size, today = len(cases), scene.horizon.today
    row = np.flatnonzero((cases["cause"] != "").to_numpy() & (random.random(size) < 0.28))
    received = found.time.astype("datetime64[D]")[row]
    due = received + random.integers(14, 60, len(row)) * DAY
    done = due + np.rint(random.normal(-2, 7, len(row))).astype("int64") * DAY
    is_done = (done < today) & (random.random(len(row)) < 0.93)
    judged = is_done & (done + 30 * DAY < today) & (random.random(len(row)) < 0.8)
    helps = random.random(len(row)) < 0.8
    texts = [ACTIONS[GROUP_OF[about]] for about in found.about[row]]
    language = scene.overseas[found.customer[row]].astype("int64")
    which = random.integers(0, 1 << 16, len(row))
    return pd.DataFrame(
        {
            "case": cases["case"].to_numpy()[row],
            "customer": cases["customer"].to_numpy()[row],
            "owner": cases["owner"].to_numpy()[row],
            "text": [each[w % len(each)][lang] for each, w, lang in zip(texts, which, language, strict=True)],
            "due_on": due.astype("datetime64[s]"),
            "done_on": pd.Series(done.astype("datetime64[s]")).where(is_done),
            "is_effective": pd.Series(helps, dtype="boolean").where(judged),
            "created_on": received.astype("datetime64[s]"),
        }
    )
