"""After a case is closed: whom to ask how it was handled, and what they answered.

The survey itself belongs to the app beside this one; the roof hands the one to the other.
"""

import datetime as dt

from django.db import transaction

from .models import Actor, Case, Step
from .models.case import CaseQuerySet


def closed_since(since: dt.datetime) -> CaseQuerySet:
    """Cases closed at `since` or later that are closed still, with customer and contact, first closed first.

    Only those of a known customer: of others nobody could say whether they may be asked. Where
    `contact` is empty, `replying.address_of` says where the customer reads about the case.
    """
    closed = Case.objects.filter(closed_at__gte=since, customer__isnull=False, merged_into=None)
    return closed.select_related("customer", "contact").order_by("closed_at", "pk")


@transaction.atomic
def rate(case: Case, points: float, actor: Actor, now: dt.datetime) -> None:
    """Keep the customer's satisfaction with the handling, 0 to 100 points; the last answer stands.

    Raises ValueError for points beyond that.
    """
    if not 0 <= points <= 100:
        raise ValueError(f"Satisfaction is between 0 and 100 points, not {points}.")
    case.satisfaction = round(points)
    case.save(update_fields=["satisfaction"])
    case.note(Step.RATE, actor, now, {"satisfaction": case.satisfaction})
