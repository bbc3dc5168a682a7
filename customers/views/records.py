"""A customer's records: cards of all kinds, and one form each, in a side sheet or on a page."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.htmx import finish, render_page
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_read
from customers.forms.base import RecordForm
from customers.forms.kinds import CARDS, KINDS, RecordKind
from customers.models import Consent, Customer

SHOWN = 20


@requires(Right.SEE_ALL, Right.SEE_OWN)
def record_list(request: MemberRequest, code: str) -> HttpResponse:
    """The cards; ?kind= one of them with all its rows."""
    customer = customer_read(request.user, code)
    office = Organisation.load()
    asked = request.GET.get("kind")
    kinds = [kind for kind in CARDS if kind.name == asked] or CARDS
    limit = None if asked else SHOWN
    cards = [_card(kind, customer, office, limit) for kind in kinds]
    context = {"customer": customer, "cards": cards, "is_one": len(kinds) == 1}
    return render_page(request, "customers/record_list.html", "customers/_record_list.html", context)


def _card(kind: RecordKind, customer: Customer, office: Organisation, limit: int | None) -> dict[str, Any]:
    rows = _with_consents(kind.rows(customer))
    found = list(rows[: limit + 1] if limit else rows)
    shown = found[:limit]
    lines = [
        {"row": row, "told": kind.tell(row, office), "actions": [each for each in kind.actions if each.fits(row)]}
        for row in shown
        if kind.tell
    ]
    return {"kind": kind, "lines": lines, "is_more": len(found) > len(shown)}


def _with_consents(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Contacts with what they last said about each purpose, `said`."""
    if not hasattr(rows.model, "consents"):
        return rows
    latest = Consent.objects.order_by("contact_id", "purpose", "-given_on", "-id").distinct("contact_id", "purpose")
    return rows.prefetch_related(Prefetch("consents", latest, to_attr="said"))


@requires(Right.EDIT)
def record_create(request: MemberRequest, code: str, kind: str) -> HttpResponse:
    """An empty form of this kind; ?contact= fills that in."""
    asked = _kind(kind)
    if not asked.add:
        raise Http404
    return _form(request, customer_read(request.user, code), asked, asked.add, None)


@requires(Right.EDIT)
def record_edit(request: MemberRequest, code: str, kind: str, pk: int) -> HttpResponse:
    customer = customer_read(request.user, code)
    asked = _kind(kind)
    if not asked.edit:
        raise Http404
    return _form(request, customer, asked, asked.edit, get_object_or_404(asked.rows(customer), pk=pk))


def _kind(name: str) -> RecordKind:
    if name not in KINDS:
        raise Http404
    return KINDS[name]


def _form(request: MemberRequest, customer: Customer, kind: RecordKind, title: Any, row: Any) -> HttpResponse:
    is_sent = request.method == "POST"
    form = kind.form(
        request.POST if is_sent else None,
        files=request.FILES if is_sent else None,
        customer=customer,
        member=request.user,
        now=timezone.now(),
        instance=row,
        initial={"contact": request.GET["contact"]} if "contact" in request.GET else {},
    )
    if is_sent and form.is_valid():
        _say(request, form, form.store(), is_new=row is None)
        return finish(request, reverse("customers:record_list", args=[customer.code]))
    context = {"form": form, "customer": customer, "title": title, "action": form.action, "text": row or ""}
    status = 422 if is_sent else 200
    return render_page(request, "customers/record_edit.html", "customers/_record_sheet.html", context, status)


def _say(request: MemberRequest, form: RecordForm, is_stored: bool, is_new: bool) -> None:
    if is_stored:
        messages.success(request, form.said)
    elif is_new:
        messages.info(request, _("This was saved already; nothing was added."))
    else:
        messages.warning(request, _("Somebody else changed this meanwhile; nothing was saved. Look at it again."))
