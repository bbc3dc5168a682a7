"""What may be read as answers, counts and confidence."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


def known(values: ArrayLike) -> Floats:
    """The answers that are there, as numbers; None and NaN are left out.

    >>> known([3, None, 5]).tolist()
    [3.0, 5.0]
    """
    numbers = np.asarray(values, dtype=float)
    if numbers.ndim != 1 or np.isinf(numbers).any():
        raise ValueError("Answers must be one sequence of finite numbers.")
    return numbers[~np.isnan(numbers)]


def whole_answers(values: ArrayLike, low: int, high: int) -> Floats:
    """The answers that are there; ValueError unless each is a whole number of `low` to `high`."""
    answers = known(values)
    if np.any((answers < low) | (answers > high) | (answers != np.round(answers))):
        raise ValueError(f"Answers must be whole numbers from {low} to {high}.")
    return answers


def counted(*counts: float) -> tuple[int, ...]:
    """The counts as integers; ValueError unless they are whole and at least 0."""
    if any(count != count or count < 0 or count != int(count) for count in counts):
        raise ValueError("Counts must be whole numbers of at least 0.")
    return tuple(int(count) for count in counts)


def normal_quantile(confidence: float) -> float:
    """How many standard errors on each side hold that confidence.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    return float(ndtri(0.5 + within_unit(confidence) / 2))


def within_unit(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("Confidence must lie between 0 and 1.")
    return confidence


def clipped(ends: Iterable[float], low: float, high: float) -> tuple[float, ...]:
    return tuple(float(min(max(end, low), high)) for end in ends)
