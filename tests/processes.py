"""Real processes on the test's database and broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def environment() -> dict[str, str]:
    """Of a program that works on the test's database and broker."""
    found = connection.get_connection_params()
    secret, host = quote(found["password"], safe=""), quote(str(found["host"]), safe="")
    address = f"postgres://{found['user']}:{secret}@{host}:{found['port']}/{found['dbname']}?sslmode=disable"
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment(), cwd=settings.BASE_DIR, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(is_true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.05)
