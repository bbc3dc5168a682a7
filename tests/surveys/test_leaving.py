"""The ways out of surveys."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from customers.models import Consent, Contact
from surveys import campaigns, leaving, sending
from surveys.models import Campaign, DeadAddress, LedgerEntry, Mailing, Version

from .conftest import NOW, asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(version: Version, people: list[Contact], settings) -> Campaign:
    settings.EMAIL_HOST = "localhost"
    settings.SURVEYS_MAIL_SECRET = "secret"
    cache.clear()
    made = asking(version)
    campaigns.start(made, NOW)
    return made


def path_of(name: str) -> str:
    return leaving.unsubscribe_link(Contact.objects.get(name=name).pk).removeprefix("http://localhost:8000")


def test_looking_at_the_page_changes_nothing(wave: Campaign, client: Client) -> None:
    answer = client.get(path_of("Ann"))
    assert answer.status_code == 200 and "Send me no more surveys" in answer.content.decode()
    assert not Consent.objects.exists()


def test_one_click_ends_surveys_at_once_for_the_mailbox(wave: Campaign) -> None:
    ann = Contact.objects.get(name="Ann")
    twin = Contact.objects.create(customer=ann.customer, name="Ann again", email="ANN@example.com")
    answer = Client(enforce_csrf_checks=True).post(path_of("Ann"), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert set(Consent.objects.values_list("contact", "purpose", "is_given")) == {
        (ann.pk, "surveys", False), (twin.pk, "surveys", False),
    }  # fmt: skip
    assert wave.invitations.get(contact=ann).standing == "opted_out"
    assert not LedgerEntry.objects.filter(scope=1, subject=ann.pk).exists()
    # Bob of the same company is still to be asked.
    assert LedgerEntry.objects.filter(scope=2, subject=ann.customer_id).exists()


def test_pressing_twice_says_it_once(wave: Campaign, client: Client) -> None:
    for _time in range(2):
        client.post(path_of("Ann"))
    assert Consent.objects.count() == 1


def test_a_forged_link_leads_nowhere(wave: Campaign, client: Client) -> None:
    assert client.get(reverse("surveys:leave", args=["1:forged"])).status_code == 404
    assert client.post(reverse("surveys:leave", args=["1:forged"])).status_code == 404


def report_of(message_id: str, action: str = "failed", status: str = "5.1.1") -> bytes:
    return f"""\
From: MAILER-DAEMON@example.com
To: crmquality@localhost
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It did not arrive.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; ann@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such user

--B
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: How are we doing?

Dear Ann
--B--
""".encode()


def hand_in(client: Client, raw: bytes, secret: str = "secret") -> dict[str, object]:
    answer = client.post(reverse("surveys:bounce_create"), raw, "message/rfc822", headers={"X-Mail-Secret": secret})
    return {"status": answer.status_code, **answer.json()}


@pytest.fixture
def mailed(wave: Campaign) -> Mailing:
    sending.queue(NOW)
    sending.send_due(NOW)
    assert len(mail.outbox) == 4
    return Mailing.objects.get(invitation__contact__name="Ann")


def test_a_mail_that_comes_back_ends_mail_to_that_address(mailed: Mailing, client: Client) -> None:
    for _time in range(2):
        assert hand_in(client, report_of(mailed.message_id)) == {"status": 200, "is_ours": True}
    assert DeadAddress.objects.get().email == "ann@example.com"
    mailed.invitation.refresh_from_db()
    assert mailed.invitation.standing == "bounced" and mailed.invitation.delivered_at is None


@pytest.mark.parametrize("changed", [{"action": "delayed", "status": "4.4.1"}, {"message_id": "<guessed@localhost>"}])
def test_a_delay_or_a_report_about_no_mail_of_ours_changes_nothing(mailed, client, changed) -> None:
    told = {"message_id": mailed.message_id, **changed}
    assert hand_in(client, report_of(**told)) == {"status": 200, "is_ours": False}
    assert not DeadAddress.objects.exists()


def test_without_the_secret_nothing_is_read(mailed: Mailing, client: Client) -> None:
    assert hand_in(client, report_of(mailed.message_id), "wrong")["status"] == 403
    assert not DeadAddress.objects.exists()
