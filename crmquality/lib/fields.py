"""Fields of forms that Django has not: money, moments of a company's own clock."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib.money import digits_of, parse_amount, to_minor


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO whatever the reader's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentField(forms.DateTimeField):
    """A moment, typed and shown by the clock of `zone`, which the form sets."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone: dt.tzinfo = ZoneInfo("UTC")

    def to_python(self, value: Any) -> dt.datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return value.astimezone(self.zone).replace(tzinfo=None) if isinstance(value, dt.datetime) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class MoneyField(forms.CharField):
    """An amount as people write it; its value is minor units of `currency`, which the form sets."""

    currency = "GBP"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30, **kwargs})
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except ValueError:
            raise forms.ValidationError(_("%(text)s is not an amount."), params={"text": text}) from None
        if amount < 0:
            raise forms.ValidationError(_("The amount must not be negative."))
        return to_minor(amount, digits_of(self.currency))

    def prepare_value(self, value: Any) -> Any:
        """Minor units as the field is typed: 123456 is "1234.56"."""
        return str(Decimal(value).scaleb(-digits_of(self.currency))) if isinstance(value, int) else value
