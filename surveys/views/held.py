"""Answers held apart: why, and letting them count or not."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import Customer
from surveys import holding
from surveys.answering import shows_names
from surveys.models import Response

PAGE_SIZE = 50
NEWEST_FIRST = Order("id", is_descending=True, parse=int)


@requires(Right.SURVEY)
def held_list(request: MemberRequest) -> HttpResponse:
    """?state= waiting, kept or released. Who it was stands only where the campaign is identified."""
    states = {
        holding.WAITING: _("To be looked at"), holding.KEPT: _("Kept apart"), holding.RELEASED: _("Released"),
    }  # fmt: skip
    state = request.GET.get("state", "")
    state = state if state in states else holding.WAITING
    page = page_asked_for(holding.held(state), NEWEST_FIRST, request.GET, PAGE_SIZE)
    visible = set(
        Customer.objects.visible_to(request.user)
        .filter(pk__in=[row.customer_id for row in page.rows if row.customer_id])
        .values_list("pk", flat=True)
    )
    named = {row.pk for row in page.rows if shows_names(row.campaign) and row.customer_id in visible}
    context = {"page": page, "state": state, "states": states.items(), "named": named}
    return render(request, "surveys/held_list.html", context)


@requires(Right.SURVEY)
@require_POST
def held_decide_many(request: MemberRequest) -> HttpResponse:
    """`response` one or more that wait for a look, `decision` release or keep."""
    now, keys = timezone.now(), [int(key) for key in request.POST.getlist("response") if key.isdigit()]
    decide = {"release": holding.release, "keep": holding.keep}.get(request.POST.get("decision", ""))
    if decide is None:
        raise PermissionDenied
    n = sum(decide(response, request.user, now) for response in holding.held(holding.WAITING).filter(pk__in=keys))
    messages.success(request, ngettext("%(n)s answer is decided.", "%(n)s answers are decided.", n) % {"n": n})
    return redirect("surveys:held_list")


@requires(Right.SURVEY)
@require_POST
def held_decide(request: MemberRequest, pk: int) -> HttpResponse:
    """`decision` release, keep or undo."""
    response = get_object_or_404(Response.objects.exclude(held_because=[]), pk=pk)
    now = timezone.now()
    verbs: dict[str, tuple[Callable[[], bool], str]] = {
        "release": (lambda: holding.release(response, request.user, now), _("It counts from now on.")),
        "keep": (lambda: holding.keep(response, request.user, now), _("It stays out of results and scores.")),
        "undo": (lambda: holding.undo(response), _("It waits for a look again.")),
    }
    verb, said = verbs.get(request.POST.get("decision", ""), (lambda: False, ""))
    if verb():
        messages.success(request, said)
    else:
        messages.warning(request, _("Somebody else had settled this already; nothing was changed."))
    state = request.POST.get("state", holding.WAITING)
    return redirect(f"/surveys/held/?{urlencode({'state': state})}")
