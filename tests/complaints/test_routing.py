"""A new case goes to whom the rules say, and not to somebody who is away."""

import datetime as dt

import pytest

from complaints import routing
from complaints.models import AssignmentRule, Case, Category
from crmquality.office.models import Leave, Team
from tests.people import member
from tests.records import case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
TODAY = dt.date(2025, 3, 3)


@pytest.fixture
def service(db) -> Team:
    return Team.objects.create(name="Service")


def routed(**fields) -> tuple[str, str]:
    team, owner = routing.route(Case(subject="x", **fields), TODAY)
    return str(team or ""), str(owner or "")


def test_without_rules_the_customers_owner_gets_it(agent):
    assert routed(customer=customer(owner=agent)) == ("Key accounts", "agent")
    assert routed() == ("", "")


def test_a_category_has_a_department(service):
    delivery = Category.objects.get(code="delivery")
    Category.objects.filter(pk=delivery.pk).update(team=service)
    member("helper", "agent", team=service)
    assert routed(category=Category.objects.get(pk=delivery.pk)) == ("Service", "helper")


def test_the_first_rule_that_fits_decides(agent, service):
    helper = member("helper", "agent", team=service)
    AssignmentRule.objects.create(position=2, way="owner")
    AssignmentRule.objects.create(
        position=1, way="load", team=service, category=Category.objects.get(code="delivery"), least_severity=3
    )
    late = Category.objects.get(code="late-delivery")
    buyer = customer(owner=agent)
    assert routed(customer=buyer, category=late, severity=3) == ("Service", helper.username)
    assert routed(customer=buyer, category=late, severity=2) == ("Key accounts", "agent")


def test_whoever_has_the_fewest_open_cases_gets_the_next(service):
    busy, idle = member("busy", "agent", team=service), member("idle", "agent", team=service)
    case("2025-03-01", customer(owner=busy))
    AssignmentRule.objects.create(way="load", team=service)
    assert routed() == ("Service", "idle")
    Leave.objects.create(member=idle, cover=busy, starts_on=TODAY, ends_on=TODAY)
    assert routed() == ("Service", "busy")


def test_a_department_may_pick_it_up_itself(service):
    member("helper", "agent", team=service)
    AssignmentRule.objects.create(way="team", team=service, kind="request")
    assert routed(kind="request") == ("Service", "")
    assert routed(kind="complaint") == ("", "")


def test_whoever_covers_the_owner_gets_it(agent):
    cover = member("cover", "agent", team=agent.team)
    Leave.objects.create(member=agent, cover=cover, starts_on=TODAY, ends_on=TODAY)
    assert routed(customer=customer(owner=agent)) == ("Key accounts", "cover")


def test_an_owner_who_left_gets_nothing_more(agent):
    agent.is_active = False
    agent.save()
    assert routed(customer=customer(owner=agent)) == ("", "")
