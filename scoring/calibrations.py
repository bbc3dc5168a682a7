"""Finds or fits the calibration of a date."""

import datetime as dt

import pandas as pd
from django.db.models import Max, Min

from customers.facts import KeyRange
from customers.models import Customer
from scoring.engine import calibration as engine
from scoring.facts import collect
from scoring.models import Calibration
from scoring.rules import Rules

REFIT_AFTER = dt.timedelta(days=31)
# Percentiles and four parameters are settled long before; more customers only cost memory.
SAMPLE = 30_000
CUSTOMERS_AT_ONCE = 10_000


def for_date(as_of: dt.date, rules: Rules, refit: bool = False) -> Calibration:
    """The newest stored calibration of the last month before `as_of`, else one fitted now.

    A stored one holds only for the same settings and the same kinds of kept records.
    """
    if not refit:
        stored = Calibration.objects.filter(
            as_of__lte=as_of,
            as_of__gt=as_of - REFIT_AFTER,
            settings_version=rules.settings.version,
            recorded=sorted(kind for kind, kept in rules.recorded.items() if kept),
        ).first()
        if stored:
            return stored
    return fit(as_of, rules)


def fit(as_of: dt.date, rules: Rules) -> Calibration:
    """Fit and store a calibration on the customers' facts, on an even sample of a large base."""
    found = engine.fit(_sampled_facts(as_of, rules), rules.recorded, rules.settings, as_of)
    return Calibration.objects.create(
        as_of=as_of,
        settings_version=rules.settings.version,
        recorded=sorted(kind for kind, kept in rules.recorded.items() if kept),
        parameters=found.to_dict(),
    )


def _sampled_facts(as_of: dt.date, rules: Rules) -> pd.DataFrame:
    """The facts of an even sample; read piece by piece, since the rows behind them are many."""
    keys = Customer.objects.aggregate(low=Min("pk"), high=Max("pk"))
    step = max(1, -(-Customer.objects.count() // SAMPLE))
    low, high = keys["low"] or 0, keys["high"] or 0
    stride = CUSTOMERS_AT_ONCE * step
    return pd.concat(
        collect(KeyRange(start, min(start + stride - 1, high), step), as_of, rules.settings, rules.zone, rules.recorded)
        for start in range(low, high + 1, stride)
    )
