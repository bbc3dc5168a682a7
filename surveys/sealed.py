"""Anonymous answers: sealed without a key to anybody, stirred, and written in shuffled batches.

What would betray them: a time, a key, the order of rows, and `xmin`, the number of the transaction
that wrote a row, which an answer shares with the invitation it marks. So every waiting answer of a
campaign is rewritten with the others as soon as the task comes by, and a batch is written as one.
Back-ups and the write-ahead log are outside the promise.
"""

import json
import secrets
import uuid
from typing import Any

from django.db import connection, transaction

from .asking import Answers
from .circumstances import Circumstances, at_once
from .models import Answer, Campaign, Response, SealedAnswer, State

# Fewer are never written at once while others may still come.
BATCH = 5

SEAL = """
    INSERT INTO surveys_sealedanswer (id, campaign_id, language, data) VALUES (%s, %s, %s, %s)
    ON CONFLICT (id) DO NOTHING
"""

STIR = """
    UPDATE surveys_sealedanswer SET data = data WHERE campaign_id IN (
        SELECT s.campaign_id FROM surveys_sealedanswer s JOIN surveys_invitation i
        ON i.campaign_id = s.campaign_id AND i.is_answered AND i.xmin = s.xmin
    )
"""


def seal(campaign: Campaign, answers: Answers, how: Circumstances) -> bool:
    """Put the answer to those that wait; False if the form with this key is there already."""
    data = {
        "answers": [each.fields() for each in answers.values()],
        "held": at_once(answers, how),
        "via": how.via,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEAL, [how.once or uuid.uuid4(), campaign.pk, how.language, json.dumps(data)])
        return int(cursor.rowcount) == 1


def stir() -> int:
    """Rewrite the answers that share a transaction with an invitation, with all of their campaign; how many."""
    with connection.cursor() as cursor:
        cursor.execute(STIR)
        return int(cursor.rowcount)


def flush() -> int:
    """Write what waits in every campaign that has enough of it or is closed; how many were written."""
    return sum(_flush(campaign) for campaign in Campaign.objects.filter(sealed__isnull=False).distinct())


@transaction.atomic
def _flush(campaign: Campaign) -> int:
    waiting = list(SealedAnswer.objects.select_for_update(skip_locked=True).filter(campaign=campaign))
    if len(waiting) < BATCH and campaign.state != State.CLOSED:
        return 0
    secrets.SystemRandom().shuffle(waiting)
    responses = Response.objects.bulk_create(_response(campaign, each) for each in waiting)
    Answer.objects.bulk_create(
        Answer(response=response, campaign=campaign, **fields)
        for response, each in zip(responses, waiting, strict=True)
        for fields in each.data["answers"]
    )
    SealedAnswer.objects.filter(pk__in=[each.pk for each in waiting]).delete()
    return len(waiting)


def _response(campaign: Campaign, each: SealedAnswer) -> Response:
    held: list[Any] = each.data["held"]
    return Response(
        campaign=campaign, is_anonymous=True, language=each.language, via=each.data["via"],
        held_because=held, is_held=bool(held),
    )  # fmt: skip
