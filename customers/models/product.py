"""What is sold."""

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history


class ProductLine(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        verbose_name = _("product line")
        verbose_name_plural = _("product lines")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(*history())
class Product(models.Model):
    code = models.CharField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, db_default="")
    line = models.ForeignKey(
        ProductLine,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("product line"),
        related_name="products",
    )
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["code"]
        constraints = [models.CheckConstraint(name="product_code_given", condition=~models.Q(code=""))]
        triggers = [
            # Moving a product to another line moves the cross-selling of all who bought it.
            pgtrigger.Trigger(
                name="mark_buyers_changed",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"),
                func="""
                    INSERT INTO customers_changedcustomer (customer_id, changed_at)
                    SELECT DISTINCT l.customer_id, now()
                    FROM new_rows n JOIN old_rows o ON o.id = n.id
                    JOIN customers_orderline l ON l.product_id = n.id
                    WHERE n.line_id IS DISTINCT FROM o.line_id;
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name or self.code
