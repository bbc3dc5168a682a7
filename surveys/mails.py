"""What the mail to somebody who is asked says, in the person's language, as text and as HTML."""

import string
import tomllib
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import override as language_on

from crmquality.lib import formats
from crmquality.office.models import Organisation

from . import tokens
from .leaving import unsubscribe_link
from .models import Campaign, Mailing, Question
from .models.question import SCALES, Kind
from .models.questionnaire import said

PLACEHOLDERS = ("name", "company", "title", "minutes", "link")


@cache
def house_texts() -> dict[str, dict[str, str]]:
    """The words of the house by language."""
    texts = tomllib.loads(Path(__file__).with_name("mail_texts.toml").read_text())
    return {language: {key: text.strip() for key, text in words.items()} for language, words in texts.items()}


def problem_of(text: str) -> str:
    """What is wrong with the placeholders of a text, as a sentence; '' if nothing is."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return gettext("A brace has no partner. Write {{ or }} for a brace that is only a brace.")
    offered = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    for _text, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            return gettext("{%(name)s} is no placeholder. There are: %(offered)s.") % {"name": name, "offered": offered}
    return ""


def language_of(wished: str) -> str:
    """The person's language, of those that we write."""
    known = {code.lower(): code for code, _name in settings.LANGUAGES}
    return known.get(wished.lower().replace("_", "-"), settings.LANGUAGE_CODE)


@dataclass(frozen=True)
class Letter:
    """What stands in one mail, in one language."""

    language: str
    subject: str
    paragraphs: list[str]
    link: str
    words: dict[str, str]
    promise: str
    closes: str
    question: str
    ratings: list[int]
    low: str
    high: str
    unsubscribe: str
    company: str


def letter(
    campaign: Campaign, name: str, language: str, link: str, unsubscribe: str, organisation: Organisation,
    question: Question | None = None, is_reminder: bool = False,
) -> Letter:  # fmt: skip
    """The mail of this campaign to this person; `question` is its first one, whose ratings are links."""
    words, version = house_texts()[language], campaign.version
    values = {
        "name": name, "company": organisation.name, "title": said(version.title, language), "link": link,
        "minutes": str(version.minutes),
    }  # fmt: skip
    prefix = "reminder_" if is_reminder else ""
    subject = campaign.mail_subject.get(language) or words[f"{prefix}subject"]
    text = campaign.mail_text.get(language) or words[f"{prefix}text"]
    scale = question if question and question.kind in SCALES and question.kind != Kind.MATRIX else None
    closes_at = campaign.closes_at
    with language_on(language):
        closes = words["closes"].format(closes=formats.local_day(closes_at, organisation.zone)) if closes_at else ""
    return Letter(
        language=language, subject=" ".join(subject.format_map(values).split()), link=link, words=words,
        paragraphs=[each.strip() for each in text.format_map(values).split("\n\n") if each.strip()],
        promise=words[campaign.privacy], closes=closes,
        question=said(scale.text, language) if scale else "", ratings=list(scale.scale) if scale else [],
        low=said(scale.low_label, language) if scale else "", high=said(scale.high_label, language) if scale else "",
        unsubscribe=unsubscribe, company=organisation.name,
    )  # fmt: skip


def mail_of(mailing: Mailing, token: str, organisation: Organisation) -> EmailMultiAlternatives:
    """The mail of a claimed mailing, whose link is made for it."""
    invitation = mailing.invitation
    person = invitation.contact
    assert person is not None
    questions = invitation.campaign.version.questions.order_by("position")
    written = letter(
        invitation.campaign, person.name, language_of(person.language), tokens.link_of(token),
        unsubscribe_link(person.pk), organisation, questions.first(), is_reminder=mailing.number > 0,
    )  # fmt: skip
    context: dict[str, Any] = {"letter": written}
    mail = EmailMultiAlternatives(
        written.subject,
        render_to_string("surveys/mail.txt", context),
        to=[mailing.mail_to],
        headers={
            "Message-ID": mailing.message_id,
            # RFC 8058: the mail program's own button ends surveys with one POST.
            "List-Unsubscribe": f"<{written.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
        },
    )
    mail.attach_alternative(render_to_string("surveys/mail.html", context), "text/html")
    return mail


def domain() -> str:
    """What stands behind the @ in our message ids."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
