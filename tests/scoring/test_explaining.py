"""An explanation is the stored score again, part by part, with the records behind each."""

import datetime as dt
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from crmquality.office.models import RecordKeeping
from scoring import partitions, profile, runs
from scoring.explaining import NotScored, explain_customer, score_history
from scoring.models import Score
from tests.records import campaign, contact, customer, order, questionnaire, response
from tests.scores import run
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db


def test_the_contributions_add_up_to_the_stored_score(company):
    runs.evaluate(AS_OF)
    for buyer in company:
        found = explain_customer(buyer)
        if found.score is None:
            continue
        assert sum(row.contribution for row in found.indicators) == pytest.approx(found.score, abs=1e-9)
        assert sum(row.weight for row in found.indicators) == pytest.approx(1, abs=1e-12)


def test_a_missing_reading_says_why_and_contributes_nothing(company):
    RecordKeeping.objects.filter(kind="returns").delete()
    runs.evaluate(AS_OF)
    rows = {row.id: row for row in explain_customer(company[0]).indicators}
    missing = rows["return_rate"]
    assert (missing.reading, missing.points, missing.weight, missing.contribution) == (None, None, 0, 0)
    assert missing.no_data_because == "Returns are not recorded."
    assert rows["tenure"].no_data_because == ""
    assert rows["tenure"].records == company[0].orders.count()


def test_not_recorded_is_not_perfect(company):
    with_returns = runs.evaluate(AS_OF)
    kept = Score.objects.get(run=with_returns, customer_id=company[1].pk)
    RecordKeeping.objects.filter(kind="returns").delete()
    without = Score.objects.get(run=runs.evaluate(AS_OF), customer_id=company[1].pk)
    assert kept.coverage == pytest.approx(1.0)
    assert without.coverage == pytest.approx(0.9)
    assert without.high > without.score > without.low


def test_a_past_date_is_answered_by_the_newest_run_before_it(company):
    past = runs.evaluate(AS_OF - dt.timedelta(days=60))
    newest = runs.evaluate(AS_OF)
    assert explain_customer(company[0]).run == newest
    assert explain_customer(company[0], AS_OF - dt.timedelta(days=1)).run == past
    with pytest.raises(NotScored, match=f"{company[0].code} has no published score on or before"):
        explain_customer(company[0], AS_OF - dt.timedelta(days=61))


def test_a_customer_that_came_after_the_run_is_not_scored_yet(company):
    runs.evaluate(AS_OF)
    with pytest.raises(NotScored):
        explain_customer(customer())


def test_a_customer_of_whom_only_a_past_day_knows_is_found_behind_many_newer_runs(company):
    for days in range(1, 13):
        run(AS_OF + dt.timedelta(days=days))
    past = runs.evaluate(AS_OF)
    assert explain_customer(company[0]).run == past


def test_the_score_outlives_its_readings(company):
    run = runs.evaluate(AS_OF - dt.timedelta(days=5))
    before = explain_customer(company[0])
    partitions.purge(AS_OF, keep=set(), computed_on={run.as_of: AS_OF - dt.timedelta(days=7)})
    after = explain_customer(company[0])
    assert before.are_readings_kept
    assert not after.are_readings_kept
    assert after.score == before.score
    assert after.indicators == ()


def test_history_holds_the_last_publication_of_each_day_and_nothing_later(company):
    runs.evaluate(AS_OF - dt.timedelta(days=30))
    runs.evaluate(AS_OF)
    order(company[0], AS_OF - dt.timedelta(days=1), 777_777)
    last = runs.evaluate(AS_OF)
    runs.evaluate(AS_OF + dt.timedelta(days=1))
    points = score_history(company[0], AS_OF)
    assert [point.as_of for point in points] == [AS_OF - dt.timedelta(days=30), AS_OF]
    assert points[-1].score == Score.objects.get(run=last, customer_id=company[0].pk).score


def test_the_command_prints_the_fixed_keys(company, capsys):
    runs.evaluate(AS_OF)
    call_command("explain", company[0].code, "--json")
    result = json.loads(capsys.readouterr().out)
    assert list(result) == [
        "customer", "as_of", "model", "version", "score", "band", "coverage", "low", "high", "indicators",
    ]  # fmt: skip
    assert list(result["indicators"][0]) == [
        "id", "reading", "unit", "points", "weight", "contribution", "records", "no_data_because",
    ]  # fmt: skip


def test_the_command_says_readings_as_the_pages_do(company, capsys):
    runs.evaluate(AS_OF)
    call_command("explain", company[0].code)
    said = capsys.readouterr().out
    assert "points x" in said
    assert re.search(r"revenue +£[\d,]+\.\d\d ", said), said


