"""Makes, starts and stops one PostgreSQL cluster; the caller holds the lock."""

import logging
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from crmquality.embedded import ROLE
from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.memory import machine_memory, memory_settings, small_shared_memory
from crmquality.embedded.passwords import secret
from crmquality.embedded.places import Places, make_data_folder
from crmquality.embedded.run_folder import is_listening, run_folder_path
from crmquality.embedded.wheels import POSTGRES_MAJOR, reachable_postgres

logger = logging.getLogger("crmquality.embedded")
SUPERUSER = "postgres"
SECONDS_TO_RECOVER = 600
# Kept so that Python does not complain about a child that outlives its handle.
_started: list[subprocess.Popen[bytes]] = []


def is_there(var: Path) -> bool:
    return is_listening(run_folder_path(var) / ".s.PGSQL.5432")


def ensure(where: Places) -> None:
    """Start the server unless it runs, and wait until it answers."""
    process = None if is_there(where.var) else _start(where)
    _wait(where, process)
    _make_role_and_database(where)


def _start(where: Places) -> subprocess.Popen[bytes]:
    programs = reachable_postgres(where)
    data = where.data("postgres")
    if not data.exists():
        _make_cluster(where, programs, data)
    _check_version(data)
    return _launch(where, programs, data)


def stop(where: Places) -> None:
    programs, data = reachable_postgres(where), where.data("postgres")
    if not (data / "postmaster.pid").exists():
        return
    command: list[str | Path] = [programs / "pg_ctl", "stop", "-D", data, "-m", "fast", "-w", "-t", "60", "-s"]
    subprocess.run(command, **where.account.popen(), check=False, capture_output=True)


def _make_cluster(where: Places, programs: Path, data: Path) -> None:
    # Made aside and renamed, so that a start killed half-way leaves nothing to trip over.
    logger.info("Making a new PostgreSQL %s cluster in %s.", POSTGRES_MAJOR, data)
    draft = data.with_name(data.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    make_data_folder(draft, where.account)
    password = where.run / "password"
    password.unlink(missing_ok=True)
    descriptor = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchown(descriptor, where.account.uid, where.account.gid)
        os.write(descriptor, secret(where.var, "postgres_superuser_password").encode())
        _run_initdb(where, programs, draft, password)
    finally:
        os.close(descriptor)
        password.unlink()
    draft.rename(data)


def _run_initdb(where: Places, programs: Path, draft: Path, password: Path) -> None:
    command: list[str | Path] = [programs / "initdb", "-D", draft, "-U", SUPERUSER, f"--pwfile={password}"]
    # The collation of every installation: by code point, upper and lower case for all scripts,
    # and the same on every operating system (an index never goes wrong with a new libc).
    command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--auth=scram-sha-256"]
    done = subprocess.run(command, **where.account.popen(), check=False, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise EmbeddedError(f"PostgreSQL could not make its data folder {draft}: {reason}")


def _check_version(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(POSTGRES_MAJOR):
        raise EmbeddedError(
            f"The data in {data} was written by PostgreSQL {found} and this program brings PostgreSQL "
            f"{POSTGRES_MAJOR}: make a backup with the version of the program that wrote it, and restore it here."
        )


def server_settings(where: Places, data: Path) -> dict[str, str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(where.run),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "fsync": "on",
        "synchronous_commit": "on",
        # Nobody replicates this server, and loads into new tables then skip the log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        # Queries over many partitions look dear to the planner and are short: compiling costs more.
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if small_shared_memory():
        settings["dynamic_shared_memory_type"] = "mmap"
    return settings | memory_settings(machine_memory(), shutil.disk_usage(data).free)


def _launch(where: Places, programs: Path, data: Path) -> subprocess.Popen[bytes]:
    settings = server_settings(where, data)
    chosen = ", ".join(f"{name} {value}" for name, value in settings.items() if value.endswith("MB"))
    logger.info("Starting PostgreSQL %s with %s.", POSTGRES_MAJOR, chosen)
    command = [str(programs / "postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with where.log("postgres").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **where.account.popen(),
        )
    _started.append(process)
    return process


def _wait(where: Places, process: subprocess.Popen[bytes] | None) -> None:
    began = time.monotonic()
    while time.monotonic() < began + SECONDS_TO_RECOVER:
        try:
            _as_superuser(where).close()
            return
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                stop(where)
                raise EmbeddedError(_other_password(where)) from None
        if process and process.poll() is not None:
            raise EmbeddedError(f"PostgreSQL did not start: {_last_words(where.log('postgres'))}")
        time.sleep(0.05)
    raise EmbeddedError(f"PostgreSQL was not ready within {SECONDS_TO_RECOVER} seconds.")


def _other_password(where: Places) -> str:
    return (
        f"The password in {where.var / 'postgres_superuser_password'} is not the one of the data in "
        f"{where.var / 'postgres'}: the two belong together, so restore both from the same copy."
    )


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-30:]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return (telling or lines or ["it left no message."])[-1]


def _address(var: Path) -> dict[str, Any]:
    return {"host": str(run_folder_path(var)), "port": "5432", "sslmode": "disable", "connect_timeout": "10"}


def _as_superuser(where: Places) -> "psycopg.Connection[tuple[object, ...]]":
    password = secret(where.var, "postgres_superuser_password")
    return psycopg.connect(**_address(where.var), user=SUPERUSER, password=password, dbname="postgres", autocommit=True)


def _make_role_and_database(where: Places) -> None:
    role = sql.Identifier(ROLE)
    password = sql.Literal(secret(where.var, "postgres_password"))
    with _as_superuser(where) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone() is None:
            connection.execute(
                # CREATEDB is for the tests; pg_dump and restore need no more than ownership.
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(role, password)
            )
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [ROLE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
