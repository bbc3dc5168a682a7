"""Writes the lives into an empty database: one transaction, by COPY, chunk by chunk."""

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from django.db import connection, transaction
from django.db.models import Model

from complaints.models import Case, CaseMessage, Category, CorrectiveAction, RootCause
from crmquality.office.models import Organisation, RecordKeeping, RecordKind
from customers import models as m
from customers import reasons
from customers.models import Contact, Customer, Interaction, Order, OrderLine, Product, ProductLine, Reason
from surveys.models import Invitation, Response

from . import case_rows, record_rows, rows, survey_rows
from .catalogue import LINES, products
from .deals import ONCE, REASON_NAMES
from .horizon import ZONE_NAME, Horizon, to_utc
from .lives import CHUNK, Lives, chunks
from .people import STAFF, engage
from .rows import Keys
from .visits import SINCE_MONTH

COMPANY = "澄帆供应 Clearsail Supply (demo)"
CURRENCY = "CNY"
KEPT = (
    RecordKind.ORDERS,
    RecordKind.COSTS,
    RecordKind.DELIVERIES,
    RecordKind.RETURNS,
    RecordKind.COMPLAINTS,
    RecordKind.CUSTOMISATION,
    RecordKind.INTERACTIONS,
    RecordKind.OPPORTUNITIES,
    RecordKind.CREDIT,
    RecordKind.ACQUISITION,
)
# What the company began to write down a year later.
KEPT_LATER = (RecordKind.VISITS, RecordKind.PARTICIPATION, RecordKind.SURVEYS)
# Their statistics are made at once: autovacuum takes a minute to notice.
FILLED = (
    Customer, m.CustomerPhase, Order, OrderLine, m.Return, Contact, m.Consent, Interaction, m.FollowUp, m.Opportunity,
    m.Loss, m.ServiceContract, m.Need, m.JointProject, m.AcquisitionSpend, *case_rows.FILLED, CorrectiveAction,
    *survey_rows.FILLED,
)  # fmt: skip
# The rows bring keys of their own, so nobody else may write here meanwhile.
KEYED = (Customer, Order, OrderLine, Contact, Interaction, Case, Invitation, Response)
Progress = Callable[[int, int], None]


class NotEmpty(Exception):
    """The database holds customers or settings that the demo must not be mixed with."""


def load(customers: int, seed: int, now: dt.datetime, progress: Progress = lambda *_: None) -> dict[str, int]:
    """Write the demo company with everything that happened; returns how many rows of what.

    All or nothing, and only into a database without customers.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {_tables(*KEYED)} IN SHARE ROW EXCLUSIVE MODE")
        _refuse_real_data()
        # Checked statement by statement; a queue of millions of checks would eat the memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        horizon = Horizon.until(now)
        _found_company(horizon)
        keys = _keys(engage(horizon.today.astype(object)), now)
        for number, lives in enumerate(chunks(customers, seed, now)):
            _write(lives, keys)
            progress(min((number + 1) * CHUNK, customers), customers)
        keys.counts["acquisition_spend"] = record_rows.write_spend(keys)
        keys.counts["follow_ups"] += survey_rows.close_loop(keys, ZONE_NAME, now)
        _advance_sequences(keys)
        # Otherwise the first evaluation would plan for empty tables.
        cursor.execute(f"ANALYZE {_tables(*FILLED)}")
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


def _found_company(horizon: Horizon) -> None:
    organisation = Organisation.load()
    if _is_untouched(organisation):
        organisation.name, organisation.time_zone = COMPANY, ZONE_NAME
        organisation.currency = CURRENCY
        organisation.save(update_fields=["name", "time_zone", "currency"])
    for kinds, day in ((KEPT, horizon.first_day), (KEPT_LATER, horizon.month_starts[SINCE_MONTH])):
        for kind in kinds:
            RecordKeeping.objects.get_or_create(kind=kind, defaults={"since": day.astype(object)})


def _keys(owners: Sequence[int | None], now: dt.datetime) -> Keys:
    lines = [ProductLine.objects.get_or_create(name=line.name)[0] for line in LINES]
    goods = _products(lines)
    office = case_rows.open_office(owners, now)
    months = to_utc(Horizon.until(now).month_starts.astype("datetime64[s]"))
    return Keys(
        customer=_next_key(Customer) - 1,
        order=_next_key(Order) - 1,
        line=_next_key(OrderLine) - 1,
        contact=_next_key(Contact) - 1,
        interaction=_next_key(Interaction) - 1,
        case=_next_key(Case) - 1,
        invitation=max(_next_key(Invitation), _next_key(Response)) - 1,
        message=_next_key(CaseMessage) - 1,
        products=goods,
        lines=np.array([line.pk for line in lines]),
        reasons=_reasons(),
        owners=pd.Series(owners, dtype="Int64"),
        office=office,
        surveys=survey_rows.open_campaigns([each.to_pydatetime() for each in months], now),
        categories=case_rows.codes(Category),
        causes=case_rows.codes(RootCause),
        counts={"products": len(goods), "members": len(STAFF)},
    )


def _reasons() -> np.ndarray:
    """The keys of the reasons for losses; where an admin renamed or removed one, that of its group or none."""
    reasons.load()
    keys = {
        (reason.parent.name if reason.parent else "", reason.name): reason.pk
        for reason in Reason.objects.select_related("parent")
    }
    return np.array([keys.get((group, name), keys.get(("", group), 0)) for group, name in (*REASON_NAMES, ONCE)])


def _products(lines: Sequence[ProductLine]) -> np.ndarray:
    """Return the products' keys, in the order of the catalogue."""
    catalogue = products()
    goods = zip(*(catalogue[name].tolist() for name in ("code", "name", "line")), strict=True)
    made = [Product(code=code, name=name, line=lines[line]) for code, name, line in goods]
    Product.objects.bulk_create(made, ignore_conflicts=True)
    keys = dict(Product.objects.values_list("code", "pk"))
    return catalogue["code"].map(keys).to_numpy()


def _next_key(model: type[Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def _advance_sequences(keys: Keys) -> None:
    """The lives bring their own keys; the next row's key comes after them."""
    last = {
        Customer: keys.customer + keys.counts["customers"],
        Order: keys.order + keys.counts["orders"],
        OrderLine: keys.line + keys.counts["order_lines"],
        Contact: keys.contact + keys.counts["contacts"],
        Interaction: keys.interaction + keys.counts["interactions"],
        Case: keys.case + keys.counts["cases"],
        Invitation: keys.invitation + keys.counts["invitations"],
        Response: keys.invitation + keys.counts["invitations"],
        # This one moved on with every chunk.
        CaseMessage: keys.message,
    }
    with connection.cursor() as cursor:
        for model, key in last.items():
            # No order at all: asking for the first key has moved the sequence already.
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, max(key, 1)])


def _write(lives: Lives, keys: Keys) -> None:
    written = {
        "customers": rows.write_customers(lives, keys),
        "phases": rows.write_phases(lives, keys),
        "orders": rows.write_orders(lives, keys),
        "order_lines": rows.write_lines(lives, keys),
        "returns": rows.write_returns(lives, keys),
        **record_rows.write(lives, keys),
        **case_rows.write(lives, keys),
        **survey_rows.write(lives, keys),
    }
    for name, count in written.items():
        keys.counts[name] = keys.counts.get(name, 0) + count
