"""The pages of privacy: admins only, and nothing is erased by accident."""

import pytest
from django.test import Client
from django.urls import reverse

from crmquality.office.models import Member
from customers.models import Contact, PersonalDataLog
from tests import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Contact:
    return records.contact(records.customer("ACME"), "Zhang Xiaoming", email="z@example.com", phone="138 0013 8000")


def urls(person: Contact) -> list[str]:
    return [
        reverse("customers:privacy_list"),
        reverse("customers:contact_privacy", args=[person.pk]),
        reverse("customers:person_hand_out", args=["contacts", person.pk]),
        reverse("customers:person_erase", args=["contacts", person.pk]),
    ]


def test_nobody_but_an_admin_may(
    client: Client, manager: Member, agent: Member, outsider: Member, person: Contact
) -> None:
    for url in urls(person):
        assert client.post(url).status_code == 302
    for who in (manager, agent, outsider):
        client.force_login(who)
        for url in urls(person):
            assert client.post(url).status_code == 403
    assert Contact.objects.exists()


@pytest.mark.parametrize("asked", ["xiaoming", "Z@example.com", "+86 13800138000"])
def test_a_person_is_found_by_name_address_or_number(
    client: Client, admin: Member, person: Contact, asked: str
) -> None:
    client.force_login(admin)
    page = client.get(reverse("customers:privacy_list"), {"person": asked}).content.decode()
    assert reverse("customers:contact_privacy", args=[person.pk]) in page


def test_handing_out_gives_a_file_and_is_logged(client: Client, admin: Member, person: Contact) -> None:
    client.force_login(admin)
    assert client.get(reverse("customers:person_hand_out", args=["contacts", person.pk])).status_code == 405
    answer = client.post(reverse("customers:person_hand_out", args=["contacts", person.pk]))
    assert "attachment" in answer["Content-Disposition"]
    assert "Zhang Xiaoming" in answer.content.decode()
    assert PersonalDataLog.objects.get().member == admin


def test_erasing_wants_the_code_typed(client: Client, admin: Member, person: Contact) -> None:
    client.force_login(admin)
    url = reverse("customers:person_erase", args=["contacts", person.pk])
    client.post(url, {"code": "acme?"})
    assert Contact.objects.exists()
    assert client.post(url, {"code": " ACME "}).url == reverse("customers:privacy_list")
    assert not Contact.objects.exists()
    assert client.post(url, {"code": "ACME"}).status_code == 404


def test_a_person_who_is_a_customer_can_be_erased_and_an_organisation_not(client: Client, admin: Member) -> None:
    client.force_login(admin)
    customer = records.customer("P-1", name="Wang Wei", kind="person")
    company = records.customer("C-1", name="Acme")
    for action in ("person_hand_out", "person_erase"):
        assert client.post(reverse(f"customers:{action}", args=["persons", company.pk])).status_code == 404
    assert client.get(reverse("customers:customer_privacy", args=[customer.pk])).status_code == 200
    assert (
        "Wang Wei" in client.post(reverse("customers:person_hand_out", args=["persons", customer.pk])).content.decode()
    )
    client.post(reverse("customers:person_erase", args=["persons", customer.pk]), {"code": "P-1"})
    customer.refresh_from_db()
    assert customer.name == "Erased P-1"
