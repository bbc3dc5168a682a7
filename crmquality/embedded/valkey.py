"""Starts and stops one Valkey; the caller holds the lock."""

import logging
import subprocess
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.passwords import secret
from crmquality.embedded.places import Places, make_data_folder
from crmquality.embedded.run_folder import is_listening, run_folder_path
from crmquality.embedded.wheels import reachable_valkey

logger = logging.getLogger("crmquality.embedded")
SECONDS_TO_LOAD = 60
_started: list[subprocess.Popen[bytes]] = []


def client(var: Path) -> redis.Redis:
    path = run_folder_path(var) / "valkey.sock"
    # Nothing is tried again in here: while starting we ask in a loop, and stopping breaks the connection.
    return redis.Redis(
        unix_socket_path=str(path),
        password=secret(var, "valkey_password"),
        socket_timeout=10,
        retry=Retry(NoBackoff(), 0),
    )


def ensure(where: Places) -> None:
    """Start the server unless it runs, and wait until it answers."""
    process = None if is_listening(where.run / "valkey.sock") else _start(where)
    _wait(where, process)


def _start(where: Places) -> subprocess.Popen[bytes]:
    program = reachable_valkey(where)
    data = where.data("valkey")
    if not data.exists():
        make_data_folder(data, where.account)
    logger.info("Starting Valkey.")
    with where.log("valkey").open("ab") as log:
        process = subprocess.Popen(
            [program, "-"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **where.account.popen(),
        )
    _started.append(process)
    # Through its standard input the password shows neither in a file nor in the list of processes.
    assert process.stdin is not None
    process.stdin.write(_configuration(where, data).encode())
    process.stdin.close()
    return process


def stop(where: Places) -> None:
    try:
        with client(where.var) as connection:
            connection.shutdown()
    except redis.ConnectionError:
        pass


def _configuration(where: Places, data: Path) -> str:
    settings = {
        "port": "0",
        "unixsocket": str(where.run / "valkey.sock"),
        "unixsocketperm": "700",
        "requirepass": secret(where.var, "valkey_password"),
        "dir": str(data),
        # Tasks that were accepted survive a stop and a power cut (but for the last second).
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": "",
    }
    return "".join(f"{name} {_quoted(value)}\n" for name, value in settings.items())


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wait(where: Places, process: subprocess.Popen[bytes] | None) -> None:
    began = time.monotonic()
    while not _answers(where.var):
        if process and process.poll() is not None:
            words = where.log("valkey").read_text(errors="replace").splitlines()[-1:] or ["it left no message."]
            raise EmbeddedError(f"Valkey did not start: {words[0]}")
        if time.monotonic() > began + SECONDS_TO_LOAD:
            raise EmbeddedError(f"Valkey was not ready within {SECONDS_TO_LOAD} seconds.")
        time.sleep(0.02)


def _answers(var: Path) -> bool:
    try:
        with client(var) as connection:
            return bool(connection.ping())
    except redis.AuthenticationError:
        message = f"Valkey refuses the password in {var / 'valkey_password'}: stop the server that runs with another."
        raise EmbeddedError(message) from None
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False
