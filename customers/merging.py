"""Two customers that are one: every record moves to the one that is kept, and can move back.

Which tables to move is read from the models, so a new kind of record is never forgotten. A merge
is claimed by locking both rows, an undo by a filtered UPDATE: each happens once.
"""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pghistory
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext as _

from crmquality.office.models import Webhook
from crmquality.office.outbound import announce

from .models import Contact, Customer, CustomerMerge, CustomerPhase, DistinctPair, FollowUp, OrderLine, Return

# Derived rows go with the removed customer; lines and returns follow their order by its key.
DERIVED = (CustomerPhase, DistinctPair)
FOLLOWERS = (OrderLine, Return)
# What the kept customer takes over where it has nothing itself.
FILLED = (
    "segment", "tier", "stage", "industry", "region", "owner_id", "parent_id", "phone", "email", "acquired_on",
    "acquisition_channel", "referred_by_id", "credit_grade", "receivable", "overdue", "external_source", "external_id",
)  # fmt: skip
TOGETHER = (("receivable", "overdue"), ("external_source", "external_id"), ("acquired_on", "acquisition_channel"))


class CannotMerge(ValueError):
    """The merge or its undoing is not possible; the sentence says why."""


@dataclass(frozen=True)
class Moving:
    """One column of one table that names a customer."""

    model: type[Model]
    column: str

    @property
    def name(self) -> str:
        return f"{self.model._meta.model_name}.{self.column}"

    @property
    def table(self) -> str:
        return self.model._meta.db_table


def moving() -> list[Moving]:
    """Every column that names a customer and moves; contacts first, for records follow them."""
    found = [Moving(relation.related_model, relation.field.column) for relation in _relations()]
    return sorted(found, key=lambda move: (move.model is not Contact, move.name))


def _relations() -> Iterator[Any]:
    for relation in Customer._meta.related_objects:
        model = relation.related_model
        is_derived = model in DERIVED or relation.field.primary_key or issubclass(model, pghistory.models.Event)
        if not is_derived and model not in FOLLOWERS:
            yield relation


def counts(customer: Customer) -> dict[str, int]:
    """How many records of each model (by its label) would move, those that exist only."""
    found: dict[str, int] = {}
    for relation in _relations():
        number = relation.related_model._default_manager.filter(**{relation.field.name: customer}).count()
        if number:
            label = relation.related_model._meta.label_lower
            found[label] = found.get(label, 0) + number
    return found


def in_words(found: dict[str, int]) -> list[tuple[str, int]]:
    """The same with the models as people call them, in the reader's language."""
    return [(str(apps.get_model(label)._meta.verbose_name_plural), n) for label, n in found.items()]


@transaction.atomic
def merge(kept: Customer, removed: Customer, member: Any, now: dt.datetime) -> CustomerMerge:
    """Move everything of `removed` to `kept` and delete `removed`; the log undoes it.

    Empty fields of `kept` take the other's value, filled ones stay.
    """
    if kept.pk == removed.pk:
        raise CannotMerge(_("A customer cannot be merged with itself."))
    kept, removed = _locked(kept, removed)
    # Before it moves: what is tied to a contact follows it by its key and is in no list of moved rows.
    log: dict[str, Any] = {"counts": counts(removed)}
    log |= {"adjusted": _make_way(kept, removed, now), "phases": _phases(removed)}
    row = _row(removed)
    before = {name: getattr(kept, name) for name in FILLED} | {"extra": kept.extra}
    log["rows"] = {move.name: _move(move, removed.pk, kept.pk) for move in moving()}
    Customer.objects.filter(pk=removed.pk).delete()
    filled = _fill(kept, removed)
    announce(Webhook.Event.CUSTOMER_MERGED, {"kept": kept.code, "removed": removed.code})
    return CustomerMerge.objects.create(
        kept=kept,
        removed_code=removed.code,
        removed_name=removed.name,
        removed=row,
        kept_before={name: {"before": _plain(before[name]), "after": _plain(getattr(kept, name))} for name in filled},
        moved=log,
        member=member,
    )


def _locked(*customers: Customer) -> list[Customer]:
    """Both rows as they are now, locked in one order, so that two merges never wait in a circle."""
    rows = Customer.objects.select_for_update(of=("self",)).order_by("pk").in_bulk([c.pk for c in customers])
    if len(rows) < len(customers):
        raise CannotMerge(_("Somebody else has merged or deleted one of the two."))
    return [rows[customer.pk] for customer in customers]


def _make_way(kept: Customer, removed: Customer, now: dt.datetime) -> dict[str, Any]:
    """What may exist once a customer: the kept one's stays, the other's steps back."""
    theirs = Contact.objects.filter(customer=removed, is_primary=True)
    demoted = list(
        theirs.filter(Exists(Contact.objects.filter(customer=kept, is_primary=True))).values_list("pk", flat=True)
    )
    Contact.objects.filter(pk__in=demoted).update(is_primary=False)
    planned = FollowUp.objects.open().filter(is_planned=True)
    cancelled = list(
        planned.filter(customer=removed).filter(Exists(planned.filter(customer=kept))).values_list("pk", flat=True)
    )
    FollowUp.objects.filter(pk__in=cancelled).update(cancelled_at=now)
    # A customer is neither its own parent nor its own referrer.
    for name in ("parent", "referred_by"):
        for one, other in ((kept, removed), (removed, kept)):
            if getattr(one, f"{name}_id") == other.pk:
                Customer.objects.filter(pk=one.pk).update(**{name: None})
                setattr(one, name, None)
    return {"demoted": demoted, "cancelled": cancelled, "at": now.isoformat()}


