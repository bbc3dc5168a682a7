"""The results page of a campaign with 1,000,000 answers, against the bare count of each value.

90,910 of 181,820 people answered the relationship survey: overall, recommendation and nine attributes.
BENCH_ROWS says how many answers. Whole requests through every middleware, without the network.
"""

import os
import statistics
from functools import partial

from benchmarks import ground

ANSWERS = int(os.environ.get("BENCH_ROWS", "1000000"))
EACH = 11
GOAL_SECONDS = 1

CUSTOMERS = """
    INSERT INTO customers_customer (code, external_source, external_id, name, segment, tier, created_at)
    SELECT 'R' || n, '', '', 'Customer ' || n, 'segment ' || n % 7, chr(65 + n % 4), now()
    FROM generate_series(1, {people}) n
"""
INVITATIONS = """
    INSERT INTO surveys_invitation
        (campaign_id, customer_id, segment, tier, standing, due_at, delivered_at, is_answered, answered_at,
         is_anonymous, created_at)
    SELECT {campaign}, id, segment, tier, 'sent', now(), now(), id % 2 = 0,
           CASE WHEN id % 2 = 0 THEN now() END, false, now()
    FROM customers_customer
"""
RESPONSES = """
    INSERT INTO surveys_response
        (external_source, external_id, campaign_id, invitation_id, customer_id, is_anonymous, submitted_at, language,
         via, weight, segment, tier, held_because, is_held, created_at)
    SELECT '', '', campaign_id, id, customer_id, false, now(), 'en', 'link', 1, segment, tier, ARRAY[]::varchar[],
           id % 200 = 0, now()
    FROM surveys_invitation WHERE is_answered
"""
# Attributes go with the overall answer, as people's do.
VALUES = """
    INSERT INTO surveys_answer
        (response_id, campaign_id, question_id, key, row, value, scale_min, scale_max, choices, text, measure,
         attribute, stage)
    SELECT r.id, r.campaign_id, q.id, q.key, coalesce(x.row ->> 'key', ''),
           greatest(q.low, least(q.high, round(q.high * (0.5 + (r.id * 7919 % 97) / 200.0
               + ((r.id + q.id * 31 + coalesce(x.n, 0) * 17) * 104729 % 89) / 300.0 - 0.15))))::int,
           q.low, q.high, ARRAY[]::varchar[], '', q.measure, coalesce(x.row ->> 'attribute', ''), ''
    FROM surveys_response r
    CROSS JOIN (SELECT id, key, measure, rows, CASE WHEN kind = 'nps' THEN 0 ELSE 1 END AS low,
                       CASE WHEN kind = 'nps' THEN 10 ELSE scale_max END AS high
                FROM surveys_question
                WHERE version_id = {version} AND key IN ('overall', 'recommend', 'attributes')) q
    LEFT JOIN LATERAL jsonb_array_elements(q.rows) WITH ORDINALITY AS x(row, n) ON true
"""
BARE = "SELECT key, row, value, count(*) FROM surveys_answer WHERE campaign_id = %s GROUP BY 1, 2, 3"
PANELS = {
    "results page": "results/",
    "results page, by segment": "results/?by=segment",
    "what goes together, loaded after it": "results/relations/",
    "drivers, loaded after it": "drivers/",
    "comments": "results/comments/",
}


def main() -> None:
    ground.start("results")
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from crmquality.office.models import Member
    from surveys.models import Answer, Campaign, Version

    call_command("collectstatic", interactive=False, verbosity=0)
    version = Version.objects.get(questionnaire__slug="relationship")
    if Answer.objects.count() == 0:
        wave = Campaign.objects.create(
            name="Everybody", version=version, state="running", started_at=ground.NOW, opens_at=ground.NOW
        )
        names = {"people": ANSWERS // EACH * 2, "campaign": wave.pk, "version": version.pk}
        with connection.cursor() as cursor:
            for statement in (CUSTOMERS, INVITATIONS, RESPONSES, VALUES):
                cursor.execute(statement.format(**names))
            cursor.execute("VACUUM ANALYZE")
    campaign = Campaign.objects.get().pk
    member, _new = Member.objects.get_or_create(username="manager", defaults={"role": "manager"})
    client = Client(headers={"host": "localhost"})
    client.force_login(member)

    def fetch(part: str) -> None:
        response = client.get(f"/surveys/campaigns/{campaign}/{part}")
        assert response.status_code == 200, (part, response.status_code)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [campaign])
            cursor.fetchall()

    floor = statistics.median(ground.seconds_of(bare, 10))
    rows: list[list[object]] = [["bare count of each value", floor, floor, 1.0, 1]]
    for name, part in PANELS.items():
        spent = ground.seconds_of(partial(fetch, part), 10)
        with CaptureQueriesContext(connection) as captured:
            fetch(part)
        rows.append([name, statistics.median(spent), spent[-1], statistics.median(spent) / floor, len(captured)])
    ground.print_table(
        f"Results of {Answer.objects.count():,} answers (goal: the page under {GOAL_SECONDS} s)",
        ["what", "median s", "slowest s", "to the bare count", "queries"],
        rows,
    )


if __name__ == "__main__":
    main()
