"""The life of an evaluation model: draft, publish, retire. Published versions never change."""

import datetime as dt

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from crmquality.office.models import Member
from scoring.engine.definition import Definition
from scoring.models import EvaluationModel, ModelAssignment

Status = EvaluationModel.Status


class NotPossible(Exception):
    """What was asked for does not fit the model's state; the message says why."""


@transaction.atomic
def draft_from(model: EvaluationModel, author: Member | None) -> EvaluationModel:
    """The draft of the model's next version: the one there is, or a copy of `model`.

    `evaluationmodel_one_draft` keeps two authors from making two.
    """
    existing = EvaluationModel.objects.filter(slug=model.slug, status=Status.DRAFT).first()
    if existing:
        return existing
    newest = EvaluationModel.objects.filter(slug=model.slug).aggregate(Max("version"))
    return EvaluationModel.objects.create(
        slug=model.slug,
        version=newest["version__max"] + 1,
        name=model.name,
        definition=model.definition,
        author=author,
    )


@transaction.atomic
def publish(draft: EvaluationModel, author: Member | None, note: str, now: dt.datetime) -> EvaluationModel:
    """Freeze the draft and retire the version before; the next run scores by it.

    Raises NotPossible when the draft was published or changed in the meantime, and Refused
    when its definition is not valid.
    """
    Definition.from_dict(draft.definition)
    EvaluationModel.objects.filter(slug=draft.slug, status=Status.PUBLISHED).update(status=Status.RETIRED)
    claimed = EvaluationModel.objects.filter(pk=draft.pk, status=Status.DRAFT, definition=draft.definition).update(
        status=Status.PUBLISHED, published_at=now, note=note, author=author
    )
    if not claimed:
        raise NotPossible(_("Somebody published or changed this draft in the meantime."))
    draft.refresh_from_db()
    return draft


def retire(model: EvaluationModel) -> None:
    """Take a published version out of use. Raises NotPossible while customers are assigned to it."""
    if ModelAssignment.objects.filter(slug=model.slug).exists():
        raise NotPossible(_("Customers are still assigned to this model."))
    if not EvaluationModel.objects.filter(pk=model.pk, status=Status.PUBLISHED).update(status=Status.RETIRED):
        raise NotPossible(_("Only a published version can be retired."))
