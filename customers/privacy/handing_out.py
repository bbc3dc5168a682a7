"""Everything we keep about one person, for that person."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, QuerySet
from django.forms.models import model_to_dict

from ..models import Contact, Customer, FollowUp, Interaction, Opportunity, PersonalDataLog
from . import elsewhere
from .elsewhere import Person

# Keys of the database mean nothing to the person.
UNSAID = {"id", "customer", "contact", "external_source", "external_id"}
OF_A_CUSTOMER = (
    "orders", "interactions", "follow_ups", "opportunities", "contracts", "needs", "losses", "joint_projects",
    "attachments",
)  # fmt: skip


def of_contact(contact: Contact, member: Any) -> str:
    """JSON text of everything about this person; taking it is logged."""
    found = {
        "person": _row(contact),
        "customer": contact.customer.name,
        "consents": _rows(contact.consents.all()),
        "interactions": _rows(Interaction.objects.filter(contact=contact)),
        "follow_ups": _rows(FollowUp.objects.filter(contact=contact)),
        "opportunities": _rows(Opportunity.objects.filter(contact=contact)),
    }
    found |= {name: _rows(rows) for name, rows in elsewhere.records(Person(contact.customer_id, contact.pk)).items()}
    return _handed_out(found, f"contact {contact.pk} of customer {contact.customer_id}", member)


def of_customer(customer: Customer, member: Any) -> str:
    """The same of a person who is a customer, orders included."""
    found = {"person": _row(customer), "contacts": _rows(customer.contacts.all())}
    found |= {name: _rows(getattr(customer, name).all()) for name in OF_A_CUSTOMER}
    found |= {name: _rows(rows) for name, rows in elsewhere.records(Person(customer.pk)).items()}
    return _handed_out(found, f"customer {customer.pk}", member)


def _handed_out(found: dict[str, Any], what: str, member: Any) -> str:
    counts = {name: len(rows) for name, rows in found.items() if isinstance(rows, list)}
    PersonalDataLog.objects.create(member=member, action=PersonalDataLog.Action.HANDED_OUT, what=what, counts=counts)
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def _rows(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows]


def _row(row: Model) -> dict[str, Any]:
    """Field by its name on screen; empty ones are left out."""
    labels = {field.name: str(field.verbose_name) for field in row._meta.concrete_fields}
    values = model_to_dict(row, [name for name in labels if name not in UNSAID])
    return {labels[name]: _plain(value) for name, value in values.items() if value not in (None, "", [], {})}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Model) else value
