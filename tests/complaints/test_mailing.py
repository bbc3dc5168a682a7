"""What is said to customers goes out by a real mail server, once, in their language."""

import pytest
from django.core.exceptions import ValidationError

from complaints import addresses, mailing, replying
from complaints.intake import take_in
from complaints.models import Actor, Case, CaseMessage, ReplyTemplate
from crmquality.office.models import Notice
from tests.office.test_mailing import mailbox  # noqa: F401 (the same mail server)
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("policies")]
NOON = at("2026-03-02")


def received(language="zh-hans", **fields):
    given = {"subject": "It leaks", "received_at": NOON, "sender_email": "li@example.com", "sender_name": "Li Na"}
    one = Case(**{**given, "language": language, **fields})
    return take_in(one, Actor.system("test"), NOON, "test", "1").case


def test_the_acknowledgement_goes_out_once_in_the_senders_language_and_acknowledges(mailbox, settings):  # noqa: F811
    settings.COMPLAINTS_ADDRESS = "complaints@example.org"
    one = received()
    assert one.acknowledged_at is None
    assert [mailing.send_due(NOON), mailing.send_due(NOON)] == [1, 0]
    (mail,) = mailbox.mails
    assert one.number in mail["Subject"] and "我们已收到" in mail["Subject"] and "Li Na，您好" in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-replied" and mail["Message-ID"]
    assert addresses.key_of(mail["Reply-To"]) == one.pk
    one.refresh_from_db()
    assert one.acknowledged_at == NOON
    assert one.contacts_needed == 0 and one.responded_at is None


def test_a_reply_of_a_person_answers_and_continues_the_thread(mailbox, agent):  # noqa: F811
    one = received("en", customer=customer(owner=agent))
    mailing.send_due(NOON)
    one.refresh_from_db()
    replying.reply(one, "About your pump", "We come on Monday.", Actor.staff(agent), NOON)
    mailing.send_due(NOON)
    first, second = mailbox.mails
    assert second["In-Reply-To"] == first["Message-ID"] and "Auto-Submitted" not in second
    assert second["Subject"] == f"[{one.number}] About your pump"
    one.refresh_from_db()
    assert one.responded_at == NOON


def test_a_mail_server_that_fails_is_tried_again_later_and_then_given_up(mailbox, settings, agent):  # noqa: F811
    one = received("en", customer=customer(owner=agent))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert mailing.send_due(NOON) == 0
    message = one.messages.get()
    assert message.mail_error and message.mailed_at is None and message.mail_attempts == 1
    settings.EMAIL_PORT = port
    assert mailing.send_due(NOON) == 0
    CaseMessage.objects.update(mail_attempts=5, mail_next_at=None)
    settings.EMAIL_PORT = 1
    mailing.send_due(NOON)
    settings.EMAIL_PORT = port
    assert mailing.send_due(at("2027-03-02")) == 0 and not mailbox.mails
    assert Notice.objects.filter(member=agent, key__contains="undelivered").exists()


def test_it_goes_out_when_the_server_is_back(mailbox, settings):  # noqa: F811
    received("en")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    mailing.send_due(NOON)
    settings.EMAIL_PORT = port
    assert mailing.send_due(at("2026-03-03")) == 1
    assert CaseMessage.objects.get().mail_error == ""


def test_without_mail_server_or_address_nothing_waits_to_be_mailed(settings):
    settings.EMAIL_HOST = ""
    assert not received().messages.exists()
    settings.EMAIL_HOST = "127.0.0.1"
    assert replying.acknowledge(case(), NOON) is None


@pytest.mark.parametrize("text", ["{nmae}", "{", "}", "{}", "{name.__class__}", "{name!r}", "{name:>9999999}", "{0}"])
def test_placeholders_that_cannot_be_filled_in_are_refused(text):
    for field in ("subject", "text"):
        with pytest.raises(ValidationError):
            ReplyTemplate.objects.create(
                **{"slug": "x", "language": "en", "name": "X", "subject": "S", "text": "T", field: text}
            )


def test_what_customers_write_is_never_taken_for_a_placeholder():
    one = case(subject="{link} {0}", sender_name="{member}")
    subject, text = replying.filled(replying.template_for("acknowledgement", "en"), one)
    assert "“{link} {0}”" in text and "Dear {member}" in text and one.number in subject


def test_every_text_that_comes_along_can_be_filled_in_all_languages():
    one = case()
    for template in ReplyTemplate.objects.all():
        template.full_clean()
        assert "{" not in "".join(replying.filled(template, one))
    assert ReplyTemplate.objects.count() == 15


def test_an_address_is_signed_for_one_case_only(settings):
    settings.COMPLAINTS_ADDRESS = "Complaints <complaints@example.org>"
    one, two = case(), case()
    address = addresses.reply_address(one)
    assert addresses.key_of(address.lower()) == addresses.key_of(f"X <{address}>") == one.pk
    assert addresses.key_of(address.replace(f"K{one.pk:06}", f"K{two.pk:06}")) == 0
    assert addresses.key_of("complaints@example.org") == 0
