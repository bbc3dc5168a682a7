"""The stretch of time the lives are told for."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

ZONE_NAME = "Asia/Shanghai"
# Shanghai has kept this offset since 1991, so local times need no zone database.
OFFSET = np.timedelta64(8, "h")
MONTHS = 36
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Horizon:
    """Three years of local calendar months and the running one. All times inside are local."""

    now: np.datetime64

    @classmethod
    def until(cls, now: dt.datetime) -> "Horizon":
        if now.tzinfo is None:
            raise ValueError("The demo's “now” needs a time zone.")
        local = now.astimezone(dt.timezone(dt.timedelta(hours=8))).replace(tzinfo=None)
        return cls(np.datetime64(local, "s"))

    @cached_property
    def today(self) -> np.datetime64:
        return self.now.astype("datetime64[D]")

    @cached_property
    def months(self) -> np.ndarray:
        last = self.now.astype("datetime64[M]")
        return np.arange(last - MONTHS, last + 1)

    @cached_property
    def first_day(self) -> np.datetime64:
        return self.months[0].astype("datetime64[D]")

    @cached_property
    def month_starts(self) -> np.ndarray:
        """The first days of all months, and the first day after the last: one more than months."""
        return np.append(self.months, self.months[-1] + 1).astype("datetime64[D]")

    @cached_property
    def month_of_year(self) -> np.ndarray:
        """0 for January to 11 for December, for every month."""
        return self.months.astype("int64") % 12

    @cached_property
    def hiccup(self) -> slice:
        """The months of the calendar quarter in which a supplier failed.

        Two quarters lie between it and the running one: it is still in the last year's readings,
        and long enough ago for those it disappointed to have left.
        """
        this_quarter = MONTHS - int(self.month_of_year[-1]) % 3
        end = this_quarter - 6
        return slice(end - 3, end)

    def known(self, days: np.ndarray) -> np.ndarray:
        """`days` with everything after today made unknown: nobody knows the future."""
        return np.where(days <= self.today, days, np.datetime64("NaT", "D"))


def month_index(horizon: Horizon, days: np.ndarray) -> np.ndarray:
    return (days.astype("datetime64[M]") - horizon.months[0]).astype("int64")


def to_utc(local: np.ndarray) -> pd.DatetimeIndex:
    """Local wall-clock times as instants."""
    return pd.DatetimeIndex(local.astype("datetime64[s]") - OFFSET).tz_localize("UTC")
