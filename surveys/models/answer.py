"""What people answered: one response an invitation, one row an answer, and drafts before that."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from customers.models.changed import mark_changed
from customers.models.source import Sourced

from .campaign import Campaign
from .invitation import Invitation
from .question import Attribute, Measure, Question, Stage


class Via(models.TextChoices):
    LINK = "link", _("Personal link")
    PUBLIC = "public", _("Public link")
    PHONE = "phone", _("By phone, entered by staff")
    FACE = "face", _("In person, entered by staff")
    IMPORT = "import", _("Imported")
    API = "api", _("Another system")


class HeldBecause(models.TextChoices):
    """Why an answer is held apart, out of scores, until somebody looks at it."""

    TOO_FAST = "too_fast", _("Faster than it can be read")
    SAME_ADDRESS = "same_address", _("Several from one address")
    BY_STAFF = "by_staff", _("Staff answered for a customer")
    SAME_TEXT = "same_text", _("The same text as another answer")


class ResponseQuerySet(models.QuerySet["Response"]):
    def counted(self) -> "ResponseQuerySet":
        """Those that scores count: not held apart."""
        return self.filter(is_held=False)

    def shown(self) -> "ResponseQuerySet":
        """Those that results count. Of confidential and anonymous campaigns they change in batches: `batches`."""
        return self.filter(is_held=F("is_pending"))


class Response(Sourced):
    """All that one respondent said in one wave.

    An anonymous one has no customer, no invitation and no time: `response_anonymous_is_nobody`.
    `is_proxy`: staff wrote down what the customer said.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="responses", db_index=False)
    # One answer an invitation, however often the form is sent.
    invitation = models.OneToOneField(Invitation, models.CASCADE, null=True, related_name="response")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="responses", db_index=False)
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="responses", db_index=False)
    is_anonymous = models.BooleanField()
    submitted_at = models.DateTimeField(_("answered"), null=True)
    changed_at = models.DateTimeField(_("changed"), null=True)
    seconds = models.PositiveIntegerField(_("seconds taken"), null=True)
    language = models.CharField(_("language"), max_length=10, blank=True, db_default="")
    via = models.CharField(_("through"), max_length=6, choices=Via)
    is_proxy = models.BooleanField(_("entered by staff"), default=False, db_default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    # A keyed hash of the network address, to see several from one; never the address.
    origin = models.CharField(max_length=32, blank=True, db_default="")
    # Role weight of the contact, and segment and tier, as they were when answered.
    weight = models.PositiveSmallIntegerField(default=1, db_default=1)
    segment = models.CharField(max_length=100, blank=True, db_default="")
    tier = models.CharField(max_length=1, blank=True, db_default="")
    held_because = ArrayField(
        models.CharField(max_length=12, choices=HeldBecause), default=list, blank=True, db_default=[]
    )
    is_held = models.BooleanField(_("held apart"), default=False, db_default=False)
    # Not in the results yet though it counts, or still in them though it is held apart.
    is_pending = models.BooleanField(default=False, db_default=False, editable=False)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    wants_call = models.BooleanField(_("may be called"), default=False, db_default=False)

    # Of an anonymous one even the moment of writing is not kept.
    created_at = models.DateTimeField(  # type: ignore[assignment]  # the base knows no anonymous records
        _("recorded"), null=True, editable=False
    )

    objects = ResponseQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="response_anonymous_is_nobody",
                condition=Q(is_anonymous=False, submitted_at__isnull=False)
                | Q(
                    is_anonymous=True,
                    invitation=None,
                    customer=None,
                    contact=None,
                    submitted_at=None,
                    changed_at=None,
                    created_at=None,
                    seconds=None,
                    entered_by=None,
                    origin="",
                    segment="",
                    tier="",
                    wants_call=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="response_facts",
                fields=["customer", "submitted_at"],
                include=["id", "campaign", "weight", "is_held", "via"],
                condition=Q(customer__isnull=False),
            ),
            models.Index(name="response_of_campaign", fields=["campaign", "is_held", "submitted_at", "id"]),
            models.Index(
                name="response_left_out", fields=["campaign"], include=["id"], condition=~Q(is_held=F("is_pending"))
            ),
            models.Index(name="response_pending", fields=["campaign"], condition=Q(is_pending=True)),
            models.Index(name="response_origin", fields=["campaign", "origin"], condition=~Q(origin="")),
            models.Index(name="response_by_contact", fields=["contact"], condition=Q(contact__isnull=False)),
        ]
        triggers = [
            *mark_changed(),
            # Whatever writes it: results without names change only when `batches` lets them.
            pgtrigger.Trigger(
                name="waits_for_its_batch",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("is_held"),
                func="""
                    IF TG_OP = 'UPDATE' AND NEW.is_held = OLD.is_held THEN
                        RETURN NEW;
                    END IF;
                    IF EXISTS (
                        SELECT FROM surveys_campaign WHERE id = NEW.campaign_id AND privacy <> 'identified'
                    ) THEN
                        NEW.is_pending := CASE TG_OP WHEN 'INSERT' THEN NOT NEW.is_held ELSE NOT OLD.is_pending END;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.pk}"

    @property
    def reasons(self) -> list[str]:
        """Why it was held apart, in words."""
        return [str(HeldBecause(each).label) for each in self.held_because]


class Answer(models.Model):
    """One answer. What it is a reading of is copied here, so that facts read one table.

    A scale: `value` of `scale_min`..`scale_max`. Yes or no: 1 or 0. A choice: `choices`. Text: `text`.
    """

    response = models.ForeignKey(Response, models.CASCADE, related_name="answers", db_index=False)
    # Copied from the response: results read answers of a campaign from one index.
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers", db_index=False)
    # As in the question, under which versions join.
    key = models.CharField(max_length=40)
    row = models.CharField(max_length=40, blank=True, db_default="")
    value = models.SmallIntegerField(null=True)
    scale_min = models.SmallIntegerField(null=True)
    scale_max = models.SmallIntegerField(null=True)
    choices = ArrayField(models.CharField(max_length=40), default=list, blank=True, db_default=[])
    text = models.TextField(blank=True, db_default="")
    measure = models.CharField(max_length=14, choices=Measure, blank=True, db_default="")
    attribute = models.CharField(max_length=14, choices=Attribute, blank=True, db_default="")
    stage = models.CharField(max_length=10, choices=Stage, blank=True, db_default="")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                name="answer_once",
                fields=["response", "key", "row"],
                include=["value", "scale_min", "scale_max", "measure", "attribute", "stage"],
            ),
            models.CheckConstraint(
                name="answer_on_its_scale",
                condition=Q(scale_max=None) | Q(value__gte=F("scale_min"), value__lte=F("scale_max")),
            ),
        ]
        indexes = [
            models.Index(name="answer_of_campaign", fields=["campaign", "key", "row"], include=["value", "response"]),
            models.Index(F("campaign"), MD5("text"), name="answer_same_text", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.row}".strip()


class Draft(models.Model):
    """What somebody typed and did not send yet. Anonymous campaigns keep it on the device only."""

    invitation = models.OneToOneField(Invitation, models.CASCADE, primary_key=True, related_name="draft")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("draft of an answer")
        verbose_name_plural = _("drafts of answers")

    def __str__(self) -> str:
        return str(self.pk)


class SealedAnswer(models.Model):
    """An anonymous answer that waits for others.

    Nothing here leads to the invitation: a random key, no time. Batches of at least five are
    written as responses in shuffled order, since two rows of one transaction betray each other by
    their xmin; until then the answer is here, on disk.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sealed")
    language = models.CharField(max_length=10, blank=True, db_default="")
    data = models.JSONField()

    class Meta:
        verbose_name = _("answer in waiting")
        verbose_name_plural = _("answers in waiting")

    def __str__(self) -> str:
        return str(self.campaign_id)
