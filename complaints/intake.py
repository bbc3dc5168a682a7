"""Taking a case in: once, with its files, and with an acknowledgement on its way."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from crmquality.office.models import Member
from customers import attachments
from customers.finding import reached
from customers.models import Contact, Customer

from . import life, replying
from .files import keep
from .models import Actor, Case

SUBJECT = 80
# Who wants to know of a case that is taken in, in the same transaction; the roof adds what other apps do.
HEEDED_BY: list[Callable[[Case], None]] = []


@dataclass(frozen=True)
class TakenIn:
    """`is_new`: not sent before."""

    case: Case
    is_new: bool


def take_in(
    case: Case,
    actor: Actor,
    now: dt.datetime,
    source: str,
    once: str,
    uploads: Sequence[UploadedFile] = (),
    *,
    is_answered: bool = True,
    keeper: Member | None = None,
) -> TakenIn:
    """Store the case with its files and acknowledge it by mail, all or nothing.

    `once` is the key of the form or the mail it came by: sent twice, it is stored once, as
    case_external_key says. What a machine wrote is not answered: two of them would never end.
    `keeper` gets the case where the rules give it to nobody.
    """
    case.external_source, case.external_id = source, once
    try:
        with attachments.written(uploads) as files, transaction.atomic():
            life.receive(case, actor, now)
            keep(files, case)
            if keeper and not (case.owner_id or case.team_id):
                life.assign(case, keeper, keeper.team, actor, now)
            if is_answered:
                replying.acknowledge(case, now)
            for heed in HEEDED_BY:
                heed(case)
    except IntegrityError:
        known = Case.objects.filter(external_source=source, external_id=once).first()
        if known is None:
            raise
        return TakenIn(known, is_new=False)
    return TakenIn(case, is_new=True)


def recognised(email: str, phone: str) -> tuple[Customer | None, Contact | None]:
    """Whose address or number it is, where that is beyond doubt; the address counts more."""
    for text in filter(None, (email, phone)):
        customers, contacts = reached(text)
        if len(customers) == 1:
            return customers[0], contacts[0] if len(contacts) == 1 else None
        if customers:
            break
    return None, None


def subject_of(text: str) -> str:
    """What a case is called until somebody words it better: its first line, shortened.

    >>> subject_of("The pump leaks.\\nIt came on Monday.")
    'The pump leaks.'
    """
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= SUBJECT else f"{first[: SUBJECT - 1].rstrip()}…"
