"""Storing what staff write down about a customer: once, and with what has to change beside it."""

from django.db import IntegrityError, models, transaction

from crmquality.office.models import Webhook
from crmquality.office.outbound import announce

from .contacts_log import PAGE
from .models import Contact, Opportunity
from .models.source import Sourced


def store(record: models.Model, once: str) -> bool:
    """Save a new or changed record; False if this form had stored it before.

    `once` is the key of the form that was filled in, stored as the record's key at its source.
    """
    if record.pk is None and isinstance(record, Sourced):
        record.external_source, record.external_id = PAGE, once
    try:
        with transaction.atomic():
            _make_way(record)
            record.save()
    except IntegrityError:
        if not _is_stored(record, once):
            raise
        return False
    return True


def _make_way(record: models.Model) -> None:
    """Only one contact of a customer is the first to be asked."""
    if isinstance(record, Contact) and record.is_primary:
        others = Contact.objects.filter(customer_id=record.customer_id, is_primary=True)
        others.exclude(pk=record.pk).update(is_primary=False)


def _is_stored(record: models.Model, once: str) -> bool:
    known = type(record)._default_manager
    return isinstance(record, Sourced) and known.filter(external_source=PAGE, external_id=once).exists()


def close(opportunity: Opportunity, seen: str) -> bool:
    """Write down how it ended; False if its outcome is no longer the one `seen` when deciding."""
    with transaction.atomic():
        claimed = Opportunity.objects.filter(pk=opportunity.pk, outcome=seen).update(
            outcome=opportunity.outcome, closed_on=opportunity.closed_on, reason=opportunity.reason
        )
        if claimed:
            told = {"id": opportunity.pk, "customer": opportunity.customer.code, "outcome": opportunity.outcome}
            announce(Webhook.Event.OPPORTUNITY_CLOSED, told)
    return claimed == 1
