"""What people wrote: as a list to search, and as remarks whose themes can be found.

Of whom a comment is, and when, is told only in an identified campaign, and there only of the customers
a member may see. All others come in an order that says nothing, and not before five people answered.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, F, FloatField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import MD5, Cast

from crmquality.lib.text import converted
from crmquality.lib.themes import Reading, Remark, polarity, read
from crmquality.lib.words import plain
from crmquality.office.models import Member, Organisation
from crmquality.office.roles import Right
from customers.models import Customer

from .models import Answer, Campaign, Measure, Privacy
from .results import Respondents

MOST_READ = 5000

# A promoter is happy, a detractor is not; of other scales the answer on 0 to 100.
POINTS = Case(
    When(measure=Measure.RECOMMENDATION, value__gte=9, then=Value(100.0)),
    When(measure=Measure.RECOMMENDATION, value__gte=7, then=Value(70.0)),
    When(measure=Measure.RECOMMENDATION, then=Value(0.0)),
    default=100.0
    * Cast(F("value") - F("scale_min"), FloatField())
    / Cast(F("scale_max") - F("scale_min"), FloatField()),
    output_field=FloatField(),
)


def comments(campaign: Campaign, member: Member, who: Respondents) -> QuerySet[Answer]:
    """Every text, with the `points` of 0-100 given beside it, the newest first where times are told."""
    score = Answer.objects.filter(
        response=OuterRef("response"), row="", measure__in=[Measure.RECOMMENDATION, Measure.SATISFACTION],
        value__isnull=False,
    ).order_by("measure", "key").annotate(points=POINTS).values("points")[:1]  # fmt: skip
    found = Answer.objects.filter(campaign=campaign, response__is_held=F("response__is_pending")).exclude(text="")
    found = found.annotate(points=Subquery(score)).select_related("question")
    if campaign.privacy == Privacy.IDENTIFIED:
        seen = found.filter(response__customer__in=Customer.objects.visible_to(member))
        return seen.select_related("response__customer").order_by("-response__submitted_at", "-pk")
    if who.too_few or not member.has_right(Right.SEE_ALL):
        return found.none()
    return found.select_related("response").order_by(MD5("text"))


def matching(found: QuerySet[Answer], text: str, key: str) -> QuerySet[Answer]:
    """Those with these words in either Chinese script, and of one question; '' for any."""
    if text:
        written = {text, plain(text), converted("s2t", plain(text))}
        found = found.filter(reduce(or_, (Q(text__icontains=words) for words in written)))
    return found.filter(Q(key=key)) if key else found


@dataclass(frozen=True)
class Read:
    """The themes, and the comments they were read from, as their positions say."""

    reading: Reading
    comments: list[Answer]


def themes(found: QuerySet[Answer]) -> Read:
    """Of up to 5,000 comments."""
    zone = Organisation.load().zone
    listed: list[Any] = list(found[:MOST_READ])  # with `points` beside the answer
    remarks = [
        Remark(
            each.text, each.response.submitted_at and each.response.submitted_at.astimezone(zone).date(),
            each.response.customer_id, polarity(each.points),
        )
        for each in listed
    ]  # fmt: skip
    return Read(read(remarks), listed)
