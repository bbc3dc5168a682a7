"""From the file into a temporary table: cells become values, bad lines get their reason."""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from psycopg import sql as pg

from crmquality.lib.money import digits_of, to_minor
from crmquality.lib.tables import Chunk, Table

from .columns import NULL, Column, render
from .currencies import contradictions
from .dates import order_shown_by
from .errors import DateOrderNeeded
from .fields import Reading
from .kinds import Kind
from .mapping import plain
from .options import ImportOptions
from .progress import Progress
from .rules import LEFT_EMPTY, REPORTED_AS, RULES, WHOLE_LINE, Columns
from .words import SEVERAL

# Smaller bundles stay in the processor's cache; 20,000 was measured fastest.
ROWS_AT_ONCE = 20_000
LARGEST_MINOR = 10**15
META = ("line", "reason", "bad_column", "bad_value", "row_hash", "file_money", "extra")
STAGE = "import_stage"
# The columns a line's worth depends on.
WORTH = ("amount", "price", "quantity", "currency", "rate", "number")
# Columns, as `plain` writes their headers, whose cells hold several values.
SEVERAL_VALUES = {"tag", "tags", "标签", "標籤"}


@dataclass(frozen=True)
class Job:
    """Everything that is settled before the first line is read."""

    kind: Kind
    table: Table
    options: ImportOptions
    mapping: dict[str, str]
    unknown: list[str]
    currency: str
    home_currency: str
    rate: Decimal | None
    reading: Reading

    def has_rule(self, name: str) -> bool:
        return name in self.options.rules

    def knows(self, field: str) -> bool:
        """Does the file tell this field?"""
        if field in self.mapping or any(field in RULES[rule].provides for rule in self.options.rules):
            return True
        return self.kind.has(field) and self.kind.field(field).follows in self.mapping

    @property
    def left_empty(self) -> list[str]:
        """The fields in which a name that nobody here has is no reason to reject the line."""
        allowed = {name for name, rule in LEFT_EMPTY.items() if self.has_rule(rule)} | set(self.kind.lenient)
        return [field.name for field in self.kind.fields if field.name in allowed]


def stage(cursor: Any, job: Job, progress: Progress) -> int:
    """Fill the staging table; the number of lines read."""
    _create(cursor, job)
    read = 0
    progress.report("reading", 0, job.table.line_count)
    for chunk in job.table.chunks(ROWS_AT_ONCE):
        _copy(cursor, job, chunk)
        read += len(chunk)
        progress.report("reading", read, max(read, job.table.line_count))
    cursor.execute(f"ANALYZE {STAGE}")
    return read


def _create(cursor: Any, job: Job) -> None:
    fields = ", ".join(f"{field.name} {field.sql}" for field in job.kind.fields)
    cursor.execute(
        f"CREATE TEMP TABLE {STAGE} (line bigint, reason text, bad_column text, bad_value text,"
        f" row_hash bigint, file_money bigint, extra jsonb, {fields}) ON COMMIT DROP"
    )


def _copy(cursor: Any, job: Job, chunk: Chunk) -> None:
    columns = parsed_columns(job, chunk)
    names = [*META, *columns]
    cells = [*_meta(job, chunk, columns), *(column.rendered() for column in columns.values())]
    statement = pg.SQL("COPY {} ({}) FROM STDIN").format(
        pg.Identifier(STAGE), pg.SQL(", ").join(map(pg.Identifier, names))
    )
    with cursor.cursor.copy(statement) as copy:
        copy.write("\n".join(map("\t".join, zip(*cells, strict=True))) + "\n")


def parsed_columns(job: Job, chunk: Chunk) -> Columns:
    """field -> column, those the preset's rules fill included."""
    position = {header: index for index, header in enumerate(job.table.headers)}
    columns = {
        name: Column.parsed(chunk.columns[position[header]], job.kind.field(name), job.reading)
        for name, header in job.mapping.items()
    }
    for follower in job.kind.fields:
        if follower.follows in job.mapping and follower.name not in columns:
            raw = chunk.columns[position[job.mapping[follower.follows]]]
            columns[follower.name] = Column.parsed(raw, follower, job.reading)
    for name in job.options.rules:
        if fill := RULES[name].fill:
            columns.update(fill(columns))
    return columns


def _meta(job: Job, chunk: Chunk, columns: Columns) -> list[Sequence[str]]:
    reason, where, what = _rejections(job, chunk, columns)
    hashes: Sequence[str] = [NULL] * len(chunk)
    if job.has_rule("exact_duplicate"):
        hashes = list(map(str, map(hash, zip(*chunk.columns, strict=True))))
    elif job.has_rule(WHOLE_LINE):
        hashes = list(map(_fingerprint, zip(*chunk.columns, strict=True)))
    money = list(map(str, file_money(job, columns, len(chunk))))
    return [list(map(str, chunk.lines)), reason, where, what, hashes, money, _extra(job, chunk)]


def _fingerprint(cells: tuple[str, ...]) -> str:
    """The same for the same line in every import, which Python's own hash is not."""
    digest = hashlib.blake2b("\x1f".join(cells).encode(), digest_size=8).digest()
    return str(int.from_bytes(digest, signed=True))


