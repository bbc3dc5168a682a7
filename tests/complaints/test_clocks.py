"""The clocks of a case run in working time, stand still while we wait, and follow policies and calendars."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from complaints import clocks, life
from complaints.models import Actor, Case, CaseClock, CaseMessage, CasePause, ClockKind, ResponsePolicy
from crmquality.office.models import Calendar, CalendarDay
from tests.records import case, customer

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3600


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock(of: Case, kind: str) -> CaseClock:
    return of.clocks.get(kind=kind)


def due(of: Case, kind: str) -> dt.datetime | None:
    return clock(of, kind).due_at


def say(about: Case, text: str, direction: str, when: dt.datetime, actor: Actor, **fields) -> CaseMessage:
    message = CaseMessage(at=when, direction=direction, channel="email", text=text, **fields)
    return life.write(about, message, actor, when)


def test_a_complaint_of_friday_evening_is_due_on_the_make_up_saturday(shanghai):
    late = case(at("2026-02-13 17:30"), severity=2)
    assert due(late, "acknowledge") == at("2026-02-14 14:00")


def test_severity_and_tier_decide_what_is_promised(shanghai):
    start = at("2026-03-02 09:00")
    targets = {
        (severity, tier): clock(case(start, customer(tier=tier), severity=severity), "response").target
        for severity in (1, 4)
        for tier in ("A", "B", "")
    }
    assert targets == {
        (1, "A"): 8 * HOUR, (1, "B"): 16 * HOUR, (1, ""): 16 * HOUR,
        (4, "A"): HOUR / 2, (4, "B"): HOUR, (4, ""): HOUR,
    }  # fmt: skip


def test_where_nothing_is_promised_no_clock_runs(shanghai):
    ResponsePolicy.objects.all().delete()
    assert not case(at("2026-03-02 09:00")).clocks.exists()


def test_an_answer_stops_the_clock_and_keeps_the_working_time_it_took(shanghai, agent):
    one = case(at("2026-03-02 11:00"))
    say(one, "We look into it.", "out", at("2026-03-02 14:00"), Actor.staff(agent))
    answered = clock(one, "response")
    assert (answered.elapsed, answered.is_met) == (1.5 * HOUR, True)
    assert clock(one, "acknowledge").stopped_at == at("2026-03-02 14:00")
    assert clock(one, "resolve").is_running


def test_an_automatic_mail_answers_nobody(shanghai):
    one = case(at("2026-03-02 11:00"))
    say(one, "We have your mail.", "out", at("2026-03-02 11:01"), Actor.system(), is_automatic=True)
    assert clock(one, "response").is_running


def test_while_we_wait_for_the_customer_nothing_is_due(shanghai, agent):
    one = case(at("2026-03-06 16:00"))
    life.wait(one, Actor.staff(agent), at("2026-03-06 17:00"))
    assert {each.due_at for each in one.clocks.running()} == {None}


def test_a_pause_over_a_weekend_gives_back_only_its_working_time(shanghai, agent):
    one = case(at("2026-03-06 16:00"))
    without = due(one, "acknowledge")
    life.wait(one, Actor.staff(agent), at("2026-03-06 17:00"))
    say(one, "Here is the photo.", "in", at("2026-03-09 10:00"), Actor.customer("email"))
    assert without == at("2026-03-09 11:00")
    assert due(one, "acknowledge") == at("2026-03-09 14:30"), "two working hours later, over lunch"
    assert one.status == "in_progress"


def test_an_answer_that_came_earlier_ends_the_pause_when_it_came_and_is_listed(shanghai, agent):
    one = case(at("2026-03-06 10:00"))
    life.wait(one, Actor.staff(agent), at("2026-03-06 11:00"))
    seen = CaseMessage(at=at("2026-03-06 11:30"), direction="in", channel="wechat", text="Yes.")
    life.write(one, seen, Actor.customer("wechat"), at("2026-03-09 09:00"))
    pause = CasePause.objects.get(case=one)
    assert (pause.ended_at, pause.was_answered) == (at("2026-03-06 11:30"), True)
    assert due(one, "acknowledge") == at("2026-03-06 16:00"), "half an hour was paused"


def test_the_customers_next_message_wants_an_answer_once(shanghai, agent):
    one = case(at("2026-03-02 09:00"))
    say(one, "We look into it.", "out", at("2026-03-02 10:00"), Actor.staff(agent))
    assert not one.clocks.filter(kind=ClockKind.NEXT_RESPONSE).exists()
    say(one, "And?", "in", at("2026-03-03 09:00"), Actor.customer())
    say(one, "Hello?", "in", at("2026-03-03 11:00"), Actor.customer())
    assert clock(one, "next").started_at == at("2026-03-03 09:00")
    say(one, "Tomorrow.", "out", at("2026-03-03 14:00"), Actor.staff(agent))
    assert clock(one, "next").elapsed == 3.5 * HOUR


def test_a_clock_stopped_too_late_was_breached_when_it_was_due(shanghai, agent):
    one = case(at("2026-03-02 09:00"), severity=4)
    say(one, "Sorry.", "out", at("2026-03-02 11:00"), Actor.staff(agent))
    late = clock(one, "response")
    assert (late.breached_at, late.is_met) == (at("2026-03-02 10:00"), False)


def test_exactly_in_time_is_in_time(shanghai, agent):
    one = case(at("2026-03-02 09:00"), severity=4)
    say(one, "Done.", "out", at("2026-03-02 10:00"), Actor.staff(agent))
    assert clock(one, "response").is_met


def test_a_changed_severity_moves_what_is_due(shanghai, agent):
    one = case(at("2026-03-02 09:00"), severity=1)
    life.assess(one, Actor.staff(agent), at("2026-03-02 09:10"), severity=4)
    assert due(one, "response") == at("2026-03-02 10:00")


def test_a_changed_policy_moves_open_cases_and_says_how_many(shanghai, agent):
    one, other = case(at("2026-03-02 09:00")), case(at("2026-03-02 09:00"))
    life.resolve(other, Actor.staff(agent), at("2026-03-02 10:00"))
    ResponsePolicy.objects.filter(severity=2, tier="").update(resolve_minutes=60)
    assert clocks.recompute() == 1
    assert due(one, "resolve") == at("2026-03-02 10:00")
    assert clocks.recompute() == 0


def test_a_day_off_moves_open_cases(shanghai):
    one = case(at("2026-03-02 17:00"))
    CalendarDay.objects.create(calendar=shanghai, day=dt.date(2026, 3, 3), name="Stock-taking")
    assert clocks.recompute() == 3
    assert due(one, "acknowledge") == at("2026-03-04 12:00")


def test_own_days_win_over_public_ones(shanghai):
    shanghai.days.create(day=dt.date(2026, 2, 14), is_working=False)
    shanghai.days.create(day=dt.date(2026, 2, 16), is_working=True)
    assert due(case(at("2026-02-13 17:30")), "acknowledge") == at("2026-02-16 14:00")


def test_a_calendar_without_working_days_is_refused():
    for weekly in ({}, {"0": []}, {"0": [["9", "12"]]}, {"9": [["09:00", "12:00"]]}, [], {"0": "x"}):
        with pytest.raises(ValidationError):
            Calendar(name="None", time_zone="UTC", weekly=weekly).full_clean()


def test_a_region_that_the_country_has_not_is_refused():
    with pytest.raises(ValidationError):
        Calendar(name="Odd", time_zone="UTC", country="CN", region="ENG").full_clean()
    with pytest.raises(ValidationError):
        Calendar(name="Odd", time_zone="UTC", country="QQ").full_clean()
    Calendar(name="England", time_zone="Europe/London", country="GB", region="ENG").full_clean()


def test_recomputing_costs_the_same_for_ten_cases_and_fifty(shanghai, django_assert_num_queries):
    for _ in range(10):
        case(at("2026-03-02 09:00"))
    with django_assert_num_queries(10):
        clocks.recompute()
    for _ in range(40):
        case(at("2026-03-02 09:00"))
    with django_assert_num_queries(10):
        clocks.recompute()
