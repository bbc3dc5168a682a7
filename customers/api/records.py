"""Contracts, needs, joint projects and the list of files."""

from rest_framework import serializers

from crmquality.lib.rest.filtering import IsoDay
from customers.models import Attachment, JointProject, Need, ServiceContract

from .base import (
    SOURCED,
    CustomerCode,
    EditableRecords,
    FromSource,
    FromSourceFilter,
    OfCustomerFilter,
    Records,
    UserName,
    WithMoney,
)
from .opportunities import line_by_name


class ContractSerializer(WithMoney, FromSource):
    product_line = line_by_name()
    in_order = [("starts_on", "ends_on")]

    class Meta:
        model = ServiceContract
        fields = [
            "id", "customer", "name", "product_line", "starts_on", "ends_on", "is_renewed", "amount", "currency",
            *SOURCED,
        ]  # fmt: skip
        extra_kwargs = {"amount": {"min_value": 0}}


class ContractFilter(FromSourceFilter):
    ends_from = IsoDay("ends_on", lookup_expr="gte")
    ends_to = IsoDay("ends_on", lookup_expr="lte")

    class Meta:
        model = ServiceContract
        fields: list[str] = []


class ContractView(EditableRecords):
    """Service contracts."""

    queryset = ServiceContract.objects.all()
    serializer_class = ContractSerializer
    filterset_class = ContractFilter
    joined = ("customer", "product_line")


class NeedSerializer(FromSource):
    in_order = [("raised_on", "met_on")]

    class Meta:
        model = Need
        fields = ["id", "customer", "text", "raised_on", "met_on", *SOURCED]


class NeedFilter(FromSourceFilter):
    class Meta:
        model = Need
        fields: list[str] = []


class NeedView(EditableRecords):
    """What customers said they need."""

    queryset = Need.objects.all()
    serializer_class = NeedSerializer
    filterset_class = NeedFilter


class JointProjectSerializer(FromSource):
    in_order = [("started_on", "ended_on")]

    class Meta:
        model = JointProject
        fields = ["id", "customer", "name", "started_on", "ended_on", "notes", *SOURCED]


class JointProjectFilter(FromSourceFilter):
    class Meta:
        model = JointProject
        fields: list[str] = []


class JointProjectView(EditableRecords):
    """What was made together with customers."""

    queryset = JointProject.objects.all()
    serializer_class = JointProjectSerializer
    filterset_class = JointProjectFilter


class AttachmentSerializer(serializers.ModelSerializer):
    customer = CustomerCode(read_only=True)
    member = UserName(read_only=True, allow_null=True)

    class Meta:
        model = Attachment
        fields = ["id", "customer", "interaction", "name", "content_type", "size", "sha256", "member", "created_at"]
        read_only_fields = fields


class AttachmentFilter(OfCustomerFilter):
    class Meta:
        model = Attachment
        fields: list[str] = []


class AttachmentView(Records):
    """Which files there are; they are uploaded and downloaded on the customer's page."""

    queryset = Attachment.objects.all()
    serializer_class = AttachmentSerializer
    filterset_class = AttachmentFilter
    joined = ("customer", "member")
