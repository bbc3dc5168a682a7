"""The records of all customers as lists: what each kind shows, is searched by and is taken out with."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.lib.keyset import Order
from crmquality.lib.timeline import Telling
from crmquality.office.models import Member, Organisation

from . import models, telling
from .models import Customer, FollowUp, Interaction

Column = str | tuple[str, Promise]
CUSTOMER: tuple[Column, ...] = (("customer__code", _("Customer code")), ("customer__name", _("Customer name")))
CONTACT: Column = ("contact__name", _("Contact"))
OWNER: Column = ("owner", _("Owner"))
SOURCE: tuple[Column, ...] = ("external_source", "external_id")


@dataclass(frozen=True)
class RecordList:
    """`on` dates a record and orders the list, newest first; `owner` is the path to who looks after it."""

    name: str
    title: Promise
    icon: str
    model: type[Model]
    tell: Callable[[Any, Organisation], Telling]
    on: str
    texts: tuple[str, ...]
    columns: tuple[Column, ...]
    related: tuple[str, ...] = ()
    owner: str = "customer__owner"

    @property
    def is_moment(self) -> bool:
        return self.model._meta.get_field(self.on).get_internal_type() == "DateTimeField"

    @property
    def order(self) -> Order:
        parse = dt.datetime.fromisoformat if self.is_moment else dt.date.fromisoformat
        return Order(self.on, is_descending=True, parse=parse)

    def of(self, member: Member) -> QuerySet[Any]:
        """Those of the customers that the member may see."""
        found = self.model._default_manager.select_related("customer", *self.related)
        return found.filter(customer__in=Customer.objects.visible_to(member))

    def narrowed(
        self, found: QuerySet[Any], office: Organisation, *, text: str = "", owner: Member | None = None,
        first: dt.date | None = None, last: dt.date | None = None,
    ) -> QuerySet[Any]:  # fmt: skip
        """Those that contain `text` or whose customer does, of this owner, dated from `first` to `last`."""
        if text:
            said = Q(customer__in=Customer.objects.matching(text).values("pk"))
            for name in self.texts:
                said |= Q(**{f"{name}__icontains": text})
            found = found.filter(said)
        if owner:
            found = found.filter(**{self.owner: owner})
        day = dt.timedelta(days=1)
        if first:
            found = found.filter(**{f"{self.on}__gte": self._bound(first, office)})
        if last and last < dt.date.max:
            found = found.filter(**{f"{self.on}__lt": self._bound(last + day, office)})
        return found

    def _bound(self, day: dt.date, office: Organisation) -> dt.date:
        return dt.datetime.combine(day, dt.time(), tzinfo=office.zone) if self.is_moment else day


LISTS = {
    each.name: each
    for each in (
        RecordList(
            "contacts", _("Contacts"), "person", models.Contact, telling.contact, "created_at",
            ("name", "title", "email", "phone", "mobile"),
            (*CUSTOMER, "name", "title", "email", "phone", "mobile", "language", "role", "weight", "is_primary",
             "left_on", "opted_out", *SOURCE),
        ),
        RecordList(
            "interactions", _("Calls and visits"), "talk", Interaction, telling.interaction, "occurred_at",
            ("subject", "notes"),
            (*CUSTOMER, "occurred_at", "channel", "direction", "kind", CONTACT, ("member", _("Staff")), "minutes",
             "subject", "notes", "is_automatic", *SOURCE),
            ("contact", "member"), "member",
        ),
        RecordList(
            "follow-ups", _("Follow-ups"), "task", FollowUp, telling.follow_up, "due_on",
            ("subject", "notes", "outcome"),
            (*CUSTOMER, "subject", "kind", "due_on", "due_time", CONTACT, OWNER, "done_at", "cancelled_at", "outcome",
             "notes", *SOURCE),
            ("contact", "owner"), "owner",
        ),
        RecordList(
            "opportunities", _("Opportunities"), "chance", models.Opportunity, telling.opportunity, "opened_on",
            ("name", "stage"),
            (*CUSTOMER, "name", "kind", "stage", "amount", "opened_on", "expected_on", "closed_on", "outcome",
             ("reason", _("Why lost")), ("product_line", _("Product line")), "channel", CONTACT, OWNER, *SOURCE),
            ("contact", "owner", "product_line", "reason"), "owner",
        ),
        RecordList(
            "orders", _("Orders"), "order", models.Order, telling.order, "placed_at", ("number",),
            (*CUSTOMER, "number", "placed_at", "amount", "cost", "currency", "promised_on", "delivered_at",
             "cancelled_at", "customised", "value_added_service", "external_source"),
        ),
        RecordList(
            "returns", _("Returns"), "return", models.Return, telling.sent_back, "returned_at", ("number",),
            (*CUSTOMER, "number", "returned_at", ("line__order__number", _("Order number")),
             ("line__product__code", _("Product code")), "quantity", "amount", "external_source"),
            ("line__order", "line__product"),
        ),
        RecordList(
            "contracts", _("Contracts"), "contract", models.ServiceContract, telling.contract, "starts_on", ("name",),
            (*CUSTOMER, "name", ("product_line", _("Product line")), "starts_on", "ends_on", "is_renewed", "amount",
             *SOURCE),
            ("product_line",),
        ),
        RecordList(
            "needs", _("Needs"), "need", models.Need, telling.need, "raised_on", ("text",),
            (*CUSTOMER, "text", "raised_on", "met_on", *SOURCE),
        ),
        RecordList(
            "projects", _("Joint projects"), "project", models.JointProject, telling.project, "started_on",
            ("name", "notes"), (*CUSTOMER, "name", "started_on", "ended_on", "notes", *SOURCE),
        ),
        RecordList(
            "losses", _("Losses"), "loss", models.Loss, telling.loss, "lost_on", ("competitor", "evidence"),
            (*CUSTOMER, "lost_on", ("reason", _("Reason")), "competitor", "evidence", "win_back", "win_back_on",
             *SOURCE),
            ("reason__parent",),
        ),
    )
}  # fmt: skip
