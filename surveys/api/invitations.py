"""Asking somebody from another system, under the same rules as by a campaign of ours."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from crmquality.lib.rest.fields import ByKey
from crmquality.lib.rest.filtering import Key, Words
from crmquality.lib.rest.problems import Conflict
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Creatable, Readable
from crmquality.office.repeats import Answer
from crmquality.office.roles import Right
from customers.access import records_read
from customers.api.base import OfVisible
from customers.models import Contact
from surveys import campaigns, channels
from surveys.models import Campaign, CampaignChannel, Invitation, Privacy, State


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "After an installation",
            {"campaign": 7, "contact": 421, "occasion": "installation:88", "external_id": "fsm-2026-0088"},
            request_only=True,
        )
    ]
)
class InvitationSerializer(RecordSerializer):
    campaign = ByKey(queryset=Campaign.objects.filter(state=State.RUNNING))
    contact = OfVisible(queryset=Contact.objects.all())
    customer = serializers.CharField(source="customer.code", read_only=True)
    answered_at = serializers.SerializerMethodField(help_text="Null unless the campaign is identified.")
    deferred_because = serializers.SerializerMethodField(help_text="Why it waits until `due_at`; '' if it does not.")

    class Meta:
        model = Invitation
        fields = [
            "id", "campaign", "customer", "contact", "occasion", "external_id", "standing", "due_at",
            "deferred_because", "sent_at", "delivered_at", "is_answered", "answered_at",
        ]  # fmt: skip
        read_only_fields = ["standing", "sent_at", "delivered_at", "is_answered"]
        extra_kwargs: ClassVar[dict[str, Any]] = {"due_at": {"required": False}}

    def get_answered_at(self, row: Invitation) -> dt.datetime | None:
        return row.answered_at if row.campaign.privacy == Privacy.IDENTIFIED else None

    def get_deferred_because(self, row: Invitation) -> str:
        return _(row.deferred_because) if row.deferred_because else ""

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The table's rules are kept by `campaigns.invite`, which knows what a repeat is."""
        return attrs


class InvitationFilter(filters.FilterSet):
    campaign = Key()
    customer = Words("customer__code", label="The customer's code.")
    external_id = Words()

    class Meta:
        model = Invitation
        fields = ["standing"]


class LinkShape(serializers.Serializer):
    link = serializers.URLField()


class InvitationView(Creatable, Readable):
    """Who was asked. The contact ledger decides when: whoever was asked lately is deferred, and asked later."""

    readers = (Right.SEE_RUNS,)
    writers = (Right.SURVEY,)
    queryset = Invitation.objects.all()
    serializer_class = InvitationSerializer
    filterset_class = InvitationFilter

    def get_queryset(self) -> QuerySet[Invitation]:
        return records_read(self.request.user, Invitation.objects.select_related("campaign", "customer"))

    def _make(self, request: Any) -> Answer:
        """The same `external_id` in the campaign is the same invitation, for ever: 200 instead of 201."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            invitation, is_new = campaigns.invite(**asked.validated_data, now=timezone.now())
        except campaigns.NotPossible as error:
            raise Conflict(str(error)) from None
        return self.answer(201 if is_new else 200, invitation)

    @extend_schema(request=None, responses={200: LinkShape})
    @action(detail=True, methods=["post"])
    def link(self, request: Any, pk: int) -> Response:
        """A new personal link, of a campaign with links to hand out; told now, kept as a fingerprint only.

        Earlier links stay valid; one answer counts, whichever is used.
        """
        invitation = self.get_object()
        if invitation.campaign.channel != CampaignChannel.LINKS or invitation.campaign.state != State.RUNNING:
            raise Conflict(_("This campaign hands out no links now."))
        slips = channels.hand_out(invitation.campaign, Invitation.objects.filter(pk=invitation.pk), timezone.now())
        if not slips:
            raise Conflict(_("This person is not to be asked now, or has answered."))
        return Response({"link": slips[0].link})
