"""The registry of what is written down about a customer: one row is a card, a form and its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.lib.timeline import Telling
from crmquality.office.models import Organisation
from customers import telling
from customers.models import Consent, Customer

from . import attachments
from . import records as forms
from .base import RecordForm

Rows = Callable[[Customer], QuerySet[Any]]


@dataclass(frozen=True)
class Action:
    """A second form for a row, while `fits` says so."""

    kind: str
    label: Promise
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class RecordKind:
    """`add` and `edit` head the form; without one that is not done, without `title` it has no card."""

    name: str
    form: type[RecordForm]
    rows: Rows
    edit: Promise | None
    add: Promise | None = None
    title: Promise | None = None
    icon: str = ""
    tell: Callable[[Any, Organisation], Telling] | None = None
    actions: tuple[Action, ...] = ()
    extra: str = ""


def _is_open(row: Any) -> bool:
    return not row.outcome


CARDS = [
    RecordKind(
        "contact", forms.ContactForm, lambda c: c.contacts.order_by("left_on", "-is_primary", "name", "id"),
        _("Change the contact"), _("Add a contact"), _("Contacts"), "person", telling.contact,
        extra="customers/_record_contact.html",
    ),
    RecordKind(
        "opportunity", forms.OpportunityForm,
        lambda c: c.opportunities.select_related("contact", "owner", "product_line", "reason"),
        _("Change the opportunity"), _("Add an opportunity"), _("Opportunities"), "chance", telling.opportunity,
        (Action("stage", _("Move"), _is_open), Action("outcome", _("Won or lost"), _is_open)),
    ),
    RecordKind(
        "contract", forms.ContractForm, lambda c: c.contracts.select_related("product_line"),
        _("Change the contract"), _("Add a contract"), _("Contracts"), "contract", telling.contract,
    ),
    RecordKind(
        "need", forms.NeedForm, lambda c: c.needs.all(),
        _("Change the need"), _("Add a need"), _("Needs"), "need", telling.need,
    ),
    RecordKind(
        "project", forms.ProjectForm, lambda c: c.joint_projects.all(),
        _("Change the joint project"), _("Add a joint project"), _("Joint projects"), "project", telling.project,
    ),
    RecordKind(
        "loss", forms.LossForm, lambda c: c.losses.select_related("reason__parent"),
        _("Change the loss"), _("Add a loss"), _("Losses"), "loss", telling.loss,
    ),
    RecordKind(
        "attachment", attachments.AttachmentForm, lambda c: c.attachments.select_related("member", "interaction"),
        None, _("Add files"), _("Attachments"), "clip", telling.attachment,
        (Action("deletion", _("Delete"), lambda row: True),), extra="customers/_record_attachment.html",
    ),
]  # fmt: skip
OTHERS = [
    RecordKind(
        "follow_up", forms.FollowUpForm, lambda c: c.follow_ups.open(),
        _("Change the follow-up"), _("Plan a follow-up"),
    ),
    RecordKind("interaction", forms.InteractionForm, lambda c: c.interactions.all(), _("Mend what was logged")),
    RecordKind(
        "deletion", attachments.AttachmentDeletion, lambda c: c.attachments.all(), _("Delete this file?"),
    ),
    RecordKind("stage", forms.StageForm, lambda c: c.opportunities.filter(outcome=""), _("Move the opportunity")),
    RecordKind("outcome", forms.OutcomeForm, lambda c: c.opportunities.all(), _("How the opportunity ended")),
    # What somebody agreed to is never edited: the next thing they say is added.
    RecordKind(
        "consent", forms.ConsentForm, lambda c: Consent.objects.none(), _("Consent"), _("Write down a consent"),
    ),
]  # fmt: skip
KINDS = {kind.name: kind for kind in [*CARDS, *OTHERS]}
