"""Asks every app for its facts of a range of customers: one DataFrame, one row per customer."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from complaints import facts as case_facts
from customers import facts as customer_facts
from customers import population_facts
from customers.facts import CustomerFacts, KeyRange
from scoring.engine.facts_table import FACTS
from scoring.engine.population import KEYS, SUMS, Membership
from scoring.engine.rhythm import purchase_rhythm
from scoring.engine.settings import Settings
from surveys import facts as survey_facts
from surveys import population_facts as survey_population_facts


def collect(
    keys: KeyRange,
    as_of: dt.date,
    settings: Settings,
    zone: ZoneInfo,
    recorded: Mapping[str, bool],
) -> pd.DataFrame:
    """The columns of `engine.facts_table.FACTS` that exist so far, index = customer key."""
    return _collected(keys, as_of, settings, zone, recorded)[1]


def collect_with_cuts(
    keys: KeyRange,
    as_of: dt.date,
    settings: Settings,
    zone: ZoneInfo,
    recorded: Mapping[str, bool],
) -> tuple[pd.DataFrame, dict[str, Membership]]:
    """The same, and the groups that population figures are told for."""
    found, frame = _collected(keys, as_of, settings, zone, recorded)
    groups = customer_facts.groups(keys, as_of)
    position, line = found.bought_lines
    names = customer_facts.line_names()
    columns = (*frame[["segment", "tier"]].items(), *groups.items())
    cuts = {str(cut): Membership.of_all(labels) for cut, labels in columns}
    cuts["line"] = Membership(position, np.array([names.get(key, "") for key in line.tolist()], dtype=object))
    return frame, cuts


def population_sums(as_of: dt.date, settings: Settings, zone: ZoneInfo, recorded: Mapping[str, bool]) -> pd.DataFrame:
    """Sums of groups that are no groups of customers, to be added to those of the shards."""
    records = [
        (*keys, top, bottom, 0.0, n) for *keys, top, bottom, n in population_facts.sums(as_of, settings, recorded)
    ]
    rows = records + survey_population_facts.sums(as_of, settings, zone, recorded)
    return pd.DataFrame(rows, columns=KEYS + SUMS).astype(dict.fromkeys(SUMS, float))


def _collected(
    keys: KeyRange, as_of: dt.date, settings: Settings, zone: ZoneInfo, recorded: Mapping[str, bool]
) -> tuple[CustomerFacts, pd.DataFrame]:
    """What every app knows of these customers, in one frame."""
    found = customer_facts.collect(keys, as_of, settings, zone, recorded)
    index = found.frame.index.to_numpy()
    cases = case_facts.collect(keys, as_of, settings, zone, recorded, index)
    said = survey_facts.collect(keys, as_of, settings, zone, recorded, index)
    return found, _frame(found, as_of, settings, cases | said)


def _frame(found: CustomerFacts, as_of: dt.date, settings: Settings, more: Mapping[str, Any]) -> pd.DataFrame:
    day = customer_facts.day_number(as_of)
    rhythm = purchase_rhythm(found.order_days, found.offsets, day)
    columns: dict[str, Any] = {name: np.nan for name in FACTS if name not in found.frame}
    columns |= {
        "visit_interval": found.frame["tier"].map(settings.visit_days).astype(np.float64),
        "gap_median": rhythm.gap_median,
        "gap_mad": rhythm.gap_mad,
        "gap_count": rhythm.gap_count,
        "rhythm_signal": rhythm.signal,
        **more,
    }
    # All at once: a frame that grows column by column is scattered in memory.
    return pd.concat([found.frame.drop(columns=found.frame.columns.intersection(list(columns))),
                      pd.DataFrame(columns, index=found.frame.index)], axis=1)  # fmt: skip
