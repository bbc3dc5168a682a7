"""Who may touch which case: the row, or 404, so that nobody learns what others deal with."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from crmquality.office.models import Member
from crmquality.office.roles import Right

from .models import Case, CaseFile, RegisterFile
from .models.case import CaseQuerySet

SHOWN = ("customer__owner", "contact", "category__parent", "cause", "owner", "team", "merged_into", "author")


def cases_read(member: Member) -> CaseQuerySet:
    """Every case the member may see."""
    return Case.objects.visible_to(member)


def file_read(member: Member, pk: int) -> CaseFile:
    """The file, if the member may see its case."""
    return get_object_or_404(CaseFile, pk=pk, case__in=cases_read(member))


def register_read(member: Member, pk: int) -> RegisterFile:
    """The register, if it was the member who asked for it."""
    return get_object_or_404(RegisterFile, pk=pk, member=member)


def case_read(member: Member, number: str) -> Case:
    """The case with this number, if the member may see it."""
    return get_object_or_404(cases_read(member).select_related(*SHOWN), pk=Case.key_of(number))


def case_edit(member: Member, number: str) -> Case:
    """The case with this number, if the member may work on it."""
    if not member.has_right(Right.EDIT):
        raise Http404
    return case_read(member, number)
