"""Backup and restore: the same scores come back, or nothing changes."""

import datetime as dt
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections

from customers.models import Customer
from scoring import runs
from scoring.models import CurrentScore, Score

NOW = "2026-03-02T09:00:00"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scored_company() -> None:
    call_command("load_defaults", stdout=StringIO())
    call_command("seed_demo", customers=25, seed=3, start=NOW_MOMENT, stdout=StringIO(), stderr=StringIO())
    runs.evaluate(NOW_MOMENT.date())


NOW_MOMENT = dt.datetime.fromisoformat(NOW).replace(tzinfo=dt.UTC)


def everything() -> tuple[list[Any], list[Any], int]:
    scores = list(Score.objects.order_by("id").values())
    current = list(CurrentScore.objects.order_by("customer_id").values())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal")
        return scores, current, cursor.fetchone()[0]


def restore(source: Path) -> None:
    call_command("restore", source, yes=True, stdout=StringIO())


@pytest.mark.usefixtures("scored_company")
def test_the_same_scores_come_back(tmp_path: Path) -> None:
    before = everything()
    assert len(before[0]) == 25
    said = StringIO()
    call_command("backup", tmp_path / "crm.backup", json=True, stdout=said)
    assert json.loads(said.getvalue())["bytes"] == (tmp_path / "crm.backup").stat().st_size
    CurrentScore.objects.all().delete()
    Customer.objects.create(code="LATER", name="Came after the backup")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE later (id int)")
    restore(tmp_path / "crm.backup")
    assert everything() == before
    assert not Customer.objects.filter(code="LATER").exists()
    assert "later" not in connection.introspection.table_names()


def test_a_backup_is_for_its_owners_eyes_and_never_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "crm.backup"
    call_command("backup", target, stdout=StringIO())
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", target)


@pytest.mark.usefixtures("scored_company")
def test_a_damaged_backup_changes_nothing(tmp_path: Path) -> None:
    before = everything()
    call_command("backup", tmp_path / "whole", stdout=StringIO())
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore(tmp_path / "half")
    assert everything() == before


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("code,name\n")
    with pytest.raises(CommandError, match="is not a backup"):
        restore(tmp_path / "orders.csv")
    with pytest.raises(CommandError, match="There is no file"):
        restore(tmp_path / "nothing")


def test_a_database_in_use_is_left_alone(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "crm.backup", stdout=StringIO())
    other = connections["default"].copy()
    try:
        other.ensure_connection()
        with pytest.raises(CommandError, match="in use by 1 other"):
            restore(tmp_path / "crm.backup")
    finally:
        other.close()


def test_nobody_to_ask_means_no(tmp_path: Path) -> None:
    call_command("backup", tmp_path / "crm.backup", stdout=StringIO())
    with pytest.raises(CommandError, match="say --yes"):
        call_command("restore", tmp_path / "crm.backup")


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("backup", tmp_path / "nowhere" / "crm.backup")
