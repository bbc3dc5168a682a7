"""Weights that make those who answered look like those who were asked."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Labels = Sequence[Hashable]
Targets = Mapping[Any, float]


@dataclass(frozen=True)
class Weighting:
    """Weights with mean 1, how many answers they are worth, and the groups nobody answered in.

    `missing`: (variable, label) of those groups; no weight can speak for them.
    """

    weights: Floats
    effective_n: float
    missing: tuple[tuple[Any, Any], ...]


def rake(
    categories: Mapping[Any, Labels] | Sequence[Labels],
    targets: Mapping[Any, Targets] | Sequence[Targets],
    base_weights: ArrayLike | None = None,
    max_iterations: int = 100,
    tolerance: float = 1e-8,
) -> Floats:
    """A weight for each respondent, mean 1, under which every variable has its target shares.

    `categories`: for each variable the respondents' labels; `targets`: for each variable shares or
    counts by label. Both by name, or both as lists in the same order. The weights stay as near to
    the base weights (1 if none) as that allows. ValueError if a label has no target, a target nobody
    who answered, or if the shares are not within `tolerance` after `max_iterations` rounds.

    >>> sex, age = ["m", "m", "m", "f"], ["young", "old", "old", "old"]
    >>> rake([sex], [{"m": 0.5, "f": 0.5}]).round(4).tolist()
    [0.6667, 0.6667, 0.6667, 2.0]

    Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11(4).
    """
    variables = _variables(categories, targets)
    n = len(variables[0][0])
    weights = np.ones(n) if base_weights is None else np.array(base_weights, dtype=float)
    if weights.shape != (n,) or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError("Base weights must be one number above 0 for each respondent.")
    weights /= weights.sum()
    for _ in range(max_iterations):
        for codes, shares in variables:
            now = np.bincount(codes, weights, minlength=len(shares))
            weights *= np.divide(shares, now, out=np.zeros_like(shares), where=now > 0)[codes]
        off = [np.abs(np.bincount(codes, weights, minlength=len(s)) - s).max() for codes, s in variables]
        if max(off) <= tolerance:
            return weights / weights.mean()
    raise ValueError("No weights meet all targets at once: some groups are too small or exclude each other.")


def weights_to_audience(
    categories: Mapping[Any, Labels],
    audience: Mapping[Any, Targets],
    base_weights: ArrayLike | None = None,
) -> Weighting:
    """Post-stratification weights from the numbers asked in each group, by `rake`.

    Groups in which nobody answered are left out of the targets and named in `missing`. ValueError as
    `rake`.

    >>> found = weights_to_audience({"tier": ["A", "A", "A", "B"]}, {"tier": {"A": 50, "B": 50, "C": 10}})
    >>> round(found.effective_n, 4), found.missing
    (3.0, (('tier', 'C'),))
    """
    answered = {name: set(labels) for name, labels in categories.items()}
    targets = {
        name: {label: size for label, size in sizes.items() if label in answered.get(name, ())}
        for name, sizes in audience.items()
    }
    missing = tuple((name, label) for name, sizes in audience.items() for label in sizes if label not in targets[name])
    weights = rake(categories, targets, base_weights)
    return Weighting(weights, effective_size(weights), missing)


def effective_size(weights: ArrayLike) -> float:
    """How many equally weighted answers these are worth: (Σw)² / Σw²; 0 for none.

    >>> effective_size([1, 1, 1, 1]), round(effective_size([3, 1]), 2)
    (4.0, 1.6)

    Source: Kish (1965), Survey Sampling, 11.7.
    """
    numbers = np.asarray(weights, dtype=float)
    squares = float((numbers**2).sum())
    return float(numbers.sum()) ** 2 / squares if squares else 0.0


def _variables(categories: Any, targets: Any) -> list[tuple[NDArray[np.intp], Floats]]:
    """For each variable the respondents' codes and the share each code shall have."""
    if hasattr(targets, "keys") != hasattr(categories, "keys"):
        raise ValueError("Categories and targets must both go by name, or both by order.")
    names = list(targets.keys()) if hasattr(targets, "keys") else range(len(targets))
    known = set(categories.keys()) if hasattr(categories, "keys") else set(range(len(categories)))
    if not names or set(names) != known:
        raise ValueError("Every variable needs its categories and its targets.")
    variables = [_coded(list(categories[name]), targets[name]) for name in names]
    if len({len(codes) for codes, _ in variables}) > 1 or not len(variables[0][0]):
        raise ValueError("Every variable needs the category of each respondent.")
    return variables


def _coded(labels: list[Hashable], target: Targets) -> tuple[NDArray[np.intp], Floats]:
    codes = pd.Index(list(target.keys()), dtype=object).get_indexer(pd.Index(labels, dtype=object))
    shares = np.array(list(target.values()), dtype=float)
    if not (np.isfinite(shares) & (shares >= 0)).all() or not shares.sum() > 0:
        raise ValueError("Targets must be at least 0 and not all 0.")
    if (codes < 0).any():
        raise ValueError(f"The category {labels[int(np.argmin(codes))]} has no target.")
    empty = (np.bincount(codes, minlength=len(shares)) == 0) & (shares > 0)
    if labels and empty.any():
        raise ValueError(f"Nobody answered in the category {list(target)[int(np.argmax(empty))]}.")
    return codes, shares / shares.sum()
