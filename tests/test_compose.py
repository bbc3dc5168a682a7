"""docker-compose.yml without Docker: its commands run here, against servers given by address."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from crmquality.embedded import secret
from crmquality.embedded.run_folder import run_folder_path
from crmquality.embedded.servers import ensure_postgres, ensure_valkey

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the variables of a deployment whose servers happen to be the embedded ones."""
    var: Path = settings.VAR_DIR
    ensure_postgres(var)
    ensure_valkey(var)
    run = quote(str(run_folder_path(var)), safe="")
    socket_path = run_folder_path(var) / "valkey.sock"
    return {
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "crm.example.com",
        "HTTPS": "True",
        "DATABASE_URL": f"postgres://crmquality:{secret(var, 'postgres_password')}@{run}:5432/crmquality",
        "REDIS_URL": f"redis+socket://:{secret(var, 'valkey_password')}@{socket_path}?virtual_host=5",
        "CRMQUALITY_VAR": str(tmp_path_factory.mktemp("var")),
        "DJANGO_SETTINGS_MODULE": "crmquality.settings",
    }


def command(service: str, port: int = 0, folder: Path = ROOT) -> list[str]:
    """Return a service's command with this machine's Python, a free port and a folder of ours."""
    words = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in SERVICES[service]["command"]]
    words = [re.sub(r"^(/srv/var|/tmp)/", f"{folder}/", word) for word in words]
    return [sys.executable if word == "python" else word for word in words]


@contextmanager
def running(words: list[str], environment: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as file:
        process = subprocess.Popen(words, cwd=ROOT, env=os.environ | environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def probe(port: int, environment: dict[str, str]) -> bool:
    words = [sys.executable, *SERVICES["web"]["healthcheck"]["test"][2:]]
    words[-1] = words[-1].replace("8000", str(port))
    done = subprocess.run(words, cwd=ROOT, env=os.environ | environment, capture_output=True)
    return done.returncode == 0


def says(log: Path, text: str) -> bool:
    deadline = time.monotonic() + 90
    while text not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_web_command_serves_pages_and_passes_its_own_health_check(
    addresses: dict[str, str], tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "log"
    with running(command("web", port), addresses, log) as process:
        assert says(log, "Booting worker"), log.read_text()
        deadline = time.monotonic() + 60
        while not probe(port, addresses) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert probe(port, addresses), log.read_text()
    assert process.returncode == 0


def test_the_worker_command_takes_work_from_the_broker(addresses: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(command("worker"), addresses, log) as process:
        assert says(log, " ready."), log.read_text()
    assert process.returncode == 0


def test_the_beat_command_starts(addresses: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(command("beat", folder=tmp_path), addresses, log) as process:
        assert says(log, "beat: Starting"), log.read_text()
        assert int((tmp_path / "beat.pid").read_text()) == process.pid


def test_the_prepare_command_names_commands_that_exist() -> None:
    named = re.findall(r"manage\.py (\w+)", " ".join(SERVICES["prepare"]["command"]))
    assert named == ["migrate", "load_defaults"]
    assert set(named) <= set(get_commands())


def test_every_service_that_stays_is_watched_and_restarted() -> None:
    assert set(SERVICES) == {"prepare", "web", "worker", "beat", "postgres", "valkey"}
    for name, service in SERVICES.items():
        if name != "prepare":
            assert "healthcheck" in service, name
            assert service["restart"] == "unless-stopped", name


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)(.*?)\}", TEXT)
    assert {name for name, _ in used} == {"SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "VALKEY_PASSWORD"}
    assert all(rest.startswith(":?") for _, rest in used)


def test_the_example_of_variables_names_all_that_are_required() -> None:
    required = set(re.findall(r"\$\{(\w+):\?", TEXT))
    example = (ROOT / "docker.env.example").read_text()
    assert required <= set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_data_lies_in_volumes_and_only_the_pages_have_a_port() -> None:
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert mounted == set(COMPOSE["volumes"])
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert SERVICES["web"]["ports"][0].startswith("127.0.0.1:")


def test_the_image_runs_as_nobody_special_and_holds_no_secret() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER crmquality") > max(i for i, line in enumerate(lines) if line.startswith("RUN"))
    assert not [line for line in lines if line.startswith(("ENV", "ARG")) and re.search("SECRET|PASSWORD|_URL", line)]
