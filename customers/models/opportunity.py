"""What a customer may buy next, what was lost, and what winning customers costs."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .changed import mark_changed
from .contact import contact_of_customer
from .customer import Customer
from .product import ProductLine
from .source import Sourced


@pghistory.track(*history())
class Reason(models.Model):
    """Why an opportunity or a customer was lost: a tree that admins edit."""

    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"), related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)
    is_active = models.BooleanField(_("offered"), default=True, db_default=True)

    class Meta:
        verbose_name = _("reason for a loss")
        verbose_name_plural = _("reasons for losses")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(name="reason_once", fields=["parent", "name"], nulls_distinct=False),
            models.CheckConstraint(name="reason_is_not_its_parent", condition=~Q(parent=F("id")) | Q(parent=None)),
        ]

    def __str__(self) -> str:
        return gettext(self.name)


@pghistory.track(*history())
class Opportunity(Sourced):
    class Kind(models.TextChoices):
        NEW = "new", _("New business")
        CROSS_SELL = "cross_sell", _("Cross-selling")
        UP_SELL = "up_sell", _("Up-selling")

    class Outcome(models.TextChoices):
        WON = "won", _("Won")
        LOST = "lost", pgettext_lazy("an opportunity", "Lost")

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="opportunities", db_index=False
    )
    contact = contact_of_customer()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("owner"),
        related_name="opportunities",
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NEW, db_default="new")
    product_line = models.ForeignKey(
        ProductLine, models.SET_NULL, null=True, blank=True, verbose_name=_("product line"), related_name="+"
    )
    channel = models.CharField(_("where it came from"), max_length=100, blank=True, db_default="")
    stage = models.CharField(_("stage"), max_length=100, blank=True, db_default="")
    opened_on = models.DateField(_("opened on"))
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome, blank=True, db_default="")
    reason = models.ForeignKey(
        Reason, models.SET_NULL, null=True, blank=True, verbose_name=_("why lost"), related_name="+"
    )
    amount = models.BigIntegerField(
        _("amount"), null=True, blank=True, help_text=_("Minor units of the organisation's currency.")
    )

    class Meta(Sourced.Meta):
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["-opened_on", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="opportunity_name_given", condition=~Q(name="")),
            models.CheckConstraint(
                name="opportunity_closed_has_outcome",
                condition=Q(closed_on=None, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(name="opportunity_outcome_known", condition=Q(outcome__in=["", "won", "lost"])),
            models.CheckConstraint(name="opportunity_reason_of_a_loss", condition=Q(reason=None) | Q(outcome="lost")),
            models.CheckConstraint(name="opportunity_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)),
        ]
        indexes = [
            models.Index(name="opportunity_facts", fields=["customer", "closed_on"], include=["outcome", "amount"]),
            models.Index(name="opportunity_open", fields=["expected_on"], condition=Q(outcome="")),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return self.name


@pghistory.track(*history())
class Loss(Sourced):
    """A customer who left, why, and what was tried to win them back."""

    class WinBack(models.TextChoices):
        NOT_TRIED = "not_tried", _("Not tried")
        TRYING = "trying", _("Being tried")
        WON_BACK = "won_back", _("Won back")
        GIVEN_UP = "given_up", _("Given up")

    customer = models.ForeignKey(Customer, models.CASCADE, verbose_name=_("customer"), related_name="losses")
    lost_on = models.DateField(_("lost on"))
    reason = models.ForeignKey(
        Reason, models.SET_NULL, null=True, blank=True, verbose_name=_("reason"), related_name="+"
    )
    competitor = models.CharField(_("lost to"), max_length=200, blank=True, db_default="")
    evidence = models.TextField(_("how we know"), blank=True, db_default="")
    win_back = models.CharField(
        _("win-back"), max_length=9, choices=WinBack, default=WinBack.NOT_TRIED, db_default="not_tried"
    )
    win_back_on = models.DateField(_("since"), null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("loss")
        verbose_name_plural = _("losses")
        ordering = ["-lost_on", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="loss_win_back_dated",
                condition=~Q(win_back__in=["won_back", "given_up"]) | Q(win_back_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.lost_on}"


@pghistory.track(*history())
class AcquisitionSpend(models.Model):
    """What one channel cost in one month, to win customers."""

    channel = models.CharField(_("channel"), max_length=100)
    month = models.DateField(_("month"), help_text=_("Its first day."))
    amount = models.BigIntegerField(_("amount"), help_text=_("Minor units of the organisation's currency."))
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("acquisition spend")
        verbose_name_plural = _("acquisition spend")
        ordering = ["-month", "channel"]
        constraints = [
            models.UniqueConstraint(name="acquisitionspend_once", fields=["channel", "month"]),
            models.CheckConstraint(name="acquisitionspend_month_begins", condition=Q(month__day=1)),
            models.CheckConstraint(name="acquisitionspend_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(name="acquisitionspend_channel_given", condition=~Q(channel="")),
        ]
        triggers: list[pgtrigger.Trigger] = mark_changed(
            # Everybody whom the channel won in that month cost something else now.
            "SELECT c.id AS customer_id FROM {rows} r JOIN customers_customer c"
            " ON c.acquisition_channel = r.channel AND date_trunc('month', c.acquired_on)::date = r.month"
        )

    def __str__(self) -> str:
        return f"{self.channel} · {self.month:%Y-%m}"
