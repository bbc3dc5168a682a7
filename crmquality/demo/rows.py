"""Writes the tables of the lives by COPY: customers, their phases and what they bought."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from django.db.models import Model

from crmquality.lib.copying import copy_in
from customers.models import Customer, CustomerPhase, Order, OrderLine, Return

from .case_life import Office
from .horizon import to_utc
from .lives import Lives

# Marks the rows, so that an import never takes an order of the demo for one of its own.
SOURCE = "demo"
CUSTOMER = (
    "code", "name", "kind", "segment", "tier", "industry", "region", "stage", "status", "phone", "email",
    "acquired_on", "acquisition_channel", "credit_grade", "receivable", "overdue",
)  # fmt: skip


@dataclass(frozen=True)
class Campaigns:
    """The keys of the campaigns, by survey and month, and of their questions, by survey and id."""

    campaigns: dict[tuple[str, int], int]
    questions: dict[tuple[str, str], int]


@dataclass
class Keys:
    """What to add to the lives' keys, the rows' keys of what exists already, and how much was written.

    `spend` is what winning customers cost so far, by channel and month.
    """

    customer: int
    order: int
    line: int
    contact: int
    interaction: int
    case: int
    message: int
    invitation: int
    products: np.ndarray
    lines: np.ndarray
    reasons: np.ndarray
    owners: pd.Series
    office: Office
    surveys: Campaigns
    categories: dict[str, int]
    causes: dict[str, int]
    counts: dict[str, int] = field(default_factory=dict)
    spend: pd.Series = field(default_factory=lambda: pd.Series(dtype="int64"))


def append(model: type[Model], columns: dict[str, object], frame: pd.DataFrame) -> int:
    rows = pd.DataFrame(columns, index=frame.index)
    return copy_in(model._meta.db_table, list(columns), rows)


def moments(column: pd.Series) -> pd.Series:
    """The instants at which local days begin; instants as they are."""
    if column.dt.tz is not None:
        return column
    return pd.Series(to_utc(column.to_numpy()), index=column.index)


def owner(slots: pd.Series, keys: Keys) -> pd.Series:
    return keys.owners.iloc[slots.to_numpy()].set_axis(slots.index)


def write_customers(lives: Lives, keys: Keys) -> int:
    frame = lives.customers
    return append(
        Customer,
        {
            "id": frame["customer"] + keys.customer,
            "external_source": SOURCE,
            "external_id": frame["code"],
            **{name: frame[name] for name in CUSTOMER},
            "owner_id": owner(frame["owner"], keys),
            "parent_id": frame["parent"] + keys.customer,
            "referred_by_id": frame["referred_by"] + keys.customer,
            "created_at": moments(frame["created_on"]),
        },
        frame,
    )


def write_phases(lives: Lives, keys: Keys) -> int:
    """Put the dated phases in place of those the trigger wrote from today's values."""
    frame = lives.phases
    first, last = (int(end) + keys.customer for end in frame["customer"].iloc[[0, -1]])
    CustomerPhase.objects.filter(customer__gte=first, customer__lte=last).delete()
    return append(
        CustomerPhase,
        {
            "customer_id": frame["customer"] + keys.customer,
            "since": frame["since"],
            "owner_id": owner(frame["owner"], keys),
            **{name: frame[name] for name in ("tier", "segment", "stage", "credit_grade", "receivable", "overdue")},
        },
        frame,
    )


def write_orders(lives: Lives, keys: Keys) -> int:
    frame = lives.orders
    return append(
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


def write_lines(lives: Lives, keys: Keys) -> int:
    frame = lives.order_lines
    return append(
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


def write_returns(lives: Lives, keys: Keys) -> int:
    frame = lives.returns
    return append(
        Return,
        {
            "line_id": frame["line"] + keys.line,
            "customer_id": frame["customer"] + keys.customer,
            "external_source": SOURCE,
            **{name: frame[name] for name in ("number", "quantity", "amount", "returned_at")},
        },
        frame,
    )
