"""Backup and restore of whichever PostgreSQL is in use, with PostgreSQL's own programs."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError
from django.db import connection

from crmquality.embedded import wheels

# The role owns its database, and so may replace everything that lives in it.
EMPTY_THE_DATABASE = b"BEGIN;\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"


def back_up(target: Path) -> int:
    """Write the whole database into one compressed file; return its size."""
    if target.exists():
        raise CommandError(f"{target} exists already: choose another name.")
    draft = target.with_name(target.name + ".part")
    command = [_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges"]
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            done = subprocess.run(command, env=_environment(), stdout=file, stderr=subprocess.PIPE, check=False)
        if done.returncode:
            raise CommandError(f"The backup failed: {_reason(done.stderr)}")
        draft.rename(target)
    except OSError as error:
        raise CommandError(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        draft.unlink(missing_ok=True)
    return target.stat().st_size


def check_backup(source: Path) -> None:
    if not source.is_file():
        raise CommandError(f"There is no file {source}.")
    done = subprocess.run([_program("pg_restore"), "--list", source], capture_output=True, check=False)
    if done.returncode:
        raise CommandError(f"{source} is not a backup made by manage.py backup: {_reason(done.stderr)}")


def restore(source: Path) -> None:
    """Replace the whole database by the backup, or leave it as it was."""
    check_backup(source)
    _refuse_if_in_use()
    connection.close()
    reader = subprocess.Popen(
        [_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", source],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writer = subprocess.Popen(
        [_program("psql"), "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--file=-"],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _pour(reader, writer)


def _pour(reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]") -> None:
    """Send one transaction, committed only after the file was read to its end."""
    assert reader.stdout
    assert reader.stderr
    assert writer.stdin
    assert writer.stderr
    try:
        writer.stdin.write(EMPTY_THE_DATABASE)
        shutil.copyfileobj(reader.stdout, writer.stdin)
        if reader.wait():
            writer.kill()
            raise CommandError(f"Nothing was changed, the backup cannot be read: {_reason(reader.stderr.read())}")
        writer.stdin.write(b"\nCOMMIT;\n")
        writer.stdin.close()
    except BrokenPipeError:
        reader.kill()
    if writer.wait():
        raise CommandError(f"Nothing was changed, the restore failed: {_first_error(writer.stderr)}")


def _refuse_if_in_use() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            # The server's own work, such as autovacuum, makes way by itself.
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise CommandError(f"The database is in use by {others} other connections: stop crmquality first.")


def _program(name: str) -> str:
    """Return the machine's program if it is new enough for the server, else the wheel's."""
    found = shutil.which(name)
    if found and _major(found) >= _server_major():
        return found
    return str(wheels.postgres_programs() / name)


def _server_major() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else 0


def _environment() -> dict[str, str]:
    """Return the address of the database in the variables that PostgreSQL's programs read."""
    params: dict[str, Any] = connection.get_connection_params()
    names = {
        "dbname": "PGDATABASE",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "host": "PGHOST",
        "port": "PGPORT",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
        "sslcert": "PGSSLCERT",
        "sslkey": "PGSSLKEY",
        "service": "PGSERVICE",
    }
    return os.environ | {variable: str(params[name]) for name, variable in names.items() if params.get(name)}


def _reason(stderr: bytes) -> str:
    lines = stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given."


def _first_error(stderr: IO[bytes]) -> str:
    lines = stderr.read().decode(errors="replace").splitlines()
    return next((line for line in lines if "ERROR" in line or "FATAL" in line), "no reason given.")
