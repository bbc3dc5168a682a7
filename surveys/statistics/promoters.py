"""The net promoter score: how sure it is, and whether it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, inf, sqrt

from numpy.typing import ArrayLike
from scipy.special import ndtr

from .reading import clipped, counted, normal_quantile, whole_answers

# Below this many answers the plain Wald interval is too narrow.
FEW = 100


@dataclass(frozen=True)
class NetPromoter:
    """In points, -100 to 100; see `net_promoter`."""

    score: float
    standard_error: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Change:
    """In points; see `net_promoter_change`."""

    difference: float
    standard_error: float
    z: float
    p_value: float


def net_promoter(promoters: int, passives: int, detractors: int, confidence: float = 0.95) -> NetPromoter | None:
    """Share of promoters minus share of detractors, in points, with its interval.

    The standard error is that of a difference of two shares of one multinomial sample. The interval
    is Wald's, and with fewer than 100 answers or all in one class the adjusted Wald interval: 3 more
    answers, ¾ of one more promoter and more detractor; clipped to -100 to 100. No answers: None.
    ValueError for counts that are negative or not whole.

    >>> result = net_promoter(80, 50, 70)
    >>> result.score, round(result.standard_error, 3), round(result.low, 2), round(result.high, 2), result.n
    (5.0, 6.114, -6.98, 16.98, 200)

    Source: Reichheld (2003), Harvard Business Review 81(12); Rocks (2016), Interval Estimation for
    the Net Promoter Score, The American Statistician 70(4).
    """
    counts = counted(promoters, passives, detractors)
    z, n = normal_quantile(confidence), sum(counts)
    if not n:
        return None
    score, error = _difference(counts[0], counts[2], n)
    middle, width = score, error
    if n < FEW or max(counts) == n:
        middle, width = _difference(counts[0] + 0.75, counts[2] + 0.75, n + 3)
    low, high = clipped((middle - z * width, middle + z * width), -100, 100)
    return NetPromoter(score, error, low, high, n)


def net_promoter_of(scores: ArrayLike, confidence: float = 0.95) -> NetPromoter | None:
    """The net promoter score of answers on 0-10: promoters say 9 or 10, detractors 0 to 6.

    As `net_promoter`. ValueError for an answer that is not a whole number of 0 to 10.

    >>> net_promoter_of([10, 9, 8, 6, None]).score
    25.0
    """
    return net_promoter(*promoter_counts(scores), confidence=confidence)


def promoter_counts(scores: ArrayLike) -> tuple[int, int, int]:
    """Promoters, passives and detractors among answers on 0-10.

    >>> promoter_counts([10, 9, 8, 6, None])
    (2, 1, 1)
    """
    answers = whole_answers(scores, 0, 10)
    promoters, detractors = int((answers >= 9).sum()), int((answers <= 6).sum())
    return promoters, answers.size - promoters - detractors, detractors


def net_promoter_change(before: Sequence[int], after: Sequence[int]) -> Change | None:
    """How much the score of one wave differs from that of the wave before, in points, and the z-test.

    Both waves are counts of (promoters, passives, detractors) of independent samples. Two-sided
    p-value. Where neither wave varies, z is 0, or infinite if they differ. None if one has no answer.

    >>> change = net_promoter_change((50, 30, 20), (60, 25, 15))
    >>> change.difference, round(change.standard_error, 3), round(change.z, 3), round(change.p_value, 4)
    (15.0, 10.759, 1.394, 0.1633)

    Source: the z-test of a difference of independent estimates.
    """
    if len(before) != 3 or len(after) != 3:
        raise ValueError("A wave is its numbers of promoters, passives and detractors.")
    waves = [net_promoter(*before), net_promoter(*after)]
    if waves[0] is None or waves[1] is None:
        return None
    difference = waves[1].score - waves[0].score
    error = sqrt(waves[0].standard_error ** 2 + waves[1].standard_error ** 2)
    z = difference / error if error else copysign(inf, difference) if difference else 0.0
    return Change(difference, error, z, float(2 * ndtr(-abs(z))))


def _difference(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """The difference of the two shares and its standard error, in points."""
    p, d = promoters / n, detractors / n
    return 100 * (promoters - detractors) / n, 100 * sqrt(max(p + d - (p - d) ** 2, 0) / n)
