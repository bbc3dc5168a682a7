import pytest
from django.http import Http404

from customers.access import customer_edit, customer_read, customers_export, customers_read
from tests.people import member
from tests.records import customer


@pytest.fixture
def own(agent):
    return customer("OWN", owner=agent)


@pytest.fixture
def foreign(db):
    return customer("FOREIGN", owner=member("somebody", "agent"))


def test_a_manager_reads_every_customer(manager, own, foreign):
    assert set(customers_read(manager)) == {own, foreign}


def test_an_agent_reads_own_customers_and_the_teams(agent, own, foreign, team):
    colleague = customer("TEAM", owner=member("colleague", "agent", team=team))
    assert set(customers_read(agent)) == {own, colleague}


def test_an_agent_gets_404_for_somebody_elses_customer(agent, foreign):
    with pytest.raises(Http404):
        customer_read(agent, "FOREIGN")


def test_an_agent_without_a_team_does_not_see_customers_of_others_without_a_team(foreign):
    loner = member("loner", "agent")
    assert not customers_read(loner)


def test_an_outsider_reads_nobody(outsider, own):
    assert not customers_read(outsider)
    with pytest.raises(Http404):
        customer_read(outsider, "OWN")


def test_a_deactivated_manager_reads_nobody(manager, own):
    manager.is_active = False
    assert not customers_read(manager)


def test_only_those_with_the_right_to_edit_get_a_customer_to_edit(manager, agent, own):
    assert customer_edit(manager, "OWN") == own
    assert customer_edit(agent, "OWN") == own
    for role in ("analyst", "auditor"):
        with pytest.raises(Http404):
            customer_edit(member(role, role), "OWN")


def test_only_those_with_the_right_to_export_get_customers_to_export(manager, agent, own):
    assert list(customers_export(manager)) == [own]
    with pytest.raises(Http404):
        customers_export(agent)