def test_a_reading_that_no_scale_turns_into_points_is_explained(company, capsys):
    years_later = AS_OF + dt.timedelta(days=3 * 366)
    runs.evaluate(years_later)
    assert any(row.reading is not None and row.points is None for row in explain_customer(company[0]).indicators)
    call_command("explain", company[0].code)
    assert "There is no scale for it" in capsys.readouterr().out


def test_a_score_lies_within_its_range(company):
    runs.evaluate(AS_OF)
    for each in company:
        found = explain_customer(each)
        assert found.score is None or found.low <= found.score <= found.high


def test_an_unknown_code_is_answered_with_a_sentence(company):
    with pytest.raises(CommandError, match="no customer with the code nobody"):
        call_command("explain", "nobody")


def confidentially(buyer, people: int, **fields: object) -> None:
    """So many people of the customer were asked two things a month before and answered."""
    asked = questionnaire(
        nps={"kind": "nps", "scale_max": 10, "measure": "recommendation"},
        overall={"kind": "satisfaction", "scale_max": 10, "measure": "satisfaction"},
    )
    wave = campaign(asked, **{"privacy": "confidential", **fields})
    for _ in range(people):
        day = AS_OF - dt.timedelta(days=30)
        response(wave, str(day), buyer, {"nps": 3, "overall": 4}, contact=contact(buyer))


@pytest.fixture
def surveys(company) -> None:
    RecordKeeping.objects.create(kind="surveys", since=dt.date(2015, 1, 1))


@pytest.mark.usefixtures("surveys")
def test_what_fewer_than_five_said_in_confidence_counts_but_is_not_shown(company):
    confidentially(company[0], 4)
    confidentially(company[1], 5)
    runs.evaluate(AS_OF, model="satisfaction")
    few, enough = (explain_customer(buyer) for buyer in company[:2])
    assert few.score is not None
    for row in few.indicators:
        if row.id in ("satisfaction", "satisfaction_index", "recommendation"):
            assert (row.reading, row.points, row.contribution, row.records) == (None, None, None, 0)
            assert "confidential answers of fewer than five" in row.no_data_because
            assert row.weight > 0
    shown = {row.id: row for row in enough.indicators}
    assert shown["satisfaction_index"].reading == 4
    assert "null" in json.dumps(few.to_dict())


@pytest.mark.usefixtures("surveys")
def test_what_was_said_with_a_name_is_shown(company):
    confidentially(company[0], 1, privacy="identified")
    runs.evaluate(AS_OF, model="satisfaction")
    rows = {row.id: row for row in explain_customer(company[0]).indicators}
    assert rows["satisfaction_index"].reading == 4


@pytest.mark.usefixtures("surveys")
def test_a_single_reading_that_is_kept_back_takes_another_with_it(company):
    confidentially(company[0], 1)
    runs.evaluate(AS_OF, model="key-account")
    rows = explain_customer(company[0]).indicators
    kept_back = [row for row in rows if row.contribution is None]
    assert len(kept_back) >= 2


@pytest.mark.usefixtures("surveys")
def test_a_page_with_readings_kept_back_adds_up_what_it_shows(company):
    confidentially(company[0], 1)
    runs.evaluate(AS_OF, model="satisfaction")
    found = explain_customer(company[0])
    lines = [line for group in profile.groups(found, "GBP") for line in group.lines]
    assert [line.contribution is None for line in lines] == [line.row.contribution is None for line in lines]
    known = sum(line.contribution for line in lines if line.contribution is not None)
    assert known == pytest.approx(sum(line.row.contribution or 0 for line in lines), abs=0.06)


@pytest.mark.usefixtures("surveys")
def test_admins_see_readings_by_name_and_nothing_that_few_said_in_confidence(
    company, client, admin, django_assert_max_num_queries
):
    confidentially(company[0], 4)
    confidentially(company[1], 5)
    runs.evaluate(AS_OF, model="satisfaction")
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    address = reverse("admin:scoring_reading_changelist")
    client.get(address)
    with django_assert_max_num_queries(12):
        page = client.get(address, {"o": "1"}).content.decode()
    few, enough = (page.split(f"{buyer.code} · {buyer.name}")[1] for buyer in company[:2])
    index = re.compile(r"satisfaction_index</code></td><td[^>]*>([^<]*)<")
    assert index.search(few).group(1) == "not shown"
    assert index.search(enough).group(1) != "not shown"
    assert "<code>tenure</code>" in few
