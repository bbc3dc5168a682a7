"""Changing many customers at once, and taking it back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers import assigning
from customers.models import Customer
from tests import records
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(agent):
    return [records.customer(f"C-{n}", segment="Retail" if n < 2 else "Other", owner=agent) for n in range(3)]


@pytest.fixture
def url():
    return reverse("scoring:customer_assign")


def test_it_is_asked_first_and_done_once_confirmed(client, manager, three, url):
    client.force_login(manager)
    form = {"code": ["C-0", "C-2"], "field": "tier"}
    asked = client.post(url, form)
    assert "Change 2 customers" in asked.content.decode()
    assert not Customer.objects.exclude(tier="").exists()
    client.post(url, form | {"confirm": "yes", "tier": "A"})
    assert sorted(Customer.objects.filter(tier="A").values_list("code", flat=True)) == ["C-0", "C-2"]


def test_without_a_value_it_is_not_done(client, manager, three, url):
    client.force_login(manager)
    assert client.post(url, {"code": "C-0", "field": "owner", "confirm": "yes"}).status_code == 422


def test_nobody_chosen_changes_nothing(client, manager, three, url):
    client.force_login(manager)
    assert client.post(url, {"field": "tier", "confirm": "yes", "tier": "A"}).status_code == 302
    assert not Customer.objects.filter(tier="A").exists()


def test_all_that_match_the_filters(client, manager, three, url):
    client.force_login(manager)
    form = {"all": "yes", "filters": "segment=Retail", "field": "tier", "confirm": "yes", "tier": "B"}
    client.post(url, form)
    assert Customer.objects.filter(tier="B").count() == 2


def test_an_agent_changes_only_what_he_sees(client, agent, three, url):
    stranger = records.customer("X", segment="Retail")
    client.force_login(agent)
    client.post(url, {"code": ["C-0", "X"], "field": "tier", "confirm": "yes", "tier": "A"})
    stranger.refresh_from_db()
    assert stranger.tier == ""
    assert Customer.objects.get(code="C-0").tier == "A"


def test_who_may(client, manager, outsider, three, url):
    assert client.post(url).status_code == 302
    for who in (outsider, member("audit", "auditor"), member("ana", "analyst")):
        client.force_login(who)
        assert client.post(url, {"code": "C-0", "field": "tier"}).status_code == 403
    client.force_login(manager)
    assert client.get(url).status_code == 405


def undo_form(page) -> tuple[str, str]:
    found = re.search(r'action="([^"]*undo/)".*?name="undo" value="([^"]+)"', page.content.decode(), re.S)
    return found[1], found[2]


def test_the_toast_takes_it_back_where_nothing_happened_since(client, manager, three, url):
    client.force_login(manager)
    Customer.objects.filter(code="C-1").update(tier="D")
    page = client.post(url, {"code": ["C-0", "C-1"], "field": "tier", "confirm": "yes", "tier": "A"}, follow=True)
    Customer.objects.filter(code="C-0").update(tier="C")
    address, token = undo_form(page)
    client.post(address, {"undo": token})
    assert dict(Customer.objects.values_list("code", "tier")) == {"C-0": "C", "C-1": "D", "C-2": ""}
    client.post(address, {"undo": token})
    assert Customer.objects.get(code="C-1").tier == "D"


def test_a_forged_undo_changes_nothing(client, manager, three):
    client.force_login(manager)
    answer = client.post(reverse("scoring:customer_assign_undo"), {"undo": "x:y:z"}, follow=True)
    assert "no longer be undone" in answer.content.decode()


def test_the_new_owner_is_told(client, manager, agent, three, url):
    taker = member("taker", "agent")
    client.force_login(manager)
    client.post(url, {"code": ["C-0"], "field": "owner", "confirm": "yes", "owner": taker.pk})
    assert "yours now: 1" in taker.notices.get().message


def test_only_known_fields_are_set():
    with pytest.raises(ValueError, match="not set for many"):
        assigning.assign(Customer.objects.all(), "code", "x", None)


def test_columns_are_chosen_by_the_address_and_remembered(client, manager, three):
    client.force_login(manager)
    url = reverse("scoring:customer_list")
    assert "Industry</th>" not in client.get(url).content.decode()
    assert "Industry</th>" in client.get(url, {"columns": ["industry", "hacked"]}).content.decode()
    assert "Industry</th>" in client.get(url).content.decode()


def test_the_list_costs_the_same_queries_for_few_and_many(client, manager, three):
    client.force_login(manager)
    url = reverse("scoring:customer_list")
    client.get(url)
    counts = []
    for _round in range(2):
        for _n in range(15):
            records.customer(owner=manager)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
