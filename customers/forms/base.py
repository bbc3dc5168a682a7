"""What every form of a customer's record has in common."""

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.dressing import dress
from crmquality.lib.fields import FilesField
from crmquality.office.models import Member, Organisation
from customers import attachments, records
from customers.models import Contact, Customer


def one_time_key() -> str:
    return secrets.token_urlsafe(16)


def files_field(label: Promise, *, required: bool) -> FilesField:
    """Files to keep with the record."""
    return FilesField(check=attachments.check, label=label, required=required)


class RecordForm(forms.ModelForm):
    """A record of one customer, written by one member; money and moments are the organisation's."""

    # What the button says, and what is said once it is stored.
    action = gettext_lazy("Save")
    said = gettext_lazy("Saved.")
    # Stays with the form: sent twice, the record is stored once.
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, data: Any = None, *, customer: Customer | None, member: Member, now: dt.datetime, **kwargs: Any
    ) -> None:
        self.customer, self.member, self.now = customer, member, now
        self.organisation = Organisation.load()
        self.today = self.organisation.today(now)
        super().__init__(data, auto_id="record_%s", **kwargs)
        self.fields["once"].initial = one_time_key()
        for field in self.fields.values():
            dress(field, self.organisation.zone, self.organisation.currency)
        if "contact" in self.fields:
            self._offer_contacts()
        for name, field in self.fields.items():
            if isinstance(field, FilesField):
                self._offer_files(name)
        if "owner" in self.fields:
            people = Member.objects.filter(is_active=True).exclude(role="")
            self.fields["owner"].queryset = people  # type: ignore[attr-defined]
            if self.instance.pk is None:
                self.initial.setdefault("owner", member.pk)
        for name in self.suggestions():
            self.fields[name].widget.attrs |= {"list": f"record_{name}_used", "autocomplete": "off"}

    def _offer_files(self, name: str) -> None:
        """Chosen files stay chosen while this form, and no later one, is drawn again."""
        key = self.data.get("once") or self.fields["once"].initial
        self.fields[name].widget.attrs |= {"hx-preserve": "true", "id": f"record_{name}_{key}"}
        self.fields[name].help_text = _("Up to %(limit)s MB each.") % {"limit": settings.ATTACHMENT_MEGABYTES}

    def _offer_contacts(self) -> None:
        """Those of this customer who are still there."""
        contacts = self.customer.contacts.filter(left_on=None) if self.customer else None
        if contacts is not None and self.instance.contact_id:
            contacts |= Contact.objects.filter(pk=self.instance.contact_id, customer=self.customer)
        field = self.fields["contact"]
        field.queryset = contacts if contacts is not None else field.queryset.none()  # type: ignore[attr-defined]

    def dates_in_order(self, first: str, last: str) -> None:
        """Say at the field what the database would refuse."""
        begin, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if begin and end and end < begin:
            self.add_error(last, _("This is before “%(first)s”.") % {"first": self.fields[first].label})

    @property
    def key(self) -> str:
        """The one-time key of this form, this member's own."""
        return f"{self.member.pk}-{self.cleaned_data['once'] or one_time_key()}"

    def not_in_the_future(self, name: str) -> dt.date:
        """The day in this field, which has come."""
        day: dt.date = self.cleaned_data[name]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def suggestions(self) -> dict[str, list[str]]:
        """What has been written into fields of free text before."""
        return {}

    def store(self) -> bool:
        """Save the valid form; False if there was nothing (more) to save."""
        record = self.save(commit=False)
        if record.pk is None and hasattr(record, "customer_id"):
            record.customer = self.customer
        return records.store(record, self.key)
