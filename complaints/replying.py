"""Words to the customer: templates in their language, filled in and put on their way by mail."""

import datetime as dt

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crmquality.lib import formats
from crmquality.office.models import Member, Organisation

from . import life
from .models import Actor, Case, CaseMessage, Channel, ReplyTemplate
from .tracking import expected_by, link_of

ACKNOWLEDGEMENT = "acknowledgement"
PROPOSAL = "proposal"


def address_of(case: Case) -> str:
    """Where the customer reads mail about this case; '' where we know no address."""
    return case.sender_email or (case.contact.email if case.contact else "")


def language_of(case: Case) -> str:
    """The customer's language, of those that we write."""
    wished = [case.language, case.contact.language if case.contact else ""]
    known = {code.lower(): code for code, _name in settings.LANGUAGES}
    return next((known[each.lower()] for each in wished if each.lower() in known), settings.LANGUAGE_CODE)


def template_for(slug: str, language: str) -> ReplyTemplate | None:
    """The offered template in this language, else in English."""
    offered = {each.language: each for each in ReplyTemplate.objects.filter(slug=slug, is_active=True)}
    return offered.get(language) or offered.get(settings.LANGUAGE_CODE)


def filled(template: ReplyTemplate, case: Case, member: Member | None = None) -> tuple[str, str]:
    """Subject and text with every placeholder filled in, in the template's language."""
    with translation.override(template.language):
        values = values_of(case, member)
    return template.subject.format_map(values), template.text.format_map(values)


def values_of(case: Case, member: Member | None = None) -> dict[str, str]:
    """What each placeholder says for this case, in the language that is on."""
    organisation, due = Organisation.load(), expected_by(case)
    return {
        "number": case.number,
        "name": case.sender_name or (case.contact.name if case.contact else "") or _("Sir or Madam"),
        "subject": case.subject,
        "company": organisation.name,
        "link": link_of(case),
        "due": formats.local_day(due, organisation.zone) if due else _("a day that we will tell you"),
        "proposal": case.proposal,
        "member": (member.get_full_name() or member.username) if member else organisation.name,
    }


def is_mailable(case: Case) -> bool:
    """Whether there is an address, and a mail server to send to it."""
    return bool(settings.EMAIL_HOST and address_of(case))


def reply(
    case: Case,
    subject: str,
    text: str,
    actor: Actor,
    now: dt.datetime,
    is_automatic: bool = False,
    minutes: int | None = None,
) -> CaseMessage:
    """Keep what is said to the customer, and mail it where there is an address and a mail server."""
    message = CaseMessage(
        at=now, direction=CaseMessage.Direction.OUT, channel=Channel.EMAIL, is_automatic=is_automatic,
        subject=" ".join(subject.split())[:200], text=text, minutes=minutes,
        mail_to=address_of(case) if settings.EMAIL_HOST else "",
    )  # fmt: skip
    return life.write(case, message, actor, now)


def acknowledge(case: Case, now: dt.datetime) -> CaseMessage | None:
    """Put the acknowledgement on its way, in the customer's language; None where none can be mailed."""
    template = template_for(ACKNOWLEDGEMENT, language_of(case))
    if template is None or not is_mailable(case):
        return None
    subject, text = filled(template, case)
    return reply(case, subject, text, Actor.system("mail"), now, is_automatic=True)


def propose(case: Case, actor: Actor, now: dt.datetime) -> CaseMessage | None:
    """Mail the proposal of the case, with the link to accept or reject it; None where none can be mailed."""
    template = template_for(PROPOSAL, language_of(case))
    if template is None or not is_mailable(case):
        return None
    subject, text = filled(template, case, actor.member)
    return reply(case, subject, text, actor, now)


def offered(case: Case) -> list[ReplyTemplate]:
    """The templates to answer with, in the customer's language."""
    own = ReplyTemplate.objects.filter(is_active=True, language=language_of(case))
    return list(own.exclude(slug=ACKNOWLEDGEMENT).order_by("name"))
