"""The programs of an installation, run side by side and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management.base import CommandError

SECONDS_TO_STOP = 30
RESTARTS_ALLOWED = 3
RESTARTS_WITHIN = 60.0
PR_SET_PDEATHSIG = 1


def web_command(address: str) -> list[str]:
    # Loaded once and then forked, the program starts sooner and shares its memory.
    options = ["--bind", address, "--preload", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    options += ["--access-logfile", "-", "--no-control-socket"]
    options += ["--logger-class", "crmquality.weblog.AccessLog"]
    return ["-m", "gunicorn", "crmquality.wsgi", *options]


def worker_command(schedule: Path) -> list[str]:
    # On one machine the worker forks the beat; with several workers it is a program of its own.
    options = ["--loglevel", "INFO", "--beat", "--schedule", str(schedule)]
    # Alone, it need not look for others, which takes a second.
    options += ["--without-mingle", "--without-gossip"]
    return ["-m", "celery", "--app", "crmquality.celery", "worker", *options]


@dataclass
class Program:
    """One child with a process group of its own, so that its children can be stopped with it."""

    name: str
    arguments: list[str]
    folder: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.started.append(time.monotonic())
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                umask=0o077,
                preexec_fn=_stop_with_parent,
            )

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def fails_often(self) -> bool:
        recent = [moment for moment in self.started if moment > time.monotonic() - RESTARTS_WITHIN]
        return len(recent) > RESTARTS_ALLOWED

    def ask_to_stop(self) -> None:
        if self.process and self.is_alive():
            self.process.terminate()

    def stop_by(self, deadline: float) -> None:
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Programs:
    """All of them: when one keeps dying, none goes on."""

    def __init__(self, programs: list[Program], say: Callable[[str], None]) -> None:
        self.programs = programs
        self.say = say

    def start(self) -> None:
        for program in self.programs:
            program.start()

    def restart_dead(self) -> None:
        for program in self.programs:
            if program.is_alive():
                continue
            if program.fails_often():
                raise CommandError(f"The {program.name} stops again and again; the reason is in {program.log}.")
            self.say(f"The {program.name} stopped and is started again; see {program.log}.")
            program.start()

    def stop(self) -> None:
        for program in self.programs:
            program.ask_to_stop()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for program in self.programs:
            program.stop_by(deadline)


def _stop_with_parent() -> None:
    # Where the kernel can: even when `up` is killed outright, its programs get the word.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
