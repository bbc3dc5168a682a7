"""Texts side by side in every language, as they are kept: {"en": "...", "zh-hans": "..."}."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField

LONGEST = 1000


@dataclass(frozen=True)
class Cell:
    """One language of one text; `is_missing`: others are written and this one is not."""

    language: str
    field: BoundField
    is_missing: bool


@dataclass(frozen=True)
class Texts:
    name: str
    label: str
    cells: list[Cell]


class InLanguages(forms.Form):
    """A form with texts: `TEXTS` names them with label and lines, `texts_of` what they hold at first."""

    TEXTS: Mapping[str, tuple[Any, int]] = {}

    def add_texts(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        for name, (label, lines) in self.TEXTS.items():
            for code, language in settings.LANGUAGES:
                widget: forms.Widget = forms.Textarea(attrs={"rows": lines, "class": "form-control", "lang": code})
                if lines == 1:
                    widget = forms.TextInput(attrs={"class": "form-control", "lang": code})
                widget.attrs["aria-label"] = f"{label}, {language}"
                self.fields[f"{name}-{code}"] = forms.CharField(
                    required=False, max_length=LONGEST, label=f"{label}, {language}", widget=widget,
                    initial=texts.get(name, {}).get(code, ""),
                )  # fmt: skip

    def texts(self, name: str) -> dict[str, str]:
        """What was written, by language, blanks left out."""
        found = {code: self.cleaned_data.get(f"{name}-{code}", "") for code, _label in settings.LANGUAGES}
        return {code: text for code, text in found.items() if text}

    @property
    def groups(self) -> list[Texts]:
        """The texts ready to be drawn."""
        return [self._group(name, str(label)) for name, (label, _lines) in self.TEXTS.items()]

    def _group(self, name: str, label: str) -> Texts:
        fields = [(code, self[f"{name}-{code}"]) for code, _language in settings.LANGUAGES]
        is_written = any(field.value() for _code, field in fields)
        return Texts(name, label, [Cell(code, field, is_written and not field.value()) for code, field in fields])
