"""What a customer may buy next, and what was lost."""

from typing import Any

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from crmquality.lib.rest.fields import ByCode, ByKey, Choice, Day
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.lib.rest.serializers import Strict
from crmquality.office.api.views import claimed
from customers import records
from customers.models import Loss, Opportunity, ProductLine, Reason

from .base import SOURCED, ContactKey, EditableRecords, FromSource, FromSourceFilter, UserName, WithMoney


def line_by_name() -> ByCode:
    """A product line by its name."""
    return ByCode(slug_field="name", queryset=ProductLine.objects.all(), required=False, allow_null=True)


class OpportunitySerializer(WithMoney, FromSource):
    contact = ContactKey()
    owner = UserName(required=False, allow_null=True, help_text="User name; of a new one yours, if not given.")
    product_line = line_by_name()
    outcome = Choice(Opportunity.Outcome.choices, allow_blank=True, read_only=True, help_text="Empty while open.")
    in_order = [("opened_on", "expected_on")]

    class Meta:
        model = Opportunity
        fields = [
            "id", "customer", "contact", "owner", "name", "kind", "product_line", "channel", "stage", "opened_on",
            "expected_on", "amount", "currency", "outcome", "closed_on", "reason", *SOURCED,
        ]  # fmt: skip
        read_only_fields = ["closed_on", "reason"]
        extra_kwargs = {"amount": {"min_value": 0}}


class Closed(Strict):
    """How it ended. `seen` is the outcome it has now: empty while it is open."""

    outcome = Choice(Opportunity.Outcome.choices)
    closed_on = Day(required=False, help_text="Today, if not given.")
    reason = ByKey(queryset=Reason.objects.all(), required=False, allow_null=True, help_text="Of a loss only.")
    seen = Choice(Opportunity.Outcome.choices, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = self.context["today"]
        day = attrs.setdefault("closed_on", today)
        if day > today:
            raise serializers.ValidationError({"closed_on": _("This day has not come yet.")})
        if day < self.context["opened_on"]:
            raise serializers.ValidationError({"closed_on": _("It was opened later than that.")})
        if attrs["outcome"] == Opportunity.Outcome.WON and attrs.get("reason"):
            raise serializers.ValidationError({"reason": _("Only a loss has a reason.")})
        return attrs


class OpportunityFilter(FromSourceFilter):
    owner = Words("owner__username", label="The owner's user name.")
    stage = Words()
    outcome = filters.ChoiceFilter(method="ended", choices=[("open", "open"), ("won", "won"), ("lost", "lost")])
    closed_from = IsoDay("closed_on", lookup_expr="gte")
    closed_to = IsoDay("closed_on", lookup_expr="lte")

    class Meta:
        model = Opportunity
        fields = ["kind"]

    def ended(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(outcome="" if value == "open" else value)


class OpportunityView(EditableRecords):
    """Opportunities; they end by being closed, once."""

    queryset = Opportunity.objects.all()
    serializer_class = OpportunitySerializer
    filterset_class = OpportunityFilter
    joined = ("customer", "owner", "product_line")

    def perform_create(self, serializer: Any) -> None:
        serializer.save(owner=serializer.validated_data.get("owner", self.request.user))

    @extend_schema(request=Closed)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, pk: int) -> Response:
        """Write down how it ended; 409 if its outcome is no longer the one `seen`."""
        row = self.get_object()
        context = {"today": self.today, "opened_on": row.opened_on}
        asked = Closed(data=request.data, context=context)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        row.outcome, row.closed_on, row.reason = found["outcome"], found["closed_on"], found.get("reason")
        claimed(records.close(row, found["seen"]))
        return Response(self.get_serializer(row).data)


class LossSerializer(FromSource):
    reason = ByKey(queryset=Reason.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Loss
        fields = [
            "id", "customer", "lost_on", "reason", "competitor", "evidence", "win_back", "win_back_on", *SOURCED,
        ]  # fmt: skip

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        row = self.imagined(attrs)
        if row.win_back in (Loss.WinBack.WON_BACK, Loss.WinBack.GIVEN_UP) and not row.win_back_on:
            raise serializers.ValidationError({"win_back_on": _("Since when?")})
        return super().validate(attrs)


class LossFilter(FromSourceFilter):
    lost_from = IsoDay("lost_on", lookup_expr="gte")
    lost_to = IsoDay("lost_on", lookup_expr="lte")

    class Meta:
        model = Loss
        fields = ["win_back"]


class LossView(EditableRecords):
    """Customers who left, and what was tried to win them back."""

    queryset = Loss.objects.all()
    serializer_class = LossSerializer
    filterset_class = LossFilter
