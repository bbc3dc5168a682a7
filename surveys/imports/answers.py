"""How lines of files become responses: each with its answers, in a wave that takes in imported answers only.

They are identified: a file that names customers promised nobody anything here. Lines without a
customer come in, too, as answers through a public link do; nothing tells whose they are.
"""

import dataclasses
from typing import Any

from django.utils import timezone

from customers.imports.lookups import Part, folded
from customers.imports.records import CONTACT, CUSTOMER
from customers.imports.simple import Put, Simple, text
from customers.imports.sql import next_id, run, temp_table
from customers.imports.staging import Job
from customers.imports.upsert import SOURCED, Target, log_before, upsert
from customers.models import Contact
from surveys.asking import reading
from surveys.models import Campaign, CampaignChannel, Privacy, State, Version
from surveys.models.question import CHOICES

from .kind import Answered, version_about

DAY = "(r.answered_at AT TIME ZONE %(zone)s)::date"
# As the customer was on that day; the first phase is open to the left.
PHASE = f"""
    COALESCE((SELECT p.{{column}} FROM customers_customerphase p
              WHERE p.customer_id = r.customer_id AND p.since <= {DAY} ORDER BY p.since DESC LIMIT 1), '')
"""
BY_ROLE = " ".join(f"WHEN '{role}' THEN {weight}" for role, weight in Contact.WEIGHTS.items())
OF_CONTACT = f"SELECT COALESCE(k.weight, CASE k.role {BY_ROLE} END) FROM customers_contact k WHERE k.id = r.contact_id"
PUTS = (
    Put("campaign_id", "r.campaign_id"), CUSTOMER, CONTACT, Put("is_anonymous", "false"),
    Put("submitted_at", "r.answered_at", ("answered_at",)), *text("language"), Put("via", "'import'"),
    Put("weight", f"COALESCE(t.weight, ({OF_CONTACT}), 1)"), Put("segment", PHASE.format(column="segment")),
    Put("tier", PHASE.format(column="tier")), Put("created_at", "COALESCE(t.created_at, now())"),
)  # fmt: skip
RESPONSE = Target(
    "response", "surveys_response",
    (*SOURCED, "campaign_id", "customer_id", "contact_id", "submitted_at", "language", "extra"),
)  # fmt: skip
ANSWER = Target("answer", "surveys_answer", ("response_id", "campaign_id", "key", "row", "value", "choices", "text"))
WAVE = Target("wave", "surveys_campaign", ("name", "version_id", "state", "started_at", "closed_at"))

OF_QUESTION = ("question_id", "key", "row", "scale_min", "scale_max", "measure", "attribute", "stage")
COLUMNS = ("response_id", "campaign_id", *OF_QUESTION, "value", "choices", "text")
SAID = ("campaign_id", "value", "choices", "text")


def find_wave(cursor: Any, job: Job) -> Part:
    """`import_waves`: the waves the lines name, those that came from files before, or new ones."""
    questionnaire = version_about(job.options).questionnaire
    usual = " · ".join(part for part in (questionnaire.name, job.options.source) if part)[:200]
    run(cursor, "UPDATE import_stage SET wave = %(usual)s WHERE wave IS NULL AND reason IS NULL", {"usual": usual})
    temp_table(cursor, "import_waves", f"""
        SELECT named.*, COALESCE(known.id, {next_id("surveys_campaign")}) AS id, known.id IS NULL AS is_new
        FROM (SELECT DISTINCT ON (1) {folded("wave")} AS folded, wave AS name
              FROM import_stage WHERE reason IS NULL ORDER BY 1, line) AS named
        LEFT JOIN LATERAL (
            SELECT c.id FROM surveys_campaign c JOIN surveys_version v ON v.id = c.version_id
            WHERE c.channel = 'import' AND v.questionnaire_id = %(key)s AND {folded("c.name")} = named.folded
            ORDER BY c.id LIMIT 1) AS known ON true
    """, {"key": questionnaire.pk})  # fmt: skip
    return Part(f"JOIN import_waves w ON w.folded = {folded('s.wave')}", {"campaign_id": "w.id"})


class Answers(Simple):
    """A response, its wave and its answers; a line counts as changed when one of its answers is."""

    def prepare(self, cursor: Any, job: Job) -> None:
        asked = [field.name for field in _asked(job) if field.name in job.mapping]
        says = " OR ".join(f"r.{name} IS NOT NULL" for name in asked) or "false"
        puts = (*self.puts, Put("says_something", f"({says})", is_stored=False))
        apart = (*self.apart, _nobodys(asked))
        Simple.prepare(dataclasses.replace(self, puts=puts, apart=apart), cursor, job)
        run(cursor, "DELETE FROM import_waves WHERE id NOT IN (SELECT campaign_id FROM import_rows)")
        _prepare_answers(cursor, job)

    def write(self, cursor: Any, job: Job) -> None:
        _write_waves(cursor, job)
        super().write(cursor, job)
        upsert(cursor, "answer", "import_answers", COLUMNS, SAID)


def _nobodys(asked: list[str]) -> str:
    """What tells lines of one moment apart that name no customer: all they say, and which of several equal ones."""
    same = ", ".join(["r.campaign_id", "r.answered_at", *(f"r.{name}" for name in asked)])
    nth = f"row_number() OVER (PARTITION BY r.customer_id, {same} ORDER BY r.line)"
    return f"CASE WHEN r.customer_id IS NULL THEN concat_ws(chr(31), {same}, {nth}) END"


