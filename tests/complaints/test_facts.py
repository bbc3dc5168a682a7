"""Facts of cases on paper-and-pencil customers: as it stood on the day, whatever happened later."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from complaints import facts, life
from complaints.models import Actor, Case, CaseMessage, Category
from crmquality.office.models import Calendar
from customers.facts import KeyRange
from scoring.engine.settings import Settings
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
AS_OF = dt.date(2025, 7, 1)
LONDON = ZoneInfo("Europe/London")
SYSTEM = Actor.system("test")


def facts_of(*customers, as_of=AS_OF) -> pd.DataFrame:
    keys = np.array([each.pk for each in customers])
    columns = facts.collect(
        KeyRange(keys.min(), keys.max()), as_of, Settings(), LONDON, {"complaints": True}, np.sort(keys)
    )
    return pd.DataFrame(columns, index=np.sort(keys))


def closed(of: Case, day: str, outcome: str = "accepted") -> Case:
    life.resolve(of, SYSTEM, at(day))
    life.close(of, outcome, SYSTEM, at(day))
    return of


def answer(about: Case, moment: dt.datetime, **fields) -> None:
    message = CaseMessage(at=moment, direction="out", channel="phone", text="Sorry.", **fields)
    life.write(about, message, SYSTEM, moment)


def test_only_complaints_are_complaints():
    buyer = customer()
    for kind in ("complaint", "enquiry", "suggestion", "request", "praise"):
        case("2025-06-01", buyer, kind=kind)
    assert facts_of(buyer).complaints_in_window.tolist() == [1]


def test_complaints_count_in_the_window_they_came_in():
    buyer = customer()
    for day in ("2024-06-30", "2024-07-01", "2025-06-30", "2025-07-01"):
        case(day, buyer)
    assert facts_of(buyer).complaints_in_window.tolist() == [2]


def test_a_merged_complaint_counts_once():
    buyer = customer()
    kept, twin = case("2025-06-01", buyer), case("2025-06-02", buyer)
    life.merge(kept, twin, SYSTEM, at("2025-06-03"))
    assert facts_of(buyer).complaints_in_window.tolist() == [1]


def test_complaints_weigh_by_severity_age_and_state():
    open_one, settled, recovered = customer(), customer(), customer()
    day = AS_OF - dt.timedelta(90)
    case(at(day), open_one, severity=4)
    closed(case(at(day), settled, severity=4), "2025-06-01")
    won = closed(case(at(day), recovered, severity=4), "2025-06-01")
    Case.objects.filter(pk=won.pk).update(satisfaction=80)
    assert facts_of(open_one, settled, recovered).complaint_points.tolist() == pytest.approx([8, 4, 2])


def test_a_complaint_closed_after_the_day_was_open_on_the_day():
    buyer = customer()
    closed(case("2025-06-01", buyer), "2025-07-05")
    early = facts_of(buyer).iloc[0]
    late = facts_of(buyer, as_of=dt.date(2025, 8, 1)).iloc[0]
    assert (early.complaints_closed, early.complaints_resolved) == (0, 0)
    assert (late.complaints_closed, late.complaints_accepted) == (1, 1)


def test_what_was_reopened_after_the_day_was_closed_on_the_day():
    buyer = customer()
    one = closed(case("2025-05-01", buyer), "2025-06-01")
    life.reopen(one, SYSTEM, at("2025-07-10"))
    before = facts_of(buyer).iloc[0]
    after = facts_of(buyer, as_of=dt.date(2025, 8, 1)).iloc[0]
    assert (before.complaints_closed, before.complaints_reopened) == (1, 0)
    assert (after.complaints_closed, after.complaints_reopened) == (0, 1)


def test_solved_at_once_is_with_one_answer_and_for_a_fortnight():
    buyer = customer()
    for answers in (0, 1, 2):
        one = case("2025-05-01", buyer)
        for _ in range(answers):
            answer(one, at("2025-05-02"))
        closed(one, "2025-05-03")
    back = closed(case("2025-05-01", buyer), "2025-05-03")
    life.reopen(back, SYSTEM, at("2025-05-10"))
    closed(case("2025-06-01", buyer), "2025-06-25")
    found = facts_of(buyer).iloc[0]
    assert (found.complaints_settled, found.complaints_settled_at_once) == (4, 2)
    assert (found.complaints_resolved, found.complaints_reopened) == (5, 1)


def test_a_complaint_repeats_one_that_was_closed_within_ninety_days_before():
    buyer = customer()
    late, billing = (Category.objects.get(code=code) for code in ("late-delivery", "billing"))
    closed(case("2024-09-01", buyer, category=late), "2024-09-10")
    case("2024-12-09", buyer, category=late)
    case("2024-12-01", buyer, category=billing)
    case("2025-06-01", buyer, category=late)
    case("2024-09-20", buyer)
    assert facts_of(buyer).complaints_repeated.tolist() == [1]


def test_the_median_answer_is_told_in_targets():
    """Eight working hours are the target; office hours of London are 9 to 18."""
    Calendar.objects.create(name="London", time_zone="Europe/London", is_default=True)
    buyer = customer()
    for hours in (1, 2, 8):
        start = dt.datetime(2025, 6, 2, 9, tzinfo=LONDON)
        answer(case(start, buyer), start + dt.timedelta(hours=hours))
    found = facts_of(buyer).iloc[0]
    assert found.response_ratio == pytest.approx(2 / 8)
    assert (found.response_ratio_total, found.response_count) == (pytest.approx(11 / 8), 3)


def test_an_unanswered_complaint_counts_once_it_is_overdue():
    Calendar.objects.create(name="London", time_zone="Europe/London", is_default=True)
    waiting, fresh = customer(), customer()
    case(dt.datetime(2025, 6, 27, 9, tzinfo=LONDON), waiting)
    case(dt.datetime(2025, 6, 30, 17, tzinfo=LONDON), fresh)
    found = facts_of(waiting, fresh)
    # Friday and Monday, nine hours each, of a target of eight.
    assert found.response_ratio.iloc[0] == pytest.approx(18 / 8)
    assert np.isnan(found.response_ratio.iloc[1])


def test_an_answer_given_after_the_day_was_not_given_on_the_day():
    Calendar.objects.create(name="London", time_zone="Europe/London", is_default=True)
    buyer = customer()
    answer(case(dt.datetime(2025, 6, 27, 9, tzinfo=LONDON), buyer), dt.datetime(2025, 7, 2, 9, tzinfo=LONDON))
    assert facts_of(buyer).response_ratio.iloc[0] == pytest.approx(18 / 8)


def test_due_clocks_are_those_stopped_and_those_overdue():
    buyer = customer()
    one = case("2025-06-02", buyer)
    life.acknowledge(one, SYSTEM, at("2025-06-02"))
    case(at("2025-06-30", 17), buyer)
    found = facts_of(buyer).iloc[0]
    # Of the first case two more are overdue by July; nothing of the second is.
    assert (found.clocks_due, found.clocks_met) == (3, 1)


def test_a_special_request_wants_a_proposal():
    buyer = customer()
    request = case("2025-06-02", buyer, kind="request")
    life.propose(request, "With your logo.", SYSTEM, at("2025-06-03"))
    found = facts_of(buyer).iloc[0]
    assert found.proposal_count == 1
    assert 0 < found.proposal_ratio < 1
    assert found.complaints_in_window == 0


def test_compensation_and_minutes_count_when_they_fell():
    buyer = customer()
    one = case("2024-01-01", buyer)
    answer(one, at("2024-06-01"), minutes=500)
    answer(one, at("2025-06-01"), minutes=20)
    Case.objects.filter(pk=one.pk).update(compensation=700, compensated_on="2025-06-30")
    found = facts_of(buyer).iloc[0]
    assert (found.compensation_in_window, found.case_minutes_in_window) == (700, 20)


def test_an_adopted_suggestion_is_halved_every_year():
    buyer = customer()
    for day in (AS_OF - dt.timedelta(365), AS_OF - dt.timedelta(730), AS_OF):
        case("2022-01-01", buyer, kind="suggestion", is_adopted=True, adopted_on=day)
    case("2022-01-01", buyer, kind="suggestion", is_adopted=False)
    assert facts_of(buyer).adopted_suggestions_weight.tolist() == pytest.approx([0.75])


def test_nothing_is_known_while_complaints_are_not_recorded():
    buyer = customer()
    keys = KeyRange(buyer.pk, buyer.pk)
    assert facts.collect(keys, AS_OF, Settings(), LONDON, {}, np.array([buyer.pk])) == {}


def test_the_facts_of_one_customer_are_those_of_the_whole_company():
    everybody = [customer() for _ in range(4)]
    for number, each in enumerate(everybody):
        for days in range(1, 60 * (number + 1), 41):
            one = case(at(AS_OF - dt.timedelta(days)), each, severity=1 + days % 4)
            answer(one, one.received_at + dt.timedelta(hours=days))
    whole = facts_of(*everybody)
    for each in everybody:
        pd.testing.assert_frame_equal(facts_of(each), whole.loc[[each.pk]])
