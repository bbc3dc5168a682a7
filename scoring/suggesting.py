"""Which model should be the default by what is recorded now; the admin is asked, never surprised."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from scoring.models import EvaluationModel, ModelAssignment
from scoring.presets import BY_SLUG, Preset, fullest, readable_weight
from scoring.rules import default_assignment


@dataclass(frozen=True)
class Suggestion:
    """`preset` instead of the default model `now`, of whose weight only `readable` can be measured."""

    preset: Preset
    now: str
    readable: float


def suggestion(recorded: Mapping[str, bool], stage: str) -> Suggestion | None:
    """The fullest preset whose records exist, if the default says less or cannot be measured wholly.

    None where the default fits, and where it is a model of the company's own that can be measured.
    """
    default = default_assignment(stage)
    slug = default.slug if default else ""
    model = EvaluationModel.objects.published().filter(slug=slug).first()
    best = fullest(recorded)
    if model is None or model.slug == best.slug or not _is_published(best):
        return None
    readable = readable_weight(model.parsed, recorded)
    kinds = len(BY_SLUG[model.slug].requires) if model.slug in BY_SLUG else len(best.requires)
    gained = readable_weight(best.definition, recorded) - readable
    is_better = gained > 1e-9 or (gained > -1e-9 and len(best.requires) > kinds)
    return Suggestion(best, model.slug, readable) if is_better else None


def _is_published(preset: Preset) -> bool:
    return EvaluationModel.objects.published().filter(slug=preset.slug).exists()


@transaction.atomic
def make_default(slug: str, stage: str) -> bool:
    """Score by `slug` whoever no assignment names; False where that is so already.

    Claimed by a filtered UPDATE: pressed twice, it is done once. Scores change with the next run.
    """
    default = default_assignment(stage)
    if default is None:
        return False
    return ModelAssignment.objects.filter(pk=default.pk, slug=default.slug).exclude(slug=slug).update(slug=slug) == 1
