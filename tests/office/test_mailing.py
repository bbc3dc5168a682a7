"""Notices by e-mail, through a real mail server."""

import datetime as dt
import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import Client
from django.urls import reverse

from crmquality.office import mailing
from crmquality.office.models import Member, Notice, NoticePreference, Organisation, Topic
from tests.people import member

pytestmark = pytest.mark.django_db(transaction=True)
# 09:00 in London.
NOW = dt.datetime(2026, 6, 1, 8, tzinfo=dt.UTC)


class Mailbox:
    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = False
    yield box
    server.stop()


@pytest.fixture
def reader() -> Member:
    Organisation.load()
    return member("reader", "agent", language="zh-hans")


def wants(reader: Member, how: str, topic: str = Topic.VISITS) -> None:
    NoticePreference.objects.create(member=reader, topic=topic, email=how)


def told(reader: Member, key: str, topic: str = Topic.VISITS) -> None:
    Notice.tell([reader], key, Notice.Level.INFO, f"Visit {key} is due.", url="/customers/", topic=topic)


def test_nothing_is_mailed_to_who_did_not_ask(mailbox: Mailbox, reader: Member) -> None:
    told(reader, "1")
    assert mailing.send_due(NOW) == 0
    assert mailbox.mails == []


def test_at_once_is_mailed_once(mailbox: Mailbox, reader: Member) -> None:
    wants(reader, "at_once")
    told(reader, "1")
    told(reader, "other", Topic.DATA)
    assert mailing.send_due(NOW) == 1
    assert mailing.send_due(NOW) == 0
    mail = mailbox.mails[0]
    assert mail["To"] == "reader@example.com"
    assert "Visit 1 is due." in mail["Subject"]
    assert "/customers/" in mail.get_content()


def test_daily_is_one_mail_a_morning(mailbox: Mailbox, reader: Member) -> None:
    wants(reader, "daily")
    told(reader, "1")
    told(reader, "2")
    assert mailing.send_due(NOW - dt.timedelta(hours=4)) == 0
    assert mailing.send_due(NOW) == 1
    assert "Visit 2 is due." in mailbox.mails[0].get_content()
    told(reader, "3")
    assert mailing.send_due(NOW + dt.timedelta(hours=3)) == 0
    assert mailing.send_due(NOW + dt.timedelta(days=1)) == 1


def test_what_was_read_in_the_page_is_not_mailed(mailbox: Mailbox, reader: Member) -> None:
    wants(reader, "daily")
    told(reader, "1")
    Notice.objects.update(read_at=NOW)
    assert mailing.send_due(NOW) == 0


def test_a_mail_server_that_fails_loses_nothing(mailbox: Mailbox, reader: Member, settings: Any) -> None:
    wants(reader, "at_once")
    told(reader, "1")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert mailing.send_due(NOW) == 0
    settings.EMAIL_PORT = port
    assert mailing.send_due(NOW) == 1


def test_without_a_mail_server_nothing_is_tried(reader: Member, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    wants(reader, "at_once")
    told(reader, "1")
    assert mailing.send_due(NOW) == 0


def test_members_choose_for_themselves(client: Client, reader: Member) -> None:
    url = reverse("notice_preferences")
    assert client.get(url).status_code == 302
    client.force_login(reader)
    assert client.get(url).status_code == 200
    form = {f"{topic}_email": "never" for topic in Topic} | {"visits_email": "daily", "data_in_page": "on"}
    assert client.post(url, form).status_code == 302
    assert NoticePreference.objects.get(member=reader, topic="visits").email == "daily"
    assert client.post(url, form | {"visits_email": "hourly"}).status_code == 422


def test_unwanted_topics_are_not_shown_in_the_page(reader: Member) -> None:
    NoticePreference.objects.create(member=reader, topic=Topic.VISITS, in_page=False)
    told(reader, "1")
    told(reader, "2", Topic.DATA)
    assert [notice.key for notice in Notice.objects.shown_to(reader)] == ["2"]
