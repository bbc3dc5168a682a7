"""Kinds whose lines are rows: what each declares, and the one way in which all are brought in.

A line is found again by the id of its source, or, where the file has none, by an id made of
what tells such records apart. Columns the file lacks keep what is stored; every check is made
on the row as it would be afterwards.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from . import lookups
from .lookups import Part
from .outcome import Outcome
from .rules import WHOLE_LINE
from .sql import next_id, one, run, temp_table
from .staging import Job
from .upsert import TARGETS, Target, upsert

Finder = Callable[[Any, Job], Part]
FINDERS: dict[str, Finder] = {
    "customer": lookups.find_customer, "owner": lookups.find_owner, "product_line": lookups.find_product_line,
    "loss_reason": lookups.find_reason, "amount": lookups.find_money,
}  # fmt: skip
# A line by all of its columns; of several equal ones by which of them it is.
BY_WHOLE_LINE = ("r.row_hash", "row_number() OVER (PARTITION BY r.row_hash ORDER BY r.line)")
# Names that come in with the lines when they are new -> their target.
MADE = {"product_line": "productline", "loss_reason": "reason"}
SOURCED = ("external_source", "external_id")


@dataclass(frozen=True)
class Put:
    """A column of the row, from the staged line `r` (`r.told_x`: has the file x?) and the stored row `t`.

    `told_by`: the fields of which the file must have one to change it; empty: any file may.
    """

    column: str
    sql: str
    told_by: tuple[str, ...] = ()
    # False: for the checks only.
    is_stored: bool = True


def plain(*names: str) -> tuple[Put, ...]:
    """Columns that are a field of the same name."""
    return tuple(Put(name, f"r.{name}", (name,)) for name in names)


def text(*names: str, default: str = "") -> tuple[Put, ...]:
    """The same for columns that are never NULL."""
    return tuple(Put(name, f"COALESCE(r.{name}, '{default}')", (name,)) for name in names)


@dataclass(frozen=True)
class Simple:
    """How one kind of record is brought in.

    `apart`: what makes the id of a line without one (SQL over `r`); `natural`: columns that are
    the key of a record without source. `checks`: reason -> condition over the finished row.
    `kept`: kind of record -> the first day or moment that the file shows it was kept from.
    `finders`: field -> how what it names is looked up, beside those that all kinds share. `money`:
    the column that holds the field `amount`.
    """

    kind: str
    target: str
    puts: tuple[Put, ...]
    apart: tuple[str, ...] = ()
    natural: tuple[str, ...] = ()
    checks: tuple[tuple[str, str], ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    also: Callable[[Any], None] | None = None
    finders: Mapping[str, Finder] = dataclasses.field(default_factory=dict)
    money: str = "amount"

    @property
    def into(self) -> Target:
        return TARGETS[self.target]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*(() if self.natural else SOURCED), *(put.column for put in self.puts if put.is_stored), "extra")

    def prepare(self, cursor: Any, job: Job) -> None:
        """Decide about every line, writing nothing but temporary tables."""
        temp_table(cursor, "import_lines", self._lines(cursor, job), _params(job))
        if self.also:
            self.also(cursor)
        _reject_repeated(cursor, self.natural or ("external_id",))
        temp_table(cursor, "import_rows", self._rows())
        for field in _made(job):
            lookups.forget_unused(cursor, field, _column_of(field))

    def _lines(self, cursor: Any, job: Job) -> str:
        """The finished rows with `found`, the key of the stored row, and `reason`."""
        kept = ", ".join(f"{self._merged(put, job)} AS {put.column}" for put in self.puts)
        source = "" if self.natural else "%(source)s AS external_source, r.known_by AS external_id,"
        checks = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in self.checks)
        return f"""
            SELECT m.*, CASE WHEN problem IS NOT NULL THEN problem {checks} END AS reason
            FROM (
                SELECT r.line, r.file_money, r.problem, t.id AS found, {source} {kept}, {_extra(job)} AS extra
                       {"".join(f", r.left_{name}" for name in job.left_empty)}
                FROM ({self._read(cursor, job)}) AS r
                LEFT JOIN {self.into.table} t ON {self._same()}
            ) AS m
        """

    def _same(self) -> str:
        if self.natural:
            return " AND ".join(f"t.{name} = r.{name}" for name in self.natural)
        return "t.external_source = %(source)s AND t.external_id = r.known_by"

    def _merged(self, put: Put, job: Job) -> str:
        if not put.told_by or any(job.knows(name) for name in put.told_by):
            return put.sql
        return f"CASE WHEN t.id IS NULL THEN {put.sql} ELSE t.{put.column} END"

    def _read(self, cursor: Any, job: Job) -> str:
        """The staged lines with everything they name looked up."""
        first, second = self._parts(cursor, job)
        problems = " ".join(
            f"WHEN {condition} THEN '{reason}'" for reason, condition in (*first.problems, *second.problems)
        )
        keys = BY_WHOLE_LINE if job.has_rule(WHOLE_LINE) else self.apart
        apart = ", ".join(f"COALESCE(({sql})::text, '')" for sql in keys)
        known_by = f"COALESCE(r.external_id, 'md5:' || md5(concat_ws(chr(31), {apart})))" if apart else "NULL"
        return f"""
            SELECT r.*, CASE {problems or "WHEN false THEN ''"} END AS problem, {known_by} AS known_by,
                   {"".join(f"{_left(name)} AS left_{name}, " for name in job.left_empty)} {_told(job)}
            FROM (
                SELECT s.* {_listed(second)} FROM (
                    SELECT s.* {_listed(first)} FROM import_stage s {first.joins} WHERE s.reason IS NULL
                ) AS s {second.joins}
            ) AS r
        """

    def _parts(self, cursor: Any, job: Job) -> tuple[Part, Part]:
        """What is looked up for each line, and what is looked up once its customer is known."""
        finders = {**FINDERS, **self.finders}
        first = lookups.together(find(cursor, job) for name, find in finders.items() if job.kind.has(name))
        return first, lookups.find_contact(cursor, job) if job.kind.has("contact") else Part()

    def _rows(self) -> str:
        ours, theirs = (", ".join(f"{alias}.{column}" for column in self.columns) for alias in "pt")
        ordered = "customer_id, line" if "customer_id" in self.columns else "line"
        return f"""
            SELECT p.*, COALESCE(found, {next_id(self.into.table)}) AS id, found IS NULL AS is_new,
                   CASE WHEN found IS NULL THEN 'created' WHEN differs THEN 'updated' ELSE 'unchanged' END AS fate
            FROM (
                SELECT p.*, t.id IS NOT NULL AND ({ours}) IS DISTINCT FROM ({theirs}) AS differs
                FROM import_lines p LEFT JOIN {self.into.table} t ON t.id = p.found
                WHERE p.reason IS NULL ORDER BY {ordered}
            ) AS p
        """

    def write(self, cursor: Any, job: Job) -> None:
        for field in _made(job):
            upsert(cursor, MADE[field], f"import_{field}s", ("name",))
        upsert(cursor, self.target, "import_rows", self.columns, self.columns)

    def outcomes(self, job: Job) -> list[Outcome]:
        has_money = job.knows("amount")
        return [Outcome("import_rows", self.into.table if has_money else "", fate="fate", money=self.money)]

    def kept_since(self, _job: Job) -> dict[str, str]:
        return {kind: f"SELECT {query}" for kind, query in self.kept}


def _params(job: Job) -> dict[str, Any]:
    headers = {f"{name}_header": job.mapping.get(name, name) for name in (*job.left_empty, "contact_name")}
    return {
        "source": job.options.source, "home": job.home_currency, "currency": job.currency, "rate": job.rate,
        "zone": job.reading.zone.key, **headers,
    }  # fmt: skip


def _listed(part: Part) -> str:
    return "".join(f", {sql} AS {name}" for name, sql in part.columns.items())


def _left(name: str) -> str:
    """The name that nobody here has."""
    given = "COALESCE(r.contact_name, r.contact)" if name == "contact" else f"r.{name}"
    return f"CASE WHEN r.{name}_id IS NULL THEN {given} END"


def _told(job: Job) -> str:
    """`told_<field>`: does the file have it?"""
    return ", ".join(f"{'true' if job.knows(f.name) else 'false'} AS told_{f.name}" for f in job.kind.fields)


def _extra(job: Job) -> str:
    """Columns nobody asked for, and the names that were left empty."""
    if not job.unknown and not job.left_empty:
        return "COALESCE(t.extra, '{}')"
    added = [
        f"CASE WHEN r.left_{name} IS NULL THEN '{{}}'"
        f" ELSE jsonb_build_object(%({_header_of(name, job)}_header)s::text, r.left_{name}) END"
        for name in job.left_empty
    ]
    return " || ".join(["COALESCE(r.extra, '{}')", *added])


def _header_of(name: str, job: Job) -> str:
    return "contact_name" if name == "contact" and job.knows("contact_name") else name


def _made(job: Job) -> list[str]:
    """Names that come in with the lines when they are new."""
    return [name for name in MADE if job.kind.has(name) and job.knows(name)]


def _column_of(field: str) -> str:
    return {"product_line": "product_line_id", "loss_reason": "reason_id"}[field]


def _reject_repeated(cursor: Any, key: tuple[str, ...]) -> None:
    """A later line with the key of an earlier one; looked for only where there are any."""
    listed = ", ".join(key)
    several = f"SELECT {listed} FROM import_lines WHERE reason IS NULL GROUP BY {listed} HAVING count(*) > 1"
    if one(cursor, f"SELECT EXISTS ({several})"):
        run(cursor, f"""
            UPDATE import_lines l SET reason = 'repeated_key'
            FROM (SELECT line, row_number() OVER (PARTITION BY {listed} ORDER BY line) AS nth FROM import_lines
                  WHERE reason IS NULL AND ({listed}) IN ({several})) AS same
            WHERE same.line = l.line AND same.nth > 1
        """)  # fmt: skip
