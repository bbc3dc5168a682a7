"""Working time is right over lunch, nights, weekends, holidays, make-up days, pauses and changes of the clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crmquality.lib.clock import WorkCalendar, due_at, is_breached, working_time_between

SHANGHAI, LONDON, NEW_YORK = (ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/London", "America/New_York"))
OFFICE = [("09:00", "12:00"), ("13:30", "18:00")]
HOUR = dt.timedelta(hours=1)
ROUND_THE_CLOCK = WorkCalendar("UTC", {day: [("00:00", "24:00")] for day in range(7)})


def office(timezone="Asia/Shanghai", windows=OFFICE, **more) -> WorkCalendar:
    return WorkCalendar(timezone, dict.fromkeys(range(5), windows), **more)


def at(text: str, zone=SHANGHAI) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


def test_lunch_is_no_working_time():
    assert working_time_between(at("2026-03-02 11:00"), at("2026-03-02 14:00"), office()) == 1.5 * HOUR


def test_nights_and_weekends_are_no_working_time():
    assert working_time_between(at("2026-03-06 17:00"), at("2026-03-09 10:00"), office()) == 2 * HOUR


def test_a_complaint_of_friday_evening_is_due_on_a_make_up_saturday():
    china = holidays.country_holidays("CN", years=2026)
    days = [dt.date(2026, 1, 1) + dt.timedelta(number) for number in range(365)]
    calendar = office(
        holidays=[day for day in days if day.weekday() < 5 and not china.is_working_day(day)],
        working_days=[day for day in days if day.weekday() > 4 and china.is_working_day(day)],
    )
    assert due_at(at("2026-02-13 17:30"), 4 * HOUR, calendar) == at("2026-02-14 14:00")


def test_without_make_up_days_it_would_be_due_after_the_spring_festival():
    festival = [dt.date(2026, 2, 16) + dt.timedelta(number) for number in range(8)]
    assert due_at(at("2026-02-13 17:30"), 4 * HOUR, office(holidays=festival)) == at("2026-02-24 14:00")


def test_a_make_up_day_takes_the_hours_of_the_first_working_weekday_and_wins_over_a_holiday():
    saturday = dt.date(2026, 3, 7)
    calendar = WorkCalendar(
        "Asia/Shanghai", {1: [("10:00", "11:00")], 2: OFFICE}, holidays=[saturday], working_days=[saturday]
    )
    assert working_time_between(at("2026-03-07 00:00"), at("2026-03-08 00:00"), calendar) == HOUR


def test_a_start_on_a_holiday_begins_to_count_on_the_next_working_day():
    assert due_at(at("2026-03-07 15:00"), 2 * HOUR, office()) == at("2026-03-09 11:00")


def test_a_deadline_on_closing_time_stays_there():
    assert due_at(at("2026-03-02 11:00"), HOUR, office()) == at("2026-03-02 12:00")
    assert due_at(at("2026-03-06 17:00"), HOUR, office()) == at("2026-03-06 18:00")


def test_a_target_of_nothing_is_due_at_the_start_whatever_the_hour():
    sunday = at("2026-03-08 03:00")
    assert due_at(sunday, dt.timedelta(0), office(), [(sunday, None)]) == sunday


def test_a_target_of_more_than_a_year_is_found():
    year_of_work = 5 * 7.5 * 60 * HOUR
    assert due_at(at("2026-03-02 09:00"), year_of_work, office()) == at("2027-04-23 18:00")


def test_the_moment_due_is_told_in_the_zone_of_the_start():
    assert due_at(at("2026-03-02 01:00", dt.UTC), HOUR, office()).tzinfo is dt.UTC


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on():
    night = WorkCalendar("Asia/Shanghai", {4: [("22:00", "06:00")]}, holidays=[dt.date(2026, 3, 7)])
    assert working_time_between(at("2026-03-07 00:00"), at("2026-03-08 00:00"), night) == 6 * HOUR
    assert due_at(at("2026-03-06 12:00"), 8 * HOUR, night) == at("2026-03-07 06:00")


def test_windows_that_overlap_count_once():
    calendar = WorkCalendar("UTC", {0: [("09:00", "13:00"), ("12:00", "14:00")], 6: [("20:00", "10:00")]})
    assert working_time_between(at("2026-03-01", dt.UTC), at("2026-03-03", dt.UTC), calendar) == 18 * HOUR


# Clocks


@pytest.mark.parametrize("day, hours", [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_round_the_clock_is_as_long_as_it_is(day, hours):
    always = WorkCalendar("Europe/London", {number: [("00:00", "24:00")] for number in range(7)})
    start = at(day, LONDON)
    assert working_time_between(start, start + dt.timedelta(days=1), always) == hours * HOUR


def test_a_window_within_the_skipped_hour_is_empty_and_one_around_it_is_shorter():
    within = WorkCalendar("Europe/London", {6: [("01:15", "01:45")]})
    around = WorkCalendar("Europe/London", {6: [("00:00", "01:30"), ("01:40", "03:00")]})
    start, end = at("2026-03-29", LONDON), at("2026-03-30", LONDON)
    assert working_time_between(start, end, within) == dt.timedelta(0)
    assert working_time_between(start, end, around) == 2 * HOUR


def test_a_repeated_hour_is_worked_twice():
    calendar = WorkCalendar("America/New_York", {6: [("01:00", "01:30")]})
    start, end = at("2026-11-01", NEW_YORK), at("2026-11-02", NEW_YORK)
    assert working_time_between(start, end, calendar) == 1.5 * HOUR
    assert due_at(start, HOUR, calendar).astimezone(dt.UTC) == at("2026-11-01 06:00", dt.UTC)


# Pauses


def test_a_paused_clock_does_not_run_over_a_weekend():
    """Only the working time of a pause is given back, not its nights and days off."""
    pause = (at("2026-03-06 17:00"), at("2026-03-09 10:00"))
    assert due_at(at("2026-03-06 16:00"), 2 * HOUR, office(), [pause]) == at("2026-03-09 11:00")
    assert working_time_between(at("2026-03-06 16:00"), at("2026-03-09 11:00"), office(), [pause]) == 2 * HOUR


def test_pauses_that_overlap_pause_once_in_any_order():
    one = (at("2026-03-02 10:00"), at("2026-03-02 11:00"))
    two = (at("2026-03-02 10:30"), at("2026-03-02 11:30"))
    for pauses in ([one, two], [two, one], [one, two, one]):
        assert due_at(at("2026-03-02 09:00"), 2 * HOUR, office(), pauses) == at("2026-03-02 14:00")
        start, end = at("2026-03-02 09:00"), at("2026-03-02 12:00")
        assert working_time_between(start, end, office(), pauses) == 1.5 * HOUR


def test_while_an_open_pause_lasts_nothing_is_due():
    assert due_at(at("2026-03-02 09:00"), 2 * HOUR, office(), [(at("2026-03-02 10:00"), None)]) is None
    start, end = at("2026-03-02 09:00"), at("2026-03-02 12:00")
    assert working_time_between(start, end, office(), [(at("2026-03-02 10:00"), None)]) == HOUR


def test_a_deadline_that_passed_before_the_pause_began_stands():
    assert due_at(at("2026-03-02 09:00"), HOUR, office(), [(at("2026-03-02 10:00"), None)]) == at("2026-03-02 10:00")


def test_a_pause_that_began_before_the_start_delays_it():
    pause = (at("2026-03-01 09:00"), at("2026-03-02 11:00"))
    assert due_at(at("2026-03-02 09:00"), HOUR, office(), [pause]) == at("2026-03-02 12:00")


def test_a_pause_of_nothing_changes_nothing():
    moment = at("2026-03-02 10:00")
    assert due_at(at("2026-03-02 09:00"), 2 * HOUR, office(), [(moment, moment)]) == at("2026-03-02 11:00")


def test_exactly_the_target_is_kept_and_a_moment_more_is_not():
    assert not is_breached(4 * HOUR, 4 * HOUR)
    assert is_breached(4 * HOUR + dt.timedelta(microseconds=1), 4 * HOUR)


# What cannot be used


@pytest.mark.parametrize(
    "weekly, words",
    [
        ({}, "no working time"),
        ({0: []}, "no working time"),
        ({7: OFFICE}, "numbered from 0"),
        ({0: [("09:00", "09:00")]}, "no window"),
        ({0: [("24:00", "06:00")]}, "no window"),
        ({0: [("9", "12:00")]}, "not a time"),
        ({0: [("09:00", "24:30")]}, "not a time"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(weekly, words):
    with pytest.raises(ValueError, match=words):
        WorkCalendar("UTC", weekly)


def test_a_time_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        WorkCalendar("Mars/Olympus", {0: OFFICE})


def test_questions_that_make_no_sense_are_refused():
    now = at("2026-03-02 09:00")
    with pytest.raises(ValueError, match="before the start"):
        working_time_between(now, now - HOUR, office())
    with pytest.raises(ValueError, match="needs a time zone"):
        due_at(dt.datetime(2026, 3, 2), HOUR, office())
    with pytest.raises(ValueError, match="negative"):
        due_at(now, -HOUR, office())
    with pytest.raises(ValueError, match="before it starts"):
        due_at(now, HOUR, office(), [(now, now - HOUR)])
    with pytest.raises(ValueError, match="hundred years"):
        due_at(now, dt.timedelta(days=40_000), office())


def test_calendars_are_values():
    assert office() == office()
    assert hash(office()) == hash(office())
    assert office() != office(holidays=[dt.date(2026, 3, 2)])


# Properties, over the changes of the clocks too

zones = st.sampled_from(["Asia/Shanghai", "Europe/London", "America/New_York", "America/Havana", "Australia/Lord_Howe"])
times = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
windows = st.lists(st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]), max_size=3)
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
)
targets = st.integers(0, 400 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))
days = st.lists(st.integers(0, 730).map(lambda number: dt.date(2025, 1, 1) + dt.timedelta(number)), max_size=10)


@st.composite
def calendars(draw):
    weekly = draw(st.dictionaries(st.integers(0, 6), windows, min_size=1))
    assume(any(weekly.values()))
    return WorkCalendar(draw(zones), weekly, draw(days), draw(days))


@st.composite
def pauses_after(draw, start):
    found = []
    for begin, length in draw(st.lists(st.tuples(st.integers(-600, 9000), st.integers(0, 9000)), max_size=3)):
        first = start + dt.timedelta(minutes=begin)
        found.append((first, first + dt.timedelta(minutes=length)))
    return found


@given(calendars(), moments, targets, st.data())
def test_due_at_and_working_time_between_are_each_others_inverse(calendar, start, target, data):
    pauses = data.draw(pauses_after(start))
    due = due_at(start, target, calendar, pauses)
    assert working_time_between(start, due, calendar, pauses) == target
    if target:
        assert working_time_between(start, due - dt.timedelta(microseconds=1), calendar, pauses) < target


@given(calendars(), moments, moments, moments)
def test_working_time_adds_up(calendar, one, two, three):
    first, second, third = sorted([one, two, three])
    whole = working_time_between(first, third, calendar)
    assert whole == working_time_between(first, second, calendar) + working_time_between(second, third, calendar)
    assert dt.timedelta(0) <= whole <= third - first


@given(calendars(), moments, targets, st.data())
def test_pausing_never_brings_a_due_date_nearer(calendar, start, target, data):
    pauses = data.draw(pauses_after(start))
    assert due_at(start, target, calendar, pauses) >= due_at(start, target, calendar, pauses[1:])


@given(calendars(), moments, targets, days)
def test_a_further_holiday_never_brings_a_due_date_nearer(calendar, start, target, more):
    further = WorkCalendar(calendar.timezone, calendar.weekly, {*calendar.holidays, *more}, calendar.working_days)
    assert due_at(start, target, further) >= due_at(start, target, calendar)


@given(moments, targets)
def test_round_the_clock_working_time_is_time(start, target):
    assert due_at(start, target, ROUND_THE_CLOCK) == start + target


@given(calendars(), moments, targets)
def test_a_fresh_calendar_gives_what_a_used_one_gives(calendar, start, target):
    due_at(start - dt.timedelta(days=900), HOUR, calendar)
    fresh = WorkCalendar(calendar.timezone, calendar.weekly, calendar.holidays, calendar.working_days)
    assert due_at(start, target, calendar) == due_at(start, target, fresh)
