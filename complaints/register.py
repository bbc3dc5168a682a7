"""The register of cases, in the order in which ISO 10002 has a complaint dealt with and written down."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crmquality.lib import formats
from crmquality.lib.money import digits_of
from crmquality.lib.text import enumerated
from crmquality.office.models import Organisation

from .models import Case, CorrectiveAction

AT_ONCE = 500
Cell = str | int | float | dt.datetime | dt.date | None


@dataclass(frozen=True)
class Column:
    """One thing that is written down of a case, in one of the register's parts."""

    part: Promise
    name: Promise
    read: Callable[[Case], Any]


RECEIPT = gettext_lazy("Receipt")
ASSESSMENT = gettext_lazy("Initial assessment")
INVESTIGATION = gettext_lazy("Investigation")
RESPONSE = gettext_lazy("Response and decision")
CLOSING = gettext_lazy("Closing")
AFTERWARDS = gettext_lazy("Actions and costs")


def _complainant(case: Case) -> str:
    person = case.contact.name if case.contact else case.sender_name
    return enumerated(filter(None, [case.customer and case.customer.name, person]))


def _reach(case: Case) -> str:
    return enumerated(filter(None, [case.sender_email, case.sender_phone]))


def _actions(case: Case) -> str:
    """Each action with its owner, dates and whether it helped."""
    return "\n".join(_action(action) for action in case.actions.all())


def _action(action: CorrectiveAction) -> str:
    helped = {True: _("helped"), False: _("did not help"), None: ""}[action.is_effective]
    done = _("done %(day)s") % {"day": formats.day(action.done_on)} if action.done_on else ""
    due = _("due %(day)s") % {"day": formats.day(action.due_on)}
    return " · ".join(filter(None, [action.text, str(action.owner or ""), due, done, helped]))


COLUMNS = [
    Column(RECEIPT, pgettext_lazy("of a case", "Number"), lambda case: case.number),
    Column(RECEIPT, gettext_lazy("Received"), lambda case: case.received_at),
    Column(RECEIPT, gettext_lazy("Kind"), lambda case: case.get_kind_display()),
    Column(RECEIPT, gettext_lazy("Channel"), lambda case: case.get_channel_display()),
    Column(RECEIPT, gettext_lazy("Customer code"), lambda case: case.customer and case.customer.code),
    Column(RECEIPT, gettext_lazy("Complainant"), _complainant),
    Column(RECEIPT, gettext_lazy("How to reach them"), _reach),
    Column(RECEIPT, gettext_lazy("Remedy sought"), lambda case: case.remedy_sought),
    Column(RECEIPT, gettext_lazy("Subject"), lambda case: case.subject),
    Column(RECEIPT, gettext_lazy("Description"), lambda case: case.text),
    Column(RECEIPT, gettext_lazy("Products"), lambda case: enumerated(case.products.all())),
    Column(RECEIPT, gettext_lazy("Orders"), lambda case: enumerated(order.number for order in case.orders.all())),
    Column(RECEIPT, gettext_lazy("Category"), lambda case: case.category and str(case.category)),
    Column(RECEIPT, gettext_lazy("Acknowledged"), lambda case: case.acknowledged_at),
    Column(ASSESSMENT, gettext_lazy("Severity"), lambda case: case.get_severity_display()),
    Column(ASSESSMENT, gettext_lazy("About safety"), lambda case: _("yes") if case.is_safety else _("no")),
    Column(ASSESSMENT, gettext_lazy("Complexity"), lambda case: case.complexity),
    Column(ASSESSMENT, gettext_lazy("Impact"), lambda case: case.impact),
    Column(ASSESSMENT, gettext_lazy("Immediate action"), lambda case: case.immediate_action),
    Column(ASSESSMENT, gettext_lazy("Department"), lambda case: case.team and str(case.team)),
    Column(ASSESSMENT, gettext_lazy("Owner"), lambda case: case.owner and str(case.owner)),
    Column(INVESTIGATION, gettext_lazy("Root cause"), lambda case: case.cause and str(case.cause)),
    Column(INVESTIGATION, gettext_lazy("What was found"), lambda case: case.cause_text),
    Column(RESPONSE, gettext_lazy("First answered"), lambda case: case.responded_at),
    Column(RESPONSE, gettext_lazy("Decision"), lambda case: case.proposal),
    Column(RESPONSE, gettext_lazy("Decision communicated"), lambda case: case.proposed_at),
    Column(RESPONSE, gettext_lazy("Resolved"), lambda case: case.resolved_at),
    Column(CLOSING, gettext_lazy("State"), lambda case: case.get_status_display()),
    Column(CLOSING, pgettext_lazy("a case", "Closed"), lambda case: case.closed_at),
    Column(CLOSING, gettext_lazy("Outcome"), lambda case: case.get_outcome_display()),
    Column(CLOSING, gettext_lazy("Times reopened"), lambda case: case.times_reopened),
    Column(AFTERWARDS, gettext_lazy("Corrective actions"), _actions),
    Column(AFTERWARDS, gettext_lazy("Minutes spent"), lambda case: case.minutes),
    Column(AFTERWARDS, gettext_lazy("Compensated on"), lambda case: case.compensated_on),
]


def entries(cases: QuerySet[Case], organisation: Organisation) -> Iterator[list[Cell]]:
    """A line of cells a case in the order of the columns, the compensation last; oldest first, read as written."""
    related = cases.select_related("customer", "contact", "category", "cause", "team", "owner")
    related = related.prefetch_related("products", "orders", "actions__owner").order_by("received_at", "pk")
    digits = digits_of(organisation.currency)
    for case in related.iterator(chunk_size=AT_ONCE):
        money = None if case.compensation is None else case.compensation / 10**digits
        yield [*(_local(column.read(case), organisation) for column in COLUMNS), money]


def heading(organisation: Organisation) -> list[str]:
    """The names of the cells of an entry."""
    return [*(str(column.name) for column in COLUMNS), compensation(organisation)]


def compensation(organisation: Organisation) -> str:
    return _("Compensation, %(currency)s") % {"currency": organisation.currency}


def parts(organisation: Organisation) -> list[tuple[str, list[tuple[int, str]]]]:
    """The register's parts, each with the places and names of its cells."""
    found: dict[str, list[tuple[int, str]]] = {}
    for place, column in enumerate(COLUMNS):
        found.setdefault(str(column.part), []).append((place, str(column.name)))
    found[str(AFTERWARDS)].append((len(COLUMNS), compensation(organisation)))
    return list(found.items())


def _local(value: Any, organisation: Organisation) -> Cell:
    """An instant in the company's zone; everything else as it is."""
    if isinstance(value, dt.datetime):
        return value.astimezone(organisation.zone)
    return value or None if isinstance(value, str) else value
