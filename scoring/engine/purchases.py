"""How often customers buy and when they leave: BG/NBD and its modification MBG/NBD.

While alive a customer buys at random with an own rate (gamma distributed: r, alpha) and after each
purchase leaves with an own probability (beta distributed: a, b). In the modified model they may
also leave at the very start, so that somebody who never came back is not thought alive for ever.
Both models are the same formulas over the number of occasions to leave: frequency, or one more.

Facts per customer: ``frequency`` = distinct order days - 1, ``recency`` = last - first order day,
``age`` = as_of - first order day, the last two in one unit of time of the caller's choice.

Sources: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science
24(2); Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3); Hoppe and
Wagner (2007), Marketing JRM 29(2).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.special import betaln, digamma, expit, gammaln, hyp2f1

Floats = NDArray[np.float64]

# Customers at a time: stays in the cache and below the size at which BLAS starts threads, which
# made a fit five times slower on a busy machine.
BLOCK = 8192


@dataclass(frozen=True)
class PurchaseModel:
    """Parameters of BG/NBD, or with ``modified`` of MBG/NBD, in the unit of time of the facts.

    ``at_edge``: the data do not determine all parameters; weak priors keep the drop-out finite.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    at_edge: bool = False
    modified: bool = False


@dataclass(frozen=True)
class Histories:
    """Customers' facts; frequency as a level, since special functions cost most and levels few."""

    frequencies: Floats
    level: NDArray[np.intp]
    recency: Floats
    age: Floats

    @classmethod
    def of(cls, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> "Histories":
        x, recent, old = (np.ravel(column) for column in _checked(frequency, recency, age))
        if not (np.isfinite(x).all() and np.isfinite(recent).all() and np.isfinite(old).all()):
            raise ValueError("Frequency, recency and age must all be known and finite.")
        frequencies, level = np.unique(x, return_inverse=True)
        return cls(frequencies, level, recent, old)

    def part(self, rows: slice) -> "Histories":
        return Histories(self.frequencies, self.level[rows], self.recency[rows], self.age[rows])

    def __len__(self) -> int:
        return self.level.size


def bg_nbd_log_likelihood(
    params: PurchaseModel | Sequence[float],
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> float:
    """The log-likelihood of all customers together under BG/NBD.

    ``params`` is a model or its (r, alpha, a, b). The natural log of a density of purchase times,
    so it changes with the unit of time. Nobody: 0.0.

    >>> round(bg_nbd_log_likelihood(PurchaseModel(0.243, 4.414, 0.793, 2.426), 2, 30.43, 38.86), 4)
    -9.4586

    Source: Fader, Hardie and Lee (2005), equation 6.
    """
    return _log_likelihood(params, False, frequency, recency, age)


def mbg_nbd_log_likelihood(
    params: PurchaseModel | Sequence[float],
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> float:
    """The log-likelihood of all customers together under MBG/NBD; otherwise as BG/NBD.

    >>> round(mbg_nbd_log_likelihood(PurchaseModel(0.525, 6.183, 0.891, 1.614), 0, 0, 38.86), 4)
    -0.5398

    Source: Batislam, Denizel and Filiztekin (2007), section 3.
    """
    return _log_likelihood(params, True, frequency, recency, age)


def _log_likelihood(
    params: PurchaseModel | Sequence[float],
    modified: bool,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> float:
    theta = params if isinstance(params, Sequence) else (params.r, params.alpha, params.a, params.b)
    return likelihood_and_gradient(theta, Histories.of(frequency, recency, age), modified)[0]


def likelihood_and_gradient(theta: Sequence[float], histories: Histories, modified: bool) -> tuple[float, Floats]:
    """The log-likelihood and its derivatives by r, alpha, a and b."""
    r, alpha, a, b = theta
    x = histories.frequencies
    y = x + modified
    at_level = np.bincount(histories.level, minlength=x.size)
    log_odds = _log_odds_per_occasion(a, b, y)
    whole, by_r, by_alpha, left = 0.0, 0.0, 0.0, np.zeros(x.size)
    for start in range(0, len(histories), BLOCK):
        block = histories.part(slice(start, start + BLOCK))
        parts = _sums(r, alpha, log_odds, block)
        whole, by_r, by_alpha, left = (whole + parts[0], by_r + parts[1], by_alpha + parts[2], left + parts[3])
    chances = betaln(a, b + y) - betaln(a, b)
    whole += (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + chances) @ at_level
    common = digamma(a + b) - digamma(a + b + y)
    stays = np.divide(left, b + y - 1, out=np.zeros(x.size), where=y > 0)
    gradient = (
        by_r + (digamma(r + x) - digamma(r) + np.log(alpha)) @ at_level,
        by_alpha + r / alpha * len(histories),
        common @ at_level + left.sum() / a,
        (common + digamma(b + y) - digamma(b)) @ at_level - stays.sum(),
    )
    return float(whole), np.array(gradient)


def _sums(r: float, alpha: float, log_odds_at_level: Floats, block: Histories) -> tuple[float, float, float, Floats]:
    """What differs between customers of one frequency: parts of the log-likelihood and of its
    derivatives by r and alpha, and at each level the expected number of customers who left."""
    until_now, until_last = alpha + block.age, alpha + block.recency
    events = (r + block.frequencies)[block.level]
    log_now = np.log(until_now)
    log_ratio = log_now - np.log(until_last)
    log_odds = log_odds_at_level[block.level] + events * log_ratio
    # The parts of expit and of log(1 + exp): ten times faster than logaddexp, and no overflow.
    smaller = np.exp(-np.abs(log_odds))
    left = np.where(log_odds > 0, 1.0, smaller) / (1 + smaller)
    return (
        (np.maximum(log_odds, 0) + np.log1p(smaller)).sum() - events @ log_now,
        left @ log_ratio - log_now.sum(),
        -(events @ ((1 - left) / until_now + left / until_last)),
        np.bincount(block.level, left, minlength=log_odds_at_level.size).astype(float),
    )


def probability_alive(params: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
    """P(alive): the probability that a customer has not left for good.

    A share, 0 to 1. NaN where a fact is NaN. BG/NBD gives 1 to everyone without a repeat.

    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
    >>> probability_alive(model, [2, 0], [30.43, 0], [38.86, 38.86]).round(4).tolist()
    [0.7266, 1.0]

    Source: Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model; modified:
    Batislam, Denizel and Filiztekin (2007).
    """
    x, recent, old = _checked(frequency, recency, age)
    y = x + params.modified
    log_odds = _log_odds_per_occasion(params.a, params.b, y) + (params.r + x) * (
        np.log(params.alpha + old) - np.log(params.alpha + recent)
    )
    return np.where(np.isnan(x + recent + old), np.nan, expit(-log_odds))


def purchase_probability(
    params: PurchaseModel,
    t: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """The probability of at least one purchase in the next ``t``.

    P(alive) · (1 - ((alpha + T) / (alpha + T + t))^(r + x)). A share, 0 to 1; NaN where a fact is.

    >>> model = PurchaseModel(0.525, 6.183, 0.891, 1.614, modified=True)
    >>> purchase_probability(model, 26, [0, 5], [0, 35], [38, 38]).round(3).tolist()
    [0.085, 0.77]

    Source: from the densities of Batislam, Denizel and Filiztekin (2007): alive, the next purchase
    waits a gamma mixture of exponentials, and nobody leaves before it.
    """
    x = np.asarray(frequency, dtype=float)
    wait = np.log1p(_horizon(t) / (params.alpha + np.asarray(age, dtype=float)))
    return probability_alive(params, x, recency, age) * -np.expm1(-(params.r + x) * wait)


def expected_purchases(params: PurchaseModel, t: ArrayLike) -> Floats:
    """The number of repeat purchases expected in ``t`` from a customer picked at random when new.

    At least 0; NaN where t is NaN.

    >>> expected_purchases(PurchaseModel(0.243, 4.414, 0.793, 2.426), [0, 39]).round(3).tolist()
    [0.0, 1.197]

    Source: Fader, Hardie and Lee (2005), equation 9. It is the expectation given no history.
    """
    return expected_purchases_given(params, t, 0.0, 0.0, 0.0)


def expected_purchases_given(
    params: PurchaseModel,
    t: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Floats:
    """The number of purchases expected in the next ``t`` from a customer with this history.

    At least 0; NaN where a fact is NaN.

    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
    >>> expected_purchases_given(model, 39, 2, 30.43, 38.86).round(3)
    np.float64(1.226)

    Source: Fader, Hardie and Lee (2005), equation 10.
    """
    alive = probability_alive(params, frequency, recency, age)
    return alive * expected_if_alive(params, t, frequency, age)


def expected_if_alive(params: PurchaseModel, t: ArrayLike, frequency: ArrayLike, age: ArrayLike) -> Floats:
    """The number of purchases expected in the next ``t`` from a customer who has not left yet.

    The published hypergeometric function after Euler's transformation 2F1(p, q; c; z) =
    (1 - z)^(c - p - q) 2F1(c - p, c - q; c; z): two of its parameters no longer grow with the
    frequency, so that it neither overflows nor loses digits at frequency 1000.
    """
    x, old, horizon = np.broadcast_arrays(np.asarray(frequency, dtype=float), np.asarray(age, dtype=float), _horizon(t))
    a, others = params.a, params.a + params.b + params.modified - 1
    c, z = others + x, horizon / (params.alpha + old + horizon)
    with np.errstate(all="ignore"):
        left = np.exp((a - 1) * np.log1p(-z)) * hyp2f1(a - 1, others - params.r, c, z)
        expected = np.array(c / (a - 1) * (1 - left))
    # It is 0 / 0 for a = 1, overflows for a in the hundreds, and SciPy's has holes next to whole numbers.
    holes = ~np.isfinite(expected) & np.isfinite(x + old + horizon)
    if holes.any():
        expected[holes] = _expected_by_quadrature(params, horizon[holes], x[holes], old[holes])
    return np.maximum(expected, 0.0)


def _expected_by_quadrature(params: PurchaseModel, t: Floats, frequency: Floats, age: Floats) -> Floats:
    """The same as the mean over p, the probability of leaving after a purchase, of
    (1 - (1 + p·t / (alpha + T))^-(r + x)) / p. Good to 1e-6 up to t = 30·(alpha + T)."""
    expected = np.zeros(t.shape)
    for x in np.unique(frequency):
        at = frequency == x
        reach = t[at] / (params.alpha + age[at])
        for p, weight in zip(*_beta_nodes(params.a, params.b + x + params.modified), strict=True):
            expected[at] += weight * -np.expm1(-(params.r + x) * np.log1p(p * reach)) / p
    return expected


def _beta_nodes(a: float, b: float, n: int = 64) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss's quadrature for means over the beta distribution.

    Source: Golub and Welsch (1969), Calculation of Gauss Quadrature Rules; the recurrence is that
    of the Jacobi polynomials, moved from [-1, 1] to [0, 1].
    """
    k, s = np.arange(1, n), a + b - 2
    diagonal = np.append((a - b) / (s + 2), (a - b) * s / ((2 * k + s) * (2 * k + s + 2)))
    first, k = 4 * a * b / ((s + 2) ** 2 * (s + 3)), k[1:]
    rest = 4 * k * (k + a - 1) * (k + b - 1) * (k + s) / ((2 * k + s) ** 2 * (2 * k + s + 1) * (2 * k + s - 1))
    squares = np.append(first, rest)
    nodes, vectors = eigh_tridiagonal((1 + diagonal) / 2, np.sqrt(squares) / 2)
    return np.maximum(nodes, np.finfo(float).tiny), vectors[0] ** 2


def _log_odds_per_occasion(a: float, b: float, y: Floats) -> Floats:
    """The log odds of leaving at the last of y occasions rather than staying; none without one."""
    occasions = np.where(y == 0, 1.0, y)
    return np.where(y == 0, -np.inf, np.log(a) - np.log(b + occasions - 1))


def _horizon(t: ArrayLike) -> Floats:
    horizon = np.asarray(t, dtype=float)
    if np.any(horizon < 0):
        raise ValueError("The horizon t must not be negative.")
    return horizon


def _checked(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Floats, Floats, Floats]:
    x, recent, old = np.broadcast_arrays(*(np.asarray(column, dtype=float) for column in (frequency, recency, age)))
    # Ages made by division may fall short of recency by a rounding error.
    if np.any((x < 0) | (recent < 0) | (recent > old * (1 + 1e-9))):
        raise ValueError("Frequency must not be negative, and recency must lie between 0 and age.")
    if np.any((x == 0) & (recent > 0)):
        raise ValueError("Without a repeat purchase (frequency 0) recency must be 0.")
    return x, recent, old
