"""Evaluation models laid out for reading: the list of models, and one model's tree."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from crmquality.lib.text import enumerated
from scoring.engine.definition import Definition, Member
from scoring.engine.indicators import BY_ID
from scoring.engine.indicators.indicator import Indicator
from scoring.models import EvaluationModel, ModelAssignment
from scoring.presets import BY_SLUG
from scoring.wording import scale_in_words

Status = EvaluationModel.Status

# What happens to an indicator's weight when a customer has no reading of it.
POLICIES = {
    "exclude": _lazy("leave it out"),
    "neutral": _lazy("take the median"),
    "penalise": _lazy("count as 0 points"),
}


@dataclass(frozen=True)
class Entry:
    """One model of the list: its versions that matter, and who is assigned to it."""

    shown: EvaluationModel
    draft: EvaluationModel | None
    assignments: list[str]
    is_default: bool

    @property
    def description(self) -> str:
        preset = BY_SLUG.get(self.shown.slug)
        return _(preset.description) if preset else ""


def catalogue(stage: str) -> list[Entry]:
    """Every model once; those in use first."""
    rows: dict[str, list[EvaluationModel]] = {}
    for model in EvaluationModel.objects.defer("definition").order_by("slug", "-version"):
        rows.setdefault(model.slug, []).append(model)
    assigned = list(ModelAssignment.objects.all())
    entries = [_entry(versions, assigned, stage) for versions in rows.values()]
    return sorted(entries, key=lambda each: (not each.is_default, not each.assignments))


def export_rows(entries: Iterable[Entry]) -> Iterator[list[object]]:
    """A heading and a row a model."""
    yield [_("Evaluation model"), _("Version"), _("Status"), _("Description"), _("Default"), _("Draft"), _("For")]
    for entry in entries:
        shown, draft = entry.shown, entry.draft
        yield [
            shown.label, shown.version, shown.get_status_display(), str(entry.description),
            _("yes") if entry.is_default else _("no"), draft and draft.version, enumerated(entry.assignments),
        ]  # fmt: skip


def _entry(versions: list[EvaluationModel], assigned: list[ModelAssignment], stage: str) -> Entry:
    by_status = {model.status: model for model in reversed(versions)}
    own = [each for each in assigned if each.slug == versions[0].slug]
    live = [each for each in own if each.business_stage in ("", stage)]
    return Entry(
        shown=by_status.get(Status.PUBLISHED) or versions[0],
        draft=by_status.get(Status.DRAFT),
        assignments=[_fits(each) for each in own],
        is_default=any(each.is_default for each in live),
    )


def _fits(assignment: ModelAssignment) -> str:
    """Whom an assignment fits, in words."""
    parts = []
    if assignment.segment:
        parts.append(assignment.segment)
    if assignment.tier:
        parts.append(_("tier %(tier)s") % {"tier": assignment.tier})
    if assignment.stage:
        parts.append(assignment.get_stage_display())
    who = " · ".join(parts) or _("all others")
    if not assignment.business_stage:
        return who
    stage = assignment.get_business_stage_display()
    return _("%(who)s, in the stage %(stage)s") % {"who": who, "stage": stage}


@dataclass(frozen=True)
class Branch:
    """A member of a criterion with the weight it has in the score, in percent."""

    indicator: Indicator
    member: Member
    weight: float

    @property
    def policy(self) -> str:
        return str(POLICIES[self.member.policy])

    @property
    def scale(self) -> str:
        return scale_in_words(self.indicator, self.member)


def outline(definition: Definition) -> Iterator[dict[str, object]]:
    """The criteria with their members."""
    for criterion in definition.criteria:
        total = sum(member.weight for member in criterion.members)
        yield {
            "criterion": criterion,
            "branches": [
                Branch(BY_ID[member.indicator], member, criterion.weight * member.weight / total)
                for member in criterion.members
            ],
        }
