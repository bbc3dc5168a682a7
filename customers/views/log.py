"""Logging a call or a visit, from anywhere, and finding out who is calling."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.htmx import finish, render_page
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customers_read
from customers.contacts_log import log_interaction
from customers.finding import find, is_reach, who
from customers.forms.log import LogForm
from customers.models import Customer, FollowUp

# What a customer may be chosen for, by what an address asks for in ?for=: the form, and the part of it that changes.
CHOICES = {"log": ("customers:interaction_create", "log-customer"), "case": ("complaints:case_create", "case-customer")}


@requires(Right.SEE_ALL, Right.SEE_OWN)
def customer_find(request: MemberRequest) -> HttpResponse:
    """Customers and contacts by code, name, number or address; `for=log` to log a call with, `for=case` a complaint."""
    text = request.GET.get("q") or request.GET.get("customer_text", "")
    found = find(customers_read(request.user), text)
    if len(found) == 1 and is_reach(text) and not request.htmx:
        return redirect(found[0].url)
    form, part = CHOICES.get(request.GET.get("for", ""), ("", ""))
    context = {"found": found, "text": text, "choose_url": reverse(form) if form else "", "choose_target": part}
    return render_page(request, "customers/customer_find.html", "customers/_found.html", context)


@requires(Right.EDIT)
def interaction_create(request: MemberRequest) -> HttpResponse:
    """The form in a side sheet or on a page; the customer may be given, typed or chosen."""
    asked = request.POST if request.method == "POST" else request.GET
    customer, candidates = who(request.user, asked)
    form = LogForm(
        request.POST or None,
        files=request.FILES or None,
        customer=customer,
        member=request.user,
        now=timezone.now(),
        settles=_settled(customer, asked),
        initial={"contact": asked.get("contact")},
    )
    if request.method == "POST" and customer and form.is_valid():
        return _log(request, form)
    context: dict[str, Any] = {
        "form": form,
        "customer": customer,
        "candidates": candidates,
        "typed": asked.get("customer_text", ""),
    }
    if request.htmx and request.htmx.target == "log-customer":
        return render(request, "customers/_log_customer.html", context)
    context["lacks_customer"] = request.method == "POST" and not customer
    status = 422 if request.method == "POST" else 200
    return render_page(request, "customers/interaction_create.html", "customers/_log_sheet.html", context, status)


def _settled(customer: Customer | None, asked: QueryDict) -> FollowUp | None:
    if customer is None or not asked.get("follow_up", "").isdigit():
        return None
    return get_object_or_404(customer.follow_ups.open(), pk=asked["follow_up"])


def _log(request: MemberRequest, form: LogForm) -> HttpResponse:
    interaction = form.save(commit=False)
    interaction.customer = form.customer
    data = form.cleaned_data
    logged = log_interaction(interaction, request.user, form.key, data["settles"], form.next_step(), data["attached"])
    _say(request, logged.is_new, logged.is_late, {"customer": form.customer})
    return finish(request, reverse("scoring:customer_timeline", args=[logged.interaction.customer.code]))


def _say(request: MemberRequest, is_new: bool, is_late: bool, names: dict[str, Any]) -> None:
    if not is_new:
        messages.info(request, _("This was logged already; nothing was added."))
    else:
        messages.success(request, _("Logged for %(customer)s.") % names)
    if is_late:
        messages.warning(request, _("The follow-up had been settled by somebody else meanwhile; it stays theirs."))
