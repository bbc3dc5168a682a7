"""Which columns the list of customers shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEPT = "customer_columns"


@dataclass(frozen=True)
class Column:
    """`of` gives what a row shows; `wide` is the width from which it is shown unless it was chosen."""

    name: str
    label: str | Promise
    of: Callable[[Any], Any]
    wide: str = "lg"
    is_chosen: bool = False

    def __post_init__(self) -> None:
        # A template calls what it can call; this one wants the customer first.
        self.of.do_not_call_in_templates = True  # type: ignore[attr-defined]

    @property
    def classes(self) -> str:
        return "" if self.is_chosen else f"d-none d-{self.wide}-table-cell"


OFFERED = (
    Column("segment", _("Segment"), lambda customer: customer.segment),
    Column("tier", _("Tier"), lambda customer: customer.tier, "md"),
    Column("stage", _("Life-cycle stage"), lambda customer: customer.get_stage_display()),
    Column("status", _("Status"), lambda customer: customer.get_status_display()),
    Column("industry", _("Industry"), lambda customer: customer.industry),
    Column("region", _("Region"), lambda customer: customer.region, "xl"),
    Column("owner", _("Owner"), lambda customer: customer.owner or ""),
)
AT_FIRST = ("segment", "tier", "region", "owner")


def shown(request: HttpRequest) -> list[Column]:
    """What the address asks for, else what was asked for last, else the usual ones."""
    asked = [name for name in request.GET.getlist("columns") if name in {column.name for column in OFFERED}]
    if asked and asked != request.session.get(KEPT):
        request.session[KEPT] = asked
    chosen = asked or request.session.get(KEPT)
    if not chosen:
        return [column for column in OFFERED if column.name in AT_FIRST]
    return [
        Column(column.name, column.label, column.of, column.wide, is_chosen=True)
        for column in OFFERED
        if column.name in chosen
    ]
