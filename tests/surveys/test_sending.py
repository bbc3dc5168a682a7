"""Mails of campaigns: what they say, who gets one, and that nobody gets two."""

import datetime as dt
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from customers.models import Consent, Contact
from surveys import campaigns, sending, tokens
from surveys.models import (
    Campaign,
    DeadAddress,
    Invitation,
    InvitationToken,
    Mailing,
    Standing,
    SurveySettings,
    Version,
)

from .conftest import NOW, asking

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.EMAIL_HOST = "localhost"
    cache.clear()


@pytest.fixture
def wave(version: Version, people: list[Contact]) -> Campaign:
    made = asking(version)
    campaigns.start(made, NOW)
    return made


def sent(now: dt.datetime = NOW) -> list[str]:
    """Queue and send; the addresses that got a mail by it."""
    mail.outbox.clear()
    sending.queue(now)
    sending.send_due(now)
    return sorted(each.to[0] for each in mail.outbox)


def link_in(body: str) -> str:
    return next(word for word in body.split() if "/s/" in word and "no-more" not in word)


EVERYBODY = ["ann@example.com", "bob@example.com", "chen@example.com", "dora@example.com"]


def test_everybody_gets_one_mail_however_often_it_is_sent(wave: Campaign) -> None:
    assert sent() == EVERYBODY
    assert sent() == []
    assert set(wave.invitations.values_list("standing", "sent_at")) == {("sent", NOW)}


def test_the_mail_speaks_the_language_of_the_person(wave: Campaign) -> None:
    sent()
    chinese = next(each for each in mail.outbox if each.to == ["chen@example.com"])
    assert "想听听您的意见" in chinese.subject
    assert "Chen，您好" in chinese.body
    html = str(chinese.alternatives[0][0])
    assert "您有多大可能推荐我们？" in html and "不再接收调查" in html


def test_the_link_leads_to_the_invitation_and_only_its_digest_is_kept(wave: Campaign) -> None:
    sent()
    letter = mail.outbox[0]
    token = link_in(str(letter.body)).rpartition("/")[2]
    found = tokens.invitation_of(token)
    assert found is not None and found.invitation.contact.email == letter.to[0]
    assert bytes(InvitationToken.objects.get(pk=found.pk).digest) == tokens.digest_of(token)
    assert len(token) >= 22


def test_a_rating_in_the_mail_only_preselects(wave: Campaign) -> None:
    sent()
    html = str(mail.outbox[0].alternatives[0][0])
    link = link_in(str(mail.outbox[0].body))
    assert all(f'href="{link}?a={rating}"' in html for rating in range(11))


def test_the_mail_program_can_end_surveys_with_one_click(wave: Campaign) -> None:
    sent()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/s/no-more/" in headers["List-Unsubscribe"]


@pytest.mark.parametrize(
    "privacy, words", [("anonymous", "we know that you answered, not what"), ("identified", "see who gave")]
)
def test_the_mail_says_what_is_promised(version: Version, people: list[Contact], privacy: str, words: str) -> None:
    campaigns.start(asking(version, privacy=privacy), NOW)
    sent()
    assert words in mail.outbox[0].body


def test_a_campaign_may_have_words_of_its_own(version: Version, people: list[Contact]) -> None:
    campaigns.start(asking(version, mail_subject={"en": "Hello {name}"}, mail_text={"en": "About {title}."}), NOW)
    sent()
    ann = next(each for each in mail.outbox if each.to == ["ann@example.com"])
    assert ann.subject == "Hello Ann"
    assert "About How are we doing?." in ann.body


def test_who_refused_or_has_no_address_is_not_asked(version: Version, people: list[Contact]) -> None:
    Contact.objects.filter(name="Ann").update(opted_out=["email"])
    Contact.objects.filter(name="Bob").update(email="")
    DeadAddress.objects.create(email="chen@example.com", bounced_at=NOW)
    dora = Contact.objects.get(name="Dora")
    for agreed, day in ((True, 1), (False, 2)):
        Consent.objects.create(
            contact=dora, purpose="surveys", is_given=agreed, source="form", given_on=dt.date(2026, 1, day)
        )
    wave = asking(version)
    campaigns.start(wave, NOW)
    assert sent() == []
    assert dict(wave.invitations.values_list("contact__name", "standing")) == {
        "Ann": "opted_out", "Bob": "unreachable", "Chen": "unreachable", "Dora": "opted_out",
    }  # fmt: skip


def test_who_refuses_between_queueing_and_sending_is_not_asked(wave: Campaign) -> None:
    sending.queue(NOW)
    Contact.objects.filter(name="Ann").update(opted_out=["email"])
    Contact.objects.filter(name="Bob").update(left_on=NOW.date())
    sending.send_due(NOW)
    assert sorted(each.to[0] for each in mail.outbox) == ["chen@example.com", "dora@example.com"]
    assert wave.invitations.get(contact__name="Ann").standing == Standing.OPTED_OUT


def test_who_agreed_again_is_asked(version: Version, people: list[Contact]) -> None:
    ann = Contact.objects.get(name="Ann")
    for agreed, day in ((False, 1), (True, 2)):
        Consent.objects.create(
            contact=ann, purpose="surveys", is_given=agreed, source="form", given_on=dt.date(2026, 1, day)
        )
    campaigns.start(asking(version), NOW)
    assert sent() == EVERYBODY


