"""Who may touch which customer: the row, or 404, so that nobody learns what others own."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from crmquality.office.models import Member
from crmquality.office.roles import Right

from .models import Attachment, Customer, FollowUp
from .models.customer import CustomerQuerySet
from .models.interaction import FollowUpQuerySet


def customers_read(member: Member) -> CustomerQuerySet:
    """Every customer the member may see."""
    return Customer.objects.visible_to(member)


def customer_read(member: Member, code: str) -> Customer:
    """The customer with this code, if the member may see it."""
    return get_object_or_404(customers_read(member).select_related("owner", "parent"), code=code)


def customer_edit(member: Member, code: str) -> Customer:
    """The customer with this code, if the member may change it."""
    if not member.has_right(Right.EDIT):
        raise Http404
    return customer_read(member, code)


def customers_export(member: Member) -> CustomerQuerySet:
    """Every customer whose results the member may take out."""
    if not member.has_right(Right.EXPORT):
        raise Http404
    return customers_read(member)


def follow_up_edit(member: Member, pk: int) -> FollowUp:
    """The follow-up, if the member may change its customer."""
    if not member.has_right(Right.EDIT):
        raise Http404
    return get_object_or_404(FollowUp.objects.visible_to(member).select_related("customer"), pk=pk)


def attachment_read(member: Member, pk: int) -> Attachment:
    """The attachment, if the member may see its customer."""
    return get_object_or_404(Attachment, pk=pk, customer__in=customers_read(member))


def may_compare(member: Member) -> bool:
    """May the member see how each colleague does? Agents see their own work only."""
    return member.has_right(Right.SEE_ALL) or member.has_right(Right.HAND_OVER)


def visits_measured(member: Member) -> FollowUpQuerySet:
    """Follow-ups that the member may see measured: of everybody, of the team, or the own."""
    visible = FollowUp.objects.visible_to(member)
    return visible if may_compare(member) else visible.filter(owner=member)
