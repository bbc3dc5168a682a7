"""What customers of a chunk were asked in two years of surveys, who answered, and what they said.

Answers come from the same truth as orders and complaints: how content somebody is that month.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import surveys

from .contacts import People
from .horizon import DAY, to_utc
from .scene import Scene, at_work, workday

QUESTIONNAIRES = Path(surveys.__file__).with_name("questionnaires.toml")
FIXED_SCALES = {"nps": 10, "effort": 7}
REMARKS = tomllib.loads(Path(__file__).with_name("survey_phrases.toml").read_text(encoding="utf-8"))
# Index of the month in which each wave was sent; the last two years of three.
WAVES = {"relationship": (13, 19, 25, 31), "nps": (16, 22, 28, 34)}
AFTER = "after-complaint"
# Nobody was asked twice within so many days.
CAP = 30 * DAY
ASKED = {"relationship": 0.75, "nps": 0.65, AFTER: 0.85}
DAYS_AFTER_CLOSING = 3
OPEN = 30 * DAY
BOUNCED = 0.015
WEIGHTS = {"decision_maker": 3, "user": 2, "other": 1}
# What people judge better or worse than the whole, in points.
TASTE = {
    "performance": 4.0,
    "quality": 3.0,
    "price": -7.0,
    "packaging": 2.0,
    "delivery": -5.0,
    "attitude": 5.0,
    "after_sales": -2.0,
    "documentation": -4.0,
    "communication": 0.0,
}
REMARK = 0.35
BAD, GOOD = 55.0, 72.0


@dataclass(frozen=True)
class Asked:
    """One thing to answer, as surveys/questionnaires.toml has it."""

    key: str
    row: str
    kind: str
    low: int
    high: int
    measure: str
    attribute: str
    stage: str


def questions(slug: str) -> list[Asked]:
    """What the questionnaire asks on a scale; of its texts the first."""
    found: list[Asked] = []
    for each in tomllib.loads(QUESTIONNAIRES.read_text())[slug]["questions"]:
        high = each.get("scale_max", FIXED_SCALES.get(each["kind"], 0))
        for row in each.get("rows", [{}]) if high else []:
            found.append(
                Asked(
                    each["key"],
                    row.get("key", ""),
                    each["kind"],
                    0 if each["kind"] == "nps" else 1,
                    high,
                    each.get("measure", ""),
                    row.get("attribute", each.get("attribute", "")),
                    row.get("stage", each.get("stage", "")),
                )
            )
    return found


def survey_frames(scene: Scene, crowd: People, cases: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The tables of `Lives` that hold the surveys."""
    random = scene.random("surveys")
    invited = _capped(pd.concat([_waves(scene, random, crowd), _after(scene, random, crowd, cases)]))
    invited = _answered(scene, random, invited.reset_index(drop=True))
    invited.insert(0, "invitation", np.arange(1, len(invited) + 1))
    return {"invitations": invited.drop(columns="mood"), "answers": _answers(scene, random, invited)}


def _waves(scene: Scene, random: np.random.Generator, crowd: People) -> pd.DataFrame:
    parts = []
    for slug, months in WAVES.items():
        for month in months:
            day = workday(scene.horizon.month_starts[month : month + 1] + 7 * DAY)[0]
            there = (scene.known_on < day - 30 * DAY) & ~scene.nature.is_prospect
            there &= scene.orders_before(np.arange(scene.size), np.full(scene.size, day.astype("datetime64[s]"))) > 0
            customer = np.flatnonzero(there & (random.random(scene.size) < ASKED[slug]))
            parts.append(_invited(scene, random, crowd, customer, np.full(len(customer), day), slug, month, pd.NA))
    return pd.concat(parts)


def _after(scene: Scene, random: np.random.Generator, crowd: People, cases: pd.DataFrame) -> pd.DataFrame:
    """Those whose complaint was closed, some days later."""
    closed = cases[(cases["kind"] == "complaint") & cases["settled_on"].notna()]
    closed = closed[random.random(len(closed)) < ASKED[AFTER]]
    day = closed["settled_on"].to_numpy(dtype="datetime64[D]") + DAYS_AFTER_CLOSING * DAY
    late = (day >= scene.horizon.month_starts[12]) & (day <= scene.horizon.today)
    customer = closed["customer"].to_numpy()[late] - scene.numbers[0]
    case = closed["case"].to_numpy()[late]
    return _invited(scene, random, crowd, customer, workday(day[late]), AFTER, -1, case)


