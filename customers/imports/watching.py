"""The watched folder: files that other programs put there are imported by themselves.

`inbox/customers/x.csv` is imported as customers, `inbox/zoho/x.csv` with the preset zoho,
`inbox/zoho/customers/x.csv` as both say; a file right in the folder by what its columns tell.
It is taken once nobody has written to it for a while, imported, and put into `done/` or
`failed/` with its rejected lines beside it.

One sweep at a time (an advisory lock), and one open run per file (`importrun_watched_once`).
A run is open from before its file is taken until after it is put away, so that the sweep after
one that was killed knows what is left to do.
"""

import datetime as dt
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from crmquality.lib.tables import TableError
from crmquality.office.models import Notice, Topic
from customers.models import ImportRun

from .errors import ImportRefused
from .kinds import KINDS
from .progress import OnRun
from .report import rejections_csv
from .running import run_import
from .uploads import proposal

log = structlog.get_logger()

# "inbox" in ASCII.
LOCK = 0x696E626F78
QUIET = dt.timedelta(seconds=30)
UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
DONE, FAILED, WORKING = "done", "failed", ".working"
MAX_BYTES = 1 << 30
MAX_TRIES = 3
# What belongs together and comes at once is read in an order in which it finds itself.
ORDER = ("products", "customers", "contacts", "opportunities", "orders", "returns")
REJECTED = gettext_noop("%(file)s from the watched folder: %(rejected)s of %(lines)s lines were rejected.")
NOT_IMPORTED = gettext_noop("%(file)s from the watched folder was not imported: %(error)s")


def sweep(folder: Path, now: dt.datetime) -> int:
    """Go on with what was interrupted, import what lies there finished; how many files were put away."""
    with _alone() as is_alone:
        if not is_alone:
            return 0
        folder.mkdir(parents=True, exist_ok=True)
        interrupted = ImportRun.objects.filter(is_in_folder=True).order_by("pk")
        count = sum(_import(folder, run) for run in interrupted)
        return count + sum(_import(folder, run) for run in map(_claim, _finished(folder, now)) if run)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        is_alone = cursor.fetchone()[0]
    try:
        yield is_alone
    finally:
        if is_alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _finished(folder: Path, now: dt.datetime) -> list[str]:
    """Paths of the files nobody has touched for a while, in the order to read them in."""
    found = []
    # Folders that are links are named by `walk`, but not entered.
    for place, folders, names in os.walk(folder):
        folders[:] = [n for n in folders if not n.startswith(".") and n not in (DONE, FAILED) and _is_text(n)]
        for name in names:
            path = Path(place, name) if _is_text(name) else _renamed(Path(place, name))
            if not name.startswith(".") and not name.endswith(UNFINISHED) and _is_quiet(path, now):
                found.append(path.relative_to(folder).as_posix())
    return sorted(found, key=_rank)


def _is_text(name: str) -> bool:
    return name.encode(errors="replace").decode() == name


def _renamed(path: Path) -> Path:
    """Under a name that text can hold: Chinese programs may write it in GB18030."""
    return path.rename(path.with_name(f"{path.lstat().st_ino}-{os.fsencode(path.name).decode('gb18030', 'replace')}"))


def _is_quiet(path: Path, now: dt.datetime) -> bool:
    """The time of change tells of writing, renaming and copying alike, and cannot be set by a program."""
    try:
        changed = path.lstat().st_ctime
    except FileNotFoundError:
        return False
    return now.timestamp() - changed >= QUIET.total_seconds()


def _rank(path: str) -> tuple[int, str]:
    kind, _preset = _said_by(path)
    return ORDER.index(kind) if kind in ORDER else len(ORDER), path


def _said_by(path: str) -> tuple[str, str]:
    """Kind and preset that the folders name, '' for what they leave open.

    >>> _said_by("zoho/customers/a.csv"), _said_by("orders/a.csv"), _said_by("a.csv")
    (('customers', 'zoho'), ('orders', ''), ('', ''))
    """
    names = PurePosixPath(path).parts[:-1]
    kinds = [name for name in names if name in KINDS]
    presets = [name for name in names if name not in KINDS]
    return kinds[0] if kinds else "", "/".join(presets)


