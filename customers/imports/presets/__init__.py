"""Ready-made ways of reading files, as data; saved ones are rows of ImportPreset."""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from customers.imports.errors import ImportRefused
from customers.imports.options import ImportOptions
from customers.models import ImportPreset

from .fxiaoke import FXIAOKE
from .preset import Preset
from .samples import SAMPLES
from .zoho import ZOHO

__all__ = ["BUILT_IN", "Preset", "all_presets", "find_preset", "fitting"]

# An app above this one adds its own, and what it offers depending on its records.
BUILT_IN: list[Preset] = [*SAMPLES, *ZOHO, *FXIAOKE]
OFFERS: list[Callable[[], Iterable[Preset]]] = []


def all_presets(kind: str = "") -> list[Preset]:
    """Built in, offered and saved, for one kind or all."""
    saved = [
        Preset(row.name, row.kind, row.name, ImportOptions.from_json(row.options)) for row in ImportPreset.objects.all()
    ]
    offered = [preset for offer in OFFERS for preset in offer()]
    return [preset for preset in (*BUILT_IN, *offered, *saved) if kind in ("", preset.kind)]


def find_preset(name: str, kind: str, headers: Sequence[str] = ()) -> Preset:
    """The preset of that name, of several the one that the headers fit best; a refusal names those there are."""
    candidates = all_presets(kind)
    named = [preset for preset in candidates if preset.name == name]
    if named:
        return max(named, key=lambda preset: preset.fit(headers))
    names = ", ".join(dict.fromkeys(preset.name for preset in candidates)) or "–"
    raise ImportRefused(
        _("There is no preset “%(name)s” for %(kind)s; there are: %(names)s.")
        % {"name": name, "kind": kind, "names": names}
    )


def fitting(headers: Sequence[str], kind: str = "") -> list[tuple[float, Preset]]:
    """The presets that a file with these headers fits, with how surely, the surest first."""
    fits = [(preset.fit(headers), preset) for preset in all_presets(kind)]
    return sorted(
        ((fit, preset) for fit, preset in fits if fit > 0),
        key=lambda found: (found[0], len(found[1].options.mapping)),
        reverse=True,
    )
