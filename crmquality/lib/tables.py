"""Tables from files: CSV in the encodings people have, gzipped or not, and xlsx.

Reading takes the same memory for a short file and a long one (a workbook excepted, whose size
is limited). Whatever is wrong with a file is said in one sentence, by `TableError`.
"""

import codecs
import csv
import gc
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate, chain, islice
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from . import workbooks
from .table_errors import TableError

__all__ = ["Chunk", "Limits", "Table", "TableError", "inspect"]

BLOCK = 1 << 18
WHITESPACE = "whitespace"
DELIMITERS = (",", ";", "\t")
SAMPLE_LINES = 50
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
LINE_END = re.compile(r"\r\n|\r|\n")
Batch = tuple[list[int], list[list[str]]]
# What str.splitlines takes for line ends besides.
OTHER_ENDS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")


@dataclass(frozen=True)
class Limits:
    """What is still a table and no attack."""

    file_bytes: int = 1 << 30
    unpacked_bytes: int = 4 << 30
    workbook_bytes: int = 400 << 20
    # Gzip of repetitive but honest CSV stays below 1:60; a bomb comes near 1:1000.
    packing_ratio: int = 200
    harmless_bytes: int = 32 << 20
    line_characters: int = 1_000_000
    columns: int = 500
    workbook_cells: int = 30_000_000


@dataclass(frozen=True)
class Chunk:
    """Some rows: the line of the file each begins on, and one tuple of texts per column."""

    lines: list[int]
    columns: list[tuple[str, ...]]
    # Rows with more cells than there are headers: position in the chunk -> first cell too many.
    surplus: dict[int, str]

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Table:
    """How to read one file; made by `inspect`."""

    path: Path
    is_workbook: bool
    is_packed: bool
    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    has_header: bool
    sha256: str
    file_bytes: int
    line_count: int
    limits: Limits

    def chunks(self, size: int) -> Iterator[Chunk]:
        """The rows that are not blank, in bundles, without the header."""
        skip = 1 if self.has_header else 0
        batches = self._batches(size)
        while True:
            with _collector_paused():
                batch = next(batches, None)
                if batch is None:
                    return
                lines, rows = batch
                chunk = _chunk(lines[skip:], rows[skip:], len(self.headers))
            skip = 0 if lines else skip
            if chunk.lines:
                yield chunk

    def preview(self, count: int = 20) -> list[tuple[int, list[str]]]:
        """The first rows with their line numbers."""
        for chunk in self.chunks(count + 1):
            return list(zip(chunk.lines, map(list, zip(*chunk.columns, strict=True)), strict=True))[:count]
        return []

    def named(self, headers: Sequence[str], *, has_header: bool) -> "Table":
        """The same table with other column names, for files that bring none."""
        return replace(self, headers=tuple(headers), has_header=has_header)

    def _batches(self, size: int) -> Iterator[Batch]:
        if self.is_workbook:
            return _workbook_batches(self.path, size)
        if self.delimiter == WHITESPACE:
            return _blank_divided(self._text_lines(), size)
        return _parsed(self._text_lines(), self.delimiter, size)

    def _text_lines(self) -> Iterator[str]:
        blocks = _decoded(self.path, self.is_packed, self.encoding)
        return chain.from_iterable(_line_lists(blocks, self.limits.line_characters))


def inspect(path: Path, *, encoding: str = "", delimiter: str = "", limits: Limits | None = None) -> Table:
    """Look at the whole file once: is it safe, how is it packed, encoded and divided?"""
    limits = limits or Limits()
    size = path.stat().st_size
    if size == 0:
        raise TableError(_("The file is empty."))
    if size > limits.file_bytes:
        raise TableError(_("The file is larger than %(limit)s MB.") % {"limit": limits.file_bytes >> 20})
    magic = _first_bytes(path)
    if magic.startswith(b"PK\x03\x04"):
        table = _inspect_workbook(path, limits)
    elif magic.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(_("This is an old Excel file; save it as .xlsx or as CSV."))
    else:
        table = _inspect_text(path, magic.startswith(b"\x1f\x8b"), encoding, delimiter, limits)
    first = next((rows[0] for _lines, rows in table._batches(1) if rows), None)
    if first is None:
        raise TableError(_("The file holds no rows."))
    if len(first) > limits.columns:
        raise TableError(_("The file has more than %(limit)s columns.") % {"limit": limits.columns})
    return replace(table, headers=_unique(first), sha256=_sha256(path), file_bytes=size)


