"""Forms of the import pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crmquality.lib.money import is_currency, parse_amount
from customers.imports.kinds import KINDS
from customers.imports.options import ImportOptions
from customers.imports.presets import all_presets
from customers.models import ImportRun


class ImportUploadForm(forms.Form):
    """Which file, and what is in it."""

    kind = forms.ChoiceField(
        label=_("What is in the file?"), required=False,
        choices=[("", _("Recognise it by the columns")), *((k.name, k.label) for k in KINDS.values())],
    )  # fmt: skip
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (comma, semicolon or tab; also gzipped) or Excel (.xlsx), up to 300 MB."),
    )
    preset = forms.ChoiceField(
        label=_("Preset"), required=False,
        help_text=_("Leave it open and the columns are recognised by their headers."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget.attrs["class"] = self.fields["preset"].widget.attrs["class"] = "form-select"
        self.fields["file"].widget.attrs["class"] = "form-control"
        choices = {p.name: str(p.label) if p.module else f"{KINDS[p.kind].label} · {p.label}" for p in all_presets()}
        self.fields["preset"].choices = [("", _("Recognise the columns")), *choices.items()]  # type: ignore[attr-defined]


class ImportMappingForm(forms.Form):
    """Which column is which field, and what the file does not say itself."""

    date_order = forms.ChoiceField(
        label=_("Dates like 3/4/2011"), required=False,
        choices=[
            ("", _("as the column shows; ask if it does not")),
            ("dmy", _("day first")),
            ("mdy", _("month first")),
        ],
    )  # fmt: skip
    source = forms.SlugField(
        label=_("Name of the source"), required=False, max_length=50,
        help_text=_("Numbers are unique within a source, e.g. webshop."),
    )  # fmt: skip
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Empty: the organisation's.")
    )
    rate = forms.CharField(
        label=_("Exchange rate"), required=False, max_length=20,
        help_text=_("The organisation's currency for one unit of it."),
    )  # fmt: skip
    save_as = forms.SlugField(
        label=_("Save as preset"), required=False, max_length=50,
        help_text=_("A name, to read the next such file in the same way."),
    )  # fmt: skip

    def __init__(self, run: ImportRun, *args: Any, **kwargs: Any) -> None:
        self.run, self.options = run, ImportOptions.from_json(run.options)
        super().__init__(*args, **kwargs)
        columns = [("", "–"), *((header, header) for header in run.headers)]
        for known in KINDS[run.kind].under(self.options).fields:
            self.fields[f"map_{known.name}"] = forms.ChoiceField(
                label=str(known.label), required=False, choices=columns,
                initial=self.options.mapping.get(known.name, ""),
            )  # fmt: skip
        for name in ("date_order", "source", "currency", "rate"):
            self.fields[name].initial = getattr(self.options, name)
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"

    def mapping_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("map_")]

    def other_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if not name.startswith("map_")]

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if code and not is_currency(code):
            raise forms.ValidationError(_("%(code)s is not a currency."), params={"code": code})
        return str(code)

    def clean_rate(self) -> str:
        rate = self.cleaned_data["rate"]
        try:
            if rate and parse_amount(rate) <= 0:
                raise ValueError
        except ValueError:
            raise forms.ValidationError(_("%(rate)s is not an exchange rate."), params={"rate": rate}) from None
        return str(rate)

    def clean_save_as(self) -> str:
        name = self.cleaned_data["save_as"]
        if name in {preset.name for preset in all_presets()}:
            raise forms.ValidationError(_("There is a preset of this name."))
        return str(name)

    def chosen(self) -> ImportOptions:
        """The run's options with what the user settled."""
        mapping = {
            name.removeprefix("map_"): header
            for name, header in self.cleaned_data.items()
            if name.startswith("map_") and header
        }
        settled = {name: self.cleaned_data[name] for name in ("date_order", "source", "currency", "rate")}
        return ImportOptions.from_json({**self.options.to_json(), **settled, "mapping": mapping})
