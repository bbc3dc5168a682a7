"""`make` finds a Python that will do, or says in one sentence what is missing."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_embedded import as_root, reachable_folder

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ("make", "sh", "mkdir", "touch")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with the Makefile and, in `bin`, nothing but the tools that every machine has."""
    with reachable_folder() as base:
        folder = base / "新 folder"
        (folder / "bin").mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", folder)
        for tool in TOOLS:
            (folder / "bin" / tool).symlink_to(shutil.which(tool) or "")
        yield folder


def add_python(folder: Path, name: str, version: str, has_venv: bool = True) -> None:
    """Put a program there that answers what the Makefile asks as such a Python does."""
    is_old = int(version.split(".")[1]) < 11
    answers = f"""#!/bin/sh
case "$*" in
--version) echo "Python {version}" ;;
*version_info*) exit {int(is_old)} ;;
*ensurepip*) exit {int(not has_venv)} ;;
"-m venv"*) mkdir -p .venv/bin && echo "made by {version}" && touch .venv/bin/python ;;
esac
"""
    program = folder / "bin" / name
    program.write_text(answers)
    program.chmod(0o755)


def make(folder: Path, **options: object) -> "subprocess.CompletedProcess[str]":
    command = ["make", "--silent", ".venv/bin/python"]
    environment = {"PATH": str(folder / "bin"), "LC_ALL": "C"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **options)  # type: ignore[call-overload, no-any-return]


def complaint(folder: Path, **options: object) -> str:
    """Return the only sentence that is said, but for make's own last line."""
    done = make(folder, **options)
    assert done.returncode == 2
    said, *rest = done.stderr.strip().splitlines()
    assert [line.split(":")[0] for line in rest] == ["make"], done.stderr
    return str(said)


def test_no_python_at_all(folder: Path) -> None:
    assert complaint(folder) == "crmquality needs Python 3.11 or newer; found: none."


def test_an_old_python(folder: Path) -> None:
    add_python(folder, "python3", "3.9.18")
    assert complaint(folder) == "crmquality needs Python 3.11 or newer; found: Python 3.9.18."


def test_a_python_without_venv(folder: Path) -> None:
    add_python(folder, "python3", "3.11.2", has_venv=False)
    assert complaint(folder).startswith("python3 comes without venv: install it")


def test_a_newer_python_beside_an_unfit_one_is_taken(folder: Path) -> None:
    add_python(folder, "python3", "3.11.2", has_venv=False)
    add_python(folder, "python3.12", "3.12.1")
    assert "made by 3.12.1" in make(folder).stdout


@as_root
def test_a_folder_of_somebody_else(folder: Path) -> None:
    add_python(folder, "python3", "3.11.2")
    said = complaint(folder, user=65534, group=65534, extra_groups=[])
    assert said == "This folder cannot be written to: crmquality installs itself into it."
