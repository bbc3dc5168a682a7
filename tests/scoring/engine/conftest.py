"""A small market of made-up customers, the same every time."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from scoring.engine import calibration as calibrations
from scoring.engine import facts_table
from scoring.engine.indicators import KINDS
from scoring.engine.settings import Settings

AS_OF = date(2026, 6, 1)
EVERYTHING = dict.fromkeys(KINDS, True)


def facts_of(days: np.ndarray, money: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """The order facts of one customer who ordered so many days ago, for so much."""
    ago = np.unique(days)[::-1]
    if not ago.size:
        return dict.fromkeys(COUNTS, 0.0)
    gaps = -np.diff(ago).astype(float)
    inside, before = days <= 365, (days > 365) & (days <= 730)
    return {
        "order_count": len(days),
        "order_days": len(ago),
        "days_since_first_order": ago[0],
        "days_since_last_order": ago[-1],
        "orders_in_window": inside.sum(),
        "order_days_in_window": (ago <= 365).sum(),
        "order_days_recent": (ago <= 90).sum(),
        "order_days_earlier": ((ago > 90) & (ago <= 455)).sum(),
        "gap_median": np.median(gaps) if gaps.size else np.nan,
        "gap_mad": np.median(np.abs(gaps - np.median(gaps))) if gaps.size else np.nan,
        "gap_count": gaps.size,
        "revenue_in_window": money[inside].sum(),
        "revenue_before_window": money[before].sum(),
        "revenue_total": money.sum(),
        "gross_profit_in_window": money[inside].sum() * 3 // 10,
        "gross_profit_total": money.sum() * 3 // 10,
        "repeat_mean_value": money[1:].mean() if len(ago) > 1 else np.nan,
        "bought_before_window": float(before.any()),
        "bought_in_window": float(inside.any()),
        "product_lines_in_window": min(inside.sum(), rng.integers(1, 4)),
    }


# fmt: off
COUNTS = [
    "order_count", "order_days", "orders_in_window", "order_days_in_window", "order_days_recent",
    "order_days_earlier", "gap_count", "revenue_in_window", "revenue_before_window",
    "revenue_total", "bought_before_window", "bought_in_window", "product_lines_in_window",
]
# fmt: on


@pytest.fixture(scope="session")
def market() -> pd.DataFrame:
    """600 customers: some never ordered, some left, some have no deliveries or no known costs."""
    rng = np.random.default_rng(20260601)
    rows = []
    for _ in range(600):
        age, pace = rng.integers(30, 1400), rng.gamma(1.2, 1 / 60)
        left = rng.integers(1, age)
        count = 0 if rng.random() < 0.05 else 1 + rng.poisson(pace * (age - left))
        days = np.sort(np.append(rng.integers(left, age, max(count - 1, 0)), age)[:count])[::-1]
        row = facts_of(days, rng.integers(1_000, 90_000, len(days)), rng)
        due = rng.integers(0, 6)
        row |= {"deliveries_due": due, "deliveries_on_time": rng.integers(0, due + 1)}
        row |= {"days_late_total": rng.integers(0, 12) if due else 0}
        row |= {"units_delivered": due * 10, "units_returned": rng.integers(0, due + 1)}
        row |= {"customised_yes": rng.integers(0, 3), "customised_no": rng.integers(0, 3)}
        row |= {"acquisition_cost": 5_000.0 if rng.random() < 0.7 else np.nan}
        rows.append(row)
    made = pd.DataFrame(rows, index=pd.Index(range(1, 601)), dtype=np.float64)
    made.loc[rng.random(600) < 0.1, ["gross_profit_in_window", "gross_profit_total"]] = np.nan
    segments = rng.choice(["retail", "industry", "tiny"], 600, p=[0.6, 0.38, 0.02])
    return facts_table.empty(made.index, **dict(made.items()), segment=segments)


@pytest.fixture(scope="session")
def everything() -> dict[str, bool]:
    """An organisation that records every kind of record."""
    return EVERYTHING


@pytest.fixture(scope="session")
def calibration(market: pd.DataFrame) -> calibrations.Calibration:
    """The market's calibration."""
    return calibrations.fit(market, EVERYTHING, Settings(), AS_OF)