def _invited(
    scene: Scene,
    random: np.random.Generator,
    crowd: People,
    customer: np.ndarray,
    day: np.ndarray,
    slug: str,
    month: int,
    case: Any,
) -> pd.DataFrame:
    contact = crowd.first[customer]
    about = crowd.contacts.iloc[contact]
    frame = pd.DataFrame(
        {
            "customer": scene.numbers[customer],
            "contact": contact + 1,
            "survey": slug,
            "month": month,
            "case": pd.array(np.broadcast_to(case, len(customer)), dtype="Int64"),
            "day": day,
            "sent_at": to_utc(at_work(random, day)),
            "language": np.where(scene.overseas[customer], "en", "zh-hans"),
            "weight": [WEIGHTS[role] for role in about["role"]],
            "mood": scene.mood_at(customer, day),
        }
    )
    gone = crowd.left_on[contact] <= day
    wants_none = np.array(["email" in channels for channels in about["opted_out"]], dtype=bool)
    return frame[~gone & ~wants_none & (frame["sent_at"] < to_utc(np.array([scene.horizon.now]))[0])]


def _capped(invited: pd.DataFrame) -> pd.DataFrame:
    """Without those who had been asked within the last 30 days."""
    ordered = invited.sort_values(["customer", "day", "survey"], kind="stable")
    keep: list[bool] = []
    last: dict[int, np.datetime64] = {}
    for customer, day in zip(ordered["customer"], ordered["day"].to_numpy(dtype="datetime64[D]"), strict=True):
        is_free = customer not in last or day - last[customer] >= CAP
        if is_free:
            last[customer] = day
        keep.append(is_free)
    return ordered[keep]


def _answered(scene: Scene, random: np.random.Generator, invited: pd.DataFrame) -> pd.DataFrame:
    """When each answered, if at all: the candid more often, those on the way out less."""
    customer = invited["customer"].to_numpy() - scene.numbers[0]
    day = invited["day"].to_numpy(dtype="datetime64[D]")
    mood = invited["mood"].to_numpy()
    chance = 0.10 + 0.55 * scene.nature.candour[customer] + 0.08 * (np.abs(mood - 66) > 16)
    chance *= np.where(scene.is_leaving(customer, day), 0.45, 1.0)
    bounced = random.random(len(invited)) < BOUNCED
    wait = random.exponential(2.6, len(invited)) + np.where(random.random(len(invited)) < 0.3, 7.0, 0.0)
    minutes = (wait * 1440).astype("int64") + 12
    at = invited["sent_at"] + pd.to_timedelta(minutes, unit="min")
    answers = (random.random(len(invited)) < chance) & ~bounced & (wait < OPEN.astype("int64"))
    answers &= (at < to_utc(np.array([scene.horizon.now]))[0]).to_numpy()
    return invited.assign(
        answered_at=at.where(answers),
        is_bounced=bounced,
        seconds=pd.Series(random.integers(35, 420, len(invited)), index=invited.index).where(answers).astype("Int64"),
    )


def _answers(scene: Scene, random: np.random.Generator, invited: pd.DataFrame) -> pd.DataFrame:
    """One row an answer; a text where somebody had something to say."""
    parts = [
        _of_survey(scene, random, part[part["answered_at"].notna()], str(slug))
        for slug, part in invited.groupby("survey")
    ]
    columns = ["invitation", "customer", "key", "row", "value", "low", "high", "measure", "attribute", "stage", "text"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _of_survey(scene: Scene, random: np.random.Generator, said: pd.DataFrame, slug: str) -> pd.DataFrame:
    size = len(said)
    # What one person gives to everything, beside what he thinks of each.
    habit = said["mood"].to_numpy() + random.normal(0, 7, size)
    parts = []
    for asked in questions(slug):
        felt = habit + TASTE.get(asked.attribute, 0.0) + random.normal(0, 8, size)
        value = np.rint(asked.low + (asked.high - asked.low) * np.clip((felt - 12) / 78, 0, 1)).astype("int64")
        skipped = (random.random(size) < 0.06) & bool(asked.row)
        parts.append(
            pd.DataFrame(
                {
                    "invitation": said["invitation"],
                    "customer": said["customer"],
                    "key": asked.key,
                    "row": asked.row,
                    "value": value,
                    "low": asked.low,
                    "high": asked.high,
                    "measure": asked.measure,
                    "attribute": asked.attribute,
                    "stage": asked.stage,
                    "text": "",
                }
            )[~skipped]
        )
    return pd.concat([*parts, _remarks(random, said, slug)], ignore_index=True)


def _remarks(random: np.random.Generator, said: pd.DataFrame, slug: str) -> pd.DataFrame:
    key = {"relationship": "improve", "nps": "improve", AFTER: "open"}[slug]
    mood = said["mood"].to_numpy()
    tone = np.where(mood < BAD, "bad", np.where(mood > GOOD, "good", "fair"))
    dice = random.integers(0, 1 << 20, len(said)).tolist()
    texts = [
        REMARKS[language][str(feeling)][luck % len(REMARKS[language][str(feeling)])]
        for language, feeling, luck in zip(said["language"], tone, dice, strict=True)
    ]
    frame = pd.DataFrame(
        {
            "invitation": said["invitation"],
            "customer": said["customer"],
            "key": key,
            "row": "",
            "value": pd.NA,
            "low": pd.NA,
            "high": pd.NA,
            "measure": "",
            "attribute": "",
            "stage": "",
            "text": texts,
        }
    )
    return frame[random.random(len(said)) < REMARK]
