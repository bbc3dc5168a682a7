"""What is said about a case: by the customer, to the customer, and among us."""

import datetime as dt
import secrets
import string
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .case import Case, Channel

# After the first attempt to mail something; then it is given up and whoever wrote it is told.
MAIL_WAITS = [dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 360)]


class CaseMessageQuerySet(models.QuerySet["CaseMessage"]):
    def to_mail(self, now: dt.datetime) -> "CaseMessageQuerySet":
        """Those that are to be mailed by now, not given up."""
        waiting = self.exclude(mail_to="").filter(mailed_at=None, mail_attempts__lte=len(MAIL_WAITS))
        return waiting.filter(Q(mail_next_at=None) | Q(mail_next_at__lte=now))


class CaseMessage(models.Model):
    """One message or note. Through mail it is kept once, by its message id."""

    class Direction(models.TextChoices):
        IN = "in", _("From the customer")
        OUT = "out", _("To the customer")
        NOTE = "note", _("Note inside")

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="messages")
    at = models.DateTimeField(_("when"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("staff"), related_name="+"
    )
    sender = models.CharField(_("from"), max_length=300, blank=True, db_default="")
    subject = models.CharField(_("subject"), max_length=200, blank=True, db_default="")
    text = models.TextField(_("text"))
    # Of a mail that came in: all it said, with what it quoted; empty where `text` is all.
    whole_text = models.TextField(blank=True, db_default="", editable=False)
    minutes = models.PositiveIntegerField(_("minutes spent"), null=True, blank=True)
    is_automatic = models.BooleanField(
        _("automatic"), default=False, db_default=False, help_text=_("Sent by a machine: no answer of a person.")
    )
    message_id = models.CharField(max_length=300, blank=True, db_default="", editable=False)
    # Of one that goes out by mail: to whom, when it went, or why it did not (yet), how often it was tried.
    mail_to = models.EmailField(blank=True, db_default="", editable=False)
    mailed_at = models.DateTimeField(_("mailed"), null=True, editable=False)
    mail_error = models.CharField(max_length=300, blank=True, db_default="", editable=False)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    mail_next_at = models.DateTimeField(null=True, editable=False)
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CaseMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(name="casemessage_mail_once", fields=["message_id"], condition=~Q(message_id="")),
            models.CheckConstraint(name="casemessage_mail_goes_out", condition=Q(mail_to="") | Q(direction="out")),
        ]
        indexes = [
            models.Index(name="casemessage_of_case", fields=["case", "at"]),
            models.Index(
                name="casemessage_to_mail",
                fields=["id"],
                condition=~Q(mail_to="") & Q(mailed_at=None, mail_attempts__lte=len(MAIL_WAITS)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} · {self.at:%Y-%m-%d %H:%M}"


def random_name() -> str:
    """A name nobody can guess; the sender's own file name never reaches the disk."""
    return secrets.token_hex(16)


class CaseFile(models.Model):
    """A file that came with a case, stored outside of what is served, of a type found by its content."""

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("case"), related_name="files")
    message = models.ForeignKey(
        CaseMessage, models.CASCADE, null=True, blank=True, verbose_name=_("message"), related_name="files"
    )
    name = models.CharField(_("file name"), max_length=200)
    stored_name = models.CharField(max_length=32, default=random_name, unique=True, editable=False)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a case")
        verbose_name_plural = _("files of cases")
        ordering = ["created_at", "id"]
        triggers = [
            # However the row goes, its file is named as loose, and swept.
            pgtrigger.Trigger(
                name="leave_no_file",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                func="""
                    INSERT INTO customers_loosefile (stored_name, created_at) VALUES (OLD.stored_name, now())
                    ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*history())
class ReplyTemplate(models.Model):
    """A text to answer with, in one language; {placeholders} are filled in and checked when it is saved."""

    PLACEHOLDERS = ("number", "name", "subject", "company", "link", "due", "proposal", "member")

    slug = models.SlugField(_("code"), max_length=50)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    name = models.CharField(_("name"), max_length=100)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["slug", "language"]
        constraints = [models.UniqueConstraint(name="replytemplate_once", fields=["slug", "language"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Never with a placeholder that cannot be filled in: it would come out when somebody waits for an answer."""
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        wrong = {name: problem for name in ("subject", "text") if (problem := problem_of(getattr(self, name)))}
        if wrong:
            raise ValidationError(wrong)


def problem_of(text: str) -> str:
    """What is wrong with the {placeholders} of a template, as a sentence; '' for nothing."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return gettext("A brace stands alone. Write {{ or }} for a brace that is meant as one.")
    known = ReplyTemplate.PLACEHOLDERS
    for _text, name, spec, conversion in parts:
        if name is not None and (name not in known or spec or conversion):
            offered = ", ".join(f"{{{each}}}" for each in known)
            return gettext("{%(name)s} is no placeholder. There are: %(offered)s.") % {"name": name, "offered": offered}
    return ""
