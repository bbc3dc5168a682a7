"""Indicators of groups of customers: sums per shard, added up, then a figure and its interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from scoring.engine.columns import Columns
from scoring.engine.indicators import FIGURES
from scoring.engine.measure import is_recorded
from scoring.engine.settings import Settings

if TYPE_CHECKING:
    from scoring.engine.calibration import Calibration

KEYS = ["cut", "label", "indicator"]
SUMS = ["numerator", "denominator", "squares", "n"]


@dataclass(frozen=True)
class Figure:
    """A population's value with its interval; None where there is no data or no interval."""

    value: float | None
    low: float | None
    high: float | None
    n: float


@dataclass(frozen=True)
class Membership:
    """Who belongs to which group: row `rows[i]` of the facts to `labels[i]`, to several or none."""

    rows: Any
    labels: Any

    @classmethod
    def of_all(cls, labels: Any) -> Membership:
        """Every row belongs to exactly one group."""
        return cls(np.arange(len(labels)), labels)


def partial_sums(
    facts: pd.DataFrame | Columns,
    recorded: Mapping[str, bool],
    settings: Settings,
    calibration: Calibration,
    cuts: Mapping[str, Membership] | None = None,
) -> pd.DataFrame:
    """Sums of a shard by cut, label and indicator: numerator, denominator, squares, n.

    `cuts` names ways to group customers; everybody together is always there as cut "all", label "".
    `squares` sums the squares of what the numerator sums, 0 where nobody asks for them; n counts the
    customers with a denominator. Sums of integers are exact, so shards may come in
    any size and order.
    """
    columns = facts if isinstance(facts, Columns) else Columns(facts, settings, calibration)
    groups = {"all": Membership.of_all(np.full(len(columns), "", dtype=object)), **(cuts or {})}
    coded = {cut: (group.rows, *_coded(group.labels)) for cut, group in groups.items()}
    rows: list[tuple[Any, ...]] = []
    for key, (indicator, spec) in FIGURES.items():
        parts = columns.call(spec.parts) if spec.parts and is_recorded(indicator, recorded) else None
        if parts is None:
            continue
        squares = columns.call(spec.squares) if spec.squares else np.zeros(len(columns))
        top, bottom, square = (np.nan_to_num(np.asarray(part, dtype=np.float64)) for part in (*parts, squares))
        for cut, (members, codes, labels) in coded.items():
            size = len(labels)
            sums = [np.bincount(codes, part[members], size) for part in (top, bottom, square, bottom != 0)]
            for code, label in enumerate(labels):
                rows.append((cut, label, key, *(float(part[code]) for part in sums)))
    return _typed(pd.DataFrame(rows, columns=KEYS + SUMS))


def combine(partials: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The sums of all shards together, one row per cut, label and indicator."""
    together = [partial for partial in partials if len(partial)]
    if not together:
        return _typed(pd.DataFrame(columns=KEYS + SUMS))
    whole = pd.concat(together, ignore_index=True)
    return _typed(whole.groupby(KEYS, sort=True, as_index=False)[SUMS].sum())


def figure(figure_id: str, numerator: float, denominator: float, n: float, squares: float = 0.0) -> Figure:
    """The population's value: factor x numerator / denominator + offset.

    A share carries its Wilson interval, a mean of answers the normal one, each with n = denominator.
    A base below the figure's smallest, at least an empty one, has no value; a total is its numerator
    whatever the base.

    >>> figure("retention_rate", 0, 0, 0)
    Figure(value=None, low=None, high=None, n=0)
    >>> round(figure("retention_rate", 80, 100, 100).low, 4)
    0.7112
    >>> figure("acquisition_cost.cost", 900, 0, 0).value, figure("acquisition_cost.spend", 900, 0, 0).value
    (None, 900)
    """
    spec = FIGURES[figure_id][1]
    if spec.is_total:
        return Figure(numerator, None, None, n)
    if not denominator > 0 or denominator < spec.at_least:
        return Figure(None, None, None, n)
    share = numerator / denominator
    value = spec.factor * share + spec.offset
    if spec.squares:
        low, high = (spec.factor * end + spec.offset for end in mean_interval(numerator, squares, denominator))
        return Figure(value, low, high, denominator)
    if not spec.is_share:
        return Figure(value, None, None, n)
    low, high = wilson(min(max(share, 0.0), 1.0), denominator)
    return Figure(value, low, high, denominator)


def wilson(share: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a share of n, within 0 to 1.

    >>> [round(end, 4) for end in wilson(0.0, 10)]
    [0.0, 0.2775]

    Source: Wilson (1927), Journal of the American Statistical Association 22.
    """
    z = float(ndtri(0.5 + confidence / 2.0))
    middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n)
    half = z * math.sqrt(share * (1.0 - share) / n + z * z / (4.0 * n * n)) / (1.0 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_interval(total: float, squares: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    """The normal interval of a mean of n numbers with this sum and this sum of squares.

    Of a share of promoters less a share of detractors it is the interval of the net promoter score.

    >>> [round(end, 3) for end in mean_interval(30.0, 60.0, 100)]
    [0.16, 0.44]
    """
    mean = total / n
    half = float(ndtri(0.5 + confidence / 2.0)) * math.sqrt(max(squares / n - mean * mean, 0.0) / n)
    return mean - half, mean + half


def _coded(labels: Any) -> tuple[Any, list[str]]:
    given = pd.Series(np.asarray(labels, dtype=object))
    codes, names = pd.factorize(given.where(given.notna(), "").astype(str), sort=True)
    return codes, [str(name) for name in names]


def _typed(sums: pd.DataFrame) -> pd.DataFrame:
    return sums.astype({"numerator": np.float64, "denominator": np.float64, "squares": np.float64, "n": np.int64})
