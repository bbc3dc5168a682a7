"""Sums over anonymous answers, which belong to nobody: they count for the company as a whole."""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.db import connection

from customers.facts import windows
from customers.order_facts import Windows

Sums = tuple[str, str, str, float, float, float, float]

# An anonymous answer has no day; it counts on the day its campaign closed, and where there are five.
ANONYMOUS = """
    WITH said AS (
        SELECT a.measure, a.value, a.scale_max
        FROM surveys_campaign c JOIN surveys_answer a ON a.campaign_id = c.id
        JOIN surveys_response r ON r.id = a.response_id
        WHERE c.privacy = 'anonymous' AND c.closed_at >= %(start)s AND c.closed_at < %(end)s
          AND r.is_held = r.is_pending AND a.value IS NOT NULL
          AND a.measure IN ('recommendation', 'satisfaction', 'effort')
    ), sums AS (
        SELECT 'net_promoter_score' AS figure, count(*) FILTER (WHERE value >= 9) - count(*) FILTER (WHERE value <= 6)
               AS top, count(*) AS bottom, count(*) FILTER (WHERE value >= 9 OR value <= 6) AS squares
        FROM said WHERE measure = 'recommendation'
        UNION ALL
        SELECT 'customer_satisfaction_score', count(*) FILTER (WHERE value >= scale_max - 1), count(*), 0
        FROM said WHERE measure = 'satisfaction'
        UNION ALL
        SELECT 'satisfaction_index', sum(value), count(*), sum(value * value)
        FROM said WHERE measure = 'satisfaction' AND scale_max = 10
        UNION ALL
        SELECT 'effort', sum(value), count(*), sum(value * value) FROM said WHERE measure = 'effort'
    )
    SELECT 'all', '', figure, top, bottom, squares, bottom FROM sums WHERE bottom >= 5
"""


def sums(as_of: dt.date, settings: Windows, zone: ZoneInfo, recorded: Mapping[str, bool]) -> list[Sums]:
    """Cut, label, figure, numerator, denominator, squares and n of every such sum; none while none are recorded."""
    if not recorded.get("surveys", False):
        return []
    with connection.cursor() as cursor:
        cursor.execute(ANONYMOUS, windows(as_of, settings, zone))
        return [(cut, label, figure, *(float(each) for each in rest)) for cut, label, figure, *rest in cursor]
