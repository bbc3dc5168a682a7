"""Facts of answers on paper-and-pencil customers."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from customers.facts import KeyRange
from scoring.engine.settings import Settings
from surveys import batches, facts, population_facts
from surveys.models import Campaign, Invitation, LoopHit, LoopRule
from tests.records import at, campaign, customer, follow_up, order, questionnaire, response

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2025, 7, 1)
LONDON = ZoneInfo("Europe/London")
SURVEYS = {"surveys": True}


def satisfaction(scale_max: int, measure: str = "satisfaction", **fields: object) -> dict[str, object]:
    return {"kind": "satisfaction", "scale_max": scale_max, "measure": measure, **fields}


@pytest.fixture
def wave() -> Campaign:
    return campaign(
        questionnaire(
            nps={"kind": "nps", "scale_max": 10, "measure": "recommendation"},
            overall=satisfaction(5),
            grade=satisfaction(10),
            expected=satisfaction(10, "expectation"),
            ideal=satisfaction(10, "ideal"),
            ease={"kind": "effort", "scale_max": 7, "measure": "effort"},
            quality=satisfaction(5, "attribute", attribute="quality"),
            buying=satisfaction(5, "stage", stage="purchase"),
            handled=satisfaction(5, "complaint"),
        )
    )


def facts_of(*customers, as_of=AS_OF, recorded=SURVEYS) -> pd.DataFrame:
    keys = np.sort(np.array([each.pk for each in customers]))
    columns = facts.collect(KeyRange(keys.min(), keys.max()), as_of, Settings(), LONDON, recorded, keys)
    return pd.DataFrame(columns, index=keys)


def test_nothing_is_known_while_surveys_are_not_recorded(wave):
    buyer = customer()
    response(wave, "2025-06-01", buyer, {"overall": 5})
    assert facts_of(buyer, recorded={}).columns.empty


def test_answers_are_rescaled_and_fade_by_half_in_180_days(wave):
    buyer = customer()
    response(wave, "2025-06-30", buyer, {"overall": 5})
    response(wave, "2025-01-01", buyer, {"overall": 3})
    found = facts_of(buyer).iloc[0]
    new, old = 0.5 ** (1 / 180), 0.5 ** (181 / 180)
    assert found.satisfaction_mean == pytest.approx((100 * new + 50 * old) / (new + old))
    assert found.satisfaction_answers == pytest.approx(new + old)
    assert found.satisfaction_count == 2


def test_a_decision_makers_answer_weighs_three_times_another_ones(wave):
    buyer = customer()
    response(wave, "2025-06-30", buyer, {"overall": 5, "ease": 7}, weight=3)
    response(wave, "2025-06-30", buyer, {"overall": 1, "ease": 3}, weight=1)
    found = facts_of(buyer).iloc[0]
    assert (found.satisfaction_mean, found.effort_mean) == pytest.approx((75, 6))
    assert (found.effort_total, found.effort_squares, found.effort_count) == (10, 58, 2)


@pytest.mark.parametrize("day, count", [("2025-07-01", 0), ("2025-06-30", 1), ("2024-07-01", 1), ("2024-06-30", 0)])
def test_answers_count_in_the_window_and_never_from_the_future(wave, day, count):
    buyer = customer()
    response(wave, day, buyer, {"overall": 4})
    assert facts_of(buyer).satisfaction_count.tolist() == [count]


def test_a_recommendation_is_remembered_for_730_days(wave):
    buyer = customer()
    response(wave, "2023-07-03", buyer, {"nps": 8})
    response(wave, "2023-06-01", buyer, {"nps": 0})
    found = facts_of(buyer).iloc[0]
    assert (found.recommendation_mean, found.recommendation_count, found.recommendations) == (8, 1, 0)


def test_an_answer_held_apart_counts_nowhere(wave):
    buyer = customer()
    response(wave, "2025-06-01", buyer, {"overall": 1, "nps": 0}, is_held=True, held_because=["too_fast"])
    found = facts_of(buyer).iloc[0]
    assert (found.satisfaction_count, found.recommendations) == (0, 0)
    assert np.isnan(found.satisfaction_mean)


def test_nothing_answered_is_not_zero(wave):
    found = facts_of(customer()).iloc[0]
    for name in ("satisfaction_mean", "effort_mean", "trust_mean", "stages_mean", "satisfaction_change"):
        assert np.isnan(found[name])


def test_promoters_detractors_and_top_boxes_are_counted(wave):
    buyer = customer()
    for nps, overall in ((10, 5), (9, 4), (8, 3), (6, 2), (0, 1)):
        response(wave, "2025-05-01", buyer, {"nps": nps, "overall": overall})
    found = facts_of(buyer).iloc[0]
    assert (found.promoters, found.detractors, found.recommendations) == (2, 2, 5)
    assert (found.top_answers, found.overall_answers) == (2, 5)


def test_the_three_item_index_wants_all_three_items(wave):
    buyer = customer()
    response(wave, "2025-05-01", buyer, {"grade": 8, "expected": 7, "ideal": 6})
    response(wave, "2025-05-02", buyer, {"grade": 1, "expected": 1})
    found = facts_of(buyer).iloc[0]
    assert (found.acsi_total, found.acsi_items) == (21, 3)


def test_the_trend_is_the_latest_moving_average_less_the_years_mean(wave):
    buyer = customer()
    for day, overall in (("2025-04-01", 5), ("2025-05-01", 5), ("2025-06-01", 1)):
        response(wave, day, buyer, {"overall": overall})
    # 100, 100, then 0.3 x 0 + 0.7 x 100 = 70; the mean is 200 / 3.
    assert facts_of(buyer).satisfaction_change.tolist() == pytest.approx([70 - 200 / 3])


def test_two_answers_are_no_trend(wave):
    buyer = customer()
    for day in ("2025-04-01", "2025-05-01"):
        response(wave, day, buyer, {"overall": 5})
    assert np.isnan(facts_of(buyer).satisfaction_change.iloc[0])


def test_each_kind_of_question_feeds_its_own_fact(wave):
    buyer = customer()
    response(wave, "2025-06-30", buyer, {"quality": 5, "buying": 3, "handled": 1})
    found = facts_of(buyer).iloc[0]
    assert (found.attribute_quality_mean, found.stages_mean, found.handling_mean) == pytest.approx((100, 50, 0))
    assert np.isnan(found.attribute_price_mean)
    assert np.isnan(found.satisfaction_mean)


def invited(wave: Campaign, buyer, **fields: object) -> Invitation:
    given = {"due_at": at("2025-05-01"), "sent_at": at("2025-05-01"), "standing": "sent", "is_anonymous": False}
    occasion = f"test:{Invitation.objects.count()}"
    return Invitation.objects.create(campaign=wave, customer=buyer, occasion=occasion, **given | fields)


def test_an_invitation_that_came_back_was_not_delivered(wave):
    buyer = customer()
    invited(wave, buyer, is_answered=True, answered_at=at("2025-05-02"))
    invited(wave, buyer, standing="bounced")
    invited(wave, buyer, is_answered=True, answered_at=at("2025-07-02"))
    invited(wave, buyer, standing="deferred", sent_at=None)
    found = facts_of(buyer).iloc[0]
    assert (found.invitations_sent, found.invitations_delivered, found.invitations_answered) == (3, 2, 1)


def test_an_anonymous_invitation_counts_as_answered_once_its_campaign_is_closed(wave):
    buyer = customer()
    invited(wave, buyer, is_anonymous=True, is_answered=True)
    assert facts_of(buyer).invitations_answered.tolist() == [0]
    Campaign.objects.filter(pk=wave.pk).update(closed_at=at("2025-06-01"), state="closed")
    assert facts_of(buyer).invitations_answered.tolist() == [1]


def test_a_bad_answer_is_followed_up_in_time_or_not(wave):
    buyer = customer()
    rule = LoopRule.objects.create(name="Detractors", key="nps", at_most=6)
    for done in (at("2025-05-03"), at("2025-05-20"), None):
        said = response(wave, "2025-05-01", buyer, {"nps": 2})
        promised = follow_up(buyer, "2025-05-05", done_at=done)
        LoopHit.objects.create(rule=rule, response=said, follow_up=promised, due_at=at("2025-05-05"))
    found = facts_of(buyer).iloc[0]
    assert (found.feedback_due, found.feedback_kept) == (3, 1)


def test_loyal_is_who_bought_or_referred_within_180_days_of_the_answer(wave):
    buyer, idle, cross, young = customer(), customer(), customer(), customer()
    for each, overall in ((buyer, 5), (idle, 5), (cross, 2)):
        response(wave, "2024-10-01", each, {"overall": overall})
    response(wave, "2025-06-01", young, {"overall": 5})
    order(buyer, "2024-12-01")
    order(idle, "2025-06-01")
    customer(referred_by=cross, acquired_on=dt.date(2024, 11, 1))
    found = facts_of(buyer, idle, cross, young)
    names = ["satisfied_before", "satisfied_loyal", "dissatisfied_before", "dissatisfied_loyal"]
    assert found[names].to_numpy().tolist() == [[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]


def test_shards_of_any_size_give_the_same_facts(wave):
    buyers = [customer() for _ in range(5)]
    for place, each in enumerate(buyers):
        for day in range(1, 4):
            response(wave, f"2025-0{day + 2}-1{place}", each, {"overall": 1 + (place + day) % 5, "nps": place})
    whole = facts_of(*buyers)
    parts = pd.concat([facts_of(each) for each in buyers])
    assert whole.to_numpy().tobytes() == parts[whole.columns].to_numpy().tobytes()


def test_anonymous_answers_count_for_the_company_once_five_are_in_a_closed_campaign(wave):
    Campaign.objects.filter(pk=wave.pk).update(privacy="anonymous", closed_at=at("2025-06-01"), state="closed")
    for nps in (10, 9, 5, 7):
        response(wave, "", None, {"nps": nps})
    assert population_facts.sums(AS_OF, Settings(), LONDON, SURVEYS) == []
    response(wave, "", None, {"nps": 10})
    batches.move(at("2025-06-02"))
    assert population_facts.sums(AS_OF, Settings(), LONDON, SURVEYS) == [
        ("all", "", "net_promoter_score", 2.0, 5.0, 4.0, 5.0)
    ]
    assert population_facts.sums(AS_OF, Settings(), LONDON, {}) == []
