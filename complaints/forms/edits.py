"""What is found out and decided about a case: assessment, links, cause, remedy."""

import datetime as dt
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import life, tracking
from complaints.access import cases_read
from complaints.models import Actor, Case, Category, Channel, CorrectiveAction, Kind, RootCause, Severity, Step
from crmquality.lib.fields import DayInput, MoneyField
from crmquality.office.models import Member
from customers.access import customers_read
from customers.finding import find
from customers.models import Contact, Customer, Order, Product

from .choices import NodeField, workers
from .follow_ups import FollowUpForm
from .steps import StepForm

LEVELS = [("", "–"), (1, gettext_lazy("Low")), (2, gettext_lazy("Medium")), (3, gettext_lazy("High"))]
ORDERS_OFFERED = 100


class EditForm(StepForm):
    """Changes values of the case and writes that down as `noted`."""

    noted: str = Step.EDIT

    def act(self, case: Case, actor: Actor) -> None:
        values = {name: self.cleaned_data[name] for name in self.edits}
        life.assess(case, actor, self.now, self.noted, **values)


def _level(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=LEVELS, coerce=int, empty_value=None, required=False)


class AssessForm(EditForm):
    title, action = gettext_lazy("Assess"), gettext_lazy("Save the assessment")
    edits = ("severity", "category", "is_safety", "complexity", "impact", "immediate_action")
    noted = Step.ASSESS
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), choices=Severity.choices, coerce=int,
        help_text=gettext_lazy("Decides what is promised: the due dates follow."),
    )  # fmt: skip
    category = NodeField(Category.objects.all(), label=gettext_lazy("Category"), required=False)
    is_safety = forms.BooleanField(label=gettext_lazy("About safety"), required=False)
    complexity = _level(gettext_lazy("Complexity"))
    impact = _level(gettext_lazy("Impact"))
    immediate_action = forms.CharField(
        label=gettext_lazy("Immediate action"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        self.fields["category"].offer(self.case.category_id, _("Not known yet"))  # type: ignore[attr-defined]


class DetailsForm(EditForm):
    """What was taken down when it came in: a mail that is no complaint becomes what it is."""

    title, action = gettext_lazy("Details"), gettext_lazy("Save the details")
    edits = (
        "kind", "subject", "remedy_sought", "channel", "region", "sender_name", "sender_email", "sender_phone",
        "language",
    )  # fmt: skip
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Kind.choices)
    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=200)
    remedy_sought = forms.CharField(
        label=gettext_lazy("What the customer asks for"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=Channel.choices)
    region = forms.CharField(label=gettext_lazy("Region"), max_length=100, required=False)
    sender_name = forms.CharField(label=gettext_lazy("Who complains"), max_length=200, required=False)
    sender_email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    sender_phone = forms.CharField(label=gettext_lazy("Phone"), max_length=50, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=[("", gettext_lazy("Not known")), *settings.LANGUAGES],
        help_text=gettext_lazy("In which we write to the customer."),
    )  # fmt: skip

    def values_of(self, case: Case) -> dict[str, Any]:
        known = {code.lower(): code for code, _name in settings.LANGUAGES}
        return {**super().values_of(case), "language": known.get(case.language.lower(), "")}


class CauseForm(EditForm):
    title, action = gettext_lazy("Root cause"), gettext_lazy("Save the cause")
    edits = ("cause", "cause_text")
    cause = NodeField(RootCause.objects.all(), label=gettext_lazy("Root cause"), required=False)
    cause_text = forms.CharField(label=gettext_lazy("What was found"), required=False, widget=forms.Textarea)

    def prepare(self) -> None:
        self.fields["cause"].offer(self.case.cause_id, _("Not found yet"))  # type: ignore[attr-defined]


class CompensateForm(EditForm):
    title, action = gettext_lazy("Compensation"), gettext_lazy("Save the compensation")
    edits = ("compensation", "compensated_on")
    compensation = MoneyField(label=gettext_lazy("Compensation"), required=False)
    compensated_on = forms.DateField(label=gettext_lazy("Compensated on"), required=False, widget=DayInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("compensation") and not data.get("compensated_on"):
            data["compensated_on"] = self.today
        if not data.get("compensation"):
            data["compensated_on"] = None
        return data


class AdoptForm(EditForm):
    title, action = gettext_lazy("Adopted?"), gettext_lazy("Save the decision")
    edits = ("is_adopted",)
    is_adopted = forms.NullBooleanField(label=gettext_lazy("We do as the customer suggests"), required=False)

    @classmethod
    def is_offered(cls, case: Case) -> bool:
        return case.kind == Kind.SUGGESTION and super().is_offered(case)

    def act(self, case: Case, actor: Actor) -> None:
        adopted = self.cleaned_data["is_adopted"]
        day = (case.adopted_on or self.today) if adopted else None
        life.assess(case, actor, self.now, self.noted, is_adopted=adopted, adopted_on=day)


class TagsForm(EditForm):
    title, action = gettext_lazy("Tags"), gettext_lazy("Save the tags")
    edits = ("tags",)
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=400,
        help_text=gettext_lazy("Words by which cases are found again, with commas between them."),
    )  # fmt: skip

    def values_of(self, case: Case) -> dict[str, Any]:
        return {"tags": ", ".join(case.tags)}

    def clean_tags(self) -> list[str]:
        return tags_in(self.cleaned_data["tags"])


def tags_in(text: str) -> list[str]:
    """The tags of a text, each once; Chinese commas divide too."""
    tags = list(
        dict.fromkeys(tag.strip() for tag in text.replace("，", ",").replace("、", ",").split(",") if tag.strip())
    )
    if any(len(tag) > 30 for tag in tags):
        raise forms.ValidationError(_("A tag has at most 30 characters."))
    return tags


class LinkForm(StepForm):
    title, action = gettext_lazy("Customer, orders and products"), gettext_lazy("Save the links")
    edits = ("customer", "contact")
    customer = forms.CharField(
        label=gettext_lazy("Customer"), required=False, max_length=200,
        help_text=gettext_lazy("Name, code, phone number or e-mail. Orders are offered once the customer is saved."),
    )  # fmt: skip
    contact = forms.ModelChoiceField(Contact.objects.none(), label=gettext_lazy("Contact"), required=False)
    orders = forms.ModelMultipleChoiceField(Order.objects.none(), label=gettext_lazy("Orders"), required=False)
    products = forms.ModelMultipleChoiceField(Product.objects.none(), label=gettext_lazy("Products"), required=False)

    def values_of(self, case: Case) -> dict[str, Any]:
        code = case.customer.code if case.customer else ""
        linked = {name: sorted(getattr(case, name).values_list("pk", flat=True)) for name in ("orders", "products")}
        return {"customer": code, "contact": case.contact_id, **linked}

    def prepare(self) -> None:
        if self.case.customer is None:
            for name in ("contact", "orders", "products"):
                del self.fields[name]
            # One that was made for the case comes with the address.
            self.initial["customer"] = str(self.asked.get("customer", ""))[:50]
            return
        orders = list(self.case.customer.orders.order_by("-placed_at").values_list("pk", flat=True)[:ORDERS_OFFERED])
        linked = {name: list(self.initial[name]) for name in ("orders", "products")}
        bought = list(Product.objects.filter(lines__order__in=orders).values_list("pk", flat=True).distinct())
        there = self.case.customer.contacts.filter(left_on=None)
        offered = {
            "contact": there | Contact.objects.filter(pk=self.case.contact_id or 0),
            "orders": Order.objects.filter(pk__in=orders + linked["orders"]).order_by("-placed_at"),
            "products": Product.objects.filter(pk__in=bought + linked["products"]),
        }  # fmt: skip
        for name, rows in offered.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def clean_customer(self) -> Customer | None:
        text = self.cleaned_data["customer"].strip()
        if not text:
            return None
        if self.case.customer and text == self.case.customer.code:
            return self.case.customer
        found = {each.customer.pk: each.customer for each in find(customers_read(self.member), text)}
        exact = [each for each in found.values() if each.code.lower() == text.lower()]
        if not exact and len(found) > 1:
            names = "; ".join(f"{each.code} {each.name}" for each in found.values())
            raise forms.ValidationError(_("Which of these? Write the code: %(names)s"), params={"names": names})
        if not found:
            raise forms.ValidationError(_("No such customer was found."))
        return (exact or list(found.values()))[0]

    def act(self, case: Case, actor: Actor) -> None:
        customer = self.cleaned_data["customer"]
        is_same = customer == case.customer
        contact = self.cleaned_data.get("contact") if is_same else None
        orders, products = (self.cleaned_data.get(name, []) if is_same else [] for name in ("orders", "products"))
        life.link(case, customer, contact, orders, products, actor, self.now)


class MergeForm(StepForm):
    title, action = gettext_lazy("Merge into another case"), gettext_lazy("Merge")
    done = gettext_lazy("Merged: messages, files and actions have moved.")
    into = forms.CharField(
        label=gettext_lazy("Number of the case that stays"), max_length=30,
        widget=forms.TextInput(attrs={"list": "case_into_used", "autocomplete": "off", "placeholder": "K-000123"}),
        help_text=gettext_lazy("This one stays readable; messages, files and actions move to the other."),
    )  # fmt: skip

    def prepare(self) -> None:
        self.initial["into"] = self.asked.get("into", "")[:30]

    @property
    def suggestions(self) -> dict[str, list[tuple[str, str]]]:
        """Other cases of the same customer."""
        others = Case.objects.open().filter(customer=self.case.customer_id or 0).exclude(pk=self.case.pk)
        return {"into": [(other.number, other.subject) for other in others[:20]]}

    def clean_into(self) -> Case:
        wanted = Case.key_of(self.cleaned_data["into"])
        found = cases_read(self.member).filter(pk=wanted, merged_into=None).exclude(pk=self.case.pk).first()
        if found is None:
            raise forms.ValidationError(_("There is no such case to merge into."))
        return found

    def act(self, case: Case, actor: Actor) -> None:
        life.merge(self.cleaned_data["into"], case, actor, self.now)


class ActionForm(StepForm):
    """A new corrective action, or one of the case's own by `pk`."""

    title, action = gettext_lazy("Corrective action"), gettext_lazy("Save the action")
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What is done so that it does not happen again"), widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(Member.objects.none(), label=gettext_lazy("Owner"))
    due_on = forms.DateField(label=gettext_lazy("Due on"), widget=DayInput)
    done_on = forms.DateField(label=gettext_lazy("Done on"), required=False, widget=DayInput)
    is_effective = forms.NullBooleanField(label=gettext_lazy("Did it help?"), required=False)

    @cached_property
    def row(self) -> CorrectiveAction | None:
        asked = str(self.asked.get("pk") or "")
        return self.case.actions.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None

    def values_of(self, case: Case) -> dict[str, Any]:
        names = ("pk", "text", "owner_id", "due_on", "done_on", "is_effective")
        values = {name.removesuffix("_id"): getattr(self.row, name) for name in names} if self.row else {}
        return values or {"owner": self.member.pk, "due_on": self.today + dt.timedelta(days=30)}

    def mark(self, case: Case) -> str:
        """An action is nobody's hurry: what is written last stands."""
        return ""

    def prepare(self) -> None:
        kept = Member.objects.filter(pk=self.row.owner_id) if self.row and self.row.owner_id else Member.objects.none()
        self.fields["owner"].queryset = workers() | kept  # type: ignore[attr-defined]
        if self.row is None:
            del self.fields["done_on"], self.fields["is_effective"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("is_effective") is not None and not data.get("done_on"):
            self.add_error("done_on", _("Say first when it was done."))
        return data

    def act(self, case: Case, actor: Actor) -> None:
        row = self.row or CorrectiveAction(case=case)
        for name in ("text", "owner", "due_on", "done_on", "is_effective"):
            if name in self.fields:
                setattr(row, name, self.cleaned_data[name])
        row.save()


class WatchForm(StepForm):
    title, action, done = gettext_lazy("Watch"), gettext_lazy("Watch"), gettext_lazy("You are told of what happens.")

    def mark(self, case: Case) -> str:
        return ""

    def act(self, case: Case, actor: Actor) -> None:
        case.watchers.add(self.member)


class UnwatchForm(WatchForm):
    title, action, done = (
        gettext_lazy("Stop watching"),
        gettext_lazy("Stop watching"),
        gettext_lazy("No longer watched."),
    )

    def act(self, case: Case, actor: Actor) -> None:
        case.watchers.remove(self.member)


class RenewLinkForm(StepForm):
    """A link that got into wrong hands leads nowhere any more."""

    title, action = gettext_lazy("Renew the customer's link"), gettext_lazy("Renew the link")
    done = gettext_lazy("The link is new; every one that was sent before leads nowhere now.")
    is_sure = forms.BooleanField(
        label=gettext_lazy("Every link to this case that the customer was sent stops working. Send the new one.")
    )

    def act(self, case: Case, actor: Actor) -> None:
        tracking.renew(case)
        case.note(Step.EDIT, actor, self.now, {"link": case.tracking_version})


EDITS: dict[str, type[StepForm]] = {
    "assess": AssessForm,
    "details": DetailsForm,
    "link": LinkForm,
    "cause": CauseForm,
    "compensate": CompensateForm,
    "adopt": AdoptForm,
    "action": ActionForm,
    "tags": TagsForm,
    "follow_up": FollowUpForm,
    "merge": MergeForm,
    "watch": WatchForm,
    "unwatch": UnwatchForm,
    "renew_link": RenewLinkForm,
}
