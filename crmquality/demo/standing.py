"""Where customers stand with us: their stage of life, and how they pay."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .catalogue import PERSONS
from .dating import ALWAYS, STAGES, event
from .horizon import DAY, Horizon, month_index
from .relationship import Nature, Path
from .trade import Draft

NEW_FOR, GROWING_FOR = 180 * DAY, 720 * DAY
LAPSED_AFTER, LOST_AFTER = 60 * DAY, 180 * DAY
JANUARY_AND_JULY = (0, 6)
# The share of what is owed that is overdue, up to which the grades A, B and C go; D is worse.
GRADE_UP_TO = np.array([0.05, 0.20, 0.45])


def stages(horizon: Horizon, nature: Nature, path: Path) -> list[pd.DataFrame]:
    """The stages of everybody's life, as what really happened would have been seen."""
    start, grows = nature.started_on, nature.growth > 0
    is_old = start < horizon.first_day
    settled = is_old & ((start + GROWING_FOR <= horizon.first_day) | ~grows)
    first = np.where(is_old, np.where(settled, _code("mature"), _code("growing")), _code("prospect"))
    first[nature.is_prospect] = _code("prospect")
    back = np.where(np.isnat(path.won_back_on), horizon.today + DAY, path.won_back_on)
    nobody = np.isnat(start)
    # Stage, from when, and who does not get there.
    turns = (
        ("new", start, is_old),
        ("growing", start + NEW_FOR, ~grows | is_old | (path.leaving_on <= start + NEW_FOR)),
        ("mature", start + NEW_FOR, grows | is_old | (path.leaving_on <= start + NEW_FOR)),
        ("mature", start + GROWING_FOR, ~grows | settled | (path.leaving_on <= start + GROWING_FOR)),
        ("declining", path.leaving_on + 45 * DAY, path.left_on <= path.leaving_on + 45 * DAY),
        ("lapsed", path.left_on + LAPSED_AFTER, back <= path.left_on + LAPSED_AFTER),
        ("lost", path.left_on + LOST_AFTER, back <= path.left_on + LOST_AFTER),
        ("growing", path.won_back_on, nobody),
    )
    seen = [
        event(who, day[who], stage=_code(stage))
        for stage, day, never in turns
        for who in [np.flatnonzero((day <= horizon.today) & ~never & ~nature.is_prospect)]
    ]
    return [event(np.arange(len(start)), ALWAYS, stage=first), *seen]


def _code(stage: str) -> int:
    return STAGES.index(stage)


def credit(
    horizon: Horizon, random: np.random.Generator, nature: Nature, path: Path, draft: Draft, fen: np.ndarray
) -> list[pd.DataFrame]:
    """What customers owe and how much of it is overdue, in fen, with a grade; persons pay at once.

    Reviewed twice a year and in the last four weeks. Between, only another grade is written down.
    """
    size = len(nature.segment)
    owing, grade = np.zeros(size), np.zeros(size, dtype="int64")
    events = []
    for days, is_last in _reviews(horizon, random, size):
        debt, share = _debt(horizon, random, nature, path, draft, fen, days, owing)
        overdue = np.floor(debt * share)
        new = 1 + (share[:, None] > GRADE_UP_TO).sum(axis=1)
        # A grade is won back one step a review.
        new = np.where(grade > 0, np.maximum(new, grade - 1), new)
        ever = np.zeros(size, dtype=bool)
        ever[draft.customer[draft.placed < days[draft.customer]]] = True
        rated = ever & (nature.segment != PERSONS)
        told = np.flatnonzero(rated & (is_last | (new != grade)))
        money = {"receivable": debt[told], "overdue": overdue[told]}
        events.append(event(told, days[told], credit_grade=new[told], **money))
        grade, owing = np.where(rated, new, grade), overdue
    return events


def _reviews(horizon: Horizon, random: np.random.Generator, size: int) -> Iterator[tuple[np.ndarray, bool]]:
    """The days of each review for everybody, and whether it is the last."""
    last = horizon.today - random.integers(0, 28, size) * DAY
    for day in horizon.month_starts[:-1][np.isin(horizon.month_of_year, JANUARY_AND_JULY)]:
        if horizon.first_day < day < horizon.today - 28 * DAY:
            yield np.full(size, day), False
    yield last, True


def _debt(
    horizon: Horizon,
    random: np.random.Generator,
    nature: Nature,
    path: Path,
    draft: Draft,
    fen: np.ndarray,
    days: np.ndarray,
    owing: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """What everybody owes on their day, whole fen, and the share of it that is overdue."""
    day = days[draft.customer]
    recent = (draft.placed < day) & (draft.placed >= day - 90 * DAY)
    bought = np.bincount(draft.customer[recent], weights=fen[recent], minlength=len(days))
    fresh, luck, bad, worse = random.random((4, len(days)))
    mood = path.satisfaction[np.arange(len(days)), np.maximum(month_index(horizon, days), 0)]
    discontent = np.clip((68 - np.nan_to_num(mood, nan=75)) / 40, 0, 1)
    leaving = (path.leaving_on <= days) & ~(path.won_back_on <= days)
    share = np.clip(0.3 * luck**6 + 0.8 * discontent * bad + 0.35 * leaving * worse, 0, 0.95)
    share[share < 0.02] = 0
    # Who buys nothing any more still owes most of what was overdue.
    old = np.where(owing * 0.7 > 50_000, owing * 0.7, 0)
    debt = np.floor(np.where(bought > 0, bought * (0.3 + 0.6 * fresh), old))
    return debt, np.where(bought > 0, share, np.where(debt > 0, 1.0, 0.0))
