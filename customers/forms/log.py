"""The form that a call is logged with while the receiver is still warm."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.fields import DayInput, MomentField
from customers.models import Channel, Customer, FollowUp, Interaction

from .base import RecordForm, files_field


class LogForm(RecordForm):
    """What happened, what it settles, and what is next."""

    occurred_at = MomentField(label=gettext_lazy("When"))
    settles = forms.ModelChoiceField(
        FollowUp.objects.none(), label=gettext_lazy("This settles"), required=False,
        empty_label=gettext_lazy("Nothing that was open"),
    )  # fmt: skip
    next_on = forms.DateField(label=gettext_lazy("Next step due on"), required=False, widget=DayInput)
    next_subject = forms.CharField(label=gettext_lazy("What is to be done"), required=False, max_length=200)
    next_kind = forms.ChoiceField(label=gettext_lazy("As"), choices=FollowUp.Kind, required=False)

    attached = files_field(gettext_lazy("Files"), required=False)

    class Meta:
        model = Interaction
        fields = ["contact", "channel", "direction", "kind", "occurred_at", "minutes", "subject", "notes"]

    def __init__(self, data: Any = None, *, settles: FollowUp | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["channel"].choices = Channel.choices  # type: ignore[attr-defined]
        self.fields["direction"].choices = Interaction.Direction.choices  # type: ignore[attr-defined]
        self.fields["minutes"].widget.attrs |= {"inputmode": "numeric", "min": 0}
        self.initial.update(occurred_at=self.now, channel=Channel.PHONE, direction="in")
        if self.customer:
            self._offer_open_follow_ups(self.customer)
        if settles:
            self._settle(settles)

    def _offer_open_follow_ups(self, customer: Customer) -> None:
        field = self.fields["settles"]
        field.queryset = customer.follow_ups.open()  # type: ignore[attr-defined]
        field.label_from_instance = _worded  # type: ignore[attr-defined]

    def _settle(self, follow_up: FollowUp) -> None:
        """Begin with what doing this follow-up usually means."""
        is_visit = follow_up.kind == FollowUp.Kind.RETURN_VISIT
        self.initial.update(
            {
                "settles": follow_up.pk,
                "contact": follow_up.contact_id,
                "subject": follow_up.title,
                "direction": "out",
                "kind": Interaction.Kind.RETURN_VISIT if is_visit else Interaction.Kind.CONTACT,
                "channel": Channel.VISIT if is_visit else Channel.PHONE,
            }
        )

    def clean_occurred_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["occurred_at"]
        # A clock that runs a little ahead is no mistake.
        if moment > self.now + dt.timedelta(minutes=5):
            raise forms.ValidationError(_("This is in the future. Plan it as a next step instead."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("next_subject") and not data.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("By when?"))
        if data.get("next_on") and data["next_on"] < self.today:
            self.add_error("next_on", _("This day is over."))
        if not data.get("subject") and not data.get("notes"):
            self.add_error("subject", _("Say in a word what it was about."))
        return data

    def next_step(self) -> FollowUp | None:
        """The follow-up that was agreed on, not stored yet."""
        data = self.cleaned_data
        if not data["next_on"]:
            return None
        kind = data["next_kind"] or FollowUp.Kind.TASK
        subject = data["next_subject"] or str(FollowUp.Kind(kind).label)
        return FollowUp(owner=self.member, kind=kind, subject=subject, due_on=data["next_on"])


def _worded(follow_up: FollowUp) -> str:
    return f"{follow_up.title} · {follow_up.get_kind_display()} · {follow_up.due_on:%Y-%m-%d}"
