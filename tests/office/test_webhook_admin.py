"""Webhooks as admins set them up: the secret once, a test, the log, sending again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crmquality.office import outbound
from crmquality.office.models import Member, Webhook, WebhookDelivery
from tests.office.test_outbound import EVENT, NOW, Receiver, hook, receiver  # noqa: F401 (a fixture)
from tests.people import member

pytestmark = pytest.mark.django_db
ADD = reverse("admin:office_webhook_add")


@pytest.fixture
def staff(client: Client, admin: Member) -> Member:
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    return admin


def page(what: str, pk: int) -> str:
    return reverse(f"admin:office_{what}", args=[pk])


def test_the_secret_is_said_once(client: Client, staff: Member) -> None:
    said = client.post(ADD, {"url": "https://hooks.example.com/", "events": [EVENT], "is_active": "on"}, follow=True)
    made = Webhook.objects.get()
    assert made.author == staff and made.secret in said.content.decode()
    assert made.secret not in client.get(page("webhook_change", made.pk)).content.decode()


def test_a_forgotten_secret_is_renewed(client: Client, staff: Member) -> None:
    made = hook("https://hooks.example.com/")
    said = client.post(page("webhook_secret", made.pk), follow=True).content.decode()
    old, new = made.secret, Webhook.objects.get().secret
    assert new != old and new in said


def test_a_test_says_what_the_receiver_answered(client: Client, staff: Member, receiver: Receiver) -> None:  # noqa: F811
    made = hook(receiver.url)
    assert "answered 200" in client.post(page("webhook_test", made.pk), follow=True).content.decode()
    receiver.status = 404
    assert "answered 404" in client.post(page("webhook_test", made.pk), follow=True).content.decode()
    assert "answered 404" in client.get(reverse("admin:office_webhook_changelist")).content.decode()


def test_a_message_is_read_and_sent_again(client: Client, staff: Member, receiver: Receiver) -> None:  # noqa: F811
    hook(receiver.url)
    outbound.announce(EVENT, {"kept": "上海"})
    row = WebhookDelivery.objects.get()
    url = page("webhookdelivery_again", row.pk)
    assert "still on its way" in client.post(url, follow=True).content.decode()
    WebhookDelivery.objects.update(next_attempt_at=None, error="The receiver answered 503.", attempts=7)
    seen = client.get(page("webhookdelivery_change", row.pk)).content.decode()
    assert "上海" in seen and "It was not taken: The receiver answered 503." in seen and "Send it again" in seen
    assert "on its way again" in client.post(url, follow=True).content.decode()
    assert outbound.send_due(NOW.replace(year=2099)) == 1


@pytest.mark.parametrize("verb", ["webhook_test", "webhook_secret", "webhookdelivery_again"])
def test_only_by_post_and_only_for_staff(client: Client, staff: Member, verb: str, manager: Member) -> None:
    made = hook("https://hooks.example.com/")
    assert client.get(page(verb, made.pk)).status_code == 405
    helper: Any = member("helper", "manager", is_staff=True)
    for who, status in ((helper, 403), (manager, 302)):
        client.force_login(who)
        assert client.post(page(verb, made.pk)).status_code == status
    assert Webhook.objects.get().secret == made.secret and not WebhookDelivery.objects.exists()
