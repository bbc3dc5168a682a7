"""Merging customers keeps everything, and its undoing brings everything back."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from customers import merging
from customers.models import Contact, Customer, CustomerMerge, CustomerPhase, FollowUp, OrderLine, Return
from tests import records

pytestmark = pytest.mark.django_db(transaction=True)

NOW = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
TABLES = (
    "customers_customer", "customers_contact", "customers_interaction", "customers_followup", "customers_order",
    "customers_orderline", "customers_return", "customers_opportunity", "customers_servicecontract",
)  # fmt: skip


def everything() -> dict[str, Any]:
    """Every row of the record, without the phases' own keys."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY id")
            found[table] = cursor.fetchall()
        cursor.execute("SELECT (to_jsonb(p) - 'id')::text FROM customers_customerphase p ORDER BY 1")
        found["phases"] = cursor.fetchall()
    return found


@pytest.fixture
def twins() -> tuple[Customer, Customer]:
    """Two customers with every kind of record; both have a primary contact and a planned visit."""
    pair = tuple(records.customer(f"T-{n}", name=f"Twin {n}", tier="A" if n == 2 else "") for n in (1, 2))
    for one in pair:
        person = records.contact(one, is_primary=True)
        records.interaction(one, "2026-01-05", contact=person)
        records.interaction(one, "2026-01-06")
        records.follow_up(one, "2026-07-01", kind="return_visit", is_planned=True)
        bought = records.line(records.order(one, "2026-02-01"), records.product())
        records.sent_back(bought, "2026-02-09")
        records.opportunity(one, "2026-03-01", contact=person)
        records.contract(one, "2026-01-01", "2026-12-31")
    records.customer("CHILD", parent=pair[1], referred_by=pair[1])
    return pair


def merged(kept: Customer, removed: Customer) -> CustomerMerge:
    return merging.merge(kept, removed, None, NOW)


def test_every_record_moves(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    merged(kept, removed)
    assert set(Customer.objects.values_list("code", flat=True)) == {"T-1", "CHILD"}
    for relation in ("contacts", "orders", "opportunities", "contracts"):
        assert getattr(kept, relation).count() == 2
    assert kept.interactions.count() == 4
    for model in (OrderLine, Return):
        assert set(model.objects.values_list("customer", flat=True)) == {kept.pk}
    child = Customer.objects.get(code="CHILD")
    assert child.parent == child.referred_by == kept


def test_one_primary_contact_and_one_planned_visit_remain(twins: tuple[Customer, Customer]) -> None:
    merged(*twins)
    assert Contact.objects.filter(is_primary=True).count() == 1
    assert FollowUp.objects.open().filter(is_planned=True).count() == 1


def test_empty_fields_are_filled_and_filled_ones_stay(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    merged(kept, removed)
    kept.refresh_from_db()
    assert (kept.tier, kept.name) == ("A", "Twin 1")


def test_undoing_brings_back_every_row_as_it_was(twins: tuple[Customer, Customer]) -> None:
    before = everything()
    assert merging.undo(merged(*twins), NOW) == {}
    after = everything()
    after["phases"] = [row for row in after["phases"] if row in before["phases"]]
    assert after == before


def test_what_happened_since_stays(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    done = merged(kept, removed)
    later = records.interaction(kept, "2026-06-02")
    kept.refresh_from_db()
    kept.tier = "C"
    kept.save()
    merging.undo(done, NOW)
    later.refresh_from_db()
    kept.refresh_from_db()
    assert (later.customer, kept.tier) == (kept, "C")


def test_what_was_deleted_since_is_told(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    gone = removed.contracts.get()
    done = merged(kept, removed)
    gone.delete()
    assert merging.undo(done, NOW) == {"servicecontract.customer_id": 1}


def test_a_merge_is_undone_once(twins: tuple[Customer, Customer]) -> None:
    done = merged(*twins)
    merging.undo(done, NOW)
    with pytest.raises(merging.CannotMerge):
        merging.undo(done, NOW)


def test_merges_are_undone_in_turn(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    third = records.customer("T-3")
    first = merged(kept, removed)
    second = merged(third, kept)
    first.refresh_from_db()
    assert first.kept == third
    with pytest.raises(merging.CannotMerge, match="later"):
        merging.undo(first, NOW)
    merging.undo(second, NOW)
    first.refresh_from_db()
    assert first.kept == kept
    merging.undo(first, NOW)
    assert set(Customer.objects.values_list("code", flat=True)) == {"T-1", "T-2", "T-3", "CHILD"}


def test_parent_and_child_become_one_without_pointing_at_themselves() -> None:
    parent = records.customer("P")
    child = records.customer("K", parent=parent, referred_by=parent)
    done = merged(parent, child)
    parent.refresh_from_db()
    assert (parent.parent, parent.referred_by) == (None, None)
    merging.undo(done, NOW)


def test_a_customer_is_not_merged_with_itself() -> None:
    one = records.customer()
    with pytest.raises(merging.CannotMerge):
        merged(one, one)


def test_phases_of_the_removed_come_back(twins: tuple[Customer, Customer]) -> None:
    kept, removed = twins
    before = sorted(CustomerPhase.objects.filter(customer=removed).values_list("since", "tier"))
    merging.undo(merged(kept, removed), NOW)
    assert sorted(CustomerPhase.objects.filter(customer__code="T-2").values_list("since", "tier")) == before


def test_the_page_counts_what_follows_its_contact_too(twins: tuple[Customer, Customer], client, admin) -> None:
    kept, removed = twins
    done = merged(kept, removed)
    client.force_login(admin)
    page = client.get(reverse("customers:merge_detail", args=[done.pk])).content.decode()
    assert "Interactions: 2" in page and "Contacts: 1" in page
