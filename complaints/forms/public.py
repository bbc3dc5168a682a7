"""Forms that need no login: guarded against machines, small enough for a phone."""

import datetime as dt
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.intake import recognised, subject_of
from complaints.models import Case, Channel
from crmquality.lib.fields import FilesField
from customers import attachments
from customers.models import Customer, Order

SALT = "complaints.public"
# Nobody writes what happened in less, or is still at it after more.
LEAST_SECONDS = 3
MOST_SECONDS = 86_400
MOST_FILES = 5


class GuardedForm(forms.Form):
    """A field that people do not see, and a signed stamp that says when the form was drawn."""

    website = forms.CharField(required=False, label=gettext_lazy("Leave this empty"), max_length=200)
    stamp = forms.CharField(widget=forms.HiddenInput, max_length=200)
    attached = FilesField(
        check=attachments.check, most=MOST_FILES, label=gettext_lazy("Pictures or files"), required=False
    )

    def __init__(self, data: Any = None, *, now: dt.datetime, **kwargs: Any) -> None:
        self.now, self.once = now, ""
        super().__init__(data, **kwargs)
        self.fields["attached"].help_text = _("Up to %(most)s files of %(limit)s MB each.") % {
            "most": MOST_FILES,
            "limit": settings.ATTACHMENT_MEGABYTES,
        }
        self.fields["website"].widget.attrs |= {"autocomplete": "off", "tabindex": "-1"}

    @property
    def next_stamp(self) -> str:
        """The stamp to draw: the same while it holds, so that the form sent twice is taken once."""
        fresh = signing.dumps([secrets.token_urlsafe(12), int(self.now.timestamp())], salt=SALT)
        return str(self.data["stamp"]) if self.once and "stamp" in self.cleaned_data else fresh

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("This field stays empty."))
        return ""

    def clean_stamp(self) -> str:
        stamp: str = self.cleaned_data["stamp"]
        try:
            self.once, drawn = signing.loads(stamp, salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            raise forms.ValidationError(_("Please send the form once more.")) from None
        passed = int(self.now.timestamp()) - drawn
        if passed < LEAST_SECONDS:
            raise forms.ValidationError(_("That was very fast. Please wait a moment and send it again."))
        if passed > MOST_SECONDS:
            raise forms.ValidationError(_("The page had been open for long. Please send it once more."))
        return stamp


class ReportForm(GuardedForm):
    """What somebody wants to tell us."""

    text = forms.CharField(
        label=gettext_lazy("What happened?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    remedy_sought = forms.CharField(
        label=gettext_lazy("What would put it right?"), max_length=2_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    order = forms.CharField(label=gettext_lazy("Order number"), max_length=50, required=False)
    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), required=False, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=50, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("email") and not data.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("email", _("How can we reach you? Give an e-mail address or a phone number."))
        return data

    def case(self, language: str) -> Case:
        """The valid form as a case, of the customer whose address or number it is beyond doubt."""
        data = self.cleaned_data
        customer, contact = recognised(data["email"], data["phone"])
        order = f"\n\n{_('Order number')}: {data['order']}" if data["order"] else ""
        return Case(
            customer=customer, contact=contact, channel=Channel.FORM, language=language, received_at=self.now,
            sender_name=data["name"], sender_email=data["email"], sender_phone=data["phone"],
            subject=subject_of(data["text"]), text=data["text"] + order, remedy_sought=data["remedy_sought"],
        )  # fmt: skip

    def orders(self, customer: Customer | None) -> list[Order]:
        """The order that is named, if it is this customer's: nobody learns of others by guessing."""
        number = self.cleaned_data["order"].strip()
        return list(Order.objects.filter(customer=customer, number=number)) if customer and number else []


class AddForm(GuardedForm):
    """Something to add to what was said before."""

    text = forms.CharField(
        label=gettext_lazy("Your message"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What is missing?"), max_length=5_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
