"""What a new installation starts with."""

import datetime as dt

from django.db import transaction

from complaints import defaults as complaint_defaults
from crmquality.office.models import BusinessStage, MeasureSettings, Organisation
from customers import reasons
from customers.models import VisitInterval
from scoring.models import EvaluationModel, ModelAssignment
from scoring.presets import DEFAULT, PRESETS
from surveys import defaults as survey_defaults


@transaction.atomic
def load(now: dt.datetime) -> dict[str, int]:
    """Load what is missing, change nothing that is there; how many rows of each were made."""
    Organisation.load()
    MeasureSettings.current()
    intervals = VisitInterval.load_defaults()
    models = assignments = 0
    for preset in PRESETS:
        if not EvaluationModel.objects.filter(slug=preset.slug).exists():
            EvaluationModel.objects.create(
                slug=preset.slug,
                version=1,
                name=preset.name,
                definition=preset.definition.to_dict(),
                status=EvaluationModel.Status.PUBLISHED,
                published_at=now,
            )
            models += 1
    if not ModelAssignment.objects.exists():
        for stage in BusinessStage.values:
            ModelAssignment.objects.create(business_stage=stage, slug=DEFAULT)
            assignments += 1
    return {
        "evaluation_models": models,
        "model_assignments": assignments,
        "visit_intervals": intervals,
        "reasons": reasons.load(),
        **complaint_defaults.load(),
        **survey_defaults.load(),
    }
