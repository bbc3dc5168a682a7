"""Follow-ups and visits due: the list, and doing, postponing and cancelling one."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.htmx import finish, render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers import agenda
from customers.access import customer_read, follow_up_edit
from customers.forms.follow_ups import CancelForm, DoneForm, FollowUpChange, PostponeForm
from customers.models import Customer
from customers.models.interaction import FollowUpQuerySet

PAGE_SIZE = 50
SOONEST_FIRST = Order("due_on", parse=dt.date.fromisoformat)
LATEST_FIRST = Order("closed_at", is_descending=True, parse=dt.datetime.fromisoformat)


@requires(Right.SEE_ALL, Right.SEE_OWN)
def follow_up_list(request: MemberRequest) -> HttpResponse:
    """?scope= mine, team or all; ?when= a bucket or done; ?customer= those of one customer."""
    today = Organisation.load().today(timezone.now())
    customer = customer_read(request.user, request.GET["customer"]) if request.GET.get("customer") else None
    scope = request.GET.get("scope", agenda.ALL if customer else agenda.MINE)
    when = request.GET.get("when", "")
    follow_ups = agenda.of(request.user, scope)
    if customer:
        follow_ups = follow_ups.filter(customer=customer)
    context = {
        **_page(request, agenda.narrowed(follow_ups, when, today), when, today),
        "scope": scope, "scopes": agenda.scopes(request.user), "when": when, "customer": customer,
    }  # fmt: skip
    if customer:
        return render_page(request, "customers/follow_up_list.html", "customers/_follow_up_card.html", context)
    context |= {"buckets": agenda.BUCKETS, "counts": agenda.counts(follow_ups, today)}
    return render_page(request, "customers/follow_up_list.html", "customers/_follow_up_list.html", context)


def _page(request: MemberRequest, found: FollowUpQuerySet, when: str, today: dt.date) -> dict[str, Any]:
    order = LATEST_FIRST if when == agenda.DONE else SOONEST_FIRST
    page = page_asked_for(found.select_related("customer", "contact", "owner"), order, request.GET, PAGE_SIZE)
    if when == agenda.DONE:
        return {"page": page, "groups": [(None, page.rows)] if page.rows else []}
    groups: dict[agenda.Bucket, list[Any]] = {}
    for row in page.rows:
        groups.setdefault(agenda.bucket_of(row.due_on, today), []).append(row)
    return {"page": page, "groups": list(groups.items())}


@requires(Right.EDIT)
def follow_up_done(request: MemberRequest, pk: int) -> HttpResponse:
    """With what came of it; a return visit is logged as a visit."""
    return _change(request, pk, DoneForm, _("Done?"), _("Mark as done"), _("Done."))


@requires(Right.EDIT)
def follow_up_postpone(request: MemberRequest, pk: int) -> HttpResponse:
    return _change(request, pk, PostponeForm, _("To which day?"), _("Postpone"), _("Postponed."))


@requires(Right.EDIT)
def follow_up_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    return _change(request, pk, CancelForm, _("Not needed any more?"), _("Cancel the follow-up"), _("Cancelled."))


def _change(
    request: MemberRequest, pk: int, form_class: type[FollowUpChange], title: str, action: str, said: str
) -> HttpResponse:
    follow_up = follow_up_edit(request.user, pk)
    customer: Customer = follow_up.customer
    form = form_class(
        request.POST or None, customer=customer, member=request.user, now=timezone.now(), instance=follow_up
    )
    if request.method == "POST" and form.is_valid():
        if form.change():
            messages.success(request, said)
        else:
            messages.warning(request, _("Somebody else had settled this already; nothing was changed."))
        return finish(request, reverse("customers:follow_up_list"))
    context = {"form": form, "customer": customer, "title": title, "text": follow_up.title, "action": action}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "customers/record_edit.html", "customers/_record_sheet.html", context, status)
