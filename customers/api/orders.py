"""Orders with their lines, and returns: new ones come in, and what becomes of an order is noted."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from crmquality.lib.money import is_currency
from crmquality.lib.rest.fields import ByCode, Text
from crmquality.lib.rest.filtering import Words
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Changeable, Creatable
from crmquality.office.roles import Right
from customers.models import Order, OrderLine, Product, Return
from customers.totals import refresh_totals

from .base import CustomerCode, OfCustomer, OfCustomerFilter, OfVisible, OnOrAfter, OnOrBefore, Records, WithMoney

# As imports: far above any price, far below what overflows.
LARGEST = 10**15
CHANGEABLE = {"promised_on", "delivered_at", "cancelled_at", "customised", "value_added_service"}


class OrderLineSerializer(RecordSerializer):
    product = ByCode(slug_field="code", queryset=Product.objects.all())

    class Meta:
        model = OrderLine
        fields = ["id", "product", "quantity", "amount", "cost"]
        extra_kwargs = {
            "amount": {"min_value": 0, "max_value": LARGEST, "help_text": "Minor units of the order's currency."},
            "cost": {"min_value": 0, "max_value": LARGEST},
            "quantity": {"min_value": 1},
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The order, of which it becomes a part, is not there yet."""
        return attrs


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "An order in euros",
            {
                "customer": "C-421",
                "external_source": "shop",
                "number": "4711",
                "placed_at": "2026-01-05T09:30:00Z",
                "currency": "EUR",
                "rate": "0.85",
                "lines": [{"product": "L-20", "quantity": 3, "amount": 5970}],
            },
            request_only=True,
        )
    ]
)
class OrderSerializer(OfCustomer):
    currency = Text(max_length=3, required=False, help_text="Of the lines; the organisation's, if not given.")
    rate = serializers.DecimalField(
        18, 8, required=False, min_value=Decimal("0.00000001"), max_value=Decimal("9999999999"),
        help_text="Minor units of the organisation's currency for one of the order's.",
    )  # fmt: skip
    amount_currency = serializers.SerializerMethodField(help_text="Of amount and cost: the organisation's.")
    lines = OrderLineSerializer(many=True, required=False)
    status = serializers.ChoiceField(Order.Status.choices, read_only=True)
    extra = serializers.DictField(read_only=True, help_text="Columns of imported files that have no field here.")
    fixed = {"customer", "external_source", "number", "placed_at", "currency", "rate", "amount", "cost", "lines"}

    class Meta:
        model = Order
        fields = [
            "id", "customer", "external_source", "number", "placed_at", "promised_on", "delivered_at", "cancelled_at",
            "status", "currency", "rate", "amount", "cost", "amount_currency", "customised", "value_added_service",
            "lines", "extra",
        ]  # fmt: skip
        extra_kwargs = {
            "amount": {
                "min_value": 0, "max_value": LARGEST,
                "help_text": "Of an order without lines; otherwise their sum at the rate.",
            },
            "cost": {"min_value": 0, "max_value": LARGEST},
        }  # fmt: skip

    def get_amount_currency(self, row: Order) -> str:
        return str(self.context["office"].organisation.currency)

    def validate_currency(self, code: str) -> str:
        if not is_currency(code):
            raise serializers.ValidationError(_("%(code)s is not a currency.") % {"code": code})
        return code

    def _keep_fixed(self, attrs: dict[str, Any]) -> None:
        for name in set(attrs) - CHANGEABLE if self.instance else ():
            raise serializers.ValidationError({name: _("This cannot be changed.")})

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        self._keep_fixed(attrs)
        lines = attrs.pop("lines", [])
        if self.instance is None:
            self._complete(attrs, lines)
        attrs = super().validate(attrs)
        return {**attrs, "lines": lines} if lines else attrs

    def _complete(self, attrs: dict[str, Any], lines: list[dict[str, Any]]) -> None:
        home = self.context["office"].organisation.currency
        attrs.setdefault("currency", home)
        if attrs["currency"] == home and attrs.setdefault("rate", Decimal(1)) != 1:
            raise serializers.ValidationError({"rate": _("The organisation's own currency is worth itself.")})
        if "rate" not in attrs:
            raise serializers.ValidationError({"rate": _("An order in another currency needs its rate.")})
        if lines and ("amount" in attrs or "cost" in attrs):
            raise serializers.ValidationError({"amount": _("An order with lines is worth their sum.")})
        total = sum(line["amount"] for line in lines) * attrs["rate"]
        if total.quantize(Decimal(1), ROUND_HALF_UP) > LARGEST:
            raise serializers.ValidationError({"lines": _("Their sum is too large.")})

    def create(self, attrs: dict[str, Any]) -> Order:
        lines = attrs.pop("lines", [])
        order: Order = super().create(attrs)
        seen: Counter[int] = Counter()
        for line in lines:
            seen[line["product"].pk] += 1
            OrderLine.objects.create(order=order, occurrence=seen[line["product"].pk], **line)
        refresh_totals([order.pk])
        return order


class OrderFilter(OfCustomerFilter):
    external_source = Words()
    number = Words()
    placed_from = OnOrAfter("placed_at")
    placed_to = OnOrBefore("placed_at")
    status = filters.ChoiceFilter(choices=Order.Status.choices)

    class Meta:
        model = Order
        fields: list[str] = []


class OrderView(Creatable, Changeable, Records):
    """Orders with their lines. What was ordered stays as it is; what became of it can be noted."""

    writers = (Right.IMPORT,)
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    filterset_class = OrderFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().prefetch_related("lines__product")

    def shown(self, row: Any) -> Any:
        return super().shown(self.get_queryset().get(pk=row.pk))

    def perform_update(self, serializer: Any) -> None:
        serializer.save()
        # The database works the status out.
        serializer.instance.refresh_from_db(fields=["status"])


class ReturnSerializer(WithMoney, RecordSerializer):
    customer = CustomerCode(read_only=True)
    line = OfVisible(queryset=OrderLine.objects.all(), help_text="The order line's id.")

    class Meta:
        model = Return
        fields = [
            "id", "customer", "line", "external_source", "number", "quantity", "amount", "currency", "returned_at",
        ]  # fmt: skip
        extra_kwargs = {"amount": {"min_value": 0, "max_value": LARGEST}, "quantity": {"min_value": 1}}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["quantity"] > attrs["line"].quantity:
            raise serializers.ValidationError({"quantity": _("More cannot come back than was ordered.")})
        return super().validate(attrs)


class ReturnFilter(OfCustomerFilter):
    external_source = Words()
    number = Words()
    returned_from = OnOrAfter("returned_at")
    returned_to = OnOrBefore("returned_at")

    class Meta:
        model = Return
        fields: list[str] = []


class ReturnView(Creatable, Records):
    """What came back of what was ordered."""

    writers = (Right.IMPORT,)
    queryset = Return.objects.all()
    serializer_class = ReturnSerializer
    filterset_class = ReturnFilter
