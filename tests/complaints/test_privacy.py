"""What cases keep of a person is handed out to them, and erased with them, files included."""

import json

import pytest

from complaints import life
from complaints.models import Actor, Case, CaseFile, CaseMessage
from customers import attachments
from customers.models.attachment import LooseFile
from customers.privacy.erasing import erase_contact, erase_customer
from customers.privacy.handing_out import of_contact
from tests.records import at, case, contact, customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("policies")]
NOON = at("2025-03-03")
NAME, EMAIL = "Zhang Xiaoming", "zxm@example.com"


@pytest.fixture
def complaint(settings, tmp_path) -> Case:
    settings.MEDIA_ROOT = tmp_path
    buyer = customer("ACME")
    who = contact(buyer, NAME, email=EMAIL)
    one = case(NOON, buyer, contact=who, sender_name=NAME, sender_email=EMAIL, text=f"{NAME} is angry.")
    said = CaseMessage(at=NOON, direction="in", channel="email", sender=f"{NAME} <{EMAIL}>", text="It broke.")
    life.write(one, said, Actor.customer("email"), NOON)
    note = CaseMessage(at=NOON, direction="note", channel="other", text=f"Call {NAME} before noon.")
    life.write(one, note, Actor.system("test"), NOON)
    file = CaseFile.objects.create(case=one, name="id card.png", content_type="image/png", size=1, sha256="0")
    attachments.path_of(file.stored_name).parent.mkdir(parents=True, exist_ok=True)
    attachments.path_of(file.stored_name).write_bytes(b"x")
    return one


def everything_of(one: Case) -> str:
    one.refresh_from_db()
    rows = [*one.messages.values_list("text", "sender", "mail_to"), *one.files.values_list("name")]
    return f"{rows} {one.sender_name} {one.sender_email} {one.subject} {one.text}"


def test_an_erased_contact_leaves_the_case_without_the_name_or_the_files(complaint, tmp_path):
    path = attachments.path_of(complaint.files.get().stored_name)
    erase_contact(complaint.contact, None)
    assert NAME not in everything_of(complaint)
    assert EMAIL not in everything_of(complaint)
    assert not path.exists()
    assert complaint.messages.count() == 2 and complaint.steps.exists(), "what happened stays"


def test_of_a_person_who_is_the_customer_every_word_goes(complaint):
    buyer = complaint.customer
    buyer.kind = "person"
    buyer.save()
    erase_customer(buyer, None)
    left = everything_of(complaint)
    assert "broke" not in left and "angry" not in left


def test_a_person_is_told_what_was_said_and_not_what_we_noted(complaint):
    told = of_contact(complaint.contact, None)
    assert json.loads(told)["cases"]
    assert "It broke." in told
    assert "before noon" not in told


def test_a_case_that_goes_leaves_no_file_behind(complaint):
    name = complaint.files.get().stored_name
    complaint.delete()
    assert LooseFile.objects.filter(stored_name=name).exists()
