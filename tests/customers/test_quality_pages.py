"""The pages of data quality and merges, as each of the people."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crmquality.office.models import Member
from customers.models import Customer, CustomerMerge
from tests import records
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> tuple[Customer, Customer]:
    return records.customer("K", name="Acme", external_source="erp"), records.customer(
        "R", name="ACME Ltd", region="Kent"
    )


def as_(client: Client, who: Member) -> Client:
    client.force_login(who)
    return client


PAGES = ("quality_detail", "duplicate_list")


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_them(client: Client, manager: Member, agent: Member, outsider: Member, page: str) -> None:
    url = reverse(f"customers:{page}")
    assert client.get(url).status_code == 302
    for who, status in ((manager, 200), (agent, 403), (outsider, 403), (member("audit", "auditor"), 403)):
        assert as_(client, who).get(url).status_code == status


def test_pages_say_what_to_do_while_there_is_nothing(client: Client, manager: Member) -> None:
    as_(client, manager)
    assert "No suspected duplicates" in client.get(reverse("customers:duplicate_list")).content.decode()
    assert client.get(reverse("customers:quality_detail")).status_code == 200


def test_what_may_be_empty_is_not_counted_as_missing(client: Client, manager: Member) -> None:
    records.contact(records.customer())
    page = as_(client, manager).get(reverse("customers:quality_detail")).content.decode()
    assert "Mobile" in page and "Weight of the answers" not in page


def test_quality_costs_the_same_queries_for_few_and_many(client: Client, manager: Member) -> None:
    as_(client, manager).get(reverse("customers:quality_detail"))
    counts = []
    for _round in range(2):
        for _n in range(20):
            records.contact(records.customer(name="Same name"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("customers:quality_detail"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_merging_and_undoing_through_the_pages(
    client: Client, manager: Member, pair: tuple[Customer, Customer]
) -> None:
    as_(client, manager)
    records.order(pair[1], "2026-01-05")
    assert "Compare and merge" in client.get(reverse("customers:duplicate_list")).content.decode()
    both = {"kept": "K", "removed": "R"}
    compared = client.get(reverse("customers:merge_create"), both).content.decode()
    assert "Orders: 1" in compared
    assert Customer.objects.count() == 2
    answer = client.post(reverse("customers:merge_create"), both)
    done = CustomerMerge.objects.get()
    assert answer.url == reverse("customers:merge_detail", args=[done.pk])
    assert Customer.objects.get().orders.count() == 1
    assert client.get(answer.url).status_code == 200
    client.post(reverse("customers:merge_undo", args=[done.pk]))
    assert Customer.objects.get(code="R").orders.count() == 1
    again = client.post(reverse("customers:merge_undo", args=[done.pk]), follow=True).content.decode()
    assert "another customer with the code" in again


def test_an_agent_may_not_merge(client: Client, agent: Member, pair: tuple[Customer, Customer]) -> None:
    as_(client, agent)
    for url in (reverse("customers:merge_create"), reverse("customers:duplicate_dismiss")):
        assert client.post(url, {"kept": "K", "removed": "R"}).status_code == 403


def test_merging_a_customer_that_is_gone_is_404(
    client: Client, manager: Member, pair: tuple[Customer, Customer]
) -> None:
    assert (
        as_(client, manager).post(reverse("customers:merge_create"), {"kept": "K", "removed": "x"}).status_code == 404
    )


def test_a_merge_with_itself_is_refused_with_a_sentence(
    client: Client, manager: Member, pair: tuple[Customer, Customer]
) -> None:
    answer = as_(client, manager).post(reverse("customers:merge_create"), {"kept": "K", "removed": "K"})
    assert answer.status_code == 422


def test_not_the_same_takes_the_pair_off_the_list(
    client: Client, manager: Member, pair: tuple[Customer, Customer]
) -> None:
    as_(client, manager).post(reverse("customers:duplicate_dismiss"), {"kept": "K", "removed": "R"})
    assert "No suspected duplicates" in client.get(reverse("customers:duplicate_list")).content.decode()


def test_merged_customers_that_disagreed_are_listed(
    client: Client, manager: Member, pair: tuple[Customer, Customer]
) -> None:
    as_(client, manager).post(reverse("customers:merge_create"), {"kept": "K", "removed": "R"})
    assert "ACME Ltd" in client.get(reverse("customers:quality_detail")).content.decode()
