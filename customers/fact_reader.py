"""Reads one source of facts: whole numbers out of SQL, spread over the customers of a range of keys."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from crmquality.lib.binary_copy import copy_out_integers

from .order_facts import NULL, Columns, Integers, local_days


class Keys(Protocol):
    """A range of customer keys that a statement can be narrowed down to."""

    def where(self, column: str) -> str: ...


class FactReader:
    """`index`: the customers' keys in order; `params`: the moments and days of the windows, by name."""

    def __init__(self, keys: Keys, params: Mapping[str, Any], index: Integers, zone: ZoneInfo) -> None:
        self.keys, self.params, self.index, self.zone = keys, params, index, zone
        self.as_of_day = int(np.datetime64(params["as_of"], "D").astype(np.int64))

    def read(
        self, sql: str, names: Sequence[str], column: str = "customer_id", moments: Sequence[str] = ()
    ) -> tuple[Integers, dict[str, Integers]]:
        """The customers' places and the columns of the rows."""
        statement = sql.format(keys=self.keys.where(column))
        rows = copy_out_integers(statement, self.params, ["customer", *names], moments=moments)
        return np.searchsorted(self.index, rows.pop("customer")), rows

    def counts(self, place: Integers, values: NDArray[Any]) -> Integers:
        counts = np.zeros(len(self.index), dtype=np.int64)
        counts[place] = values
        return counts

    def numbers(self, place: Integers, values: NDArray[Any]) -> NDArray[np.float64]:
        numbers = np.full(len(self.index), np.nan)
        numbers[place] = values
        return numbers

    def days_since(self, place: Integers, moments: Integers) -> NDArray[np.float64]:
        days = local_days(moments, self.zone)
        return self.numbers(place, np.where(days == NULL, np.nan, self.as_of_day - days))

    def halved(self, name: str, place: Integers, age: Integers, half_life: float) -> Columns:
        """How many, each counted by half for every half-life of its age, and how many in all."""
        # Rows come customer by customer and in the order of time, so every shard adds them alike.
        weights = 0.5 ** (age / half_life)
        return {
            f"{name}_weight": np.bincount(place, weights, len(self.index)),
            f"{name}_count": np.bincount(place, minlength=len(self.index)),
        }
