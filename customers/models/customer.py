"""Who the customers are."""

import datetime as dt
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crmquality.lib.text import grams, normalised
from crmquality.office.models import history

from .changed import mark_changed


class Tier(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


class LifecycleStage(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    NEW = "new", _("New")
    GROWING = "growing", _("Growing")
    MATURE = "mature", _("Mature")
    DECLINING = "declining", _("Declining")
    LAPSED = "lapsed", _("Lapsed")
    LOST = "lost", _("Lost")


class CustomerStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    ON_HOLD = "on_hold", _("On hold")
    CLOSED = "closed", _("Closed")


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, member: Any) -> "CustomerQuerySet":
        """All; own, the team's and those of people on leave whom the member covers; or none."""
        from crmquality.office.roles import Right

        if member.has_right(Right.SEE_ALL):
            return self
        if not member.has_right(Right.SEE_OWN):
            return self.none()
        own = Q(owner=member) | Q(owner__in=member.covered(timezone.localdate()))
        if member.team_id:
            own |= Q(owner__team=member.team_id)
        return self.filter(own)

    def matching(self, text: str) -> "CustomerQuerySet":
        """Those whose code or name contains `text`, Chinese or English, any case or width.

        The index over 1- and 2-grams answers alone for as little text; for more, it narrows down
        and the substring decides.
        """
        wanted = normalised(text)
        if not wanted:
            return self
        if len(wanted) <= 2:
            return self.filter(search_grams__contains=[wanted])
        # Single characters would narrow down no further, and make the planner expect too few rows.
        pairs = [gram for gram in grams(wanted) if len(gram) == 2]
        return self.filter(search_grams__contains=pairs, search_text__contains=wanted)


class NormalisedSearch(Func):
    """lower(normalize(code || ' ' || name, NFKC)); the same as `lib.text.normalised`."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = models.TextField()


class Grams(Func):
    function = "customers_grams"
    output_field = ArrayField(models.TextField())


class PhoneKeys(Func):
    """The last eight digits of each number, as `lib.text.phone_key`: what a caller is found by."""

    function = "customers_phone_keys"
    output_field = ArrayField(models.TextField())


def _search_text() -> NormalisedSearch:
    return NormalisedSearch(Concat(F("code"), Value(" "), F("name")))


# What CustomerPhase keeps of a customer.
DATED = "tier, segment, stage, owner_id, credit_grade, receivable, overdue"


def _of(row: str) -> str:
    return ", ".join(f"{row}.{column.strip()}" for column in DATED.split(","))


@pghistory.track(
    *history(),
    exclude=["search_text", "search_grams", "phone_keys"],
)
class Customer(models.Model):
    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("Organisation")
        PERSON = "person", _("Person")

    code = models.CharField(_("code"), max_length=50, unique=True)
    external_source = models.CharField(_("source"), max_length=50, blank=True)
    external_id = models.CharField(_("id at the source"), max_length=100, blank=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind, default=Kind.ORGANISATION, db_default="organisation"
    )
    segment = models.CharField(_("segment"), max_length=100, blank=True, db_default="")
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True, db_default="")
    stage = models.CharField(_("life-cycle stage"), max_length=10, choices=LifecycleStage, blank=True, db_default="")
    industry = models.CharField(_("industry"), max_length=100, blank=True, db_default="")
    region = models.CharField(_("region"), max_length=100, blank=True, db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="customers",
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("parent company"),
        related_name="children",
    )
    status = models.CharField(
        _("status"), max_length=7, choices=CustomerStatus, default=CustomerStatus.ACTIVE, db_default="active"
    )
    phone = models.CharField(_("phone"), max_length=50, blank=True, db_default="")
    email = models.EmailField(_("e-mail"), blank=True, db_default="")
    acquired_on = models.DateField(_("won on"), null=True, blank=True)
    acquisition_channel = models.CharField(_("won through"), max_length=100, blank=True, db_default="")
    referred_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("referred by"),
        related_name="referrals",
    )
    credit_grade = models.CharField(_("credit grade"), max_length=10, blank=True, db_default="")
    receivable = models.BigIntegerField(
        _("amount owed"), null=True, blank=True, help_text=_("Minor units of the organisation's currency.")
    )
    overdue = models.BigIntegerField(_("of it overdue"), null=True, blank=True)
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default=Value({}, models.JSONField()))
    created_at = models.DateTimeField(auto_now_add=True)
    search_text = models.GeneratedField(expression=_search_text(), output_field=models.TextField(), db_persist=True)
    search_grams = models.GeneratedField(
        expression=Grams(_search_text()), output_field=ArrayField(models.TextField()), db_persist=True
    )
    phone_keys = models.GeneratedField(
        expression=PhoneKeys("phone"), output_field=ArrayField(models.TextField()), db_persist=True
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="customer_external_key",
                fields=["external_source", "external_id"],
                condition=~Q(external_id=""),
            ),
            models.CheckConstraint(name="customer_code_given", condition=~Q(code="")),
            models.CheckConstraint(name="customer_tier_known", condition=Q(tier__in=["", *Tier.values])),
            models.CheckConstraint(name="customer_is_not_its_parent", condition=~Q(parent=F("id")) | Q(parent=None)),
            models.CheckConstraint(
                name="customer_refers_another", condition=~Q(referred_by=F("id")) | Q(referred_by=None)
            ),
            models.CheckConstraint(name="customer_status_known", condition=Q(status__in=CustomerStatus.values)),
            models.CheckConstraint(
                name="customer_overdue_is_owed",
                condition=Q(overdue=None) | Q(overdue__gte=0, receivable__gte=F("overdue")),
            ),
        ]
        indexes = [
            GinIndex(name="customer_search", fields=["search_grams"]),
            models.Index(name="customer_by_name", fields=["name", "id"]),
            models.Index(Lower("email"), name="customer_by_email"),
            GinIndex(name="customer_by_phone", fields=["phone_keys"]),
            # Every shard of an evaluation counts the customers won in each month.
            models.Index(name="customer_won", fields=["acquisition_channel", "acquired_on"]),
        ]
        triggers = [
            # A referral counts for whoever made it.
            *mark_changed("SELECT id AS customer_id FROM {rows} UNION SELECT referred_by_id FROM {rows}"),
            pgtrigger.Trigger(
                name="date_attributes_on_insert",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=f"""
                    INSERT INTO customers_customerphase (customer_id, since, {DATED})
                    SELECT id, DATE '0001-01-01', {DATED} FROM new_rows
                    ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="date_attributes_on_update",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                func=f"""
                    INSERT INTO customers_customerphase (customer_id, since, {DATED})
                    SELECT n.id, (now() AT TIME ZONE COALESCE(
                               (SELECT time_zone FROM office_organisation), 'UTC'))::date, {_of("n")}
                    FROM new_rows n JOIN old_rows o ON o.id = n.id
                    WHERE ({_of("n")}) IS DISTINCT FROM ({_of("o")})
                    ON CONFLICT (customer_id, since) DO UPDATE
                    SET ({DATED}) = ROW({_of("excluded")});
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scoring:customer_detail", args=[self.code])


class CustomerPhase(models.Model):
    """Tier, segment, stage, owner and credit of a customer since a day, so that the past can be asked.

    Written by a trigger on Customer; the first phase is open to the left.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phases")
    since = models.DateField(_("since"), default=dt.date.min)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    segment = models.CharField(_("segment"), max_length=100, blank=True)
    stage = models.CharField(_("life-cycle stage"), max_length=10, choices=LifecycleStage, blank=True, db_default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    credit_grade = models.CharField(_("credit grade"), max_length=10, blank=True, db_default="")
    receivable = models.BigIntegerField(_("amount owed"), null=True, blank=True)
    overdue = models.BigIntegerField(_("of it overdue"), null=True, blank=True)

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["customer", "-since"]
        constraints = [models.UniqueConstraint(name="customerphase_one_a_day", fields=["customer", "since"])]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.since}"