def _asked(job: Job) -> list[Answered]:
    return [field for field in job.kind.fields if isinstance(field, Answered)]


def _prepare_answers(cursor: Any, job: Job) -> None:
    """`import_answers`: one row a cell that says something. An empty cell takes nothing back."""
    told = [field for field in _asked(job) if field.name in job.mapping]
    questions = [_of_question(field) for field in told]
    run(
        cursor,
        """
        CREATE TEMP TABLE import_questions (
            field text, question_id bigint, key text, row text, scale_min smallint, scale_max smallint, measure text,
            attribute text, stage text
        ) ON COMMIT DROP
    """,
    )
    cursor.executemany("INSERT INTO import_questions VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", questions)
    cells = ", ".join(f"('{field.name}', {_cell(field)})" for field in told)
    ours, theirs = (", ".join(f"{alias}.{column}" for column in SAID) for alias in ("p", "t"))
    temp_table(cursor, "import_answers", f"""
        SELECT p.*, COALESCE(t.id, {next_id("surveys_answer")}) AS id, t.id IS NULL AS is_new,
               t.id IS NOT NULL AND ({ours}) IS DISTINCT FROM ({theirs}) AS differs
        FROM (
            SELECT r.id AS response_id, r.campaign_id, q.*, v.value, v.choices, v.text
            FROM import_rows r JOIN import_stage s USING (line)
            CROSS JOIN LATERAL (VALUES {cells}) AS v (field, is_told, value, choices, text)
            JOIN import_questions q USING (field)
            WHERE v.is_told ORDER BY r.id
        ) AS p
        LEFT JOIN surveys_answer t ON t.response_id = p.response_id AND t.key = p.key AND t.row = p.row
    """)  # fmt: skip
    run(cursor, """
        UPDATE import_rows SET differs = true, fate = 'updated'
        WHERE fate = 'unchanged' AND id IN (SELECT response_id FROM import_answers WHERE is_new OR differs)
    """)  # fmt: skip


def _of_question(field: Answered) -> tuple[Any, ...]:
    question = field.asked
    scale = question.scale
    ends = (scale[0], scale[-1]) if scale else (None, None)
    return (field.name, question.pk, question.key, field.row, *ends, *reading(question, field.row))


def _cell(field: Answered) -> str:
    """is told, value, choices, text."""
    name = f"s.{field.name}"
    if field.asked.kind in CHOICES:
        said = f"NULL::smallint, {name}::varchar[], ''"
    elif field.type == "prose":
        said = f"NULL::smallint, '{{}}'::varchar[], COALESCE({name}, '')"
    else:
        said = f"{name}::int::smallint, '{{}}'::varchar[], ''"
    return f"{name} IS NOT NULL, {said}"


def _write_waves(cursor: Any, job: Job) -> None:
    """New waves, closed and identified; those that are there reach as far as their answers."""
    version = version_about(job.options)
    version.freeze(timezone.now())
    temp_table(cursor, "import_reach", """
        SELECT w.id, w.name, w.is_new, LEAST(t.started_at, min(r.submitted_at)) AS started_at,
               GREATEST(t.closed_at, max(r.submitted_at)) AS closed_at,
               (t.started_at, t.closed_at) IS DISTINCT FROM
               (LEAST(t.started_at, min(r.submitted_at)), GREATEST(t.closed_at, max(r.submitted_at))) AS differs
        FROM import_waves w JOIN import_rows r ON r.campaign_id = w.id LEFT JOIN surveys_campaign t ON t.id = w.id
        GROUP BY w.id, w.name, w.is_new, t.started_at, t.closed_at
    """)  # fmt: skip
    cursor.execute("SELECT id, name, started_at, closed_at FROM import_reach WHERE is_new")
    for key, name, started_at, closed_at in cursor.fetchall():
        _wave(version, name, pk=key, started_at=started_at, closed_at=closed_at).save(force_insert=True)
    run(cursor, "INSERT INTO import_log SELECT 'wave', id, NULL FROM import_reach WHERE is_new")
    log_before(cursor, "wave", "SELECT id FROM import_reach WHERE differs AND NOT is_new")
    run(cursor, """
        UPDATE surveys_campaign t SET started_at = p.started_at, closed_at = p.closed_at
        FROM import_reach p WHERE p.id = t.id AND p.differs AND NOT p.is_new
    """)  # fmt: skip


def _wave(version: Version, name: str, **moments: Any) -> Campaign:
    return Campaign(
        name=name, version=version, state=State.CLOSED, privacy=Privacy.IDENTIFIED, channel=CampaignChannel.IMPORT,
        reminders=0, **moments,
    )  # fmt: skip


IMPORT = Answers(
    "answers", "response", PUTS,
    apart=("r.campaign_id", "r.customer_id", "r.contact_id", "extract(epoch FROM r.answered_at)"),
    checks=(("nothing_answered", "NOT says_something"), ("in_the_future", "submitted_at > now()")),
    kept=(("surveys", "min(submitted_at) FROM import_rows"),),
    finders={"wave": find_wave},
)  # fmt: skip
