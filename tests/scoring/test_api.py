"""Scores, their reasons and history; runs, figures, models and indicators."""

import datetime as dt
import io
import json

import pytest
from django.core.management import call_command

from scoring import runs, tasks
from scoring.engine.indicators import REGISTRY
from tests import scores
from tests.api.conftest import client_of
from tests.people import member
from tests.scoring.conftest import AS_OF


def printed(*command):
    out = io.StringIO()
    call_command(*command, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_explanation_is_the_same_as_the_command_prints(company, manager):
    runs.evaluate(AS_OF - dt.timedelta(days=30))
    runs.evaluate(AS_OF)
    client, code = client_of(manager), company[3].code
    assert client.get(f"/api/v1/scores/{code}/").json() == printed("explain", code)
    earlier = client.get(f"/api/v1/scores/{code}/", {"as_of": "2025-06-15"}).json()
    assert earlier == printed("explain", code, "--as-of", "2025-06-15") and earlier["as_of"] == "2025-06-01"
    assert client.get(f"/api/v1/scores/{code}/", {"as_of": "2020-01-01"}).status_code == 404
    nights = client.get(f"/api/v1/scores/{code}/history/", {"until": "2025-07-01"}).json()["results"]
    assert [night["as_of"] for night in nights] == ["2025-06-01", "2025-07-01"]
    assert nights[1]["model"] == printed("explain", code)["model"]
    current = client.get("/api/v1/scores/", {"q": code}).json()["results"][0]
    assert current["score"] == nights[1]["score"] and current["as_of"] == "2025-07-01"


def test_a_run_is_listed_with_its_figures_and_models(company, manager):
    run = runs.evaluate(AS_OF)
    client = client_of(manager)
    listed = client.get("/api/v1/runs/").json()["results"][0]
    shown = client.get(f"/api/v1/runs/{run.pk}/").json()
    assert listed["summary"] == shown["summary"] == run.summary and shown["models"]
    figures = client.get(f"/api/v1/runs/{run.pk}/figures/", {"cut": "all"}).json()["results"]
    assert {row["indicator"] for row in figures} == set(
        run.figures.filter(cut="all").values_list("indicator", flat=True)
    )


def test_a_figure_of_very_few_is_not_told(organisation, manager):
    run = scores.run(dt.date(2025, 7, 1))
    run.figures.create(cut="all", indicator="retention_rate", value=0.9, low=0.8, high=0.95, n=100)
    run.figures.create(cut="tier", label="A", indicator="retention_rate", value=0.5, n=4)
    rows = client_of(manager).get(f"/api/v1/runs/{run.pk}/figures/").json()["results"]
    assert [(row["cut"], row["n"], row["value"]) for row in rows] == [("all", 100, 0.9), ("tier", 4, None)]
    working = scores.run(dt.date(2025, 8, 1), "running")
    assert client_of(manager).get(f"/api/v1/runs/{working.pk}/figures/").status_code == 404


def test_an_admin_hands_an_evaluation_to_a_worker(organisation, admin, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.evaluate, "delay", lambda *given: asked.append(given))
    client = client_of(admin)
    answers = [client.post("/api/v1/runs/", headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert asked == [(answers[0].json()["as_of"], admin.pk)]


@pytest.mark.parametrize("role, status", [("lead", 200), ("analyst", 200), ("auditor", 200), ("agent", 403)])
def test_who_may_see_runs_and_models(organisation, role, status):
    client = client_of(member("somebody", role))
    run = scores.run(dt.date(2025, 7, 1))
    for address in ("runs/", f"runs/{run.pk}/", f"runs/{run.pk}/figures/", "evaluation-models/"):
        assert client.get(f"/api/v1/{address}").status_code == status


def test_models_are_listed_by_version_and_shown_with_their_definition(organisation, manager):
    model = scores.model()
    client = client_of(manager)
    listed = client.get("/api/v1/evaluation-models/", {"slug": model.slug, "status": "published"}).json()["results"]
    assert [(row["slug"], row["version"]) for row in listed] == [(model.slug, 1)] and "definition" not in listed[0]
    shown = client.get(f"/api/v1/evaluation-models/{model.slug}/1/").json()
    assert shown["definition"] == model.definition
    assert client.get(f"/api/v1/evaluation-models/{model.slug}/2/").status_code == 404


def test_the_catalogue_is_the_one_that_the_command_prints(organisation, agent):
    rows = client_of(agent).get("/api/v1/indicators/").json()["results"]
    assert rows == printed("list_indicators")["indicators"] and len(rows) == len(REGISTRY)
