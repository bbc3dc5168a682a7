"""What is to be done for the customer of a case by a day: it stands in its owner's day like any other."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from complaints.models import Actor, Case, Step
from crmquality.lib.fields import DayInput
from crmquality.office.models import Member
from customers import follow_ups, records
from customers.forms.base import one_time_key
from customers.models import FollowUp

from .choices import workers
from .steps import StepForm


class FollowUpForm(StepForm):
    title, action = gettext_lazy("Plan a follow-up"), gettext_lazy("Plan the follow-up")
    done = gettext_lazy("Planned: it stands in the day of its owner.")
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    subject = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    owner = forms.ModelChoiceField(Member.objects.none(), label=gettext_lazy("Owner"))
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)

    def values_of(self, case: Case) -> dict[str, Any]:
        tomorrow = self.today + dt.timedelta(days=1)
        subject = f"{case.number}: {case.subject}"[:200]
        return {"once": one_time_key(), "subject": subject, "owner": self.member.pk, "due_on": tomorrow}

    def mark(self, case: Case) -> str:
        """It changes nothing of the case, so nobody can be faster."""
        return ""

    def prepare(self) -> None:
        self.fields["owner"].queryset = workers()  # type: ignore[attr-defined]

    @classmethod
    def is_offered(cls, case: Case) -> bool:
        return case.customer_id is not None and super().is_offered(case)

    def act(self, case: Case, actor: Actor) -> None:
        given = {name: self.cleaned_data[name] for name in ("subject", "owner", "due_on")}
        row = FollowUp(customer=case.customer, contact=case.contact, **given)
        key = f"case-{self.cleaned_data['once'] or one_time_key()}"
        if records.store(row, key):
            follow_ups.tell_owner(row, self.member, key)
            case.note(Step.EDIT, actor, self.now, {"follow_up": row.pk, "due_on": row.due_on.isoformat()})