def _rejections(job: Job, chunk: Chunk, columns: Columns) -> list[list[str]]:
    """Reason, column and value of the first thing wrong with each line."""
    size = len(chunk)
    reason, where, what = (np.full(size, NULL, dtype=object) for _n in range(3))

    def reject(mask: np.ndarray, name: str, field: str) -> None:
        mask = mask & (reason == NULL)
        if not mask.any():
            return
        reason[mask] = name
        where[mask] = render(job.mapping.get(field, field))
        if field in columns:
            cells = np.array([render(cell[:200]) for cell in columns[field].cells], dtype=object)
            what[mask] = cells[columns[field].codes[mask]]

    for mask, name, field in _problems(job, chunk, columns):
        reject(mask, name, field)
    return [list(reason), list(where), list(what)]


def _problems(job: Job, chunk: Chunk, columns: Columns) -> Iterator[tuple[np.ndarray, str, str]]:
    """Mask, reason and field, the weightiest first."""
    for field in job.kind.fields:
        if field.required and field.name in columns:
            missing = columns[field.name].missing()
            for name, other in job.kind.stand_ins:
                if name == field.name and other in columns:
                    missing &= columns[other].missing()
            yield missing, f"no_{field.name}", field.name
    for name in job.options.rules:
        rule = RULES[name]
        if rule.rejects and rule.column in columns:
            yield rule.rejects(columns), REPORTED_AS.get(name, name), rule.column
    for name, column in columns.items():
        for problem in sorted(set(column.wrong.values())):
            yield column.wrong_for(problem), problem, name
    # What has no currency of its own is money of the organisation.
    currency = job.currency if job.kind.has("currency") else job.home_currency
    yield from contradictions(job.kind, job.mapping, columns, currency)
    if chunk.surplus:
        mask = np.zeros(len(chunk), dtype=bool)
        mask[list(chunk.surplus)] = True
        yield mask, "too_many_cells", ""


def file_money(job: Job, columns: Columns, size: int) -> np.ndarray:
    """What each line is worth, in minor units, from the file's text in exact decimals.

    The database computes the amounts again on its own; at the end both sums must be equal.
    """
    if not {"price", "amount"} & set(columns):
        return np.zeros(size, dtype=np.int64)
    if _has_cancellations(job):
        columns = {**columns, "number": _is_cancelled(columns["number"])}
    else:
        columns = {name: column for name, column in columns.items() if name != "number"}
    names = [name for name in WORTH if name in columns]
    codes = np.zeros(size, dtype=np.int64)
    for name in names:
        codes = codes * len(columns[name].values) + columns[name].codes
    _distinct, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    worth = [_worth(job, {name: columns[name].values[columns[name].codes[row]] for name in names}) for row in first]
    return np.array(worth, dtype=np.int64)[inverse]


def _has_cancellations(job: Job) -> bool:
    return job.has_rule("cancellation_is_return")


def _is_cancelled(number: Column) -> Column:
    flags = [str(value or "").startswith("C") for value in number.values]
    return Column(np.array(flags, dtype=int)[number.codes], ["", "C"], [False, True], {})


def _worth(job: Job, line: dict[str, Any]) -> int:
    """0 where the line says too little: such a line is rejected, here it must only not fail."""
    amount, price = line.get("amount"), line.get("price")
    if amount is None and price is not None:
        quantity = line.get("quantity")
        amount = price * (1 if quantity is None else quantity)
    if amount is None:
        return 0
    currency = line.get("currency") or job.currency
    minor = to_minor(amount, digits_of(currency))
    is_converted = line.get("number") or not job.knows("product")
    if is_converted and currency != job.home_currency:
        rate = line.get("rate") or job.rate or Decimal(1)
        minor = to_minor(minor * minor_rate(rate, currency, job.home_currency), 0)
    return minor if abs(minor) <= LARGEST_MINOR else 0


def minor_rate(rate: Decimal, currency: str, home: str) -> Decimal:
    """Minor units of `home` for one of `currency`, where `rate` is said of the currencies themselves."""
    scaled = rate.scaleb(digits_of(home) - digits_of(currency))
    return scaled.quantize(Decimal("1e-8"), ROUND_HALF_UP)


def _extra(job: Job, chunk: Chunk) -> list[str]:
    if not job.unknown:
        return [NULL] * len(chunk)
    position = {header: index for index, header in enumerate(job.table.headers)}
    cells = zip(*(chunk.columns[position[header]] for header in job.unknown), strict=True)
    several = [plain(name) in SEVERAL_VALUES for name in job.unknown]
    return [
        render({
            name: _parts(cell) if is_several else cell
            for name, cell, is_several in zip(job.unknown, row, several, strict=True) if cell.strip()
        })
        for row in cells
    ]  # fmt: skip


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in SEVERAL.split(cell) if part.strip()]


def decide_date_order(job_kind: Kind, table: Table, mapping: dict[str, str]) -> str:
    """Which of day and month comes first, from every date in the file; a refusal if it stays open."""
    headers = [header for name, header in mapping.items() if job_kind.field(name).is_date]
    positions = [table.headers.index(header) for header in headers]
    shown: set[str] = set()
    for chunk in table.chunks(ROWS_AT_ONCE):
        shown |= order_shown_by(set(itertools.chain.from_iterable(chunk.columns[p] for p in positions)))
    if len(shown) == 1:
        return shown.pop()
    names = ", ".join(headers)
    if shown:
        message = _("The dates in %(columns)s are written both day first and month first; say which is meant.")
    else:
        message = _("The dates in %(columns)s can be read day first or month first; say which is meant.")
    raise DateOrderNeeded(message % {"columns": names} + " (--date-order dmy | mdy)")
