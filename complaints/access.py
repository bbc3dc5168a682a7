"""Who may touch which case: the row, or 404, so that nobody learns what others work on."""

from django.shortcuts import get_object_or_404

from crmquality.office.models import Member

from .models import Case, CaseFile
from .models.case import CaseQuerySet


def cases_read(member: Member) -> CaseQuerySet:
    """Every case the member may see."""
    return Case.objects.visible_to(member)


def file_read(member: Member, pk: int) -> CaseFile:
    """The file, if the member may see its case."""
    return get_object_or_404(CaseFile, pk=pk, case__in=cases_read(member))
