"""Asks every app for its facts of a range of customers: one DataFrame, one row per customer."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from customers import facts as customer_facts
from customers.facts import CustomerFacts, KeyRange
from scoring.engine.population import Membership
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
    return _frame(customer_facts.collect(keys, as_of, settings, zone, recorded), as_of)


def collect_with_cuts(
    keys: KeyRange,
    as_of: dt.date,
    settings: Settings,
    zone: ZoneInfo,
    recorded: Mapping[str, bool],
) -> tuple[pd.DataFrame, dict[str, Membership]]:
    """The same, and the groups that population figures are told for."""
    found = customer_facts.collect(keys, as_of, settings, zone, recorded)
    frame = _frame(found, as_of)
    groups = customer_facts.groups(keys, as_of)
    position, line = found.bought_lines
    names = customer_facts.line_names()
    columns = (*frame[["segment", "tier"]].items(), *groups.items())
    cuts = {str(cut): Membership.of_all(labels) for cut, labels in columns}
    cuts["line"] = Membership(position, np.array([names.get(key, "") for key in line.tolist()], dtype=object))
    return frame, cuts


def _frame(found: CustomerFacts, as_of: dt.date) -> pd.DataFrame:
    day = customer_facts.day_number(as_of)
    rhythm = purchase_rhythm(found.order_days, found.offsets, day)
    return found.frame.assign(
        acquisition_cost=np.nan,
        gap_median=rhythm.gap_median,
        gap_mad=rhythm.gap_mad,
        gap_count=rhythm.gap_count,
        rhythm_signal=rhythm.signal,
    )
