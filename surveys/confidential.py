"""What confidential answers must not give away: who they came from, where few could have said it."""

import datetime as dt

from .facts import REMEMBERED_DAYS
from .models import Privacy, Response
from .statistics import MINIMUM_GROUP


def is_recognisable(customer: int, until: dt.datetime) -> bool:
    """Whether readings of this customer rest on confidential answers of one to four people.

    Counted are the people whose answers are still remembered at `until`; somebody who was erased
    since is one person.
    """
    answers = Response.objects.counted().filter(
        customer=customer,
        campaign__privacy=Privacy.CONFIDENTIAL,
        submitted_at__gte=until - dt.timedelta(days=REMEMBERED_DAYS),
        submitted_at__lt=until,
    )
    return 0 < answers.order_by().values("contact").distinct().count() < MINIMUM_GROUP