def _inspect_workbook(path: Path, limits: Limits) -> Table:
    lines = workbooks.check(path, limits.workbook_bytes, limits.workbook_cells, limits.columns)
    return Table(path, True, False, "", "", (), True, "", 0, lines, limits)


def _inspect_text(path: Path, is_packed: bool, encoding: str, delimiter: str, limits: Limits) -> Table:
    start = next(_blocks(path, is_packed), b"")[:4096]
    encodings = [encoding] if encoding else _possible_encodings(start)
    line_count = 0
    for position, candidate in enumerate(encodings, 1):
        try:
            line_count = _decode_all(path, is_packed, candidate, limits)
            encoding = candidate
            break
        except UnicodeDecodeError:
            if position == len(encodings):
                raise _undecodable(path, is_packed, encodings) from None
    table = Table(path, False, is_packed, encoding, ",", (), True, "", 0, line_count, limits)
    return replace(table, delimiter=delimiter or _sniff(list(islice(table._text_lines(), SAMPLE_LINES))))


def _possible_encodings(start: bytes) -> list[str]:
    if start.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    # Latin text in UTF-16 without a mark has a zero in every second byte.
    if start[1::2].count(0) * 2 > len(start[1::2]):
        return ["utf-16-le"]
    if start[0::2].count(0) * 2 > len(start[0::2]):
        return ["utf-16-be"]
    return ["utf-8", "gb18030"]


