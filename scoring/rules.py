"""The rules of a run, frozen when it starts: which model scores whom, windows, kept records."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmquality.office.models import MeasureSettings, Organisation, RecordKeeping
from customers.models import VisitInterval
from scoring.engine.definition import Definition
from scoring.engine.indicators import REGISTRY
from scoring.engine.settings import Settings
from scoring.models import EvaluationModel, ModelAssignment


class NoModel(Exception):
    """There is no published evaluation model to score with; the message says which."""


@dataclass(frozen=True)
class Assignment:
    """Customers of this segment, tier and life-cycle stage ('' fits all) are scored by `model`."""

    segment: str
    tier: str
    stage: str
    model: int


@dataclass(frozen=True)
class Rules:
    """`assignments` in order, the first that fits wins; the last one fits everybody."""

    time_zone: str
    settings: Settings
    recorded: Mapping[str, bool]
    assignments: tuple[Assignment, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def default_model(self) -> int:
        return self.assignments[-1].model

    @cached_property
    def definitions(self) -> dict[int, Definition]:
        keys = {assignment.model for assignment in self.assignments}
        return {model.pk: model.parsed for model in EvaluationModel.objects.filter(pk__in=keys)}

    def models_of(self, customers: pd.DataFrame) -> NDArray[np.int64]:
        """The model of each customer by its segment, tier and stage of the day."""
        chosen = np.full(len(customers), self.default_model, dtype=np.int64)
        for assignment in reversed(self.assignments):
            fits = np.ones(len(customers), dtype=bool)
            for name in ("segment", "tier", "stage"):
                if wanted := getattr(assignment, name):
                    fits &= (customers[name] == wanted).to_numpy()
            chosen[fits] = assignment.model
        return chosen

    def to_dict(self) -> dict[str, Any]:
        return {
            "time_zone": self.time_zone,
            "settings": self.settings.to_dict(),
            "recorded": dict(self.recorded),
            "assignments": [asdict(assignment) for assignment in self.assignments],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Rules":
        return cls(
            time_zone=data["time_zone"],
            settings=Settings.from_dict(data["settings"]),
            recorded=data["recorded"],
            assignments=tuple(Assignment(**row) for row in data["assignments"]),
        )


def current(as_of: dt.date, model: str | None = None) -> Rules:
    """Today's rules for `as_of`; `model` (a slug) scores everybody by that one model.

    Raises NoModel when a model that is asked for or assigned has no published version.
    """
    organisation = Organisation.load()
    stored = MeasureSettings.current()
    return Rules(
        time_zone=organisation.time_zone,
        settings=Settings.from_dict(
            {**stored.values, "version": stored.version, "visit_days": VisitInterval.days_by_tier()}
        ),
        recorded=RecordKeeping.recorded(as_of),
        assignments=_assignments(organisation.business_stage, model),
    )


def _assignments(stage: str, model: str | None) -> tuple[Assignment, ...]:
    published = dict(EvaluationModel.objects.published().values_list("slug", "pk"))
    rows = [ModelAssignment(slug=model)] if model else _rows_for(stage)
    for row in rows:
        if row.slug not in published:
            raise NoModel(f"The evaluation model {row.slug} has no published version.")
    if not rows or not rows[-1].is_default:
        raise NoModel(f"No evaluation model is the default for the business stage {stage}.")
    return tuple(Assignment(row.segment, row.tier, row.stage, published[row.slug]) for row in rows)


def _rows_for(stage: str) -> list[ModelAssignment]:
    """The assignments that apply in this business stage, the default last."""
    fitting = ModelAssignment.objects.filter(business_stage__in=["", stage])
    return sorted(fitting, key=lambda row: (row.is_default, not row.business_stage))


def default_assignment(stage: str) -> ModelAssignment | None:
    """The assignment of whoever no other one names, in this business stage."""
    defaults = [row for row in _rows_for(stage) if row.is_default]
    return defaults[0] if defaults else None


def fingerprint(rules: Rules, as_of: dt.date, calibration: int, records_version: int, previous: int | None) -> str:
    """A hash of everything a run's result depends on: equal hashes, equal scores."""
    inputs = {
        "rules": rules.to_dict(),
        "registry": [indicator.id for indicator in REGISTRY],
        "as_of": as_of.isoformat(),
        "calibration": calibration,
        "records": records_version,
        "previous": previous,
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
