"""The steps and clocks of imported cases: what happened elsewhere, written down when we learn of it."""

import datetime as dt
from typing import Any

from complaints import clocks
from complaints.models import Case, CaseClock, ClockKind
from customers.imports.sql import run, temp_table

# How far a state is; those in between lead to and fro.
RANK = (
    "(CASE {} WHEN 'received' THEN 1 WHEN 'acknowledged' THEN 2 WHEN 'resolved' THEN 4 WHEN 'closed' THEN 5 ELSE 3 END)"
)
STEPS = f"""
    INSERT INTO complaints_casestep (case_id, at, step, from_status, to_status, by, channel, data, recorded_at)
    SELECT id, GREATEST(at, latest), step, COALESCE(lag(to_status) OVER (PARTITION BY id ORDER BY nth), status_before),
           to_status, 'system', 'import', data, now()
    FROM (
        SELECT p.id, COALESCE(b.status, 'received') AS status_before, b.latest, e.*
        FROM import_rows p
        LEFT JOIN import_states b ON b.id = p.id
        CROSS JOIN LATERAL (VALUES
            (1, 'receive', p.received_at, 'received', jsonb_build_object('channel', p.channel)),
            (2, 'acknowledge', LEAST(p.acknowledged_at, p.resolved_at), 'acknowledged', '{{}}'),
            (3, CASE p.status WHEN 'assigned' THEN 'assign' WHEN 'in_progress' THEN 'start' WHEN 'waiting' THEN 'wait'
                              WHEN 'proposed' THEN 'propose' END,
                COALESCE(p.responded_at, p.acknowledged_at, p.received_at), p.status, '{{}}'),
            (4, 'resolve', p.resolved_at, 'resolved', '{{}}'),
            (5, 'close', p.closed_at, 'closed', jsonb_build_object('outcome', p.outcome))
        ) AS e (nth, step, at, to_status, data)
        WHERE e.at IS NOT NULL AND e.step IS NOT NULL AND (
            p.is_new OR (p.differs AND b.status <> p.status
                         AND (e.nth > {RANK.format("b.status")} OR (e.nth = 3 AND {RANK.format("b.status")} = 3))))
    ) AS s
    ORDER BY id, nth
"""
BEFORE = """
    SELECT t.id, t.status, (
        SELECT max(s.at) FROM complaints_casestep s WHERE s.case_id = t.id AND s.to_status <> '') AS latest
    FROM complaints_case t JOIN import_rows p ON p.id = t.id AND p.differs
"""


def remember_states(cursor: Any) -> None:
    """`import_states`: how far the cases were that will change."""
    temp_table(cursor, "import_states", BEFORE)


def write_steps(cursor: Any) -> None:
    """Each state that a case is known to have reached, once."""
    run(cursor, STEPS)


def keep_clocks(cursor: Any, now: dt.datetime) -> None:
    """New open cases get the clocks that still run; those of cases that ended since are stopped.

    Cases that came in ended have none: how much working time was promised then, nobody knows.
    """
    cursor.execute("SELECT id FROM import_rows WHERE is_new AND status NOT IN ('resolved', 'closed')")
    clocks.start_known([key for (key,) in cursor.fetchall()], now)
    cursor.execute("SELECT id FROM import_rows WHERE differs")
    changed = [key for (key,) in cursor.fetchall()]
    running = CaseClock.objects.running().filter(case__in=changed)
    for case in Case.objects.filter(pk__in=running.values("case")):
        if case.resolved_at:
            clocks.stop(case, ClockKind.values, case.resolved_at)
        elif case.acknowledged_at:
            clocks.stop(case, [ClockKind.ACKNOWLEDGE], case.acknowledged_at)
