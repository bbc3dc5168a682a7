"""Logging a complaint, from anywhere, and what is known already while one types."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
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
from customers.finding import is_reach, who

MOST_KNOWN = 5


@requires(Right.EDIT)
def case_create(request: MemberRequest) -> HttpResponse:
    """The form in a side sheet or on a page; the customer may be given, typed, chosen, or unknown (?unknown=1).

    ?once= is the key under which the case is logged once, where what it is about has one.
    """
    asked = request.POST if request.method == "POST" else request.GET
    is_unknown = asked.get("unknown") == "1"
    customer, candidates = (None, []) if is_unknown else who(request.user, asked)
    form = CaseForm(
        request.POST or None,
        files=request.FILES or None,
        customer=customer,
        member=request.user,
        now=timezone.now(),
        is_unknown=is_unknown,
        initial={
            "contact": asked.get("contact"),
            "text": asked.get("text"),
            **({"once": asked["once"]} if asked.get("once") else {}),
            **(_typed(asked) if is_unknown else {}),
        },
    )
    if request.method == "POST" and (customer or is_unknown) and form.is_valid():
        return _take_in(request, form)
    context: dict[str, Any] = {
        "form": form,
        "is_unknown": is_unknown,
        "customer": customer,
        "candidates": candidates,
        "typed": asked.get("customer_text", ""),
    }
    if request.htmx and request.htmx.target == "case-customer":
        return render(request, "complaints/_case_create_customer.html", context)
    context["lacks_customer"] = request.method == "POST" and not customer and not is_unknown
    status = 422 if request.method == "POST" else 200
    return render_page(request, "complaints/case_create.html", "complaints/_case_create_sheet.html", context, status)


def _typed(asked: QueryDict) -> dict[str, str]:
    """What was typed to find the customer, in the field it belongs to."""
    text = asked.get("customer_text", "").strip()
    kind = "name" if not is_reach(text) else "email" if "@" in text else "phone"
    return {f"sender_{kind}": text}


def _take_in(request: MemberRequest, form: CaseForm) -> HttpResponse:
    actor, now = Actor.staff(request.user), timezone.now()
    keeper = request.user if form.is_unknown else None
    taken = take_in(form.case(), actor, now, "page", form.key, form.cleaned_data["attached"], keeper=keeper)
    case = taken.case
    who = case.customer or case.sender_name or case.sender_phone or case.sender_email
    names = {"number": case.number, "customer": who}
    if taken.is_new:
        messages.success(request, _("%(number)s logged for %(customer)s.") % names)
    else:
        messages.info(request, _("This was logged already as %(number)s; nothing was added.") % names)
    # The rules may have given an unknown caller's to a department that the member is not in.
    is_seen = cases_read(request.user).filter(pk=case.pk).exists()
    return finish(request, case.get_absolute_url() if is_seen else reverse("complaints:case_list"))


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
