"""Taking an import back: what was there comes back, what was new goes.

Rows that somebody changed since, or that later rows refer to, are left and listed: undoing
must not destroy anybody's work.
"""

from collections.abc import Iterator
from typing import Any

import pghistory.models
import pgtrigger
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import (
    AcquisitionSpend,
    Contact,
    Customer,
    CustomerPhase,
    FollowUp,
    ImportRun,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    Order,
    OrderLine,
    Product,
    ProductLine,
    Reason,
    Return,
    ServiceContract,
)
from customers.totals import refresh_totals

from . import keeping
from .errors import ImportRefused
from .living import at_work
from .progress import Progress
from .running import LOCK
from .sql import drop_temp_tables
from .sql import run as execute
from .upsert import TARGETS, Target, refresh_statistics

MODELS: dict[str, type[models.Model]] = {
    "customer": Customer, "productline": ProductLine, "product": Product,
    "order": Order, "orderline": OrderLine, "return": Return, "reason": Reason, "contact": Contact,
    "interaction": Interaction, "followup": FollowUp, "opportunity": Opportunity, "contract": ServiceContract,
    "loss": Loss, "need": Need, "project": JointProject, "spend": AcquisitionSpend,
}  # fmt: skip
LABELS = {
    "customer": "t.code", "productline": "t.name", "product": "t.code", "order": "t.number", "return": "t.number",
    "orderline": "(SELECT o.number || ' · ' || p.code FROM customers_order o, customers_product p"
                 " WHERE o.id = t.order_id AND p.id = t.product_id)",
    "reason": "t.name", "contact": "t.name", "followup": "t.subject", "opportunity": "t.name", "contract": "t.name",
    "interaction": "concat_ws(' · ', t.occurred_at::date::text, t.channel, nullif(t.subject, ''))",
    "loss": "t.lost_on::text", "need": "left(t.text, 80)", "project": "t.name",
    "spend": "concat_ws(' · ', t.channel, t.month::text)",
}  # fmt: skip
# Rows derived from others, which go with them: those that we delete, and those that the database does.
PARTS: set[type[models.Model] | models.Field] = {CustomerPhase}
LEFT_TO_DATABASE: set[type[models.Model]] = set()
# Listed by name; beyond that the number is told.
LISTED = 1000


def undo(run: ImportRun, progress: Progress, *, member: Any = None) -> ImportRun:
    """Take `run` back in one transaction; only one caller can."""
    if not ImportRun.objects.claim(run, from_=(ImportRun.Status.DONE,), to=ImportRun.Status.UNDOING):
        raise ImportRefused(_("Only a finished import can be undone, and only once."))
    return finish_undo(run, progress, member=member)


def finish_undo(run: ImportRun, progress: Progress, *, member: Any = None) -> ImportRun:
    """The undoing itself, for whoever claimed it."""
    with at_work(run):
        return _finish_undo(run, progress, member)


def _finish_undo(run: ImportRun, progress: Progress, member: Any) -> ImportRun:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            drop_temp_tables(cursor)
            _without_history(cursor)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            _prepare(cursor, run)
            for done, target in enumerate(reversed(TARGETS.values())):
                progress.report("undoing", done, len(TARGETS))
                _take_back(cursor, target)
            refresh_totals("SELECT id FROM undo_touched", cursor=cursor)
            keeping.take_back(run.record_keeping)
            left = _listed(cursor)
            progress.report("finishing", len(TARGETS), len(TARGETS))
            ImportRun.objects.filter(pk=run.pk).update(
                status=ImportRun.Status.UNDONE, undone_at=timezone.now(), undone_by=member, left_by_undo=left
            )
    except Exception:
        ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.DONE)
        raise
    run.refresh_from_db()
    return run


def _without_history(cursor: Any) -> None:
    """New rows go as they came, without a history of their own: the run tells who undid what.

    Writing 400,000 "deleted" events takes ten times as long as deleting. `pgtrigger.ignore`
    says the same in Python, but cannot be mixed with named parameters.
    """
    names = [
        trigger.get_pgid(model)
        for model, trigger in pgtrigger.registered()
        if model in MODELS.values() and trigger.name == "delete_delete"
    ]
    cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(names) + "}"])


def _prepare(cursor: Any, run: ImportRun) -> None:
    execute(cursor, """
        CREATE TEMP TABLE undo_rows ON COMMIT DROP AS
        SELECT c.target, u.id, u.mark, c.befores -> (u.position::int - 1) AS before
        FROM customers_importchange c, unnest(c.row_ids, c.marks) WITH ORDINALITY AS u (id, mark, position)
        WHERE c.run_id = %(run)s
    """, {"run": run.pk})  # fmt: skip
    execute(cursor, "CREATE INDEX ON undo_rows (target, id)")
    execute(cursor, "ANALYZE undo_rows")
    refresh_statistics(cursor)
    execute(cursor, "CREATE TEMP TABLE undo_left (target text, id bigint, why text, label text) ON COMMIT DROP")
    execute(cursor, "CREATE TEMP TABLE undo_touched (id bigint) ON COMMIT DROP")


