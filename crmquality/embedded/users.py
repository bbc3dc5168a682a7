"""Who uses the servers: the first one in starts them, the last one out stops them.

Every process holds a shared lock on one file. Locks vanish with their process, so
nothing has to be cleaned up after a kill.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.passwords import make_var

_held: dict[Path, int] = {}


@contextmanager
def starting_or_stopping(var: Path) -> Iterator[None]:
    """Let one process at a time start or stop servers."""
    descriptor = _open(var / "servers.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def enter(var: Path) -> None:
    if var not in _held:
        descriptor = _open(var / "servers.users")
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held[var] = descriptor


def entered() -> list[Path]:
    return list(_held)


def leave(var: Path) -> bool:
    """Give the lock back; return whether nobody else holds one."""
    # Closed, not unlocked: a forked child shares this lock and may still be at work.
    os.close(_held.pop(var))
    descriptor = _open(var / "servers.users")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _open(path: Path) -> int:
    make_var(path.parent)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise EmbeddedError(f"{path} cannot be opened: {error.strerror}.") from error