def _decode_all(path: Path, is_packed: bool, encoding: str, limits: Limits) -> int:
    """Decode the file once without keeping it; the number of its lines."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise TableError(_("%(name)s is not an encoding.") % {"name": encoding}) from None
    lines, unpacked, ends_open, since_newline = 0, 0, False, 0
    packed_bytes = path.stat().st_size
    for block in chain(_blocks(path, is_packed), [b""]):
        unpacked += len(block)
        _check_packing(unpacked, packed_bytes, limits)
        text = decoder.decode(block, final=not block)
        if "\0" in text:
            raise TableError(_("The file holds zero bytes; it is not a text table."))
        since_newline = _check_lines(text, since_newline, limits, lines)
        lines += text.count("\n")
        ends_open = not text.endswith("\n") if text else ends_open
    return lines + ends_open


def _check_lines(text: str, since_newline: int, limits: Limits, lines: int) -> int:
    """Characters since the last line end; a line without end is refused before it fills memory."""
    last = max(text.rfind("\n"), text.rfind("\r"))
    if last < 0:
        since_newline += len(text)
    else:
        since_newline = len(text) - last - 1
    if since_newline > limits.line_characters + BLOCK:
        raise _too_long(lines + 1, limits.line_characters)
    return since_newline


def _check_packing(unpacked: int, packed: int, limits: Limits) -> None:
    is_bomb = unpacked > limits.harmless_bytes and unpacked > packed * limits.packing_ratio
    if is_bomb or unpacked > limits.unpacked_bytes:
        raise TableError(_("The file unpacks to far more than a table of its size would; it is refused as unsafe."))


def _undecodable(path: Path, is_packed: bool, encodings: list[str]) -> TableError:
    """Says on which line the first of `encodings` breaks."""
    decoder = codecs.getincrementaldecoder(encodings[0])()
    line = 1
    for block in chain(_blocks(path, is_packed), [b""]):
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            line += block[: error.start].count(b"\n")
            break
    names = " / ".join(name.upper() for name in encodings)
    return TableError(
        _("Line %(line)s is not readable as %(names)s text; save the file as UTF-8 and try again.")
        % {"line": line, "names": names}
    )


def _too_long(line: int, limit: int) -> TableError:
    return TableError(
        _("Line %(line)s has more than %(limit)s characters; the file is not a table of lines.")
        % {"line": line, "limit": limit}
    )


def _decoded(path: Path, is_packed: bool, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    for block in _blocks(path, is_packed):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _line_lists(blocks: Iterator[str], limit: int) -> Iterator[list[str]]:
    """The lines with their ends, in lists: chained together they cost no Python per line."""
    carry, count = "", 0
    for block in blocks:
        lines = _split(carry + block)
        # The last line may go on, and its "\r" may be half of a "\r\n".
        carry = lines.pop() if lines and (not lines[-1].endswith("\n") or lines[-1].endswith("\r")) else ""
        count += len(lines)
        if len(carry) > limit:
            raise _too_long(count + 1, limit)
        yield lines
    if carry:
        yield [carry]


def _split(text: str) -> list[str]:
    """As `splitlines`, but only at the ends that CSV knows."""
    return LINE.findall(text) if OTHER_ENDS.search(text) else text.splitlines(keepends=True)


def _parsed(lines: Iterator[str], delimiter: str, size: int) -> Iterator[Batch]:
    reader = csv.reader(lines, delimiter=delimiter)
    begins = 1
    while True:
        try:
            rows = list(islice(reader, size))
        except csv.Error as error:
            raise TableError(
                _("Line %(line)s cannot be divided into cells (%(error)s); is a quotation mark left open?")
                % {"line": reader.line_num, "error": error}
            ) from error
        if not rows:
            return
        if reader.line_num - begins + 1 == len(rows):
            numbers = list(range(begins, begins + len(rows)))
        else:
            numbers = list(accumulate((1 + _line_ends(row) for row in rows[:-1]), initial=begins))
        begins = reader.line_num + 1
        yield _without_blank(numbers, rows)


def _line_ends(row: list[str]) -> int:
    """Ends of line inside the quoted cells of a row."""
    return sum(len(LINE_END.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)


def _without_blank(numbers: list[int], rows: list[list[str]]) -> Batch:
    if all(rows):
        return numbers, rows
    kept = [position for position, row in enumerate(rows) if row]
    return [numbers[position] for position in kept], [rows[position] for position in kept]


def _blank_divided(lines: Iterator[str], size: int) -> Iterator[Batch]:
    begins = 1
    while rows := [line.split() for line in islice(lines, size)]:
        yield _without_blank(list(range(begins, begins + len(rows))), rows)
        begins += len(rows)


def _workbook_batches(path: Path, size: int) -> Iterator[Batch]:
    found = workbooks.rows(path)
    while part := list(islice(found, size)):
        yield [line for line, _row in part], [row for _line, row in part]


def _sniff(lines: list[str]) -> str:
    """The delimiter that divides the header, and the most of the first lines in the same way."""

    def quality(delimiter: str) -> tuple[bool, int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            widths = []
        first = widths[0] if widths else 0
        return first > 1, widths.count(first), first

    return max(DELIMITERS, key=quality)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Half a million new lists make the collector look at all of them again and again, in vain.

    Measured: reading takes twice as long with it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _chunk(lines: list[int], rows: list[list[str]], width: int) -> Chunk:
    surplus: dict[int, str] = {}
    if any(len(row) != width for row in rows):
        for position, row in enumerate(rows):
            if extra := [cell for cell in row[width:] if cell.strip()]:
                surplus[position] = extra[0]
            rows[position] = row[:width] + [""] * (width - len(row))
    return Chunk(lines, list(zip(*rows, strict=True)), surplus)


def _unique(headers: list[str]) -> tuple[str, ...]:
    """The header's names, blank ones numbered and repeated ones told apart."""
    seen: dict[str, int] = {}
    names = []
    for position, header in enumerate(headers, 1):
        name = " ".join(header.replace("\ufeff", "").split())[:100] or _("Column %(number)s") % {"number": position}
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _opened(path: Path, is_packed: bool) -> IO[bytes]:
    return gzip.open(path, "rb") if is_packed else path.open("rb")  # type: ignore[return-value]


def _blocks(path: Path, is_packed: bool) -> Iterator[bytes]:
    try:
        with _opened(path, is_packed) as raw:
            while block := raw.read(BLOCK):
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise TableError(_("The gzip file is damaged or cut off; fetch it again.")) from None


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as raw:
        return raw.read(8)


def _sha256(path: Path) -> str:
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()
