"""The register as a file: Excel, Word, or several Word documents in a ZIP; and those that a worker makes.

One worker at a time writes a file (an advisory lock that ends with its connection): a task that
comes twice waits and finds it done, and one whose worker was killed is begun again when it comes back.
"""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, islice
from typing import IO

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from crmquality.lib.csvsafe import neutral
from crmquality.lib.sheets import write_sheet
from crmquality.office.models import Member, Organisation
from crmquality.office.roles import Right
from customers import attachments

from . import analysis, register, wording
from .documents import write_register
from .filters import Filters
from .models import RegisterFile
from .register import Cell

KEPT = dt.timedelta(days=1)
# About five hundred pages; what is longer no reader opens.
CASES_A_DOCUMENT = 1_000
TOLD_EVERY = 200
# "reg" in ASCII, above the file's own key.
LOCK_SPACE = 0x726567 << 40
Tell = Callable[[int], object]


def write(file: IO[bytes], scope: analysis.Scope, ending: str, tell: Tell = lambda done: None) -> int:
    """Write the register as xlsx, docx or zip (of docx), in the language that is on; how many cases it has."""
    count = 0

    def counted() -> Iterator[list[Cell]]:
        nonlocal count
        for entry in register.entries(scope.filters.cases(scope.member, scope.organisation), scope.organisation):
            yield entry
            count += 1
            if count % TOLD_EVERY == 0:
                tell(count)

    WRITERS[ending](file, scope, counted())
    return count


def _xlsx(file: IO[bytes], scope: analysis.Scope, entries: Iterable[list[Cell]]) -> None:
    lines = ([neutral(cell) for cell in entry] for entry in entries)
    write_sheet(file, _("Register"), chain([register.heading(scope.organisation)], lines))


def _docx(file: IO[bytes], scope: analysis.Scope, entries: Iterable[list[Cell]]) -> None:
    _document(file, scope, _summary(scope), entries)


def _document(
    file: IO[bytes], scope: analysis.Scope, summary: list[tuple[str, str]], entries: Iterable[list[Cell]]
) -> None:
    write_register(
        file,
        title=_("Register of complaints"),
        period=scope.filters.period,
        company=scope.organisation.name,
        summary=summary,
        parts=register.parts(scope.organisation),
        entries=entries,
    )


def _summary(scope: analysis.Scope) -> list[tuple[str, str]]:
    now, before = analysis.outcomes(scope)
    tiles = wording.tiles(now, before, scope.filters, analysis.cost_an_hour(), scope.organisation.currency)
    return [(tile.name, f"{tile.value} · {tile.note}") for tile in tiles]


def _zip(file: IO[bytes], scope: analysis.Scope, entries: Iterable[list[Cell]]) -> None:
    """Documents one after the other, each with the summary of all."""
    entries, summary = iter(entries), _summary(scope)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for number, part in enumerate(iter(lambda: list(islice(entries, CASES_A_DOCUMENT)), []), 1):
            document = BytesIO()
            _document(document, scope, summary, part)
            archive.writestr(f"{number:03}-{part[0][0]}.docx", document.getvalue())


WRITERS: dict[str, Callable[[IO[bytes], analysis.Scope, Iterable[list[Cell]]], None]] = {
    "xlsx": _xlsx, "docx": _docx, "zip": _zip,
}  # fmt: skip


def name_of(filters: Filters, ending: str) -> str:
    return f"register-{filters.first}-{filters.last}.{ending}"


def ask(scope: analysis.Scope, ending: str, language: str, start: Callable[[int], object]) -> RegisterFile:
    """A file that a worker is to make; one that the member asked for already is not made twice.

    `start` hands its key to a worker; where that fails nothing was asked for.
    """
    count = scope.filters.cases(scope.member, scope.organisation).count()
    ending = "zip" if ending == "docx" and count > CASES_A_DOCUMENT else ending
    wanted = {"member": scope.member, "query": scope.filters.query(), "ending": ending, "language": language}
    found = RegisterFile.objects.filter(**wanted, status__in=RegisterFile.UNFINISHED).first()
    if found:
        return found
    file = RegisterFile.objects.create(**wanted, total=count)
    try:
        start(file.pk)
    except Exception:
        file.delete()
        raise
    return file


def make(key: int, now: dt.datetime) -> bool:
    """Make the file unless it is made; who has lost the right to it gets none."""
    with _alone(key):
        file = RegisterFile.objects.filter(pk=key, status__in=RegisterFile.UNFINISHED).select_related("member").first()
        if file is None:
            return False
        if file.member is None or not file.member.is_active or not file.member.has_right(Right.EXPORT):
            _change(key, status=RegisterFile.Status.FAILED)
            return False
        _change(key, status=RegisterFile.Status.WORKING, done=0)
        try:
            count = _write(file, file.member, now)
        except Exception:
            _change(key, status=RegisterFile.Status.FAILED)
            raise
        return _change(key, status=RegisterFile.Status.DONE, done=count, total=count)


def _note(key: int, done: int) -> None:
    _change(key, done=done)


def _write(file: RegisterFile, member: Member, now: dt.datetime) -> int:
    organisation, path = Organisation.load(), attachments.path_of(file.stored_name)
    scope = analysis.Scope(Filters.asked(file.asked, organisation.today(now)), member, organisation, now)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with translation.override(file.language), path.open("wb") as target:
        return write(target, scope, file.ending, lambda done: _note(file.pk, done))


def _change(key: int, **values: object) -> bool:
    return bool(RegisterFile.objects.filter(pk=key).update(**values))


@contextmanager
def _alone(key: int) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_SPACE + key])
        try:
            yield
        finally:
            # A lost connection has given the lock back itself.
            if connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_SPACE + key])


def remove_expired(now: dt.datetime) -> int:
    """Files with what they say of people go after a day; how many."""
    with transaction.atomic():
        return attachments.delete(RegisterFile.objects.filter(created_at__lt=now - KEPT))
