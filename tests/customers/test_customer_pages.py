"""A customer made and changed by hand."""

import pytest
from django.urls import reverse

from customers.models import Customer
from tests import records
from tests.people import member

pytestmark = pytest.mark.django_db
NEW = reverse("customers:customer_create")


def filled(**changes):
    return {"code": "N-1", "name": "Neu & Söhne", "kind": "organisation", "status": "active"} | changes


def test_it_is_made_with_money_in_major_units(client, manager):
    client.force_login(manager)
    parent = records.customer("P-1")
    form = filled(parent_code="P-1", receivable="1,234.50", overdue="34.50", tier="A")
    answer = client.post(NEW, form)
    made = Customer.objects.get(code="N-1")
    assert answer.url == made.get_absolute_url()
    assert (made.parent, made.receivable, made.overdue) == (parent, 123_450, 3_450)


@pytest.mark.parametrize(
    "wrong", [{"code": "TAKEN"}, {"name": ""}, {"parent_code": "nobody"}, {"overdue": "5"}, {"receivable": "much"}]
)
def test_what_is_wrong_is_said_and_nothing_is_made(client, manager, wrong):
    client.force_login(manager)
    records.customer("TAKEN")
    assert client.post(NEW, filled(**wrong)).status_code == 422
    assert Customer.objects.count() == 1


def test_it_is_changed_and_shows_what_it_was(client, manager):
    client.force_login(manager)
    customer = records.customer("C/1", receivable=100, overdue=50)
    url = reverse("customers:customer_edit", args=["C/1"])
    assert 'value="0.50"' in client.get(url).content.decode()
    client.post(url, filled(code="C/1", name="New"))
    customer.refresh_from_db()
    assert (customer.name, customer.receivable) == ("New", None)


def test_who_may(client, manager, agent, outsider):
    records.customer("C-1")
    edit = reverse("customers:customer_edit", args=["C-1"])
    assert client.get(NEW).status_code == client.get(edit).status_code == 302
    for who, make, change in (
        (manager, 200, 200), (agent, 200, 404), (outsider, 403, 403), (member("audit", "auditor"), 403, 403),
    ):  # fmt: skip
        client.force_login(who)
        assert (client.get(NEW).status_code, client.get(edit).status_code) == (make, change)