def test_who_does_not_answer_is_reminded_as_often_as_planned_by_another_link(wave: Campaign) -> None:
    sent()
    Invitation.objects.filter(contact__name="Ann").update(is_answered=True, answered_at=NOW)
    assert sent(NOW + 6 * DAY) == []
    assert sent(NOW + 7 * DAY) == ["bob@example.com", "chen@example.com", "dora@example.com"]
    assert "reminder" in mail.outbox[0].subject.lower()
    assert sent(NOW + 20 * DAY) == []
    assert InvitationToken.objects.filter(invitation__contact__name="Bob", revoked_at=None).count() == 2


def test_who_answers_after_the_reminder_was_queued_gets_none(wave: Campaign) -> None:
    sent()
    mail.outbox.clear()
    sending.queue(NOW + 7 * DAY)
    Invitation.objects.update(is_answered=True, answered_at=NOW + 7 * DAY)
    sending.send_due(NOW + 7 * DAY)
    assert mail.outbox == []


def test_a_reminder_after_the_period_asks_the_ledger_again(version: Version, people: list[Contact]) -> None:
    campaigns.start(asking(version, reminder_days=31), NOW)
    sent()
    other = asking(version, "Other", audience={"segment": ["industry"]})
    campaigns.start(other, NOW + 31 * DAY)
    # Dora is asked by the other campaign now.
    assert sent(NOW + 31 * DAY) == ["ann@example.com", "bob@example.com", "chen@example.com", "dora@example.com"]
    assert Mailing.objects.filter(number=1).count() == 3


def test_mails_go_out_no_faster_than_the_rules_say(wave: Campaign) -> None:
    SurveySettings.objects.update(mails_a_minute=2)
    assert len(sent()) == 2


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(self: EmailBackend, messages: list[object]) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def test_a_mailbox_that_does_not_exist_is_never_tried_again(wave: Campaign, monkeypatch) -> None:
    failing(monkeypatch, SMTPRecipientsRefused({"x": (550, b"5.1.1 no such user")}))
    sent()
    assert set(wave.invitations.values_list("standing", flat=True)) == {"bounced"}
    assert DeadAddress.objects.filter(email="ann@example.com").exists()
    assert not sending.undecided(NOW + DAY).exists()


def test_a_server_that_is_busy_is_tried_later(wave: Campaign, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        failing(patch, SMTPDataError(451, b"busy"))
        assert sent() == []
    assert sent(NOW + dt.timedelta(minutes=4)) == []
    assert sent(NOW + dt.timedelta(minutes=5)) == EVERYBODY


def test_what_the_server_refuses_for_its_own_reasons_is_listed_and_sent_again_by_a_person(
    wave: Campaign, monkeypatch, client, manager, agent
) -> None:
    page, decide = wave.get_absolute_url(), reverse("surveys:mailing_decide", args=[wave.pk])
    client.force_login(manager)
    assert "Mails that the mail server refused" not in client.get(page).content.decode()
    with monkeypatch.context() as patch:
        failing(patch, SMTPDataError(554, b"relay denied"))
        sent()
    assert set(wave.invitations.values_list("standing", flat=True)) == {"unreachable"}
    assert sent(NOW + DAY) == []
    text = client.get(page).content.decode()
    assert "Mails that the mail server refused" in text and "<strong>4</strong>" in text and "554 relay denied" in text
    client.force_login(agent)
    assert client.post(decide, {"decision": "refused"}).status_code == 403
    client.force_login(manager)
    client.post(decide, {"decision": "refused"})
    Mailing.objects.update(next_at=NOW + DAY)
    assert sent(NOW + DAY) == EVERYBODY
    client.post(decide, {"decision": "refused"})
    assert sent(NOW + DAY) == []


def test_a_line_that_breaks_leaves_the_mail_to_a_person(wave: Campaign, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        failing(patch, SMTPServerDisconnected("gone"))
        sent()
    later = NOW + sending.HELD
    assert sent(later) == []
    assert sending.undecided(later).count() == 4
    ids = set(Mailing.objects.values_list("message_id", flat=True))
    ann, bob = (Mailing.objects.filter(invitation__contact__name=name) for name in ("Ann", "Bob"))
    assert sending.resend(ann, later) == 1
    assert sending.count_as_sent(bob, later) == 1
    assert sent(later) == ["ann@example.com"]
    # The same mail under the same id: a mailbox that has it drops the repeat.
    assert mail.outbox[0].extra_headers["Message-ID"] in ids
    assert wave.invitations.filter(standing="sent").count() == 2


def test_nothing_of_a_closed_campaign_is_sent(wave: Campaign) -> None:
    sending.queue(NOW)
    campaigns.close(wave, NOW)
    sending.send_due(NOW)
    assert mail.outbox == []


def test_no_log_knows_an_address_or_a_link(wave: Campaign, monkeypatch, caplog, capsys) -> None:
    failing(monkeypatch, SMTPRecipientsRefused({"ann@example.com": (550, b"ann@example.com unknown")}))
    sent()
    written = caplog.text + "".join(capsys.readouterr())
    assert "@example.com" not in written and "/s/" not in written