def _move(move: Moving, from_: int, to: int) -> list[int]:
    """The keys of the rows that named `from_` and name `to` from now on; those that a contact took along apart."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {move.table} SET {move.column} = %s WHERE {move.column} = %s RETURNING id", [to, from_])
        return [key for (key,) in cursor.fetchall()]


def _fill(kept: Customer, removed: Customer) -> list[str]:
    """Empty fields take the other's; the names of those that changed."""
    filled = []
    groups = [*TOGETHER, *((name,) for name in FILLED if name not in sum(TOGETHER, ()))]
    for group in groups:
        if all(getattr(kept, name) in ("", None) for name in group):
            for name in group:
                if getattr(removed, name) not in ("", None, kept.pk):
                    setattr(kept, name, getattr(removed, name))
                    filled.append(name)
    extra = {**removed.extra, **kept.extra}
    if extra != kept.extra:
        kept.extra = extra
        filled.append("extra")
    kept.save(update_fields=[Customer._meta.get_field(name).name for name in filled])
    return filled


def _row(customer: Customer) -> dict[str, Any]:
    return _json("SELECT to_jsonb(c)::text FROM customers_customer c WHERE id = %s", customer.pk)


def _phases(customer: Customer) -> list[dict[str, Any]]:
    query = "SELECT COALESCE(jsonb_agg(to_jsonb(p) - 'id'), '[]')::text FROM customers_customerphase p"
    return _json(f"{query} WHERE customer_id = %s", customer.pk)


def _json(query: str, key: int) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, [key])
        return json.loads(cursor.fetchone()[0])


def _plain(value: Any) -> Any:
    """A value as JSON keeps it: a date is its text."""
    return value.isoformat() if isinstance(value, dt.date) else value


@transaction.atomic
def undo(done: CustomerMerge, now: dt.datetime) -> dict[str, int]:
    """Bring the removed customer back with its records; how many, by model, were left where they are.

    Left is what was deleted or moved elsewhere since; fields changed since keep their new value.
    """
    _claim(done, now)
    removed, log = done.removed, done.moved
    _bring_back(removed, log["phases"])
    left = {}
    for move in moving():
        keys = log["rows"].get(move.name, [])
        missing = len(keys) - _move_back(move, keys, done.kept_id, removed["id"])
        if missing:
            left[move.name] = missing
    _restore(done.kept, done.kept_before)
    alone = ~Exists(Contact.objects.filter(customer=OuterRef("customer"), is_primary=True))
    Contact.objects.filter(alone, pk__in=log["adjusted"]["demoted"], customer=removed["id"]).update(is_primary=True)
    FollowUp.objects.filter(
        pk__in=log["adjusted"]["cancelled"], customer=removed["id"], cancelled_at=log["adjusted"]["at"]
    ).update(cancelled_at=None)
    return left


def _claim(done: CustomerMerge, now: dt.datetime) -> None:
    if Customer.objects.filter(code=done.removed_code).exists():
        raise CannotMerge(_("There is another customer with the code %(code)s now.") % {"code": done.removed_code})
    if CustomerMerge.objects.filter(kept=done.kept, undone_at=None, pk__gt=done.pk).exists():
        raise CannotMerge(_("Undo the later merges of this customer first."))
    if CustomerMerge.objects.filter(pk=done.pk, undone_at=None).update(undone_at=now) != 1:
        raise CannotMerge(_("This merge has been undone already."))
    done.refresh_from_db()


def _bring_back(row: dict[str, Any], phases: list[dict[str, Any]]) -> None:
    columns = _columns(Customer, generated=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO customers_customer ({columns})"
            f" SELECT {columns} FROM jsonb_populate_record(NULL::customers_customer, %s::jsonb)",
            [json.dumps(row)],
        )
        cursor.execute("DELETE FROM customers_customerphase WHERE customer_id = %s", [row["id"]])
        columns = _columns(CustomerPhase, primary_key=False)
        cursor.execute(
            f"INSERT INTO customers_customerphase ({columns})"
            f" SELECT {columns} FROM jsonb_populate_recordset(NULL::customers_customerphase, %s::jsonb)",
            [json.dumps(phases)],
        )


def _columns(model: type[Model], **wanted: bool) -> str:
    fields = model._meta.concrete_fields
    return ", ".join(str(f.column) for f in fields if all(getattr(f, name) == is_so for name, is_so in wanted.items()))


def _move_back(move: Moving, keys: list[int], kept: int, removed: int) -> int:
    """How many of `keys` name `removed` again; what is tied to a contact's customer follows the contact alone."""
    fields = move.model._meta.concrete_fields
    # Tied by the key <model>_contact_of_customer, in whose place Django makes none.
    is_tied = any(field.name == "contact" and not getattr(field, "db_constraint", True) for field in fields)
    alone = " AND contact_id IS NULL" if is_tied else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {move.table} SET {move.column} = %s WHERE id = ANY(%s) AND {move.column} = %s{alone}",
            [removed, keys, kept],
        )
        cursor.execute(f"SELECT count(*) FROM {move.table} WHERE id = ANY(%s) AND {move.column} = %s", [keys, removed])
        return int(cursor.fetchone()[0])


def _restore(kept: Customer, changes: dict[str, dict[str, Any]]) -> None:
    """What the merge filled in and nobody changed since is empty again."""
    restored = [name for name, change in changes.items() if _plain(getattr(kept, name)) == change["after"]]
    for name in restored:
        setattr(kept, name, changes[name]["before"])
    kept.save(update_fields=[Customer._meta.get_field(name).name for name in restored])
