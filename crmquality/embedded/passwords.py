"""Generated secrets: one file each in the var folder, for its owner's eyes only."""

import os
import secrets
import stat
from pathlib import Path

from crmquality.embedded.errors import EmbeddedError


def make_var(var: Path) -> None:
    # Others may pass through (as root, the servers run under another account and
    # their data lies inside), but not list; every file in it guards itself.
    try:
        var.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(f"The folder {var} cannot be made: {error.strerror}.") from error


def secret(var: Path, name: str) -> str:
    """Return the secret of that name, generated the first time it is asked for."""
    path = var / name
    try:
        return _read(path)
    except FileNotFoundError:
        make_var(var)
    except OSError as error:
        raise EmbeddedError(f"The secret in {path} cannot be read: {error.strerror}.") from error
    try:
        _write_once(path, secrets.token_urlsafe(48))
        return _read(path)
    except OSError as error:
        raise EmbeddedError(f"The folder {var} cannot be written to: {error.strerror}.") from error


def _read(path: Path) -> str:
    with path.open() as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise EmbeddedError(f"Other users may read the secret in {path}: run chmod 600 on it.")
        return file.read().strip()


def _write_once(path: Path, text: str) -> None:
    # Linking a finished file is atomic: of two processes at once one wins, both read the same.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
