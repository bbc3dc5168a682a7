"""Customers as the list shows and exports them: filtered, ranked by score, page by page."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crmquality.lib.keyset import Order
from crmquality.office.models import Member
from customers.models import Customer
from customers.models.customer import CustomerQuerySet

# Beyond this a count is not worth its wait; the page says "10,000+".
COUNTED = 10_000

ORDERS: dict[str, Order] = {
    "-score": Order("current_score__score", is_descending=True, is_nullable=True, parse=float),
    "score": Order("current_score__score", is_nullable=True, parse=float),
    "-change": Order("current_score__change_30d", is_descending=True, is_nullable=True, parse=float),
    "change": Order("current_score__change_30d", is_nullable=True, parse=float),
    "name": Order("name"),
    "-name": Order("name", is_descending=True),
    "code": Order("code"),
    "-code": Order("code", is_descending=True),
}

SHOWN = [
    "code",
    "name",
    "segment",
    "tier",
    "stage",
    "status",
    "industry",
    "region",
    "owner",
    "current_score__score",
    "current_score__band",
    "current_score__coverage",
    "current_score__low",
    "current_score__high",
    "current_score__change_30d",
    "current_score__as_of",
    "current_score__model",
]


def filtered(customers: CustomerQuerySet, filters: Mapping[str, Any]) -> CustomerQuerySet:
    """Those who meet every filter that is given."""
    exact = {name: filters[name] for name in ("segment", "tier", "region") if filters.get(name)}
    customers = customers.matching(filters.get("q") or "").filter(**exact)
    if filters.get("owner"):
        owner = filters["owner"]
        customers = customers.filter(owner_id=None if owner == "none" else int(owner))
    if filters.get("band"):
        customers = customers.filter(current_score__band__in=filters["band"])
    return customers


def shown(customers: CustomerQuerySet) -> CustomerQuerySet:
    """With what a row of the list shows, and nothing else."""
    # Owners and models are few: joined, they would be looked up for every match that is sorted.
    joined = customers.select_related("current_score").prefetch_related("owner", "current_score__model")
    return joined.only(*SHOWN)


def counted(customers: CustomerQuerySet) -> tuple[int, bool]:
    """How many, and whether there are more than that."""
    number = customers.order_by()[: COUNTED + 1].count()
    return min(number, COUNTED), number > COUNTED


def facets() -> dict[str, list[Any]]:
    """What there is to filter by; a minute old at most, because finding out reads every row."""
    found: dict[str, list[Any]] = cache.get_or_set("customer_facets", _facets, 60)  # type: ignore[assignment]
    return found


def _facets() -> dict[str, list[Any]]:
    owned = Exists(Customer.objects.filter(owner=OuterRef("pk")))
    distinct = {
        name: list(Customer.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:200])
        for name in ("segment", "region")
    }
    owners = [(str(member.pk), str(member)) for member in Member.objects.filter(owned)]
    return {**distinct, "owner": owners}


def export_rows(customers: CustomerQuerySet) -> Iterator[list[Any]]:
    """A heading and a row a customer, read as they are written."""
    yield [
        _("Code"),
        _("Name"),
        _("Segment"),
        _("Tier"),
        _("Region"),
        _("Owner"),
        _("Score"),
        _("Band"),
        _("Coverage"),
        _("Lowest possible"),
        _("Highest possible"),
        _("Change in 30 days"),
        _("As of"),
        _("Evaluation model"),
    ]
    for customer in shown(customers).iterator(chunk_size=2000):
        yield _export_row(customer)


def _export_row(customer: Customer) -> list[Any]:
    owner = str(customer.owner or "")
    facts = [customer.code, customer.name, customer.segment, customer.tier, customer.region, owner]
    current = getattr(customer, "current_score", None)
    if current is None:
        return [*facts, *[None] * 8]
    band, model = str(current.get_band_display()), str(current.model)
    numbers = [current.coverage, current.low, current.high, current.change_30d]
    return [*facts, current.score, band, *numbers, current.as_of, model]
