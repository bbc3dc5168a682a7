"""Every list can be taken out: the same address with ?export=csv or xlsx, by those who may."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from crmquality.lib.exporting import FORMATS, Rows, as_file
from crmquality.lib.money import digits_of
from crmquality.lib.text import enumerated

from .models import Organisation
from .roles import MemberRequest, Right

# Whole numbers of these names are minor units of the organisation's currency.
MONEY = {"amount", "compensation", "cost", "receivable", "overdue", "money_accepted", "money_in_file"}
ROWS_AT_ONCE = 2000


def exported(
    request: MemberRequest, name: str, rows: Callable[[], Rows], right: Right = Right.EXPORT
) -> HttpResponseBase | None:
    """The list as a file, if the address asks for one; None if not, 403 for those without the right."""
    how = request.GET.get("export")
    if how not in FORMATS:
        return None
    if not request.user.has_right(right):
        raise PermissionDenied
    today = Organisation.load().today(timezone.now())
    return as_file(rows(), f"{name}-{today:%Y-%m-%d}", how)


def table_of(records: QuerySet[Any], *columns: str | tuple[str, Promise]) -> Iterator[list[object]]:
    """A heading and a row per record: fields by name or path, with a label where it is not the field's own."""
    named = [(column, _label(records, column)) if isinstance(column, str) else column for column in columns]
    yield [str(label) for _path, label in named]
    office = Organisation.load()
    for record in records.iterator(chunk_size=ROWS_AT_ONCE):
        yield [cell_of(record, path, office) for path, _label in named]


def _label(records: QuerySet[Any], name: str) -> str:
    label = str(records.model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def cell_of(record: Any, path: str, office: Organisation) -> object:
    """A field as a reader of the sheet wants it: words for choices, local times, money in whole units."""
    *owners, name = path.split("__")
    for owner in owners:
        record = getattr(record, owner, None)
    if record is None:
        return None
    shown = getattr(record, f"get_{name}_display", None)
    value = shown() if shown else getattr(record, name)
    if name in MONEY and isinstance(value, int):
        return Decimal(value).scaleb(-digits_of(office.currency))
    return _plain(value, office)


def _plain(value: object, office: Organisation) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(office.zone).replace(tzinfo=None, microsecond=0)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return enumerated(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    if value is None or isinstance(value, (int, float, Decimal, dt.date)):
        return value
    return str(value)
