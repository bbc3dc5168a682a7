"""Asks every app for its facts of a range of customers: one DataFrame, one row per customer."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from customers import facts as customer_facts
from customers.facts import KeyRange
from scoring.engine.rhythm import purchase_rhythm
from scoring.engine.settings import Settings


def collect(
    keys: KeyRange,
    as_of: dt.date,
    settings: Settings,
    zone: ZoneInfo,
    recorded: Mapping[str, bool],
) -> pd.DataFrame:
    """The columns of `engine.facts_table.FACTS` that exist so far, index = customer key."""
    found = customer_facts.collect(keys, as_of, settings, zone, recorded)
    day = customer_facts.day_number(as_of)
    rhythm = purchase_rhythm(found.order_days, found.offsets, day)
    return found.frame.assign(
        acquisition_cost=np.nan,
        gap_median=rhythm.gap_median,
        gap_mad=rhythm.gap_mad,
        gap_count=rhythm.gap_count,
        rhythm_signal=rhythm.signal,
    )
