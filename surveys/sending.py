"""Sending survey mails: claimed, sent, marked; never twice, and nobody left out in silence.

A mail is claimed in a transaction of its own before the server sees it. A worker that is killed
after that leaves it claimed: nobody can know whether the server took it, so no machine sends it
again. It is listed, and a person decides.
"""

import datetime as dt
import secrets
import time
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

import structlog
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from crmquality.office.limits import counts_over
from crmquality.office.models import Organisation
from customers.models import Contact

from . import ledger, mails, tokens
from .audience import reached
from .campaigns import honour
from .leaving import bounced
from .models import Campaign, CampaignChannel, Invitation, LedgerEntry, Mailing, Scope, Standing, State, SurveySettings

# After an attempt that the server put off; then it counts as failed.
WAITS = [dt.timedelta(minutes=m) for m in (5, 30, 120, 360, 1440)]
# No worker holds a mail that long: whatever is still claimed then was cut off.
HELD = dt.timedelta(minutes=5)
# A run stops before the next one begins.
SECONDS = 50
# The server's word that there is no such mailbox.
NO_MAILBOX = {550, 551, 553}
log = structlog.get_logger()


def queue(now: dt.datetime) -> int:
    """A mail for everybody who is due by e-mail and in the ledger, and the reminders that are due; how many."""
    for_mail = Invitation.objects.filter(campaign__channel=CampaignChannel.EMAIL, campaign__state=State.RUNNING)
    due = for_mail.filter(standing=Standing.PLANNED, due_at__lte=now)
    honour(due, CampaignChannel.EMAIL)
    is_in = Exists(LedgerEntry.objects.filter(scope=Scope.PERSON, invitation=OuterRef("pk")))
    return _queue(due.filter(is_in), 0, now) + _queue_reminders(for_mail, now)


def _queue_reminders(for_mail: QuerySet[Invitation], now: dt.datetime) -> int:
    """The n-th reminder goes to who was sent the one before long enough ago and has not answered."""
    made = 0
    today = Organisation.load().today(now)
    reminding = Campaign.objects.running().filter(channel=CampaignChannel.EMAIL, reminders__gt=0)
    for campaign in reminding:
        before = now - dt.timedelta(days=campaign.reminder_days)
        for number in range(1, campaign.reminders + 1):
            sent = Mailing.objects.filter(invitation=OuterRef("pk"), number=number - 1, sent_at__lte=before)
            made_already = Mailing.objects.filter(invitation=OuterRef("pk"), number=number)
            silent = for_mail.filter(campaign=campaign, standing=Standing.SENT, is_answered=False)
            due = silent.filter(Exists(sent)).exclude(Exists(made_already))
            entry = LedgerEntry.objects.filter(scope=Scope.PERSON, invitation=OuterRef("pk"), during__contains=today)
            if (over := due.exclude(Exists(entry))).exists():
                ledger.renew(over, now)
            made += _queue(due.filter(Exists(entry)), number, now)
    return made


