"""The house keeps its plan: who imports whom, how long things are, what every file may say."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import quantiles

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["crmquality", "customers", "surveys", "complaints", "scoring"]
NOT_THE_ROOF = {"lib", "office", "__init__"}


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]


def python_files() -> Iterator[Path]:
    yield from (path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts)


def test_the_floors_keep_to_their_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports() == 0


def test_every_part_of_the_roof_is_named_in_its_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    roof = next(contract for contract in contracts if contract["name"] == "Nobody imports the roof")
    parts = {path.stem for path in (ROOT / "crmquality").iterdir() if path.suffix == ".py"}
    parts |= {path.parent.name for path in (ROOT / "crmquality").glob("*/__init__.py")}
    assert {name.removeprefix("crmquality.") for name in roof["forbidden_modules"]} == parts - NOT_THE_ROOF


def test_no_file_is_too_long() -> None:
    limits = {".py": 400, ".html": 80}
    long = {
        f"{path.relative_to(ROOT)}: {count}"
        for path in tracked()
        if path.suffix in limits and "migrations" not in path.parts
        if (count := len(path.read_text().splitlines())) > limits[path.suffix]
    }
    assert not long


def test_nine_functions_in_ten_are_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    assert quantiles(lengths, n=10)[-1] <= 30


@pytest.mark.parametrize("module", ["django", "rest_framework", "celery"])
def test_the_engine_knows_no_framework(module: str) -> None:
    for path in (ROOT / "scoring" / "engine").rglob("*.py"):
        assert not re.search(rf"^\s*(from|import) {module}\b", path.read_text(), re.MULTILINE), path


def test_locks_and_requirements_hold_no_addresses_of_registries() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-npm.txt"):
        assert "://" not in (ROOT / name).read_text()
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_requirement_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-npm.txt"):
        pins = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert all("--hash=sha256:" in pin for pin in pins), name


def test_every_drawing_that_is_named_is_there_once() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', (ROOT / "crmquality/static/icons.svg").read_text())
    assert len(drawn) == len(set(drawn))
    pages = [path.read_text() for path in tracked() if path.suffix == ".html"]
    named = {name for text in pages for name in re.findall(r'{% icon "([^"]+)"', text)}
    kinds = [path.read_text() for path in tracked() if path.name == "timeline.py"]
    named |= {name for text in kinds for name in re.findall(r'= Kind\("[^"]+", _\("[^"]+"\), "([^"]+)"\)', text)}
    assert len(named) > 30 and named <= set(drawn)
