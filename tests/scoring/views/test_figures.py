"""The page of population figures."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crmquality.office.models import RecordKeeping
from customers.models import AcquisitionSpend
from scoring import figures, runs
from scoring.models import RunFigure
from tests.people import member
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url() -> str:
    return reverse("scoring:figure_list")


@pytest.fixture
def two_runs(company):
    return runs.evaluate(AS_OF - dt.timedelta(days=365)), runs.evaluate(AS_OF)


def test_who_may_see_them(client, manager, agent, outsider, url):
    assert client.get(url).status_code == 302
    auditor = member("audit", "auditor")
    for who, status in ((manager, 200), (auditor, 200), (agent, 403), (outsider, 403)):
        client.force_login(who)
        assert client.get(url).status_code == status


def test_before_the_first_run_it_says_so(client, manager, url):
    client.force_login(manager)
    assert "No evaluation yet" in client.get(url).content.decode()


def test_two_periods_stand_side_by_side(client, manager, two_runs, url):
    client.force_login(manager)
    page = client.get(url)
    assert page.context["before"] == two_runs[0]
    names = [row.name for row in page.context["rows"]]
    assert "Take-up of value-added services" in names
    repeat = next(row for row in page.context["rows"] if row.id == "repeat_purchase_rate")
    assert repeat.now.run == two_runs[1]
    assert repeat.before is None or repeat.before.run == two_runs[0]


@pytest.mark.parametrize("cut", list(figures.CUTS))
def test_every_cut_opens_and_costs_the_same_queries(client, manager, two_runs, url, cut):
    client.force_login(manager)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, {"cut": cut, "figure": "revenue", "before": "nonsense"}).status_code == 200
    assert len(queries) <= 12


def test_groups_of_few_are_not_told(two_runs):
    few = RunFigure(run=two_runs[1], cut="segment", label="x", indicator="retention_rate", value=0.5, n=4)
    row = figures.Row("retention_rate", "x", "", "", "", "", few, None, "GBP")
    assert (row.is_small, row.now_words, row.interval) == (True, "–", "")


def test_spend_that_won_nobody_is_shown_where_there_is_no_cost_of_a_new_customer(client, manager, company, url):
    AcquisitionSpend.objects.create(channel="Fair", month=AS_OF.replace(month=1), amount=90_000)
    for kind in ("costs", "acquisition"):
        RecordKeeping.objects.get_or_create(kind=kind, defaults={"since": AS_OF - dt.timedelta(days=800)})
    runs.evaluate(AS_OF)
    client.force_login(manager)
    rows = {row.id: row for row in client.get(url).context["rows"]}
    cost, spend = rows["acquisition_cost.cost"], rows["acquisition_cost.spend"]
    assert (cost.now_words, spend.now_words, spend.is_small) == ("–", "£900.00", False)
    assert cost.period == spend.period == "last 365 days"
    page = client.get(url, {"cut": "channel", "figure": "acquisition_cost.spend"})
    assert {row.label: row.now_words for row in page.context["rows"]}["Fair"] == "£900.00"
    text = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert "Acquisition spend,,90000" in text


def test_shares_change_in_points(two_runs):
    now, before = (
        RunFigure(run=two_runs[1], cut="all", indicator="retention_rate", value=value, low=0.1, high=0.9, n=10)
        for value in (0.5, 0.625)
    )
    row = figures.Row("retention_rate", "", "", "", "", "", now, before, "GBP")
    assert (row.now_words, row.change_words) == ("50%", "-12.5 points") or row.change_words.endswith("12.5 points")


def test_growth_has_one_sign(two_runs):
    now, before = (
        RunFigure(run=two_runs[1], cut="all", indicator="sales_growth", value=value, n=10) for value in (0.25, 0.125)
    )
    assert figures.Row("sales_growth", "", "", "", "", "", now, before, "GBP").change_words == "+12.5%"


def test_they_can_be_taken_out(client, manager, agent, two_runs, url):
    client.force_login(manager)
    text = b"".join(client.get(url, {"export": "csv"}).streaming_content).decode("utf-8-sig")
    assert text.startswith("Figure,")
    book = openpyxl.load_workbook(BytesIO(b"".join(client.get(url, {"export": "xlsx"}).streaming_content)))
    assert book.active["A1"].value == "Figure"
    client.force_login(member("audit", "auditor"))
    assert b"<html" in client.get(url, {"export": "csv"}).content


def test_only_the_largest_groups_are_kept(company, monkeypatch):
    monkeypatch.setattr("scoring.publication.GROUPS_A_CUT", 1)
    run = runs.evaluate(AS_OF)
    assert RunFigure.objects.filter(run=run, cut="segment", indicator="revenue").count() == 1
