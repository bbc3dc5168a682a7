"""Who gives to whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Member

from .. import handover


class HandOverForm(forms.Form):
    giver = forms.ModelChoiceField(
        Member.objects.none(), label=_("From"), widget=forms.Select(attrs={"class": "form-select"})
    )
    taker = forms.ModelChoiceField(
        Member.objects.none(), label=_("To"), widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, by: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].queryset = handover.givers(by)  # type: ignore[attr-defined]
        self.fields["taker"].queryset = handover.takers(by)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("giver") and data.get("giver") == data.get("taker"):
            self.add_error("taker", _("Choose somebody else."))
        return data
