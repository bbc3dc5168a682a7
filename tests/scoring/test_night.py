"""The night is done once, missed nights are caught up, and the admins hear of trouble."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from crmquality.office.models import Notice
from scoring import night, partitions, runs
from scoring.models import Run
from tests.records import order
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def clock(hour: int, day: dt.date = AS_OF) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=LONDON)


def test_the_night_is_done_once_however_often_it_is_called(company):
    assert [run.as_of for run in night.catch_up(clock(2))] == [AS_OF]
    assert night.catch_up(clock(3)) == []
    assert Run.objects.count() == 1


def test_before_it_is_due_last_night_counts(company):
    assert [run.as_of for run in night.catch_up(clock(0))] == [AS_OF - dt.timedelta(days=1)]


def test_missed_nights_are_caught_up_oldest_first(company):
    night.catch_up(clock(2, AS_OF - dt.timedelta(days=3)))
    done = night.catch_up(clock(2))
    assert [run.as_of for run in done] == [AS_OF - dt.timedelta(days=days) for days in (2, 1, 0)]


def test_after_a_long_silence_two_weeks_are_caught_up_and_not_years(company):
    runs.evaluate(AS_OF - dt.timedelta(days=400))
    missing = runs.missing_nights(AS_OF)
    assert len(missing) == 14
    assert missing[-1] == AS_OF


def test_a_failure_tells_every_admin_once(company, admin, manager, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(runs, "evaluate", fail)
    for _ in range(2):
        with pytest.raises(OSError, match="full"):
            night.catch_up(clock(2))
    notice = Notice.objects.get()
    assert notice.member == admin
    assert "the disk is full" in notice.message


def test_a_late_night_and_stale_orders_are_told(company, admin):
    order(company[0], AS_OF - dt.timedelta(days=2))
    runs.evaluate(AS_OF - dt.timedelta(days=1))
    night.watch(clock(5))
    assert not Notice.objects.filter(key__startswith="run-late").exists(), "there is time until six"
    night.watch(clock(7))
    night.watch(clock(8))
    assert Notice.objects.filter(key__startswith="run-late").count() == 1
    assert not Notice.objects.filter(key__startswith="orders-stale").exists()
    night.watch(clock(7, AS_OF + dt.timedelta(days=60)))
    assert Notice.objects.filter(key__startswith="orders-stale").count() == 1


def tables() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhrelid::regclass::text ~ '_2025'")
        return {name for (name,) in cursor.fetchall()}


def test_readings_live_a_week_scores_a_quarter_and_month_ends_for_ever(company):
    for day in (dt.date(2025, 6, 30), AS_OF):
        runs.evaluate(day)
    computed = {dt.date(2025, 6, 30): dt.date(2025, 7, 1), AS_OF: dt.date(2025, 7, 1)}
    assert partitions.purge(dt.date(2025, 7, 7), set(), computed) == []
    assert partitions.purge(dt.date(2025, 7, 8), set(), computed) == ["scoring_reading_20250630"]
    assert partitions.purge(dt.date(2025, 9, 29), set(), computed) == ["scoring_score_20250630"]
    assert partitions.purge(dt.date(2035, 1, 1), set(), computed) == []
    assert {"scoring_score_20250701", "scoring_reading_20250701"} <= tables()


def test_the_newest_run_keeps_its_readings_whatever_their_age(company):
    runs.evaluate(AS_OF - dt.timedelta(days=10))
    dropped = night.purge(dt.date.today() + dt.timedelta(days=400))
    assert dropped == []
