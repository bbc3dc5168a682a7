"""Writes the lives into an empty database: one transaction, by COPY, chunk by chunk."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.db.models import Model

from crmquality.lib.copying import copy_in
from crmquality.office.models import Organisation, RecordKeeping, RecordKind
from customers.models import Customer, CustomerPhase, Order, OrderLine, Product, ProductLine, Return

from .catalogue import LINES, products
from .horizon import ZONE_NAME, Horizon
from .lives import CHUNK, Lives, chunks
from .people import STAFF, engage

COMPANY = "澄帆供应 Clearsail Supply (demo)"
CURRENCY = "CNY"
# Marks the rows, so that an import never takes an order of the demo for one of its own.
SOURCE = "demo"
KEPT = (
    RecordKind.ORDERS,
    RecordKind.COSTS,
    RecordKind.DELIVERIES,
    RecordKind.RETURNS,
    RecordKind.CUSTOMISATION,
)
Progress = Callable[[int, int], None]


class NotEmpty(Exception):
    """The database holds customers or settings that the demo must not be mixed with."""


@dataclass
class _Keys:
    """What to add to the lives' keys, and the rows' keys of products and owners."""

    customer: int
    order: int
    line: int
    products: np.ndarray
    owners: pd.Series
    counts: dict[str, int] = field(default_factory=dict)


def load(customers: int, seed: int, now: dt.datetime, progress: Progress = lambda *_: None) -> dict[str, int]:
    """Write the demo company with everything that happened; returns how many rows of what.

    All or nothing, and only into a database without customers.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {_tables(Customer, Order, OrderLine)} IN SHARE ROW EXCLUSIVE MODE")
        _refuse_real_data()
        # Checked statement by statement; a queue of millions of checks would eat the memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _found_company(Horizon.until(now).first_day.astype(object))
        keys = _keys(engage())
        for number, lives in enumerate(chunks(customers, seed, now)):
            _write(lives, keys, now)
            progress(min((number + 1) * CHUNK, customers), customers)
        _advance_sequences(keys)
        # Autovacuum takes a minute to notice; until then the first evaluation would plan for empty tables.
        cursor.execute(f"ANALYZE {_tables(Customer, CustomerPhase, Order, OrderLine, Return)}")
    return keys.counts


def _tables(*models: type[Model]) -> str:
    return ", ".join(model._meta.db_table for model in models)


def _refuse_real_data() -> None:
    if Customer.objects.exists():
        raise NotEmpty("There are customers already, and sample data is never mixed into real data.")
    organisation = Organisation.load()
    if not _is_untouched(organisation) and organisation.currency != CURRENCY:
        raise NotEmpty(f"The organisation counts in {organisation.currency}, the demo company in {CURRENCY}.")


def _is_untouched(organisation: Organisation) -> bool:
    fresh = Organisation()
    return all(getattr(organisation, name) == getattr(fresh, name) for name in ("name", "time_zone", "currency"))


def _found_company(since: dt.date) -> None:
    organisation = Organisation.load()
    if _is_untouched(organisation):
        organisation.name, organisation.time_zone = COMPANY, ZONE_NAME
        organisation.currency = CURRENCY
        organisation.save(update_fields=["name", "time_zone", "currency"])
    for kind in KEPT:
        RecordKeeping.objects.get_or_create(kind=kind, defaults={"since": since})


def _keys(owners: Sequence[int | None]) -> _Keys:
    goods = _products()
    return _Keys(
        customer=_next_key(Customer) - 1,
        order=_next_key(Order) - 1,
        line=_next_key(OrderLine) - 1,
        products=goods,
        owners=pd.Series(owners, dtype="Int64"),
        counts={"products": len(goods), "members": len(STAFF)},
    )


def _products() -> np.ndarray:
    """Return the products' keys, in the order of the catalogue."""
    lines = [ProductLine.objects.get_or_create(name=line.name)[0] for line in LINES]
    catalogue = products()
    goods = zip(*(catalogue[name].tolist() for name in ("code", "name", "line")), strict=True)
    rows = [Product(code=code, name=name, line=lines[line]) for code, name, line in goods]
    Product.objects.bulk_create(rows, ignore_conflicts=True)
    keys = dict(Product.objects.values_list("code", "pk"))
    return catalogue["code"].map(keys).to_numpy()


