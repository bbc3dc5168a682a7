"""The filters of the queue, as they stand in the address."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints.models import Kind, SavedFilter, Severity, Status
from customers.models import Tier

from .choices import grouped

# What a saved filter and a link keep: everything but the page one is on.
PLACES = ("after", "before")


def _select(label: Any, everything: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select", "aria-label": label})
    field = forms.ChoiceField(label=label, required=False, widget=widget)
    field.choices = [("", everything)]
    return field


class CaseFilters(forms.Form):
    """Filters as they stand in the address; what makes no sense there is left out."""

    q = forms.CharField(required=False, max_length=200, label=_("Search"))
    kind = _select(_("Kind"), _("All kinds"))
    severity = _select(_("Severity"), _("All severities"))
    category = _select(_("Category"), _("All categories"))
    status = _select(_("State"), _("All states"))
    tier = _select(_("Tier"), _("All tiers"))
    owner = _select(_("Owner"), _("All owners"))
    team = _select(_("Department"), _("All departments"))
    region = _select(_("Region"), _("All regions"))
    tag = _select(_("Tag"), _("All tags"))

    def __init__(self, data: QueryDict, facets: Mapping[str, list[Any]]) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.address = data
        self._offer("kind", Kind.choices)
        self._offer("severity", [(str(value), label) for value, label in Severity.choices])
        self._offer("category", grouped(facets["category"]))
        self._offer("status", Status.choices)
        self._offer("tier", Tier.choices)
        self._offer("owner", [*facets["owner"], ("none", _("Nobody"))])
        for name in ("team", "region", "tag"):
            self._offer(name, facets[name])

    def _offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        field.choices = [*field.choices, *choices]  # type: ignore[misc]

    @property
    def values(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def chips(self) -> Iterator[dict[str, str]]:
        """Each filter in force, with the address that takes it away."""
        for name, field in self.fields.items():
            if value := self.values.get(name):
                label = _label(getattr(field, "choices", []), value)
                yield {"label": str(field.label), "value": label, "without": without(self.address, name)}


def _label(choices: Any, value: str) -> str:
    """The words of a choice, groups of choices included."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            inner = dict(label)
            if value in inner:
                return str(inner[value])
        elif key == value:
            return str(label)
    return value


def without(address: QueryDict, *names: str) -> str:
    """The query of an address without these, from its first page."""
    query = address.copy()
    for name in (*names, *PLACES):
        query.pop(name, None)
    return query.urlencode()


class SaveFilterForm(forms.ModelForm):
    class Meta:
        model = SavedFilter
        fields = ["name", "query"]
