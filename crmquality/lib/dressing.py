"""How the fields of every form look and speak."""

import datetime as dt

from django import forms

from .fields import MomentField, MoneyField

SELECTS = (forms.Select, forms.SelectMultiple)
BOXES = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


def dress(field: forms.Field, zone: dt.tzinfo, currency: str) -> None:
    """Make a field look and speak as those of every form: the company's clock and money, Tabler's classes."""
    if isinstance(field, MomentField):
        field.zone = zone
    if isinstance(field, MoneyField):
        field.currency = currency
        field.help_text = field.help_text or currency
    if not isinstance(field.widget, BOXES):
        field.widget.attrs["class"] = "form-select" if isinstance(field.widget, SELECTS) else "form-control"
    # Ten is what Django gives a field that says nothing.
    if isinstance(field.widget, forms.Textarea) and field.widget.attrs["rows"] == "10":
        field.widget.attrs["rows"] = 3
