"""What is known of a chunk's customers when the rest of their record is drawn."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from .catalogue import PERSONS
from .horizon import DAY, MONTHS, Horizon, month_index
from .names import Named
from .relationship import Nature, Path
from .streams import stream
from .trade import Draft

# More than the days from the year 1 to the end of any life.
DAYS = 1_000_000
BEFORE_1970 = 800_000
# Days, at most, between the first talk and the first order.
LONGEST_COURTED = 120
NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Scene:
    """One chunk. Customers are positions 0 up, days and times local; `fen` is each order's amount.

    `phases` has a position for a customer; `returned`: order (position), product (key) and time of each return.
    """

    seed: int
    chunk: int
    horizon: Horizon
    numbers: np.ndarray
    nature: Nature
    named: Named
    overseas: np.ndarray
    path: Path
    draft: Draft
    fen: np.ndarray
    phases: pd.DataFrame
    returned: pd.DataFrame

    def random(self, topic: str) -> np.random.Generator:
        return stream(self.seed, self.chunk, topic)

    @property
    def size(self) -> int:
        return len(self.numbers)

    @cached_property
    def is_person(self) -> np.ndarray:
        return self.nature.segment == PERSONS

    @cached_property
    def known_on(self) -> np.ndarray:
        """When we first heard of each: some time before they began, if that was in the three years."""
        start = self.nature.started_on
        courted = (start >= self.horizon.first_day) & ~self.nature.is_prospect
        before = self.random("courted").integers(10, LONGEST_COURTED, self.size) * DAY
        return np.where(courted, start - before, start)

    @cached_property
    def _phase_keys(self) -> np.ndarray:
        return _key(self.phases["customer"].to_numpy(), self.phases["since"].to_numpy())

    def _phase(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        return np.searchsorted(self._phase_keys, _key(customer, day), side="right") - 1

    def owner_at(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """The slot of whoever looked after them that day, 0 for nobody."""
        return self.phases["owner"].to_numpy()[self._phase(customer, day)]

    def tier_at(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Indices into the catalogue's TIERS."""
        return self.phases["tier"].cat.codes.to_numpy()[self._phase(customer, day)].astype("int64")

    @cached_property
    def tier_now(self) -> np.ndarray:
        everybody = np.arange(self.size)
        return self.tier_at(everybody, np.full(self.size, self.horizon.today))

    def mood_at(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """How content they were, 0-100; whose relationship had not begun: their nature."""
        month = np.clip(month_index(self.horizon, day), 0, MONTHS)
        mood = self.path.satisfaction[customer, month].astype("float64")
        return np.where(np.isnan(mood), self.nature.contentment[customer], mood)

    def is_gone(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Left and not come back by that day."""
        return (self.path.left_on[customer] <= day) & ~(self.path.won_back_on[customer] <= day)

    def is_leaving(self, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
        """On the way out, or gone, and not won back by that day."""
        return (self.path.leaving_on[customer] <= day) & ~(self.path.won_back_on[customer] <= day)

    def orders_before(self, customer: np.ndarray, time: np.ndarray) -> np.ndarray:
        """How many orders they had placed before that time."""
        # Orders lie by customer and time, so the rank among all of them less those of earlier customers.
        placed = self.draft.customer * (DAYS * 86_400) + self.draft.placed.astype("datetime64[s]").astype("int64")
        wanted = customer * (DAYS * 86_400) + time.astype("datetime64[s]").astype("int64")
        first = np.searchsorted(self.draft.customer, customer)
        return np.searchsorted(placed, wanted) - first


def _key(customer: np.ndarray, day: np.ndarray) -> np.ndarray:
    return customer * DAYS + day.astype("datetime64[D]").astype("int64") + BEFORE_1970


def workday(day: np.ndarray) -> np.ndarray:
    """The day itself, or the Monday after it."""
    weekday = (day.astype("int64") + 3) % 7
    return day + np.array([0, 0, 0, 0, 0, 2, 1])[weekday] * DAY


def at_work(random: np.random.Generator, day: np.ndarray) -> np.ndarray:
    """A moment of that day in office hours."""
    seconds = random.integers(9 * 3_600, 18 * 3_600, len(day))
    return day.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