def _queue(invitations: QuerySet[Invitation], number: int, now: dt.datetime) -> int:
    select, parameters = (
        invitations.order_by().annotate(address=F("contact__email")).values("id", "address").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO surveys_mailing (invitation_id, number, mail_to, next_at)
            SELECT id, %s, address, %s FROM ({select}) AS due WHERE address <> '' ON CONFLICT DO NOTHING
            """,
            [number, now, *parameters],
        )
        return int(cursor.rowcount)


def send_due(now: dt.datetime) -> int:
    """Send what is due, as fast as the rules allow, for less than a minute; how many went out."""
    if not settings.EMAIL_HOST or not _due(now).exists():
        return 0
    rate, organisation = SurveySettings.load().mails_a_minute, Organisation.load()
    server, end, sent = get_connection(), time.monotonic() + SECONDS, 0
    try:
        while time.monotonic() < end and _is_alive(server):
            if counts_over("survey mail", "all", rate, 60) or (mailing := claim(now)) is None:
                break
            sent += _send(server, mailing, organisation, now)
    finally:
        server.close()
    return sent


def _due(now: dt.datetime) -> QuerySet[Mailing]:
    free = Mailing.objects.filter(claimed_at=None, failed_at=None, next_at__lte=now)
    return free.filter(invitation__campaign__state=State.RUNNING)


def _is_alive(server: BaseEmailBackend) -> bool:
    """Whether the server answers before a mail is claimed: then what fails later is the mail, not the line."""
    try:
        open_line = getattr(server, "connection", None)
        if open_line is not None and open_line.noop()[0] != 250:
            server.close()
        server.open()
    except (OSError, SMTPException) as error:
        server.close()
        log.warning("survey mails wait for the mail server", reason=type(error).__name__)
        return False
    return True


@transaction.atomic(durable=True)
def claim(now: dt.datetime) -> Mailing | None:
    """Take up the next mail that is due, for this worker alone; None if there is none."""
    free = _due(now).order_by("next_at", "id").select_for_update(skip_locked=True, of=("self",))
    mailing = free.select_related("invitation__campaign__version", "invitation__contact").first()
    if mailing is None:
        return None
    mailing.claimed_at, mailing.attempts = now, mailing.attempts + 1
    # Stays with the mail: sent again by a person's decision, it is the same mail.
    mailing.message_id = mailing.message_id or f"<survey.{secrets.token_hex(12)}@{mails.domain()}>"
    mailing.save(update_fields=["claimed_at", "attempts", "message_id"])
    return mailing


def _send(server: BaseEmailBackend, mailing: Mailing, organisation: Organisation, now: dt.datetime) -> bool:
    """Send the claimed mail and mark it, if the person still wants it; was it sent?"""
    invitation = mailing.invitation
    if standing := _unwanted(invitation):
        _give_up(mailing, standing, now)
        return False
    valid_until = SurveySettings.load().valid_until(invitation.campaign.closes_at, now)
    mail = mails.mail_of(mailing, tokens.mint(invitation, now, valid_until), organisation)
    try:
        server.send_messages([mail])
    except SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        _refused(mailing, code, reason, now)
    except SMTPServerDisconnected as error:
        _undecided(server, mailing, error)
    except SMTPResponseException as error:
        _refused(mailing, error.smtp_code, error.smtp_error, now)
    except (OSError, SMTPException) as error:
        _undecided(server, mailing, error)
    else:
        return mark_sent(mailing, now)
    return False


def _unwanted(invitation: Invitation) -> str:
    """Why the person is not to be asked, at this moment; '' if nothing is against it."""
    people = Contact.objects.filter(pk=invitation.contact_id or 0)
    reach = reached(people, CampaignChannel.EMAIL).values_list("reach", flat=True).first() or Standing.UNREACHABLE
    if reach != Standing.PLANNED:
        return str(reach)
    answered = Invitation.objects.filter(pk=invitation.pk, is_answered=True).exists()
    return "answered" if answered else ""


@transaction.atomic
def _give_up(mailing: Mailing, standing: str, now: dt.datetime) -> None:
    Mailing.objects.filter(pk=mailing.pk).update(failed_at=now, error=standing)
    waiting = Invitation.objects.filter(pk=mailing.invitation_id, standing=Standing.PLANNED)
    if standing in Standing.values and waiting.exists():
        ledger.release(waiting)
        waiting.update(standing=standing)


@transaction.atomic
def mark_sent(mailing: Mailing, now: dt.datetime) -> bool:
    """It went out; of an invitation, that the person is asked from now on."""
    if not Mailing.objects.filter(pk=mailing.pk, sent_at=None, failed_at=None).update(sent_at=now, error=""):
        return False
    planned = Invitation.objects.filter(pk=mailing.invitation_id, standing=Standing.PLANNED)
    planned.update(standing=Standing.SENT, sent_at=now, delivered_at=now)
    return True


def _refused(mailing: Mailing, code: int, reason: bytes | str, now: dt.datetime) -> None:
    """The server said no, so nothing was sent: later once more, or never."""
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    error = f"{code} {text}"[:300]
    log.warning("survey mail refused", mailing=mailing.pk, code=code)
    if code < 500 and mailing.attempts <= len(WAITS):
        wait = WAITS[mailing.attempts - 1]
        Mailing.objects.filter(pk=mailing.pk).update(claimed_at=None, next_at=now + wait, error=error)
        return
    Mailing.objects.filter(pk=mailing.pk).update(failed_at=now, error=error)
    if code in NO_MAILBOX:
        bounced(mailing, error, now)
    else:
        Invitation.objects.filter(pk=mailing.invitation_id, standing=Standing.PLANNED).update(
            standing=Standing.UNREACHABLE
        )


def _undecided(server: BaseEmailBackend, mailing: Mailing, error: Exception) -> None:
    """The line broke while the mail was on it: it stays claimed, for a person to decide."""
    server.close()
    log.warning("survey mail undecided", mailing=mailing.pk, reason=type(error).__name__)
    Mailing.objects.filter(pk=mailing.pk).update(error=type(error).__name__)


def undecided(now: dt.datetime) -> QuerySet[Mailing]:
    """Mails that were cut off: claimed, and by nobody any more."""
    return Mailing.objects.filter(claimed_at__lte=now - HELD, sent_at=None, failed_at=None)


def resend(mailings: QuerySet[Mailing], now: dt.datetime) -> int:
    """A person decided that these undecided mails are sent (again); how many."""
    keys = undecided(now).filter(pk__in=mailings.values("pk"))
    return keys.update(claimed_at=None, next_at=now, error="")


def refused(campaign: Campaign) -> QuerySet[Mailing]:
    """Invitations that the mail server refused for good, though it did not say that the mailbox is missing."""
    failed = Mailing.objects.filter(invitation__campaign=campaign, failed_at__isnull=False, number=0)
    return failed.filter(invitation__standing=Standing.UNREACHABLE, error__regex=r"^\d{3} ")


@transaction.atomic
def send_refused(campaign: Campaign, now: dt.datetime) -> int:
    """A person mended what the mail server had against these mails: once more; how many."""
    keys = dict(refused(campaign).select_for_update(of=("self",)).values_list("pk", "invitation"))
    Invitation.objects.filter(pk__in=keys.values()).update(standing=Standing.PLANNED)
    again = Mailing.objects.filter(pk__in=keys)
    return again.update(claimed_at=None, failed_at=None, attempts=0, next_at=now, error="")


def count_as_sent(mailings: QuerySet[Mailing], now: dt.datetime) -> int:
    """A person decided that these undecided mails did arrive; how many."""
    found = list(undecided(now).filter(pk__in=mailings.values("pk")))
    return sum(mark_sent(mailing, mailing.claimed_at or now) for mailing in found)
