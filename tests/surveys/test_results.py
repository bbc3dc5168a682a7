"""The results page: figures of a campaign, what it hides, who may see it and how many queries it takes."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys import indices, reach, results
from surveys.models import Answer, Campaign, Invitation, Response
from tests import records

from .conftest import NOW

pytestmark = pytest.mark.django_db


def asked() -> Campaign:
    """Recommendation, satisfaction, a matrix of two rows, a choice and an open question."""
    return records.campaign(
        records.questionnaire(
            nps={"kind": "nps", "scale_max": 10, "measure": "recommendation"},
            overall={"kind": "satisfaction", "scale_max": 5, "measure": "satisfaction"},
            things={"kind": "matrix", "scale_max": 5, "measure": "attribute", "rows": [
                {"key": "quality", "text": {"en": "Quality"}, "attribute": "quality"},
                {"key": "price", "text": {"en": "Price"}, "attribute": "price"},
            ]},
            buys={"kind": "multiple", "options": [
                {"key": "spare", "text": {"en": "Spare parts"}}, {"key": "new", "text": {"en": "New machines"}},
            ]},
            why={"kind": "text"},
        )
    )  # fmt: skip


def answer(campaign: Campaign, nps: int, segment: str = "retail", **fields: object) -> Response:
    """One respondent: quality as good as the recommendation says, price in the middle, spare parts, a comment."""
    by = None if campaign.is_anonymous else records.customer(segment=segment, tier="A")
    given = {} if campaign.is_anonymous else {"segment": segment, "tier": "A"}
    said = records.response(campaign, "2020-02-01", by, {"nps": nps, "overall": max(nps // 2, 1)}, **given, **fields)
    questions = {each.key: each for each in campaign.version.questions.all()}
    for row, value in (("quality", max(nps // 2, 1)), ("price", 3)):
        Answer.objects.create(
            response=said, campaign=campaign, question=questions["things"], key="things", row=row, value=value,
            scale_min=1, scale_max=5, measure="attribute", attribute=row,
        )  # fmt: skip
    Answer.objects.create(response=said, campaign=campaign, question=questions["buys"], key="buys", choices=["spare"])
    Answer.objects.create(
        response=said, campaign=campaign, question=questions["why"], key="why", text=f"Remark of {segment} {nps}"
    )
    return said


@pytest.fixture
def wave(db) -> Campaign:
    """Six of retail promote, five of industry do not; one more is held apart."""
    campaign = asked()
    for nps in (10, 10, 9, 9, 10, 9):
        answer(campaign, nps)
    for nps in (2, 3, 4, 8, 8):
        answer(campaign, nps, "industry")
    answer(campaign, 0, is_held=True)
    return campaign


def page(client: Client, campaign: Campaign, /, **data: object) -> str:
    got = client.get(reverse("surveys:results_detail", args=[campaign.pk]), data)
    assert got.status_code == 200
    return got.content.decode()


@pytest.mark.parametrize("who, status", [("manager", 200), ("agent", 403), ("outsider", 403), ("nobody", 302)])
def test_who_may_see_results(request, client, wave, who: str, status: int) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("surveys:results_detail", args=[wave.pk])).status_code == status


def test_a_draft_has_no_results(client, manager) -> None:
    client.force_login(manager)
    draft = Campaign.objects.create(name="Draft", version=records.questionnaire())
    assert client.get(reverse("surveys:results_detail", args=[draft.pk])).status_code == 404


def test_the_page_tells_figures_with_intervals_and_leaves_out_what_is_held(client, manager, wave) -> None:
    client.force_login(manager)
    text = page(client, wave)
    # 6 promoters and 3 detractors of 11.
    assert "Net promoter score" in text and ">27<" in text
    assert "1 held apart and left out" in text and "11 answers counted" in text
    assert "Spare parts" in text and "100%" in text
    assert "chart-intervals" in text


def test_a_breakdown_shows_groups_of_five_and_hides_smaller_ones_with_a_second(client, manager, wave) -> None:
    client.force_login(manager)
    assert "industry" in page(client, wave, by="segment")
    answer(wave, 5, "finance")
    who = results.respondents(wave)
    assert who.hidden["segment"] == {"finance", "industry"}
    shown = results.shown_groups(results.said(wave, "segment")["nps", ""], who.hidden["segment"])
    assert [group for group, counts in shown.items() if counts] == ["retail"]
    assert "hidden or not answered" in page(client, wave, by="segment")


@pytest.mark.parametrize("by", ["tier", "region", "team"])
def test_the_other_breakdowns_work(client, manager, wave, by: str) -> None:
    client.force_login(manager)
    assert "Net promoter score" in page(client, wave, by=by)


def test_fewer_than_five_answers_show_nothing(client, manager) -> None:
    client.force_login(manager)
    campaign = asked()
    assert "No answers yet" in page(client, campaign)
    for _ in range(4):
        answer(campaign, 10)
    text = page(client, campaign)
    assert "Fewer than five answers" in text and "Net promoter score" not in text


def test_a_change_since_the_last_wave_is_told_with_its_significance(client, manager, wave) -> None:
    client.force_login(manager)
    later = records.campaign(wave.version, "2020-06-01", name="Second", series=wave)
    for _ in range(12):
        answer(later, 10)
    text = page(client, later)
    assert "+73 since Wave" in text and "more than chance" in text
    assert "chart-wave-nps" in text
    assert "since" not in page(client, wave).split("Net promoter score")[1][:300]


def test_the_number_of_queries_does_not_grow(client, manager, wave, django_assert_max_num_queries) -> None:
    client.force_login(manager)
    page(client, wave, by="segment")
    with django_assert_max_num_queries(15):
        page(client, wave, by="segment")
    for _ in range(20):
        answer(wave, 7, "other")
    with django_assert_max_num_queries(15):
        page(client, wave, by="segment")


def test_who_is_missing_is_told_by_segment(client, manager, campaign, people) -> None:
    client.force_login(manager)
    for contact in people:
        Invitation.objects.create(
            campaign=campaign, customer=contact.customer, contact=contact, segment=contact.customer.segment,
            due_at=campaign.started_at, standing="sent", is_anonymous=False,
            is_answered=contact.name == "Ann", answered_at=campaign.started_at if contact.name == "Ann" else None,
        )  # fmt: skip
    all_asked, groups = results.asked(campaign)
    assert (all_asked.invited, all_asked.answered, all_asked.rate.share) == (4, 1, 0.25)
    assert [(group.name, group.missing) for group in groups["segment"]] == [("retail", 2), ("industry", 1)]
    assert "Who is missing" in page(client, campaign)


def test_the_three_questions_of_the_acsi_make_one_index_with_an_interval(client, manager) -> None:
    client.force_login(manager)
    items = ("satisfaction", "expectation", "ideal")
    campaign = records.campaign(
        records.questionnaire(**{key: {"kind": "satisfaction", "scale_max": 10, "measure": key} for key in items})
    )
    said = [(8, 7, 6), (9, 8, 7), (7, 6, 5), (8, 7, 6), (8, 7, 6)]
    for values in said[:4]:
        records.response(campaign, "2020-02-01", records.customer(), dict(zip(items, values, strict=True)))
    assert "ACSI" not in page(client, campaign)
    records.response(campaign, "2020-02-01", records.customer(), dict(zip(items, said[4], strict=True)))
    # Left out: whoever did not answer all three.
    records.response(campaign, "2020-02-01", records.customer(), {"satisfaction": 1})
    found = indices.acsi_of(campaign, "", set())
    assert found and found.n == 5
    # Means 8, 7 and 6 are 100 · (7 - 1) / 9; respondents' own 7, 8, 6, 7, 7 have s/√n = √0.5/√5 and t = 2.776.
    figure = found.figures[0]
    assert figure.value == pytest.approx(100 * 6 / 9)
    assert figure.high - figure.value == pytest.approx(100 / 9 * 2.776445 * (0.5 / 5) ** 0.5, rel=1e-5)
    assert ">66.7<" in page(client, campaign)
    later = records.campaign(campaign.version, "2020-06-01", name="Second", series=campaign)
    for values in ((10, 10, 10), (10, 9, 10), (10, 10, 9), (9, 10, 10), (10, 10, 10)):
        records.response(later, "2020-06-02", records.customer(), dict(zip(items, values, strict=True)))
    # From 66.7 to 100 · (9.8 - 1) / 9.
    assert "+31.1 since Wave" in page(client, later) and "more than chance" in page(client, later)
    assert "chart-wave-acsi" in page(client, later) and "chart-wave-acsi" not in page(client, campaign)
    grouped = indices.acsi_of(campaign, "segment", set())
    assert grouped and [(group, of and of.n) for group, of, _parts in grouped.groups] == [("", 5)]
    taken = client.get(reverse("surveys:results_detail", args=[campaign.pk]), {"export": "csv"})
    assert "ACSI" in b"".join(taken.streaming_content).decode()


def test_a_questionnaire_without_all_three_has_no_acsi(wave) -> None:
    assert indices.acsi_of(wave, "", set()) is None


def test_response_is_told_by_channel_and_wave(
    client, manager, agent, version, people, django_assert_max_num_queries
) -> None:
    mailed, phoned = records.campaign(version, name="Mailed"), records.campaign(version, name="Phoned", channel="staff")
    records.campaign(version, name="Open", channel="public")
    for place, contact in enumerate(people):
        for campaign in (mailed, phoned):
            is_answered = campaign is phoned and place < 3
            Invitation.objects.create(
                campaign=campaign, customer=contact.customer, contact=contact, due_at=NOW, standing="sent",
                delivered_at=NOW, is_anonymous=False, is_answered=is_answered,
                answered_at=NOW if is_answered else None,
            )  # fmt: skip
    found = reach.across(mailed)
    assert [(each.name, each.invited, each.answered, each.rate.share) for each in found.channels if each.rate] == [
        ("E-mail", 4, 0, 0), ("Asked by staff, by phone or in person", 4, 3, 0.75),
    ]  # fmt: skip
    assert [(wave.name, each.answered) for wave, each in found.waves] == [("Open", 0), ("Phoned", 3), ("Mailed", 0)]
    address = reverse("surveys:results_reach", args=[mailed.pk])
    client.force_login(manager)
    with django_assert_max_num_queries(11):
        text = client.get(address).content.decode()
    assert "not known" in text and "75%" in text
    client.force_login(agent)
    assert client.get(address).status_code == 403
