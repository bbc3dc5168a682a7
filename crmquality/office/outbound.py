"""Telling other systems what happened: written with the change, sent afterwards, retried.

A delivery is written in the transaction of the change, so nothing that was committed is lost and
nothing that was rolled back is told. It is sent at least once: a worker killed between the answer
and the commit sends it again, under the same key, by which the receiver drops the repeat.
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable
from typing import Any

import requests
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from requests_hardened import Config, Manager

from .models import Notice, Topic, Webhook, WebhookDelivery
from .models.outbound import new_secret

# After the first attempt; then it is given up and an admin is told.
WAITS = [dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 1440)]
TIMEOUT = (5, 10)
LONGEST_ERROR = 300


def announce(event: Webhook.Event, data: dict[str, Any]) -> int:
    """Put `data` on its way to every active webhook that wants the event; how many do."""
    hooks = Webhook.objects.filter(is_active=True, events__contains=[event])
    return len(_put_on_its_way(hooks, event, data, timezone.now()))


def _put_on_its_way(
    hooks: Iterable[Webhook], event: Webhook.Event, data: dict[str, Any], now: dt.datetime
) -> list[WebhookDelivery]:
    key = uuid.uuid4()
    body = {
        "event": event,
        "key": str(key),
        "at": now.isoformat(),
        "data": json.loads(DjangoJSONEncoder().encode(data)),
    }
    return WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=hook, event=event, event_key=key, body=body, next_attempt_at=now) for hook in hooks
    )


@transaction.atomic
def ping(hook: Webhook, now: dt.datetime) -> WebhookDelivery:
    """Send a test message at once, once: whoever asked looks at the outcome."""
    (delivery,) = _put_on_its_way([hook], Webhook.Event.PING, {"webhook": hook.pk}, now)
    _attempt(delivery, now)
    delivery.next_attempt_at = None
    delivery.save()
    return delivery


def renew_secret(hook: Webhook) -> str:
    """A new secret; messages signed with the old one are no longer sent from now on."""
    hook.secret = new_secret()
    hook.save(update_fields=["secret"])
    return hook.secret


def send_due(now: dt.datetime) -> int:
    """Send every delivery that is due, one transaction each; how many were tried.

    Rows are claimed by SKIP LOCKED, so two workers never send the same one at once.
    """
    tried = 0
    while _send_next(now):
        tried += 1
    return tried


@transaction.atomic
def _send_next(now: dt.datetime) -> bool:
    due = WebhookDelivery.objects.filter(next_attempt_at__lte=now, webhook__is_active=True)
    delivery = due.select_for_update(skip_locked=True, of=("self",)).select_related("webhook").order_by("id").first()
    if delivery is None:
        return False
    is_accepted = _attempt(delivery, now)
    delivery.next_attempt_at = None if is_accepted else _next_attempt(delivery, now)
    delivery.save()
    if not is_accepted and delivery.next_attempt_at is None:
        _tell_given_up(delivery)
    return True


def _attempt(delivery: WebhookDelivery, now: dt.datetime) -> bool:
    """Send it, not stored yet; did the receiver take it?"""
    delivery.attempts += 1
    delivery.answer_status, delivery.error = _post(delivery)
    is_accepted = delivery.answer_status is not None and 200 <= delivery.answer_status < 300
    delivery.delivered_at = now if is_accepted else None
    return is_accepted


def _next_attempt(delivery: WebhookDelivery, now: dt.datetime) -> dt.datetime | None:
    return now + WAITS[delivery.attempts - 1] if delivery.attempts <= len(WAITS) else None


def _post(delivery: WebhookDelivery) -> tuple[int | None, str]:
    """The status of the answer, and what went wrong; never the answer's text, which is not ours."""
    text = json.dumps(delivery.body, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Crmquality-Event": delivery.event,
        "Crmquality-Key": str(delivery.event_key),
        "Crmquality-Signature": signature(delivery.webhook.secret, text, int(timezone.now().timestamp())),
    }
    try:
        # The address is looked up once, checked, and connected to: what DNS says later does not matter.
        answer = _session().send_request("POST", delivery.webhook.url, data=text, headers=headers)
    except requests.RequestException as error:
        return None, f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    return answer.status_code, "" if answer.ok else f"The receiver answered {answer.status_code}."


def _session() -> Manager:
    """Never to private addresses, never after a redirect, never for long."""
    return Manager(
        Config(
            ip_filter_enable=True,
            ip_filter_allow_loopback_ips=settings.WEBHOOKS_TO_THIS_MACHINE,
            never_redirect=True,
            default_timeout=TIMEOUT,
            user_agent_override="crmquality",
        )
    )


def signature(secret: str, body: bytes, at: int) -> str:
    """What the receiver compares: HMAC-SHA256 over the time and the body, so that none is forged or replayed.

    >>> signature("secret", b"{}", 1700000000)[:17]
    't=1700000000,v1=2'
    """
    code = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def send_again(delivery: WebhookDelivery, now: dt.datetime) -> bool:
    """Put it on its way once more, with its attempts counted anew; False while it still is."""
    again = WebhookDelivery.objects.filter(pk=delivery.pk, next_attempt_at=None)
    return again.update(next_attempt_at=now, delivered_at=None, attempts=0, error="") == 1


GIVEN_UP = gettext_noop("A webhook did not accept %(event)s; sending was given up after %(attempts)s attempts.")


def _tell_given_up(delivery: WebhookDelivery) -> None:
    Notice.tell_admins(
        f"webhook-{delivery.pk}-{delivery.attempts}",
        Notice.Level.WARNING,
        GIVEN_UP,
        url=f"/admin/office/webhookdelivery/{delivery.pk}/change/",
        topic=Topic.DATA,
        event=delivery.event,
        attempts=delivery.attempts,
    )
