"""Notices by e-mail, to whom wants them so."""

import datetime as dt
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from .models import Member, Notice, NoticePreference, Organisation

# The hour of the organisation's day from which the daily mail goes out.
MORNING = 7
Email = NoticePreference.Email
log = structlog.get_logger()


def send_due(now: dt.datetime) -> int:
    """One mail to every member who has something to be mailed; how many mails.

    Notices are claimed by SKIP LOCKED and marked in the same transaction: a worker killed before
    the commit mails them again, which is better than never.
    """
    if not settings.EMAIL_HOST:
        return 0
    ways = [Email.AT_ONCE]
    if now.astimezone(Organisation.load().zone).hour >= MORNING:
        ways.append(Email.DAILY)
    return sum(_tried(member, how, now) for how in ways for member in _waiting(how, now))


def _tried(member: Member, how: str, now: dt.datetime) -> int:
    """One mail, or none while the server refuses it: the next minute tries again, others go on."""
    try:
        return _mail(member, how, now)
    except (OSError, SMTPException) as error:
        log.warning("notices not mailed", member=member.pk, reason=str(error))
        return 0


def _waiting(how: str, now: dt.datetime) -> list[Member]:
    members = Member.objects.filter(pk__in=Notice.objects.to_mail(how).values("member"))
    return [member for member in members if how == Email.AT_ONCE or not _had_todays(member, now)]


def _had_todays(member: Member, now: dt.datetime) -> bool:
    """Did the member get the daily mail of this local day?"""
    organisation = Organisation.load()
    daily = member.notice_preferences.filter(email=Email.DAILY).values("topic")
    today = organisation.midnight(organisation.today(now))
    return member.notices.filter(emailed_at__gte=today, topic__in=daily).exists()


@transaction.atomic
def _mail(member: Member, how: str, now: dt.datetime) -> int:
    waiting = Notice.objects.to_mail(how).filter(member=member).order_by("pk")
    notices = list(waiting.select_for_update(skip_locked=True, of=("self",)))
    if not notices:
        return 0
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(emailed_at=now)
    with translation.override(member.language or settings.LANGUAGE_CODE):
        message(member, notices).send()
    return 1


def message(member: Member, notices: list[Notice]) -> EmailMessage:
    """The mail in the language that is on; its subject is the notice, or how many there are."""
    organisation = Organisation.load()
    subject = notices[0].message if len(notices) == 1 else _("%(n)s notices") % {"n": len(notices)}
    body = render_to_string("office/notices.txt", {"notices": notices, "member": member, "site": settings.SITE_URL})
    return EmailMessage(f"[{organisation.name}] {subject}".replace("\n", " "), body, to=[member.email])
