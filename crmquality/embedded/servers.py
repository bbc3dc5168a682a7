"""Servers on demand: started by the first process that needs one, stopped by the last."""

import atexit
import os
import threading
from contextlib import suppress
from pathlib import Path

from billiard import active_children

from crmquality.embedded import postgres, users, valkey
from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.places import Places, places

SECONDS_TO_DIE = 10
SERVERS = {"postgres": postgres, "valkey": valkey}
_ready: set[tuple[Path, str]] = set()
_thread_lock = threading.Lock()
_leaver: int | None = None


def ensure_postgres(var: Path) -> None:
    _ensure(var, "postgres")


def ensure_valkey(var: Path) -> None:
    _ensure(var, "valkey")


def is_gone(var: Path) -> bool:
    """Return whether PostgreSQL, once started, no longer listens; then it may be started again."""
    gone = not postgres.is_there(var)
    if gone:
        _ready.discard((var, "postgres"))
    return gone


def _ensure(var: Path, name: str) -> None:
    if (var, name) in _ready:
        return
    with _thread_lock, users.starting_or_stopping(var):
        users.enter(var)
        _leave_at_exit()
        try:
            SERVERS[name].ensure(places(var))
        except OSError as error:
            reason = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            raise EmbeddedError(f"The {name} server could not be started: {reason}.") from error
        _ready.add((var, name))


def _leave_at_exit() -> None:
    global _leaver
    if _leaver is None:
        _leaver = os.getpid()
        atexit.register(_leave)


def _leave() -> None:
    # A forked child shares its parent's lock and must not give it up for both.
    if os.getpid() != _leaver:
        return
    # A worker's children told to go (its beat) still use the servers while they die, and never come here.
    for child in active_children():
        child.join(SECONDS_TO_DIE)
    for var in users.entered():
        with users.starting_or_stopping(var):
            if users.leave(var):
                _stop_all(places(var))


def _stop_all(where: Places) -> None:
    for server in SERVERS.values():
        # What may not be looked into was not started by us, and its sentence has been said.
        with suppress(OSError):
            server.stop(where)
    with suppress(OSError):
        where.run.rmdir()
