"""Webhooks: signed, retried, never to private addresses; with a real receiver on this machine."""

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import transaction

from crmquality.office import outbound
from crmquality.office.models import Notice, Webhook, WebhookDelivery
from tests.people import member

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
EVENT = Webhook.Event.CUSTOMER_MERGED


class Receiver:
    """A web server that keeps what it got and answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOKS_TO_THIS_MACHINE = True
    found = Receiver()
    yield found
    found.server.shutdown()


def hook(url: str, **fields: Any) -> Webhook:
    return Webhook.objects.create(url=url, events=[EVENT], **fields)


def test_an_event_arrives_signed(receiver: Receiver) -> None:
    to = hook(receiver.url)
    assert outbound.announce(EVENT, {"kept": "C-1", "on": dt.date(2026, 6, 1)}) == 1
    assert outbound.send_due(dt.datetime.now(dt.UTC)) == 1
    headers, body = receiver.got[0]
    assert json.loads(body)["data"] == {"kept": "C-1", "on": "2026-06-01"}
    at, code = (part.split("=")[1] for part in headers["Crmquality-Signature"].split(","))
    assert code == hmac.new(to.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert WebhookDelivery.objects.get().delivered_at
    assert outbound.send_due(dt.datetime.now(dt.UTC)) == 0


def test_only_who_wants_the_event_is_told(receiver: Receiver) -> None:
    hook(receiver.url, is_active=False)
    Webhook.objects.create(url=receiver.url, events=[Webhook.Event.RUN_PUBLISHED])
    assert outbound.announce(EVENT, {}) == 0


def test_what_is_rolled_back_is_not_told(receiver: Receiver) -> None:
    hook(receiver.url)
    with transaction.atomic():
        outbound.announce(EVENT, {})
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_a_refused_one_is_tried_again_later_and_given_up_in_the_end(receiver: Receiver) -> None:
    admin = member("boss", "admin")
    hook(receiver.url)
    outbound.announce(EVENT, {})
    receiver.status = 503
    now = dt.datetime.now(dt.UTC)
    for wait in outbound.WAITS:
        assert outbound.send_due(now) == 1
        assert outbound.send_due(now + wait - dt.timedelta(seconds=1)) == 0
        now += wait
    assert outbound.send_due(now) == 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.next_attempt_at, delivery.answer_status, delivery.attempts) == (None, 503, 7)
    assert "7 attempts" in Notice.objects.get(member=admin).message


def test_a_given_up_one_can_be_sent_again_once_at_a_time(receiver: Receiver) -> None:
    hook(receiver.url)
    outbound.announce(EVENT, {})
    delivery = WebhookDelivery.objects.get()
    assert not outbound.send_again(delivery, NOW)
    WebhookDelivery.objects.update(next_attempt_at=None)
    assert outbound.send_again(delivery, NOW)
    assert outbound.send_due(NOW) == 1
    assert json.loads(receiver.got[0][1])["key"] == str(delivery.event_key)


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    hook(receiver.url)
    outbound.announce(EVENT, {})
    receiver.status = 302
    outbound.send_due(dt.datetime.now(dt.UTC))
    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.get().delivered_at is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/", "http://192.168.1.1/", "http://172.16.0.1/", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/",
        "http://[fd00::1]/", "http://2130706433/", "http://100.64.0.1/",
    ],
)  # fmt: skip
def test_private_addresses_are_refused(url: str) -> None:
    hook(url)
    outbound.announce(EVENT, {})
    outbound.send_due(dt.datetime.now(dt.UTC))
    delivery = WebhookDelivery.objects.get()
    assert delivery.answer_status is None
    assert "InvalidIPAddress" in delivery.error or "ConnectionError" in delivery.error


def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """What DNS answers at the time of sending counts, not what it answered when the address was entered."""
    import socket

    def answer(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    to = Webhook(url="https://hooks.example.com/x", events=[EVENT])
    status, error = outbound._post(WebhookDelivery(webhook=to, event=EVENT, event_key="0" * 32, body={}))
    assert status is None
    assert "InvalidIPAddress" in error


def test_a_test_message_is_sent_at_once_and_once(receiver: Receiver) -> None:
    to = hook(receiver.url, is_active=False)
    delivery = outbound.ping(to, NOW)
    assert delivery.outcome == "The receiver took it and answered 200."
    assert json.loads(receiver.got[0][1])["event"] == "ping"
    receiver.status = 500
    refused = outbound.ping(to, NOW)
    assert refused.outcome == "It was not taken: The receiver answered 500."
    assert refused.next_attempt_at is None and not Notice.objects.exists()
