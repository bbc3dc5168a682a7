"""What an order is worth: the sum of its lines in the organisation's currency."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

REFRESH = """
    UPDATE customers_order o SET amount = s.amount, cost = s.cost
    FROM (
        SELECT l.order_id, round(sum(l.amount) * t.rate)::bigint AS amount,
               -- One line without a cost, and the order's cost is unknown, not smaller.
               CASE WHEN count(l.cost) = count(*) THEN round(sum(l.cost) * t.rate)::bigint END AS cost
        FROM customers_orderline l JOIN customers_order t ON t.id = l.order_id
        WHERE l.order_id IN ({orders}) GROUP BY l.order_id, t.rate
    ) AS s
    WHERE s.order_id = o.id AND (o.amount, o.cost) IS DISTINCT FROM (s.amount, s.cost)
"""


def refresh_totals(orders: str | Iterable[int], *, cursor: Any = None) -> int:
    """Set amount and cost of the given orders (ids, or a query for ids); how many changed.

    Orders without lines keep the amount they were given.
    """
    cursor = cursor or connection.cursor()
    if isinstance(orders, str):
        cursor.execute(REFRESH.format(orders=orders))
    else:
        cursor.execute(REFRESH.format(orders="SELECT unnest(%s::bigint[])"), [list(orders)])
    return int(cursor.rowcount)