def _claim(path: str) -> ImportRun | None:
    """An open run for the file; None if it has one."""
    kind, preset = _said_by(path)
    try:
        with transaction.atomic():
            return ImportRun.objects.create(
                kind=kind, preset=preset[:50], file_name=PurePosixPath(path).name[:200], stored_name="",
                watched_path=path, is_in_folder=True,
            )  # fmt: skip
    except IntegrityError:
        return None


def _import(folder: Path, run: ImportRun) -> bool:
    """Take the file, import it, put it away; safe to repeat after any of its steps."""
    # In the organisation's language: nobody in particular reads it first.
    with translation.override(settings.LANGUAGE_CODE):
        if run.status != ImportRun.Status.DONE:
            try:
                _bring_in(folder, run)
            except Exception as error:
                log.warning("watched file not imported", run=run.pk, file=run.watched_path, reason=repr(error))
                _say_failed(run, error)
        run.refresh_from_db()
        _put_away(folder, run)
    return True


def _bring_in(folder: Path, run: ImportRun) -> None:
    path = _take(folder, run)
    tried = ImportRun.objects.filter(pk=run.pk, tries__lt=MAX_TRIES).update(
        status=ImportRun.Status.IMPORTING, tries=F("tries") + 1, error="", is_cancel_requested=False
    )
    if not tried:
        raise ImportRefused(_("The work was interrupted again and again; import the file by hand."))
    kind, preset = _said_by(run.watched_path)
    read_as = proposal(path, kind, preset)
    run.kind, run.preset, run.options, run.headers = read_as.kind, read_as.preset, read_as.options, read_as.headers
    run.save(update_fields=["kind", "preset", "options", "headers"])
    progress = OnRun(run)
    try:
        run_import(run, path, progress, dry_run=False)
    finally:
        progress.close()


def _take(folder: Path, run: ImportRun) -> Path:
    """The file where nobody else writes to it; a link or a giant is refused."""
    taken = _taken(folder, run)
    taken.parent.mkdir(mode=0o700, exist_ok=True)
    if not taken.is_symlink() and not taken.exists():
        (folder / run.watched_path).rename(taken)
    state = taken.lstat()
    if not stat.S_ISREG(state.st_mode):
        raise ImportRefused(_("This is a link or something else, and no file."))
    if state.st_size > MAX_BYTES:
        raise ImportRefused(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES >> 20})
    return taken


def _taken(folder: Path, run: ImportRun) -> Path:
    return folder / WORKING / str(run.pk)


def _say_failed(run: ImportRun, error: Exception) -> None:
    """On the run's row, where the import itself has not said it."""
    told = (
        str(error) if isinstance(error, (ImportRefused, TableError)) else _("The import failed; nothing was changed.")
    )
    if isinstance(error, FileNotFoundError):
        told = _("The file was taken away before it could be read.")
    ImportRun.objects.filter(pk=run.pk).exclude(status=ImportRun.Status.DONE).update(
        status=ImportRun.Status.FAILED, error=told[:1000], finished_at=timezone.now(), begun_at=None
    )


def _put_away(folder: Path, run: ImportRun) -> None:
    """Into `done` or `failed`, with the rejected lines beside it; then the run is closed."""
    place = DONE if run.status == ImportRun.Status.DONE and (run.accepted or not run.rejected) else FAILED
    # A name of the file system has 255 bytes at most, and something is put before and behind this one.
    name = run.file_name.encode()[-200:].decode(errors="ignore")
    target = folder / place / f"{run.pk}-{name}"
    target.parent.mkdir(exist_ok=True)
    if run.rejected:
        with target.with_name(f"{target.name}.rejected.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(rejections_csv(run))
    _tell(run)
    with suppress(FileNotFoundError):
        _taken(folder, run).rename(target)
    ImportRun.objects.filter(pk=run.pk).update(is_in_folder=False)


def _tell(run: ImportRun) -> None:
    more: dict[str, Any] = {"url": reverse("customers:import_detail", args=[run.pk]), "topic": Topic.DATA}
    if run.status != ImportRun.Status.DONE:
        error = run.error or _("Cancelled; nothing was changed.")
        Notice.tell_admins(
            f"watched-{run.pk}", Notice.Level.ERROR, NOT_IMPORTED, file=run.file_name, error=error[:200], **more
        )
    elif run.rejected:
        Notice.tell_admins(
            f"watched-{run.pk}", Notice.Level.WARNING, REJECTED,
            file=run.file_name, rejected=run.rejected, lines=run.lines_read, **more,
        )  # fmt: skip
