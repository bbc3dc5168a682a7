"""Mails as they come: forged, broken, huge, answered by machines. Each is kept once and none is believed."""

import datetime as dt
import io
import os
from email.message import EmailMessage

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse

from complaints import addresses, life, mail_in
from complaints.mail_text import content_of, fresh_of, parsed, text_of_html
from complaints.models import Actor, Case, CaseMessage
from crmquality.office.models import Notice
from tests.records import at, case, contact, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
NOW = at("2026-03-02")
HOOK = reverse("complaints:mail_create")


@pytest.fixture(autouse=True)
def _mailbox(settings, tmp_path):
    settings.COMPLAINTS_ADDRESS, settings.COMPLAINTS_MAIL_SECRET = "complaints@example.org", "secret"
    settings.MEDIA_ROOT, settings.EMAIL_HOST = tmp_path, "127.0.0.1"
    cache.clear()


def mail(text="It leaks.", to="complaints@example.org", number=1, **headers) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Li Na <li@example.com>", to, "Pump"
    made["Message-ID"] = f"<{number}@example.com>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def receive(made: EmailMessage | bytes, now: dt.datetime = NOW) -> mail_in.Received:
    return mail_in.receive(made if isinstance(made, bytes) else made.as_bytes(), now)


@pytest.fixture
def waiting(agent):
    one = case("2026-03-01", customer(owner=agent))
    life.wait(one, Actor.staff(agent), NOW - dt.timedelta(hours=1))
    return one


def test_an_unknown_mail_is_a_new_case_once_and_is_acknowledged():
    buyer = customer()
    contact(buyer, email="li@example.com")
    assert [receive(mail()).is_new, receive(mail()).is_new] == [True, False]
    one = Case.objects.get()
    assert (one.channel, one.subject, one.text, one.customer, one.sender_name) == (
        "email",
        "Pump",
        "It leaks.",
        buyer,
        "Li Na",
    )
    assert one.messages.get().is_automatic


def test_a_reply_finds_its_case_by_the_signed_address_and_ends_the_waiting(waiting):
    received = receive(mail("Here.\n\nOn Monday, you wrote:\n> What?", to=addresses.reply_address(waiting)))
    assert received.case == waiting
    message = waiting.messages.get()
    assert message.text == "Here." and "> What?" in message.whole_text
    waiting.refresh_from_db()
    assert waiting.status == "in_progress"


def test_a_reply_finds_its_case_by_our_message_id(waiting):
    CaseMessage.objects.create(case=waiting, at=NOW, direction="out", channel="email", text="?", message_id="<ours@x>")
    assert receive(mail(References="<other@y> <ours@x>")).case == waiting


def test_a_forged_address_opens_a_new_case_instead(waiting):
    forged = addresses.reply_address(waiting).replace(".", ".a", 1)
    assert receive(mail(to=forged)).case != waiting


def test_a_reply_to_a_merged_case_goes_to_the_one_that_stands(waiting, agent):
    kept = case()
    life.merge(kept, waiting, Actor.staff(agent), NOW)
    assert receive(mail(to=addresses.reply_address(waiting))).case == kept


@pytest.mark.parametrize("text", ["I accept.", "/accept"])
def test_a_mail_never_accepts_an_outcome(waiting, agent, text):
    life.resume(waiting, Actor.staff(agent), NOW, NOW)
    life.propose(waiting, "A new one.", Actor.staff(agent), NOW)
    receive(mail(text, to=addresses.reply_address(waiting)))
    waiting.refresh_from_db()
    assert (waiting.status, waiting.outcome) == ("proposed", "")


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Auto_Response_Suppress": "All"},
     {"List_Id": "<list.example.com>"}, {"Return_Path": "<>"}],
)  # fmt: skip
def test_what_a_machine_wrote_is_kept_not_answered_and_resumes_nothing(waiting, headers):
    receive(mail(to=addresses.reply_address(waiting), **headers))
    waiting.refresh_from_db()
    assert waiting.status == "waiting" and waiting.messages.get().is_automatic
    fresh = receive(mail(number=2, **headers))
    assert fresh.is_automatic and fresh.case and not fresh.case.messages.exists()


def test_many_mails_an_hour_from_one_sender_are_a_machine(waiting):
    last = [receive(mail(number=n, to=addresses.reply_address(waiting))).is_automatic for n in range(22)]
    assert last == [False] * 20 + [True] * 2


def test_our_own_mail_that_comes_back_is_dropped(waiting):
    own = mail()
    own.replace_header("From", addresses.reply_address(waiting))
    assert receive(own).is_automatic and not Case.objects.exclude(pk=waiting.pk).exists()


def test_a_bounce_marks_what_did_not_arrive_and_tells_the_owner(waiting, agent):
    sent = CaseMessage.objects.create(
        case=waiting, at=NOW, direction="out", channel="email", text="?", mail_to="a@b.example", mailed_at=NOW
    )
    raw = (
        f"From: <>\r\nTo: {addresses.reply_address(waiting)}\r\nSubject: Undelivered\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nNo such user\r\n--b--\r\n'
    )
    receive(raw.encode())
    sent.refresh_from_db()
    assert sent.mail_error == "Bounced: Undelivered" and waiting.messages.count() == 1
    assert Notice.objects.filter(member=agent, key__contains="undelivered").count() == 1


