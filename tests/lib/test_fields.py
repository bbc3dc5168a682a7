import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms

from crmquality.lib.fields import MomentField, MoneyField

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Both(forms.Form):
    at = MomentField()
    amount = MoneyField(required=False)


def test_a_moment_is_read_and_shown_by_the_companys_clock():
    form = Both({"at": "2025-07-01T09:30", "amount": ""})
    form.fields["at"].zone = SHANGHAI
    assert form.is_valid()
    assert form.cleaned_data["at"] == dt.datetime(2025, 7, 1, 1, 30, tzinfo=dt.UTC)
    shown = Both(initial={"at": form.cleaned_data["at"]})
    shown.fields["at"].zone = SHANGHAI
    assert 'value="2025-07-01T09:30"' in str(shown["at"])


@pytest.mark.parametrize(
    "text, currency, minor",
    [("1,234.5", "GBP", 123450), ("￥１２", "CNY", 1200), ("500", "JPY", 500), ("", "GBP", None)],
)
def test_money_is_typed_as_people_write_it(text, currency, minor):
    form = Both({"at": "2025-07-01T09:30", "amount": text})
    form.fields["amount"].currency = currency
    assert form.is_valid() and form.cleaned_data["amount"] == minor


@pytest.mark.parametrize("text", ["much", "-1"])
def test_what_is_no_amount_is_refused(text):
    assert "amount" in Both({"at": "2025-07-01T09:30", "amount": text}).errors


def test_stored_money_is_shown_as_it_is_typed():
    assert 'value="1234.56"' in str(Both(initial={"amount": 123456})["amount"])
