"""How many to ask, how sure the answer will be, and how many of each group."""

from collections.abc import Sequence
from math import ceil, sqrt

from .reading import counted, normal_quantile


def sample_size(
    population: int | None,
    margin: float,
    confidence: float = 0.95,
    proportion: float = 0.5,
) -> int:
    """How many answers estimate a share to within ± `margin` (0-1), rounded up.

    `population`: how many there are; None: without end. `proportion`: the share expected, 0.5 being
    the safest. ValueError for a margin, share or confidence not between 0 and 1 or nobody to ask.

    >>> sample_size(1000, 0.05), sample_size(None, 0.05)
    (278, 385)

    Source: Cochran (1977), Sampling Techniques, 3rd ed., 4.4.
    """
    if not (0 < margin < 1 and 0 < proportion < 1):
        raise ValueError("The margin and the expected share must lie between 0 and 1.")
    needed = normal_quantile(confidence) ** 2 * proportion * (1 - proportion) / margin**2
    if population is not None:
        if counted(population)[0] == 0:
            raise ValueError("A sample needs a population of at least one.")
        needed /= 1 + (needed - 1) / population
    # Rounded first: what is a whole number but for the last digits stays it.
    return max(ceil(round(needed, 9)), 1)


def margin_of_error(
    n: int,
    population: int | None = None,
    confidence: float = 0.95,
    proportion: float = 0.5,
) -> float:
    """By how much (0-1) a share estimated from `n` answers may be off.

    With the correction for a finite population, so that everybody asked leaves no error. ValueError
    for no answers or more than the population has.

    >>> round(margin_of_error(1000), 3), round(margin_of_error(200, population=500), 4)
    (0.031, 0.0537)

    Source: Cochran (1977), Sampling Techniques, 3rd ed., 3.2.
    """
    if not 0 <= proportion <= 1:
        raise ValueError("The expected share must lie between 0 and 1.")
    if counted(n)[0] == 0:
        raise ValueError("A margin needs at least one answer.")
    error = normal_quantile(confidence) * sqrt(proportion * (1 - proportion) / n)
    if population is None:
        return error
    if counted(population)[0] < n:
        raise ValueError("A sample cannot be larger than its population.")
    return error * sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def allocate(total: int, sizes: Sequence[int], minimum: int = 0) -> list[int]:
    """How many of each stratum to draw: in proportion to its size, together exactly `total`.

    Each gets at least `minimum`, or all it has; only strata that proportion would leave below it are
    raised, at the cost of the others. Largest remainders, ties to the earlier stratum. ValueError if
    the strata have fewer than `total`, or the minimum takes more.

    >>> allocate(10, [50, 30, 20]), allocate(100, [900, 80, 20], minimum=15)
    ([5, 3, 2], [70, 15, 15])

    Source: proportional allocation, Neyman (1934); rounding by Hamilton's method.
    """
    total, minimum, *strata = counted(total, minimum, *sizes)
    lowest = [min(minimum, size) for size in strata]
    if sum(strata) < total:
        raise ValueError("The strata together have fewer than the sample asks for.")
    if sum(lowest) > total:
        raise ValueError("The minimum for each stratum takes more than the whole sample.")
    shares, free = lowest[:], set(range(len(strata)))
    while free:
        rest = total - sum(shares[i] for i in range(len(strata)) if i not in free)
        whole = sum(strata[i] for i in free)
        short = {i for i in free if rest * strata[i] < lowest[i] * whole}
        if not short:
            return _rounded(shares, free, strata, rest, whole)
        free -= short
    return shares


def _rounded(shares: list[int], free: set[int], strata: list[int], rest: int, whole: int) -> list[int]:
    """The shares with `rest` divided among the free strata, in whole numbers so that ties are exact."""
    parts = {i: divmod(rest * strata[i], whole or 1) for i in sorted(free)}
    left = rest - sum(part for part, _ in parts.values())
    by_remainder = sorted(parts, key=lambda i: -parts[i][1])
    for i in parts:
        shares[i] = parts[i][0] + (i in by_remainder[:left])
    return shares
