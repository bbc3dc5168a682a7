"""What is done with many cases at once: exactly one thing, the one that `field` names."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import bulk
from complaints.models import Actor, Outcome
from crmquality.office.models import Member

from .choices import ReceiverField, receivers
from .edits import tags_in

ASSIGN, RESOLVE, CLOSE, TAG = "assign", "resolve", "close", "tag"
FIELDS = {ASSIGN: "to", CLOSE: "outcome", TAG: "tags"}
CAN_BE_UNDONE = (ASSIGN, TAG)


class BulkForm(forms.Form):
    field = forms.ChoiceField(
        choices=[
            (ASSIGN, gettext_lazy("Assign")), (RESOLVE, gettext_lazy("Resolve")), (CLOSE, gettext_lazy("Close")),
            (TAG, gettext_lazy("Tag")),
        ],
        widget=forms.HiddenInput,
    )  # fmt: skip
    to = ReceiverField(required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What the customers say of the outcome"), choices=[("", "–"), *Outcome.choices],
        required=False, widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )  # fmt: skip

    def __init__(self, data: Any, member: Member) -> None:
        super().__init__(data, auto_id="bulk_%s")
        self.member = member
        self.fields["to"].offer(member)  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        return tags_in(self.cleaned_data["tags"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = FIELDS.get(data.get("field", ""))
        if name and name not in self.errors and not data.get(name):
            self.add_error(name, _("Choose a value."))
        return data

    @property
    def what(self) -> str:
        """The field that names what is done, as it was sent."""
        return self.data.get("field", "")

    @property
    def asked(self) -> forms.BoundField | None:
        """What has to be said for it."""
        name = FIELDS.get(self.what)
        return self[name] if name else None

    @property
    def action(self) -> str:
        choices = dict(self.fields["field"].choices)  # type: ignore[attr-defined]
        return str(choices.get(self.what, ""))

    def verb(self, now: dt.datetime) -> bulk.Verb:
        """What the valid form does with each case."""
        actor, data = Actor.staff(self.member), self.cleaned_data
        if self.what == ASSIGN:
            return bulk.assigning(lambda case: receivers(data["to"], case), actor, now)
        if self.what == CLOSE:
            return bulk.closing(data["outcome"], actor, now)
        return bulk.tagging(data["tags"], actor, now) if self.what == TAG else bulk.resolving(actor, now)
