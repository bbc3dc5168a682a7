"""How the relationship with every customer of a chunk goes, month by month.

This is the hidden truth behind the records: how content a customer is, how much of his
business we still have, when he leaves and whether he comes back. Late deliveries
make people discontent, the discontent leave. Later records (complaints, answers, visits)
are to be drawn from the same truth, each with a stream of its own.
"""

from dataclasses import dataclass

import numpy as np

from .catalogue import HICCUP_LINES, LINES, SEGMENTS
from .horizon import DAY, MONTHS, Horizon, month_index
from .streams import pick

NEVER = -1
ALREADY_THERE = 0.55
PROSPECTS = 0.015


@dataclass(frozen=True)
class Nature:
    """What a customer is like and stays like; one element per customer."""

    segment: np.ndarray
    started_on: np.ndarray
    is_prospect: np.ndarray
    tries_once: np.ndarray
    rate: np.ndarray
    spend: np.ndarray
    growth: np.ndarray
    contentment: np.ndarray
    candour: np.ndarray
    favourites: np.ndarray
    breadth: np.ndarray
    seasons: np.ndarray


@dataclass(frozen=True)
class Path:
    """What happens to them: customers by months, and the days of the turns (NaT: never)."""

    orders: np.ndarray
    late: np.ndarray
    satisfaction: np.ndarray
    activity: np.ndarray
    leaving_on: np.ndarray
    left_on: np.ndarray
    won_back_on: np.ndarray


def natures(horizon: Horizon, random: np.random.Generator, size: int) -> Nature:
    segment = pick(random, np.array([each.share for each in SEGMENTS]), size)
    each = [SEGMENTS[index] for index in segment]
    # A minority buys most: gamma-distributed rates, log-normal amounts.
    eager = random.gamma(1.6, 1 / 1.6, size)
    taste = np.array([one.taste for one in each])
    started_on = _started_on(horizon, random, size)
    return Nature(
        segment=segment,
        started_on=started_on,
        is_prospect=random.random(size) < PROSPECTS,
        # Those who were there before the records have shown that they stay.
        tries_once=(random.random(size) < np.array([one.tries_once for one in each]))
        & (started_on >= horizon.first_day),
        rate=np.array([one.rate for one in each]) * (0.12 + 0.68 * eager),
        spend=np.exp(random.normal(-0.3, 0.75, size)),
        growth=random.normal(0.0, 0.25, size),
        contentment=np.clip(random.normal(75, 9, size), 35, 95),
        candour=random.beta(2, 3, size),
        # Gumbel's trick: sorting noisy log tastes draws an order of preference.
        favourites=np.argsort(-(np.log(taste) + random.gumbel(size=taste.shape)), axis=1),
        breadth=np.minimum(random.geometric(0.42, size), len(LINES)),
        seasons=np.array([one.year for one in each])[:, horizon.month_of_year],
    )


def _started_on(horizon: Horizon, random: np.random.Generator, size: int) -> np.ndarray:
    """The day each relationship began: some before the records, more in every later month."""
    before = horizon.first_day - np.ceil(random.exponential(900, size)).astype("int64") * DAY
    before = np.maximum(before, horizon.first_day - 4_000 * DAY)
    month = pick(random, 1 + 0.02 * np.arange(MONTHS + 1), size)
    first = horizon.month_starts[month]
    last = np.minimum(horizon.month_starts[month + 1] - DAY, horizon.today)
    days = (last - first).astype("int64") + 1
    within = first + (random.random(size) * days).astype("int64") * DAY
    return np.where(random.random(size) < ALREADY_THERE, before, within)


