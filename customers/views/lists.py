"""The records of all customers, one list a kind."""

from django.http import Http404
from django.http.response import HttpResponseBase

from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.forms.lists import ListFilters
from customers.lists import LISTS
from customers.models import PersonalDataLog

PAGE_SIZE = 50


@requires(Right.SEE_ALL, Right.SEE_OWN)
def record_index(request: MemberRequest, kind: str) -> HttpResponseBase:
    """Of the customers one may see: ?q=, ?owner=, ?first= and ?last= narrow it down, ?export= takes it out."""
    if kind not in LISTS:
        raise Http404
    asked, office = LISTS[kind], Organisation.load()
    filters = ListFilters(request.GET)
    found = asked.narrowed(asked.of(request.user), office, **filters.narrowing())
    taken = exported(request, kind, lambda: table_of(found.order_by(f"-{asked.on}", "-pk"), *asked.columns))
    if taken:
        PersonalDataLog.exported(request.user, kind, found.count())
        return taken
    page = page_asked_for(found, asked.order, request.GET, PAGE_SIZE)
    lines = [{"row": row, "told": asked.tell(row, office), "at": getattr(row, asked.on)} for row in page.rows]
    context = {"list": asked, "lists": LISTS.values(), "filters": filters, "page": page, "lines": lines}
    return render_page(request, "customers/record_index.html", "customers/_record_index.html", context)
