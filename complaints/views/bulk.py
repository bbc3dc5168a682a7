"""One thing for many cases of the queue: asked, done singly, undone where that is possible."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints import bulk
from complaints.access import cases_read
from complaints.forms.bulk import CAN_BE_UNDONE, BulkForm
from complaints.models import Actor, Case
from complaints.models.case import CaseQuerySet
from crmquality.lib.text import enumerated
from crmquality.lib.toasts import read_undo, say_with_undo
from crmquality.office.roles import MemberRequest, Right, requires

# As many as a page of the queue shows.
AT_ONCE = 100


def _cases(request: MemberRequest, keys: list[Any]) -> CaseQuerySet:
    """Those of these that the member may see, in one order, so that two who do it at once do not block each other."""
    return cases_read(request.user).filter(pk__in=keys).select_related("customer", "team", "category").order_by("pk")


def _back(request: MemberRequest) -> str:
    """The queue as it was looked at."""
    query = QueryDict(request.POST.get("filters", "")[:2000]).urlencode()
    return reverse("complaints:case_list") + (f"?{query}" if query else "")


@requires(Right.EDIT)
@require_POST
def case_bulk(request: MemberRequest) -> HttpResponse:
    """Names what will happen and to how many; sent with `confirm`, it happens."""
    numbers = request.POST.getlist("number")[:AT_ONCE]
    seen = {Case.key_of(number): mark for number, _colon, mark in (each.partition(":") for each in numbers)}
    chosen = list(_cases(request, list(seen)))
    if not chosen:
        messages.warning(request, _("No case was chosen."))
        return redirect(_back(request))
    form = BulkForm(request.POST if request.POST.get("confirm") else None, request.user)
    form.data = request.POST
    if form.is_bound and form.is_valid():
        _say(request, form, bulk.each(chosen, form.verb(timezone.now()), seen))
        return redirect(_back(request))
    context = {"form": form, "cases": chosen, "numbers": numbers, "filters": request.POST.get("filters", "")}
    return render(request, "complaints/case_bulk.html", context, status=422 if form.is_bound else 200)


def _say(request: MemberRequest, form: BulkForm, result: bulk.Result) -> None:
    """How many it was done with, and which were overtaken."""
    count = len(result.done)
    text = ngettext("%(action)s: %(n)s case.", "%(action)s: %(n)s cases.", count)
    text %= {"action": form.action, "n": count}
    if count and form.what in CAN_BE_UNDONE:
        what = {"field": form.what, "before": result.before}
        say_with_undo(request, text, reverse("complaints:case_bulk_undo"), what)
    elif count:
        messages.success(request, text)
    _say_overtaken(request, result)


def _say_overtaken(request: MemberRequest, result: bulk.Result) -> None:
    if result.overtaken:
        numbers = enumerated(case.number for case in result.overtaken)
        text = _("Left alone, because somebody was faster or the state does not allow it: %(numbers)s.")
        messages.warning(request, text % {"numbers": numbers})


@requires(Right.EDIT)
@require_POST
def case_bulk_undo(request: MemberRequest) -> HttpResponse:
    what = read_undo(request)
    if what is None:
        messages.warning(request, _("This can no longer be undone."))
        return redirect("complaints:case_list")
    cases = _cases(request, [row[0] for row in what["before"]])
    result = bulk.undo(what, cases, Actor.staff(request.user), timezone.now())
    count = len(result.done)
    messages.success(request, ngettext("%(n)s case is as before.", "%(n)s cases are as before.", count) % {"n": count})
    _say_overtaken(request, result)
    return redirect("complaints:case_list")
