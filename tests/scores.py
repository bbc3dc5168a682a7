"""Builders of results, for pages that only show them."""

import datetime as dt
from itertools import count
from typing import Any

from django.utils import timezone

from customers.models import Customer
from scoring.models import Calibration, CurrentScore, EvaluationModel, Run
from scoring.presets import BY_SLUG

numbers = count(1)


def model(slug: str = "orders", version: int = 1, **fields: Any) -> EvaluationModel:
    given = {
        "name": BY_SLUG[slug].name,
        "definition": BY_SLUG[slug].definition.to_dict(),
        "status": EvaluationModel.Status.PUBLISHED,
        "published_at": timezone.now(),
        **fields,
    }
    return EvaluationModel.objects.get_or_create(slug=slug, version=version, defaults=given)[0]


def run(as_of: dt.date, status: str = "published", **fields: Any) -> Run:
    given = {
        "fingerprint": f"{next(numbers):064}",
        "rules": {"assignments": [{"segment": "", "tier": "", "model": model().pk}]},
        "calibration": Calibration.objects.create(as_of=as_of, settings_version=1, recorded=[], parameters={}),
        "records_version": 0,
        "published_at": timezone.now() if status == "published" else None,
        **fields,
    }
    return Run.objects.create(as_of=as_of, status=status, **given)


def score(of: Customer, value: float | None, band: str = "C", **fields: Any) -> CurrentScore:
    """The customer's current score, by the newest run there is (or a new one of today)."""
    by = fields.pop("run", None) or Run.objects.first() or run(timezone.now().date())
    given = {"coverage": 0.8, "low": 20.0, "high": 90.0, "change_30d": None, **fields}
    return CurrentScore.objects.create(
        customer=of, run=by, as_of=by.as_of, model=model(), score=value, band=band, **given
    )
