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
from django.db.models.functions import Concat
from django.urls import reverse
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


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, member: Any) -> "CustomerQuerySet":
        """All, own and the team's, or none: what the member's role lets him see."""
        from crmquality.office.roles import Right

        if member.has_right(Right.SEE_ALL):
            return self
        if not member.has_right(Right.SEE_OWN):
            return self.none()
        own = Q(owner=member)
        if member.team_id:
            own |= Q(owner__team=member.team_id)
        return self.filter(own)

    def matching(self, text: str) -> "CustomerQuerySet":
        """Those whose code or name contains `text`, Chinese or English, any case or width.

        The index over 1- and 2-grams narrows down, the substring decides.
        """
        wanted = normalised(text)
        if not wanted:
            return self
        return self.filter(search_grams__contains=grams(wanted), search_text__contains=wanted)


class NormalisedSearch(Func):
    """lower(normalize(code || ' ' || name, NFKC)); the same as `lib.text.normalised`."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = models.TextField()


class Grams(Func):
    function = "customers_grams"
    output_field = ArrayField(models.TextField())


def _search_text() -> NormalisedSearch:
    return NormalisedSearch(Concat(F("code"), Value(" "), F("name")))


@pghistory.track(
    *history(),
    exclude=["search_text", "search_grams"],
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
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default=Value({}, models.JSONField()))
    created_at = models.DateTimeField(auto_now_add=True)
    search_text = models.GeneratedField(expression=_search_text(), output_field=models.TextField(), db_persist=True)
    search_grams = models.GeneratedField(
        expression=Grams(_search_text()), output_field=ArrayField(models.TextField()), db_persist=True
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
        ]
        indexes = [
            GinIndex(name="customer_search", fields=["search_grams"]),
            models.Index(name="customer_by_name", fields=["name", "id"]),
        ]
        triggers = [
            *mark_changed("SELECT id AS customer_id FROM {rows}"),
            pgtrigger.Trigger(
                name="date_attributes_on_insert",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func="""
                    INSERT INTO customers_customerphase (customer_id, since, tier, segment, stage, owner_id)
                    SELECT id, DATE '0001-01-01', tier, segment, stage, owner_id FROM new_rows
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
                func="""
                    INSERT INTO customers_customerphase (customer_id, since, tier, segment, stage, owner_id)
                    SELECT n.id, (now() AT TIME ZONE COALESCE(
                               (SELECT time_zone FROM office_organisation), 'UTC'))::date,
                           n.tier, n.segment, n.stage, n.owner_id
                    FROM new_rows n JOIN old_rows o ON o.id = n.id
                    WHERE (n.tier, n.segment, n.stage, n.owner_id)
                          IS DISTINCT FROM (o.tier, o.segment, o.stage, o.owner_id)
                    ON CONFLICT (customer_id, since) DO UPDATE
                    SET tier = excluded.tier, segment = excluded.segment, stage = excluded.stage,
                        owner_id = excluded.owner_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("scoring:customer_detail", args=[self.code])


class CustomerPhase(models.Model):
    """Tier, segment, stage and owner of a customer since a day, so that the past can be asked.

    Written by a trigger on Customer; the first phase is open to the left.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="phases")
    since = models.DateField(_("since"), default=dt.date.min)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    segment = models.CharField(_("segment"), max_length=100, blank=True)
    stage = models.CharField(_("life-cycle stage"), max_length=10, choices=LifecycleStage, blank=True, db_default="")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["customer", "-since"]
        constraints = [models.UniqueConstraint(name="customerphase_one_a_day", fields=["customer", "since"])]

    def __str__(self) -> str:
        return f"{self.customer_id} · {self.since}"
