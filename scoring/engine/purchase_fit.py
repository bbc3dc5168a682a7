"""Fitting BG/NBD and MBG/NBD: maximum likelihood, and weak priors where it runs to the edge.

The search moves in ln r, ln alpha (in units of the greatest age), logit phi and ln kappa, where
phi = a / (a + b) is the mean probability of leaving per occasion and kappa = a + b says how alike
customers are in it. Where the data cannot tell who left, the likelihood is flat towards an end
of phi or kappa: then `at_edge` is set, and priors on these two keep the answer finite.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import expit

from scoring.engine.purchases import (
    Histories,
    PurchaseModel,
    grouped,
    likelihood_and_gradient,
)

Floats = NDArray[np.float64]

# All in the order ln r, ln alpha, logit phi, ln kappa.
LOWEST = np.array([-9.0, -12.0, -9.0, -7.0])
HIGHEST = np.array([9.0, 12.0, 9.0, 9.0])
STARTS = np.array(
    [[-1.0, -2.0, -1.0, 1.0], [0.0, 0.0, -2.0, 0.0], [-2.0, -3.0, 0.0, 2.0]]
)
# 95 % of phi lies within 0.02 and 0.87, of kappa within 0.16 and 57; r and alpha have no prior.
PRIOR_MEAN = np.array([0.0, 0.0, -1.0, np.log(3.0)])
PRIOR_PRECISION = np.array([0.0, 0.0, 1.0, 1.0]) / 1.5**2
NO_PRIOR = np.zeros(4)
# A standard error of 5 on the log scale: anything between a 20,000th and 20,000 times would do.
UNTOLD = 5.0
ENOUGH_TO_START = 10_000


@dataclass(frozen=True)
class PurchaseModelErrors:
    """Standard errors of the parameters; NaN where the data do not determine them."""

    r: float
    alpha: float
    a: float
    b: float


def fit_bg_nbd(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> PurchaseModel:
    """The BG/NBD parameters that make the customers' purchases most likely.

    alpha is in the unit of recency and age; all are above 0. Where the data do not determine them
    ``at_edge`` is set, and the drop-out has weak priors. ValueError if nobody bought twice.

    >>> months = [0, 0, 2, 1, 6, 0, 3, 1], [0, 0, 8, 2, 11, 0, 9, 4], [12] * 8
    >>> fit_bg_nbd(*months).at_edge  # eight customers tell too little
    True

    Source: Fader, Hardie and Lee (2005), Marketing Science 24(2).
    """
    return _fit(grouped(frequency, recency, age), modified=False)


def fit_mbg_nbd(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> PurchaseModel:
    """The MBG/NBD parameters that make the customers' purchases most likely; else as `fit_bg_nbd`.

    >>> months = [0, 0, 2, 1, 6, 0, 3, 1], [0, 0, 8, 2, 11, 0, 9, 4], [12] * 8
    >>> fit_mbg_nbd(*months).modified
    True

    Source: Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3).
    """
    return _fit(grouped(frequency, recency, age), modified=True)


def standard_errors(
    params: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> PurchaseModelErrors:
    """The standard errors of fitted parameters, from the curvature of the likelihood there.

    In the units of the parameters; all NaN for a model at the edge, where the likelihood has no
    peak to measure.
    """
    if params.at_edge:
        return PurchaseModelErrors(*[np.nan] * 4)
    histories = grouped(frequency, recency, age)
    at = np.array([params.r, params.alpha, params.a, params.b])

    def slope(theta: Floats) -> Floats:
        return -likelihood_and_gradient(theta.tolist(), histories, params.modified)[1]

    return PurchaseModelErrors(*_errors(_curvature(slope, at, at * 1e-4)).tolist())


def _fit(histories: Histories, modified: bool) -> PurchaseModel:
    if not histories.frequency.any():
        raise ValueError(
            "Nobody has bought twice, so no rate of purchase can be fitted."
        )
    unit = float(histories.age.max())
    start = _best_start(histories, modified, unit)
    best = _search(start, histories, modified, unit, NO_PRIOR)
    at_edge = _is_at_edge(best, histories, modified, unit)
    if at_edge:
        best = _search(STARTS[0], histories, modified, unit, PRIOR_PRECISION)
    theta = _natural(best, unit)
    value, _ = likelihood_and_gradient(theta, histories, modified)
    return PurchaseModel(
        *theta, log_likelihood=value, at_edge=at_edge, modified=modified
    )


def _best_start(histories: Histories, modified: bool, unit: float) -> Floats:
    """The best end of several searches, over an even thinning where there are many rows."""
    step = max(histories.customers.size // ENOUGH_TO_START, 1)
    names = ("level", "recency", "age", "customers")
    thin = replace(
        histories, **{name: getattr(histories, name)[::step] for name in names}
    )
    ends = [_search(start, thin, modified, unit, NO_PRIOR) for start in STARTS]
    return min(ends, key=lambda end: _loss(end, thin, modified, unit, NO_PRIOR)[0])


def _search(
    start: Floats, histories: Histories, modified: bool, unit: float, precision: Floats
) -> Floats:
    found = minimize(
        _loss,
        start,
        args=(histories, modified, unit, precision),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(LOWEST, HIGHEST, strict=True)),
        options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9},
    )
    return found.x


def _natural(point: Floats, unit: float) -> tuple[float, float, float, float]:
    """r, alpha, a and b of a point of the search."""
    r, alpha, kappa = np.exp(point[[0, 1, 3]])
    phi = expit(point[2])
    return float(r), float(alpha * unit), float(phi * kappa), float((1 - phi) * kappa)


def _loss(
    point: Floats, histories: Histories, modified: bool, unit: float, precision: Floats
) -> tuple[float, Floats]:
    """Minus the log-likelihood and log prior per customer, and its slope along the search."""
    r, alpha, a, b = theta = _natural(point, unit)
    value, (by_r, by_alpha, by_a, by_b) = likelihood_and_gradient(
        theta, histories, modified
    )
    along = np.array(
        [
            by_r * r,
            by_alpha * alpha,
            (by_a - by_b) * a * b / (a + b),
            by_a * a + by_b * b,
        ]
    )
    away = point - PRIOR_MEAN
    customers = histories.customers.sum()
    penalty = (precision * away**2).sum() / 2
    return (penalty - value) / customers, (precision * away - along) / customers


def _is_at_edge(
    point: Floats, histories: Histories, modified: bool, unit: float
) -> bool:
    """Whether the search ended at a bound, or where the likelihood hardly bends."""
    if np.any((point <= LOWEST) | (point >= HIGHEST)):
        return True

    def slope(at: Floats) -> Floats:
        return (
            _loss(at, histories, modified, unit, NO_PRIOR)[1]
            * histories.customers.sum()
        )

    return not np.all(_errors(_curvature(slope, point, np.full(4, 1e-4))) < UNTOLD)


def _curvature(slope: Callable[[Floats], Floats], at: Floats, steps: Floats) -> Floats:
    """The symmetric matrix of second derivatives, by central differences of the slope."""
    rows = [
        (slope(at + step) - slope(at - step)) / (2 * step.sum())
        for step in np.diag(steps)
    ]
    return (np.array(rows) + np.array(rows).T) / 2


def _errors(information: Floats) -> Floats:
    """Standard errors of a matrix of observed information; NaN where it shows no peak."""
    if np.linalg.eigvalsh(information)[0] <= 0:
        return np.full(len(information), np.nan)
    return np.sqrt(np.diag(np.linalg.inv(information)))
