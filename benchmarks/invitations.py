"""100,000 invitations under the ledger's rules against a bare INSERT..SELECT of as many rows.

Two people at each of 50,000 customers; a third of the customers were asked a week ago by another
campaign, some people refused surveys, some addresses are dead. BENCH_ROWS says how many people.
"""

import datetime as dt
import os

from benchmarks import ground

PEOPLE = int(os.environ.get("BENCH_ROWS", "100000"))
GOAL_SECONDS = 30

CUSTOMERS = """
    INSERT INTO customers_customer (code, external_source, external_id, name, segment, tier, created_at)
    SELECT 'I' || n, '', '', 'Customer ' || n, 'segment ' || n %% 7, chr((65 + n %% 4)::int), now()
    FROM generate_series(1, %s) n
"""
CONTACTS = """
    INSERT INTO customers_contact (customer_id, external_source, external_id, name, email, opted_out, created_at)
    SELECT id, '', '', 'Person ' || id || ' ' || k, 'p' || id || '.' || k || '@example.com',
           CASE WHEN id %% 50 = 0 THEN ARRAY['email'] ELSE ARRAY[]::varchar[] END, now()
    FROM customers_customer, generate_series(1, 2) k
"""
REFUSALS = """
    INSERT INTO customers_consent (contact_id, purpose, is_given, source, given_on)
    SELECT id, 'surveys', id %% 3 > 0, 'form', DATE '2025-06-01' FROM customers_contact WHERE id %% 20 = 0
"""
DEAD = """
    INSERT INTO surveys_deadaddress (email, bounced_at)
    SELECT email, now() FROM customers_contact WHERE customer_id % 100 = 1 AND name LIKE '% 1'
"""
BARE = """
    CREATE TABLE bench_bare (LIKE surveys_invitation INCLUDING DEFAULTS INCLUDING IDENTITY);
    INSERT INTO bench_bare
        (campaign_id, contact_id, customer_id, segment, tier, standing, due_at, is_anonymous, created_at)
    SELECT 1, c.id, c.customer_id, u.segment, u.tier, 'planned', now(), false, now()
    FROM customers_contact c JOIN customers_customer u ON u.id = c.customer_id;
    DROP TABLE bench_bare
"""


def main() -> None:
    ground.start("invitations")
    from django.db import connection

    from surveys import campaigns
    from surveys.models import Campaign, Version

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE customers_customer, surveys_campaign, surveys_deadaddress CASCADE")
        for statement, values in ((CUSTOMERS, [PEOPLE // 2]), (CONTACTS, []), (REFUSALS, []), (DEAD, [])):
            cursor.execute(statement.replace("%%", "%") if not values else statement, values or None)
        cursor.execute("VACUUM ANALYZE")
    version = Version.objects.get(questionnaire__slug="nps")
    earlier = Campaign.objects.create(name="Earlier", version=version, audience={"segment": ["segment 0", "segment 1"]})
    campaigns.start(earlier, ground.NOW - dt.timedelta(days=7))

    spent: list[float] = []
    with connection.cursor() as cursor, ground.timed(spent):
        cursor.execute(BARE)
    wave = Campaign.objects.create(name="Everybody", version=version)
    with ground.timed(spent):
        made = campaigns.start(wave, ground.NOW)
    standings = {
        name: wave.invitations.filter(standing=name).count()
        for name in ("planned", "deferred", "opted_out", "unreachable")
    }
    bare, ruled = spent
    ground.print_table(
        f"Starting a campaign of {made:,} people (goal: under {GOAL_SECONDS} s)",
        ("what", "seconds", "ratio", *standings),
        [
            ("bare INSERT..SELECT of as many rows, no key, no rule", bare, 1.0, "", "", "", ""),
            ("invitations under the ledger's rules", ruled, ruled / bare, *standings.values()),
        ],
    )


if __name__ == "__main__":
    main()
