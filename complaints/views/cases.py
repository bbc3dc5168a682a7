"""The queue and the page of a case."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import columns, queue, telling, tracking
from complaints.access import case_read, cases_read
from complaints.clocks import Calendars
from complaints.forms.edits import EDITS
from complaints.forms.filters import CaseFilters, SaveFilterForm
from complaints.forms.messages import NoteForm, ReplyForm
from complaints.forms.steps import LIFE, StepForm
from complaints.models import Case, SavedFilter
from crmquality.lib.filters import without
from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_read
from customers.models import PersonalDataLog

PAGE_SIZE = 50
BRIEF = 15


@requires(Right.SEE_ALL, Right.SEE_OWN)
def case_list(request: MemberRequest) -> HttpResponseBase:
    """?tab= whose and how urgent, filters, ?after= paging; the same address renews itself."""
    now, member = timezone.now(), request.user
    names = [name for name, _label in queue.tabs(member)]
    tab = request.GET.get("tab", "")
    tab = tab if tab in names else queue.MINE
    filters = CaseFilters(request.GET, queue.facets())
    found = queue.filtered(cases_read(member), filters.values)
    chosen = queue.of_tab(found, tab, member, now)
    in_order = queue.shown(chosen).order_by(F("due_at").asc(nulls_last=True), "pk")
    if taken := exported(request, "cases", lambda: table_of(in_order, *columns.TAKEN_OUT)):
        PersonalDataLog.exported(member, "cases", chosen.count())
        return taken
    page = page_asked_for(queue.shown(chosen), queue.order_of(tab), request.GET, PAGE_SIZE)
    count, is_more = queue.counted(chosen)
    context = {
        "tab": tab, "tabs": queue.tabs(member), "counts": queue.counts(found, member, now), "filters": filters,
        "page": page, "rows": queue.with_due(page.rows, now), "count": count, "is_more": is_more, "now": now,
        "saved": member.case_filters.all(), "here": without(request.GET), **columns.context(request),
    }  # fmt: skip
    return render_page(request, "complaints/case_list.html", "complaints/_case_list.html", context)


@requires(Right.SEE_ALL, Right.SEE_OWN)
@require_POST
def filter_save(request: MemberRequest) -> HttpResponse:
    """Keep the filters one looks through under a name; the same name again replaces them."""
    form = SaveFilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the filter a name of at most 50 characters."))
        return redirect("complaints:case_list")
    name, query = form.cleaned_data["name"], form.cleaned_data["query"]
    SavedFilter.objects.update_or_create(member=request.user, name=name, defaults={"query": query})
    messages.success(request, _("Saved as “%(name)s”.") % {"name": name})
    return redirect(f"{reverse('complaints:case_list')}?{query}")


@requires(Right.SEE_ALL, Right.SEE_OWN)
@require_POST
def filter_remove(request: MemberRequest, pk: int) -> HttpResponse:
    get_object_or_404(request.user.case_filters, pk=pk).delete()
    messages.success(request, _("The saved filter is removed."))
    return redirect("complaints:case_list")


@requires(Right.SEE_ALL, Right.SEE_OWN)
def case_detail(request: MemberRequest, number: str) -> HttpResponse:
    """The answer first, then what happened; beside it the customer, the clocks and what was found."""
    case, now = case_read(request.user, number), timezone.now()
    context = _case(request, case, now)
    if request.user.has_right(Right.EDIT):
        reply, note = (form(None, case=case, member=request.user, now=now) for form in (ReplyForm, NoteForm))
        context |= {"reply": reply, "note": note, "actions": _offered(context), "link": tracking.path_of(case)}
    return render_page(request, "complaints/case_detail.html", "complaints/_case.html", context)


def _case(request: MemberRequest, case: Case, now: dt.datetime) -> dict[str, Any]:
    office, calendars = Organisation.load(), Calendars()
    clocks = list(case.clocks.all())
    for clock in clocks:
        clock.due = queue.due_of(clock, now, calendars, office.zone) if clock.is_running else None  # type: ignore[attr-defined]
    visible = cases_read(request.user)
    return {
        "case": queue.with_due([case], now)[0],
        "clocks": clocks,
        "pauses": case.pauses.all(),
        "history": telling.history(case, office),
        "files": case.files.all(),
        "corrective": case.actions.select_related("owner"),
        "repeats": visible.repeats_of(case)[:5],
        "merged": visible.filter(merged_into=case),
        "others": visible.open().filter(customer=case.customer_id or 0).exclude(pk=case.pk).order_by("due_at")[:5],
        "new_customer": _new_customer(case),
        "is_watched": case.watchers.filter(pk=request.user.pk).exists(),
    }


def _new_customer(case: Case) -> str:
    """The form that makes the caller a customer, and leads back to linking the case with it."""
    told = {"name": case.sender_name, "phone": case.sender_phone, "email": case.sender_email}
    back = reverse("complaints:case_step", args=[case.number, "link"])
    return f"{reverse('customers:customer_create')}?{urlencode({**told, 'then': back})}"


def _offered(context: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the case may do next, and what may be written down of it; each with what its button needs."""
    hidden = {"renew_link", "watch" if context["is_watched"] else "unwatch", "action"}
    return {
        "life": [
            _button(name, form, context["case"]) for name, form in LIFE.items() if form.is_offered(context["case"])
        ],
        "edits": [
            _button(name, form, context["case"])
            for name, form in EDITS.items()
            if name not in hidden and form.is_offered(context["case"])
        ],
    }


def _button(name: str, form: type[StepForm], case: Case) -> dict[str, Any]:
    asks = bool(set(form.base_fields) - {"seen"})
    return {"name": name, "title": form.title, "asks": asks, "seen": queue.standing(case)}


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_cases(request: MemberRequest, code: str) -> HttpResponse:
    """The cases of one customer, open ones by what is due first, then those that ended."""
    customer = customer_read(request.user, code)
    now, cases = timezone.now(), queue.shown(cases_read(request.user)).filter(customer=customer)
    open_ = queue.with_due(cases.open().order_by("due_at", "pk")[:PAGE_SIZE], now)
    ended = queue.of_tab(cases, queue.CLOSED, request.user, now).order_by("-resolved_at")[: PAGE_SIZE - len(open_)]
    context = {"customer": customer, "rows": [*open_, *ended]}
    return render_page(request, "complaints/customer_cases.html", "complaints/_customer_cases.html", context)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def case_day(request: MemberRequest) -> HttpResponse:
    """The member's own cases that are due first: a part of the day."""
    now = timezone.now()
    mine = queue.of_tab(cases_read(request.user), queue.MINE, request.user, now)
    page = page_asked_for(queue.shown(mine), queue.DUE_FIRST, request.GET, BRIEF)
    context = {"rows": queue.with_due(page.rows, now), "has_more": bool(page.next)}
    return render(request, "complaints/_case_day.html", context)
