"""A form for each kind of record of a customer."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crmquality.lib.fields import DayInput, MomentField, MoneyField
from customers import follow_ups, records
from customers.models import (
    Channel,
    Consent,
    Contact,
    FollowUp,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    Reason,
    ServiceContract,
)

from .base import RecordForm

STAGES_LOOKED_AT = 1000


def reason_choices(kept: int | None = None) -> list[tuple[Any, str]]:
    """The tree of reasons as a list, each under what it is part of; one no longer offered only if `kept`."""
    children: dict[int | None, list[Reason]] = defaultdict(list)
    for reason in Reason.objects.all():
        children[reason.parent_id].append(reason)

    def below(parent: int | None, path: str) -> Iterator[tuple[Any, str]]:
        for reason in children[parent]:
            words = f"{path} › {reason.name}" if path else reason.name
            if reason.is_active or reason.pk == kept:
                yield reason.pk, words
            yield from below(reason.pk, words)

    return [("", "–"), *below(None, "")]


class ContactForm(RecordForm):
    opted_out = forms.MultipleChoiceField(
        label=gettext_lazy("Wants nothing by"), choices=Channel, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Contact
        fields = [
            "name", "title", "role", "is_primary", "phone", "mobile", "email", "language", "opted_out", "weight",
            "left_on",
        ]  # fmt: skip
        widgets = {"left_on": DayInput}


class ConsentForm(RecordForm):
    is_given = forms.TypedChoiceField(
        label=gettext_lazy("What they said"), coerce=lambda value: value == "yes", empty_value=None,
        choices=[("", "–"), ("yes", gettext_lazy("Agreed")), ("no", gettext_lazy("Refused or took it back"))],
    )  # fmt: skip

    class Meta:
        model = Consent
        fields = ["contact", "purpose", "is_given", "source", "given_on"]
        widgets = {"given_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("given_on", self.today)

    def clean_given_on(self) -> Any:
        return self.not_in_the_future("given_on")


class FollowUpForm(RecordForm):
    class Meta:
        model = FollowUp
        fields = ["subject", "kind", "due_on", "due_time", "owner", "contact", "notes"]
        widgets = {"due_on": DayInput, "due_time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.is_planned:
            # It stays a visit, and its owner's whose customer it is.
            del self.fields["kind"], self.fields["owner"]
            self.initial["subject"] = self.instance.title

    @transaction.atomic
    def store(self) -> bool:
        is_given = "owner" in self.changed_data
        is_stored = super().store()
        if is_stored and is_given:
            follow_ups.tell_owner(self.instance, self.member, self.key)
        return is_stored


class InteractionForm(RecordForm):
    """To mend what was logged."""

    occurred_at = MomentField(label=gettext_lazy("When"))

    class Meta:
        model = Interaction
        fields = ["contact", "channel", "direction", "kind", "occurred_at", "minutes", "subject", "notes"]


class OpportunityForm(RecordForm):
    amount = MoneyField(label=gettext_lazy("Amount"), required=False)

    class Meta:
        model = Opportunity
        fields = [
            "name", "kind", "amount", "stage", "opened_on", "expected_on", "product_line", "contact", "owner",
            "channel",
        ]  # fmt: skip
        widgets = {"opened_on": DayInput, "expected_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("opened_on", self.today)

    def clean(self) -> dict[str, Any]:
        self.dates_in_order("opened_on", "expected_on")
        return self.cleaned_data

    def suggestions(self) -> dict[str, list[str]]:
        return {"stage": used_stages()}


def used_stages() -> list[str]:
    """The stages in use, so that everybody writes them alike."""
    latest = Opportunity.objects.exclude(stage="").order_by("-id").values_list("stage", flat=True)
    return sorted(set(latest[:STAGES_LOOKED_AT]))


class StageForm(RecordForm):
    class Meta:
        model = Opportunity
        fields = ["stage", "expected_on"]
        widgets = {"expected_on": DayInput}

    def suggestions(self) -> dict[str, list[str]]:
        return {"stage": used_stages()}


class OutcomeForm(RecordForm):
    """Won or lost, and why. `seen`: what the page said when somebody decided."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("How it ended"), choices=Opportunity.Outcome)

    class Meta:
        model = Opportunity
        fields = ["outcome", "closed_on", "reason"]
        widgets = {"closed_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.outcome
        self.initial["closed_on"] = self.instance.closed_on or self.today
        self.fields["closed_on"].required = True
        self.fields["reason"].choices = reason_choices(self.instance.reason_id)  # type: ignore[attr-defined]

    def clean_closed_on(self) -> Any:
        day = self.not_in_the_future("closed_on")
        if day < self.instance.opened_on:
            raise forms.ValidationError(_("It was opened later than that."))
        return day

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("outcome") == Opportunity.Outcome.WON:
            self.cleaned_data["reason"] = None
        return self.cleaned_data

    def store(self) -> bool:
        return records.close(self.instance, self.cleaned_data["seen"])


class ContractForm(RecordForm):
    amount = MoneyField(label=gettext_lazy("Amount"), required=False)

    class Meta:
        model = ServiceContract
        fields = ["name", "product_line", "starts_on", "ends_on", "amount", "is_renewed"]
        widgets = {"starts_on": DayInput, "ends_on": DayInput}

    def clean(self) -> dict[str, Any]:
        self.dates_in_order("starts_on", "ends_on")
        return self.cleaned_data


class NeedForm(RecordForm):
    class Meta:
        model = Need
        fields = ["text", "raised_on", "met_on"]
        widgets = {"raised_on": DayInput, "met_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("raised_on", self.today)

    def clean(self) -> dict[str, Any]:
        self.dates_in_order("raised_on", "met_on")
        return self.cleaned_data


class ProjectForm(RecordForm):
    class Meta:
        model = JointProject
        fields = ["name", "started_on", "ended_on", "notes"]
        widgets = {"started_on": DayInput, "ended_on": DayInput}

    def clean(self) -> dict[str, Any]:
        self.dates_in_order("started_on", "ended_on")
        return self.cleaned_data


class LossForm(RecordForm):
    class Meta:
        model = Loss
        fields = ["lost_on", "reason", "competitor", "evidence", "win_back", "win_back_on"]
        widgets = {"lost_on": DayInput, "win_back_on": DayInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("lost_on", self.today)
        self.fields["reason"].choices = reason_choices(self.instance.reason_id)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "win_back" in self.changed_data and data.get("win_back") and not data.get("win_back_on"):
            data["win_back_on"] = None if data["win_back"] == Loss.WinBack.NOT_TRIED else self.today
        ended = data.get("win_back") in (Loss.WinBack.WON_BACK, Loss.WinBack.GIVEN_UP)
        if ended and not data.get("win_back_on") and "win_back_on" not in self.errors:
            self.add_error("win_back_on", _("Since when?"))
        return data
