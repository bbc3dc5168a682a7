"""Dates as files write them; none is guessed."""

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.imports.dates import Ambiguous, order_shown_by, parse_date, parse_moment

LONDON = ZoneInfo("Europe/London")
DAY = dt.date(2011, 4, 3)


@pytest.mark.parametrize(
    "text",
    ["2011-04-03", "2011/4/3", "2011.4.3", "20110403", "2011年4月3日", "２０１１-０４-０３", "3 Apr 2011", "April 3, 2011",
     "40636", "40636.5", "2011-04-03 08:26:00", "2011-04-03T08:26:00Z", " 2011-04-03 "],
)  # fmt: skip
def test_what_reads_in_one_way_is_read(text):
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    "text, order", [("3/4/2011", "dmy"), ("4/3/2011", "mdy"), ("3.4.11", "dmy"), ("4-3-2011", "mdy")]
)
def test_figures_need_an_order(text, order):
    assert parse_date(text, order) == DAY
    with pytest.raises(Ambiguous):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["", "soon", "2011-13-01", "2011-02-30", "0001-01-01", "9999-12-31", "12345678", "2011-04-03 25:00"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


@pytest.mark.parametrize(
    "text, utc",
    [("2011-07-01 09:00", "08:00"), ("2011-01-01 09:00", "09:00"), ("2011-01-01 09:00+08:00", "01:00"),
     ("2011-01-01 9:05 PM", "21:05"), ("2011-01-01 12:00 AM", "00:00"), ("2011年1月1日 下午3:15", "15:15"),
     ("2011-10-30 01:30", "00:30"), ("2011-03-27 01:30", "01:30"), ("20110101 083000", "08:30")],
)  # fmt: skip
def test_times_without_zone_are_local(text, utc):
    assert parse_moment(text, LONDON).strftime("%H:%M") == utc


def test_a_value_above_twelve_shows_the_order():
    assert order_shown_by(["3/4/2011", "13/4/2011"]) == {"dmy"}
    assert order_shown_by(["4/13/2011"]) == {"mdy"}
    assert order_shown_by(["3/4/2011", "2011-04-30"]) == set()
    assert order_shown_by(["13/4/2011", "4/13/2011"]) == {"dmy", "mdy"}


@given(st.text(max_size=25))
def test_any_text_is_a_date_or_refused(text):
    with contextlib.suppress(ValueError, Ambiguous):
        assert 1900 <= parse_date(text).year <= 2200


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 12, 31)))
def test_iso_comes_back(moment):
    moment = moment.replace(microsecond=0)
    assert parse_moment(moment.isoformat(" ") + "Z", LONDON).replace(tzinfo=None) == moment
