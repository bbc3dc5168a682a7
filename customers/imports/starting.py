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


def start_run(
    kind: str, path: Path, *, preset: str = "", mapping: dict[str, str] | None = None, **wishes: str
) -> ImportRun:
    """A run for a file that lies where the user keeps it; nothing is copied."""
    from .running import open_table

    if not path.is_file():
        raise ImportRefused(_("There is no file %(path)s.") % {"path": path})
    options = find_preset(preset, kind).options if preset else ImportOptions()
    options = options.changed(**wishes)
    if mapping:
        base = options.mapping or guess_mapping(KINDS[kind], open_table(path, options).headers)
        options = options.changed(mapping={**base, **mapping})
    return ImportRun.objects.create(
        kind=kind, file_name=path.name[:200], stored_name="", preset=preset, options=options.to_json(),
        status=ImportRun.Status.IMPORTING,
    )  # fmt: skip


def as_options(run: ImportRun) -> ImportOptions:
    values: dict[str, Any] = run.options
    return ImportOptions.from_json(values)
