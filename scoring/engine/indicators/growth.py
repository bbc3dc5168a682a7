"""Growth (增长): whether business with the customer grows."""

from __future__ import annotations

from typing import Any

import numpy as np

from scoring.engine.indicators.indicator import Fixed, Indicator, Numbers, ratio
from scoring.engine.text import N_

CRITERION = N_("Growth")


def sales_growth(revenue_in_window: Numbers, revenue_before_window: Numbers) -> Any:
    """Revenue of the window over revenue of the window before, less 1.

    Unit: fraction, -0.3 is 30 % less. Nothing in the earlier window: NaN, because growth from
    nothing has no rate.

    >>> float(sales_growth(150, 100))
    0.5
    >>> float(sales_growth(150, 0))
    nan
    """
    return ratio(revenue_in_window, revenue_before_window) - 1.0


def both_windows(revenue_in_window: Numbers, revenue_before_window: Numbers) -> tuple[Any, Any]:
    """(Revenue of the window, revenue of the window before), new customers' included."""
    return np.asarray(revenue_in_window), np.asarray(revenue_before_window)


def conversion_rate(opportunities_won: Numbers, opportunities_lost: Numbers) -> Any:
    """Share of the opportunities closed in the window that were won.

    Unit: share, 0 to 1. None closed: NaN.

    >>> float(conversion_rate(1, 3))
    0.25
    """
    return ratio(opportunities_won, opportunities_closed(opportunities_won, opportunities_lost))


def opportunities_closed(opportunities_won: Numbers, opportunities_lost: Numbers) -> Any:
    """Opportunities closed in the window, won and lost."""
    return np.asarray(opportunities_won)[()] + opportunities_lost


def won_of_closed(opportunities_won: Numbers, opportunities_lost: Numbers) -> tuple[Any, Any]:
    """(Won, won or lost)."""
    return np.asarray(opportunities_won), opportunities_closed(opportunities_won, opportunities_lost)


INDICATORS = (
    Indicator(
        id="sales_growth",
        criterion=CRITERION,
        level="CP",
        unit="growth",
        name=N_("Sales growth"),
        question=N_("Does the customer buy more than the year before?"),
        definition=N_("Revenue of the window / revenue of the window before - 1."),
        no_data=N_("There was no revenue in the window before."),
        kinds=("orders",),
        scale=Fixed(-0.30, 0.30),
        measure=sales_growth,
        records="orders_in_window",
        parts=both_windows,
        offset=-1.0,
    ),
    Indicator(
        id="conversion_rate",
        criterion=CRITERION,
        level="CP",
        unit="share",
        name=N_("Conversion rate"),
        question=N_("How many opportunities do we win?"),
        definition=N_("Won / (won + lost) opportunities closed in the window."),
        no_data=N_("No opportunity was closed in the window."),
        kinds=("opportunities",),
        scale=Fixed(0.10, 0.50),
        measure=conversion_rate,
        records="opportunities_closed",
        parts=won_of_closed,
        is_share=True,
    ),
)
