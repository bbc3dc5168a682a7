"""Who is told how far an import is, and who may stop it."""

import sys
import time
from typing import Any, Protocol, TextIO

from django.db import connections
from django.utils.translation import gettext as _

from customers.models import ImportRun

from .errors import ImportCancelled

STAGES = ("reading", "checking", "writing", "finishing")


class Progress(Protocol):
    def report(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Called between chunks and steps; may raise ImportCancelled."""


class Silent:
    def report(self, stage: str, done: int = 0, total: int = 0) -> None:
        pass


class Terminal:
    """One line on standard error that rewrites itself; one line per stage where nobody watches."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.started, self.stage = time.monotonic(), ""

    def report(self, stage: str, done: int = 0, total: int = 0) -> None:
        elapsed = time.monotonic() - self.started
        share = f" {done:,} / {total:,} ({100 * done // total} %)" if total else ""
        if self.stream.isatty():
            self.stream.write(f"\r\x1b[K{_(stage)}{share} · {elapsed:.0f} s")
        elif stage != self.stage:
            self.stream.write(f"{_(stage)} · {elapsed:.0f} s\n")
        self.stage = stage
        self.stream.flush()

    def finish(self) -> None:
        if self.stream.isatty():
            self.stream.write("\r\x1b[K")
            self.stream.flush()


class OnRun:
    """Writes to the run's row and reads the wish to cancel, over a connection of its own.

    The import is one transaction, so what it writes is invisible until its end; a second
    connection is how the page sees it move.
    """

    SECONDS_BETWEEN = 0.5

    def __init__(self, run: ImportRun) -> None:
        self.run, self.last, self.stage = run, 0.0, ""
        self.connection: Any = connections.create_connection("default")

    def report(self, stage: str, done: int = 0, total: int = 0) -> None:
        now = time.monotonic()
        if stage == self.stage and now - self.last < self.SECONDS_BETWEEN:
            return
        self.stage, self.last = stage, now
        with self.connection.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_importrun SET stage = %s, progress_done = %s, progress_total = %s"
                " WHERE id = %s RETURNING is_cancel_requested",
                [stage, done, total, self.run.pk],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise ImportCancelled

    def close(self) -> None:
        self.connection.close()
