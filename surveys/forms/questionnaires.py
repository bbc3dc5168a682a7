"""What people fill in to make a questionnaire: its head, its questions, choices and rows, conditions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.forms import formset_factory
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from surveys.editing import fresh_key, relations, values
from surveys.forms.texts import InLanguages
from surveys.models import Attribute, Kind, Look, Measure, Question, Stage, Version
from surveys.models.question import CHOICES, SCALES
from surveys.models.questionnaire import said

MOST_LINES = 40
MORE_LINES = 3
RELATIONS = {
    "at_most": _("is at most"), "at_least": _("is at least"), "equals": _("is"), "includes": _("includes"),
    "answered": _("is answered"),
}  # fmt: skip
SELECT = {"class": "form-select"}


class NewForm(forms.Form):
    name = forms.CharField(max_length=200, label=_("Name"), widget=forms.TextInput(attrs={"class": "form-control"}))
    purpose = forms.CharField(
        required=False, max_length=2000, label=_("What it is for"),
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )  # fmt: skip

    @property
    def short_name(self) -> str:
        return slugify(self.cleaned_data["name"])


class HeadForm(InLanguages, NewForm):
    """Title, introduction and thanks of a draft, and the name staff know it by."""

    TEXTS = {"title": (_("Title"), 1), "intro": (_("Introduction"), 2), "thanks": (_("Thanks"), 2)}
    minutes = forms.IntegerField(
        min_value=1, max_value=120, label=_("Minutes it takes"),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )  # fmt: skip
    offers_call = forms.BooleanField(
        required=False, label=_("Ask whether we may call"), help_text=_("Asked after the answers were sent.")
    )
    is_active = forms.BooleanField(required=False, label=_("Offered for new campaigns"))

    def __init__(self, draft: Version, data: QueryDict | None = None) -> None:
        questionnaire = draft.questionnaire
        first = {
            "name": questionnaire.name, "purpose": questionnaire.purpose, "is_active": questionnaire.is_active,
            "minutes": draft.minutes, "offers_call": draft.offers_call,
        }  # fmt: skip
        super().__init__(data, initial=first)
        self.draft = draft
        self.add_texts({name: getattr(draft, name) for name in self.TEXTS})

    def save(self) -> None:
        for name in self.TEXTS:
            setattr(self.draft, name, self.texts(name))
        for name in ("minutes", "offers_call"):
            setattr(self.draft, name, self.cleaned_data[name])
        self.draft.save(update_fields=[*self.TEXTS, "minutes", "offers_call"])
        questionnaire = self.draft.questionnaire
        for name in ("name", "purpose", "is_active"):
            setattr(questionnaire, name, self.cleaned_data[name])
        questionnaire.save(update_fields=["name", "purpose", "is_active"])


class LineForm(InLanguages):
    """One choice or one row of a matrix; a line without any text is none."""

    TEXTS = {"text": (_("Text"), 1)}
    key = forms.RegexField(r"^[a-z][a-z0-9_]*$", required=False, max_length=40, widget=forms.HiddenInput)
    tie = forms.ChoiceField(
        required=False, label=_("Measures"), widget=forms.Select(attrs={**SELECT, "aria-label": _("Measures")}),
        choices=[
            ("", "–"),
            (_("Attribute"), [(f"attribute:{value}", label) for value, label in Attribute.choices]),
            (_("Stage of the journey"), [(f"stage:{value}", label) for value, label in Stage.choices]),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_texts({"text": self.initial.get("text", {})})

    def has_changed(self) -> bool:
        """A line counts as written once it has a text; its key and place alone are nothing."""
        return not self.is_bound or any(self[f"text-{code}"].value() for code, _label in settings.LANGUAGES)


LineFormSet = formset_factory(LineForm, extra=MORE_LINES, can_order=True, max_num=MOST_LINES, validate_max=True)


def lines_of(question: Question) -> str:
    """Which lines the question has: options, rows, or '' for none."""
    return "options" if question.kind in CHOICES else "rows" if question.kind == Kind.MATRIX else ""


class QuestionForm(InLanguages):
    """A question of a draft. `above`: those that a condition may ask about, in order."""

    TEXTS = {
        "text": (_("Question"), 2), "help": (_("Explanation"), 1),
        "low_label": (_("Label of the lowest"), 1), "high_label": (_("Label of the highest"), 1),
    }  # fmt: skip
    key = forms.RegexField(
        r"^[a-z][a-z0-9_]*$", max_length=40, label=_("Id"), widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text=_("Results of versions join by it: lower-case letters, digits and _."),
        error_messages={"invalid": _("Lower-case letters, digits and _, a letter first.")},
    )  # fmt: skip
    is_required = forms.BooleanField(required=False, label=_("Must be answered"))
    scale_max = forms.TypedChoiceField(
        coerce=int, choices=[(5, "1–5"), (7, "1–7"), (10, "1–10")], label=_("Scale"), widget=forms.Select(attrs=SELECT)
    )
    look = forms.ChoiceField(choices=Look.choices, label=_("Looks like"), widget=forms.Select(attrs=SELECT))
    measure = forms.ChoiceField(
        required=False, choices=[("", _("Nothing")), *Measure.choices], label=_("Measures"),
        widget=forms.Select(attrs=SELECT),
    )  # fmt: skip
    attribute = forms.ChoiceField(
        required=False, choices=[("", "–"), *Attribute.choices], label=_("Attribute"), widget=forms.Select(attrs=SELECT)
    )
    stage = forms.ChoiceField(
        required=False, choices=[("", "–"), *Stage.choices], label=_("Stage of the journey"),
        widget=forms.Select(attrs=SELECT),
    )  # fmt: skip
    condition_on = forms.ChoiceField(required=False, label=_("Shown if"), widget=forms.Select(attrs=SELECT))
    condition_is = forms.ChoiceField(
        required=False, choices=list(RELATIONS.items()), label=_("Comparison"), widget=forms.Select(attrs=SELECT)
    )
    condition_value = forms.ChoiceField(required=False, label=_("Answer"), widget=forms.Select(attrs=SELECT))

    def __init__(
        self, question: Question, questions: Sequence[Question], is_key_fixed: bool, data: QueryDict | None = None
    ) -> None:
        names = ("key", "is_required", "scale_max", "look", "measure", "attribute", "stage")
        condition = question.show_if
        first = {name: getattr(question, name) for name in names} | {
            "condition_on": condition.get("question", ""), "condition_is": condition.get("is", "at_most"),
            "condition_value": f"{condition['question']}={condition.get('value')}" if condition else "",
        }  # fmt: skip
        super().__init__(data, initial=first)
        self.question, self.questions = question, questions
        self.above = [each for each in questions if each.position < question.position]
        self._fit(is_key_fixed)
        self.lines = self._lines(data) if lines_of(question) else None
        self.add_texts({name: getattr(question, name) for name in self.TEXTS})
        for name in () if question.kind in SCALES else ("low_label", "high_label"):
            for code, _label in settings.LANGUAGES:
                self.fields[f"{name}-{code}"].disabled = True

    def _fit(self, is_key_fixed: bool) -> None:
        """Only the fields that this kind of question has."""
        if self.question.kind not in SCALES:
            for name in ("look", "measure", "attribute", "stage"):
                del self.fields[name]
        if self.question.kind not in (Kind.SATISFACTION, Kind.MATRIX):
            del self.fields["scale_max"]
        elif is_key_fixed:
            self.fields["scale_max"].disabled = True
        self.fields["key"].disabled = is_key_fixed
        on, value = self.fields["condition_on"], self.fields["condition_value"]
        on.choices = [("", _("always")), *((each.key, str(each)[:80]) for each in self.above)]  # type: ignore[attr-defined]
        value.choices = [("", "–"), *((str(each)[:80], _value_choices(each)) for each in self.above)]  # type: ignore[attr-defined]

    def _lines(self, data: QueryDict | None) -> Any:
        first = [
            each | {"tie": next((f"{name}:{each[name]}" for name in ("attribute", "stage") if each.get(name)), "")}
            for each in getattr(self.question, lines_of(self.question))
        ]
        return LineFormSet(data, initial=first, prefix="lines")

    @property
    def groups(self) -> list[Any]:
        return super().groups if self.question.kind in SCALES else super().groups[:2]

    def is_valid(self) -> bool:
        lines_are_right = self.lines is None or self.lines.is_valid()
        return super().is_valid() and lines_are_right

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if any(each.key == key for each in self.questions if each.pk != self.question.pk):
            raise forms.ValidationError(__("Another question has this id."))
        if key != self.question.key and any(
            each.show_if.get("question") == self.question.key for each in self.questions
        ):
            raise forms.ValidationError(__("Other questions are shown depending on this one; its id stays."))
        return key

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("measure") == Measure.STAGE and not data.get("stage") and self.question.kind != Kind.MATRIX:
            self.add_error("stage", __("Say which stage of the journey."))
        if data.get("measure") == Measure.ATTRIBUTE and not data.get("attribute") and self.question.kind != Kind.MATRIX:
            self.add_error("attribute", __("Say which attribute."))
        data["show_if"] = self._condition(data)
        if not self.errors:
            self._keep_followers(data)
        return data

    def _condition(self, data: dict[str, Any]) -> dict[str, Any]:
        """As a question keeps it; {} where it is always shown."""
        about = next((each for each in self.above if each.key == data.get("condition_on")), None)
        relation = data.get("condition_is", "")
        if not about:
            return {}
        if relation not in relations(about):
            offered = ", ".join(f"“{RELATIONS[each]}”" for each in relations(about))
            self.add_error("condition_is", __("For this question only: %(offered)s.") % {"offered": offered})
            return {}
        if relation == "answered":
            return {"question": about.key, "is": relation}
        chosen = {f"{about.key}={value}": value for value in values(about)}
        if data.get("condition_value") not in chosen:
            self.add_error("condition_value", __("Choose an answer of “%(question)s”.") % {"question": about})
            return {}
        return {"question": about.key, "is": relation, "value": chosen[data["condition_value"]]}

    def _keep_followers(self, data: dict[str, Any]) -> None:
        """No question further down may wait for an answer that can no longer be given."""
        changed = Question(key=self.question.key, kind=self.question.kind, scale_max=data.get("scale_max"))
        changed.scale_max = changed.scale_max or self.question.scale_max
        changed.options = self.kept_lines() if lines_of(self.question) == "options" else []
        for each in self.questions:
            waits = each.show_if if each.show_if.get("question") == self.question.key else {}
            if "value" in waits and waits["value"] not in values(changed):
                self.add_error(
                    None, __("“%(question)s” is shown for an answer that would be gone.") % {"question": each}
                )

    def kept_lines(self) -> list[dict[str, Any]]:
        """The lines that say something, in the order of their places, each with its own key."""
        if self.lines is None or not self.lines.is_valid():
            return []
        written = [line for line in self.lines.ordered_forms if line.has_changed()]
        taken = {line.cleaned_data["key"] for line in written}
        found: list[dict[str, Any]] = []
        for line in written:
            text = line.texts("text")
            key = line.cleaned_data["key"]
            if not key or any(each["key"] == key for each in found):
                key = fresh_key(_slug(text), taken)
                taken.add(key)
            name, _colon, value = line.cleaned_data.get("tie", "").partition(":")
            found.append({"key": key, "text": text} | ({name: value} if value else {}))
        return found

    def save(self) -> Question:
        question = self.question
        for name in self.TEXTS:
            setattr(question, name, self.texts(name))
        for name in ("key", "is_required", "scale_max", "look", "measure", "attribute", "stage", "show_if"):
            if name in self.cleaned_data:
                setattr(question, name, self.cleaned_data[name])
        if which := lines_of(question):
            setattr(question, which, self.kept_lines())
        question.save()
        return question


def with_more_lines(data: QueryDict) -> QueryDict:
    """The same form with a few more empty lines."""
    more = data.copy()
    total = str(data.get("lines-TOTAL_FORMS", ""))
    written = int(total) if total.isdecimal() and len(total) < 4 else 0
    more["lines-TOTAL_FORMS"] = str(min(written + MORE_LINES, MOST_LINES))
    return more


def _slug(text: dict[str, str]) -> str:
    """A key made of the English words; "line" where there are none."""
    words = slugify(text.get("en", "")).replace("-", "_").lstrip("0123456789_")[:30]
    return words or "line"


def _value_choices(question: Question) -> list[tuple[str, str]]:
    labels = {option["key"]: said(option["text"]) for option in question.options}
    if question.kind == Kind.YES_NO:
        labels = {1: __("Yes"), 0: __("No")}
    return [(f"{question.key}={value}", labels.get(value) or str(value)) for value in values(question)]
