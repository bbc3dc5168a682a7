"""The ranked list of customers and the page of one."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order as Sort
from crmquality.lib.keyset import page_asked_for
from crmquality.office.exporting import exported
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_read, customers_export, customers_read
from customers.models import Customer, PersonalDataLog
from scoring import charts, columns, profile, ranking
from scoring.explaining import NotScored, explain_customer, score_history
from scoring.forms import CustomerFilters
from scoring.models import CurrentScore

PAGE_SIZE = 50
ORDERS_A_PAGE = 10
NEWEST_FIRST = Sort("placed_at", is_descending=True, parse=dt.datetime.fromisoformat)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_list(request: MemberRequest) -> HttpResponseBase:
    """Search, filter, sort, page; ?export=csv or xlsx takes out all that the filters leave."""
    filters = CustomerFilters(request.GET, ranking.facets())
    if "export" in request.GET:
        chosen = ranking.filtered(customers_export(request.user), filters.values)
        if taken := exported(request, "customers", lambda: ranking.export_rows(chosen)):
            PersonalDataLog.exported(request.user, "customers", chosen.count())
            return taken
    chosen = ranking.filtered(customers_read(request.user), filters.values)
    sort = filters.values.get("sort") or "-score"
    page = page_asked_for(ranking.shown(chosen), ranking.ORDERS[sort], request.GET, PAGE_SIZE)
    count, is_more = ranking.counted(chosen)
    shown = columns.shown(request)
    context = {
        "filters": filters, "page": page, "sort": sort, "count": count, "is_more": is_more,
        "offered": columns.OFFERED, "columns": shown, "column_names": [column.name for column in shown],
    }  # fmt: skip
    return render_page(request, "scoring/customer_list.html", "scoring/_customer_list.html", context)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_detail(request: MemberRequest, code: str) -> HttpResponse:
    """The answer first, then the reasons, then the records."""
    customer = customer_read(request.user, code)
    orders = page_asked_for(customer.orders.all(), NEWEST_FIRST, request.GET, ORDERS_A_PAGE, "orders_")
    context: dict[str, Any] = {"customer": customer, "orders": orders}
    if request.htmx and request.htmx.target == "orders":
        return render(request, "scoring/_customer_orders.html", context)
    office = Organisation.load()
    context |= {"phases": profile.phases(customer, office), **_reasons(customer, office)}
    return render(request, "scoring/customer_detail.html", context)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_card(request: MemberRequest, code: str) -> HttpResponse:
    """A customer in brief, for pages of other apps: score, tier, owner, follow-ups that are open."""
    customer = customer_read(request.user, code)
    context = {
        "customer": customer,
        "current": CurrentScore.objects.select_related("model").filter(customer=customer).first(),
        "follow_ups": customer.follow_ups.open().select_related("owner").order_by("due_on", "pk")[:3],
    }
    return render(request, "scoring/_customer_card.html", context)


def _reasons(customer: Customer, office: Organisation) -> dict[str, Any]:
    """The score, why it is what it is, and how it went; nothing while there is no score."""
    try:
        explanation = explain_customer(customer)
    except NotScored:
        return {}
    nights = profile.with_model_names(score_history(customer, explanation.as_of))
    return {
        "current": CurrentScore.objects.select_related("model").filter(customer=customer).first(),
        "explanation": explanation,
        "groups": profile.groups(explanation, office.currency),
        "contributions": charts.contributions(explanation.indicators),
        "history": charts.score_history(nights),
    }
