"""One value for many customers at once, and its undo."""

import datetime as dt
from typing import Any

import pghistory
from django.db import connection, transaction
from django.utils.translation import gettext_noop

from crmquality.office.models import Member, Notice, Topic

from .models import Customer
from .models.customer import CustomerQuerySet

# What can be set for many at once, and its column.
FIELDS = {"owner": "owner_id", "tier": "tier", "segment": "segment"}
GIVEN = gettext_noop("Customers that are yours now: %(n)s.")
ONE_GIVEN = gettext_noop("%(customer)s is your customer now.")


def tell_owner(customer: Customer, by: Member, now: dt.datetime) -> int:
    """Tell the owner that somebody else gave him this customer; how many were told."""
    if customer.owner is None or customer.owner == by:
        return 0
    key, url = f"given-customer-{customer.pk}-{now:%Y%m%d%H%M%S}", customer.get_absolute_url()
    name = customer.name
    return Notice.tell([customer.owner], key, "info", ONE_GIVEN, url=url, topic=Topic.CUSTOMERS, customer=name)


@transaction.atomic
def assign(customers: CustomerQuerySet, field: str, value: Any, by: Member) -> tuple[int, str]:
    """Set `field` of all of them in one UPDATE: how many changed, and the key of the change for its undo.

    The key is that of the history's context: the triggers keep every row as it was under it.
    """
    if field not in FIELDS:
        raise ValueError(f"{field} is not set for many customers at once.")
    column = FIELDS[field]
    with pghistory.context(assigned=field, user=by.pk) as context:
        changed = customers.exclude(**{column: value.pk if isinstance(value, Member) else value})
        count = customers.model._default_manager.filter(pk__in=changed.values("pk")).update(**{field: value})
    if isinstance(value, Member) and count and value != by:
        Notice.tell([value], f"assigned-{context.id}", "info", GIVEN, url="/customers/", topic=Topic.CUSTOMERS, n=count)
    return count, str(context.id)


UNDO = """
    UPDATE customers_customer c SET {column} = e.{column}
    FROM customers_customerevent e
    WHERE e.pgh_context_id = %s AND e.pgh_obj_id = c.id AND e.pgh_label = 'update'
      AND c.{column} IS NOT DISTINCT FROM %s
      AND c.id = ANY (%s)
"""


@transaction.atomic
def undo(key: str, field: str, value: Any, customers: CustomerQuerySet) -> int:
    """Give those customers their value of before back who still have the one that was set; how many.

    Rows changed since keep what they have; done twice, the second finds nothing to give back.
    """
    column = FIELDS[field]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_obj_id FROM customers_customerevent WHERE pgh_context_id = %s", [key])
        keys = [row[0] for row in cursor.fetchall()]
        allowed = list(customers.filter(pk__in=keys).values_list("pk", flat=True))
        cursor.execute(UNDO.format(column=column), [key, value, allowed])
        return int(cursor.rowcount)
