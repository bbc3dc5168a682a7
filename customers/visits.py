"""Return visits are planned by the interval of the customer's tier: set by set, as often as one likes.

A planned visit belongs to whoever owns the customer, also while somebody else covers for him. It is
moved when the customer's interval changes, unless it is due or was moved by hand, and given up when
the customer is no longer visited. Nothing else moves its day: a visit is a promise.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from crmquality.office.models import Organisation, RecordKeeping, RecordKind

# Somebody who was never visited before is not visited today with all the others: so many a day and owner.
OVERDUE_A_DAY = 4
# Stored in English and translated where it is read, as notices are.
SUBJECT = gettext_noop("Return visit")

# Who is visited, and after how many days.
VISITED = """
    SELECT c.id AS customer_id, c.owner_id, i.days, c.created_at
    FROM customers_customer c JOIN customers_visitinterval i ON i.tier = c.tier
    WHERE c.status = 'active' AND i.days IS NOT NULL
"""

CANCEL = f"""
    UPDATE customers_followup f SET cancelled_at = %(now)s
    WHERE f.is_planned AND f.done_at IS NULL AND f.cancelled_at IS NULL
      AND NOT EXISTS (SELECT FROM ({VISITED}) AS v WHERE v.customer_id = f.customer_id)
"""

GIVE = """
    UPDATE customers_followup f SET owner_id = c.owner_id
    FROM customers_customer c
    WHERE c.id = f.customer_id AND f.owner_id IS DISTINCT FROM c.owner_id
      AND f.is_planned AND f.done_at IS NULL AND f.cancelled_at IS NULL
"""

# What talking with each other is: the customer said something, or we spoke and did not only write.
TWO_WAY = """(
    NOT t.is_automatic AND (t.direction = 'in' OR t.kind = 'return_visit' OR t.channel NOT IN ('email', 'social'))
)"""

# The days run from the last talk, from the last visit that was done, or from one that was given up
# with a reason, which skips one interval. Without any, from the day the customer was written down.
BEGIN = f"""
    GREATEST(
        (SELECT max(t.occurred_at) FROM customers_interaction t
         WHERE t.customer_id = v.customer_id AND t.occurred_at <= %(now)s AND {TWO_WAY}),
        (SELECT max(t.done_at) FROM customers_followup t
         WHERE t.customer_id = v.customer_id AND t.kind = 'return_visit'),
        (SELECT max(t.promised_on)::timestamp AT TIME ZONE %(zone)s FROM customers_followup t
         WHERE t.customer_id = v.customer_id AND t.is_planned AND t.cancelled_at IS NOT NULL AND t.outcome <> '')
    )
"""

# `wanted`: whose visit is missing or was planned by another interval, and the day by the interval.
# `due`: those whose day is over take turns, the longest waiting first; weekends wait for Monday.
PLAN = f"""
    WITH wanted AS (
        SELECT v.customer_id, v.owner_id, v.days, f.id AS visit,
               (COALESCE({BEGIN}, v.created_at) AT TIME ZONE %(zone)s)::date + v.days AS day
        FROM ({VISITED}) AS v
        LEFT JOIN customers_followup f ON f.customer_id = v.customer_id
            AND f.is_planned AND f.done_at IS NULL AND f.cancelled_at IS NULL
        WHERE v.owner_id IS NOT NULL AND (f.id IS NULL OR (
            f.interval_days IS DISTINCT FROM v.days AND f.promised_on > %(today)s AND f.due_on = f.promised_on))
    ), due AS (
        SELECT w.*, CASE
            WHEN day > %(first)s THEN day + CASE extract(isodow FROM day)::int WHEN 6 THEN 2 WHEN 7 THEN 1 ELSE 0 END
            ELSE %(first)s::date + turn + 2 * ((%(weekday)s + turn) / 5) END AS on_day
        FROM (
            SELECT *, ((row_number() OVER (PARTITION BY owner_id, day <= %(first)s ORDER BY day, customer_id) - 1)
                       / %(a_day)s)::int AS turn
            FROM wanted
        ) AS w
        -- A visit that somebody has planned by then anyway is enough.
        WHERE w.visit IS NOT NULL OR NOT EXISTS (
            SELECT FROM customers_followup t WHERE t.customer_id = w.customer_id AND t.kind = 'return_visit'
            AND t.done_at IS NULL AND t.cancelled_at IS NULL AND t.due_on <= GREATEST(w.day, %(first)s))
    ), made AS (
        INSERT INTO customers_followup (customer_id, owner_id, kind, subject, due_on, is_planned, interval_days)
        SELECT customer_id, owner_id, 'return_visit', %(subject)s, on_day, true, days FROM due WHERE visit IS NULL
        -- followup_one_planned_visit: another worker was faster.
        ON CONFLICT (customer_id) WHERE is_planned AND done_at IS NULL AND cancelled_at IS NULL DO NOTHING
        RETURNING id
    ), moved AS (
        UPDATE customers_followup f SET due_on = due.on_day, promised_on = due.on_day, interval_days = due.days
        FROM due WHERE f.id = due.visit AND f.done_at IS NULL AND f.cancelled_at IS NULL
        RETURNING f.id
    )
    SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM moved)
"""


def working_day(day: dt.date) -> dt.date:
    """The day, or the Monday after its weekend.

    >>> working_day(dt.date(2025, 7, 5))
    datetime.date(2025, 7, 7)
    """
    return day + dt.timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


@transaction.atomic
def plan(now: dt.datetime) -> dict[str, int]:
    """Plan, move and give up visits; how many of each. A second call finds nothing to do."""
    organisation = Organisation.load()
    today = organisation.today(now)
    first = working_day(today)
    params: dict[str, Any] = {
        "now": now, "today": today, "first": first, "weekday": first.weekday(), "zone": organisation.zone.key,
        "a_day": OVERDUE_A_DAY, "subject": SUBJECT,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CANCEL, params)
        cancelled = cursor.rowcount
        cursor.execute(GIVE, params)
        given = cursor.rowcount
        cursor.execute(PLAN, params)
        planned, moved = cursor.fetchone()
    if planned:
        # Visits count from the first one planned; before, nobody promised any.
        RecordKeeping.objects.get_or_create(kind=RecordKind.VISITS, defaults={"since": today})
    return {"planned": planned, "moved": moved, "given": given, "cancelled": cancelled}
