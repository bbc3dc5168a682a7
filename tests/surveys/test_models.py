"""What the database itself refuses."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from surveys.models import Answer, Campaign, Invitation, LedgerEntry, Mailing, Question, Response, Version

from .conftest import NOW

DAY = dt.timedelta(days=1)
TODAY = NOW.date()


def asked(invitation: Invitation, start: dt.date, scope: int = 1, slot: int = 1) -> LedgerEntry:
    during = DateRange(start, start + 30 * DAY)
    return LedgerEntry.objects.create(scope=scope, subject=7, slot=slot, during=during, invitation=invitation)


def test_nobody_is_asked_again_within_the_period(invitation: Invitation) -> None:
    asked(invitation, TODAY)
    with pytest.raises(IntegrityError, match="ledger_not_asked_twice"), transaction.atomic():
        asked(invitation, TODAY + 29 * DAY)
    asked(invitation, TODAY + 30 * DAY)
    asked(invitation, TODAY, scope=2)
    asked(invitation, TODAY, slot=2)


def test_a_frozen_version_and_its_questions_do_not_change(campaign: Campaign) -> None:
    version = campaign.version
    for change in (
        lambda: Version.objects.filter(pk=version.pk).update(minutes=9),
        lambda: version.questions.filter(key="nps").update(text={"en": "?"}),
        lambda: version.questions.filter(key="why").delete(),
        lambda: Question.objects.create(version=version, key="more", position=9, kind="text"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_a_draft_changes_freely(version: Version) -> None:
    version.questions.filter(key="why").delete()
    Version.objects.filter(pk=version.pk).update(minutes=9)


def test_one_person_is_invited_once_in_a_wave(invitation: Invitation) -> None:
    with pytest.raises(IntegrityError, match="invitation_once_a_person"):
        Invitation.objects.create(
            campaign=invitation.campaign, customer=invitation.customer, contact=invitation.contact, due_at=NOW,
            is_anonymous=False,
        )  # fmt: skip


def test_an_invitation_has_one_answer(invitation: Invitation) -> None:
    def answered() -> Response:
        return Response.objects.create(
            campaign=invitation.campaign, invitation=invitation, customer=invitation.customer, is_anonymous=False,
            submitted_at=NOW, via="link",
        )  # fmt: skip

    answered()
    with pytest.raises(IntegrityError):
        answered()


@pytest.mark.parametrize("trace", [{"submitted_at": NOW}, {"segment": "retail"}, {"origin": "a"}, {"created_at": NOW}])
def test_an_anonymous_answer_keeps_no_trace(campaign: Campaign, trace: dict[str, object]) -> None:
    Response.objects.create(campaign=campaign, is_anonymous=True, via="link")
    with pytest.raises(IntegrityError, match="response_anonymous_is_nobody"):
        Response.objects.create(campaign=campaign, is_anonymous=True, via="link", **trace)


def test_an_anonymous_invitation_keeps_no_time(campaign: Campaign, contact) -> None:
    invited = {"campaign": campaign, "customer": contact.customer, "contact": contact, "due_at": NOW}
    with pytest.raises(IntegrityError, match="invitation_no_time"):
        Invitation.objects.create(**invited, is_anonymous=True, is_answered=True, answered_at=NOW)


def test_a_mail_is_sent_once(invitation: Invitation) -> None:
    Mailing.objects.create(invitation=invitation, number=0, mail_to="ann@example.com", next_at=NOW)
    with pytest.raises(IntegrityError, match="mailing_once"):
        Mailing.objects.create(invitation=invitation, number=0, mail_to="ann@example.com", next_at=NOW)


@pytest.mark.parametrize("value", [-1, 11])
def test_an_answer_lies_on_its_scale(campaign: Campaign, value: int) -> None:
    response = Response.objects.create(campaign=campaign, is_anonymous=True, via="link")
    with pytest.raises(DatabaseError, match="answer_on_its_scale"):
        Answer.objects.create(
            response=response, campaign=campaign, question=campaign.version.questions.get(key="nps"), key="nps",
            value=value, scale_min=0, scale_max=10,
        )  # fmt: skip
