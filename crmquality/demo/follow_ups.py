"""What was promised in talks and planned as visits: done, late, given up, or still to do."""

import numpy as np
import pandas as pd

from .contacts import People
from .horizon import DAY, to_utc
from .phrases import CHINESE_TASKS, ENGLISH_TASKS, IS_GONE, NOT_NOW, VISITS
from .scene import Scene, at_work, workday
from .talk import OCCASIONS, Talks
from .visits import DILIGENCE, Visits
from .wording import word

# How often a talk about something ends with a promise, and which one.
PROMISES = {
    "first": (0.45, "other"), "first_in": (0.6, "quote"), "hello": (0.12, "other"), "ask": (0.15, "other"),
    "quote": (0.55, "quote"), "offer": (0.4, "offer"), "service_in": (0.4, "service"), "service_out": (0.1, "service"),
    "complain": (0.75, "complain"), "doubt": (0.6, "cool"), "cool": (0.35, "cool"), "winback": (0.3, "winback"),
    "visit": (0.15, "other"), "visit_call": (0.1, "other"), "visit_low": (0.5, "complain"), "event": (0.2, "other"),
}  # fmt: skip
NEVER_DONE, GIVEN_UP = 0.02, 0.04
# What nobody did is cleared away after so many days.
CLEARED_AFTER = 75 * DAY
HOURS = ("09:30", "10:00", "14:00", "15:30")
NO_TIME = np.datetime64("NaT", "s")


def follow_up_frame(
    scene: Scene, crowd: People, said: Talks, interactions: pd.DataFrame, visits: Visits
) -> pd.DataFrame:
    """All follow-ups by customer and day: `source` and `done_by` are keys of interactions."""
    tasks = _tasks(scene, said, interactions)
    planned = _planned(scene, crowd, said, interactions, visits)
    frame = pd.concat([tasks, planned], ignore_index=True)
    frame = frame.sort_values(["customer", "due_on", "is_planned"], kind="stable", ignore_index=True)
    frame["contact"] = frame["contact"].astype("Int64")
    for name in ("done_at", "cancelled_at"):
        frame[name] = to_utc(frame[name].to_numpy())
    return frame


def _tasks(scene: Scene, said: Talks, interactions: pd.DataFrame) -> pd.DataFrame:
    random = scene.random("tasks")
    chance = np.array([PROMISES.get(name, (0.0, ""))[0] for name in OCCASIONS])
    row = np.flatnonzero(random.random(len(said.customer)) < chance[said.occasion])
    customer, time = said.customer[row], said.time[row]
    agreed = time.astype("datetime64[D]")
    due = _full_day(scene, random, agreed, workday(agreed + random.integers(1, 15, len(row)) * DAY))
    owner = scene.owner_at(customer, agreed)
    done, cancelled = _settled(scene, random, agreed, due, owner)
    what = [PROMISES[OCCASIONS[code]][1] for code in said.occasion[row].tolist()]
    subjects, outcomes = word(scene, random, (CHINESE_TASKS, ENGLISH_TASKS), customer, time, what)
    told = ~np.isnat(done) & (random.random(len(row)) < 0.7)
    return pd.DataFrame(
        {
            "customer": scene.numbers[customer],
            "contact": interactions["contact"].to_numpy()[row],
            "owner": np.where(np.isnat(done) & np.isnat(cancelled), _now(scene, customer), owner),
            "kind": "task",
            "subject": subjects,
            "due_on": due.astype("datetime64[s]"),
            "due_time": pd.Series(random.choice(HOURS, len(row))).where(random.random(len(row)) < 0.2),
            "done_at": done,
            "cancelled_at": cancelled,
            "outcome": np.where(told, np.array(outcomes, dtype=object), ""),
            "source": pd.array(interactions["interaction"].to_numpy()[row], dtype="Int64"),
            "done_by": pd.array([pd.NA] * len(row), dtype="Int64"),
            "is_planned": False,
            "created_at": to_utc(time),
        }
    )


