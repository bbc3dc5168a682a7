"""How an app above this one adds a kind of file, whose records are its own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import Promise

from . import fields, kinds, outcome, presets, rules, running, undo, upsert
from .fields import Kind, Type
from .presets import Preset
from .rules import Rule
from .simple import Simple
from .upsert import Target


@dataclass(frozen=True)
class Written:
    """A table that the kind is written to. `label`: SQL of what people call a row `t`."""

    target: Target
    model: type[models.Model]
    label: str


@dataclass(frozen=True)
class Addition:
    """A kind with all that an import asks of it.

    `written`: in the order of writing. `parts` go with a row that is undone, by us, and
    `left_to_database` by the database itself; a part may be named by its foreign key alone.
    `reasons`: why a line is rejected -> in words; `faults`: reason -> the fields in which the fault lies.
    `offers`: presets that depend on records.
    """

    kind: Kind
    writer: Simple
    written: Iterable[Written]
    parts: Iterable[type[models.Model] | models.Field] = ()
    left_to_database: Iterable[type[models.Model]] = ()
    types: Mapping[str, Type] = field(default_factory=dict)
    rules: Iterable[Rule] = ()
    reasons: Mapping[str, str | Promise] = field(default_factory=dict)
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    presets: Iterable[Preset] = ()
    offers: Iterable[Callable[[], Iterable[Preset]]] = ()


def add(addition: Addition) -> None:
    """Let files of this kind be imported and undone; called once, when the apps are ready."""
    kind = addition.kind.name
    kinds.KINDS[kind], running.WRITERS[kind] = addition.kind, addition.writer
    for each in addition.written:
        name = each.target.name
        upsert.TARGETS[name], undo.MODELS[name], undo.LABELS[name] = each.target, each.model, each.label
    undo.PARTS.update(addition.parts)
    undo.LEFT_TO_DATABASE.update(addition.left_to_database)
    fields.TYPES.update(addition.types)
    rules.RULES.update({rule.name: rule for rule in addition.rules})
    rules.REASONS.update(addition.reasons)
    outcome.FIELDS_OF.update(addition.faults)
    presets.BUILT_IN.extend(addition.presets)
    presets.OFFERS.extend(addition.offers)
