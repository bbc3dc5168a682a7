"""Facts of contacts, visits, opportunities, contracts, referrals and acquisition, on paper-and-pencil customers."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from customers import follow_ups, population_facts
from customers.facts import KeyRange, collect
from customers.models import AcquisitionSpend, Customer, CustomerPhase, FollowUp, JointProject
from customers.record_facts import CHANNELS
from scoring.engine.settings import Settings
from tests.records import at, contract, customer, follow_up, interaction, opportunity, order

pytestmark = pytest.mark.django_db
AS_OF = dt.date(2025, 7, 1)
KINDS = ("orders", "costs", "interactions", "participation", "visits", "opportunities", "acquisition", "deliveries")
RECORDED = dict.fromkeys(KINDS, True)


def facts_of(*customers, as_of=AS_OF, recorded=RECORDED) -> pd.DataFrame:
    keys = [each.pk for each in customers]
    zone = ZoneInfo("Europe/London")
    return collect(KeyRange(min(keys), max(keys)), as_of, Settings(), zone, recorded).frame


def test_contacts_are_counted_in_their_window_and_by_who_began_them():
    talker = customer()
    interaction(talker, "2024-06-30")
    interaction(talker, "2024-07-01", "email", direction="in", minutes=10)
    interaction(talker, "2025-06-30", "visit", minutes=50)
    interaction(talker, "2025-07-01", "visit", minutes=999)
    facts = facts_of(talker).iloc[0]
    assert (facts.interaction_count, facts.interactions_in_window, facts.inbound_in_window) == (3, 2, 1)
    assert (facts.channels_in_window, facts.service_minutes_in_window) == (2, 60)
    assert facts.days_since_first_interaction == 366


def test_an_automatic_mail_is_no_contact():
    reader = customer()
    interaction(reader, "2025-06-01", "email", is_automatic=True)
    facts = facts_of(reader).iloc[0]
    assert facts.interaction_count == 0
    assert np.isnan(facts.days_since_first_interaction)


def test_a_mail_without_an_answer_is_no_contact_of_both():
    written, answered, visited = customer(), customer(), customer()
    for each in (written, answered, visited):
        interaction(each, "2025-05-01", "phone")
        interaction(each, "2025-06-01", "email")
    interaction(answered, "2025-06-10", "email", direction="in")
    interaction(visited, "2025-06-20", "visit")
    assert facts_of(written, answered, visited).days_since_two_way.tolist() == [61, 21, 11]


def test_nobody_talked_to_has_no_last_contact_of_both():
    written = customer()
    interaction(written, "2025-06-01", "email")
    assert np.isnan(facts_of(written).iloc[0].days_since_two_way)


def test_every_channel_has_a_bit_of_its_own():
    everywhere = customer()
    for channel in CHANNELS:
        interaction(everywhere, "2025-06-01", channel)
    assert facts_of(everywhere).iloc[0].channels_in_window == len(CHANNELS) == 8


def test_participation_is_halved_every_180_days():
    guest = customer()
    interaction(guest, AS_OF - dt.timedelta(180), "event")
    interaction(guest, AS_OF - dt.timedelta(360), "community", direction="in")
    interaction(guest, AS_OF - dt.timedelta(360), "community", direction="out")
    interaction(guest, AS_OF - dt.timedelta(720), "phone", kind="programme")
    facts = facts_of(guest).iloc[0]
    assert facts.participation_count == 3
    assert facts.participation_weight == pytest.approx(0.5 + 0.25 + 0.0625)


def test_a_joint_project_counts_in_full_while_it_lasts_and_half_a_year_after_its_end():
    partner = customer()
    for started, ended in (("2020-01-01", None), ("2023-01-01", "2024-07-01"), ("2025-07-01", None)):
        JointProject.objects.create(customer=partner, name="Line", started_on=started, ended_on=ended)
    facts = facts_of(partner).iloc[0]
    assert facts.joint_projects_count == 2
    assert facts.joint_projects_weight == pytest.approx(1.5)


def test_a_visit_is_kept_when_it_was_made_on_or_before_its_day():
    seen = customer()
    follow_up(seen, "2025-03-01", kind="return_visit", done_at=at("2025-03-01", 23))
    follow_up(seen, "2025-04-01", kind="return_visit", done_at=at("2025-04-02", 0))
    follow_up(seen, "2025-05-01", kind="return_visit")
    follow_up(seen, "2025-07-01", kind="return_visit")
    follow_up(seen, "2025-05-01", done_at=at("2025-05-01"))
    facts = facts_of(seen).iloc[0]
    assert (facts.visits_due, facts.visits_kept) == (3, 1)


def test_a_visit_given_up_in_time_is_not_due_and_one_given_up_late_was_missed():
    seen = customer()
    follow_up(seen, "2025-05-01", kind="return_visit", cancelled_at=at("2025-04-30"))
    follow_up(seen, "2025-06-01", kind="return_visit", cancelled_at=at("2025-06-02"))
    facts = facts_of(seen).iloc[0]
    assert (facts.visits_due, facts.visits_kept) == (1, 0)


def test_postponing_a_visit_keeps_nothing():
    seen = customer()
    late = follow_up(seen, "2025-05-01", kind="return_visit")
    follow_ups.postpone(late, dt.date(2025, 6, 1))
    FollowUp.objects.filter(pk=late.pk).update(done_at=at("2025-06-01"))
    facts = facts_of(seen).iloc[0]
    assert (facts.visits_due, facts.visits_kept) == (1, 0)


def test_opportunities_count_in_the_window_they_were_closed_in():
    bidder = customer()
    for day, outcome in (("2024-06-30", "won"), ("2024-07-01", "won"), ("2025-06-30", "lost"), ("2025-07-01", "lost")):
        opportunity(bidder, "2024-01-01", closed_on=day, outcome=outcome)
    opportunity(bidder, "2025-01-01")
    facts = facts_of(bidder).iloc[0]
    assert (facts.opportunities_won, facts.opportunities_lost) == (1, 1)


def test_a_contract_makes_a_customer_before_the_window_and_at_its_end():
    early, late, both, future = customer(), customer(), customer(), customer()
    contract(early, "2023-07-01", "2024-06-30")
    contract(late, "2024-07-01", "2025-06-30")
    contract(both, "2023-07-01", "2026-06-30")
    contract(future, "2025-07-01", "2026-06-30")
    facts = facts_of(early, late, both, future)
    assert facts.contract_before_window.tolist() == [1, 0, 1, 0]
    assert facts.contract_at_end.tolist() == [0, 1, 1, 0]
    assert facts.days_since_first_contract.tolist()[:3] == [731, 365, 731]
    assert np.isnan(facts.days_since_first_contract.iloc[3])


def test_a_referral_counts_once_the_referred_customer_is_won():
    sender = customer()
    prospect, buyer, won_later = (customer(referred_by=sender) for _ in range(3))
    by_date = customer(referred_by=sender, acquired_on="2025-06-30")
    order(buyer, "2025-01-01", 700)
    order(buyer, "2025-02-01", 300)
    order(buyer, "2025-02-02", 999, cancelled_at=at("2025-02-03"))
    order(won_later, "2025-07-01", 500)
    facts = facts_of(sender, prospect, buyer, won_later, by_date)
    assert facts.referred_customers.tolist() == [2, 0, 0, 0, 0]
    assert facts.referred_revenue.tolist() == [1000, 0, 0, 0, 0]


def test_a_months_spend_is_shared_by_everybody_its_channel_won_in_it():
    AcquisitionSpend.objects.create(channel="Fair", month="2025-03-01", amount=900)
    one, two = (customer(acquisition_channel="Fair", acquired_on=f"2025-03-{day}") for day in ("01", "31"))
    other = customer(acquisition_channel="Web", acquired_on="2025-03-10")
    earlier = customer(acquisition_channel="Fair", acquired_on="2025-02-28")
    facts = facts_of(one, two, other, earlier)
    assert facts.acquisition_cost.tolist()[:2] == [450, 450]
    assert np.isnan(facts.acquisition_cost.iloc[2:]).all()
    assert facts.won_in_window.tolist() == [1, 1, 1, 1]
    assert facts.days_since_acquired.tolist() == [122, 92, 113, 123]


def test_acquisition_before_the_window_costs_nothing_in_it():
    AcquisitionSpend.objects.create(channel="Fair", month="2024-03-01", amount=900)
    old = customer(acquisition_channel="Fair", acquired_on="2024-03-05")
    facts = facts_of(old).iloc[0]
    assert (facts.acquisition_cost, facts.acquisition_cost_in_window, facts.won_in_window) == (900, 0, 0)


def test_credit_is_what_was_owed_on_the_day():
    debtor = customer(receivable=1000, overdue=0)
    CustomerPhase.objects.create(customer=debtor, since="2025-06-30", receivable=1000, overdue=400)
    CustomerPhase.objects.create(customer=debtor, since="2025-07-01", receivable=1000, overdue=900)
    facts = facts_of(debtor, customer())
    assert (facts.overdue.iloc[0], facts.receivable.iloc[0]) == (400, 1000)
    assert facts.credit_records.tolist() == [1, 0]


def test_what_is_not_recorded_is_not_asked(django_assert_num_queries):
    talker = customer()
    interaction(talker, "2025-06-01")
    facts = facts_of(talker, recorded={"deliveries": True})
    assert "interaction_count" not in facts
    assert "visits_due" not in facts


def test_conversion_is_told_by_source_and_by_stage():
    bidder = customer()
    for source, stage, outcome in (("Fair", "Offer", "won"), ("Fair", "Offer", "lost"), ("Web", "Trial", "lost")):
        opportunity(bidder, "2025-01-01", closed_on="2025-05-01", outcome=outcome, channel=source, stage=stage)
    found = {row[:2]: row[2:] for row in population_facts.sums(AS_OF, Settings(), RECORDED)}
    assert found["source", "Fair"] == ("conversion_rate", 1, 2, 2)
    assert found["source", "Web"] == ("conversion_rate", 0, 1, 1)
    assert found["opportunity_stage", "Offer"] == ("conversion_rate", 1, 2, 2)


def test_money_spent_without_winning_anybody_counts_for_the_company_and_the_channel():
    for month, amount in (("2025-03-01", 900), ("2025-04-01", 100), ("2024-06-01", 5000)):
        AcquisitionSpend.objects.create(channel="Fair", month=month, amount=amount)
    customer(acquisition_channel="Fair", acquired_on="2025-03-01")
    found = [row for row in population_facts.sums(AS_OF, Settings(), RECORDED) if "acquisition" in row[2]]
    assert sorted(found) == [
        (cut, label, f"acquisition_cost.{figure}", 100, 0, 0)
        for cut, label in (("all", ""), ("channel", "Fair"))
        for figure in ("cost", "spend")
    ]


def test_the_facts_of_one_customer_are_those_of_the_whole_company():
    everybody = [customer() for _ in range(5)]
    for number, each in enumerate(everybody):
        for days in range(1, 40 * (number + 1), 37):
            interaction(each, AS_OF - dt.timedelta(days), "event" if days % 2 else "phone")
    whole = facts_of(*everybody)
    for each in everybody:
        pd.testing.assert_frame_equal(facts_of(each), whole.loc[[each.pk]])
    assert Customer.objects.count() == 5
