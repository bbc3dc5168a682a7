"""When tier, segment and owner of a customer changed."""

import numpy as np
import pandas as pd

from .catalogue import PERSONS, TIERS, tier_of
from .dating import ALWAYS, event
from .horizon import DAY, Horizon
from .relationship import Nature
from .trade import Draft

# Owners are slots; the loader knows which member sits on which. 0: nobody looks after him.
TEAMS = ("domestic", "overseas")
SLOTS_A_TEAM = 3
OWNERS = len(TEAMS) * SLOTS_A_TEAM
KEY_ACCOUNT_TO_LEAD = 0.6


def changes(
    horizon: Horizon,
    random: np.random.Generator,
    nature: Nature,
    draft: Draft,
    fen: np.ndarray,
    overseas: np.ndarray,
) -> list[pd.DataFrame]:
    """When tier, segment and owner changed, the first open to the left. `fen` is each order's amount."""
    tiers = _tier_reviews(horizon, random, nature, draft, fen)
    return [
        _first(random, nature, overseas),
        *tiers,
        _other_segment(horizon, random, nature),
        _other_owner(horizon, random, overseas),
        *_key_accounts(random, tiers, overseas),
    ]


def _first(random: np.random.Generator, nature: Nature, overseas: np.ndarray) -> pd.DataFrame:
    """As somebody guessed on the first day, from what the customer seemed to be."""
    size = len(nature.segment)
    promise = nature.rate * 12 * nature.spend * 4_000 * np.exp(random.normal(0, 0.5, size))
    owner = _agent(random, overseas)
    owner[random.random(size) < 0.03] = 0
    return event(np.arange(size), ALWAYS, tier=tier_of(promise), segment=nature.segment, owner=owner)


def _agent(random: np.random.Generator, overseas: np.ndarray) -> np.ndarray:
    """An agent's slot of the right team; the first slot of a team is its lead's."""
    return np.where(overseas, SLOTS_A_TEAM, 0) + random.integers(2, SLOTS_A_TEAM + 1, len(overseas))


def _tier_reviews(
    horizon: Horizon, random: np.random.Generator, nature: Nature, draft: Draft, fen: np.ndarray
) -> list[pd.DataFrame]:
    """Every January the year's business decides the tier, once there was a year."""
    reviews = []
    for day in horizon.month_starts[:-1][horizon.month_of_year == 0]:
        if day < horizon.first_day + 330 * DAY:
            continue
        within = (draft.placed >= day - 365 * DAY) & (draft.placed < day)
        year = np.bincount(draft.customer[within], weights=fen[within], minlength=len(nature.segment))
        due = np.flatnonzero(nature.started_on <= day - 300 * DAY)
        reviews.append(event(due, day, tier=tier_of(year[due] / 100)))
    return reviews


def _other_segment(horizon: Horizon, random: np.random.Generator, nature: Nature) -> pd.DataFrame:
    """A few organisations turn out to be, or become, another kind of customer."""
    dice, day = random.random(len(nature.segment)), _some_day(horizon, random, nature)
    other = random.integers(0, PERSONS, len(nature.segment))
    moves = (dice < 0.025) & (nature.segment != PERSONS)
    moved = np.flatnonzero(moves & (day > nature.started_on))
    return event(moved, day[moved], segment=other[moved])


def _other_owner(horizon: Horizon, random: np.random.Generator, overseas: np.ndarray) -> pd.DataFrame:
    """Customers are handed to a colleague now and then."""
    day = horizon.first_day + random.integers(60, _length(horizon), len(overseas)) * DAY
    handed = np.flatnonzero(random.random(len(overseas)) < 0.10)
    return event(handed, day[handed], owner=_agent(random, overseas)[handed])


def _key_accounts(random: np.random.Generator, reviews: list[pd.DataFrame], overseas: np.ndarray) -> list[pd.DataFrame]:
    """Who becomes a key account often gets the team's lead."""
    lead = np.where(overseas, SLOTS_A_TEAM, 0) + 1
    events = []
    for review in reviews:
        top = review["customer"].to_numpy()[review["tier"].to_numpy() == TIERS.index("A")]
        top = top[random.random(len(top)) < KEY_ACCOUNT_TO_LEAD]
        if len(top):
            events.append(event(top, review["since"].to_numpy()[0], owner=lead[top]))
    return events


def _some_day(horizon: Horizon, random: np.random.Generator, nature: Nature) -> np.ndarray:
    return horizon.first_day + random.integers(60, _length(horizon), len(nature.segment)) * DAY


def _length(horizon: Horizon) -> int:
    """Days from the first to yesterday."""
    return int((horizon.today - horizon.first_day).astype("int64"))
