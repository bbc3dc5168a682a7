"""Rules a preset may switch on, each under the name it is reported by."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .columns import Column

# Field -> the rule under which a name that nobody here has is no reason to reject the line.
LEFT_EMPTY = {"owner": "unknown_owner_left_empty", "contact": "unknown_contact_left_empty"}
WHOLE_LINE = "whole_line_is_key"
Columns = dict[str, Column]
# Online Retail: articles have five digits and perhaps letters (85123A) or the shop's own
# DCGS numbers. What is left is POST, DOT, C2 (carriage), M, m (manual), D (discount), S (samples),
# B (bad debt), BANK CHARGES, AMAZONFEE, CRUK, PADS and the gift vouchers.
UCI_ARTICLE = re.compile(r"\d{5}|DCGS")


@dataclass(frozen=True)
class Rule:
    """`rejects` marks lines of a chunk; `provides` fills fields; neither: done in SQL."""

    name: str
    label: str | Promise
    column: str = ""
    rejects: Callable[[Columns], np.ndarray] | None = None
    provides: tuple[str, ...] = ()
    fill: Callable[[Columns], Columns] | None = None


def _price_not_positive(columns: Columns) -> np.ndarray:
    return columns["price"].where(lambda price: price <= 0)


def _uci_not_a_product(columns: Columns) -> np.ndarray:
    return columns["product"].where(lambda code: not UCI_ARTICLE.match(code))


def _number_by_customer_and_day(columns: Columns) -> Columns:
    customers, days = columns["customer"], columns["placed_at"]
    # Pairs are numbered so that each is put together once.
    numbers = [
        f"{customer}-{day:%Y%m%d}" if customer is not None and day is not None else None
        for customer, day in zip(customers.taken(), days.taken(), strict=True)
    ]
    return {"number": Column.of_values(numbers)}


def _length(columns: Columns) -> int:
    return len(next(iter(columns.values())).codes)


def _always(**values: object) -> Callable[[Columns], Columns]:
    return lambda columns: {name: Column.constant(value, _length(columns)) for name, value in values.items()}


def _code_of_source(columns: Columns) -> Columns:
    told = [columns[name].taken() for name in ("code", "external_id", "name") if name in columns]
    codes = [
        next((value for value in values if value and len(value) <= 50), None) for values in zip(*told, strict=True)
    ]
    return {"code": Column.of_values(codes)}


def _unsaid_channel(columns: Columns) -> Columns:
    said = columns["channel"].taken() if "channel" in columns else [None] * _length(columns)
    return {
        "channel": Column.of_values([channel or "phone" for channel in said]),
        "is_automatic": Column.of_values([channel is None for channel in said]),
    }


def _void(columns: Columns) -> np.ndarray:
    return columns["life_status"].where(lambda status: status == "closed")


RULES = {
    rule.name: rule
    for rule in (
        Rule("price_not_positive", _("A price of nothing or less is no sale."), "price", _price_not_positive),
        Rule(
            "uci_not_a_product",
            _(
                "Postage, fees, discounts, samples and vouchers are no products:"
                " a product's code begins with five digits or DCGS."
            ),
            "product",
            _uci_not_a_product,
        ),
        Rule("exact_duplicate", _("A line equal to an earlier one in every column is the same line again.")),
        Rule(
            "cancellation_is_return",
            _(
                "A line of an invoice that begins with C is a return of the customer's latest earlier purchase"
                " of the product that still has as many units; if none has, of the latest earlier one."
            ),
        ),
        Rule(
            "number_by_customer_and_day",
            _("What a customer bought on one day is one order."),
            provides=("number",),
            fill=_number_by_customer_and_day,
        ),
        Rule(
            "code_of_source",
            _("A customer's code is its number at the source, else its id there, else its name."),
            provides=("code",),
            fill=_code_of_source,
        ),
        Rule("calls", _("Every line is a phone call."), provides=("channel",), fill=_always(channel="phone")),
        Rule(
            "notes",
            _("A note does not say how anybody was reached: it is kept as a call that does not count for the score."),
            provides=("channel", "is_automatic"),
            fill=_always(channel="phone", is_automatic=True),
        ),
        Rule(
            LEFT_EMPTY["owner"],
            _("An owner who is no member here is left empty; the name stays with the row's other columns."),
        ),
        Rule(
            LEFT_EMPTY["contact"],
            _("A contact who is not known here is left empty; the name stays with the row's other columns."),
        ),
        Rule(
            "unsaid_channel",
            _("What does not say how anybody was reached is kept as a call that does not count for the score."),
            provides=("channel", "is_automatic"),
            fill=_unsaid_channel,
        ),
        Rule("one_product", _("Every line sells the product CD."), provides=("product",), fill=_always(product="CD")),
        Rule(
            "whole_order",
            _("Without products in the file an order is one unit of the product ORDER, and a return gives it back."),
            provides=("product", "quantity"),
            fill=_always(product="ORDER", quantity=1),
        ),
        Rule(WHOLE_LINE, _("A line is known again by all of its columns and by which of several equal ones it is.")),
        Rule("void_at_source", _("What was declared void at the source does not come in."), "life_status", _void),
    )
}  # fmt: skip

REASONS: dict[str, str | Promise] = {
    "no_code": _("no code"),
    "no_name": _("no name"),
    "no_number": _("no number"),
    "no_customer": _("no customer"),
    "no_product": _("no product code"),
    "no_placed_at": _("no date"),
    "no_returned_at": _("no date of return"),
    "no_quantity": _("no quantity"),
    "no_amount": _("neither a price nor an amount"),
    "unreadable": _("not readable as what the column holds"),
    "too_long": _("too long"),
    "rounded_number": _("a long number that a spreadsheet has rounded; take it from the original export"),
    "void_at_source": _("declared void at the source"),
    "too_many_cells": _("more cells than the header has"),
    "price_not_positive": _("price of nothing or less"),
    "not_a_product": _("not a product (postage, fee, discount, voucher)"),
    "exact_duplicate": _("exact duplicate of an earlier line"),
    "no_earlier_purchase": _("cancelled or returned without an earlier purchase"),
    "quantity_not_positive": _("quantity of nothing or less"),
    "cancellation_not_negative": _("cancelled line with a quantity above nothing"),
    "amount_negative": _("negative amount"),
    "amount_out_of_range": _("amount too large"),
    "rate_not_positive": _("exchange rate of nothing or less"),
    "another_currency": _("the amount's sign is of another currency than the line; name the file's currency"),
    "no_rate": _("another currency without an exchange rate"),
    "order_of_another_customer": _("the order's first line names another customer"),
    "order_repeated": _("the order is in the file already"),
    "repeated_key": _("an earlier line has the same key"),
    "delivered_before_placed": _("delivered before it was placed"),
    "cancelled_before_placed": _("cancelled before it was placed"),
    "cancelled_and_delivered": _("cancelled as well as delivered"),
    "unknown_owner": _("no member of that name"),
    "unknown_parent": _("no customer of the parent's code"),
    "parent_is_itself": _("its own parent"),
    "unknown_customer": _("no customer of that code, id or name"),
    "ambiguous_customer": _("several customers of that name"),
    "unknown_contact": _("the customer has no such contact"),
    "contact_of_another": _("the contact belongs to another customer"),
    "another_is_primary": _("another contact of the customer is the first to be asked"),
    "weight_not_positive": _("a weight of nothing, less or too much"),
    "minutes_out_of_range": _("minutes below nothing or too many"),
    "no_occurred_at": _("no date"),
    "no_channel": _("no channel"),
    "no_subject": _("no subject"),
    "no_due_on": _("no due date"),
    "no_done_at": _("done, but not when"),
    "no_cancelled_at": _("cancelled, but not when"),
    "done_and_cancelled": _("done as well as cancelled"),
    "no_opened_on": _("no date of opening"),
    "no_closed_on": _("won or lost, but not when"),
    "no_starts_on": _("no beginning"),
    "no_ends_on": _("no end"),
    "ends_before_start": _("ends before it begins"),
    "no_lost_on": _("no date of the loss"),
    "no_win_back_on": _("won back or given up, but not when"),
    "no_text": _("no text"),
    "no_raised_on": _("no date"),
    "no_started_on": _("no beginning"),
    "no_month": _("no month"),
    "refers_itself": _("referred by itself"),
    "unknown_referrer": _("no customer of the referrer's code"),
    "overdue_not_owed": _("more overdue than owed, or less than nothing"),
    "key_of_another": _("code and source id belong to two different customers"),
}

# Rules report under the word people look for.
REPORTED_AS = {"uci_not_a_product": "not_a_product"}
