"""What surveys keep of a person is handed out to them, and erased with them; merging loses nothing."""

import pytest

from customers import merging
from customers.models import Customer
from customers.privacy.erasing import erase_contact
from customers.privacy.handing_out import of_contact
from surveys.models import Answer, DeadAddress, Draft, Invitation, Mailing, Response
from tests.records import at, contact, customer

from .conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def answered(invitation: Invitation) -> Response:
    Mailing.objects.create(invitation=invitation, number=0, mail_to="ann@example.com", next_at=NOW)
    Draft.objects.create(invitation=invitation, data={"q-why": "Ann waits"}, saved_at=NOW)
    DeadAddress.objects.create(email="ann@example.com", bounced_at=NOW)
    made = Response.objects.create(
        campaign=invitation.campaign, invitation=invitation, customer=invitation.customer, contact=invitation.contact,
        is_anonymous=False, submitted_at=NOW, via="link",
    )  # fmt: skip
    questions = invitation.campaign.version.questions.in_bulk(field_name="id")
    for question in questions.values():
        scale = {"value": 5, "scale_min": question.scale_min, "scale_max": question.scale_max}
        said = {"text": "Call me, Ann"} if question.kind == "text" else scale
        Answer.objects.create(response=made, campaign=made.campaign, question=question, key=question.key, **said)
    return made


def test_a_person_is_given_their_answers_and_invitations(answered: Response, admin) -> None:
    told = str(of_contact(answered.contact, admin))
    assert "Call me, Ann" in told
    assert "ann@example.com" in told


def test_erasing_a_person_keeps_the_grades_and_nothing_else(answered: Response, admin) -> None:
    erase_contact(answered.contact, admin)
    answered.refresh_from_db()
    assert answered.contact_id is None
    assert sorted(answered.answers.exclude(value=None).values_list("value", flat=True)) == [5, 5]
    kept = str([*Answer.objects.values_list("text"), *Mailing.objects.values_list("mail_to", "error")])
    assert "Ann" not in kept and "ann@" not in kept
    assert not Draft.objects.exists() and not DeadAddress.objects.exists()


def test_two_people_of_one_wave_can_be_erased(invitation: Invitation, admin) -> None:
    second = contact(invitation.customer, "Bo", email="bo@example.com")
    Invitation.objects.create(
        campaign=invitation.campaign, customer=invitation.customer, contact=second, due_at=NOW, is_anonymous=False
    )
    for who in (invitation.contact, second):
        erase_contact(who, admin)
    assert Invitation.objects.filter(contact=None).count() == 2


def test_merging_moves_invitations_and_answers_and_undoing_moves_them_back(answered: Response, admin) -> None:
    kept = customer("KEPT")
    log = merging.merge(kept, answered.customer, admin, at("2026-03-05"))
    answered.refresh_from_db()
    assert answered.customer == kept
    assert Invitation.objects.get().customer == kept
    merging.undo(log, at("2026-03-06"))
    answered.refresh_from_db()
    assert answered.customer == Customer.objects.get(code="C1")
