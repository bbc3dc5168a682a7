"""The page of the people asked. Input is hostile; opening it records nothing."""

import datetime as dt
import logging
import time

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from surveys import tokens
from surveys.models import Answer, Campaign, Draft, Invitation, Question, Response, SealedAnswer
from surveys.versions import version_asked
from surveys.views import answering as answering_views
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


@pytest.fixture
def token(invitation: Invitation) -> str:
    return minted(invitation)


def minted(invitation: Invitation, days: int = 30) -> str:
    now = timezone.now()
    return tokens.mint(invitation, now, now + dt.timedelta(days=days))


def url_of(token: str) -> str:
    return reverse("surveys:answer", args=[token])


def send(client, token, **fields):
    return client.post(url_of(token), {"q-nps": "9", **{f"q-{key}": value for key, value in fields.items()}})


@pytest.fixture
def anonymous(campaign: Campaign, invitation: Invitation) -> str:
    Campaign.objects.filter(pk=campaign.pk).update(privacy="anonymous")
    Invitation.objects.filter(pk=invitation.pk).update(is_anonymous=True)
    return minted(invitation)


def test_opening_it_records_nothing_and_preselects_what_was_tapped(client, token, invitation):
    before = Invitation.objects.filter(pk=invitation.pk).values().get()
    page = client.get(url_of(token), {"a": "3"})
    assert page.status_code == 200
    assert 'value="3" checked' in page.content.decode()
    assert Invitation.objects.filter(pk=invitation.pk).values().get() == before
    assert not Response.objects.exists()
    assert not Draft.objects.exists()


def test_an_answer_is_kept_with_what_it_is_a_reading_of(client, token, invitation):
    answered = send(client, token, why="Fast delivery", overall="4")
    assert answered.status_code == 302
    response = Response.objects.get()
    assert (response.invitation, response.customer, response.contact) == (
        invitation, invitation.customer, invitation.contact
    )  # fmt: skip
    assert (response.segment, response.tier, response.weight) == ("retail", "A", 1)
    said = {each.key: each for each in Answer.objects.all()}
    assert (said["nps"].value, said["nps"].scale_min, said["nps"].scale_max, said["nps"].measure) == (
        9, 0, 10, "recommendation"
    )  # fmt: skip
    assert said["why"].text == "Fast delivery"
    invitation.refresh_from_db()
    assert invitation.is_answered
    assert "Thank you" in client.get(url_of(token)).content.decode()


def test_sent_twice_it_is_there_once(client, token):
    send(client, token)
    again = send(client, token)
    assert again.status_code == 302
    assert Response.objects.count() == 1
    assert Answer.objects.get(key="nps").value == 9


def test_another_link_of_the_same_invitation_does_not_answer_again(client, token, invitation):
    send(client, token)
    other = minted(invitation)
    send(client, other, nps="1")
    assert Answer.objects.get(key="nps").value == 9


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, token):
    page = client.post(url_of(token), {"q-why": "Because <b>"})
    assert page.status_code == 422
    text = page.content.decode()
    assert "Please choose an answer." in text
    assert "Because &lt;b&gt;" in text
    assert not Response.objects.exists()


def test_an_empty_form_is_no_answer(client, token, campaign):
    # A frozen question cannot be changed, so another questionnaire.
    version = campaign.version.questionnaire.versions.create(number=2, title={"en": "T"})
    Question.objects.create(version=version, key="why", position=1, kind="text", text={"en": "Why?"})
    Campaign.objects.filter(pk=campaign.pk).update(version=version)
    page = client.post(url_of(token), {})
    assert page.status_code == 422
    assert not Response.objects.exists()


def test_it_may_be_changed_for_a_day(client, token):
    send(client, token)
    assert 'value="9" checked' in client.get(url_of(token), {"change": ""}).content.decode()
    client.post(url_of(token), {"q-nps": "2", "change": "1"})
    assert Answer.objects.get(key="nps").value == 2
    assert Response.objects.get().changed_at is not None
    Response.objects.update(submitted_at=timezone.now() - dt.timedelta(hours=25))
    client.post(url_of(token), {"q-nps": "10", "change": "1"})
    assert Answer.objects.get(key="nps").value == 2


