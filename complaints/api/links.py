"""What a case is linked to, and what it is merged into, as other programs name it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from complaints.access import cases_read
from complaints.models import Case
from crmquality.lib.rest.fields import ByKey, Text
from crmquality.lib.rest.serializers import Strict
from customers.api.base import ContactKey, CustomerCode
from customers.models import Customer, Order, Product

MOST_LINKED = 100


class Names(serializers.ListField):
    """Other records by what people call them: the value of `name` of each."""

    child = Text(max_length=100)

    def __init__(self, name: str, **kwargs: Any) -> None:
        self.name = name
        super().__init__(required=False, max_length=MOST_LINKED, **kwargs)

    def to_representation(self, rows: Any) -> list[str]:
        return [getattr(row, self.name) for row in rows.all()]


def matter_of(numbers: Sequence[str], codes: Sequence[str], customer: Customer | None) -> dict[str, list[Any]]:
    """The customer's orders with these numbers, the products with these codes; unknown ones are named at the field."""
    orders = list(Order.objects.filter(customer=customer, number__in=numbers)) if numbers and customer else []
    products = list(Product.objects.filter(code__in=codes)) if codes else []
    missing = {
        "orders": sorted(set(numbers) - {order.number for order in orders}),
        "products": sorted(set(codes) - {product.code for product in products}),
    }
    said = {name: _("Not known: %(names)s.") % {"names": ", ".join(left)} for name, left in missing.items() if left}
    if said:
        raise serializers.ValidationError(said)
    return {"orders": orders, "products": products}


class Linked(Strict):
    """What is not given stays, unless the customer changes: then the case is about nothing of the former one's."""

    customer = CustomerCode(required=False, allow_null=True)
    contact = ContactKey()
    orders = Names("number", help_text="Numbers of orders of the customer.")
    products = Names("code", help_text="Codes of products.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the case is linked to afterwards."""
        case: Case = self.instance
        customer = attrs.get("customer", case.customer)
        is_same = customer == case.customer
        contact = attrs.get("contact", case.contact if is_same else None)
        if contact and contact.customer != customer:
            raise serializers.ValidationError({"contact": _("This is a contact of another customer.")})
        given = matter_of(attrs.get("orders", []), attrs.get("products", []), customer)
        kept = {name: list(getattr(case, name).all()) for name in given if is_same and name not in attrs}
        return {"customer": customer, "contact": contact, **given, **kept}


class CaseKey(ByKey):
    """A case that the caller may see and that stands, by its id."""

    def get_queryset(self) -> QuerySet[Case]:
        return cases_read(self.context["request"].user).filter(merged_into=None)


class Merged(Strict):
    into = CaseKey(queryset=Case.objects.all(), help_text="The id of the case that stays.")

    def validate_into(self, into: Case) -> Case:
        if into == self.instance:
            raise serializers.ValidationError(_("This is the case itself."))
        return into
