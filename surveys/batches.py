"""Results of confidential and anonymous campaigns change in steps of at least five answers.

Whoever saw them at n answers and again at n + 1 would know the answer in between. So an answer waits
(`Response.is_pending`, set by a trigger) until it comes in with others; what is held apart or released
later waits as well. While a campaign runs five are always left over, so that its closing is a step of
at least five too. A confidential answer waits for as long as it may still be changed.
"""

import datetime as dt

from django.db import transaction

from .answering import CHANGE_WITHIN
from .models import Campaign, Response, State
from .statistics import MINIMUM_GROUP


def move(now: dt.datetime) -> int:
    """Let the results of every campaign change that has enough waiting; by how many answers."""
    waiting = Response.objects.filter(is_pending=True).order_by().values("campaign").distinct()
    return sum(move_in(campaign, now) for campaign in Campaign.objects.filter(pk__in=waiting))


@transaction.atomic
def move_in(campaign: Campaign, now: dt.datetime) -> int:
    """Let the results of one campaign change if enough is waiting; by how many answers."""
    state = Campaign.objects.select_for_update().values_list("state", flat=True).get(pk=campaign.pk)
    if state == State.CLOSED and campaign.sealed.exists():
        return 0
    waiting = Response.objects.filter(campaign=campaign, is_pending=True)
    to_come = list(waiting.filter(is_held=False).order_by("submitted_at", "pk"))
    to_go = waiting.filter(is_held=True).values_list("pk", flat=True)
    if state != State.CLOSED:
        ripe = [each for each in to_come if not _may_still_change(each, now)]
        to_come = ripe[: max(len(to_come) - MINIMUM_GROUP, 0)]
    moved = [*(each.pk for each in to_come), *to_go]
    if len(moved) < MINIMUM_GROUP:
        return 0
    return Response.objects.filter(pk__in=moved).update(is_pending=False)


def _may_still_change(response: Response, now: dt.datetime) -> bool:
    return response.submitted_at is not None and now - response.submitted_at < CHANGE_WITHIN
