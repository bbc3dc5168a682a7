"""Customer lifetime value: what a customer can be expected to buy, discounted.

How often: `purchases` (BG/NBD, MBG/NBD; fitted in `purchase_fit`). How much each time: `spending`
(gamma-gamma). Here the two meet. All names of the subject can be imported from here.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scoring.engine.purchase_fit import (
    PurchaseModelErrors,
    fit_bg_nbd,
    fit_mbg_nbd,
    standard_errors,
)
from scoring.engine.purchases import (
    PurchaseModel,
    bg_nbd_log_likelihood,
    expected_if_alive,
    expected_purchases,
    expected_purchases_given,
    mbg_nbd_log_likelihood,
    probability_alive,
    purchase_probability,
)
from scoring.engine.spending import SpendingModel, expected_mean_value, fit_gamma_gamma

__all__ = [
    "PurchaseModel",
    "PurchaseModelErrors",
    "SpendingModel",
    "bg_nbd_log_likelihood",
    "discounted_value",
    "expected_mean_value",
    "expected_purchases",
    "expected_purchases_given",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "fit_mbg_nbd",
    "mbg_nbd_log_likelihood",
    "probability_alive",
    "purchase_probability",
    "standard_errors",
]

DAYS_PER_MONTH = 365.25 / 12


def discounted_value(
    params: PurchaseModel,
    value_params: SpendingModel,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    mean_value: ArrayLike,
    months: int = 36,
    annual_rate: float = 0.10,
    margin: ArrayLike = 1.0,
    days_per_period: float = 7,
) -> NDArray[np.float64]:
    """The value expected of a customer's purchases in the coming months, in today's money.

    In the unit of mean_value: expected value per purchase × margin × the sum over the months of
    the purchases expected in month k, divided by (1 + annual_rate)^(k / 12). A month's purchases
    count at its end; a month is 365.25 / 12 days, and ``days_per_period`` the days in one unit of
    recency and age (7 for weeks). ``margin`` is a share, 1 for revenue. NaN where a fact is NaN;
    for frequency 0 mean_value may be.

    >>> often, much = PurchaseModel(0.243, 4.414, 0.793, 2.426), SpendingModel(6.25, 3.74, 15.44)
    >>> discounted_value(often, much, [0, 2], [0, 30.43], [38.86] * 2, [np.nan, 40]).round(1)
    array([ 19.4, 123.2])

    Source: Fader, Hardie and Lee (2005), RFM and CLV, JMR 42(4), here over a finite horizon.
    """
    x, old = np.broadcast_arrays(np.asarray(frequency, dtype=float), np.asarray(age, dtype=float))
    if months < 0 or annual_rate <= -1 or days_per_period <= 0:
        raise ValueError("Months, rate and days per period must be possible: 0, -1 and 0 at least.")
    # Purchases still to come depend on frequency and age alone, and few pairs of them differ.
    pairs, owner = np.unique(np.ravel(x + 1j * old), return_inverse=True)
    purchases = _discounted_purchases(
        params,
        pairs.real.copy(),
        pairs.imag.copy(),
        months,
        annual_rate,
        days_per_period,
    )[owner].reshape(x.shape)
    alive = probability_alive(params, x, recency, old)
    return alive * purchases * expected_mean_value(value_params, x, mean_value) * np.asarray(margin)


def _discounted_purchases(
    params: PurchaseModel,
    frequency: NDArray[np.float64],
    age: NDArray[np.float64],
    months: int,
    annual_rate: float,
    days_per_period: float,
) -> NDArray[np.float64]:
    """Discounted purchases to come from a customer who has not left yet."""
    total, before = np.zeros(frequency.shape), np.zeros(frequency.shape)
    for month in range(1, months + 1):
        t = month * DAYS_PER_MONTH / days_per_period
        until = expected_if_alive(params, t, frequency, age)
        total += (until - before) / (1 + annual_rate) ** (month / 12)
        before = until
    return total
