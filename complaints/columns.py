"""Which columns the queue shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from customers.lists import CUSTOMER

KEPT = "case_columns"
OFFERED = (
    ("kind", _("Kind")), ("category", _("Category")), ("severity", _("Severity")), ("status", _("State")),
    ("owner", _("Owner")), ("team", _("Department")), ("tier", _("Tier")), ("region", _("Region")),
    ("received", _("Received")), ("tags", _("Tags")),
)  # fmt: skip
# What a file of the list tells, whatever the page shows.
TAKEN_OUT: tuple[str | tuple[str, Promise], ...] = (
    ("number", _("Number")), "kind", "subject", *CUSTOMER, "category", "severity", "status", "outcome", "channel",
    "owner", "team", "region", "received_at", "due_at", "acknowledged_at", "responded_at", "resolved_at", "closed_at",
    "compensation", "tags",
)  # fmt: skip
AT_FIRST = ("category", "severity", "status", "owner", "tier")


def context(request: HttpRequest) -> dict[str, Any]:
    """What the address asks for, else what was asked for last, else the usual ones."""
    known = {name for name, _label in OFFERED}
    asked = [name for name in request.GET.getlist("columns") if name in known]
    if asked and asked != request.session.get(KEPT):
        request.session[KEPT] = asked
    chosen = asked or request.session.get(KEPT) or AT_FIRST
    shown = [(name, label) for name, label in OFFERED if name in chosen]
    return {"offered": OFFERED, "columns": shown, "column_names": [name for name, _label in shown]}