class _State:
    """The month loop's running state; arrays with one element per customer."""

    def __init__(self, nature: Nature, start: np.ndarray) -> None:
        size = len(start)
        self.nature, self.start = nature, start
        self.mood = nature.contentment.copy()
        self.base = nature.contentment.copy()
        self.activity = np.ones(size)
        self.fade = np.ones(size)
        self.leaving, self.left, self.back = (np.full(size, NEVER) for _ in range(3))

    def win_back(self, month: int, dice: np.ndarray) -> None:
        gone = (self.left >= 0) & (self.back < 0) & ~self.nature.tries_once
        back = gone & (month - self.left >= 3) & (dice < 0.022)
        self.back[back] = month
        self.activity[back] = 0.75
        self.fade[back] = 1.0
        self.mood[back] = 76
        self.base[back] = np.maximum(self.base[back], 68) + 5

    def leave(self, month: int, dice: np.ndarray, slow: np.ndarray) -> None:
        hazard = np.minimum(0.0125 * np.exp((67 - self.mood) / 11), 0.35)
        hazard = np.where(self.nature.tries_once, 1.0, hazard)
        staying = (self.start < month) & (self.leaving < 0) & (dice < hazard)
        self.leaving[staying] = month
        # Three in four leave slowly: fewer orders every month, for half a year.
        gradual = (slow < 0.75) & ~self.nature.tries_once
        self.fade[staying] = np.where(gradual, 0.55 + 0.2 * slow, 0.0)[staying]

    def drift(self, month: int) -> None:
        self.activity *= self.fade
        gone = (self.leaving >= 0) & (self.left < 0) & (self.activity < 0.07)
        self.left[gone] = month
        self.activity[gone] = 0.0
        # Whoever came back grows again towards the old size.
        regaining = (self.back >= 0) & (self.activity < 1)
        self.activity[regaining] = np.minimum(self.activity[regaining] + 0.04, 1.0)

    def feel(self, late: np.ndarray, noise: np.ndarray) -> None:
        leaving = (self.leaving >= 0) & (self.back < 0)
        target = self.base - 14 * leaving
        self.mood += 0.18 * (target - self.mood) + 2.6 * noise - 6.0 * np.minimum(late, 3)
        np.clip(self.mood, 3, 99, out=self.mood)


def live(horizon: Horizon, random: np.random.Generator, nature: Nature) -> Path:
    """Let the months pass for all customers of a chunk."""
    size = len(nature.segment)
    state = _State(nature, np.maximum(month_index(horizon, nature.started_on), NEVER))
    orders = np.zeros((size, MONTHS + 1), dtype="int16")
    late = np.zeros_like(orders)
    satisfaction = np.full(orders.shape, np.nan, dtype="float32")
    activity = np.zeros(orders.shape, dtype="float32")
    lateness = _late_share(horizon, nature)
    for month in range(MONTHS + 1):
        dice, slow, again, noise = random.random((4, size))
        state.win_back(month, again)
        state.leave(month, dice, slow)
        state.drift(month)
        orders[:, month] = _orders(state, month, random)
        late[:, month] = random.binomial(orders[:, month], lateness[:, month])
        state.feel(late[:, month], np.sqrt(12) * (noise - 0.5))
        here = state.start <= month
        satisfaction[here, month] = state.mood[here]
        activity[here, month] = state.activity[here]
    return Path(orders, late, satisfaction, activity, **_turns(horizon, random, state))


def _orders(state: _State, month: int, random: np.random.Generator) -> np.ndarray:
    nature = state.nature
    years = np.maximum(month - state.start, 0) / 12
    expected = nature.rate * nature.seasons[:, month] * np.exp(nature.growth * years)
    counts = random.poisson(expected * state.activity * (0.6 + state.mood / 190))
    counts = np.where(nature.tries_once, 0, counts)
    # A relationship begins, and begins again, with an order.
    counts = np.where((state.start == month) | (state.back == month), np.maximum(counts, 1), counts)
    return np.where((state.start > month) | nature.is_prospect, 0, counts)


def _late_share(horizon: Horizon, nature: Nature) -> np.ndarray:
    """The chance of an order to come late: customers by months."""
    share = np.full((len(nature.segment), MONTHS + 1), 0.065)
    # The year's rush before the Spring Festival and in November.
    share[:, np.isin(horizon.month_of_year, (0, 10))] = 0.10
    failed = [index for index, line in enumerate(LINES) if line.code in HICCUP_LINES]
    hit = np.isin(nature.favourites[:, 0], failed)
    share[:, horizon.hiccup] = np.where(hit, 0.55, 0.15)[:, None]
    return share


def _turns(horizon: Horizon, random: np.random.Generator, state: _State) -> dict[str, np.ndarray]:
    """The days of the turns inside their months; what lies after today is unknown."""
    size = len(state.start)
    days = random.integers(0, 8, size=(3, size))
    names = {"leaving_on": state.leaving, "left_on": state.left, "won_back_on": state.back}
    turns = {}
    for row, (name, month) in enumerate(names.items()):
        on = horizon.month_starts[np.maximum(month, 0)] + days[row] * DAY
        turns[name] = horizon.known(np.where(month >= 0, on, np.datetime64("NaT", "D")))
    # Sudden leavers turn and are gone on one day.
    turns["left_on"] = np.maximum(turns["left_on"], turns["leaving_on"])
    return turns
