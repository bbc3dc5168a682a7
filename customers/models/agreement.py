"""What customer and company agreed on: contracts, needs that were named, projects done together."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history

from .changed import mark_changed
from .customer import Customer
from .product import ProductLine
from .source import Sourced


@pghistory.track(*history())
class ServiceContract(Sourced):
    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="contracts", db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    product_line = models.ForeignKey(
        ProductLine, models.SET_NULL, null=True, blank=True, verbose_name=_("product line"), related_name="+"
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), help_text=_("Its last day."))
    is_renewed = models.BooleanField(_("renewed"), null=True, blank=True, help_text=_("Empty: not decided."))
    amount = models.BigIntegerField(
        _("amount"), null=True, blank=True, help_text=_("Minor units of the organisation's currency.")
    )

    class Meta(Sourced.Meta):
        verbose_name = _("service contract")
        verbose_name_plural = _("service contracts")
        ordering = ["-ends_on", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="servicecontract_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="servicecontract_amount_not_negative", condition=Q(amount=None) | Q(amount__gte=0)
            ),
        ]
        indexes = [
            models.Index(name="servicecontract_facts", fields=["customer", "starts_on"], include=["ends_on"]),
            models.Index(name="servicecontract_ending", fields=["ends_on"]),
        ]
        triggers = mark_changed()

    def __str__(self) -> str:
        return self.name


@pghistory.track(*history())
class Need(Sourced):
    """Something the customer said they need."""

    customer = models.ForeignKey(Customer, models.CASCADE, verbose_name=_("customer"), related_name="needs")
    text = models.TextField(_("need"))
    raised_on = models.DateField(_("named on"))
    met_on = models.DateField(_("met on"), null=True, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-raised_on", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="need_met_after_raised", condition=Q(met_on=None) | Q(met_on__gte=F("raised_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]


@pghistory.track(*history())
class JointProject(Sourced):
    """Something made together with the customer; suggestions are cases of the complaints app."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, verbose_name=_("customer"), related_name="joint_projects", db_index=False
    )
    name = models.CharField(_("name"), max_length=200)
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True, db_default="")

    class Meta(Sourced.Meta):
        verbose_name = _("joint project")
        verbose_name_plural = _("joint projects")
        ordering = ["-started_on", "-id"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="jointproject_ends_after_start", condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on"))
            ),
        ]
        indexes = [models.Index(name="jointproject_facts", fields=["customer", "started_on"])]
        triggers = mark_changed()

    def __str__(self) -> str:
        return self.name
