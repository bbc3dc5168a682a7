"""The run's row at the beginning: what is to be read, and how."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from customers.models import ImportRun

from .errors import ImportRefused
from .kinds import KINDS
from .mapping import guess_mapping
from .options import ImportOptions
from .presets import find_preset
from .running import open_table


def start_run(
    kind: str, path: Path, *, preset: str = "", mapping: dict[str, str] | None = None, **wishes: str
) -> ImportRun:
    """A run for a file that lies where the user keeps it; nothing is copied."""
    if not path.is_file():
        raise ImportRefused(_("There is no file %(path)s.") % {"path": path})
    options = _options(kind, path, preset).changed(**wishes)
    if mapping:
        base = options.mapping or guess_mapping(KINDS[kind].under(options), open_table(path, options).headers)
        options = options.changed(mapping={**base, **mapping})
    return ImportRun.objects.create(
        kind=kind, file_name=path.name[:200], stored_name="", preset=preset, options=options.to_json(),
        status=ImportRun.Status.IMPORTING,
    )  # fmt: skip


def _options(kind: str, path: Path, name: str) -> ImportOptions:
    if not name:
        return ImportOptions()
    preset = find_preset(name, kind)
    if not preset.columns:
        return preset.options
    headers = open_table(path, preset.options).headers
    return find_preset(name, kind, headers).options_for(headers)


def as_options(run: ImportRun) -> ImportOptions:
    values: dict[str, Any] = run.options
    return ImportOptions.from_json(values)
