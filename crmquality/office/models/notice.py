"""What members are told, and how each wants to be told."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmquality.office.roles import Role

from .member import Member


class Topic(models.TextChoices):
    """What notices are about; everybody chooses how to be told of each."""

    EVALUATION = "evaluation", _("Evaluation runs and models")
    DATA = "data", _("Imports and data")
    CUSTOMERS = "customers", _("Customers given to me")
    FOLLOW_UPS = "follow_ups", _("Follow-ups due")
    VISITS = "visits", _("Return visits due")
    CASES = "cases", _("Complaints and other cases")


class NoticePreference(models.Model):
    """How one member wants to be told of one topic; no row: in the page, not by e-mail."""

    class Email(models.TextChoices):
        NEVER = "never", _("Never")
        AT_ONCE = "at_once", _("At once")
        DAILY = "daily", _("Once a day")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notice_preferences")
    topic = models.CharField(_("topic"), max_length=10, choices=Topic)
    in_page = models.BooleanField(_("in the page"), default=True)
    email = models.CharField(_("by e-mail"), max_length=7, choices=Email, default=Email.NEVER)

    class Meta:
        verbose_name = _("notice preference")
        verbose_name_plural = _("notice preferences")
        ordering = ["member", "topic"]
        constraints = [models.UniqueConstraint(name="noticepreference_once", fields=["member", "topic"])]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_topic_display()}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def of(self, member: Member) -> "NoticeQuerySet":
        """Those of the topics that the member wants to see in the page."""
        unwanted = NoticePreference.objects.filter(member=member, in_page=False)
        return self.filter(member=member).exclude(topic__in=unwanted.values("topic"))

    def shown_to(self, member: Member) -> "NoticeQuerySet":
        """The unread ones among those."""
        return self.of(member).filter(read_at=None)

    def to_mail(self, how: str) -> "NoticeQuerySet":
        """Not mailed yet, of topics that their member wants by e-mail, at once or daily."""
        wanted = NoticePreference.objects.filter(
            member=models.OuterRef("member"), topic=models.OuterRef("topic"), email=how
        )
        return self.filter(models.Exists(wanted), emailed_at=None, read_at=None, member__is_active=True).exclude(
            member__email=""
        )


class Notice(models.Model):
    """One thing one member is told, once: the key guards against telling it twice."""

    class Level(models.TextChoices):
        INFO = "info", _("Information")
        WARNING = "warning", _("Warning")
        ERROR = "error", _("Error")

    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=100)
    topic = models.CharField(
        _("topic"), max_length=10, choices=Topic, default=Topic.EVALUATION, db_default="evaluation"
    )
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.INFO)
    text = models.CharField(_("text"), max_length=500)
    params = models.JSONField(default=dict, blank=True)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(name="notice_once", fields=["member", "key"])]
        indexes = [models.Index(name="notice_newest", fields=["member", "-created_at", "-id"])]

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """The text in the reader's language, with its numbers filled in."""
        return gettext(self.text) % self.params if self.params else gettext(self.text)

    @classmethod
    def tell(
        cls,
        members: Iterable[Member],
        key: str,
        level: str,
        text: str,
        url: str = "",
        topic: str = Topic.EVALUATION,
        **params: Any,
    ) -> int:
        """Tell each member once; returns how many had not been told. `notice_once` guards it."""
        rows = [
            Notice(member=member, key=key, level=level, text=text, params=params, url=url, topic=topic)
            for member in members
        ]
        told_before = cls.objects.filter(key=key).count()
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
        return cls.objects.filter(key=key).count() - told_before

    @classmethod
    def tell_admins(cls, key: str, level: str, text: str, **more: Any) -> int:
        """Tell every admin once, as `tell`."""
        return cls.tell(Member.objects.filter(role=Role.ADMIN, is_active=True), key, level, text, **more)
