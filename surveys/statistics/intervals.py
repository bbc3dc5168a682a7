"""Shares and means with how sure they are."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit
from scipy.stats import binomtest

from .reading import clipped, counted, whole_answers, within_unit


@dataclass(frozen=True)
class Share:
    """A share of 0 to 1 of `n`, with its Wilson interval."""

    share: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Mean:
    """In the unit of the answers; with a single answer all but the mean are NaN."""

    mean: float
    standard_error: float
    low: float
    high: float
    n: int


def share_of(k: int, n: int, confidence: float = 0.95) -> Share | None:
    """k of n as a share with the Wilson score interval; None if n is 0.

    ValueError for counts that are negative or not whole, or k above n.

    >>> found = share_of(81, 263)
    >>> round(found.share, 4), round(found.low, 4), round(found.high, 4)
    (0.308, 0.2553, 0.3662)

    Source: Wilson (1927), Journal of the American Statistical Association 22, as in scipy.stats.
    """
    (k, n), confidence = counted(k, n), within_unit(confidence)
    if k > n:
        raise ValueError("A part cannot be more than the whole.")
    if not n:
        return None
    interval = binomtest(k, n).proportion_ci(confidence, method="wilson")
    return Share(k / n, float(interval.low), float(interval.high), n)


def top_box(scores: ArrayLike, scale_max: int, boxes: int = 2) -> Share | None:
    """The share of answers in the top boxes of a scale that ends at `scale_max`.

    On a scale of 1-5 the top two boxes are 4 and 5. Interval as `share_of`. No answers: None.
    ValueError for an answer off the scale (0 is allowed, as in 0-10) or boxes that are not on it.

    >>> found = top_box([5, 4, 3, 2, None, 5], scale_max=5)
    >>> found.share, found.n
    (0.6, 5)
    """
    if not 1 <= boxes <= scale_max:
        raise ValueError("The top boxes must be at least one and no more than the scale has.")
    answers = whole_answers(scores, 0, scale_max)
    return share_of(int((answers > scale_max - boxes).sum()), answers.size)


def mean_with_interval(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Mean | None:
    """The mean of the answers with Student's interval, in their unit.

    With weights the weighted mean and the standard error of a ratio (the sandwich estimate), which
    with equal weights is s/√n. Marks of 100, 0 and -100 make a weighted net promoter score, marks of 1
    and 0 a weighted share. Whoever has no answer or weight 0 is left out; nobody left: None.
    ValueError for negative or unknown weights.

    >>> result = mean_with_interval([8, 7, 9, 8, None])
    >>> result.mean, round(result.standard_error, 4), round(result.low, 3), round(result.high, 3), result.n
    (8.0, 0.4082, 6.701, 9.299, 4)

    Source: Student (1908); weighted: Särndal, Swensson and Wretman (1992), Model Assisted Survey
    Sampling, 5.7.
    """
    numbers = np.asarray(values, dtype=float)
    shares = np.ones_like(numbers) if weights is None else np.asarray(weights, dtype=float)
    if numbers.ndim != 1 or numbers.shape != shares.shape or np.isinf(numbers).any():
        raise ValueError("A mean needs one sequence of finite answers, and a weight for each if any.")
    if not (np.isfinite(shares) & (shares >= 0)).all():
        raise ValueError("Weights must be known, finite and at least 0.")
    counts = ~np.isnan(numbers) & (shares > 0)
    numbers, shares, n = numbers[counts], shares[counts], int(counts.sum())
    within_unit(confidence)
    if not n:
        return None
    mean = float((shares * numbers).sum() / shares.sum())
    if n == 1:
        return Mean(mean, nan, nan, nan, n)
    squares = float(((shares * (numbers - mean)) ** 2).sum())
    error = sqrt(n / (n - 1) * squares) / float(shares.sum())
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    return Mean(mean, error, mean - half, mean + half, n)


def csi(scores: ArrayLike, confidence: float = 0.95) -> Mean | None:
    """The customer satisfaction index: the mean of overall satisfaction on 1-10, with its interval.

    As `mean_with_interval`, the interval clipped to 1-10. ValueError for an answer off the scale.

    >>> result = csi([10, 9, 10, 8])
    >>> result.mean, round(result.low, 2), result.high
    (9.25, 7.73, 10.0)
    """
    found = mean_with_interval(whole_answers(scores, 1, 10), confidence=confidence)
    if found is None or found.n == 1:
        return found
    low, high = clipped((found.low, found.high), 1, 10)
    return Mean(found.mean, found.standard_error, low, high, found.n)


def response_rate(
    complete: int,
    partial: int = 0,
    refused: int = 0,
    not_reached: int = 0,
    other: int = 0,
    unknown: int = 0,
    confidence: float = 0.95,
) -> Share | None:
    """AAPOR's response rate 1: complete answers of all that were or may have been asked.

    Partial answers (begun, not sent), refusals (opted out), people not reached (bounced), others who
    could be asked and were not able to, and invitations of unknown fate all stay in the denominator;
    people who should not have been asked do not belong in any. Nobody asked: None.

    >>> round(response_rate(100, not_reached=20).share, 3)
    0.833

    Source: The American Association for Public Opinion Research, Standard Definitions, RR1.
    """
    fates = counted(complete, partial, refused, not_reached, other, unknown)
    return share_of(fates[0], sum(fates), confidence)
