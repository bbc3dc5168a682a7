"""Where apps that may not know each other meet."""

import datetime as dt

from django.db.models import F

from complaints.models import Case, Kind, Status
from surveys import triggers
from surveys.models import Trigger


def ask_after_complaints(now: dt.datetime) -> int:
    """Invite whoever complained once the case is closed, in campaigns that wait for it; how many."""
    closed = Case.objects.filter(status=Status.CLOSED, merged_into=None, kind=Kind.COMPLAINT).exclude(customer=None)
    happenings = closed.annotate(who=F("contact_id"), occasion=triggers.occasion("case"), happened_at=F("closed_at"))
    return triggers.after(Trigger.CASE_CLOSED, happenings, now)
