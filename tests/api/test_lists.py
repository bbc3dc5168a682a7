"""Lists: page by page, filtered, at a constant cost, and strict about what they are asked."""

import pytest

from customers.models import Customer, Interaction, ProductLine
from scoring.models import CurrentScore
from tests import scores
from tests.api.conftest import client_of, full_customer
from tests.api.test_access import OF_CUSTOMERS
from tests.records import customer, follow_up, interaction, opportunity, order


def results(client, address, **asked):
    answer = client.get(address, asked)
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


@pytest.mark.parametrize("name", OF_CUSTOMERS)
def test_a_list_costs_the_same_for_10_and_for_50(company, manager, agent, name, django_assert_max_num_queries):
    client = client_of(manager)
    client.get(f"/api/v1/{name}/")  # notes that the token was used
    counts = []
    for number in (8, 40):
        for _ in range(number):
            full_customer(agent)
        with django_assert_max_num_queries(12) as captured:
            client.get(f"/api/v1/{name}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_pages_follow_one_another_and_lead_back(organisation, manager):
    client = client_of(manager)
    for number in range(25):
        customer(f"C-{number:02}")
    seen, address = [], "/api/v1/customers/?page_size=10"
    while address:
        page = client.get(address).json()
        seen += [row["code"] for row in page["results"]]
        address, last = page["next"], page
    assert seen == [f"C-{number:02}" for number in range(25)]
    back = client.get(last["previous"]).json()["results"]
    assert [row["code"] for row in back] == [f"C-{number}" for number in range(10, 20)]


def test_a_new_row_on_an_earlier_page_shifts_nothing(organisation, manager):
    client = client_of(manager)
    for number in range(4):
        customer(f"C-{number}")
    page = client.get("/api/v1/customers/?page_size=2").json()
    customer("A-1")
    assert [row["code"] for row in client.get(page["next"]).json()["results"]] == ["C-2", "C-3"]


def test_scores_are_ranked_and_those_without_come_last(organisation, manager):
    for value in (None, 20.0, 80.0, None, 50.0):
        scores.score(customer(), value, "insufficient" if value is None else "C")
    client, seen, address = client_of(manager), [], "/api/v1/scores/?page_size=2&sort=-score"
    while address:
        page = client.get(address).json()
        seen += [row["score"] for row in page["results"]]
        address = page["next"]
    assert seen == [80, 50, 20, None, None]


@pytest.mark.parametrize(
    "address, asked, field, code",
    [
        ("customers", {"colour": "red"}, "colour", "unknown"),
        ("customers", {"tier": ""}, "tier", "blank"),
        ("customers", {"tier": "Z"}, "tier", "invalid_choice"),
        ("customers", {"tier": ["A", "B"]}, "tier", "repeated"),
        ("customers", {"sort": "colour"}, "sort", "invalid"),
        ("customers", {"page_size": "0"}, "page_size", "invalid"),
        ("customers", {"page_size": "100000"}, "page_size", "invalid"),
        ("customers", {"page_size": "9" * 5000}, "page_size", "invalid"),
        ("customers", {"after": "nonsense"}, "after", "invalid"),
        ("customers", {"q": "a\x00b"}, "q", "null_characters_not_allowed"),
        ("interactions", {"occurred_from": "1/2/2025"}, "occurred_from", "invalid"),
        ("scores", {"score_from": "much"}, "score_from", "invalid"),
        ("scores", {"band": ["A", "Z"]}, "band", "invalid_choice"),
        ("scores/C-1", {"as_of": "yesterday"}, "as_of", "invalid"),
        ("scores/C-1/history", {"since": "2025-01-02", "until": "2025-01-01"}, "since", "invalid"),
        ("contacts/1", {"customer": "C-1"}, "customer", "unknown"),
        ("indicators", {"level": "C"}, "level", "unknown"),
    ],
)
def test_what_a_list_is_not_asked_is_refused_by_name(company, manager, address, asked, field, code):
    answer = client_of(manager).get(f"/api/v1/{address}/", asked)
    assert answer.status_code == 400
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [(field, code)]


def test_customers_are_found_by_text_attributes_and_owner(company, manager):
    Customer.objects.filter(code="C-2").update(name="北京照明", tier="B", segment="Wholesale")
    client = client_of(manager)

    def codes(**asked):
        return [row["code"] for row in results(client, "/api/v1/customers/", **asked)]

    assert codes(q="照明") == codes(tier="B") == codes(segment="Wholesale") == ["C-2"]
    assert codes(owner="agent") == codes(tier="A", status="active", segment="Retail") == ["C-1"]
    assert codes(external_source="shop") == []


def test_scores_are_found_by_band_range_and_owner(company, manager):
    CurrentScore.objects.filter(customer__code="C-2").update(score=80, band="A")
    client = client_of(manager)

    def codes(**asked):
        return [row["customer"] for row in results(client, "/api/v1/scores/", **asked)]

    assert codes(band="A") == codes(score_from=60) == ["C-2"]
    assert codes(band=["A", "C"], sort="score") == ["C-1", "C-2"]
    assert codes(score_to="60.5") == codes(owner="agent") == codes(q="c-1") == ["C-1"]
    assert codes(tier="B") == codes(region="North") == codes(model="other") == []


def test_records_are_found_by_customer_state_and_day(company, manager):
    first, second = company
    client = client_of(manager)
    for name in OF_CUSTOMERS[1:-1]:
        if name != "consents":
            assert [row["customer"] for row in results(client, f"/api/v1/{name}/", customer="C-2")] == ["C-2"]
    Interaction.objects.all().delete()
    interaction(first, "2025-03-01", "email")
    interaction(first, "2025-03-02")
    assert len(results(client, "/api/v1/interactions/", occurred_from="2025-03-02")) == 1
    assert len(results(client, "/api/v1/interactions/", occurred_to="2025-03-01", channel="email")) == 1
    assert len(results(client, "/api/v1/interactions/", occurred_from="0001-01-01", occurred_to="9999-12-31")) == 2
    follow_up(second, "2025-05-01", done_at="2025-05-01T10:00Z")
    assert len(results(client, "/api/v1/follow-ups/", state="done")) == 1
    assert len(results(client, "/api/v1/follow-ups/", state="open", due_to="2025-02-01")) == 2
    opportunity(second, "2025-05-01", outcome="won", closed_on="2025-06-01")
    assert len(results(client, "/api/v1/opportunities/", outcome="won", closed_from="2025-06-01")) == 1
    assert len(results(client, "/api/v1/opportunities/", outcome="open")) == 2
    order(second, "2025-05-01", cancelled_at="2025-05-02T10:00Z")
    assert len(results(client, "/api/v1/orders/", status="cancelled", placed_from="2025-05-01")) == 1
    assert ProductLine.objects.count() == len(results(client, "/api/v1/product-lines/", sort="-id"))
