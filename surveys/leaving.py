"""Ways out of surveys: whoever wants no more of them, and addresses from which mail comes back."""

import datetime as dt
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from crmquality.office.models import Organisation
from customers.models import Consent, Contact

from . import campaigns
from .models import DeadAddress, Invitation, Mailing, Standing

SALT = "surveys.leaving"
SOURCE = "unsubscribe link"
# Of the mail server's words; the field is as long.
LONGEST_REASON = 300


def unsubscribe_link(contact: int) -> str:
    """The whole address of the page that ends surveys for this person; it tells nothing else and never expires."""
    return settings.SITE_URL + reverse("surveys:leave", args=[signing.dumps(contact, salt=SALT)])


def contact_of(token: str) -> Contact | None:
    """Whose link it is; None for one that is forged, or of somebody who was erased."""
    try:
        key = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Contact.objects.filter(pk=key).first()


def same_person(contact: Contact) -> QuerySet[Contact]:
    """The contact, and every other one with the same address: one mailbox says no once."""
    if not contact.email:
        return Contact.objects.filter(pk=contact.pk)
    return Contact.objects.alias(lower=Lower("email")).filter(lower=contact.email.lower())


def wants_none(contact: Contact) -> bool:
    """Whether the person's last word on surveys is no."""
    last = Consent.objects.filter(contact=contact, purpose=Consent.Purpose.SURVEYS).order_by("-given_on", "-id").first()
    return last is not None and not last.is_given


@transaction.atomic
def opt_out(contact: Contact, now: dt.datetime) -> int:
    """No more surveys to this person, also none that is planned; how many contacts said so anew."""
    today = Organisation.load().today(now)
    people = list(same_person(contact).select_for_update())
    new = [
        Consent(contact=each, purpose=Consent.Purpose.SURVEYS, is_given=False, source=SOURCE, given_on=today)
        for each in people
        if not wants_none(each)
    ]
    Consent.objects.bulk_create(new)
    campaigns.stop_asking(Invitation.objects.filter(contact__in=people), Standing.OPTED_OUT)
    # Reminders that nobody took up yet.
    Mailing.objects.filter(invitation__contact__in=people, claimed_at=None).delete()
    return len(new)


@transaction.atomic
def bounced(mailing: Mailing, reason: str, now: dt.datetime) -> None:
    """The mail came back for good: nothing more goes to that address, in any campaign."""
    email = mailing.mail_to.lower()
    DeadAddress.objects.get_or_create(
        email=email, defaults={"bounced_at": now, "reason": " ".join(reason.split())[:LONGEST_REASON]}
    )
    Invitation.objects.filter(pk=mailing.invitation_id, is_answered=False).update(
        standing=Standing.BOUNCED, delivered_at=None
    )
    same = Contact.objects.alias(lower=Lower("email")).filter(lower=email)
    waiting = Invitation.objects.filter(contact__in=same, campaign__channel="email")
    campaigns.stop_asking(waiting, Standing.UNREACHABLE)
    Mailing.objects.filter(invitation__contact__in=same, claimed_at=None).delete()


def take_bounce(raw: bytes, now: dt.datetime) -> bool:
    """Read a report of a mail that did not arrive (RFC 3464); was it one of ours that failed for good?

    Anybody can write such a report: only one that names the random id of a mail of ours is believed.
    """
    mail = BytesParser(policy=policy.default).parsebytes(raw)
    reason = _failure(mail)
    mailing = Mailing.objects.filter(message_id__in=_ids(mail)).exclude(message_id="").first() if reason else None
    if mailing is None:
        return False
    bounced(mailing, reason, now)
    return True


def _failure(mail: EmailMessage) -> str:
    """What the server says where it has given up for good; '' for a delay or anything else."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        # One group of fields for each recipient; whoever writes text instead has said nothing.
        for fields in filter(lambda each: isinstance(each, Message), part.get_payload()):
            action = str(fields.get("Action", "")).strip().lower()
            status = str(fields.get("Status", "")).strip()
            if action == "failed" and status.startswith("5"):
                return str(fields.get("Diagnostic-Code", status))
    return ""


def _ids(mail: EmailMessage) -> list[str]:
    """The ids of the mails that the report is about: those in it, and those it answers."""
    found = [str(mail.get(name, "")) for name in ("In-Reply-To", "References")]
    for part in mail.walk():
        if part is not mail and part.get("Message-ID"):
            found.append(str(part["Message-ID"]))
        if part.get_content_type() == "text/rfc822-headers":
            lines = str(part.get_payload()).splitlines()
            found += [line.partition(":")[2] for line in lines if line.lower().startswith("message-id:")]
    return " ".join(found).split()[:20]
