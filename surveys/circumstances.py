"""What makes an answer one to look at first: too fast, several from one address, by staff, the same text.

Such answers are held apart, labelled and out of scores until somebody releases them.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5

from .asking import Answers
from .models import Answer, Campaign, HeldBecause, Response, Via
from .models.questionnaire import said

# Signs a second of somebody who skims: about 600 words a minute, twice what people read at
# (Rayner et al. 2016, So Much to Read, So Little Time); Chinese signs carry more each.
LETTERS, IDEOGRAPHS = 55, 20
# Seconds that one choice takes at least on a telephone.
A_TOUCH = 0.3
# As many others may answer from one address: people share networks.
FROM_ONE_ADDRESS = 2
# Shorter texts ("nothing", "all fine") are alike by themselves.
SAME_TEXT = 20


@dataclass(frozen=True)
class Circumstances:
    """How an answer came. `seconds` from seeing the page to sending it, None where nobody knows."""

    via: str = Via.LINK
    language: str = ""
    seconds: float | None = None
    # The network address; never stored.
    address: str = ""
    # Somebody of the staff is logged in at this browser.
    is_staff: bool = False
    # The key of the form: sent twice, it counts once.
    once: str = ""


def least_seconds(answers: Answers, language: str) -> float:
    """The time in which nobody can read what was answered and answer it.

    >>> least_seconds({}, "en")
    0.0
    """
    text = "".join({each.question.pk: said(each.question.text, language) for each in answers.values()}.values())
    ideographs = len(re.findall(r"[\u3400-\u9fff]", text))
    return ideographs / IDEOGRAPHS + (len(text) - ideographs) / LETTERS + A_TOUCH * len(answers)


def origin_of(address: str, campaign: Campaign) -> str:
    """A fingerprint of a network address, another one in every campaign; '' without an address."""
    if not address or campaign.is_anonymous:
        return ""
    words = f"survey {campaign.pk} {address}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, "sha256").hexdigest()[:32]


def at_once(answers: Answers, how: Circumstances) -> list[str]:
    """The reasons that stand in the answer itself, without comparing it to others."""
    reasons = []
    if how.seconds is not None and how.seconds < least_seconds(answers, how.language):
        reasons.append(HeldBecause.TOO_FAST)
    if how.is_staff:
        reasons.append(HeldBecause.BY_STAFF)
    return [str(each) for each in reasons]


def by_others(response: Response, answers: Answers) -> list[str]:
    """The reasons that other answers of the campaign give; earlier ones from the address are held with it."""
    reasons = []
    if response.origin and _crowd(response):
        reasons.append(str(HeldBecause.SAME_ADDRESS))
    if _is_repeated(response.campaign_id, [each.text for each in answers.values()], response):
        reasons.append(str(HeldBecause.SAME_TEXT))
    return reasons


# Colleagues share a network; strangers seldom do.
STRANGERS = """
    SELECT count(*) FROM (
        SELECT FROM surveys_response WHERE campaign_id = %s AND origin = %s AND id IS DISTINCT FROM %s
        AND (%s IS NULL OR customer_id IS DISTINCT FROM %s) LIMIT %s) AS found
"""


def _crowd(response: Response) -> bool:
    of = response.customer_id
    with connection.cursor() as cursor:
        asked: list[Any] = [response.campaign_id, response.origin, response.pk, of, of, FROM_ONE_ADDRESS]
        cursor.execute(STRANGERS, asked)
        if cursor.fetchone()[0] < FROM_ONE_ADDRESS:
            return False
    others = Response.objects.filter(campaign=response.campaign_id, origin=response.origin).exclude(pk=response.pk)
    if of:
        others = others.filter(~Q(customer=of) | Q(customer=None))
    word = Value(HeldBecause.SAME_ADDRESS, models.CharField())
    appended = Func(F("held_because"), word, function="array_append", output_field=ArrayField(models.CharField()))
    untouched = others.filter(reviewed_at=None).exclude(held_because__contains=[HeldBecause.SAME_ADDRESS])
    untouched.update(is_held=True, held_because=appended)
    return True


def _is_repeated(campaign: int, texts: Iterable[str], response: Response) -> bool:
    long = [text for text in texts if len(text) >= SAME_TEXT]
    if not long:
        return False
    same = Answer.objects.alias(digest=MD5("text")).filter(
        campaign=campaign, digest__in=[MD5(Value(text)) for text in long], text__in=long
    ).exclude(response=response.pk)  # fmt: skip
    return same.exclude(text="").exists()