def _next_key(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def _advance_sequences(keys: _Keys) -> None:
    """The lives bring their own keys; the next row's key comes after them."""
    last = {
        Customer: keys.customer + keys.counts["customers"],
        Order: keys.order + keys.counts["orders"],
        OrderLine: keys.line + keys.counts["order_lines"],
    }
    with connection.cursor() as cursor:
        for model, key in last.items():
            # No order at all: asking for the first key has moved the sequence already.
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, max(key, 1)])


def _write(lives: Lives, keys: _Keys, now: dt.datetime) -> None:
    written = {
        "customers": _write_customers(lives, keys, now),
        "phases": _write_phases(lives, keys),
        "orders": _write_orders(lives, keys),
        "order_lines": _write_lines(lives, keys),
        "returns": _write_returns(lives, keys),
    }
    for name, rows in written.items():
        keys.counts[name] = keys.counts.get(name, 0) + rows


def _append(model: type[Model], columns: dict[str, object], frame: pd.DataFrame) -> int:
    rows = pd.DataFrame(columns, index=frame.index)
    return copy_in(model._meta.db_table, list(columns), rows)


def _owner(slots: pd.Series, keys: _Keys) -> pd.Series:
    return keys.owners.iloc[slots.to_numpy()].set_axis(slots.index)


def _write_customers(lives: Lives, keys: _Keys, now: dt.datetime) -> int:
    frame = lives.customers
    return _append(
        Customer,
        {
            "id": frame["customer"] + keys.customer,
            "external_source": SOURCE,
            "external_id": frame["code"],
            **{name: frame[name] for name in ("code", "name", "kind", "segment", "tier", "industry", "region")},
            "owner_id": _owner(frame["owner"], keys),
            "parent_id": frame["parent"] + keys.customer,
            "created_at": now.isoformat(),
        },
        frame,
    )


def _write_phases(lives: Lives, keys: _Keys) -> int:
    """Put the dated phases in place of those the trigger wrote from today's values."""
    frame = lives.phases
    first, last = (int(end) + keys.customer for end in frame["customer"].iloc[[0, -1]])
    CustomerPhase.objects.filter(customer__gte=first, customer__lte=last).delete()
    return _append(
        CustomerPhase,
        {
            "customer_id": frame["customer"] + keys.customer,
            "since": frame["since"],
            "tier": frame["tier"],
            "segment": frame["segment"],
            "owner_id": _owner(frame["owner"], keys),
        },
        frame,
    )


def _write_orders(lives: Lives, keys: _Keys) -> int:
    frame = lives.orders
    return _append(
        Order,
        {
            "id": frame["order"] + keys.order,
            "customer_id": frame["customer"] + keys.customer,
            "external_source": SOURCE,
            **{
                name: frame[name]
                for name in (
                    "number",
                    "placed_at",
                    "promised_on",
                    "delivered_at",
                    "cancelled_at",
                    "currency",
                    "rate",
                    "amount",
                    "cost",
                    "customised",
                    "value_added_service",
                )
            },
        },
        frame,
    )


def _write_lines(lives: Lives, keys: _Keys) -> int:
    frame = lives.order_lines
    return _append(
        OrderLine,
        {
            "id": frame["line"] + keys.line,
            "order_id": frame["order"] + keys.order,
            "customer_id": frame["customer"] + keys.customer,
            "product_id": keys.products[frame["product"].to_numpy() - 1],
            **{name: frame[name] for name in ("occurrence", "quantity", "amount", "cost")},
        },
        frame,
    )


def _write_returns(lives: Lives, keys: _Keys) -> int:
    frame = lives.returns
    return _append(
        Return,
        {
            "line_id": frame["line"] + keys.line,
            "customer_id": frame["customer"] + keys.customer,
            "external_source": SOURCE,
            **{name: frame[name] for name in ("number", "quantity", "amount", "returned_at")},
        },
        frame,
    )
