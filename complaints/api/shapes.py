"""What a case looks like to other programs, and what they say to take a step."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from complaints import life, replying
from complaints.models import (
    Actor,
    Case,
    CaseClock,
    CaseFile,
    CaseMessage,
    CaseStep,
    Category,
    Channel,
    Outcome,
    RootCause,
)
from crmquality.lib.rest.fields import ByCode, Choice, Moment, Text, Whole, YesNo
from crmquality.lib.rest.serializers import RecordSerializer, Strict
from crmquality.office.models import Team
from customers.api.base import SOURCED, ContactKey, CustomerCode, UserName, WithMoney

from .links import Names, matter_of

# A clock that runs a little ahead is no mistake.
AHEAD = dt.timedelta(minutes=5)
LARGEST = 10**15
OWN = [
    "kind", "customer", "contact", "sender_name", "sender_email", "sender_phone", "language", "channel", "subject",
    "text", "remedy_sought", "category", "severity", "is_safety", "region", "received_at",
]  # fmt: skip
# What only steps change.
STEPPED = [
    "status", "outcome", "owner", "team", "acknowledged_at", "responded_at", "resolved_at", "closed_at", "reopened_at",
    "times_reopened", "proposal", "proposed_at", "complexity", "impact", "immediate_action", "cause", "cause_text",
    "compensation", "compensated_on", "is_adopted", "adopted_on", "minutes", "satisfaction", "tags", "merged_into",
]  # fmt: skip


def past(moment: dt.datetime) -> dt.datetime:
    """The moment, if it has come."""
    if moment > timezone.now() + AHEAD:
        raise serializers.ValidationError(_("This moment has not come yet."))
    return moment


def category_by_code() -> ByCode:
    return ByCode(slug_field="code", queryset=Category.objects.all(), required=False, allow_null=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A complaint by phone",
            {
                "customer": "C-421",
                "channel": "phone",
                "subject": "Came late",
                "category": "late-delivery",
                "severity": 3,
                "orders": ["4711"],
            },
            request_only=True,
        )
    ]
)
class CaseSerializer(WithMoney, RecordSerializer):
    number = serializers.CharField(read_only=True, help_text="What people call it.")
    customer = CustomerCode(required=False, allow_null=True)
    contact = ContactKey()
    category = category_by_code()
    severity = Whole(min_value=1, max_value=4, required=False, help_text="1 minor to 4 critical.")
    received_at = Moment(required=False, validators=[past], help_text="Now, if not given.")
    outcome = Choice(Outcome.choices, allow_blank=True, read_only=True, help_text="Empty until it is closed.")
    owner = UserName(read_only=True, allow_null=True)
    team = ByCode(slug_field="name", read_only=True, allow_null=True)
    cause = ByCode(slug_field="code", read_only=True, allow_null=True)
    due_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="Of the clock that is due first.")
    extra = serializers.DictField(read_only=True, help_text="Columns of imported files that have no field here.")
    is_acknowledged = YesNo(
        write_only=True, default=True, help_text="Mail the acknowledgement, where there is an address."
    )

    class Meta:
        model = Case
        fields = ["id", "number", *OWN, *STEPPED, "due_at", "currency", "is_acknowledged", *SOURCED]
        read_only_fields = STEPPED

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        contact, customer = attrs.get("contact"), attrs.get("customer")
        if contact and (customer is None or contact.customer_id != customer.pk):
            raise serializers.ValidationError({"contact": _("This is a contact of another customer.")})
        is_answered = attrs.pop("is_acknowledged")
        return {**super().validate(attrs), "is_acknowledged": is_answered}


class StepSerializer(serializers.ModelSerializer):
    member = UserName(read_only=True, allow_null=True)
    data = serializers.DictField(read_only=True)

    class Meta:
        model = CaseStep
        fields = ["at", "step", "from_status", "to_status", "by", "member", "channel", "data"]
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer):
    """Seconds of working time; `due_at` is empty while the clock stands still."""

    is_met = serializers.SerializerMethodField(help_text="null while it is not known.")

    class Meta:
        model = CaseClock
        fields = ["kind", "started_at", "due_at", "stopped_at", "target", "elapsed", "breached_at", "is_void", "is_met"]
        read_only_fields = fields

    @extend_schema_field({"type": ["boolean", "null"]})
    def get_is_met(self, clock: CaseClock) -> bool | None:
        return clock.is_met


class MessageSerializer(serializers.ModelSerializer):
    member = UserName(read_only=True, allow_null=True)

    class Meta:
        model = CaseMessage
        fields = ["id", "at", "direction", "channel", "member", "sender", "subject", "text", "minutes", "is_automatic"]
        read_only_fields = fields


class FileSerializer(serializers.ModelSerializer):
    message = serializers.PrimaryKeyRelatedField(read_only=True, allow_null=True, help_text="That it came with.")

    class Meta:
        model = CaseFile
        fields = ["id", "name", "content_type", "size", "sha256", "message", "created_at"]
        read_only_fields = fields


class CaseDetailSerializer(CaseSerializer):
    """With what it is about, all that happened, the promises, and what was said."""

    orders = Names("number", help_text="Numbers of orders of the customer.")
    products = Names("code", help_text="Codes of products.")
    steps = StepSerializer(many=True, read_only=True)
    clocks = ClockSerializer(many=True, read_only=True)
    messages = MessageSerializer(many=True, read_only=True)
    files = FileSerializer(many=True, read_only=True)

    class Meta(CaseSerializer.Meta):
        fields = [*CaseSerializer.Meta.fields, "orders", "products", "steps", "clocks", "messages", "files"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        links = matter_of(attrs.pop("orders", []), attrs.pop("products", []), attrs.get("customer"))
        return {**super().validate(attrs), **links}

    def create(self, attrs: dict[str, Any]) -> Case:
        now, is_answered = timezone.now(), attrs.pop("is_acknowledged")
        orders, products = attrs.pop("orders"), attrs.pop("products")
        case = self.imagined({"received_at": now, **attrs})
        life.receive(case, Actor.staff(self.context["request"].user, "api"), now)
        case.orders.set(orders)
        case.products.set(products)
        if is_answered:
            replying.acknowledge(case, now)
        return case


class AssessmentSerializer(RecordSerializer):
    """What the assessment and the investigation found; what is not given stays."""

    category = category_by_code()
    severity = Whole(min_value=1, max_value=4, required=False)
    cause = ByCode(slug_field="code", queryset=RootCause.objects.all(), required=False, allow_null=True)

    class Meta:
        model = Case
        fields = [
            "kind", "category", "severity", "is_safety", "complexity", "impact", "immediate_action", "region", "cause",
            "cause_text", "compensation", "compensated_on", "is_adopted", "adopted_on",
        ]  # fmt: skip
        extra_kwargs = {"compensation": {"min_value": 0, "max_value": LARGEST}}


class DetailsSerializer(AssessmentSerializer):
    """What was taken down when it came in, and what was found; what is not given stays."""

    class Meta(AssessmentSerializer.Meta):
        fields = [
            *AssessmentSerializer.Meta.fields, "subject", "text", "remedy_sought", "sender_name", "sender_email",
            "sender_phone", "language", "channel", "tags",
        ]  # fmt: skip


class When(Strict):
    at = Moment(required=False, validators=[past], help_text="Now, if not given.")


class Assigned(Strict):
    """To a member, a department or both; what is not given is left empty."""

    owner = UserName(required=False, allow_null=True, default=None)
    team = ByCode(slug_field="name", queryset=Team.objects.all(), required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs["owner"] or attrs["team"]):
            raise serializers.ValidationError({"owner": _("To whom?")})
        return attrs


class Proposed(Strict):
    proposal = Text(help_text="What we offer the customer, who accepts or rejects it.")


class Ended(Strict):
    outcome = Choice(Outcome.choices, help_text="The customer's word on it.")


class Said(Strict):
    """A message from the customer, to the customer, or a note inside. By e-mail it is mailed."""

    direction = Choice(CaseMessage.Direction.choices)
    channel = Choice(Channel.choices, required=False, default=Channel.OTHER)
    subject = Text(required=False, allow_blank=True, default="", max_length=200)
    text = Text()
    minutes = Whole(required=False, allow_null=True, default=None, min_value=0, max_value=100_000)
    at = Moment(required=False, validators=[past], help_text="Now, if not given.")
