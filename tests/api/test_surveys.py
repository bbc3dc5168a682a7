"""Surveys for other programs: asking somebody once, and reading what came of it without learning too much."""

import datetime as dt

import pytest
from django.utils import timezone

from surveys import tokens
from surveys.models import Answer, Campaign, Invitation, InvitationToken, LedgerEntry, Question, Response
from tests.api.conftest import client_of
from tests.people import member
from tests.records import campaign, contact, customer, questionnaire, response

NPS = {"kind": "nps", "scale_max": 10, "measure": "recommendation"}


@pytest.fixture
def wave(db) -> Campaign:
    return campaign(questionnaire("nps", nps=NPS), channel="links")


@pytest.fixture
def ann(db):
    return contact(customer("A", segment="retail", tier="A"), "Ann", email="ann@example.com")


def ask(client, wave, person, key="", **more):
    headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
    given = {"campaign": wave.pk, "contact": person.pk, **more}
    return client.post("/api/v1/invitations/", given, format="json", **headers)


def test_another_system_asks_somebody_once_however_often_it_says_so(wave, ann, manager):
    client = client_of(manager)
    first = ask(client, wave, ann, key="a", external_id="fsm-1", occasion="installation:1")
    assert first.status_code == 201, first.json()
    told = first.json()
    assert (told["customer"], told["standing"], told["deferred_because"]) == ("A", "planned", "")
    repeated = ask(client, wave, ann, key="a", external_id="fsm-1", occasion="installation:1")
    assert (repeated.status_code, repeated.headers["Idempotent-Replayed"]) == (201, "true")
    later = ask(client, wave, ann, external_id="fsm-1", occasion="installation:1")
    assert (later.status_code, later.json()["id"]) == (200, told["id"])
    one = Invitation.objects.get()
    assert (one.segment, one.tier) == ("retail", "A")
    assert LedgerEntry.objects.filter(invitation=one).count() == 2


@pytest.mark.parametrize(
    "more, says",
    [
        ({"external_id": "fsm-1", "occasion": "another"}, "another invitation"),
        ({"external_id": "fsm-2"}, "invited for this occasion already"),
    ],
)
def test_a_key_means_one_invitation_and_an_occasion_is_asked_about_once(wave, ann, manager, more, says):
    client = client_of(manager)
    ask(client, wave, ann, external_id="fsm-1")
    refused = ask(client, wave, ann, **more)
    assert refused.status_code == 409 and says in refused.json()["detail"]


def test_whoever_was_asked_lately_is_deferred_and_told_why(wave, ann, manager):
    client = client_of(manager)
    ask(client, wave, ann, occasion="installation:1")
    told = ask(client, wave, ann, occasion="installation:2").json()
    assert told["standing"] == "deferred" and "within the period" in told["deferred_because"]
    assert dt.datetime.fromisoformat(told["due_at"]) > timezone.now() + dt.timedelta(days=28)


def test_whoever_wants_no_surveys_is_not_asked(wave, ann, manager):
    ann.consents.create(purpose="surveys", is_given=False, source="Mail", given_on="2025-01-01")
    assert ask(client_of(manager), wave, ann).json()["standing"] == "opted_out"


@pytest.mark.parametrize("how", [{"state": "closed", "closed_at": timezone.now()}, {"state": "draft"}])
def test_a_campaign_that_does_not_run_asks_nobody(wave, ann, manager, how):
    Campaign.objects.filter(pk=wave.pk).update(**how)
    assert ask(client_of(manager), wave, ann).status_code == 400


def test_nor_does_one_by_a_public_link(wave, ann, manager):
    Campaign.objects.filter(pk=wave.pk).update(channel="public")
    assert ask(client_of(manager), wave, ann).status_code == 409


@pytest.mark.parametrize("role, status", [("agent", 403), ("analyst", 403), ("lead", 403), ("manager", 201)])
def test_only_those_who_may_survey_ask(wave, ann, role, status):
    assert ask(client_of(member("somebody", role)), wave, ann).status_code == status


def test_a_link_is_told_once_and_leads_to_the_answer(wave, ann, manager, client):
    api = client_of(manager)
    told = ask(api, wave, ann).json()
    link = api.post(f"/api/v1/invitations/{told['id']}/link/").json()["link"]
    token = link.rsplit("/s/", 1)[1]
    assert tokens.invitation_of(token).invitation_id == told["id"]
    assert token not in str(list(InvitationToken.objects.values()))
    assert client.get(f"/s/{token}").status_code == 200
    assert Invitation.objects.get().standing == "sent"


def test_there_is_no_link_for_whoever_waits_or_has_answered_or_gets_mail(wave, ann, manager):
    api = client_of(manager)
    told = ask(api, wave, ann).json()
    address = f"/api/v1/invitations/{told['id']}/link/"
    Invitation.objects.update(standing="deferred")
    assert api.post(address).status_code == 409
    Invitation.objects.update(standing="sent", is_answered=True, answered_at=timezone.now())
    assert api.post(address).status_code == 409
    Invitation.objects.update(is_answered=False, answered_at=None)
    Campaign.objects.update(channel="email")
    assert api.post(address).status_code == 409


