"""One import from beginning to end: one transaction, or nothing."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.money import is_currency, parse_amount
from crmquality.lib.tables import Table, TableError, inspect
from crmquality.office.models import Organisation
from customers.models import ImportRun

from . import customers, keeping, lookups, orders, products, returns
from .errors import DateOrderNeeded, ImportCancelled, ImportRefused
from .fields import Reading
from .kinds import KINDS, Kind
from .living import at_work
from .mapping import checked_mapping, guess_mapping, unknown_columns
from .options import OTHERWISE, ImportOptions
from .outcome import Counts, count, store_rejections
from .progress import Progress
from .records import RECORDS
from .rules import RULES
from .sql import drop_temp_tables
from .staging import Job, decide_date_order, stage
from .upsert import finish_log, start_log

WRITERS: dict[str, Any] = {
    "customers": customers, "products": products, "orders": orders, "returns": returns, **RECORDS,
}  # fmt: skip
# "crm" in ASCII; one import at a time, because two could make the same customer.
LOCK = 0x63726D


def stored_path(run: ImportRun) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / run.stored_name


def open_table(path: Path, options: ImportOptions) -> Table:
    """The file as a table, its columns named as the preset says where the file does not."""
    table = inspect(path, encoding=options.encoding, delimiter=options.delimiter)
    if options.layouts:
        names = options.layouts.get(str(len(table.headers)))
        if names is None:
            raise ImportRefused(
                _("The preset knows files with %(known)s columns; this one has %(number)s.")
                % {"known": " / ".join(options.layouts), "number": len(table.headers)}
            )
        is_header = not table.headers[0].isdigit()
        table = table.named(names, has_header=is_header)
    return table


def make_job(kind: Kind, table: Table, options: ImportOptions) -> Job:
    """Settle columns, currency and rate; refuse what cannot work."""
    provided = frozenset(name for rule in options.rules for name in RULES[rule].provides)
    mapping = checked_mapping(kind, options.mapping or guess_mapping(kind, table.headers), table.headers, provided)
    # What may be misunderstood is kept as it is, too.
    understood = {name: header for name, header in mapping.items() if OTHERWISE not in options.words.get(name, {})}
    organisation = Organisation.load()
    currency = options.currency.upper() or organisation.currency
    if not is_currency(currency):
        raise ImportRefused(_("%(code)s is not a currency.") % {"code": currency})
    return Job(
        kind=kind, table=table, options=options, mapping=mapping,
        unknown=unknown_columns(table.headers, understood), currency=currency, home_currency=organisation.currency,
        rate=_rate(options.rate), reading=Reading(organisation.zone, options.date_order, options.words),
    )  # fmt: skip


def _rate(text: str) -> Decimal | None:
    try:
        return parse_amount(text) if text else None
    except ValueError:
        raise ImportRefused(_("%(rate)s is not an exchange rate.") % {"rate": text}) from None


def run_import(run: ImportRun, path: Path, progress: Progress, *, dry_run: bool) -> ImportRun:
    """Check the file, and unless `dry_run` write it; the run's row tells what came of it."""
    with at_work(run):
        return _run_import(run, path, progress, dry_run=dry_run)


def _run_import(run: ImportRun, path: Path, progress: Progress, *, dry_run: bool) -> ImportRun:
    started = time.monotonic()
    ImportRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), error="", finished_at=None)
    try:
        options = ImportOptions.from_json(run.options)
        kind = KINDS[run.kind].under(options)
        table = open_table(path, options)
        job = make_job(kind, table, options)
        try:
            _in_transaction(run, job, progress, dry_run=dry_run)
        except DateOrderNeeded:
            order = decide_date_order(kind, table, job.mapping)
            job = make_job(kind, table, options.changed(date_order=order))
            _in_transaction(run, job, progress, dry_run=dry_run)
    except (ImportRefused, TableError) as error:
        _close(run, ImportRun.Status.FAILED, started, str(error))
        raise
    except (ImportCancelled, KeyboardInterrupt):
        _close(run, ImportRun.Status.CANCELLED, started, "")
        raise
    except Exception:
        _close(run, ImportRun.Status.FAILED, started, _("The import failed; nothing was changed."))
        raise
    # Only now, because the commit itself checks every foreign key.
    ImportRun.objects.filter(pk=run.pk).update(seconds=round(time.monotonic() - started, 2))
    run.refresh_from_db()
    return run


def _close(run: ImportRun, status: str, started: float, error: str) -> None:
    # Only while it is at work: a task that comes twice must not spoil what the first did.
    ImportRun.objects.filter(pk=run.pk, status__in=ImportRun.WORKING).update(
        status=status, error=error[:1000], finished_at=timezone.now(), seconds=round(time.monotonic() - started, 2)
    )


def _in_transaction(run: ImportRun, job: Job, progress: Progress, *, dry_run: bool) -> None:
    writer = WRITERS[run.kind]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if not ImportRun.objects.filter(pk=run.pk, status__in=ImportRun.WORKING).exists():
            raise ImportCancelled
        drop_temp_tables(cursor)
        lines_read = stage(cursor, job, progress)
        progress.report("checking")
        writer.prepare(cursor, job)
        progress.report("writing")
        kept: dict[str, Any] = {}
        if not dry_run:
            start_log(cursor)
            writer.write(cursor, job)
            kept = keeping.extend(cursor, writer.kept_since(job))
            progress.report("finishing")
            finish_log(cursor, run)
        counts = count(cursor, job, writer.outcomes(job), lines_read, is_written=not dry_run)
        counts.left_empty = lookups.left_empty(cursor, job)
        progress.report("finishing")
        store_rejections(cursor, job, run.pk)
        _finish(run, job, counts, kept, dry_run=dry_run)


def _finish(run: ImportRun, job: Job, counts: Counts, kept: dict[str, Any], *, dry_run: bool) -> None:
    """The run's row last: until here the page's connection may write it."""
    ImportRun.objects.filter(pk=run.pk).update(
        status=ImportRun.Status.CHECKED if dry_run else ImportRun.Status.DONE,
        sha256=job.table.sha256, file_bytes=job.table.file_bytes,
        headers=list(job.table.headers), unknown_columns=job.unknown,
        options={**job.options.to_json(), "mapping": job.mapping, "currency": job.options.currency},
        lines_read=counts.lines_read, created=counts.created, updated=counts.updated,
        unchanged=counts.unchanged, rejected=counts.rejected, rejected_by_reason=counts.rejected_by_reason,
        money_accepted=counts.money_accepted, money_in_file=counts.money_in_file,
        record_keeping=kept, left_empty=counts.left_empty, finished_at=timezone.now(), is_cancel_requested=False,
    )  # fmt: skip
