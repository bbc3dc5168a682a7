"""What the complaints app knows of a customer's story."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from crmquality.lib.timeline import Kind, Part, Telling
from crmquality.office.models import Organisation

from .models import Case

CASE = Kind("case", _("Complaints and other cases"), "complaint")


def timeline(office: Organisation) -> list[Part]:
    """The parts: a case when it came in, and when it was settled."""

    def received(keys: Sequence[int]) -> dict[int, Telling]:
        return {case.pk: _told(case, case.text) for case in Case.objects.filter(pk__in=keys)}

    def settled(keys: Sequence[int]) -> dict[int, Telling]:
        return {case.pk: _told(case, case.proposal) for case in Case.objects.filter(pk__in=keys)}

    shown = "merged_into_id IS NULL"
    return [
        Part(
            "case", CASE, _("Case received"), "complaints_case", received,
            at="received_at", where=shown, texts=("subject", "text"),
        ),
        Part(
            "case_settled", CASE, _("Case resolved"), "complaints_case", settled,
            at="resolved_at", where=f"{shown} AND resolved_at IS NOT NULL", texts=("subject", "proposal"),
        ),
    ]  # fmt: skip


def _told(case: Case, body: str) -> Telling:
    who = f"{case.get_kind_display()} · {case.get_severity_display()}"
    tone = "yellow" if case.is_open else "green"
    state = case.get_outcome_display() or case.get_status_display()
    return Telling(f"{case.number} {case.subject}", who, state, tone, body, case.get_absolute_url())
