"""Writing an answer down: one statement claims the invitation, writes the response and its answers, ends the draft.

All or nothing, and nothing for whoever comes second: the claim finds no row then. The same in single
statements cost three times as much (`benchmarks/answers.py`), and many answer in the hour after a mail.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from crmquality.office.models import Webhook

from .models import Response

# An invitation is claimed; where nobody was invited, the key of the form is (response_external_key).
CLAIM = """
    UPDATE surveys_invitation SET is_answered = true, answered_at = %(submitted_at)s,
           started_at = COALESCE(started_at, %(started_at)s)
    WHERE id = %(invitation_id)s AND NOT is_answered RETURNING id
"""
NO_CLAIM = "SELECT 1"
OF_RESPONSE = (
    "campaign_id", "invitation_id", "customer_id", "contact_id", "is_anonymous", "submitted_at", "created_at",
    "seconds", "language", "via", "origin", "weight", "segment", "tier", "held_because", "is_held", "external_source",
    "external_id",
)  # fmt: skip
OF_ANSWER = {
    "question_id": "bigint", "key": "text", "row": "text", "value": "smallint", "scale_min": "smallint",
    "scale_max": "smallint", "choices": "text[]", "text": "text", "measure": "text", "attribute": "text",
    "stage": "text",
}  # fmt: skip
SAID = "jsonb_to_recordset(%(answers)s) AS said (" + ", ".join(f"{n} {kind}" for n, kind in OF_ANSWER.items()) + ")"
RECORD = f"""
    WITH claimed AS ({{claim}}), response AS (
        INSERT INTO surveys_response ({", ".join(OF_RESPONSE)})
        SELECT {", ".join(f"%({name})s" for name in OF_RESPONSE)} FROM claimed
        ON CONFLICT (external_source, external_id) WHERE external_id <> '' DO NOTHING RETURNING id
    ), answers AS (
        INSERT INTO surveys_answer (response_id, campaign_id, {", ".join(OF_ANSWER)})
        SELECT response.id, %(campaign_id)s, {", ".join(f"said.{name}" for name in OF_ANSWER)} FROM response, {SAID}
    ), draft AS (
        DELETE FROM surveys_draft USING claimed WHERE invitation_id = %(invitation_id)s
    )
    SELECT response.id,
           EXISTS (SELECT FROM surveys_looprule rule, {SAID}
                   WHERE rule.is_active AND rule.key = said.key AND said.value <= rule.at_most),
           EXISTS (SELECT FROM office_webhook WHERE is_active AND events @> ARRAY[%(event)s]::varchar[])
    FROM response
"""


@dataclass(frozen=True)
class Recorded:
    """Whether a rule for bad answers may be met, and whether another system wants to hear of it."""

    meets_a_rule: bool
    is_awaited: bool


def record(response: Response, said: Sequence[Mapping[str, Any]], started_at: Any = None) -> Recorded | None:
    """Write the response, which gets its key, with these answers; None if that was done before."""
    values = {name: getattr(response, name) for name in OF_RESPONSE}
    given = {**values, "answers": json.dumps(said), "started_at": started_at, "event": Webhook.Event.SURVEY_ANSWERED}
    with connection.cursor() as cursor:
        cursor.execute(RECORD.format(claim=CLAIM if response.invitation_id else NO_CLAIM), given)
        row = cursor.fetchone()
    if row is None:
        return None
    response.pk, response._state.adding, response._state.db = row[0], False, connection.alias
    return Recorded(*row[1:])
