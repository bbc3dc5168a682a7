"""The base of every record's serializer."""

import copy
from collections.abc import Callable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as ModelError
from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers

from . import fields


class Strict(serializers.Serializer):
    """Refuses names it does not know, so that a slip of the pen is not silently ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                said = [serializers.ErrorDetail(_("There is no such field."), code="unknown")]
                raise serializers.ValidationError({name[:100]: said for name in unknown})
        return super().to_internal_value(data)


class RecordSerializer(Strict, serializers.ModelSerializer):
    """A row of a model: strict fields, and the rules of its table said at the field."""

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.Text,
        models.TextField: fields.Text,
        models.EmailField: fields.Email,
        models.IntegerField: fields.Whole,
        models.PositiveIntegerField: fields.Whole,
        models.PositiveSmallIntegerField: fields.Whole,
        models.BigIntegerField: fields.Whole,
        models.BooleanField: fields.YesNo,
        models.DateField: fields.Day,
        models.DateTimeField: fields.Moment,
        models.TimeField: fields.Clock,
    }
    serializer_choice_field = fields.Choice
    # Pairs of dates that must be in order.
    in_order: ClassVar[list[tuple[str, str]]] = []
    # Set when the record is made, and not moved afterwards.
    fixed: ClassVar[set[str]] = {"customer"}

    def get_unique_together_constraints(self, model: Any) -> Iterator[Any]:
        """None for DRF, which would demand every field of them: `validate` asks the model."""
        return iter(())

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        self._keep_fixed(attrs)
        row = self.imagined(attrs)
        for first, last in self.in_order:
            begin, end = getattr(row, first), getattr(row, last)
            if begin and end and end < begin:
                raise serializers.ValidationError({last: _("This is before “%(first)s”.") % {"first": first}})
        try:
            self.check(row)
        except ModelError as error:
            raise serializers.ValidationError(serializers.as_serializer_error(error)) from None
        return attrs

    def check(self, row: Any) -> None:
        """Ask the constraints of the table; `row` is for looking at only."""
        row.validate_constraints()

    def _keep_fixed(self, attrs: dict[str, Any]) -> None:
        for name in self.fixed & set(attrs) if self.instance else ():
            if attrs[name] != getattr(self.instance, name):
                raise serializers.ValidationError({name: _("This cannot be changed.")})

    def imagined(self, attrs: dict[str, Any]) -> Any:
        """The row as it would be, not stored."""
        row = copy.copy(self.instance) if self.instance else self.Meta.model()
        for name, value in attrs.items():
            setattr(row, name, value)
        return row

    def create(self, attrs: dict[str, Any]) -> Any:
        row = self.imagined(attrs)
        self.keep(row)
        return row

    def update(self, row: Any, attrs: dict[str, Any]) -> Any:
        """Only what is given is written, so that two who change different fields both succeed."""
        for name, value in attrs.items():
            setattr(row, name, value)
        if attrs:
            self.keep(row, list(attrs))
        return row

    def keep(self, row: Any, names: list[str] | None = None) -> None:
        row.save(update_fields=names)


class Plain(serializers.Serializer):
    """For long lists: values that JSON knows are taken from the row as they are."""

    def to_representation(self, row: Any) -> dict[str, Any]:
        return {name: value(row) for name, value in self._values}

    @cached_property
    def _values(self) -> list[tuple[str, Callable[[Any], Any]]]:
        return [(field.field_name, _value(field.source)) for field in self._readable_fields]


def _value(source: str) -> Callable[[Any], Any]:
    """Reads `source`, a path of attributes; None where it breaks off."""
    path, _dot, name = source.rpartition(".")
    value = attrgetter(name)
    if not path:
        return value
    owner = attrgetter(path)

    def read(row: Any) -> Any:
        found = owner(row)
        return None if found is None else value(found)

    return read
