"""Other systems: who may call us, whom we call, and what became of each message."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """An address that is told of events, signed with a secret only both sides know."""

    class Event(models.TextChoices):
        CUSTOMER_CREATED = "customer.created", _("Customer created")
        CUSTOMER_CHANGED = "customer.changed", _("Customer changed")
        CUSTOMER_MERGED = "customer.merged", _("Customers merged")
        INTERACTION_LOGGED = "interaction.logged", _("Interaction logged")
        FOLLOW_UP_DONE = "follow_up.done", _("Follow-up done")
        OPPORTUNITY_CLOSED = "opportunity.closed", _("Opportunity won or lost")
        IMPORT_FINISHED = "import.finished", _("Import finished")
        CASE_CREATED = "case.created", _("Case received")
        CASE_BREACHED = "case.breached", _("Case overdue")
        CASE_CLOSED = "case.closed", _("Case closed")
        SURVEY_INVITED = "survey.invited", _("Somebody is to be asked")
        SURVEY_ANSWERED = "survey.answered", _("A survey was answered")
        RUN_PUBLISHED = "run.published", _("Evaluation published")
        PING = "ping", _("Test message")

    url = models.URLField(_("address"), max_length=500)
    events = ArrayField(models.CharField(max_length=30, choices=Event), verbose_name=_("events"))
    secret = models.CharField(_("secret"), max_length=64, default=new_secret, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["url", "id"]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(models.Model):
    """One event on its way to one address: written with the change itself, sent afterwards."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name=_("webhook"))
    event = models.CharField(_("event"), max_length=30, choices=Webhook.Event)
    event_key = models.UUIDField(_("key of the event"))
    body = models.JSONField(_("body"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, db_default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True, db_default="")
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-id"]
        constraints = [
            # The receiver drops repeats by the same key.
            models.UniqueConstraint(name="webhookdelivery_once", fields=["webhook", "event_key"]),
            models.CheckConstraint(
                name="webhookdelivery_done_or_due", condition=Q(delivered_at=None) | Q(next_attempt_at=None)
            ),
        ]
        indexes = [
            models.Index(
                name="webhookdelivery_due", fields=["next_attempt_at"], condition=Q(next_attempt_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook}"

    @property
    def outcome(self) -> str:
        """How it stands, in a sentence."""
        if self.delivered_at:
            return gettext("The receiver took it and answered %(status)s.") % {"status": self.answer_status}
        if self.next_attempt_at:
            return (
                gettext("On its way.")
                if not self.attempts
                else gettext("It will be tried again: %(e)s") % {"e": self.error}
            )
        return gettext("It was not taken: %(error)s") % {"error": self.error}


class IdempotentRequest(models.Model):
    """The answer to a request that created something, kept so that a repeat gets the same answer."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("request with an idempotency key")
        verbose_name_plural = _("requests with an idempotency key")
        constraints = [models.UniqueConstraint(name="idempotentrequest_once", fields=["member", "key"])]

    def __str__(self) -> str:
        return self.key
