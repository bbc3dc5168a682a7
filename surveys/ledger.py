"""The one contact ledger: who may be asked now, who waits, why and until when.

A survey is one wave, or one occasion of a triggered campaign. A person, and a company, gets at most
so many of them in a period (`SurveySettings`); several people of a company in one wave are one
survey to the company. Who is over the cap is deferred, never dropped. All of it is a few statements
over whole campaigns; one lock lets one of them decide at a time, and `ledger_not_asked_twice` holds
even against those who forget the lock.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from crmquality.office.models import Organisation

from .models import Invitation, SurveySettings

PERSON_OVER = gettext_noop("This person was asked, or is to be asked, within the period.")
COMPANY_OVER = gettext_noop("This company was asked, or is to be asked, within the period.")
OUTRANKED = gettext_noop("Another survey comes first.")
# The local hour at which somebody who waited is asked.
HOUR = dt.time(9)

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('surveys.ledger', 0))"

# Who waits for a decision: one row an invitation, on the local day on which it would be sent.
ASKING = """
    CREATE TEMP TABLE surveys_asking AS
    SELECT i.id, i.contact_id, i.customer_id, i.campaign_id, i.occasion, c.priority, i.due_at,
           (greatest(i.due_at, %(now)s) AT TIME ZONE %(zone)s)::date AS day
    FROM surveys_invitation i JOIN surveys_campaign c ON c.id = i.campaign_id
    WHERE i.id IN ({which})
"""

# Those of later campaigns whose mail is not on its way yet make room for a campaign that comes first.
OUTRANKED_BY = """
    CREATE TEMP TABLE surveys_outranked AS
    SELECT j.id FROM surveys_invitation j JOIN surveys_campaign k ON k.id = j.campaign_id
    WHERE j.standing = 'planned' AND k.state = 'running'
    AND k.priority > (SELECT min(priority) FROM surveys_asking)
    AND EXISTS (SELECT FROM surveys_ledgerentry e WHERE e.invitation_id = j.id)
    AND EXISTS (SELECT FROM surveys_asking a WHERE a.customer_id = j.customer_id AND a.priority < k.priority)
    AND NOT EXISTS (
        SELECT FROM surveys_invitation x LEFT JOIN surveys_mailing m ON m.invitation_id = x.id
        WHERE x.campaign_id = j.campaign_id AND x.customer_id = j.customer_id AND x.occasion = j.occasion
        AND (x.standing IN ('sent', 'bounced') OR m.claimed_at IS NOT NULL))
"""
MAKE_ROOM = [
    # A worker that takes one up at this moment is waited for, and its mail is left alone.
    "SELECT id FROM surveys_mailing WHERE invitation_id IN (SELECT id FROM surveys_outranked) FOR UPDATE",
    """DELETE FROM surveys_outranked o USING surveys_mailing m
       WHERE m.invitation_id = o.id AND m.claimed_at IS NOT NULL""",
    "DELETE FROM surveys_mailing WHERE invitation_id IN (SELECT id FROM surveys_outranked)",
    "DELETE FROM surveys_ledgerentry WHERE invitation_id IN (SELECT id FROM surveys_outranked)",
    """INSERT INTO surveys_asking
       SELECT i.id, i.contact_id, i.customer_id, i.campaign_id, i.occasion, c.priority, i.due_at,
              (greatest(i.due_at, %(now)s) AT TIME ZONE %(zone)s)::date
       FROM surveys_invitation i JOIN surveys_campaign c ON c.id = i.campaign_id
       WHERE i.id IN (SELECT id FROM surveys_outranked) AND i.id NOT IN (SELECT id FROM surveys_asking)""",
]


def _slot(scope: int, subject: str, cap: str) -> str:
    """The n-th of a person's (a company's) candidates takes the n-th slot that is free in its period."""
    return f"""(
        SELECT slot FROM generate_series(1, %({cap})s) AS slot
        WHERE NOT EXISTS (
            SELECT FROM surveys_ledgerentry e WHERE e.scope = {scope} AND e.subject = r.{subject}
            AND e.slot = slot.slot AND e.during && daterange(r.day, r.day + %(days)s))
        ORDER BY slot OFFSET r.rank - 1 LIMIT 1)"""


PERSONS = f"""
    CREATE TEMP TABLE surveys_person_fits AS
    SELECT * FROM (
        SELECT r.*, {_slot(1, "contact_id", "person_cap")} AS slot
        FROM (SELECT a.*, row_number() OVER (PARTITION BY contact_id ORDER BY priority, due_at, id) AS rank
              FROM surveys_asking a WHERE contact_id IS NOT NULL) r
    ) found WHERE slot IS NOT NULL
"""

# A survey that the company has in the ledger already asks further people without another entry.
COMPANIES = f"""
    CREATE TEMP TABLE surveys_company_fits AS
    WITH wanted AS (
        SELECT customer_id, campaign_id, occasion, min(priority) AS priority, min(due_at) AS due_at, min(id) AS id,
               min(day) AS day
        FROM surveys_person_fits GROUP BY customer_id, campaign_id, occasion
    ), known AS (
        SELECT w.*, EXISTS (
            SELECT FROM surveys_ledgerentry e JOIN surveys_invitation i ON i.id = e.invitation_id
            WHERE e.scope = 2 AND e.subject = w.customer_id AND e.during @> w.day
            AND i.campaign_id = w.campaign_id AND i.occasion = w.occasion) AS is_in
        FROM wanted w
    ), ranked AS (
        SELECT k.*, row_number() OVER (PARTITION BY customer_id, is_in ORDER BY priority, due_at, id) AS rank
        FROM known k
    )
    SELECT * FROM (
        SELECT r.*, CASE WHEN NOT is_in THEN
            {_slot(2, "customer_id", "company_cap")} END AS slot
        FROM ranked r
    ) found WHERE is_in OR slot IS NOT NULL
