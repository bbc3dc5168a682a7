"""What the API of every record of a customer has in common."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from crmquality.lib.rest.fields import ByCode, ByKey
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.lib.rest.serializers import RecordSerializer
from crmquality.office.api.views import Changeable, Creatable, Deletable, Readable
from crmquality.office.models import Member, Organisation
from customers import records
from customers.access import customers_read, records_read
from customers.models import Contact, Customer, FollowUp

SOURCED = ["external_source", "external_id", "extra", "created_at"]


class CustomerCode(ByCode):
    """A customer whom the caller may see, by its code."""

    def __init__(self, **kwargs: Any) -> None:
        queryset = {} if kwargs.get("read_only") else {"queryset": Customer.objects.all()}
        super().__init__(slug_field="code", **queryset, **kwargs)

    def get_queryset(self) -> QuerySet[Customer]:
        return customers_read(self.context["request"].user)


class UserName(ByCode):
    """Somebody who works here, by their user name."""

    def __init__(self, **kwargs: Any) -> None:
        queryset = {} if kwargs.get("read_only") else {"queryset": Member.objects.all()}
        super().__init__(slug_field="username", **queryset, **kwargs)

    def get_queryset(self) -> QuerySet[Member]:
        return Member.objects.filter(is_active=True).exclude(role="")


class OfVisible(ByKey):
    """A record of a customer whom the caller may see, by its id."""

    def get_queryset(self) -> QuerySet[Any]:
        return records_read(self.context["request"].user, super().get_queryset())


class ContactKey(OfVisible):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Contact.objects.all(), required=False, allow_null=True, **kwargs)


class FollowUpKey(OfVisible):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=FollowUp.objects.open(), required=False, **kwargs)


class WithMoney(serializers.Serializer):
    """Amounts are whole minor units (pence, cents) of `currency`, the organisation's."""

    currency = serializers.SerializerMethodField(help_text="ISO 4217, of every amount here.")

    def get_currency(self, row: Any) -> str:
        return str(self.context["office"].organisation.currency)


class OfCustomer(RecordSerializer):
    """A record of one customer, which it stays with."""

    customer = CustomerCode()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        customer = attrs.get("customer") or self.instance.customer
        if attrs.get("contact") and attrs["contact"].customer_id != customer.pk:
            raise serializers.ValidationError({"contact": _("This is a contact of another customer.")})
        return super().validate(attrs)

    def keep(self, row: Any, names: list[str] | None = None) -> None:
        records.keep(row, names)

    @property
    def today(self) -> dt.date:
        day: dt.date = self.context["office"].today
        return day

    def not_in_the_future(self, day: dt.date) -> dt.date:
        if day > self.today:
            raise serializers.ValidationError(_("This day has not come yet."))
        return day


class FromSource(OfCustomer):
    """With the key that it has in the system it came from."""

    extra = serializers.DictField(read_only=True, help_text="Columns of imported files that have no field here.")


class OfCustomerFilter(filters.FilterSet):
    customer = Words("customer__code", label="The customer's code.")


class FromSourceFilter(OfCustomerFilter):
    external_source = Words()
    external_id = Words()


def midnight(day: dt.date) -> dt.datetime:
    """When the day opens at the organisation."""
    return Organisation.load().midnight(day)


class OnOrAfter(IsoDay):
    """Moments on that day of the organisation or later."""

    def filter(self, rows: Any, value: dt.date | None) -> Any:
        return rows.filter(**{f"{self.field_name}__gte": midnight(value)}) if value else rows


class OnOrBefore(IsoDay):
    """Moments on that day of the organisation or earlier."""

    def filter(self, rows: Any, value: dt.date | None) -> Any:
        if value is None or value == dt.date.max:
            return rows
        return rows.filter(**{f"{self.field_name}__lt": midnight(value + dt.timedelta(days=1))})


class Records(Readable):
    """Records of the customers whom the caller may see."""

    joined: ClassVar[tuple[str, ...]] = ("customer",)

    def get_queryset(self) -> QuerySet[Any]:
        return records_read(self.request.user, super().get_queryset()).select_related(*self.joined)


class EditableRecords(Creatable, Changeable, Deletable, Records):
    """Records that are written by hand."""
