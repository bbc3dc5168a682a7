"""Done, postponed, cancelled: one small form each."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.fields import DayInput
from customers import follow_ups
from customers.models import FollowUp

from .base import RecordForm


class FollowUpChange(RecordForm):
    """A change of an open follow-up; `change` makes it and says whether it was still open."""

    class Meta:
        model = FollowUp
        fields: list[str] = []

    def change(self) -> bool:
        raise NotImplementedError


class DoneForm(FollowUpChange):
    outcome = forms.CharField(label=gettext_lazy("What came of it"), required=False, widget=forms.Textarea)

    def change(self) -> bool:
        return follow_ups.complete(self.instance, self.member, self.now, self.cleaned_data["outcome"])


class CancelForm(FollowUpChange):
    outcome = forms.CharField(label=gettext_lazy("Why it is not needed any more"), widget=forms.Textarea)

    def change(self) -> bool:
        return follow_ups.cancel(self.instance, self.now, self.cleaned_data["outcome"])


class PostponeForm(FollowUpChange):
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    due_time = forms.TimeField(
        label=gettext_lazy("at"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tomorrow = self.today + dt.timedelta(days=1)
        self.initial.update({"due_on": max(self.instance.due_on, tomorrow), "due_time": self.instance.due_time})

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day is over."))
        return day

    def change(self) -> bool:
        return follow_ups.postpone(self.instance, self.cleaned_data["due_on"], self.cleaned_data["due_time"])
