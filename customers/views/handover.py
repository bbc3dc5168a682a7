"""Handing over everything that one member looks after."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from crmquality.office.roles import MemberRequest, Right, requires
from customers import handover
from customers.forms.handover import HandOverForm

LISTED = 50


@requires(Right.HAND_OVER)
def customer_hand_over(request: MemberRequest) -> HttpResponse:
    """Choose who gives to whom, see how much it is, hand it over."""
    is_asked = bool(request.GET.get("giver"))
    form = HandOverForm(request.user, request.POST or (request.GET if is_asked else None))
    is_valid = form.is_valid()
    if request.method == "POST" and is_valid:
        counts = handover.hand_over(form.cleaned_data["giver"], form.cleaned_data["taker"], timezone.now())
        n = counts["customers"]
        text = ngettext("%(n)s customer belongs to %(taker)s now.", "%(n)s customers belong to %(taker)s now.", n)
        messages.success(request, text % {"n": n, "taker": form.cleaned_data["taker"]})
        return redirect("customers:customer_hand_over")
    context = {"form": form, "givers": handover.givers(request.user)[:LISTED]}
    if is_valid:
        context["counts"] = handover.owned(form.cleaned_data["giver"])
    return render(request, "customers/customer_hand_over.html", context, status=422 if form.errors else 200)
