"""Customers, by their code."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from crmquality.lib.keyset import Order
from crmquality.lib.rest.filtering import Words
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Changeable, Creatable, Readable
from crmquality.office.models import Webhook
from crmquality.office.outbound import announce
from customers.access import customers_read
from customers.models import Customer

from .base import SOURCED, CustomerCode, UserName, WithMoney


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A new customer", {"code": "C-421", "name": "Acme Ltd", "segment": "Retail", "tier": "B"}, request_only=True
        )
    ]
)
class CustomerSerializer(WithMoney, RecordSerializer):
    extra = serializers.DictField(read_only=True, help_text="Columns of imported files that have no field here.")
    owner = UserName(required=False, allow_null=True, help_text="User name; of a new customer yours, if not given.")
    parent = CustomerCode(required=False, allow_null=True, help_text="Code of the parent company.")
    referred_by = CustomerCode(required=False, allow_null=True, help_text="Code of the customer who referred it.")

    class Meta:
        model = Customer
        fields = [
            "code", "name", "kind", "status", "segment", "tier", "stage", "industry", "region", "owner", "parent",
            "referred_by", "phone", "email", "acquired_on", "acquisition_channel", "credit_grade", "receivable",
            "overdue", "currency", *SOURCED,
        ]  # fmt: skip
        extra_kwargs = {"receivable": {"min_value": 0}, "overdue": {"min_value": 0}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row = self.imagined(attrs)
        if (row.overdue or 0) > (row.receivable or 0):
            raise serializers.ValidationError({"overdue": _("More cannot be overdue than is owed.")})
        return super().validate(attrs)


class CustomerFilter(filters.FilterSet):
    q = filters.CharFilter(method="matching", label="Part of the code or name, Chinese or English.")
    owner = Words("owner__username", label="The owner's user name.")
    parent = Words("parent__code", label="Code of the parent company.")
    segment = Words()
    region = Words()
    industry = Words()
    external_source = Words()
    external_id = Words()

    class Meta:
        model = Customer
        fields = ["kind", "status", "tier", "stage"]

    def matching(self, customers: Any, name: str, value: str) -> Any:
        return customers.matching(value)


class CustomerView(Creatable, Changeable, Readable):
    """Customers. Merging and erasing have pages of their own; nothing here deletes one."""

    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    lookup_field = "code"
    lookup_value_converter = "path"
    orders = {
        "code": Order("code"), "-code": Order("code", is_descending=True),
        "name": Order("name"), "-name": Order("name", is_descending=True),
    }  # fmt: skip

    def get_queryset(self) -> QuerySet[Customer]:
        found = customers_read(self.request.user).select_related("owner", "parent", "referred_by")
        return found.defer("search_text", "search_grams", "phone_keys")

    def perform_create(self, serializer: Any) -> None:
        serializer.save(owner=serializer.validated_data.get("owner", self.request.user))
        self._announce(Webhook.Event.CUSTOMER_CREATED, serializer.instance)

    def perform_update(self, serializer: Any) -> None:
        serializer.save()
        self._announce(Webhook.Event.CUSTOMER_CHANGED, serializer.instance)

    def _announce(self, event: Webhook.Event, customer: Customer) -> None:
        announce(event, {"code": customer.code, "name": customer.name})
