"""Telling other systems what somebody answered, where the answer carries a name anyway."""

from collections.abc import Sequence

from crmquality.office.models import Webhook
from crmquality.office.outbound import announce

from .models import Answer, Privacy, Response


def announce_answer(response: Response, answers: Sequence[Answer]) -> int:
    """Put an answer, new or changed, on its way to the webhooks that want it; how many do.

    Identified campaigns only: the moment of a message would join a confidential answer to the
    invitation that was answered at that moment. Repeats are told by `response`.
    """
    if response.campaign.privacy != Privacy.IDENTIFIED:
        return 0
    return announce(
        Webhook.Event.SURVEY_ANSWERED,
        {
            "response": response.pk, "campaign": response.campaign_id, "invitation": response.invitation_id,
            "customer": response.customer.code if response.customer else None, "contact": response.contact_id,
            "submitted_at": response.submitted_at, "changed_at": response.changed_at, "via": response.via,
            "language": response.language, "is_held": response.is_held, "held_because": response.held_because,
            "answers": [
                {"key": each.key, "row": each.row, "value": each.value, "choices": each.choices, "text": each.text}
                for each in answers
            ],
        },
    )  # fmt: skip
