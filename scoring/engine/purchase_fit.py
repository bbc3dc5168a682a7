"""Fitting BG/NBD and MBG/NBD: maximum likelihood, and weak priors where it runs to the edge.

The search moves in ln r, ln alpha (in units of the greatest age), logit phi and ln kappa, where
phi = a / (a + b) is the mean probability of leaving per occasion and kappa = a + b says how alike
customers are in it. Where the data cannot tell who left, the likelihood is flat towards an end
of phi or kappa: then `at_edge` is set, and priors on these two keep the answer finite.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, root
from scipy.special import expit

from scoring.engine.purchases import (
    Histories,
    PurchaseModel,
    likelihood_and_gradient,
)

Floats = NDArray[np.float64]

# All in the order ln r, ln alpha, logit phi, ln kappa.
LOWEST = np.array([-9.0, -12.0, -9.0, -7.0])
HIGHEST = np.array([9.0, 12.0, 9.0, 9.0])
# Few leave, or most do at once: where few come back MBG/NBD can have a peak for either story.
STARTS = np.array([[-1.0, -2.0, -1.0, 1.0], [0.0, 0.0, -2.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
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


def fit_bg_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> PurchaseModel:
    """The BG/NBD parameters that make the customers' purchases most likely.

    alpha is in the unit of recency and age; all are above 0. Where the data do not determine them
    ``at_edge`` is set, and the drop-out has weak priors. ValueError if nobody bought twice.

    >>> months = [0, 0, 2, 1, 6, 0, 3, 1], [0, 0, 8, 2, 11, 0, 9, 4], [12] * 8
    >>> fit_bg_nbd(*months).at_edge  # eight customers tell too little
    True

    Source: Fader, Hardie and Lee (2005), Marketing Science 24(2).
    """
    return _fit(Histories.of(frequency, recency, age), modified=False)


def fit_mbg_nbd(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> PurchaseModel:
    """The MBG/NBD parameters that make the customers' purchases most likely; else as `fit_bg_nbd`.

    >>> months = [0, 0, 2, 1, 6, 0, 3, 1], [0, 0, 8, 2, 11, 0, 9, 4], [12] * 8
    >>> fit_mbg_nbd(*months).modified
    True

    Source: Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3).
    """
    return _fit(Histories.of(frequency, recency, age), modified=True)


def standard_errors(
    params: PurchaseModel, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> PurchaseModelErrors:
    """The standard errors of fitted parameters, from the curvature of the likelihood there.

    In the units of the parameters; all NaN for a model at the edge, where the likelihood has no
    peak to measure.
    """
    if params.at_edge:
        return PurchaseModelErrors(*[np.nan] * 4)
    histories = Histories.of(frequency, recency, age)
    at = np.array([params.r, params.alpha, params.a, params.b])

    def slope(theta: Floats) -> Floats:
        return -likelihood_and_gradient(theta.tolist(), histories, params.modified)[1]

    return PurchaseModelErrors(*_errors(_curvature(slope, at, at * 1e-4)).tolist())


def _fit(histories: Histories, modified: bool) -> PurchaseModel:
    if not histories.frequencies.any():
        raise ValueError("Nobody has bought twice, so no rate of purchase can be fitted.")
    task = _Task(histories, modified, unit=float(histories.age.max()))
    best = task.solve(NO_PRIOR)
    at_edge = task.is_at_edge(best)
    if at_edge:
        best = task.solve(PRIOR_PRECISION)
    theta = _natural(best, task.unit)
    value, _ = likelihood_and_gradient(theta, histories, modified)
    return PurchaseModel(*theta, log_likelihood=value, at_edge=at_edge, modified=modified)


def _natural(point: Floats, unit: float) -> tuple[float, float, float, float]:
    """r, alpha, a and b of a point of the search."""
    r, alpha, kappa = np.exp(point[[0, 1, 3]])
    phi = expit(point[2])
    return float(r), float(alpha * unit), float(phi * kappa), float((1 - phi) * kappa)


@dataclass(frozen=True)
class _Task:
    histories: Histories
    modified: bool
    unit: float

    @cached_property
    def thin(self) -> "_Task":
        """The same task over an even thinning of the customers, where they are many."""
        step = len(self.histories) // ENOUGH_TO_START
        return _Task(self.histories.part(slice(None, None, step)), self.modified, self.unit) if step > 1 else self

    def solve(self, precision: Floats) -> Floats:
        """The point of least loss: several searches over a thinning, then one over everybody."""
        ends = [self.thin.search(start, precision) for start in STARTS]
        best = min(ends, key=lambda end: self.thin.loss(end, precision)[0])
        if self.thin is self:
            return best
        if self.thin.is_at_edge(best, precision):
            return self.search(best, precision)
        # Where the slope is nil: with the thinning's curvature some 9 rounds instead of 20.
        bend = self.curvature(best, precision)
        peak = root(self.slope, best, args=(precision,), jac=lambda *_: bend, tol=1e-7)
        return peak.x if peak.success else self.search(best, precision)

    def search(self, start: Floats, precision: Floats) -> Floats:
        return minimize(
            self.loss,
            start,
            args=(precision,),
            jac=True,
            method="L-BFGS-B",
            bounds=list(zip(LOWEST, HIGHEST, strict=True)),
            options={"maxiter": 500, "ftol": 1e-14, "gtol": 1e-9},
        ).x

    def loss(self, point: Floats, precision: Floats) -> tuple[float, Floats]:
        """Minus the log-likelihood and log prior per customer, and its slope along the search."""
        r, alpha, a, b = theta = _natural(point, self.unit)
        value, by = likelihood_and_gradient(theta, self.histories, self.modified)
        along = (by[0] * r, by[1] * alpha, (by[2] - by[3]) * a * b / (a + b), by[2] * a + by[3] * b)
        away = point - PRIOR_MEAN
        penalty = (precision * away**2).sum() / 2
        customers = len(self.histories)
        return (penalty - value) / customers, (precision * away - along) / customers

    def slope(self, point: Floats, precision: Floats) -> Floats:
        return self.loss(point, precision)[1]

    def curvature(self, point: Floats, precision: Floats) -> Floats:
        """How the loss per customer bends, by the thinning."""
        return _curvature(lambda at: self.thin.slope(at, precision), point, np.full(4, 1e-4))

    def is_at_edge(self, point: Floats, precision: Floats = NO_PRIOR) -> bool:
        """Whether a search ended at a bound, or where the likelihood hardly bends."""
        if np.any((point <= LOWEST) | (point >= HIGHEST)):
            return True
        information = self.curvature(point, precision) * len(self.histories)
        return not np.all(_errors(information) < UNTOLD)


def _curvature(slope: Callable[[Floats], Floats], at: Floats, steps: Floats) -> Floats:
    """The symmetric matrix of second derivatives, by central differences of the slope."""
    rows = [(slope(at + step) - slope(at - step)) / (2 * step.sum()) for step in np.diag(steps)]
    return (np.array(rows) + np.array(rows).T) / 2


def _errors(information: Floats) -> Floats:
    """Standard errors of a matrix of observed information; NaN where it shows no peak."""
    if np.linalg.eigvalsh(information)[0] <= 0:
        return np.full(len(information), np.nan)
    return np.sqrt(np.diag(np.linalg.inv(information)))
