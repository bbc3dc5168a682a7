"""What has to be true before `manage.py up` says that all is ready."""

import errno
import fcntl
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError

from crmquality.celery import app

SECONDS_TO_ANSWER = 90
_CHOOSE_ANOTHER = "choose another port, like make demo PORT=8001 or manage.py up --port 8001"


def check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            raise CommandError(f"There is no port {port}: {_CHOOSE_ANOTHER}.") from None
        except OSError as error:
            raise CommandError(_why_not(host, port, error)) from None


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by another program: stop it or {_CHOOSE_ANOTHER}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have: {_CHOOSE_ANOTHER}."
    return f"The address {host}:{port} cannot be used: {error.strerror}."


def claim(path: Path) -> int:
    """Let one `manage.py up` run per var folder, as two beats would do everything twice."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(f"crmquality is already running here ({path} is locked by another manage.py up).") from None
    return descriptor


def wait_for_web(address: str, look_after: Callable[[], None]) -> None:
    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://{address}/health/?format=json", timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    _wait(answers, look_after, "The pages do not answer")


def wait_for_worker(look_after: Callable[[], None]) -> None:
    _wait(lambda: bool(app.control.ping(timeout=0.5, limit=1)), look_after, "No worker answers")


def _wait(answers: Callable[[], bool], look_after: Callable[[], None], complaint: str) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not answers():
        look_after()
        if time.monotonic() > deadline:
            raise CommandError(f"{complaint} within {SECONDS_TO_ANSWER} seconds; the reason may be in var/log.")
        time.sleep(0.2)
