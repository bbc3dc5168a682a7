"""Customers that may be the same: one name, number or address, written in different ways."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from crmquality.lib.text import enumerated

from .models import Customer, DistinctPair

# Words that companies are registered with and people leave out.
COMPANY_WORDS = (
    "股份有限公司|有限责任公司|有限責任公司|有限公司|公司"
    r"|\m(private limited|incorporated|corporation|company|limited|gmbh|corp|ltd|inc|llc|plc|co)\M"
)
WHY = {
    "name": _("same name"),
    "email": _("same e-mail"),
    "phone": _("same phone number"),
}
# A switchboard's number or a shared mailbox says nothing about who somebody is.
LARGEST_GROUP = 10
PAIRS_AT_ONCE = 1000

# Addresses and numbers of contacts count as their customer's.
PAIRS = f"""
    WITH keyed AS MATERIALIZED (
        SELECT id, 'name' AS why, regexp_replace(
            regexp_replace(lower(normalize(name, NFKC)), '{COMPANY_WORDS}', '', 'g'), '[[:punct:][:space:]]', '', 'g'
        ) AS key
        FROM customers_customer
        UNION SELECT id, 'email', lower(email) FROM customers_customer
        UNION SELECT customer_id, 'email', lower(email) FROM customers_contact
        UNION SELECT id, 'phone', unnest(phone_keys) FROM customers_customer
        UNION SELECT customer_id, 'phone', unnest(phone_keys) FROM customers_contact
    ),
    grouped AS (
        SELECT why, array_agg(id ORDER BY id) AS ids FROM keyed
        WHERE key <> '' GROUP BY why, key HAVING count(*) BETWEEN 2 AND {LARGEST_GROUP}
    ),
    paired AS (
        SELECT ids[1] AS low, high, array_agg(why ORDER BY why) AS why
        FROM grouped, unnest(ids[2:]) AS high GROUP BY 1, 2
    )
    SELECT low, high, why, count(*) OVER () AS total FROM paired p
    WHERE NOT EXISTS (SELECT FROM customers_distinctpair d WHERE d.low_id = p.low AND d.high_id = p.high)
    ORDER BY cardinality(why) DESC, low, high LIMIT %s OFFSET %s
"""


@dataclass(frozen=True)
class Pair:
    """Two customers that share what `why` names; `low` has been here longer."""

    low: Customer
    high: Customer
    why: Sequence[Any]


def suspected(limit: int, offset: int = 0) -> tuple[list[Pair], int]:
    """Pairs that share most first, and how many there are. Pairs judged distinct are left out."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [limit, offset])
        rows = cursor.fetchall()
    customers = Customer.objects.select_related("owner", "current_score__model").in_bulk(
        {key for row in rows for key in row[:2]}
    )
    pairs = [Pair(customers[low], customers[high], [WHY[name] for name in why]) for low, high, why, _total in rows]
    return pairs, rows[0][3] if rows else 0


def export_rows() -> Iterator[list[object]]:
    """A heading and a row per pair, those that share most first."""
    heading = (_("Customer code"), _("Customer name"), _("Other code"), _("Other name"), _("What they share"))
    yield [str(name) for name in heading]
    offset, total = 0, 1
    while offset < total:
        pairs, total = suspected(PAIRS_AT_ONCE, offset)
        offset += PAIRS_AT_ONCE
        for pair in pairs:
            yield [pair.low.code, pair.low.name, pair.high.code, pair.high.name, enumerated(pair.why)]


@transaction.atomic
def keep_apart(one: Customer, other: Customer, member: Any) -> None:
    """Remember that the two are not the same; saying it twice changes nothing (distinctpair_once)."""
    low, high = sorted((one, other), key=lambda customer: customer.pk)
    DistinctPair.objects.get_or_create(low=low, high=high, defaults={"member": member})
