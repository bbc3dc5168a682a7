"""Makes a finished run's results visible, all at once."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd
from django.db import connection, transaction
from django.utils import timezone

from crmquality.office.models import Webhook
from crmquality.office.outbound import announce
from scoring.engine.population import KEYS, SUMS, combine, figure
from scoring.facts import population_sums
from scoring.models import Run, RunFigure
from scoring.rules import Rules

CURRENT_DAYS = 30
GROUPS_A_CUT = 100


@transaction.atomic
def publish(run: Run, driver_seconds: Mapping[str, float]) -> Run:
    """Flip the run to published and refresh CurrentScore where it is not newer, together.

    The row is claimed first: a run that somebody else published or abandoned stays as it is.
    """
    claimed = Run.objects.select_for_update().get(pk=run.pk)
    if claimed.status != Run.Status.RUNNING:
        return claimed
    start = timezone.now()
    RunFigure.objects.bulk_create(_figures(claimed), batch_size=5000)
    claimed.summary = _summary(claimed)
    _refresh_current_scores(claimed)
    _forget_changes(claimed)
    claimed.published_at = timezone.now()
    seconds = (claimed.published_at - start).total_seconds()
    claimed.seconds_by_stage = _seconds(claimed, {**driver_seconds, "publish": seconds})
    claimed.status = Run.Status.PUBLISHED
    claimed.error = ""
    claimed.save()
    announce(Webhook.Event.RUN_PUBLISHED, {"run": claimed.pk, "as_of": claimed.as_of, **claimed.summary})
    return claimed


def _figures(run: Run) -> list[RunFigure]:
    partials = [
        pd.DataFrame(sums, columns=KEYS + SUMS).astype(dict.fromkeys(SUMS, float))
        for sums in run.shards.values_list("sums", flat=True)
        if sums
    ]
    rules = Rules.from_dict(run.rules)
    partials.append(population_sums(run.as_of, rules.settings, rules.zone, rules.recorded))
    rows = []
    sums = combine(partials)
    for cut, label, indicator, numerator, denominator, squares, n in sums[_is_told(sums)].itertuples(index=False):
        found = figure(indicator, numerator, denominator, n, squares)
        rows.append(
            RunFigure(
                run=run,
                cut=cut,
                label=label,
                indicator=indicator,
                value=found.value,
                low=found.low,
                high=found.high,
                n=int(found.n),
            )
        )
    return rows


def _is_told(sums: pd.DataFrame) -> Any:
    """Named groups only, of each cut the largest: a region typed freely may have thousands of names."""
    size = sums.groupby(["cut", "label"])["n"].max()
    largest = size.groupby("cut").rank(method="first", ascending=False) <= GROUPS_A_CUT
    is_large = pd.MultiIndex.from_frame(sums[["cut", "label"]]).map(largest.to_dict()).to_numpy(dtype=bool)
    return is_large & ((sums["label"] != "") | sums["cut"].isin(["all", "segment", "tier"]))


def _summary(run: Run) -> dict[str, Any]:
    """What pages and `evaluate --json` show of the run as a whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT band, count(*), sum(score), sum(coverage) FROM scoring_score"
            " WHERE as_of = %s AND run_id = %s GROUP BY band",
            [run.as_of, run.pk],
        )
        rows = cursor.fetchall()
    bands = {band: count for band, count, *_ in rows}
    customers = sum(bands.values())
    insufficient = bands.pop("insufficient", 0)
    scored = customers - insufficient
    total = sum(score or 0 for band, _, score, _ in rows if band != "insufficient")
    return {
        "customers": customers,
        "scored": scored,
        "insufficient": insufficient,
        "bands": dict(sorted(bands.items())),
        "mean_score": total / scored if scored else None,
        "mean_coverage": sum(row[3] or 0 for row in rows) / customers if customers else None,
    }


def _refresh_current_scores(run: Run) -> None:
    """Set-based; change_30d compares with the newest published run at least 30 days before.

    Customers deleted since the shard was scored are left out.
    """
    earlier = Run.objects.published().at_least_days_before(run.as_of, CURRENT_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(
            REFRESH,
            {
                "as_of": run.as_of,
                "run": run.pk,
                "earlier_as_of": earlier.as_of if earlier else None,
                "earlier_run": earlier.pk if earlier else None,
            },
        )


REFRESH = """
    INSERT INTO scoring_currentscore AS current
        (customer_id, run_id, as_of, model_id, score, coverage, low, high, band, change_30d)
    SELECT s.customer_id, s.run_id, s.as_of, s.model_id, s.score, s.coverage, s.low, s.high,
           s.band, s.score - e.score
    FROM scoring_score s
    JOIN customers_customer c ON c.id = s.customer_id
    LEFT JOIN scoring_score e ON e.as_of = %(earlier_as_of)s::date
        AND e.run_id = %(earlier_run)s::bigint AND e.customer_id = s.customer_id
        AND e.band <> 'insufficient'
    WHERE s.as_of = %(as_of)s AND s.run_id = %(run)s
    ON CONFLICT (customer_id) DO UPDATE SET
        run_id = excluded.run_id, as_of = excluded.as_of, model_id = excluded.model_id,
        score = excluded.score, coverage = excluded.coverage, low = excluded.low,
        high = excluded.high, band = excluded.band, change_30d = excluded.change_30d
    WHERE current.as_of <= excluded.as_of
"""


def _forget_changes(run: Run) -> None:
    """Record changes that the newest run has seen are settled."""
    if Run.objects.published().filter(as_of__gt=run.as_of).exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_changedcustomer WHERE id <= %s", [run.records_version])


def _seconds(run: Run, driver: Mapping[str, float]) -> dict[str, float]:
    """The driver's wall-clock stages, and the shards' stages summed over all workers."""
    shards: Counter[str] = Counter()
    for stages in run.shards.values_list("seconds_by_stage", flat=True):
        shards.update(stages)
    both = {**driver, **{f"score_{stage}": spent for stage, spent in shards.items()}}
    return {stage: round(spent, 3) for stage, spent in both.items()}
