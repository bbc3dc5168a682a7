"""The folder of the sockets: short (a socket's path holds 100 bytes), and closed to others."""

import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

from crmquality.embedded.account import Account
from crmquality.embedded.errors import EmbeddedError


def fingerprint(var: Path) -> str:
    return hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]


def run_folder_path(var: Path) -> Path:
    # Not TMPDIR first: processes started with different ones must meet in the same place.
    common = Path("/tmp")
    base = common if os.access(common, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    return base / f"crmquality-{os.geteuid()}-{fingerprint(var)}"


def make_run_folder(var: Path, account: Account) -> Path:
    path = run_folder_path(var)
    try:
        path.mkdir(mode=0o700)
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    except FileExistsError:
        pass
    check_run_folder(path, account)
    return path


def check_run_folder(path: Path, account: Account) -> None:
    """Refuse a folder that somebody else made or could look into."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
        raise EmbeddedError(f"{path} belongs to somebody else, so no server is started there.")
    if stat.S_IMODE(found.st_mode) != 0o700:
        raise EmbeddedError(f"{path} is open to other users: remove it and start again.")


def is_listening(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True
