"""One small form for each thing that is done with a case; `act` does it."""

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import life, replying
from complaints.models import Actor, Case, NotAllowed, Outcome, Overtaken, Step
from complaints.queue import standing
from crmquality.lib.dressing import dress
from crmquality.lib.fields import MomentField
from crmquality.office.models import Member, Organisation

from .choices import ReceiverField, receivers


class StepForm(forms.Form):
    """A step of one case by one member. `seen` is how the case stood when the form was drawn.

    Where it stands otherwise when the form comes back, somebody was faster: `act` is not called,
    and the form is shown again with what was typed, this time against the case as it is.
    """

    step = ""
    title: Any = ""
    action: Any = ""
    done: Any = gettext_lazy("Saved.")
    # Which values of the case the form changes; they are shown, and compared.
    edits: tuple[str, ...] = ()
    ids = "case_%s"

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        case: Case,
        member: Member,
        now: dt.datetime,
        asked: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.case, self.member, self.now = case, member, now
        self.asked = asked if data is None else data
        self.organisation = Organisation.load()
        self.today = self.organisation.today(now)
        super().__init__(data, auto_id=self.ids, initial=self.values_of(case))
        self.initial["seen"] = self.mark(case)
        for field in self.fields.values():
            dress(field, self.organisation.zone, self.organisation.currency)
        self.prepare()

    def prepare(self) -> None:
        """Offer what can be chosen."""

    def values_of(self, case: Case) -> dict[str, Any]:
        return {name: getattr(case, name) for name in self.edits}

    def mark(self, case: Case) -> str:
        """A digest of what the step rests on: two that differ are two states of the case."""
        return standing(case, *self.values_of(case).values())

    @classmethod
    def is_offered(cls, case: Case) -> bool:
        """Whether the case is in a state for it."""
        return case.may(cls.step) if cls.step else case.merged_into_id is None

    @transaction.atomic
    def take(self) -> None:
        """Do it with the valid form. Raises Overtaken or NotAllowed, and then nothing has happened."""
        locked = Case.objects.select_for_update(no_key=True).get(pk=self.case.pk)
        if self.cleaned_data["seen"] not in ("", self.mark(locked)) and self.mark(locked):
            raise Overtaken(locked.number)
        if not self.is_offered(locked):
            raise NotAllowed(f"{type(self).__name__} in {locked.status}")
        self.act(locked, Actor.staff(self.member))

    def act(self, case: Case, actor: Actor) -> None:
        raise NotImplementedError

    def renewed(self, case: Case) -> "StepForm":
        """The same form with what was typed, against the case as it is now."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = self.mark(case)
        return type(self)(data, case=case, member=self.member, now=self.now)


class AcknowledgeForm(StepForm):
    step, title = Step.ACKNOWLEDGE, gettext_lazy("Acknowledge")
    action, done = gettext_lazy("Mark as acknowledged"), gettext_lazy("Acknowledged.")

    @classmethod
    def is_offered(cls, case: Case) -> bool:
        return case.acknowledged_at is None and case.may(Step.ACKNOWLEDGE)

    def act(self, case: Case, actor: Actor) -> None:
        life.acknowledge(case, actor, self.now)


class StartForm(StepForm):
    step, title = Step.START, gettext_lazy("Take in hand")
    action, done = gettext_lazy("Take in hand"), gettext_lazy("Taken in hand.")

    def act(self, case: Case, actor: Actor) -> None:
        life.start(case, actor, self.now)


class AssignForm(StepForm):
    step, title = Step.ASSIGN, gettext_lazy("Assign")
    action, done = gettext_lazy("Assign"), gettext_lazy("Assigned.")
    to = ReceiverField()

    def prepare(self) -> None:
        self.fields["to"].offer(self.member, self.case)  # type: ignore[attr-defined]

    def act(self, case: Case, actor: Actor) -> None:
        life.assign(case, *receivers(self.cleaned_data["to"], case), actor, self.now)


class WaitForm(StepForm):
    step, title = Step.WAIT, gettext_lazy("Wait for the customer")
    action, done = gettext_lazy("Wait"), gettext_lazy("The clocks stand still until the customer answers.")

    def act(self, case: Case, actor: Actor) -> None:
        life.wait(case, actor, self.now)


class ResumeForm(StepForm):
    step, title = Step.RESUME, gettext_lazy("Take up again")
    action, done = gettext_lazy("Take up again"), gettext_lazy("The clocks run again.")
    at = MomentField(
        label=gettext_lazy("When the customer answered"),
        required=False,
        help_text=gettext_lazy("Empty: now. The clocks run since then."),
    )

    def clean_at(self) -> dt.datetime:
        at: dt.datetime = self.cleaned_data["at"] or self.now
        if at > self.now:
            raise forms.ValidationError(_("This moment has not come yet."))
        return at

    def act(self, case: Case, actor: Actor) -> None:
        life.resume(case, actor, self.cleaned_data["at"], self.now)


class ProposeForm(StepForm):
    step, title = Step.PROPOSE, gettext_lazy("Propose an outcome")
    action, done = gettext_lazy("Propose it"), gettext_lazy("Proposed. The customer can accept or reject it.")
    edits = ("proposal",)
    proposal = forms.CharField(
        label=gettext_lazy("What we will do"),
        widget=forms.Textarea,
        help_text=gettext_lazy("The customer reads this."),
    )
    is_mailed = forms.BooleanField(required=False, initial=True)

    def prepare(self) -> None:
        if replying.is_mailable(self.case):
            address = {"address": replying.address_of(self.case)}
            self.fields["is_mailed"].label = _("Mail it to %(address)s, with the link to accept or reject it") % address
        else:
            del self.fields["is_mailed"]

    def act(self, case: Case, actor: Actor) -> None:
        life.propose(case, self.cleaned_data["proposal"], actor, self.now)
        if self.cleaned_data.get("is_mailed"):
            replying.propose(case, actor, self.now)


class ResolveForm(StepForm):
    step, title = Step.RESOLVE, gettext_lazy("Resolve")
    action, done = gettext_lazy("Mark as resolved"), gettext_lazy("Resolved. Close it with the customer's word on it.")

    def act(self, case: Case, actor: Actor) -> None:
        life.resolve(case, actor, self.now)


class CloseForm(StepForm):
    step, title = Step.CLOSE, gettext_lazy("Close")
    action, done = gettext_lazy("Close the case"), gettext_lazy("Closed.")
    outcome = forms.ChoiceField(
        label=gettext_lazy("What the customer says of the outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )

    def act(self, case: Case, actor: Actor) -> None:
        life.close(case, self.cleaned_data["outcome"], actor, self.now)


class ReopenForm(StepForm):
    step, title = Step.REOPEN, gettext_lazy("Reopen")
    action, done = gettext_lazy("Reopen the case"), gettext_lazy("Reopened, against a clock of its own.")

    def act(self, case: Case, actor: Actor) -> None:
        life.reopen(case, actor, self.now)


LIFE: Mapping[str, type[StepForm]] = {
    "acknowledge": AcknowledgeForm,
    "start": StartForm,
    "assign": AssignForm,
    "wait": WaitForm,
    "resume": ResumeForm,
    "propose": ProposeForm,
    "resolve": ResolveForm,
    "close": CloseForm,
    "reopen": ReopenForm,
}
