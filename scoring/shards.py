"""Scores one shard of a run: facts → readings → scores → COPY, in one transaction."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pandas as pd
from django.db import transaction
from django.utils import timezone

from crmquality.lib.binary_copy import constant_day, copy_in_arrays
from crmquality.lib.copying import copy_out
from customers.facts import KeyRange
from scoring.engine import calibration as engine_calibration
from scoring.engine.columns import Columns
from scoring.engine.measure import Readings, measure
from scoring.engine.population import partial_sums
from scoring.engine.score import score_shard
from scoring.facts import collect_with_cuts
from scoring.models import Calibration, Run, RunShard
from scoring.rules import Rules


def claim_and_score(run_id: int) -> bool:
    """Score one unclaimed shard of a running run; False when there is none to claim.

    The claim is a row lock: it ends with the transaction, also when the worker is killed.
    """
    with transaction.atomic():
        shard = (
            RunShard.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("run")
            .filter(run=run_id, run__status=Run.Status.RUNNING, done_at=None)
            .order_by("low_key")
            .first()
        )
        if shard is None:
            return False
        _score(shard)
        return True


def _score(shard: RunShard) -> None:
    seconds: dict[str, float] = {}
    run = shard.run
    rules, calibration = _rules(run.pk), _calibration(run.calibration_id)
    with _timed(seconds, "facts"):
        keys = KeyRange(shard.low_key, shard.high_key)
        facts, cuts = collect_with_cuts(keys, run.as_of, rules.settings, rules.zone, rules.recorded)
    with _timed(seconds, "readings"):
        columns = Columns(facts, rules.settings, calibration)
        readings = measure(columns, rules.recorded, rules.settings, calibration)
        sums = partial_sums(columns, rules.recorded, rules.settings, calibration, cuts)
    with _timed(seconds, "scores"):
        scores = score_customers(facts, readings, rules, calibration, _previous_bands(shard))
    with _timed(seconds, "write"):
        _write(run, scores, readings)
    shard.done_at = timezone.now()
    shard.customers = len(facts)
    shard.seconds_by_stage = seconds
    shard.sums = sums.to_numpy().tolist()
    shard.save(update_fields=["done_at", "customers", "seconds_by_stage", "sums"])


def score_customers(
    facts: pd.DataFrame,
    readings: Readings,
    rules: Rules,
    calibration: engine_calibration.Calibration,
    previous_bands: pd.Series,
) -> pd.DataFrame:
    """Scores with the dated attributes they were made with; one row per customer, index = key."""
    table = facts[["segment", "tier", "stage", "owner_id"]].copy()
    table["model_id"] = rules.models_of(facts)
    before = previous_bands.reindex(facts.index).to_numpy(dtype=object)
    for name in ("score", "coverage", "low", "high"):
        table[name] = np.nan
    table["band"] = ""
    for model, definition in rules.definitions.items():
        mine = (table["model_id"] == model).to_numpy()
        if not mine.any():
            continue
        scored = score_shard(
            readings.values[mine],
            facts["segment"].to_numpy()[mine],
            definition,
            calibration,
            before[mine],
        )
        for name in ("score", "coverage", "low", "high", "band"):
            table.loc[mine, name] = getattr(scored, name)
    return table


def _write(run: Run, scores: pd.DataFrame, readings: Readings) -> None:
    key = {
        "as_of": constant_day(run.as_of, len(scores)),
        "run_id": np.full(len(scores), run.pk, dtype=np.int64),
        "customer_id": scores.index.to_numpy(dtype=np.int64),
    }
    owner = scores["owner_id"]
    columns = {
        "model_id": scores["model_id"].to_numpy(dtype=np.int64),
        "score": np.ma.masked_invalid(scores["score"]),
        "coverage": scores["coverage"].to_numpy(dtype=np.float32),
        "low": np.ma.masked_invalid(scores["low"].astype(np.float32)),
        "high": np.ma.masked_invalid(scores["high"].astype(np.float32)),
        "owner_id": np.ma.array(owner.fillna(0).astype(np.int64), mask=owner.isna()),
    }
    labels = {name: scores[name].to_numpy(dtype=object) for name in ("band", "segment", "tier", "stage")}
    copy_in_arrays("scoring_score", key | columns | labels)
    copy_in_arrays("scoring_reading", {**key, "values": readings.values, "records": readings.records})


def _previous_bands(shard: RunShard) -> pd.Series:
    """The bands of the last published night before, for the hysteresis; index = customer key."""
    previous = Run.objects.published().filter(as_of__lt=shard.run.as_of).latest_published()
    if previous is None:
        return pd.Series(dtype=object)
    rows = copy_out(
        "SELECT customer_id, band FROM scoring_score WHERE as_of = %s AND run_id = %s"
        " AND customer_id BETWEEN %s AND %s",
        [previous.as_of, previous.pk, shard.low_key, shard.high_key],
    )
    return rows.set_index("customer_id")["band"]


@lru_cache(maxsize=2)
def _rules(run_id: int) -> Rules:
    return Rules.from_dict(Run.objects.get(pk=run_id).rules)


@lru_cache(maxsize=2)
def _calibration(calibration_id: int) -> engine_calibration.Calibration:
    return Calibration.objects.get(pk=calibration_id).parsed


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = round(time.perf_counter() - start, 4)
