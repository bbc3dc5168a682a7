"""Requests that may come twice: what is made is made once, and the answer is the same again."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from .models import IdempotentRequest, Member

KEPT = dt.timedelta(hours=24)


class Differs(Exception):
    """The key came with another request."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    is_repeat: bool = False


def fingerprint(*parts: Any) -> str:
    """The same for the same request, however its JSON is spaced or ordered."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def once(member: Member, key: str, mark: str, make: Callable[[], Answer]) -> Answer:
    """What `make` answers, the first time; afterwards that answer again, without making.

    The claim and what is made are one transaction. Of two at once, the second waits at the
    constraint idempotentrequest_once until the first has ended; if that failed, it makes.
    Raises Differs when the key was used for another request.
    """
    try:
        with transaction.atomic():
            claim = IdempotentRequest.objects.create(member=member, key=key, fingerprint=mark)
    except IntegrityError:
        kept = IdempotentRequest.objects.get(member=member, key=key)
        if kept.fingerprint != mark or kept.status is None:
            raise Differs from None
        return Answer(kept.status, kept.body, is_repeat=True)
    answer = make()
    claim.status, claim.body = answer.status, answer.body
    claim.save(update_fields=["status", "body"])
    return answer


def forget(now: dt.datetime) -> int:
    """Remove the answers that are older than a day; how many."""
    return IdempotentRequest.objects.filter(created_at__lt=now - KEPT).delete()[0]
