"""The form that a complaint is logged with while the customer is still on the phone."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.intake import subject_of
from complaints.models import Case, Category
from crmquality.lib.fields import MomentField
from customers.forms.base import RecordForm, files_field


def category_choices() -> list[tuple[Any, Any]]:
    """The tree that is offered, as groups: a whole, then its parts."""
    nodes = list(Category.objects.filter(is_active=True))
    wholes = [node for node in nodes if node.parent_id is None]
    choices: list[tuple[Any, Any]] = [("", _("Decide later"))]
    for whole in wholes:
        parts = _parts(whole.pk, nodes)
        choices.append(
            (str(whole), [(node.pk, str(node)) for node in [whole, *parts]]) if parts else (whole.pk, str(whole))
        )
    return choices


def _parts(key: int, nodes: list[Category]) -> list[Category]:
    own = [node for node in nodes if node.parent_id == key]
    return [each for node in own for each in [node, *_parts(node.pk, nodes)]]


class CaseForm(RecordForm):
    """What is needed at once; the rest comes with the assessment."""

    received_at = MomentField(label=gettext_lazy("When it reached us"))
    attached = files_field(gettext_lazy("Files"), required=False)
    text = forms.CharField(label=gettext_lazy("What happened"), max_length=20_000, widget=forms.Textarea)

    class Meta:
        model = Case
        fields = [
            "kind", "category", "severity", "channel", "contact", "text", "remedy_sought", "received_at",
            "sender_name", "sender_email", "sender_phone",
        ]  # fmt: skip

    def __init__(self, data: Any = None, *, is_unknown: bool = False, **kwargs: Any) -> None:
        """`is_unknown`: nobody here knows the caller yet; a customer is linked to the case later."""
        super().__init__(data, **kwargs)
        self.is_unknown = is_unknown
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]
        self.fields["remedy_sought"].widget.attrs["rows"] = 2
        self.initial.setdefault("received_at", self.now)

    def clean_received_at(self) -> dt.datetime:
        moment: dt.datetime = self.cleaned_data["received_at"]
        # A clock that runs a little ahead is no mistake.
        if moment > self.now + dt.timedelta(minutes=5):
            raise forms.ValidationError(_("This is in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        who = ("sender_name", "sender_email", "sender_phone")
        if self.is_unknown and not any(data.get(name) for name in who) and not set(who) & set(self.errors):
            self.add_error("sender_name", _("Write down a name, a phone number or an e-mail address."))
        return data

    def case(self) -> Case:
        """The valid form as a case, not stored yet."""
        case: Case = self.save(commit=False)
        case.customer, case.subject = self.customer, subject_of(case.text)
        case.language = case.contact.language if case.contact else ""
        return case