def test_wrong_expired_revoked_and_closed_links_say_what_they_are(client, token, invitation, campaign):
    assert client.get(url_of("nonsense")).status_code == 404
    assert "expired" in client.get(url_of(minted(invitation, -1))).content.decode()
    assert client.get(url_of(minted(invitation, -1))).status_code == 410
    revoked = minted(invitation)
    tokens.revoke([invitation.pk], timezone.now())
    assert client.get(url_of(revoked)).status_code == 410
    fresh = minted(invitation)
    Campaign.objects.filter(pk=campaign.pk).update(state="closed")
    assert client.get(url_of(fresh)).status_code == 410
    assert send(client, fresh).status_code == 410
    assert not Response.objects.exists()


def test_the_link_is_a_key_that_goes_nowhere(client, token):
    page = client.get(url_of(token))
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


def test_guessing_links_is_stopped_and_a_good_link_still_works(client, token):
    statuses = [client.get(url_of(f"guess{number}")).status_code for number in range(62)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert client.get(url_of(token)).status_code == 200


def test_it_is_in_the_language_of_the_person_and_can_be_turned_without_losing_what_is_typed(client, token, contact):
    contact.language = "zh-hans"
    contact.save()
    assert "您有多大可能推荐我们" in client.get(url_of(token)).content.decode()
    page = client.post(url_of(token), {"q-nps": "4", "q-why": "太慢", "in": "zh-hans", "language": "en"})
    text = page.content.decode()
    assert "How likely are you to recommend us?" in text
    assert "太慢" in text
    assert 'value="4" checked' in text
    assert not Response.objects.exists()


def test_a_draft_is_kept_and_restored(client, token, invitation):
    kept = client.post(reverse("surveys:draft_save", args=[token]), {"q-why": "Half a sen", "other": "x"})
    assert kept.json() == {"is_kept": True}
    assert Draft.objects.get().data == {"q-why": ["Half a sen"]}
    assert "Half a sen" in client.get(url_of(token)).content.decode()
    send(client, token)
    assert not Draft.objects.exists()


def test_of_an_anonymous_answer_no_draft_no_time_and_no_change(client, anonymous, invitation):
    assert client.post(reverse("surveys:draft_save", args=[anonymous]), {"q-why": "x"}).status_code == 403
    send(client, anonymous, why="Said by nobody")
    send(client, anonymous, nps="1")
    assert SealedAnswer.objects.count() == 1
    assert not Draft.objects.exists()
    invitation.refresh_from_db()
    assert (invitation.is_answered, invitation.answered_at, invitation.started_at) == (True, None, None)
    page = client.get(url_of(anonymous), {"change": ""}).content.decode()
    assert "Said by nobody" not in page
    client.post(url_of(anonymous), {"q-nps": "1", "change": "1"})
    assert SealedAnswer.objects.count() == 1


def test_no_token_enters_a_log(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get(url_of("a-secret-token"))
    from crmquality.logs import without_links

    for record in caplog.records:
        without_links(record)
        assert "a-secret-token" not in record.getMessage()


def test_staff_at_the_link_of_a_customer_are_noticed(client, token, agent):
    client.force_login(agent)
    send(client, token)
    response = Response.objects.get()
    assert response.is_held
    assert response.held_because == ["by_staff"]


def test_an_answer_faster_than_reading_is_held(client, token):
    stamp = client.get(url_of(token)).context["stamp"]
    client.post(url_of(token), {"q-nps": "9", "stamp": str(stamp)})
    assert Response.objects.get().held_because == ["too_fast"]


def test_a_slow_answer_is_not_held(client, token):
    stamp = client.get(url_of(token)).context["stamp"]
    time.sleep(2)
    client.post(url_of(token), {"q-nps": "9", "stamp": str(stamp)})
    response = Response.objects.get()
    assert not response.is_held
    assert response.seconds >= 2


@pytest.fixture
def public(campaign) -> str:
    Campaign.objects.filter(pk=campaign.pk).update(channel="public", public_slug="open")
    return reverse("surveys:answer_public", args=["open"])


def test_the_public_link_takes_one_answer_a_form(client, public):
    stamp = str(client.get(public).context["stamp"])
    for _press in range(2):
        assert client.post(public, {"q-nps": "9", "stamp": stamp}).status_code == 302
    response = Response.objects.get()
    assert (response.customer, response.via) == (None, "public")
    assert "Thank you" in client.get(f"{public}?done").content.decode()
    assert client.get(reverse("surveys:answer_public", args=["other"])).status_code == 404


def test_several_from_one_address_are_held_together(client, public):
    for _person in range(3):
        client.post(public, {"q-nps": "9"})
    assert [each.held_because for each in Response.objects.all()] == [["same_address"]] * 3
    assert not Response.objects.filter(origin__contains="127").exists()


def test_the_same_text_twice_is_held(client, public):
    text = "The very best company in the whole world."
    for address in ("10.0.0.1", "10.0.0.2"):
        client.post(public, {"q-nps": "9", "q-why": text}, REMOTE_ADDR=address)
    assert [each.held_because for each in Response.objects.order_by("pk")] == [[], ["same_text"]]


def test_who_wants_a_call_gets_one_follow_up_that_tells_no_answer(client, token, agent, invitation, campaign):
    version = campaign.version.questionnaire.versions.create(number=2, title={"en": "T"}, offers_call=True)
    Question.objects.create(version=version, key="why", position=1, kind="text", text={"en": "Why?"})
    Campaign.objects.filter(pk=campaign.pk).update(version=version, privacy="confidential")
    invitation.customer.owner = agent
    invitation.customer.save()
    client.post(url_of(token), {"q-why": "Terrible"})
    assert "May we call you?" in client.get(url_of(token)).content.decode()
    for _press in range(2):
        client.post(reverse("surveys:call_ask", args=[token]))
    follow_up = invitation.customer.follow_ups.get()
    assert follow_up.owner == agent
    assert "Terrible" not in f"{follow_up.subject} {follow_up.notes}"
    assert Response.objects.get().wants_call


def test_staff_write_down_what_a_customer_says(client, agent, outsider, invitation):
    invitation.customer.owner = agent
    invitation.customer.save()
    page = reverse("surveys:answer_staff", args=[invitation.pk])
    assert client.get(page).status_code == 302
    client.force_login(outsider)
    assert client.get(page).status_code == 403
    client.force_login(member("other", "agent"))
    assert client.get(page).status_code == 404
    client.force_login(agent)
    assert client.get(page).status_code == 200
    client.post(page, {"q-nps": "7", "via": "face"})
    response = Response.objects.get()
    assert (response.is_proxy, response.entered_by, response.via, response.is_held) == (True, agent, "face", False)


def test_an_answer_takes_few_queries(client, token, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        send(client, token, why="Fast", overall="4")


def test_a_frozen_questionnaire_is_read_once_a_process(client, invitation, django_assert_num_queries):
    version_asked(invitation.campaign.version_id)
    with django_assert_num_queries(0):
        assert [each.key for each in version_asked(invitation.campaign.version_id).questions.all()]


def test_whoever_sends_nonsense_is_stopped_and_may_still_answer_once(client, token, monkeypatch):
    monkeypatch.setattr(answering_views, "MOST_BY_LINK", 2)
    assert [client.post(url_of(token), {}).status_code for _try in range(3)] == [422, 422, 429]
    assert send(client, token).status_code == 302
    assert Response.objects.count() == 1
    assert client.post(url_of(token), {"change": "", "q-nps": "3"}).status_code == 429