def test_attachments_are_kept_by_content_and_what_runs_is_left_out():
    made = mail()
    made.add_related(b"\x89PNG\r\n\x1a\n1", maintype="image", subtype="png", cid="<1>")
    made.add_attachment(b"%PDF-1.7 x", maintype="application", subtype="octet-stream", filename="../报价.pdf")
    made.add_attachment(b"\x78\x9f\x3e\x22\0", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    made.add_attachment(b"MZ\x90\0", maintype="application", subtype="pdf", filename="bill.pdf")
    one = receive(made).case
    assert sorted(one.files.values_list("content_type", flat=True)) == ["application/pdf", "image/png"]
    assert "报价.pdf" in one.files.values_list("name", flat=True)


RAW = {
    "gb18030 called gb2312": b"Subject: =?gb2312?B?zba9zQ==?=\nContent-Type: text/plain; charset=gb2312\n\n"
    + "朱镕基的泵漏水".encode("gb18030"),
    "unknown charset": b"Content-Type: text/plain; charset=klingon\n\n\xe6\xbc\x8f",
    "broken headers": b'From: "<<<@@\nSubject: =?utf-8?B?%%%?=\nDate: x\n\xff\xfe: y\nContent-Type: multipart/mixed\n\nhi',
    "no headers": b"\n\n\n",
    "nothing": b"",
    "NUL bytes": b"Subject: a\0b\nFrom: x\0@y.example\nContent-Type: text/plain\n\nq\0w",
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(60))
    + b"\ndeep",
    "bad base64": b"Content-Transfer-Encoding: base64\n\n%%%%",
    "lone surrogate": b"Subject: =?utf-8?Q?=ED=A0=80?=\n\n\xed\xa0\x80",
    "huge header": b"Subject: " + b"x" * 100_000 + b"\n\nhi",
    "id with a newline": b"Message-ID: <a\n b\n c>\n\nhi",
    "random": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_no_mail_is_too_broken_to_be_kept_once(raw):
    assert receive(raw).is_new
    assert not receive(raw).is_new
    assert Case.objects.count() == 1


def test_chinese_that_claims_less_than_it_uses_is_read():
    one = receive(RAW["gb18030 called gb2312"]).case
    assert (one.subject, one.text) == ("投浇", "朱镕基的泵漏水") or one.text == "朱镕基的泵漏水"


def test_html_only_becomes_text_without_what_runs():
    made = mail()
    made.set_content("<head><title>t</title></head><p>It &lt;b&gt; leaks<script>x()</script><br>now", subtype="html")
    assert content_of(parsed(made.as_bytes())).text == "It <b> leaks\nnow"
    assert text_of_html("<script>a<p>b") == ""


@pytest.mark.parametrize(
    "text, fresh",
    [("Yes.\n\n在 2026年3月1日，客服 写道：\n> 问", "Yes."), ("Yes\n-----Original Message-----\nFrom: x", "Yes"),
     ("> all quoted", "> all quoted"), ("", ""), ("No quote", "No quote")],
)  # fmt: skip
def test_what_is_quoted_is_told_from_what_is_new(text, fresh):
    assert fresh_of(text) == fresh


def test_twenty_megabytes_are_read_and_more_refused(client):
    made = mail()
    made.add_attachment(b"%PDF-1.7 " + b"x" * (14 << 20), maintype="application", subtype="pdf", filename="big.pdf")
    assert receive(made).case.files.count() == 1
    with pytest.raises(mail_in.TooLarge):
        receive(b"x" * (mail_in.LARGEST + 1))
    answer = client.post(HOOK, b"x" * (mail_in.LARGEST + 1), "message/rfc822", headers={"X-Mail-Secret": "secret"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers, status", [({"X-Mail-Secret": "secret"}, 200), ({"X-Mail-Secret": "x"}, 403), ({}, 403)]
)
def test_the_hook_takes_mails_from_who_knows_the_secret(client, headers, status):
    codes = [client.post(HOOK, mail().as_bytes(), "message/rfc822", headers=headers).status_code for _time in range(2)]
    assert codes == [status] * 2 and Case.objects.count() == (status == 200)
    assert client.get(HOOK).status_code == 405


def test_without_a_secret_the_hook_is_shut(client, settings):
    settings.COMPLAINTS_MAIL_SECRET = ""
    assert client.post(HOOK, b"x", "message/rfc822", headers={"X-Mail-Secret": ""}).status_code == 403


def test_the_pipe_takes_a_mail_and_says_by_its_exit_code_what_to_do(monkeypatch):
    class Input:
        buffer = io.BytesIO(mail().as_bytes())

    monkeypatch.setattr("sys.stdin", Input)
    call_command("receive_mail", stdout=(said := io.StringIO()))
    assert said.getvalue().strip() == Case.objects.get().number
    Input.buffer = io.BytesIO(b"x" * (mail_in.LARGEST + 1))
    with pytest.raises(SystemExit) as ended:
        call_command("receive_mail", stderr=io.StringIO())
    assert ended.value.code == os.EX_DATAERR