def answered(wave, *grades, segment="retail"):
    for grade in grades:
        response(wave, "2025-03-03", customer(segment=segment), {"nps": grade}, segment=segment)


def test_results_have_figures_with_intervals_and_hide_small_groups(wave, manager):
    answered(wave, 10, 9, 9, 8, 3)
    answered(wave, 2, segment="industry")
    client = client_of(manager)
    told = client.get(f"/api/v1/campaigns/{wave.pk}/results/").json()
    assert (told["counted"], told["held"]) == (6, 0)
    (row,) = told["questions"][0]["rows"]
    (nps,) = row["figures"]
    assert (nps["unit"], round(nps["value"], 1), nps["n"]) == ("points", 16.7, 6)
    assert nps["low"] < nps["value"] < nps["high"]
    assert [part["count"] for part in row["parts"]] == [3, 1, 2]
    by = client.get(f"/api/v1/campaigns/{wave.pk}/results/", {"by": "segment"}).json()
    groups = by["questions"][0]["rows"][0]["groups"]
    # One alone would be the difference to all.
    assert {(group["name"], group["is_hidden"], group["figure"]) for group in groups} == {
        ("industry", True, None), ("retail", True, None),
    }  # fmt: skip


def test_of_fewer_than_five_answers_nothing_is_told(wave, manager):
    answered(wave, 10, 9, 9, 8)
    told = client_of(manager).get(f"/api/v1/campaigns/{wave.pk}/results/").json()
    assert (told["counted"], told["questions"]) == (4, [])


def test_a_draft_has_no_results_and_a_strange_breakdown_is_refused(wave, manager):
    client = client_of(manager)
    strange = client.get(f"/api/v1/campaigns/{wave.pk}/results/", {"by": "name"})
    assert strange.status_code == 400 and strange.json()["errors"][0]["field"] == "by"
    draft = Campaign.objects.create(name="Draft", version=wave.version)
    assert client.get(f"/api/v1/campaigns/{draft.pk}/results/").status_code == 404


def test_results_cost_the_same_whatever_was_answered(wave, manager, django_assert_max_num_queries):
    client = client_of(manager)
    client.get("/api/v1/campaigns/")  # notes that the token was used
    answered(wave, 10, 9, 9, 8, 3)
    with django_assert_max_num_queries(12) as few:
        client.get(f"/api/v1/campaigns/{wave.pk}/results/", {"by": "segment"})
    answered(wave, *[7] * 30, segment="industry")
    with django_assert_max_num_queries(12) as many:
        client.get(f"/api/v1/campaigns/{wave.pk}/results/", {"by": "segment"})
    assert len(few) == len(many)


def test_raw_answers_are_those_with_a_name(wave, manager):
    one = response(wave, "2025-03-03", customer("A"), {"nps": 3})
    for privacy in ("confidential", "anonymous"):
        hidden = campaign(wave.version, privacy=privacy)
        response(hidden, "2025-03-03", customer() if privacy == "confidential" else None, {"nps": 9})
    (told,) = client_of(manager).get("/api/v1/responses/").json()["results"]
    assert (told["id"], told["customer"], told["answers"][0]["value"]) == (one.pk, "A", 3)
    secret = Response.objects.exclude(pk=one.pk)
    for each in secret:
        assert client_of(manager).get(f"/api/v1/responses/{each.pk}/").status_code == 404


def test_when_somebody_answered_confidentially_is_not_told(wave, ann, manager):
    Campaign.objects.filter(pk=wave.pk).update(privacy="confidential")
    told = ask(client_of(manager), wave, ann).json()
    Invitation.objects.update(is_answered=True, answered_at=timezone.now())
    (row,) = client_of(manager).get("/api/v1/invitations/", {"campaign": wave.pk}).json()["results"]
    assert (row["id"], row["is_answered"], row["answered_at"]) == (told["id"], True, None)


def test_answers_through_a_public_link_are_for_those_who_see_everybody(wave, manager, agent):
    nobodys = response(wave, "2025-03-03", None, {"nps": 9}, is_anonymous=False, submitted_at=timezone.now())
    assert [row["id"] for row in client_of(manager).get("/api/v1/responses/").json()["results"]] == [nobodys.pk]
    assert client_of(agent).get("/api/v1/responses/").json()["results"] == []


def test_rows_of_a_matrix_keep_their_keys(manager):
    rows = [{"key": "speed", "text": {"en": "Speed"}}, {"key": "care", "text": {"en": "Care"}}]
    matrix = campaign(questionnaire("m", parts={"kind": "matrix", "scale_max": 5, "rows": rows}))
    asked = Question.objects.get(key="parts")
    for _n in range(5):
        made = response(matrix, "2025-03-03", customer())
        Answer.objects.create(
            response=made, campaign=matrix, question=asked, key="parts", row="care", value=4, scale_min=1, scale_max=5
        )
    told = client_of(manager).get(f"/api/v1/campaigns/{matrix.pk}/results/").json()["questions"][0]["rows"]
    assert [(row["row"], row["n"]) for row in told] == [("speed", 0), ("care", 5)]
