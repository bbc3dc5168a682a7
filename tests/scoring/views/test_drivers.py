"""What drives the answers of a survey: who may see it, what it finds, and when it refuses."""

import pytest
from django.test import Client
from django.urls import reverse

from surveys.models import Answer, Campaign
from tests import records

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(db) -> Campaign:
    """Overall satisfaction and two attributes."""
    return records.campaign(
        records.questionnaire(
            overall={"kind": "satisfaction", "scale_max": 5, "measure": "satisfaction"},
            quality={"kind": "satisfaction", "scale_max": 5, "measure": "attribute", "attribute": "quality"},
            price={"kind": "satisfaction", "scale_max": 5, "measure": "attribute", "attribute": "price"},
        )
    )


def page(client: Client, campaign: Campaign, **data: str) -> str:
    got = client.get(reverse("scoring:survey_driver_list", args=[campaign.pk]), data)
    assert got.status_code == 200
    return got.content.decode()


@pytest.mark.parametrize("who, status", [("manager", 200), ("agent", 403), ("outsider", 403), ("nobody", 302)])
def test_who_may_see_drivers(request, client, wave, who: str, status: int) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("scoring:survey_driver_list", args=[wave.pk])).status_code == status


def test_quality_drives_where_satisfaction_follows_it_and_too_few_are_refused_in_words(client, manager, wave) -> None:
    client.force_login(manager)
    assert "needs 30 complete answers for 2 drivers; there are 0" in page(client, wave)
    for place in range(40):
        quality, price = 1 + place % 5, 1 + place // 5 % 5
        records.response(
            wave, "2020-02-01", records.customer(), {"overall": quality, "quality": quality, "price": price}
        )
    records.response(wave, "2020-02-01", records.customer(), {"overall": 5, "quality": 1, "price": 1}, is_held=True)
    text = page(client, wave)
    assert "From 40 complete answers" in text and "chart-fields" in text
    assert text.index("Quality</th>") < text.index("Price</th>")
    assert "From 40" in page(client, wave, method="shapley")
    assert "there are 0" in page(client, wave, outcome="recommendation")


def test_a_questionnaire_without_attributes_says_so(client, manager) -> None:
    client.force_login(manager)
    campaign = records.campaign(records.questionnaire(nps={"kind": "nps", "scale_max": 10}))
    assert "asks about no attribute" in page(client, campaign)
    assert not Answer.objects.exists()
