"""The people at a customer, and what they agreed to."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from crmquality.lib.rest.fields import Choice
from crmquality.lib.rest.filtering import Words
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Changeable, Creatable, Readable
from customers.access import customers_read
from customers.models import Channel, Consent, Contact

from .base import SOURCED, FromSource, FromSourceFilter, OfVisible, Records


class ConsentSerializer(RecordSerializer):
    contact = OfVisible(queryset=Contact.objects.all())

    class Meta:
        model = Consent
        fields = ["id", "contact", "purpose", "is_given", "source", "given_on"]

    def validate_given_on(self, day: Any) -> Any:
        return FromSource.not_in_the_future(self, day)

    today = FromSource.today


class ContactSerializer(FromSource):
    opted_out = serializers.ListField(
        child=Choice(Channel.choices), required=False, max_length=len(Channel), help_text="Channels to leave alone."
    )
    consents = ConsentSerializer(many=True, read_only=True, source="said", help_text="The latest of each purpose.")

    class Meta:
        model = Contact
        fields = [
            "id", "customer", "name", "title", "role", "is_primary", "phone", "mobile", "email", "language",
            "opted_out", "weight", "left_on", "consents", *SOURCED,
        ]  # fmt: skip

    def check(self, row: Contact) -> None:
        # The other one makes way when this is stored.
        row.is_primary = False
        super().check(row)


class ContactFilter(FromSourceFilter):
    email = Words(lookup_expr="iexact")

    class Meta:
        model = Contact
        fields = ["role"]


LATEST = Consent.objects.order_by("contact_id", "purpose", "-given_on", "-id").distinct("contact_id", "purpose")


class ContactView(Creatable, Changeable, Records):
    """Contacts, each with what they last agreed to or refused. Erasing a person has a page of its own."""

    queryset = Contact.objects.all()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter

    def get_queryset(self) -> QuerySet[Any]:
        found = super().get_queryset().defer("phone_keys")
        return found.prefetch_related(Prefetch("consents", LATEST, to_attr="said"))

    def shown(self, row: Any) -> Any:
        row.said = []
        return super().shown(row)


class ConsentView(Creatable, Readable):
    """What people agreed to. It is never changed: what they say next is added, and the latest counts."""

    queryset = Consent.objects.all()
    serializer_class = ConsentSerializer
    filterset_fields = ["contact", "purpose"]

    def get_queryset(self) -> QuerySet[Consent]:
        return Consent.objects.filter(contact__customer__in=customers_read(self.request.user))
