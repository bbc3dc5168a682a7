import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from crmquality.lib.due import due

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Tuesday, 1 July 2025, 09:30 in Shanghai.
NOW = dt.datetime(2025, 7, 1, 1, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "day, time, state, words",
    [
        ("2025-06-01", None, "overdue", "30 days overdue"),
        ("2025-06-30", "23:59", "overdue", "1 day overdue"),
        ("2025-07-01", "09:00", "overdue", "30 min overdue"),
        ("2025-07-01", None, "today", "today"),
        ("2025-07-01", "09:45", "today", "in 15 min"),
        ("2025-07-01", "12:50", "today", "in 3 hr 20 min"),
        ("2025-07-01", "12:30", "today", "in 3 hr"),
        ("2025-07-02", None, "later", "tomorrow"),
        ("2025-07-02", "10:40", "later", "tomorrow 10:40\u202fAM"),
        ("2025-07-03", "10:40", "later", "in 2 days"),
        ("2025-07-12", None, "later", "in 11 days"),
        ("2025-07-31", None, "later", "in 4 weeks"),
    ],
)
def test_a_due_date_is_told_as_time_left(day, time, state, words):
    found = due(dt.date.fromisoformat(day), dt.time.fromisoformat(time) if time else None, NOW, SHANGHAI)
    assert (found.state, found.words) == (state, words)


def test_the_day_is_the_companys_not_utcs():
    late = dt.datetime(2025, 7, 1, 17, tzinfo=dt.UTC)  # already 2 July in Shanghai
    assert due(dt.date(2025, 7, 1), None, late, SHANGHAI).state == "overdue"
    assert due(dt.date(2025, 7, 1), None, late, ZoneInfo("UTC")).state == "today"


def test_what_is_done_or_cancelled_is_not_due():
    day = dt.date(2025, 6, 1)
    assert due(day, None, NOW, SHANGHAI, done_at=NOW).state == "done"
    assert due(day, None, NOW, SHANGHAI, cancelled_at=NOW).state == "cancelled"
    assert "9:30" in due(day, None, NOW, SHANGHAI, done_at=NOW).moment


def test_it_speaks_chinese():
    with translation.override("zh-hans"):
        assert "3天" in due(dt.date(2025, 7, 4), None, NOW, SHANGHAI).words
        late = due(dt.date(2025, 6, 28), None, NOW, SHANGHAI).words
        assert "3天" in late and "逾期" in late
