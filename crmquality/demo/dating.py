"""Dated attributes of customers: what changed on a day, and the phases that come of it."""

import numpy as np
import pandas as pd

from .catalogue import SEGMENTS, TIERS, labelled
from .relationship import Nature

ALWAYS = np.datetime64("0001-01-01", "s")
STAGES = ("prospect", "new", "growing", "mature", "declining", "lapsed", "lost")
GRADES = ("", "A", "B", "C", "D")
MONEY = ["receivable", "overdue"]
VALUES = ["tier", "segment", "owner", "stage", "credit_grade", *MONEY]


def event(customer: np.ndarray, since: np.ndarray | np.datetime64, **values: np.ndarray | int) -> pd.DataFrame:
    """What changed for these customers; the columns left out did not."""
    columns = {name: values.get(name, np.nan) for name in VALUES}
    since = np.broadcast_to(since, customer.shape).astype("datetime64[s]")
    return pd.DataFrame({"customer": customer, "since": since, **columns}).astype(dict.fromkeys(columns, "float64"))


def join(events: pd.DataFrame, nature: Nature) -> pd.DataFrame:
    """All that changed on one day is one phase; what did not change is carried on."""
    events = events.sort_values(["customer", "since"], kind="stable")
    days = events.groupby(["customer", "since"], as_index=False)[VALUES].last()
    started = nature.started_on[days["customer"].to_numpy()]
    days = days[(days["since"] == ALWAYS) | (days["since"] >= started)]
    days[VALUES] = days.groupby("customer")[VALUES].ffill()
    # Nobody ever lent to some; -1 stands for that, so that it equals itself.
    known = days[VALUES].fillna(-1)
    before = known.groupby(days["customer"]).shift()
    changed = (known != before).any(axis=1)
    days, codes = days[changed].reset_index(drop=True), known[changed].reset_index(drop=True).astype("int64")
    return days.assign(
        tier=labelled(codes["tier"].to_numpy(), TIERS),
        segment=labelled(codes["segment"].to_numpy(), [each.name for each in SEGMENTS]),
        owner=codes["owner"],
        stage=labelled(codes["stage"].to_numpy(), STAGES),
        credit_grade=labelled(np.maximum(codes["credit_grade"].to_numpy(), 0), GRADES),
        **{name: days[name].astype("Int64") for name in MONEY},
    )
