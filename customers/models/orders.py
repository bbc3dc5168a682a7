"""What customers bought, when it came, and what they sent back.

Money is an integer number of minor units: on lines in the order's currency, on orders and
returns in the organisation's (converted at the order's own rate), because the score reads
those two and must not convert.
"""

from typing import Any

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .changed import mark_changed
from .customer import Customer
from .product import Product


class OrderQuerySet(models.QuerySet["Order"]):
    def live(self) -> "OrderQuerySet":
        return self.filter(cancelled_at=None)


@pghistory.track(*history())
class Order(models.Model):
    class Status(models.TextChoices):
        PLACED = "placed", _("Placed")
        DELIVERED = "delivered", _("Delivered")
        CANCELLED = "cancelled", _("Cancelled")

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="orders", db_index=False
    )
    external_source = models.CharField(_("source"), max_length=50, blank=True, db_default="")
    number = models.CharField(_("number"), max_length=100)
    placed_at = models.DateTimeField(_("placed"))
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    status = models.GeneratedField(
        expression=models.Case(
            models.When(cancelled_at__isnull=False, then=models.Value("cancelled")),
            models.When(delivered_at__isnull=False, then=models.Value("delivered")),
            default=models.Value("placed"),
        ),
        output_field=models.CharField(_("status"), max_length=9, choices=Status),
        db_persist=True,
    )
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(
        _("rate"),
        max_digits=18,
        decimal_places=8,
        default=1,
        db_default=1,
        help_text=_("Minor units of the organisation's currency for one minor unit of the order's."),
    )
    amount = models.BigIntegerField(
        _("amount"),
        default=0,
        db_default=0,
        help_text=_("Minor units of the organisation's currency; the sum of the lines if there are any."),
    )
    cost = models.BigIntegerField(_("cost"), null=True, blank=True, help_text=_("Empty: not recorded."))
    customised = models.BooleanField(
        _("made for this customer"), null=True, blank=True, help_text=_("Unknown is neither yes nor no.")
    )
    value_added_service = models.CharField(_("value-added service"), max_length=100, blank=True, db_default="")
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-placed_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="order_external_key", fields=["external_source", "number"]),
            models.UniqueConstraint(name="order_and_customer", fields=["id", "customer"]),
            models.CheckConstraint(name="order_number_given", condition=~Q(number="")),
            models.CheckConstraint(name="order_rate_positive", condition=Q(rate__gt=0)),
            models.CheckConstraint(name="order_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="order_delivered_after_placed",
                condition=Q(delivered_at=None) | Q(delivered_at__gte=F("placed_at")),
            ),
            models.CheckConstraint(
                name="order_cancelled_after_placed",
                condition=Q(cancelled_at=None) | Q(cancelled_at__gte=F("placed_at")),
            ),
            models.CheckConstraint(
                name="order_cancelled_is_not_delivered",
                condition=Q(cancelled_at=None) | Q(delivered_at=None),
            ),
        ]
        indexes = [
            # Covers what the score asks of orders: one index-only scan per range of customers.
            models.Index(
                name="order_facts",
                fields=["customer", "placed_at"],
                include=[
                    "promised_on",
                    "delivered_at",
                    "cancelled_at",
                    "amount",
                    "cost",
                    "customised",
                    "value_added_service",
                    "id",
                ],
            ),
        ]
        # Whoever referred the buyer is affected too: the value of referrals counts for them.
        triggers = mark_changed(
            "SELECT customer_id FROM {rows} UNION"
            " SELECT c.referred_by_id FROM {rows} r JOIN customers_customer c ON c.id = r.customer_id"
        )

    def __str__(self) -> str:
        return self.number


@pghistory.track(*history())
class OrderLine(models.Model):
    # The order's customer again, so that lines of a range of customers lie together. The foreign
    # key orderline_of_order (order, customer) with ON UPDATE CASCADE keeps the two equal and
    # stands for both single ones.
    order = models.ForeignKey(
        Order,
        models.CASCADE,
        related_name="lines",
        verbose_name=_("order"),
        db_constraint=False,
        db_index=False,  # the external key begins with it
    )
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines", verbose_name=_("product"))
    occurrence = models.PositiveIntegerField(
        _("occurrence"), default=1, help_text=_("Counts the lines of this product within the order, from 1.")
    )
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    amount = models.BigIntegerField(_("amount"), help_text=_("Minor units of the order's currency."))
    cost = models.BigIntegerField(_("cost"), null=True, blank=True)
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "product", "occurrence"]
        constraints = [
            models.UniqueConstraint(name="orderline_external_key", fields=["order", "product", "occurrence"]),
            models.UniqueConstraint(name="orderline_and_customer", fields=["id", "customer"]),
            models.CheckConstraint(name="orderline_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="orderline_amount_not_negative", condition=Q(amount__gte=0)),
        ]
        indexes = [
            models.Index(name="orderline_facts", fields=["customer", "order"], include=["product", "quantity"]),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return f"{self.order} · {self.product}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.customer_id = self.order.customer_id
        super().save(*args, **kwargs)


@pghistory.track(*history())
class Return(models.Model):
    """Units of an order line that came back; revenue falls at the time of the return."""

    # Kept equal to the line's customer by the foreign key return_of_line (line, customer).
    line = models.ForeignKey(
        OrderLine,
        models.CASCADE,
        related_name="returns",
        verbose_name=_("order line"),
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="+",
        editable=False,
        db_index=False,
        db_constraint=False,
    )
    external_source = models.CharField(_("source"), max_length=50, blank=True, db_default="")
    number = models.CharField(_("number"), max_length=100)
    quantity = models.PositiveIntegerField(_("quantity"), validators=[MinValueValidator(1)])
    amount = models.BigIntegerField(
        _("amount"), help_text=_("Minor units of the organisation's currency, not negative.")
    )
    returned_at = models.DateTimeField(_("returned"))
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-returned_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="return_external_key", fields=["external_source", "number"]),
            models.CheckConstraint(name="return_quantity_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="return_amount_not_negative", condition=Q(amount__gte=0)),
        ]
        indexes = [
            models.Index(name="return_facts", fields=["customer", "returned_at"], include=["quantity", "amount"]),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.customer_id = self.line.customer_id
        super().save(*args, **kwargs)
