"""Other systems are told of answers that carry a name, once, and of no others."""

import pytest

from crmquality.office.models import Webhook, WebhookDelivery
from surveys import answering
from surveys.asking import cleaned
from surveys.circumstances import Circumstances
from surveys.models import Campaign, Response

from .conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(db) -> Webhook:
    return Webhook.objects.create(url="https://example.com/answers", events=["survey.answered"])


def answer(invitation, **given):
    answers, errors = cleaned(list(invitation.campaign.version.questions.all()), {"q-nps": "3", **given})
    assert not errors
    return answers


def sent() -> list[dict]:
    return [each.body["data"] for each in WebhookDelivery.objects.order_by("pk")]


def test_an_answer_and_its_change_are_told_with_who_and_what(hook, invitation):
    response = answering.submit(invitation, answer(invitation), Circumstances(seconds=60), NOW)
    answering.change(response, answer(invitation, **{"q-nps": "9"}), Circumstances(seconds=60), NOW)
    first, second = sent()
    assert (first["customer"], first["invitation"], first["is_held"]) == ("C1", invitation.pk, False)
    assert first["answers"] == [{"key": "nps", "row": "", "value": 3, "choices": [], "text": ""}]
    assert (second["response"], second["answers"][0]["value"]) == (first["response"], 9)
    assert first["changed_at"] is None and second["changed_at"] == "2026-03-02T09:00:00Z"


def test_an_answer_held_apart_is_told_as_such(hook, invitation):
    answering.submit(invitation, answer(invitation), Circumstances(seconds=0.1), NOW)
    assert sent()[0]["is_held"] and sent()[0]["held_because"] == ["too_fast"]


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_an_answer_without_a_name_is_told_to_nobody(hook, invitation, privacy):
    Campaign.objects.filter(pk=invitation.campaign_id).update(privacy=privacy)
    invitation.is_anonymous = privacy == "anonymous"
    invitation.save()
    invitation.refresh_from_db()
    answering.submit(invitation, answer(invitation), Circumstances(seconds=60), NOW)
    assert not WebhookDelivery.objects.exists()


def test_what_was_taken_back_is_not_told(hook, invitation):
    answering.submit(invitation, answer(invitation), Circumstances(seconds=60), NOW)
    with pytest.raises(answering.Answered):
        answering.submit(invitation, answer(invitation), Circumstances(seconds=60), NOW)
    assert (len(sent()), Response.objects.count()) == (1, 1)
