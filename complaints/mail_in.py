"""Mails that come in, as raw bytes: kept once, with the case they belong to, and never believed.

Anybody can forge a sender, so a mail accepts no outcome, and only the signed address or the id of a
mail of ours brings it to a case. What a machine wrote is kept, not answered, and resumes no clock.
"""

import datetime as dt
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from hashlib import sha256

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from crmquality.office.limits import counts_over
from customers import attachments

from . import life, notices
from .addresses import key_of
from .files import keep
from .intake import recognised, take_in
from .mail_text import Content, content_of, is_automatic, is_bounce, parsed, sender_of, texts_of
from .models import Actor, Case, CaseMessage, Channel

LARGEST = 25 << 20
MOST_FILES = 20
# Mails an hour from one sender after which it is taken for a machine.
MOST_MAILS = 20
Direction = CaseMessage.Direction


class TooLarge(ValueError):
    """A mail that is not read at all."""


@dataclass(frozen=True)
class Received:
    """What became of a mail: of which case, and whether it was new to us."""

    case: Case | None
    is_new: bool
    is_automatic: bool = False


def receive(raw: bytes, now: dt.datetime) -> Received:
    """Keep the mail, once by its Message-ID; safe to hand in again."""
    if len(raw) > LARGEST:
        raise TooLarge(f"The mail is larger than {LARGEST >> 20} MB.")
    mail = parsed(raw)
    once = _id_of(mail, raw)
    known = CaseMessage.objects.filter(message_id=once).select_related("case").first()
    if known:
        return Received(known.case, is_new=False, is_automatic=known.is_automatic)
    case = _case_of(mail)
    if is_bounce(mail):
        return _bounced(case, mail)
    if _is_ours(mail):
        return Received(case, is_new=True, is_automatic=True)
    automatic = is_automatic(mail) or counts_over("mail", sender_of(mail)[1], MOST_MAILS)
    content = content_of(mail)
    if case is None:
        return _new(mail, content, once, automatic, now)
    return _add(case, mail, content, once, automatic, now)


def _id_of(mail: EmailMessage, raw: bytes) -> str:
    """Its Message-ID; of one that has none or a monstrous one, its fingerprint."""
    given = " ".join(" ".join(texts_of(mail, "message-id")).split())
    return given if given and len(given) <= 250 else f"<{sha256(raw).hexdigest()}@no-id>"


def _case_of(mail: EmailMessage) -> Case | None:
    """By the signed address it was sent to, else by the mail of ours that it answers."""
    sent_to = " ".join(texts_of(mail, "to", "cc", "delivered-to", "x-original-to", "envelope-to"))
    key = key_of(sent_to)
    if not key:
        answered = " ".join(texts_of(mail, "in-reply-to", "references")).split()[-30:]
        ours = CaseMessage.objects.filter(message_id__in=answered, direction=Direction.OUT)
        key = ours.order_by("-id").values_list("case", flat=True).first() or 0
    case = Case.objects.select_related("merged_into", "contact", "owner").filter(pk=key).first()
    return case.merged_into or case if case else None


def _is_ours(mail: EmailMessage) -> bool:
    """Our own mail that came back: answering it would never end."""
    own = {parseaddr(each)[1].lower() for each in (settings.COMPLAINTS_ADDRESS, settings.DEFAULT_FROM_EMAIL)}
    sender = sender_of(mail)[1].lower()
    return sender in own or bool(key_of(sender))


def _bounced(case: Case | None, mail: EmailMessage) -> Received:
    """Whoever wrote the mail that did not arrive is told."""
    sent = case.messages.exclude(mailed_at=None).order_by("-mailed_at").first() if case else None
    if sent is None or case is None:
        return Received(case, is_new=True, is_automatic=True)
    subject = " ".join(texts_of(mail, "subject"))
    if CaseMessage.objects.filter(pk=sent.pk, mail_error="").update(mail_error=f"Bounced: {subject}"[:300]):
        notices.of_undelivered(case, sent)
    return Received(case, is_new=True, is_automatic=True)


def _new(mail: EmailMessage, content: Content, once: str, automatic: bool, now: dt.datetime) -> Received:
    name, address = sender_of(mail)
    customer, contact = recognised(address, "")
    subject = " ".join(" ".join(texts_of(mail, "subject")).split())
    case = Case(
        customer=customer, contact=contact, channel=Channel.EMAIL, received_at=now,
        sender_name=name[:200], sender_email=address, subject=subject[:200] or "—", text=content.text,
    )  # fmt: skip
    key, actor = sha256(once.encode()).hexdigest(), Actor.customer("email")
    taken = take_in(case, actor, now, "mail", key, _uploads(content), is_answered=not automatic)
    return Received(taken.case, taken.is_new, automatic)


def _add(case: Case, mail: EmailMessage, content: Content, once: str, automatic: bool, now: dt.datetime) -> Received:
    name, address = sender_of(mail)
    message = CaseMessage(
        at=now, direction=Direction.IN, channel=Channel.EMAIL, sender=f"{name} <{address}>"[:300],
        subject=" ".join(texts_of(mail, "subject"))[:200], text=content.fresh or content.text,
        whole_text=content.text if content.fresh != content.text else "", is_automatic=automatic, message_id=once,
    )  # fmt: skip
    actor = Actor.customer("email")
    try:
        with attachments.written(_uploads(content)) as files, transaction.atomic():
            life.write(case, message, actor, now)
            keep(files, case, message)
    except IntegrityError:
        if not CaseMessage.objects.filter(message_id=once).exists():
            raise
        return Received(case, is_new=False)
    return Received(case, is_new=True, is_automatic=automatic)


def _uploads(content: Content) -> list[SimpleUploadedFile]:
    """The attachments that we keep; the others are not worth losing the mail for."""
    uploads = []
    for name, data in content.files:
        upload = SimpleUploadedFile(name, data)
        try:
            attachments.check(upload)
        except attachments.Unwanted:
            continue
        uploads.append(upload)
    return uploads[:MOST_FILES]
