"""The names and keys that other people's scripts call."""

import json

import pytest
from django.core.management import CommandError, call_command

from scoring.engine.indicators import REGISTRY
from scoring.models import EvaluationModel, ModelAssignment, Run
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db


def test_evaluate_prints_the_fixed_keys_and_finds_the_run_again(company, capsys):
    call_command("evaluate", "--as-of", str(AS_OF), "--json")
    first = json.loads(capsys.readouterr().out)
    assert list(first) == [
        "run", "as_of", "model", "version", "customers", "scored", "insufficient", "bands", "seconds",
        "seconds_by_stage",
    ]  # fmt: skip
    assert first["customers"] == len(company) == first["scored"] + first["insufficient"]
    call_command("evaluate", "--as-of", str(AS_OF), "--json")
    assert json.loads(capsys.readouterr().out)["run"] == first["run"]
    call_command("evaluate", "--as-of", str(AS_OF))
    assert "customers scored" in capsys.readouterr().out


def test_evaluate_by_an_unknown_model_says_so(company):
    with pytest.raises(CommandError, match="nonsense"):
        call_command("evaluate", "--model", "nonsense")
    assert not Run.objects.exists()


def test_list_indicators_prints_the_whole_catalogue(capsys):
    call_command("list_indicators", "--json")
    rows = json.loads(capsys.readouterr().out)["indicators"]
    assert [row["id"] for row in rows] == [indicator.id for indicator in REGISTRY]
    assert list(rows[0]) == ["id", "criterion", "level", "unit", "direction", "question"]


def test_load_defaults_loads_once_and_changes_nothing_later(capsys):
    call_command("load_defaults", "--json")
    made = json.loads(capsys.readouterr().out)
    assert made == {
        "evaluation_models": 10, "model_assignments": 2, "visit_intervals": 5, "reasons": 29,
        "categories": made["categories"], "root_causes": 12, "response_policies": 8, "escalation_steps": 3,
        "reply_templates": 15, "questionnaires": 11,
    }  # fmt: skip
    ModelAssignment.objects.update(slug="service")
    call_command("load_defaults", "--json")
    assert set(json.loads(capsys.readouterr().out).values()) == {0}
    assert set(ModelAssignment.objects.values_list("slug", flat=True)) == {"service"}
    assert EvaluationModel.objects.published().count() == 10
