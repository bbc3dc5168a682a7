"""Bad answers set follow-ups in motion; held ones wait until they are released."""

import datetime as dt

import pytest
from django.urls import reverse

from complaints.models import Case
from crmquality.office.models import Notice
from customers.models import FollowUp
from surveys import answering, holding, loop
from surveys.asking import cleaned
from surveys.circumstances import Circumstances
from surveys.models import Campaign, Invitation, LoopHit, LoopRule, Response
from tests.people import member

from .conftest import NOW

pytestmark = pytest.mark.django_db
LOOP, HELD = reverse("surveys:loop_list"), reverse("surveys:held_list")


@pytest.fixture
def rule(db) -> LoopRule:
    return LoopRule.objects.create(name="Call a detractor", key="nps", at_most=6, working_days=2, suggests_case=True)


@pytest.fixture
def owned(invitation: Invitation, agent) -> Invitation:
    invitation.customer.owner = agent
    invitation.customer.save()
    return invitation


def answer(invitation: Invitation, rating: int, **how: object) -> Response:
    questions = list(invitation.campaign.version.questions.all())
    answers, _errors = cleaned(questions, {"q-nps": [str(rating)], "q-why": ["It broke"]})
    response = answering.submit(invitation, answers, Circumstances(**{"seconds": 60, "language": "en", **how}), NOW)
    assert response
    return response


def test_a_bad_answer_gives_the_owner_a_follow_up_in_working_days(rule, owned, agent):
    answer(owned, 6)
    hit = LoopHit.objects.get()
    # A Monday; two working days later it is Wednesday, at closing.
    assert hit.due_at == dt.datetime(2026, 3, 4, 18, 0, tzinfo=dt.UTC)
    assert (hit.follow_up.owner, hit.follow_up.due_on) == (agent, dt.date(2026, 3, 4))
    assert "Acme Ltd" in Notice.objects.get(member=agent).message


def test_a_better_answer_another_segment_or_a_rule_out_of_use_sets_nothing_in_motion(rule, owned):
    LoopRule.objects.create(name="Other", key="nps", at_most=9, segment="industry")
    LoopRule.objects.create(name="Old", key="nps", at_most=9, is_active=False)
    answer(owned, 7)
    assert not LoopHit.objects.exists()


def test_of_a_confidential_answer_nobody_learns(rule, owned, campaign):
    Campaign.objects.filter(pk=campaign.pk).update(privacy="confidential")
    owned.campaign.refresh_from_db()
    answer(owned, 0)
    assert not FollowUp.objects.exists()


def test_a_held_answer_waits_until_it_is_released(rule, owned, manager):
    response = answer(owned, 0, seconds=0)
    assert response.is_held
    assert not LoopHit.objects.exists()
    assert holding.release(response, manager, NOW)
    assert not holding.release(response, manager, NOW)
    assert LoopHit.objects.count() == 1
    assert Response.objects.counted().count() == 1
    assert holding.undo(response)
    assert not Response.objects.counted().exists()


def test_a_changed_answer_meets_a_rule_once(rule, owned):
    response = answer(owned, 3)
    questions = list(owned.campaign.version.questions.all())
    answers, _errors = cleaned(questions, {"q-nps": ["2"]})
    assert answering.change(response, answers, Circumstances(seconds=60), NOW)
    assert LoopHit.objects.count() == 1


def test_bad_answers_are_seen_by_those_who_see_the_customer(rule, owned, client, agent, manager, outsider):
    answer(owned, 3)
    assert client.get(LOOP).status_code == 302
    for who, seen in ((agent, True), (manager, True), (member("other", "agent"), False)):
        client.force_login(who)
        assert ("It broke" in client.get(LOOP).content.decode()) is seen
    client.force_login(outsider)
    assert client.get(LOOP).status_code == 403


def test_what_is_done_is_settled(rule, owned, client, manager):
    answer(owned, 3)
    client.force_login(manager)
    assert "It broke" in client.get(LOOP, {"when": "late"}).content.decode()
    FollowUp.objects.update(done_at=NOW)
    assert "It broke" not in client.get(LOOP).content.decode()
    assert "It broke" in client.get(LOOP, {"when": "settled"}).content.decode()


def test_the_form_of_a_complaint_is_filled_in(rule, owned, client, manager):
    answer(owned, 3)
    client.force_login(manager)
    assert "customer=C1" in client.get(LOOP).content.decode()
    form = client.get(reverse("complaints:case_create"), {"customer": "C1", "text": "It broke"})
    assert "It broke" in form.content.decode()


