"""Results without names change in steps of at least five answers, whatever comes, goes or closes."""

import datetime as dt

import pytest
from django.urls import reverse

from surveys import batches, campaigns, holding, results
from surveys.models import Campaign, Response
from tests import records

from .conftest import NOW
from .test_results import answer, asked

pytestmark = pytest.mark.django_db
SAID = records.at("2020-02-01")
LATER = SAID + dt.timedelta(days=2)


def wave(privacy: str = "confidential") -> Campaign:
    campaign = asked()
    Campaign.objects.filter(pk=campaign.pk).update(privacy=privacy)
    campaign.refresh_from_db()
    return campaign


def answered(campaign: Campaign, n: int) -> list[Response]:
    return [answer(campaign, 9) for _ in range(n)]


def shown(campaign: Campaign) -> int:
    assert results.respondents(campaign).counted == Response.objects.shown().filter(campaign=campaign).count()
    return results.respondents(campaign).counted


@pytest.mark.parametrize("privacy", ["confidential", "anonymous"])
def test_while_it_runs_figures_move_by_five_and_five_are_left_for_the_closing(privacy: str) -> None:
    campaign = wave(privacy)
    seen = []
    for _ in range(16):
        answered(campaign, 1)
        batches.move(LATER)
        seen.append(shown(campaign))
    assert seen == [0] * 9 + [5] * 5 + [10] * 2
    assert results.respondents(campaign).waiting == 6
    campaigns.close(campaign, LATER)
    assert shown(campaign) == 16


def test_an_identified_survey_shows_every_answer_at_once() -> None:
    campaign = wave("identified")
    answered(campaign, 1)
    assert shown(campaign) == 1


def test_an_answer_that_may_still_be_changed_waits() -> None:
    campaign = wave()
    answered(campaign, 12)
    assert batches.move(SAID + dt.timedelta(hours=23)) == 0
    assert batches.move(LATER) == 7


def test_what_is_held_apart_or_released_later_moves_the_figures_only_with_others(manager) -> None:
    campaign = wave()
    given = answered(campaign, 9)
    campaigns.close(campaign, LATER)
    for place, response in enumerate(given[:5]):
        assert shown(campaign) == 9
        Response.objects.filter(pk=response.pk).update(is_held=True, held_because=["same_text"])
        assert batches.move(LATER) == (5 if place == 4 else 0)
    assert shown(campaign) == 4
    held = Response.objects.get(pk=given[0].pk)
    assert holding.release(held, manager, LATER)
    batches.move(LATER)
    assert (shown(campaign), results.respondents(campaign).waiting) == (4, 1)
    assert holding.undo(held)
    assert not Response.objects.filter(campaign=campaign, is_pending=True).exists()


def test_fewer_than_five_are_never_shown() -> None:
    campaign = wave()
    answered(campaign, 4)
    campaigns.close(campaign, LATER)
    assert shown(campaign) == 0


def test_the_page_says_so_and_tells_groups_only_after_the_closing(client, manager) -> None:
    client.force_login(manager)
    campaign = wave()
    answered(campaign, 11)
    batches.move(LATER)
    address = reverse("surveys:results_detail", args=[campaign.pk])
    text = client.get(address, {"by": "segment"}).content.decode()
    assert "in steps of at least five" in text and "5 answers wait." in text and "6 answers counted" in text
    assert "Broken down by" not in text
    crossing = reverse("surveys:results_relations", args=[campaign.pk])
    assert "are not crossed" in client.get(crossing, {"one": "nps", "other": "overall"}).content.decode()
    campaigns.close(campaign, NOW)
    text = client.get(address, {"by": "segment"}).content.decode()
    assert "Broken down by" in text and "11 answers counted" in text and "answers wait" not in text
