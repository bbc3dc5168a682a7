"""What belongs to no customer: products, their lines, spend, reasons. Written by who may import them."""

from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from crmquality.lib.keyset import Order
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Changeable, Creatable, Deletable, Readable
from crmquality.office.roles import Right
from customers.models import AcquisitionSpend, Product, ProductLine, Reason

from .base import WithMoney
from .opportunities import line_by_name


class Catalogue(Creatable, Changeable, Deletable, Readable):
    writers = (Right.IMPORT,)


class ProductLineSerializer(RecordSerializer):
    class Meta:
        model = ProductLine
        fields = ["id", "name"]


class ProductLineView(Catalogue):
    """Lines of products."""

    queryset = ProductLine.objects.all()
    serializer_class = ProductLineSerializer


class ProductSerializer(RecordSerializer):
    line = line_by_name()
    extra = serializers.DictField(read_only=True, help_text="Columns of imported files that have no field here.")

    class Meta:
        model = Product
        fields = ["code", "name", "line", "extra"]


class ProductFilter(filters.FilterSet):
    line = Words("line__name", label="The product line's name.")

    class Meta:
        model = Product
        fields: list[str] = []


class ProductView(Catalogue):
    """Products, by their code. One that was bought cannot be deleted."""

    queryset = Product.objects.select_related("line")
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    lookup_field = "code"
    lookup_value_converter = "path"
    orders = {"code": Order("code"), "-code": Order("code", is_descending=True)}


class AcquisitionSpendSerializer(WithMoney, RecordSerializer):
    class Meta:
        model = AcquisitionSpend
        fields = ["id", "channel", "month", "amount", "currency"]
        extra_kwargs = {"amount": {"min_value": 0}, "month": {"help_text": "Its first day."}}

    def validate_month(self, month: Any) -> Any:
        if month.day != 1:
            raise serializers.ValidationError(_("Give the first day of the month."))
        return month


class AcquisitionSpendFilter(filters.FilterSet):
    channel = Words()
    month_from = IsoDay("month", lookup_expr="gte")
    month_to = IsoDay("month", lookup_expr="lte")

    class Meta:
        model = AcquisitionSpend
        fields: list[str] = []


class AcquisitionSpendView(Catalogue):
    """What channels cost in a month, to win customers."""

    readers = (Right.SEE_ALL,)
    queryset = AcquisitionSpend.objects.all()
    serializer_class = AcquisitionSpendSerializer
    filterset_class = AcquisitionSpendFilter


class ReasonSerializer(RecordSerializer):
    # A reason stays where it is in the tree, so that no branch can become its own root.
    fixed = {"parent"}

    class Meta:
        model = Reason
        fields = ["id", "name", "parent", "position", "is_active"]


class ReasonView(Catalogue):
    """Why opportunities and customers are lost: a tree."""

    writers = deleters = (Right.CONFIGURE,)
    queryset = Reason.objects.all()
    serializer_class = ReasonSerializer
