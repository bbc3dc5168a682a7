"""Return visits: how many were due, kept, late and missed, and which."""

import datetime as dt
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from crmquality.lib.downloads import EXPORTS
from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers import visit_figures
from customers.access import may_compare, visits_measured
from customers.models import PersonalDataLog, VisitInterval
from customers.models.interaction import VisitState

PAGE_SIZE = 50
SOONEST_FIRST = Order("promised_on", parse=dt.date.fromisoformat)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def visit_list(request: MemberRequest) -> HttpResponseBase:
    """?from= and ?to= the promised days, ?by= a cut; ?state= and ?group= list what is behind a number."""
    organisation = Organisation.load()
    today = organisation.today(timezone.now())
    first, last = visit_figures.period(request.GET.get("from", ""), request.GET.get("to", ""), today)
    visits = visits_measured(request.user).visits(today, organisation.zone).filter(promised_on__range=(first, last))
    if request.GET.get("export") in EXPORTS and request.user.has_right(Right.EXPORT):
        PersonalDataLog.exported(request.user, "visits", visits.count())
        return EXPORTS[request.GET["export"]](visit_figures.export_rows(visits), f"visits-{first}-{last}")
    cuts = {name: cut[0] for name, cut in visit_figures.CUTS.items() if name == "tier" or may_compare(request.user)}
    by = request.GET.get("by", "")
    by = by if by in cuts else next(iter(cuts))
    context = {
        "first": first, "last": last, "by": by, "cuts": cuts.items(), "states": visit_figures.COLUMNS,
        "groups": visit_figures.groups(visits, by), "total": visit_figures.total(visits),
        "intervals": VisitInterval.objects.all(), **_behind(request, visits, by),
    }  # fmt: skip
    return render_page(request, "customers/visit_list.html", "customers/_visit_list.html", context)


def _behind(request: MemberRequest, visits: visit_figures.Visits, by: str) -> dict[str, Any]:
    """The visits behind the number that was clicked."""
    state, group = request.GET.get("state", ""), request.GET.get("group", "")
    if state not in (*VisitState.values, "due"):
        return {}
    wanted = visit_figures.DUE if state == "due" else [state]
    found = visit_figures.of_group(visits, by, group).filter(state__in=wanted)
    page = page_asked_for(found.select_related("customer", "contact", "owner"), SOONEST_FIRST, request.GET, PAGE_SIZE)
    return {"page": page, "state": state, "state_label": dict(VisitState.choices).get(state), "group": group}
