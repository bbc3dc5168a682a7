"""Anonymous answers: nothing in the database joins one to whoever gave it."""

import pytest
from django.db import connection, transaction

from customers.models import ChangedCustomer, Contact, Customer
from surveys import answering, sealed
from surveys.asking import cleaned
from surveys.circumstances import Circumstances
from surveys.models import Answer, Campaign, Invitation, Response, SealedAnswer

from .conftest import NOW

# Rows are compared by the transaction that wrote them, so each test commits.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(campaign: Campaign) -> list[Invitation]:
    """Seven people of seven companies, asked anonymously."""
    Campaign.objects.filter(pk=campaign.pk).update(privacy="anonymous")
    campaign.refresh_from_db()
    made = []
    for number in range(7):
        customer = Customer.objects.create(code=f"A{number}", name=f"Company {number}")
        person = Contact.objects.create(customer=customer, name=f"Person {number}")
        made.append(
            Invitation.objects.create(
                campaign=campaign, customer=customer, contact=person, due_at=NOW, is_anonymous=True
            )
        )
    ChangedCustomer.objects.all().delete()
    return made


def answer(invitation: Invitation, rating: int) -> None:
    questions = list(invitation.campaign.version.questions.all())
    answers, _errors = cleaned(questions, {"q-nps": [str(rating)]})
    answering.submit(invitation, answers, Circumstances(address="10.0.0.1", seconds=60, language="en"), NOW)


def xmins(table: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text::bigint FROM {table} ORDER BY ctid")
        return [row[0] for row in cursor.fetchall()]


def test_fewer_than_five_wait_and_five_are_written(asked, campaign):
    for rating, invitation in enumerate(asked[:4]):
        answer(invitation, rating)
    assert sealed.flush() == 0
    assert SealedAnswer.objects.count() == 4
    answer(asked[4], 4)
    assert sealed.flush() == 5
    assert not SealedAnswer.objects.exists()
    assert sorted(Answer.objects.values_list("value", flat=True)) == [0, 1, 2, 3, 4]
    assert sealed.flush() == 0


def test_the_rest_is_written_at_closing(asked, campaign):
    answer(asked[0], 3)
    Campaign.objects.filter(pk=campaign.pk).update(state="closed", closed_at=NOW)
    assert sealed.flush() == 1
    assert Response.objects.count() == 1


def test_once_stirred_no_row_shares_its_transaction_with_an_invitation(asked):
    for rating, invitation in enumerate(asked):
        answer(invitation, rating)
    of_people = set(xmins("surveys_invitation"))
    assert of_people >= set(xmins("surveys_sealedanswer"))
    assert sealed.stir() == 7
    waiting = set(xmins("surveys_sealedanswer"))
    assert len(waiting) == 1
    assert not waiting & of_people
    assert sealed.stir() == 0
    sealed.flush()
    written = {*xmins("surveys_response"), *xmins("surveys_answer")}
    assert len(written) == 1
    assert not written & of_people


def test_what_is_written_has_no_time_no_person_and_no_order(asked, monkeypatch):
    orders = set()
    for _round in range(4):
        for rating, invitation in enumerate(asked):
            answer(invitation, rating)
        sealed.flush()
        orders.add(tuple(Answer.objects.order_by("pk").values_list("value", flat=True)))
        assert list(
            # In no order, which would count the ids in.
            Response.objects.order_by()
            .values_list(
                "customer", "contact", "invitation", "submitted_at", "changed_at", "created_at", "seconds", "origin"
            )
            .distinct()
        ) == [(None, None, None, None, None, None, None, "")]
        Response.objects.all().delete()
        Invitation.objects.update(is_answered=False)
    assert len(orders) > 1


def test_nobody_is_marked_as_changed_when_he_answers(asked):
    answer(asked[0], 3)
    assert not ChangedCustomer.objects.exists()


def test_an_answer_and_that_somebody_answered_stand_or_fall_together(asked):
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012 (what is undone belongs to it)
        answer(asked[0], 3)
        raise RuntimeError
    assert not SealedAnswer.objects.exists()
    assert not Invitation.objects.filter(is_answered=True).exists()


def test_an_anonymous_answer_is_taken_once(asked):
    answer(asked[0], 3)
    asked[0].refresh_from_db()
    with pytest.raises(answering.Answered):
        answer(asked[0], 4)
    assert SealedAnswer.objects.count() == 1
