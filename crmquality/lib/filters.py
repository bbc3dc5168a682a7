"""Filters of a list, as they stand in its address."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict

# Where one is in the list; a list that is filtered otherwise begins anew.
PLACES = ("after", "before")


def choice_filter(label: Any, everything: Any) -> forms.ChoiceField:
    """A select whose empty choice is `everything`."""
    widget = forms.Select(attrs={"class": "form-select", "aria-label": label})
    field = forms.ChoiceField(label=label, required=False, widget=widget)
    field.choices = [("", everything)]
    return field


def without(address: QueryDict, *names: str) -> str:
    """The query of an address without these, from its first page."""
    query = address.copy()
    for name in (*names, *PLACES):
        query.pop(name, None)
    return query.urlencode()


class AddressFilters(forms.Form):
    """What makes no sense in the address is left out. `unshown` are fields that are no filters."""

    unshown: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.address = data

    def offer(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Add to what a select offers."""
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
            value = None if name in self.unshown else self.values.get(name)
            for one in value if isinstance(value, list) else [value] if value else []:
                label = _label(getattr(field, "choices", []), one)
                yield {"label": str(field.label), "value": label, "without": self._without(name, one)}

    def _without(self, name: str, value: str) -> str:
        query = self.address.copy()
        query.setlist(name, [each for each in query.getlist(name) if each != value])
        return without(query)


def _label(choices: Any, value: str) -> str:
    """The words of a choice, those in groups included."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            inner = {str(each): words for each, words in label}
            if value in inner:
                return str(inner[value])
        elif str(key) == value:
            return str(label)
    return value
