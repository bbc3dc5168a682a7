"""What the customer says of the handling stands with the case."""

import datetime as dt

import pytest
from django.utils import timezone

from complaints import life, telling
from complaints.models import Actor, Case
from complaints.satisfaction import rate
from crmquality.office.models import Organisation
from customers.models import ChangedCustomer
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
SURVEY = Actor.customer("survey")


def closed(on: str, agent, **fields) -> Case:
    one = case(at(on) - dt.timedelta(days=2), fields.pop("of", None) or customer(), **fields)
    life.resolve(one, Actor.staff(agent), at(on))
    life.close(one, "accepted", Actor.staff(agent), at(on))
    return one


def test_the_answer_stands_with_the_case_and_the_score_hears_of_it(agent):
    one = closed("2025-03-05", agent)
    ChangedCustomer.objects.all().delete()
    rate(one, 66.6, SURVEY, at("2025-03-07"))
    rate(one, 80, SURVEY, at("2025-03-08"))
    one.refresh_from_db()
    last = one.steps.last()
    assert (one.satisfaction, last.step, last.by, last.channel) == (80, "rate", "customer", "survey")
    assert ChangedCustomer.objects.filter(customer_id=one.customer_id).exists()
    told = [item.told.summary for item in telling.history(one, Organisation.load())]
    assert any("80" in text for text in told)


@pytest.mark.parametrize("points", [-1, 101, float("nan")])
def test_points_beyond_the_scale_are_refused(agent, points):
    one = case(timezone.now(), customer())
    with pytest.raises(ValueError, match="between 0 and 100"):
        rate(one, points, SURVEY, timezone.now())
    assert one.steps.count() == 1
