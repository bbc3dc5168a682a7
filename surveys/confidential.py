"""What confidential answers must not give away: who they came from, where few could have said it."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce

from .facts import REMEMBERED_DAYS
from .models import Privacy, Response
from .statistics import MINIMUM_GROUP


def is_recognisable(customer: int, until: dt.datetime) -> bool:
    """Whether readings of this customer rest on confidential answers of one to four people.

    Counted are the people whose answers are still remembered at `until`; somebody who was erased
    since is one person.
    """
    return 0 < sum(people(customer, until)) < MINIMUM_GROUP


def people(customer: Any, until: Any) -> QuerySet[Response, int]:
    """How many people the confidential answers of a customer came from: one number, or none at all.

    Both may be of another statement (OuterRef).
    """
    answers = Response.objects.counted().filter(
        customer=customer,
        campaign__privacy=Privacy.CONFIDENTIAL,
        submitted_at__gte=until - Value(dt.timedelta(days=REMEMBERED_DAYS)),
        submitted_at__lt=until,
    )
    somebody = Count(Coalesce(F("contact_id"), 0), distinct=True)
    return answers.order_by().values("customer").annotate(n=somebody).values_list("n", flat=True)
