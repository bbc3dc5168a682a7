"""Bad answers to follow up: what is open, by when, and what came of it."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.due import Due, due
from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import PersonalDataLog
from surveys import loop
from surveys.models import Answer, LoopHit, LoopRule

PAGE_SIZE = 50
SOONEST_FIRST = Order("due_at", parse=dt.datetime.fromisoformat)
TAKEN_OUT = (
    "rule", ("response__customer__code", gettext_lazy("Customer code")),
    ("response__customer__name", gettext_lazy("Customer name")), ("response__contact__name", gettext_lazy("Contact")),
    ("response__campaign__name", gettext_lazy("Survey")), ("response__submitted_at", gettext_lazy("Answered")),
    "due_at",
    ("follow_up__owner", gettext_lazy("Owner")), ("follow_up__done_at", gettext_lazy("Done")),
    ("follow_up__outcome", gettext_lazy("Outcome")), ("case_number", gettext_lazy("Case")),
)  # fmt: skip
OPEN, LATE, SETTLED = "open", "late", "settled"


@dataclass(frozen=True)
class Row:
    hit: LoopHit
    stands: Due

    @property
    def said(self) -> list[Answer]:
        """The answer that met the rule, and whatever was said in words."""
        return [each for each in self.hit.response.answers.all() if each.key == self.hit.rule.key or each.text]

    @property
    def case_query(self) -> str:
        """What the form of a complaint is filled in with."""
        said, answered = "\n".join(each.text for each in self.said if each.text), self.hit.response
        code = answered.customer.code if answered.customer else ""
        key = loop.case_key(self.hit)
        return urlencode({"customer": code, "contact": answered.contact_id or "", "text": said[:1000], "once": key})


def _stands(due_at: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> Due:
    # Rules count in days: hours of working time would be thousands after a year.
    return due(due_at.date(), due_at.time(), now, zone)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def loop_list(request: MemberRequest) -> HttpResponseBase:
    """?when= open, late or settled; ?rule= those of one rule; ?mine=1 the own ones."""
    now = timezone.now()
    whens = {OPEN: _("Open"), LATE: _("Overdue"), SETTLED: _("Settled")}
    when = request.GET.get("when", OPEN)
    hits = loop.hits_read(request.user)
    if when == SETTLED:
        hits = hits.exclude(follow_up__done_at=None, follow_up__cancelled_at=None)
    else:
        hits = hits.filter(follow_up__isnull=False, follow_up__done_at=None, follow_up__cancelled_at=None)
    if when == LATE:
        hits = hits.filter(due_at__lt=now)
    if (rule := request.GET.get("rule", "")).isdigit():
        hits = hits.filter(rule=int(rule))
    if request.GET.get("mine"):
        hits = hits.filter(follow_up__owner=request.user)
    if taken := exported(request, "bad-answers", lambda: table_of(hits.order_by("due_at", "pk"), *TAKEN_OUT)):
        PersonalDataLog.exported(request.user, "bad answers", hits.count())
        return taken
    page = page_asked_for(hits, SOONEST_FIRST, request.GET, PAGE_SIZE)
    zone = Organisation.load().zone
    rows = [Row(hit, _stands(hit.due_at.astimezone(zone), now, zone)) for hit in page.rows]
    context = {
        "page": page, "rows": rows, "when": when, "whens": whens.items(), "rule": rule, "rules": LoopRule.objects.all(),
        "mine": bool(request.GET.get("mine")),
    }  # fmt: skip
    return render_page(request, "surveys/loop_list.html", "surveys/_loop_list.html", context)
