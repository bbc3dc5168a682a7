"""What passed between us, and what is to be done next."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from crmquality.lib.rest.fields import Clock, Day, Text
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.lib.rest.problems import Conflict
from crmquality.lib.rest.serializers import Strict
from crmquality.office.api.views import claimed
from customers import follow_ups
from customers.contacts_log import log_interaction
from customers.models import FollowUp, Interaction

from .base import (
    SOURCED,
    ContactKey,
    EditableRecords,
    FollowUpKey,
    FromSource,
    FromSourceFilter,
    OnOrAfter,
    OnOrBefore,
    UserName,
)

# A clock that runs a little ahead is no mistake.
AHEAD = dt.timedelta(minutes=5)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A call that settles a follow-up",
            {
                "customer": "C-421",
                "channel": "phone",
                "direction": "in",
                "occurred_at": "2026-01-05T09:30:00Z",
                "subject": "Where is my order?",
                "settles": 17,
            },
            request_only=True,
        )
    ]
)
class InteractionSerializer(FromSource):
    contact = ContactKey()
    member = UserName(read_only=True, allow_null=True, help_text="Who logged it: whose token or session it was.")
    settles = FollowUpKey(write_only=True, help_text="An open follow-up of the customer that is done by this.")

    class Meta:
        model = Interaction
        fields = [
            "id", "customer", "contact", "member", "channel", "direction", "kind", "occurred_at", "minutes",
            "subject", "notes", "is_automatic", "settles", *SOURCED,
        ]  # fmt: skip

    def validate_occurred_at(self, moment: dt.datetime) -> dt.datetime:
        if moment > timezone.now() + AHEAD:
            raise serializers.ValidationError(_("This is in the future. Plan it as a follow-up instead."))
        return moment

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        settled = attrs.pop("settles", None)
        attrs = super().validate(attrs)
        if settled is None:
            return attrs
        if self.instance or settled.customer_id != attrs["customer"].pk:
            raise serializers.ValidationError({"settles": _("This is none of the customer's, or comes too late.")})
        return {**attrs, "settles": settled}

    def create(self, attrs: dict[str, Any]) -> Interaction:
        settled = attrs.pop("settles", None)
        logged = log_interaction(self.imagined(attrs), self.context["request"].user, settles=settled)
        if logged.is_late:
            raise Conflict
        return logged.interaction


class InteractionFilter(FromSourceFilter):
    occurred_from = OnOrAfter("occurred_at")
    occurred_to = OnOrBefore("occurred_at")

    class Meta:
        model = Interaction
        fields = ["channel", "direction", "kind"]


class InteractionView(EditableRecords):
    """Calls, mails, visits and talks."""

    queryset = Interaction.objects.all()
    serializer_class = InteractionSerializer
    filterset_class = InteractionFilter
    joined = ("customer", "member")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A promise",
            {"customer": "C-421", "subject": "Send the offer", "due_on": "2026-01-09", "due_time": "10:00"},
            request_only=True,
        )
    ]
)
class FollowUpSerializer(FromSource):
    contact = ContactKey()
    owner = UserName(required=False, allow_null=True, help_text="User name; of a new one yours, if not given.")

    class Meta:
        model = FollowUp
        fields = [
            "id", "customer", "contact", "owner", "kind", "subject", "notes", "due_on", "due_time", "done_at",
            "cancelled_at", "outcome", "done_by", *SOURCED,
        ]  # fmt: skip
        read_only_fields = ["done_at", "cancelled_at", "outcome", "done_by"]

    def update(self, row: FollowUp, attrs: dict[str, Any]) -> FollowUp:
        """Only an open one is changed."""
        claimed(not attrs or FollowUp.objects.open().filter(pk=row.pk).update(**attrs) == 1)
        for name, value in attrs.items():
            setattr(row, name, value)
        return row


class Done(Strict):
    outcome = Text(required=False, allow_blank=True, default="", help_text="What came of it.")


class Cancelled(Strict):
    outcome = Text(help_text="Why it is not needed any more.")


class Postponed(Strict):
    due_on = Day()
    due_time = Clock(required=False, allow_null=True, default=None)


STATES: dict[str, dict[str, Any]] = {
    "open": {"done_at": None, "cancelled_at": None},
    "done": {"done_at__isnull": False},
    "cancelled": {"cancelled_at__isnull": False},
}


class FollowUpFilter(FromSourceFilter):
    owner = Words("owner__username", label="The owner's user name.")
    state = filters.ChoiceFilter(
        method="in_state", choices=[("open", "open"), ("done", "done"), ("cancelled", "cancelled")]
    )
    due_from = IsoDay("due_on", lookup_expr="gte")
    due_to = IsoDay("due_on", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields = ["kind"]

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(**STATES[value])


class FollowUpView(EditableRecords):
    """Follow-ups and planned visits. Of two who settle one at once, one is answered with 409."""

    queryset = FollowUp.objects.all()
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
    joined = ("customer", "owner")

    def perform_create(self, serializer: Any) -> None:
        serializer.save(owner=serializer.validated_data.get("owner", self.request.user))

    @extend_schema(request=Done)
    @action(detail=True, methods=["post"])
    def complete(self, request: Any, pk: int) -> Response:
        """Mark it as done. A planned visit is logged as a visit."""
        row, asked = self._asked(Done)
        return self._settled(row, follow_ups.complete(row, request.user, timezone.now(), asked["outcome"]))

    @extend_schema(request=Postponed)
    @action(detail=True, methods=["post"])
    def postpone(self, request: Any, pk: int) -> Response:
        """Move it to another day, from today on."""
        row, asked = self._asked(Postponed)
        if asked["due_on"] < self.today:
            raise serializers.ValidationError({"due_on": _("This day is over.")})
        return self._settled(row, follow_ups.postpone(row, asked["due_on"], asked["due_time"]))

    @extend_schema(request=Cancelled)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Any, pk: int) -> Response:
        """Give it up, with the reason."""
        row, asked = self._asked(Cancelled)
        return self._settled(row, follow_ups.cancel(row, timezone.now(), asked["outcome"]))

    def _asked(self, shape: type[Strict]) -> tuple[FollowUp, dict[str, Any]]:
        row = self.get_object()
        asked = shape(data=self.request.data)
        asked.is_valid(raise_exception=True)
        return row, asked.validated_data

    def _settled(self, row: FollowUp, is_claimed: bool) -> Response:
        claimed(is_claimed)
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
