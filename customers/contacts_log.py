"""Writing down a call or a visit, once, with what it settles and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from crmquality.office.models import Member, Webhook
from crmquality.office.outbound import announce

from . import attachments, follow_ups
from .models import FollowUp, Interaction

PAGE = "page"


@dataclass(frozen=True)
class Logged:
    """`is_new`: not sent before; `is_late`: what it was to settle had been settled by others."""

    interaction: Interaction
    is_new: bool
    is_late: bool = False


def log_interaction(
    interaction: Interaction,
    by: Member,
    once: str,
    settles: FollowUp | None = None,
    next_step: FollowUp | None = None,
    uploads: Sequence[UploadedFile] = (),
) -> Logged:
    """Store the interaction and its files, mark what it settles as done by it, plan the next step.

    All or nothing. `once` is the key of the form that was filled in: sent twice, it is stored once, because
    interaction_external_key says so.
    """
    interaction.member = by
    interaction.external_source, interaction.external_id = PAGE, once
    try:
        with attachments.written(uploads) as files, transaction.atomic():
            interaction.save(force_insert=True)
            attachments.store(files, interaction.customer, by, interaction)
            is_late = settles is not None and not _settle(settles, interaction, by)
            if next_step is not None:
                _plan(next_step, interaction)
            told = {"id": interaction.pk, "customer": interaction.customer.code, "channel": interaction.channel}
            announce(Webhook.Event.INTERACTION_LOGGED, told)
    except IntegrityError:
        stored = Interaction.objects.filter(external_source=PAGE, external_id=once).first()
        if stored is None:
            raise
        return Logged(stored, is_new=False)
    return Logged(interaction, is_new=True, is_late=is_late)


def _settle(follow_up: FollowUp, interaction: Interaction, by: Member) -> bool:
    outcome = interaction.notes or interaction.subject
    return follow_ups.complete(follow_up, by, interaction.occurred_at, outcome, done_by=interaction)


def _plan(next_step: FollowUp, interaction: Interaction) -> None:
    next_step.customer_id, next_step.contact_id = interaction.customer_id, interaction.contact_id
    next_step.source = interaction
    next_step.save(force_insert=True)
