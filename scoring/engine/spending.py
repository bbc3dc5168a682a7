"""How much customers spend per purchase: the gamma-gamma model.

A customer's purchases vary around an own mean (gamma: p), and the means vary between customers
(inverse gamma: q, v). Fitted on repeat customers; ``mean_value`` is the mean over repeat purchases.

Sources: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value
(brucehardie.com/notes/025); Fader, Hardie and Lee (2005), RFM and CLV, JMR 42(4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult, minimize
from scipy.special import digamma, gammaln

Floats = NDArray[np.float64]

LIMIT = 12.0  # of the logs of the parameters, values in units of their mean
ENOUGH_TO_START = 10_000
STARTS = ((1.5, 1.5, 1.0), (0.0, 0.5, 0.0), (3.0, 3.0, 3.0))


@dataclass(frozen=True)
class SpendingModel:
    """Parameters of the gamma-gamma model; v in the unit of the values, p and q plain."""

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")


def fit_gamma_gamma(frequency: ArrayLike, mean_value: ArrayLike) -> SpendingModel:
    """The gamma-gamma parameters that make the repeat customers' mean values most likely.

    Customers without a repeat are left out. ValueError if none is left, or a mean value of a
    repeat customer is unknown or not above 0.

    >>> model = fit_gamma_gamma([1, 2, 5, 3, 1, 4], [20, 35, 60, 12, 90, 31])
    >>> model.p > 0 and model.q > 0 and model.v > 0
    True

    Source: Fader and Hardie (2013), equation 3.
    """
    x, value = _repeaters(frequency, mean_value)
    unit = float(value.mean())
    step = max(x.size // ENOUGH_TO_START, 1)
    thin, everybody = _Sample.of(x[::step], value[::step] / unit), _Sample.of(x, value / unit)
    best = everybody.search(min((thin.search(start) for start in STARTS), key=lambda end: end.fun).x)
    p, q, v = np.exp(best.x)
    # The density of a value shrinks by its unit.
    log_likelihood = -best.fun * x.size - x.size * np.log(unit)
    return SpendingModel(float(p), float(q), float(v * unit), float(log_likelihood))


def expected_mean_value(params: SpendingModel, frequency: ArrayLike, mean_value: ArrayLike) -> Floats:
    """The value per purchase to expect of a customer in the long run.

    In the unit of the values: between the customer's own mean and everybody's, the nearer to the
    own the more repeats there are. Without a repeat (frequency 0; mean_value is then ignored) it is
    everybody's mean, p·v / (q - 1), or NaN where that is infinite (q at most 1). NaN if unknown.

    >>> model = SpendingModel(p=6.25, q=3.74, v=15.44)
    >>> expected_mean_value(model, [0, 1, 5], [np.nan, 50, 50]).round(2).tolist()
    [35.22, 45.49, 48.81]

    Source: Fader and Hardie (2013), equation 5.
    """
    x, mean = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
    if np.any(x < 0):
        raise ValueError("Frequency must not be negative.")
    own = np.where(x == 0, 0.0, x * mean)
    weight = params.p * x + params.q - 1
    return np.where(
        weight > 0,
        params.p * (params.v + own) / np.where(weight > 0, weight, 1),
        np.nan,
    )


def _repeaters(frequency: ArrayLike, mean_value: ArrayLike) -> tuple[Floats, Floats]:
    x, value = np.broadcast_arrays(np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float))
    repeats = x > 0
    x, value = x[repeats], value[repeats]
    if x.size == 0:
        raise ValueError("Nobody has bought twice, so no value per purchase can be fitted.")
    if not np.all(np.isfinite(value) & (value > 0)):
        raise ValueError("The mean value of every repeat customer must be known and above 0.")
    return x, value


@dataclass(frozen=True)
class _Sample:
    """What the likelihood needs of the customers: special functions only per distinct frequency."""

    frequencies: Floats
    customers: Floats
    frequency: Floats
    total: Floats
    log_value: Floats

    @classmethod
    def of(cls, x: Floats, value: Floats) -> "_Sample":
        frequencies, customers = np.unique(x, return_counts=True)
        log_value = np.bincount(np.searchsorted(frequencies, x), np.log(value)).astype(float)
        return cls(frequencies, customers.astype(float), x, x * value, log_value)

    def search(self, start: Sequence[float]) -> OptimizeResult:
        return minimize(
            self.loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(-LIMIT, LIMIT)] * 3,
            options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9},
        )

    def loss(self, log_params: Floats) -> tuple[float, Floats]:
        """Minus the log-likelihood per customer, and its slope by ln p, ln q and ln v."""
        p, q, v = np.exp(log_params)
        x, n = self.frequencies, self.customers
        log_rest, per_rest = np.log(self.total + v), 1 / (self.total + v)
        whole = n @ (gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + p * x * np.log(x))
        # Sums of products, not BLAS, whose threads get in each other's way on a busy machine.
        whole += (p * x - 1) @ self.log_value - ((p * self.frequency + q) * log_rest).sum()
        by_p = (n * x) @ (digamma(p * x + q) - digamma(p * x) + np.log(x))
        by_p += x @ self.log_value - (self.frequency * log_rest).sum()
        by_q = n @ (digamma(p * x + q) - digamma(q) + np.log(v)) - log_rest.sum()
        by_v = n.sum() * q / v - ((p * self.frequency + q) * per_rest).sum()
        slope = np.array([by_p * p, by_q * q, by_v * v])
        return -float(whole) / n.sum(), -slope / n.sum()