def test_a_complaint_made_of_a_bad_answer_stands_with_it_and_is_made_once(rule, owned, client, agent, manager):
    answer(owned, 3)
    hit = LoopHit.objects.get()
    client.force_login(agent)
    page = client.get(LOOP).content.decode()
    assert f"once=bad-answer-{hit.pk}" in page and reverse("surveys:call_list") in page
    address, asked = reverse("complaints:case_create"), {"customer": "C1", "once": f"bad-answer-{hit.pk}"}
    assert f'value="bad-answer-{hit.pk}"' in client.get(address, asked).content.decode()
    sent = {**asked, "kind": "complaint", "severity": 2, "channel": "phone", "text": "It broke"}
    sent |= {"received_at": "2026-03-02T09:00", "remedy_sought": ""}
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    case = Case.objects.get()
    hit.refresh_from_db()
    assert hit.case_number == case.number
    page = client.get(LOOP).content.decode()
    assert case.number in page and "Make a complaint of it" not in page


def test_a_key_of_somebody_elses_answer_names_no_case(rule, owned, people, client, manager):
    answer(owned, 3)
    hit = LoopHit.objects.get()
    assert not loop.name_case(hit.pk, people[-1].customer_id, "B-1")
    assert not loop.name_case(hit.pk, None, "B-1")
    LoopHit.objects.update(suggests_case=False)
    assert not loop.name_case(hit.pk, owned.customer_id, "B-1")


def test_staff_decide_about_held_answers_and_see_why(rule, owned, client, agent, manager):
    response = answer(owned, 9, is_staff=True)
    client.force_login(agent)
    assert client.get(HELD).status_code == 403
    client.force_login(manager)
    page = client.get(HELD).content.decode()
    assert "Staff answered for a customer" in page
    assert "Acme Ltd" in page
    decide = reverse("surveys:held_decide", args=[response.pk])
    assert client.get(decide).status_code == 405
    for decision, is_held in (("release", False), ("undo", True), ("keep", True)):
        client.post(decide, {"decision": decision})
        response.refresh_from_db()
        assert response.is_held is is_held
    assert "Acme Ltd" in client.get(HELD, {"state": "kept"}).content.decode()


def test_many_held_answers_are_decided_at_once(owned, people, campaign, client, agent, manager):
    given = [answer(owned, 9, is_staff=True)]
    for person in people[1:3]:
        invitation = Invitation.objects.create(
            campaign=campaign, customer=person.customer, contact=person, due_at=NOW, is_anonymous=False
        )
        given.append(answer(invitation, 8, is_staff=True))
    decide = reverse("surveys:held_decide_many")
    sent = {"response": [given[0].pk, given[1].pk], "decision": "release"}
    client.force_login(agent)
    assert client.post(decide, sent).status_code == 403
    client.force_login(manager)
    assert client.get(decide).status_code == 405
    assert client.post(decide, {"decision": "undo"}).status_code == 403
    assert "Let the chosen count" in client.get(HELD).content.decode()
    assert "2 answers are decided" in client.post(decide, sent, follow=True).content.decode()
    assert "0 answers are decided" in client.post(decide, sent, follow=True).content.decode()
    assert set(Response.objects.filter(is_held=False)) == {given[0], given[1]}


def test_confidential_answers_are_held_without_a_name(owned, campaign, client, manager):
    Campaign.objects.filter(pk=campaign.pk).update(privacy="confidential")
    owned.campaign.refresh_from_db()
    answer(owned, 9, is_staff=True)
    client.force_login(manager)
    assert "Acme" not in client.get(HELD).content.decode()


@pytest.mark.parametrize("url", [LOOP, HELD])
def test_lists_take_as_many_queries_for_one_as_for_many(
    url, rule, owned, people, campaign, client, manager, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(manager)
    answer(owned, 3)
    Response.objects.update(is_held=True, held_because=["by_staff"])
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url)
    for person in people[1:]:
        invitation = Invitation.objects.create(
            campaign=campaign, customer=person.customer, contact=person, due_at=NOW, is_anonymous=False
        )
        answer(invitation, 2)
    Response.objects.update(is_held=True, held_because=["by_staff"])
    with django_assert_num_queries(len(one)):
        client.get(url)
