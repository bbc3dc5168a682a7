"""What the database itself guarantees about the record."""

import pytest
from django.db import IntegrityError, transaction

from crmquality.lib.text import phone_key
from customers.models import AcquisitionSpend, ChangedCustomer, Contact, CustomerPhase, FollowUp
from tests import records

pytestmark = pytest.mark.django_db

NUMBERS = [
    "+86 138-0013-8000",
    "(021) 6123 4567 转 802",
    "０２１－６１２３４５６７",
    "020 7946 0018 ext. 4",
    "n/a",
    "1234",
    "",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_sql_and_python_know_a_caller_by_the_same_digits(number: str) -> None:
    contact = records.contact(records.customer(), phone=number)
    contact.refresh_from_db()
    assert contact.phone_keys == [key for key in [phone_key(number)] if key]


def test_a_caller_is_found_by_either_number_however_it_is_written() -> None:
    contact = records.contact(records.customer(), phone="021-6123 4567", mobile="138 0013 8000")
    for written in ("+86 (21) 61234567", "0086-13800138000", "１３８００１３８０００"):
        assert list(Contact.objects.reached_by(written)) == [contact]
    assert not Contact.objects.reached_by("021-6123 4568").exists()
    assert not Contact.objects.reached_by("").exists()


def test_a_caller_is_found_by_address_in_any_case() -> None:
    contact = records.contact(records.customer(), email="Li.Na@Example.com")
    assert list(Contact.objects.reached_by(" li.na@example.COM ")) == [contact]
    assert not Contact.objects.reached_by("@").exists()


def test_a_record_follows_its_contact_to_another_customer() -> None:
    first, second = records.customer(), records.customer()
    contact = records.contact(first)
    call = records.interaction(first, "2026-01-05", contact=contact)
    Contact.objects.filter(pk=contact.pk).update(customer=second)
    call.refresh_from_db()
    assert call.customer == second


@pytest.mark.django_db(transaction=True)
def test_a_record_cannot_name_another_customers_contact() -> None:
    stranger = records.contact(records.customer())
    with pytest.raises(IntegrityError, match="interaction_contact_of_customer"):
        records.interaction(records.customer(), "2026-01-05", contact=stranger)


def test_a_record_stays_when_its_contact_goes() -> None:
    call = records.interaction(customer := records.customer(), "2026-01-05", contact=records.contact(customer))
    call.contact.delete()
    call.refresh_from_db()
    assert call.contact is None


def test_one_visit_is_planned_at_a_time() -> None:
    visit = {"kind": "return_visit", "is_planned": True}
    first = records.follow_up(customer := records.customer(), "2026-01-05", **visit)
    with pytest.raises(IntegrityError, match="followup_one_planned_visit"), transaction.atomic():
        records.follow_up(customer, "2026-02-05", **visit)
    FollowUp.objects.filter(pk=first.pk).update(done_at=records.at("2026-01-04"))
    assert records.follow_up(customer, "2026-02-05", **visit)


def test_credit_is_dated() -> None:
    customer = records.customer()
    customer.receivable, customer.overdue = 1000, 250
    customer.save()
    assert list(CustomerPhase.objects.filter(customer=customer).values_list("overdue", flat=True)) == [250, None]


def changed() -> set[int]:
    return set(ChangedCustomer.objects.values_list("customer_id", flat=True))


def test_an_order_concerns_whoever_referred_the_buyer() -> None:
    referrer = records.customer()
    buyer = records.customer(referred_by=referrer)
    ChangedCustomer.objects.all().delete()
    records.order(buyer, "2026-01-05")
    assert changed() == {referrer.pk, buyer.pk}


def test_spend_concerns_whom_the_channel_won_that_month() -> None:
    won = records.customer(acquisition_channel="fair", acquired_on="2026-03-14")
    records.customer(acquisition_channel="fair", acquired_on="2026-04-01")
    ChangedCustomer.objects.all().delete()
    AcquisitionSpend.objects.create(channel="fair", month="2026-03-01", amount=100)
    assert changed() == {won.pk}
