"""The people at a customer, how they can be reached, and what they agreed to."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crmquality.lib.text import grams, normalised, phone_key
from crmquality.office.models import history

from .customer import Customer, Grams, NormalisedSearch, PhoneKeys
from .source import Sourced


class Channel(models.TextChoices):
    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    VISIT = "visit", _("Visit")
    WEB_CHAT = "web_chat", _("Web chat")
    WECHAT = "wechat", _("WeChat")
    EVENT = "event", _("Event")
    SOCIAL = "social", _("Social media")
    COMMUNITY = "community", _("Community")


class ContactQuerySet(models.QuerySet["Contact"]):
    def reached_by(self, text: str) -> "ContactQuerySet":
        """Those with this phone number, in whatever form it is written, or this e-mail address."""
        key = phone_key(text)
        if "@" in text:
            return self.alias(lower_email=Lower("email")).filter(lower_email=text.strip().lower()).exclude(email="")
        return self.filter(phone_keys__contains=[key]) if key else self.none()

    def named(self, text: str) -> "ContactQuerySet":
        """Those whose name contains `text`, any case or width; the index narrows down, the text decides."""
        wanted = normalised(text)
        if not wanted:
            return self.none()
        asked = [wanted] if len(wanted) <= 2 else [gram for gram in grams(wanted) if len(gram) == 2]
        name = NormalisedSearch("name")
        fitting = Q(name_grams__contains=asked, plain_name__contains=wanted)
        return self.alias(name_grams=Grams(name), plain_name=name).filter(fitting)


@pghistory.track(*history(), exclude=["phone_keys"])
class Contact(Sourced):
    class Role(models.TextChoices):
        DECISION_MAKER = "decision_maker", _("Decision maker")
        USER = "user", _("User")
        OTHER = "other", _("Other")

    WEIGHTS = {Role.DECISION_MAKER: 3, Role.USER: 2, Role.OTHER: 1}

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="contacts", db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    title = models.CharField(_("job title"), max_length=100, blank=True, db_default="")
    email = models.EmailField(_("e-mail"), blank=True, db_default="")
    phone = models.CharField(_("phone"), max_length=50, blank=True, db_default="")
    mobile = models.CharField(_("mobile phone"), max_length=50, blank=True, db_default="")
    language = models.CharField(_("language"), max_length=10, blank=True, db_default="")
    role = models.CharField(_("role"), max_length=15, choices=Role, default=Role.OTHER, db_default="other")
    weight = models.PositiveSmallIntegerField(
        _("weight of the answers"),
        null=True,
        blank=True,
        help_text=_("Empty: by the role, decision maker 3, user 2, other 1."),
    )
    is_primary = models.BooleanField(_("first to be asked"), default=False, db_default=False)
    left_on = models.DateField(_("left the customer on"), null=True, blank=True)
    opted_out = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("wants nothing by"),
        default=list,
        blank=True,
        db_default=[],
    )
    phone_keys = models.GeneratedField(
        expression=PhoneKeys("phone", "mobile"), output_field=ArrayField(models.TextField()), db_persist=True
    )

    objects = ContactQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["customer", "-is_primary", "name"]
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(name="contact_and_customer", fields=["id", "customer"]),
            models.UniqueConstraint(name="contact_one_primary", fields=["customer"], condition=Q(is_primary=True)),
            models.CheckConstraint(name="contact_name_given", condition=~Q(name="")),
            models.CheckConstraint(name="contact_weight_positive", condition=Q(weight=None) | Q(weight__gt=0)),
        ]
        indexes = [
            models.Index(name="contact_by_customer", fields=["customer", "name"]),
            models.Index(Lower("email"), name="contact_by_email"),
            GinIndex(name="contact_by_phone", fields=["phone_keys"]),
            GinIndex(Grams(NormalisedSearch("name")), name="contact_by_name_part"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def answer_weight(self) -> int:
        """How much this person's answers count among the customer's, 1 and up."""
        return self.weight or self.WEIGHTS[self.Role(self.role)]


@pghistory.track(*history())
class Consent(models.Model):
    """What one person agreed to or refused, for one purpose, on one day. The latest counts."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("Service messages")
        SURVEYS = "surveys", _("Surveys")
        MARKETING = "marketing", _("Marketing")
        PROFILING = "profiling", _("Evaluation of the person's behaviour")

    contact = models.ForeignKey(Contact, models.CASCADE, verbose_name=_("contact"), related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    is_given = models.BooleanField(_("agreed"))
    source = models.CharField(_("where it was said"), max_length=200)
    given_on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["contact", "purpose", "-given_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.given_on}"


def contact_of_customer() -> models.ForeignKey:
    """A contact of the same customer; the key <model>_contact_of_customer keeps the two together.

    When the contact goes, the record stays; when the contact moves, the record follows.
    """
    return models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("contact"),
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
