"""The answers themselves, of identified campaigns.

Of confidential and anonymous ones there are figures alone: a list that can be asked again and again
would tell which answer came last, and so whose it is.
"""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework import serializers

from crmquality.lib.rest.filtering import Key
from crmquality.office.api.views import Readable
from customers.access import records_read
from customers.api.base import OfCustomerFilter, OnOrAfter, OnOrBefore
from surveys.models import Answer, Privacy, Response


class AnswerSerializer(serializers.ModelSerializer):
    measure = serializers.CharField(allow_blank=True, help_text="What it is a reading of, as `recommendation`; or ''.")
    attribute = serializers.CharField(allow_blank=True, help_text="As `delivery`; or ''.")
    stage = serializers.CharField(allow_blank=True, help_text="Of the customer's journey, as `use`; or ''.")

    class Meta:
        model = Answer
        fields = ["key", "row", "value", "scale_min", "scale_max", "choices", "text", "measure", "attribute", "stage"]
        read_only_fields = fields


class ResponseSerializer(serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.code", allow_null=True, default=None)
    answers = AnswerSerializer(many=True)

    class Meta:
        model = Response
        fields = [
            "id", "campaign", "customer", "contact", "invitation", "submitted_at", "changed_at", "language", "via",
            "is_proxy", "segment", "tier", "is_held", "held_because", "wants_call", "answers", "external_source",
            "external_id",
        ]  # fmt: skip
        read_only_fields = fields


class ResponseFilter(OfCustomerFilter):
    campaign = Key()
    answered_from = OnOrAfter("submitted_at")
    answered_to = OnOrBefore("submitted_at")
    is_held = filters.ChoiceFilter(method="held", choices=[("true", "true"), ("false", "false")])

    class Meta:
        model = Response
        fields = ["via", "language"]

    def held(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(is_held=value == "true")


class ResponseView(Readable):
    """What people answered with their name, held apart or not."""

    queryset = Response.objects.filter(campaign__privacy=Privacy.IDENTIFIED)
    serializer_class = ResponseSerializer
    filterset_class = ResponseFilter

    def get_queryset(self) -> QuerySet[Response]:
        named = Response.objects.filter(campaign__privacy=Privacy.IDENTIFIED)
        return records_read(self.request.user, named).select_related("customer").prefetch_related("answers")