def _take_back(cursor: Any, target: Target) -> None:
    _leave_changed(cursor, target)
    while _leave_referenced(cursor, target):
        pass
    params = {"target": target.name}
    if target.name == "orderline":
        execute(cursor, """
            INSERT INTO undo_touched SELECT DISTINCT t.order_id
            FROM customers_orderline t JOIN undo_rows u ON u.id = t.id WHERE u.target = %(target)s
        """, params)  # fmt: skip
    for table, column in _parts(MODELS[target.name]):
        execute(cursor, f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM undo_rows"
                        " WHERE target = %(target)s AND before IS NULL)", params)  # fmt: skip
    execute(cursor, f"DELETE FROM {target.table} t USING undo_rows u"
                    " WHERE u.target = %(target)s AND u.before IS NULL AND t.id = u.id", params)  # fmt: skip
    if target.release:
        execute(cursor, f"UPDATE {target.table} t SET {target.release} FROM undo_rows u"
                        " WHERE u.target = %(target)s AND u.before IS NOT NULL AND t.id = u.id", params)  # fmt: skip
    columns = ", ".join(target.columns)
    values = ", ".join(f"b.{column}" for column in target.columns)
    execute(cursor, f"""
        UPDATE {target.table} t SET ({columns}) = ROW({values})
        FROM undo_rows u, jsonb_populate_record(NULL::{target.table}, u.before) AS b
        WHERE u.target = %(target)s AND u.before IS NOT NULL AND t.id = u.id
    """, params)  # fmt: skip
    if target.undone:
        execute(cursor, target.undone)


def _leave_changed(cursor: Any, target: Target) -> None:
    execute(cursor, f"""
        WITH changed AS (
            DELETE FROM undo_rows u USING {target.table} t
            WHERE u.target = %(target)s AND t.id = u.id AND {target.mark("t")} <> u.mark RETURNING u.id
        )
        INSERT INTO undo_left SELECT %(target)s, t.id, 'changed', {LABELS[target.name]}
        FROM {target.table} t JOIN changed USING (id)
    """, {"target": target.name})  # fmt: skip


def _leave_referenced(cursor: Any, target: Target) -> int:
    """New rows that others point at; rows of this import that point at them are gone by now."""
    references = [
        f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL" + (
            " AND id NOT IN (SELECT id FROM undo_rows WHERE target = %(target)s AND before IS NULL)"
            if table == target.table else ""
        )
        for table, column in _references(MODELS[target.name])
    ]  # fmt: skip
    if not references:
        return 0
    return execute(cursor, f"""
        WITH referenced AS (
            DELETE FROM undo_rows u
            WHERE u.target = %(target)s AND u.before IS NULL AND u.id IN ({" UNION ALL ".join(references)})
            RETURNING u.id
        )
        INSERT INTO undo_left SELECT %(target)s, t.id, 'referenced', {LABELS[target.name]}
        FROM {target.table} t JOIN referenced USING (id)
    """, {"target": target.name})  # fmt: skip


def _relations(model: type[models.Model]) -> Iterator[tuple[Any, bool]]:
    """Every foreign key to `model` with: is that row a mere part of this one?"""
    # Those without a name of their own in the other direction, too.
    for relation in model._meta.get_fields(include_hidden=True):
        # Of many to many the rows between are asked, which are foreign keys of their own.
        if not (relation.auto_created and relation.is_relation and not relation.concrete) or relation.many_to_many:
            continue
        other = relation.related_model
        if not isinstance(relation, models.ForeignObjectRel) or not isinstance(other, type):
            continue
        if issubclass(other, pghistory.models.Event) or other in LEFT_TO_DATABASE:
            continue
        yield relation, relation.field.primary_key or not PARTS.isdisjoint((other, relation.field))


def _references(model: type[models.Model]) -> list[tuple[str, str]]:
    return [(r.related_model._meta.db_table, r.field.column) for r, is_part in _relations(model) if not is_part]


def _parts(model: type[models.Model]) -> list[tuple[str, str]]:
    """Rows derived from this one (its dated attributes, its current score): they go with it."""
    return [(r.related_model._meta.db_table, r.field.column) for r, is_part in _relations(model) if is_part]


def _listed(cursor: Any) -> dict[str, Any]:
    cursor.execute("SELECT count(*) FROM undo_left")
    total = cursor.fetchone()[0]
    cursor.execute("SELECT target, why, label FROM undo_left ORDER BY target, label LIMIT %s", [LISTED])
    rows = [dict(zip(("target", "why", "label"), row, strict=True)) for row in cursor.fetchall()]
    return {"total": total, "rows": rows} if total else {}