def _full_day(scene: Scene, random: np.random.Generator, agreed: np.ndarray, due: np.ndarray) -> np.ndarray:
    """The days due, some of the next days' drawn forward to today: whoever opens the demo finds a day's work."""
    today = scene.horizon.today
    soon = (agreed < today) & (due > today) & (due <= today + 8 * DAY) & (random.random(len(due)) < 0.45)
    return np.where(soon, today, due)


def _now(scene: Scene, customer: np.ndarray) -> np.ndarray:
    return scene.owner_at(customer, np.full(len(customer), scene.horizon.today))


def _settled(
    scene: Scene, random: np.random.Generator, agreed: np.ndarray, due: np.ndarray, owner: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """When each was done or given up, local times; neither: it is open."""
    size = len(due)
    dice, luck = random.random((2, size))
    on_time = agreed + (random.random(size) ** 0.5 * ((due - agreed).astype("int64") + 1)).astype("timedelta64[D]")
    late = workday(due + (1 + random.gamma(1.2, 4, size)).astype("timedelta64[D]"))
    day = np.where(luck < 0.25 + 0.68 * DILIGENCE[owner], np.minimum(on_time, due), late)
    forgotten = dice < NEVER_DONE
    gives_up = forgotten | (dice < NEVER_DONE + GIVEN_UP)
    dropped = np.where(forgotten, due + CLEARED_AFTER, due)
    moment = at_work(random, np.where(gives_up, dropped, day))
    # Done after it was agreed on, also on the same day.
    moment = np.where(
        moment.astype("datetime64[D]") == agreed,
        agreed.astype("datetime64[s]") + np.timedelta64(18 * 3_600 + 900, "s"),
        moment,
    )
    # Nothing is done yet of what there is to do today.
    moment = np.where(moment < scene.horizon.today, moment, NO_TIME)
    return np.where(gives_up, NO_TIME, moment), np.where(gives_up, moment, NO_TIME)


def _planned(scene: Scene, crowd: People, said: Talks, interactions: pd.DataFrame, visits: Visits) -> pd.DataFrame:
    random = scene.random("planned")
    size = len(visits.customer)
    talk = np.full(size, -1)
    made = np.flatnonzero(said.visit >= 0)
    talk[said.visit[made]] = made
    is_done = talk >= 0
    notes = interactions["notes"].to_numpy()[talk]
    cancelled = at_work(random, np.where(np.isnat(visits.cancelled), scene.horizon.today, visits.cancelled))
    is_cancelled = ~np.isnat(visits.cancelled)
    language = scene.overseas[visits.customer].astype("int64")
    subject = np.array(VISITS, dtype=object)[language, random.integers(0, len(VISITS[0]), size)]
    is_gone = scene.is_gone(visits.customer, visits.cancelled)
    why = np.array((NOT_NOW, IS_GONE), dtype=object)[is_gone.astype("int64"), language]
    outcome = np.where(is_done, notes, np.where(is_cancelled, why, ""))
    owner = np.where(is_done | is_cancelled, visits.owner, _now(scene, visits.customer))
    return pd.DataFrame(
        {
            "customer": scene.numbers[visits.customer],
            "contact": pd.array(crowd.first[visits.customer] + 1, dtype="Int64"),
            "owner": owner,
            "kind": "return_visit",
            "subject": subject,
            "due_on": visits.due.astype("datetime64[s]"),
            "due_time": None,
            "done_at": np.where(is_done, said.time[talk], NO_TIME),
            "cancelled_at": np.where(is_cancelled, cancelled, NO_TIME),
            "outcome": outcome,
            "source": pd.array([pd.NA] * size, dtype="Int64"),
            "done_by": pd.array(talk + 1, dtype="Int64"),
            "is_planned": True,
            "created_at": to_utc(np.minimum(at_work(random, visits.planned), scene.horizon.now)),
        }
    ).assign(done_by=lambda frame: frame["done_by"].mask(~is_done))
