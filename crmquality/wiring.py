"""Where apps that may not know each other meet."""

import datetime as dt

from django.db.models import Avg, F, Q

from complaints import satisfaction
from complaints.models import Actor, Case, Kind, Status
from surveys import loop, triggers
from surveys.models import Answer, Measure, Privacy, Trigger

# Answers may be changed for a day, and released by staff later.
TAKEN_UP = dt.timedelta(days=30)


def note_case(case: Case) -> None:
    """Let the bad answer that a complaint was made of name its case; both are of one customer."""
    if hit := loop.hit_of(case.external_id):
        loop.name_case(hit, case.customer_id, case.number)


def ask_after_complaints(now: dt.datetime) -> int:
    """Invite whoever complained once the case is closed, in campaigns that wait for it; how many."""
    closed = Case.objects.filter(status=Status.CLOSED, merged_into=None, kind=Kind.COMPLAINT).exclude(customer=None)
    happenings = closed.annotate(who=F("contact_id"), occasion=triggers.occasion("case"), happened_at=F("closed_at"))
    return triggers.after(Trigger.CASE_CLOSED, happenings, now)


def rate_complaints(now: dt.datetime) -> int:
    """Let the answers about the handling of a case stand with it; how many cases changed.

    Identified answers only: a case is read by staff. Done twice it changes nothing, for a case that
    has the satisfaction already is left alone.
    """
    touched = Q()
    for moment in ("submitted_at", "changed_at", "reviewed_at"):
        touched |= Q(**{f"response__{moment}__gte": now - TAKEN_UP})
    said = Answer.objects.filter(
        touched, measure=Measure.COMPLAINT, value__isnull=False, response__is_held=False,
        campaign__privacy=Privacy.IDENTIFIED, response__invitation__occasion__startswith="case:",
    )  # fmt: skip
    points = 100.0 * (F("value") - F("scale_min")) / (F("scale_max") - F("scale_min"))
    rated = said.values_list("response__invitation__occasion").annotate(points=Avg(points))
    by_case = {int(occasion.removeprefix("case:")): round(found) for occasion, found in rated}
    changed = [case for case in Case.objects.filter(pk__in=by_case) if case.satisfaction != by_case[case.pk]]
    for case in changed:
        satisfaction.rate(case, by_case[case.pk], Actor.customer("survey"), now)
    return len(changed)
