"""Logging a complaint, from anywhere, and what is known already while one types."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.access import cases_read, file_read
from complaints.forms.staff import CaseForm
from complaints.intake import take_in
from complaints.models import Actor, Case
from crmquality.lib.downloads import sandboxed
from crmquality.lib.htmx import finish, render_page
from crmquality.office.roles import MemberRequest, Right, requires
from customers.attachments import path_of
from customers.finding import who

MOST_KNOWN = 5


@requires(Right.EDIT)
def case_create(request: MemberRequest) -> HttpResponse:
    """The form in a side sheet or on a page; the customer may be given, typed or chosen."""
    asked = request.POST if request.method == "POST" else request.GET
    customer, candidates = who(request.user, asked)
    form = CaseForm(
        request.POST or None,
        files=request.FILES or None,
        customer=customer,
        member=request.user,
        now=timezone.now(),
        initial={"contact": asked.get("contact"), "text": asked.get("text")},
    )
    if request.method == "POST" and customer and form.is_valid():
        return _take_in(request, form)
    context: dict[str, Any] = {
        "form": form,
        "customer": customer,
        "candidates": candidates,
        "typed": asked.get("customer_text", ""),
    }
    if request.htmx and request.htmx.target == "case-customer":
        return render(request, "complaints/_case_create_customer.html", context)
    context["lacks_customer"] = request.method == "POST" and not customer
    status = 422 if request.method == "POST" else 200
    return render_page(request, "complaints/case_create.html", "complaints/_case_create_sheet.html", context, status)


def _take_in(request: MemberRequest, form: CaseForm) -> HttpResponse:
    actor, now = Actor.staff(request.user), timezone.now()
    taken = take_in(form.case(), actor, now, "page", form.key, form.cleaned_data["attached"])
    names = {"number": taken.case.number, "customer": taken.case.customer}
    if taken.is_new:
        messages.success(request, _("%(number)s logged for %(customer)s.") % names)
    else:
        messages.info(request, _("This was logged already as %(number)s; nothing was added.") % names)
    return finish(request, taken.case.get_absolute_url())


@requires(Right.EDIT)
@require_safe
def case_known(request: MemberRequest) -> HttpResponse:
    """What this customer complained of already, for who is filling in the form: repeats first, then what is open."""
    customer, _candidates = who(request.user, request.GET)
    category = request.GET.get("category", "")
    visible = cases_read(request.user).select_related("category")
    wanted = Case(
        customer=customer, category_id=int(category) if category.isdigit() else None, received_at=timezone.now()
    )
    repeats = list(visible.repeats_of(wanted).order_by("-received_at")[:MOST_KNOWN])
    known = visible.open().filter(customer=customer) if customer else visible.none()
    others = known.exclude(pk__in=[each.pk for each in repeats]).order_by("-received_at")[:MOST_KNOWN]
    return render(request, "complaints/_case_known.html", {"repeats": repeats, "others": others})


@requires(Right.SEE_ALL, Right.SEE_OWN)
@require_safe
def file_download(request: MemberRequest, pk: int) -> FileResponse:
    """The file, if the member may see its case."""
    file = file_read(request.user, pk)
    return sandboxed(path_of(file.stored_name), file.name, file.content_type)
