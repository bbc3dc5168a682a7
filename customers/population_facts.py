"""Sums over records that belong to no single customer's figure: by source, by stage, spent in vain."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection

from .order_facts import Windows

Sums = tuple[str, str, str, float, float, float]

CONVERSION = """
    SELECT %(cut)s, {label}, 'conversion_rate',
           count(*) FILTER (WHERE outcome = 'won'), count(*), count(*)
    FROM customers_opportunity
    WHERE closed_on >= %(first)s AND closed_on < %(as_of)s
    GROUP BY {label}
"""
# Months of a channel that won nobody: their spend counts for the company and the channel all the same.
SPENT_IN_VAIN = """
    SELECT cut, label, figure, sum(amount), 0, 0
    FROM customers_acquisitionspend s, LATERAL (VALUES ('all', ''), ('channel', s.channel)) AS told (cut, label),
         (VALUES ('acquisition_cost.cost'), ('acquisition_cost.spend')) AS figures (figure)
    WHERE s.month >= %(first)s AND s.month < %(as_of)s AND NOT EXISTS (
        SELECT FROM customers_customer c
        WHERE c.acquisition_channel = s.channel AND c.acquired_on < %(as_of)s
          AND c.acquired_on >= s.month AND c.acquired_on < s.month + interval '1 month'
    )
    GROUP BY cut, label, figure
"""


def sums(as_of: dt.date, settings: Windows, recorded: Mapping[str, bool]) -> list[Sums]:
    """Cut, label, figure, numerator, denominator and n of every such sum; nothing for what is not recorded."""
    params: dict[str, Any] = {"as_of": as_of, "first": as_of - dt.timedelta(days=settings.window_days)}
    found: list[Sums] = []
    if recorded.get("opportunities", False):
        for cut, label in (("source", "channel"), ("opportunity_stage", "stage")):
            found += _rows(CONVERSION.format(label=label), {**params, "cut": cut})
    if all(recorded.get(kind, False) for kind in ("orders", "costs", "acquisition")):
        found += _rows(SPENT_IN_VAIN, params)
    return found


def _rows(sql: str, params: Mapping[str, Any]) -> list[Sums]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [(cut, label, key, float(top), float(bottom), float(n)) for cut, label, key, top, bottom, n in cursor]
