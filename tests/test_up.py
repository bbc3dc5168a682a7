"""`manage.py up` runs everything, says so once, and takes everything with it when it goes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crmquality.embedded.run_folder import run_folder_path
from tests.test_embedded import end_servers, manage, postgres_listens, reachable_folder, wait_until

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    """Return one var folder for all of these tests: the first start in it takes long."""
    with reachable_folder() as base:
        yield base / "var"
        end_servers(base / "var")


def children(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True)
    return [int(pid) for pid in listed.stdout.split()]


def family(parent: int) -> set[int]:
    return {parent}.union(*(family(child) for child in children(parent)))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


class Up:
    """A running `manage.py up`."""

    def __init__(self, var: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        environment |= {"CRMQUALITY_VAR": str(var), "DJANGO_SETTINGS_MODULE": "crmquality.settings"}
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--json", "--port", str(self.port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.said: dict[str, Any] = json.loads(self.process.stdout.readline())

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"{self.said['address']}{path}", timeout=10) as response:
            return int(response.status)

    def find(self, words: str) -> int:
        return next((pid for pid in children(self.process.pid) if words in command_of(pid)), 0)


@pytest.fixture
def up(var: Path) -> Iterator[Callable[[], Up]]:
    started: list[Up] = []

    def start() -> Up:
        started.append(Up(var))
        return started[-1]

    yield start
    for each in started:
        each.process.terminate()
        each.process.wait(60)


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at processes as Linux shows them")
def test_one_command_runs_all_and_takes_all_with_it(up: Callable[[], Up], var: Path) -> None:
    running = up()
    assert running.said["address"] == f"http://127.0.0.1:{running.port}/"
    assert running.get("health/workers/?format=text") == 200

    again = manage(var, "up", "--port", str(running.port))
    assert again.returncode == 1
    assert "already running here" in again.stderr

    web = running.find("gunicorn")
    os.kill(web, signal.SIGKILL)
    assert wait_until(lambda: running.find("gunicorn") not in (0, web))

    everyone = family(running.process.pid)
    assert len(everyone) > 5
    running.process.terminate()
    assert running.process.wait(60) == 0
    assert not [pid for pid in everyone if is_alive(pid)]
    assert not postgres_listens(var)
    assert not run_folder_path(var).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_killed_outright_its_programs_stop_too_and_with_them_the_servers(up: Callable[[], Up], var: Path) -> None:
    running = up()
    everyone = family(running.process.pid)
    running.process.kill()
    running.process.wait()
    deadline = time.monotonic() + 60
    while any(is_alive(pid) for pid in everyone) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not [command_of(pid) for pid in everyone if is_alive(pid)]
    assert not postgres_listens(var)


def test_a_taken_port_is_one_sentence(var: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = manage(var, "up", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "is taken by another program" in done.stderr
    assert "make demo PORT=" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not postgres_listens(var)


def test_a_port_that_cannot_be_is_one_sentence(var: Path) -> None:
    done = manage(var, "up", "--port", "80000")
    assert done.returncode == 1
    assert done.stderr.strip().startswith("CommandError: There is no port 80000")
    assert len(done.stderr.strip().splitlines()) == 1
