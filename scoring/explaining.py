"""Why a customer's stored score is what it is: rescored from its readings by the run's rules."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.db import connection

from customers.models import Customer
from scoring.engine.calibration import Calibration
from scoring.engine.explain import explain
from scoring.engine.indicators import BY_ID, REGISTRY, index_of
from scoring.engine.indicators.indicator import Indicator
from scoring.engine.measure import why_no_data
from scoring.engine.scales import points
from scoring.engine.text import N_
from scoring.models import EvaluationModel, Reading, Run, Score
from scoring.rules import Rules
from surveys import confidential

# What is told of each indicator's part, in this order.
PART = ("id", "reading", "unit", "points", "weight", "contribution", "records", "no_data_because")
KEPT_BACK = N_("It rests on confidential answers of fewer than five people, so it is not shown.")
# That somebody answered or was followed up is no answer.
NO_ANSWERS = frozenset({"survey_response", "feedback_follow_up"})


class NotScored(Exception):
    """There is no published score for the customer at that date; the message says so."""


@dataclass(frozen=True)
class ReadingRow:
    """One indicator's part in the score. Weight is the effective one, after missing data; the
    contributions add up to the score. `no_data_because` is '' when there is a reading. What is
    kept back has neither reading, points nor contribution, though it counts in the score."""

    indicator: Indicator
    criterion: str
    reading: float | None
    points: float | None
    weight: float
    contribution: float | None
    records: int
    no_data_because: str
    segment_median_points: float | None

    @property
    def id(self) -> str:
        return self.indicator.id

    @property
    def unit(self) -> str:
        return self.indicator.unit

    def to_dict(self) -> dict[str, Any]:
        # No reason, as when there is a reading, is null.
        return {name: None if value == "" else value for name in PART for value in [getattr(self, name)]}


@dataclass(frozen=True)
class Explanation:
    """A stored score and its parts. `are_readings_kept` is False once they are past retention."""

    customer: Customer
    run: Run
    as_of: dt.date
    model: EvaluationModel
    score: float | None
    band: str
    coverage: float
    low: float | None
    high: float | None
    indicators: tuple[ReadingRow, ...]
    are_readings_kept: bool

    def to_dict(self) -> dict[str, Any]:
        """As `explain --json` prints it and the API answers."""
        return {
            "customer": self.customer.code,
            "as_of": self.as_of.isoformat(),
            "model": self.model.slug,
            "version": self.model.version,
            **{name: getattr(self, name) for name in ("score", "band", "coverage", "low", "high")},
            "indicators": [row.to_dict() for row in self.indicators],
        }


def explain_customer(customer: Customer, as_of: dt.date | None = None) -> Explanation:
    """The newest published score on or before `as_of` (default: the newest of all), explained.

    Raises NotScored when there is none.
    """
    stored = stored_score(customer, as_of)
    model = EvaluationModel.objects.get(pk=stored.model_id)
    reading = Reading.objects.filter(as_of=stored.as_of, run=stored.run_id, customer_id=customer.pk).first()
    return Explanation(
        customer=customer,
        run=stored.run,
        as_of=stored.as_of,
        model=model,
        score=stored.score,
        band=stored.band,
        coverage=stored.coverage,
        # The ends are stored less exactly than the score, which must not fall out of its range.
        low=min((end for end in (stored.low, stored.score) if end is not None), default=None),
        high=max((end for end in (stored.high, stored.score) if end is not None), default=None),
        indicators=_shown(_rows(stored, model, reading), customer, stored) if reading else (),
        are_readings_kept=reading is not None,
    )


def stored_score(customer: Customer, as_of: dt.date | None) -> Score:
    scores = Score.objects.filter(customer_id=customer.pk, run__status=Run.Status.PUBLISHED)
    if as_of:
        scores = scores.filter(as_of__lte=as_of)
    # Not by the newest runs: those of a past day may be the only ones with a customer imported since.
    score = scores.select_related("run").order_by("-as_of", "-run__published_at").first()
    if score:
        return score
    when = f" on or before {as_of}" if as_of else ""
    raise NotScored(f"Customer {customer.code} has no published score{when}.")


def _rows(stored: Score, model: EvaluationModel, reading: Reading) -> tuple[ReadingRow, ...]:
    rules = Rules.from_dict(stored.run.rules)
    calibration = stored.run.calibration.parsed
    definition = model.parsed
    values = np.array(reading.values, dtype=np.float32)
    parts = explain(values, stored.segment, definition, calibration).contributions
    medians = segment_median_points(stored.segment, model, calibration)
    criteria = {member.indicator: criterion.name for criterion in definition.criteria for member in criterion.members}
    places = {indicator.id: place for place, indicator in enumerate(REGISTRY)}
    return tuple(
        ReadingRow(
            indicator=BY_ID[part.indicator],
            criterion=criteria[part.indicator],
            reading=part.reading,
            points=part.points,
            weight=part.weight,
            contribution=part.contribution,
            records=reading.records[places[part.indicator]],
            no_data_because=""
            if part.reading is not None
            else why_no_data(part.indicator, rules.recorded, calibration),
            segment_median_points=medians.get(part.indicator),
        )
        for part in parts
    )


def tells_answers(indicator: Indicator) -> bool:
    """Whether its reading is made of what people answered in surveys."""
    return "surveys" in indicator.kinds and indicator.id not in NO_ANSWERS


def _shown(rows: tuple[ReadingRow, ...], customer: Customer, stored: Score) -> tuple[ReadingRow, ...]:
    """Without what would tell what one of few people answered in confidence.

    The score less all other contributions would tell a single one, so the smallest other goes with it.
    """
    zone = Rules.from_dict(stored.run.rules).zone
    until = dt.datetime.combine(stored.as_of, dt.time(), zone)
    told = [row for row in rows if row.reading is not None]
    hidden = {row.id for row in told if tells_answers(row.indicator)}
    if not hidden or not confidential.is_recognisable(customer.pk, until):
        return rows
    others = sorted((row for row in told if row.id not in hidden), key=lambda row: abs(row.contribution or 0.0))
    if len(hidden) == 1:
        hidden |= {row.id for row in others[:1]}
    nothing: dict[str, Any] = dict.fromkeys(("reading", "points", "contribution"))
    return tuple(
        replace(row, **nothing, records=0, no_data_because=KEPT_BACK) if row.id in hidden else row for row in rows
    )


def segment_median_points(segment: str, model: EvaluationModel, calibration: Calibration) -> dict[str, float]:
    """Points of the segment's calibrated median reading by indicator, on the segment's scale."""
    definition = model.parsed
    medians = np.full((1, len(REGISTRY)), np.nan, dtype=np.float32)
    for indicator, scale in calibration.scales.items():
        medians[0, index_of(indicator)] = scale.medians.get(segment, scale.median)
    row = points(medians, [segment], definition, calibration)[0]
    return {
        member.indicator: float(value)
        for member, value in zip(definition.flat.members, row, strict=True)
        if np.isfinite(value)
    }


@dataclass(frozen=True)
class HistoryPoint:
    """One published night of a customer."""

    as_of: dt.date
    score: float | None
    low: float | None
    high: float | None
    band: str
    model_id: int


def score_history(customer: Customer, until: dt.date, days: int = 730) -> list[HistoryPoint]:
    """The published scores of the `days` up to `until`, oldest first, each day's last publication."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (s.as_of) s.as_of, s.score, s.low, s.high, s.band, s.model_id"
            " FROM scoring_score s JOIN scoring_run r ON r.id = s.run_id AND r.status = 'published'"
            " WHERE s.customer_id = %s AND s.as_of BETWEEN %s AND %s"
            " ORDER BY s.as_of, r.published_at DESC",
            [customer.pk, until - dt.timedelta(days=days), until],
        )
        return [HistoryPoint(*row) for row in cursor.fetchall()]
