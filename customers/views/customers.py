"""Making and changing a customer by hand."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from crmquality.office.models import Webhook
from crmquality.office.outbound import announce
from crmquality.office.roles import MemberRequest, Right, requires
from customers.access import customer_edit as customer_to_edit
from customers.assigning import tell_owner
from customers.forms.customer import CustomerForm
from customers.models import Customer

# What the address may fill in.
FILLED_IN = ("name", "phone", "email")


@requires(Right.EDIT)
def customer_create(request: MemberRequest) -> HttpResponse:
    """A new customer; the code is unique, so that sent twice it is made once.

    ?name=, ?phone= and ?email= fill the form in; ?then= is the page of ours that goes on with the customer.
    """
    return _form(request, None, _("The customer is there."), Webhook.Event.CUSTOMER_CREATED)


@requires(Right.EDIT)
def customer_edit(request: MemberRequest, code: str) -> HttpResponse:
    """Who the customer is, for those who may change it; others get 404."""
    return _form(request, customer_to_edit(request.user, code), _("Saved."), Webhook.Event.CUSTOMER_CHANGED)


def _then(request: MemberRequest, customer: Customer) -> str:
    """Where it goes on once the customer is stored; never to another site."""
    then = request.GET.get("then", "")
    is_ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, None)
    return f"{then}?{urlencode({'customer': customer.code})}" if is_ours else customer.get_absolute_url()


def _form(request: MemberRequest, customer: Customer | None, said: str, event: Webhook.Event) -> HttpResponse:
    told = {} if customer else {name: request.GET[name] for name in FILLED_IN if name in request.GET}
    form = CustomerForm(request.POST or None, instance=customer, member=request.user, initial=told)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            stored = form.save()
            announce(event, {"code": stored.code, "name": stored.name})
            if "owner" in form.changed_data:
                tell_owner(stored, request.user, timezone.now())
        messages.success(request, said)
        return redirect(_then(request, stored))
    context = {"form": form, "customer": customer}
    return render(request, "customers/customer_edit.html", context, status=422 if form.errors else 200)
