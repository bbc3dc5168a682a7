"""Who is asked in a wave, by which links and mails, and the one ledger of how often people are asked."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, IntegerField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Contact, Customer
from customers.models.changed import mark_changed

from .campaign import Campaign


class Standing(models.TextChoices):
    PLANNED = "planned", _("To be sent")
    DEFERRED = "deferred", _("Deferred")
    SENT = "sent", pgettext_lazy("an invitation", "Sent")
    BOUNCED = "bounced", _("Came back")
    OPTED_OUT = "opted_out", _("Wants no surveys")
    UNREACHABLE = "unreachable", _("No address")
    REVOKED = "revoked", _("Taken back")


class Invitation(models.Model):
    """One person asked once in one wave, or once for one occasion of a triggered one.

    Of an anonymous campaign it says that the person answered, never when: `invitation_no_time`.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations", db_index=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="invitations", db_index=False)
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="invitations", db_index=False
    )
    # What set it off, as "case:12" or "order:7"; '' in a wave.
    occasion = models.CharField(max_length=60, blank=True, db_default="")
    standing = models.CharField(_("stands"), max_length=11, choices=Standing, default=Standing.PLANNED)
    due_at = models.DateTimeField(_("to be sent"))
    deferred_because = models.CharField(_("why deferred"), max_length=200, blank=True, db_default="")
    sent_at = models.DateTimeField(_("sent"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    started_at = models.DateTimeField(_("opened and begun"), null=True)
    is_answered = models.BooleanField(_("answered"), default=False, db_default=False)
    answered_at = models.DateTimeField(_("answered"), null=True)
    is_anonymous = models.BooleanField(editable=False)
    # As they were when invited: who is missing is told by these.
    segment = models.CharField(max_length=100, blank=True, db_default="")
    tier = models.CharField(max_length=1, blank=True, db_default="")
    # The key of another system that asked for it through the API.
    external_id = models.CharField(max_length=100, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="invitation_once_a_person",
                fields=["campaign", "contact", "occasion"],
                condition=Q(contact__isnull=False),
            ),
            models.UniqueConstraint(
                name="invitation_external_key", fields=["campaign", "external_id"], condition=~Q(external_id="")
            ),
            models.CheckConstraint(
                name="invitation_no_time",
                condition=Q(is_anonymous=False) | Q(answered_at=None, started_at=None),
            ),
            models.CheckConstraint(
                name="invitation_answered", condition=Q(is_anonymous=True) | Q(is_answered=Q(answered_at__isnull=False))
            ),
        ]
        indexes = [
            models.Index(
                name="invitation_due", fields=["due_at", "id"], condition=Q(standing__in=["planned", "deferred"])
            ),
            models.Index(name="invitation_of_campaign", fields=["campaign", "standing", "id"]),
            models.Index(
                name="invitation_facts",
                fields=["customer", "sent_at"],
                include=["standing", "is_answered", "campaign"],
            ),
            models.Index(name="invitation_of_contact", fields=["contact"], condition=Q(contact__isnull=False)),
        ]
        # When somebody answered anonymously stands nowhere: those are measured by the night alone.
        triggers = mark_changed("SELECT customer_id FROM {rows} WHERE NOT is_anonymous")

    def __str__(self) -> str:
        return f"{self.campaign} · {self.customer}"


class InvitationToken(models.Model):
    """A link to the answer page. Only its SHA-256 is kept; each reminder mints another."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("link of an invitation")
        verbose_name_plural = _("links of invitations")

    def __str__(self) -> str:
        return f"{self.invitation_id}"


class Mailing(models.Model):
    """One mail to one invited person: 0 the invitation, 1 the first reminder, ...

    `mailing_once` lets nobody have the same mail twice. It is claimed in a transaction of its own
    before it is sent: one that is claimed but neither sent nor failed was cut off between the mail
    server's 250 and our commit, nobody can know which, and a person decides about it.
    """

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="mailings")
    number = models.PositiveSmallIntegerField(_("mail"))
    mail_to = models.EmailField(_("to"))
    claimed_at = models.DateTimeField(_("taken up"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    failed_at = models.DateTimeField(_("failed"), null=True)
    error = models.CharField(_("why"), max_length=300, blank=True, db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(_("to be sent"))
    message_id = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = _("survey mail")
        verbose_name_plural = _("survey mails")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="mailing_once", fields=["invitation", "number"]),
            models.UniqueConstraint(name="mailing_message_id", fields=["message_id"], condition=~Q(message_id="")),
            models.CheckConstraint(
                name="mailing_claimed_first", condition=Q(sent_at=None) | Q(claimed_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(name="mailing_due", fields=["next_at", "id"], condition=Q(claimed_at=None, failed_at=None)),
            models.Index(
                name="mailing_undecided",
                fields=["claimed_at"],
                condition=Q(claimed_at__isnull=False, sent_at=None, failed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mail_to} · {self.number}"


class Scope(models.IntegerChoices):
    PERSON = 1, _("Person")
    COMPANY = 2, _("Company")


def _one(field: str) -> Func:
    """The one-element range of a number: it makes GiST compare numbers without an extension."""
    number = Cast(F(field), models.BigIntegerField()) if field != "subject" else F(field)
    return Func(number, number, models.Value("[]"), function="int8range", output_field=IntegerField())


class LedgerEntry(models.Model):
    """That a person, or a company, was asked, and until when nobody asks again.

    A cap of n in the period is n `slot`s; `ledger_not_asked_twice` keeps two periods of one slot
    from overlapping, whichever campaigns and workers write them.
    """

    scope = models.PositiveSmallIntegerField(choices=Scope)
    subject = models.BigIntegerField(help_text=_("The key of the contact or of the customer."))
    slot = models.PositiveSmallIntegerField(default=1)
    during = DateRangeField()
    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="ledger")

    class Meta:
        verbose_name = _("entry of the contact ledger")
        verbose_name_plural = _("contact ledger")
        constraints = [
            ExclusionConstraint(
                name="ledger_not_asked_twice",
                expressions=[
                    (_one("scope"), RangeOperators.OVERLAPS),
                    (_one("subject"), RangeOperators.OVERLAPS),
                    (_one("slot"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(name="ledger_of_subject", fields=["scope", "subject", "slot"], include=["during"])]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.subject}"


class DeadAddress(models.Model):
    """An address from which mail came back for good. Nothing is sent there until it is removed."""

    email = models.EmailField(_("e-mail"), unique=True, help_text=_("In lower case."))
    bounced_at = models.DateTimeField(_("came back"))
    reason = models.CharField(_("what the mail server said"), max_length=300, blank=True, db_default="")

    class Meta:
        verbose_name = _("dead address")
        verbose_name_plural = _("dead addresses")

    def __str__(self) -> str:
        return self.email