"""

WRITE = [
    """INSERT INTO surveys_ledgerentry (scope, subject, slot, during, invitation_id)
       SELECT 2, customer_id, slot, daterange(day, day + %(days)s), id
       FROM surveys_company_fits WHERE NOT is_in ON CONFLICT DO NOTHING""",
    """INSERT INTO surveys_ledgerentry (scope, subject, slot, during, invitation_id)
       SELECT 1, p.contact_id, p.slot, daterange(p.day, p.day + %(days)s), p.id
       FROM surveys_person_fits p JOIN surveys_company_fits c USING (customer_id, campaign_id, occasion)
       ON CONFLICT DO NOTHING""",
]

ADMIT = ["ANALYZE surveys_ledgerentry", PERSONS, COMPANIES, "ANALYZE surveys_person_fits", *WRITE]

# Planned is whom the ledger has from this day on; everybody else waits until a slot is free of both.
# The tables have grown by whole campaigns since their statistics were taken: without new ones the planner
# takes them for empty, and goes through them once a row.
DECIDE = [
    "ANALYZE surveys_ledgerentry",
    """CREATE TEMP TABLE surveys_refused AS
       SELECT a.* FROM surveys_asking a WHERE NOT EXISTS (
           SELECT FROM surveys_ledgerentry e WHERE e.scope = 1 AND e.invitation_id = a.id AND e.during @> a.day)""",
    "ANALYZE surveys_refused",
    """UPDATE surveys_invitation i SET standing = 'planned', deferred_because = ''
       FROM surveys_asking a WHERE a.id = i.id AND i.standing = 'deferred'
       AND NOT EXISTS (SELECT FROM surveys_refused r WHERE r.id = a.id)""",
    """UPDATE surveys_invitation i SET standing = 'deferred', due_at = w.due_at, deferred_because = w.because
       FROM (
           SELECT a.id, (greatest(p.free_on, c.free_on, a.day + 1) + %(hour)s::time) AT TIME ZONE %(zone)s AS due_at,
                  CASE WHEN p.free_on IS NOT NULL THEN %(person)s WHEN c.free_on IS NOT NULL THEN %(company)s
                       ELSE %(outranked)s END AS because
           FROM surveys_refused a
           CROSS JOIN LATERAL (
               SELECT CASE WHEN count(*) >= %(person_cap)s THEN min(free_on) END AS free_on
               FROM (SELECT max(upper(during)) AS free_on FROM surveys_ledgerentry
                     WHERE scope = 1 AND subject = a.contact_id AND upper(during) > a.day GROUP BY slot) s) p
           CROSS JOIN LATERAL (
               SELECT CASE WHEN count(*) >= %(company_cap)s THEN min(free_on) END AS free_on
               FROM (SELECT max(upper(during)) AS free_on FROM surveys_ledgerentry
                     WHERE scope = 2 AND subject = a.customer_id AND upper(during) > a.day GROUP BY slot) s) c
       ) w WHERE w.id = i.id AND i.standing IN ('planned', 'deferred')""",
]
TABLES = ("asking", "outranked", "person_fits", "company_fits", "refused")


def settle(invitations: QuerySet[Invitation], now: dt.datetime) -> None:
    """Let each of these invitations be planned or deferred by the caps, those of the first campaigns first.

    Invitations that were planned and not sent yet may have to make room for a campaign that comes first.
    """
    _run(invitations, now, [OUTRANKED_BY, *MAKE_ROOM, *ADMIT, *DECIDE])


def renew(invitations: QuerySet[Invitation], now: dt.datetime) -> None:
    """Enter those whose period is over once more, as far as the caps allow: for a late reminder."""
    _run(invitations, now, ADMIT)


@transaction.atomic
def _run(invitations: QuerySet[Invitation], now: dt.datetime, statements: list[str]) -> None:
    rules, zone = SurveySettings.load(), Organisation.load().time_zone
    values: dict[str, Any] = {
        "now": now, "zone": zone, "days": rules.period_days, "hour": HOUR, "person": PERSON_OVER,
        "company": COMPANY_OVER, "outranked": OUTRANKED, "person_cap": rules.person_cap,
        "company_cap": rules.company_cap,
    }  # fmt: skip
    which, parameters = invitations.order_by().values("pk").query.sql_with_params()
    named = {f"which_{n}": value for n, value in enumerate(parameters)}
    which = which % tuple(f"%({name})s" for name in named)
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        cursor.execute("DROP TABLE IF EXISTS " + ", ".join(f"surveys_{name}" for name in TABLES))
        cursor.execute(ASKING.replace("{which}", which), values | named)
        for statement in ["ANALYZE surveys_asking", "ANALYZE surveys_invitation", *statements]:
            cursor.execute(statement, values)


def release(invitations: QuerySet[Invitation]) -> None:
    """Take back the entries of those who were not asked after all, so that others may ask them.

    The company's entry stays while somebody else of it is in the same survey.
    """
    keys = list(invitations.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM surveys_ledgerentry e USING surveys_invitation i
            WHERE i.id = e.invitation_id AND e.invitation_id = ANY(%(keys)s) AND (e.scope = 1 OR NOT EXISTS (
                SELECT FROM surveys_invitation x WHERE x.campaign_id = i.campaign_id AND x.customer_id = i.customer_id
                AND x.occasion = i.occasion AND x.id <> ALL(%(keys)s) AND x.standing IN ('planned', 'sent')))
            """,
            {"keys": keys},
        )
