"""The filters of the lists of records."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Member


class ListFilters(forms.Form):
    """Search, owner and days; what cannot be read filters nothing and is said at its field."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    owner = forms.ModelChoiceField(
        Member.objects.filter(is_active=True), label=_("Owner"), required=False, empty_label=_("Any owner")
    )
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].widget.attrs |= {"class": "form-select", "aria-label": _("Owner")}
        for name in ("first", "last"):
            self.fields[name].widget = forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d")

    def days(self) -> list[forms.BoundField]:
        return [self["first"], self["last"]]

    def narrowing(self) -> dict[str, Any]:
        """What to narrow a list down by."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q") or "", "owner": given.get("owner"), "first": given.get("first"),
            "last": given.get("last"),
        }  # fmt: skip
