"""Filters of lists. A parameter that nobody knows, or that is empty or given twice, is refused."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ErrorDetail, ValidationError


class Words(filters.CharFilter):
    """A text, exactly; blanks around it are its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, strip=False, **kwargs)


class Key(filters.NumberFilter):
    """The id of another record: a whole number."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=-(2**63), max_value=2**63 - 1, **kwargs)


class IsoDay(filters.DateFilter):
    """A day as YYYY-MM-DD, whatever the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=["%Y-%m-%d"], **kwargs)


def check_query(asked: Any, known: set[str], repeatable: set[str]) -> None:
    """Raise ValidationError for every parameter that would be ignored silently."""
    wrong: dict[str, list[ErrorDetail]] = {}
    for name, values in asked.lists():
        if name not in known:
            wrong[name[:100]] = [ErrorDetail(_("There is no such parameter."), code="unknown")]
        elif not all(values):
            wrong[name] = [ErrorDetail(_("This is empty."), code="blank")]
        elif len(values) > 1 and name not in repeatable:
            wrong[name] = [ErrorDetail(_("This is given more than once."), code="repeated")]
    if wrong:
        raise ValidationError(wrong)


def names_of(filterset: type[filters.FilterSet] | None) -> tuple[set[str], set[str]]:
    """The parameters of a filter set, and those of them that may be repeated."""
    found = filterset.base_filters if filterset else {}
    return set(found), {name for name, each in found.items() if isinstance(each, filters.MultipleChoiceFilter)}
