"""What is kept about a person: handed out, erased, logged."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import Contact, Customer, PersonalDataLog, RetentionPeriod
from customers.privacy import erasing, handing_out

NEWEST_FIRST = Order("id", is_descending=True, parse=int)
PAGE_SIZE = 30
FOUND = 20


@requires(Right.PRIVACY)
def privacy_list(request: MemberRequest) -> HttpResponseBase:
    """Find a person; what was done with personal data so far; how long records are kept."""
    log = PersonalDataLog.objects.select_related("member")
    columns = ("at", "action", "what", "counts", "member")
    if taken := exported(request, "personal-data", lambda: table_of(log.order_by("-pk"), *columns)):
        return taken
    asked = request.GET.get("person", "").strip()
    context = {
        "asked": asked,
        "contacts": _contacts(asked),
        "persons": _persons(asked),
        "page": page_asked_for(log, NEWEST_FIRST, request.GET, PAGE_SIZE),
        "periods": RetentionPeriod.objects.all(),
    }
    return render_page(request, "customers/privacy_list.html", "customers/_privacy_log.html", context)


def _contacts(asked: str) -> list[Contact]:
    if not asked:
        return []
    named = Contact.objects.filter(Q(name__icontains=asked) | Q(email__iexact=asked))
    keys = [
        *named.values_list("pk", flat=True)[:FOUND],
        *Contact.objects.reached_by(asked).values_list("pk", flat=True),
    ]
    return list(Contact.objects.select_related("customer").filter(pk__in=keys)[:FOUND])


def _persons(asked: str) -> list[Customer]:
    persons = Customer.objects.filter(kind=Customer.Kind.PERSON)
    return list(persons.matching(asked)[:FOUND]) if asked else []


@requires(Right.PRIVACY)
def contact_privacy(request: MemberRequest, pk: int) -> HttpResponse:
    """One person at a customer: hand out, or erase."""
    contact = get_object_or_404(Contact.objects.select_related("customer"), pk=pk)
    context = {"person": contact, "of": contact.customer, "kind": "contacts", "word": contact.customer.code}
    return render(request, "customers/person_privacy.html", context)


@requires(Right.PRIVACY)
def customer_privacy(request: MemberRequest, pk: int) -> HttpResponse:
    """The same for a person who is a customer."""
    customer = get_object_or_404(Customer, pk=pk, kind=Customer.Kind.PERSON)
    context = {"person": customer, "of": None, "kind": "persons", "word": customer.code}
    return render(request, "customers/person_privacy.html", context)


@requires(Right.PRIVACY)
@require_POST
def person_hand_out(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """A file with everything; a POST, because it is logged."""
    if kind == "contacts":
        text = handing_out.of_contact(
            get_object_or_404(Contact.objects.select_related("customer"), pk=pk), request.user
        )
    else:
        text = handing_out.of_customer(get_object_or_404(Customer, pk=pk, kind=Customer.Kind.PERSON), request.user)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="person-{pk}.json"'
    return response


@requires(Right.PRIVACY)
@require_POST
def person_erase(request: MemberRequest, kind: str, pk: int) -> HttpResponse:
    """Erase for good, if the customer's code was typed to confirm it."""
    if kind == "contacts":
        contact = get_object_or_404(Contact.objects.select_related("customer"), pk=pk)
        customer = contact.customer
    else:
        contact, customer = None, get_object_or_404(Customer, pk=pk, kind=Customer.Kind.PERSON)
    if request.POST.get("code", "").strip() != customer.code:
        messages.error(request, _("Nothing was erased: type the code %(code)s to confirm.") % {"code": customer.code})
        return redirect("customers:contact_privacy" if contact else "customers:customer_privacy", pk)
    done = erasing.erase_contact(contact, request.user) if contact else erasing.erase_customer(customer, request.user)
    n = done.counts["places"]
    text = ngettext(
        "The person is erased; %(n)s place was blotted out.", "The person is erased; %(n)s places were blotted out.", n
    )
    messages.success(request, text % {"n": n})
    return redirect("customers:privacy_list")
