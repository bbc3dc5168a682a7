"""Mailing what is said to customers.

A message is claimed by SKIP LOCKED and marked in the transaction in which it is sent: two workers
never send the same one. One that is killed between the server's OK and the commit sends it again
under the same Message-ID, by which mailboxes drop the repeat; that is better than never.
"""

import datetime as dt
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from . import life, notices
from .addresses import domain, reply_address
from .models import Actor, CaseMessage, Step
from .models.message import MAIL_WAITS

AT_ONCE = 500
LONGEST_ERROR = 300
log = structlog.get_logger()


def send_due(now: dt.datetime) -> int:
    """Send every message that is due, one transaction each; how many went out."""
    if not settings.EMAIL_HOST:
        return 0
    due = list(CaseMessage.objects.to_mail(now).order_by("id").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_send(key, now) for key in due)


@transaction.atomic
def _send(key: int, now: dt.datetime) -> bool:
    """Send this one, unless somebody else does or did; was it sent?"""
    waiting = CaseMessage.objects.to_mail(now).select_for_update(skip_locked=True, of=("self",))
    message = waiting.filter(pk=key).select_related("case__contact", "case__owner", "member").first()
    if message is None:
        return False
    message.message_id = message.message_id or f"<{message.case.number}.{message.pk}@{domain()}>".lower()
    message.mail_attempts += 1
    try:
        mail_of(message).send()
    except (OSError, SMTPException, ValueError) as error:
        _put_off(message, error, now)
    else:
        message.mailed_at, message.mail_error = now, ""
        _acknowledge(message, now)
    message.save(update_fields=["message_id", "mail_attempts", "mail_next_at", "mailed_at", "mail_error"])
    return message.mailed_at is not None


def mail_of(message: CaseMessage) -> EmailMessage:
    """The mail: replies and bounces come back to the case; what a machine wrote says so."""
    case, reply_to = message.case, reply_address(message.case)
    known = case.messages.filter(message_id__startswith="<").exclude(pk=message.pk)
    thread = list(known.order_by("at", "id").values_list("message_id", flat=True))[-20:]
    headers = {"Message-ID": message.message_id, "From": settings.DEFAULT_FROM_EMAIL}
    if thread:
        headers |= {"In-Reply-To": thread[-1], "References": " ".join(thread)}
    if message.is_automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    subject = message.subject or f"Re: {case.subject}"
    if case.number not in subject:
        subject = f"[{case.number}] {subject}"
    return EmailMessage(
        " ".join(subject.split()),
        message.text,
        from_email=reply_to or settings.DEFAULT_FROM_EMAIL,
        to=[message.mail_to],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )


def _put_off(message: CaseMessage, error: Exception, now: dt.datetime) -> None:
    message.mail_error = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    log.warning("message of a case not mailed", message=message.pk, reason=message.mail_error)
    if message.mail_attempts <= len(MAIL_WAITS):
        message.mail_next_at = now + MAIL_WAITS[message.mail_attempts - 1]
    else:
        notices.of_undelivered(message.case, message)


def _acknowledge(message: CaseMessage, now: dt.datetime) -> None:
    """An acknowledgement that went out acknowledges, whatever became of the case meanwhile."""
    case = message.case
    if message.is_automatic and case.acknowledged_at is None and case.may(Step.ACKNOWLEDGE):
        life.acknowledge(case, Actor.system("mail"), now)
