"""Files that came through the page: kept under a random name, outside of what is served."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from crmquality.lib.tables import TableError
from customers.models import ImportRun
from customers.models.imports import stored_file_name

from .errors import ImportRefused
from .kinds import KINDS
from .mapping import guess_mapping
from .options import ImportOptions
from .presets import Preset, find_preset, fitting
from .running import open_table, stored_path

MAX_BYTES = 300 << 20
# From this share of known columns on a file is taken for what its preset says.
SURE = 0.5


def accept(upload: UploadedFile, kind: str, preset: str, member: Any) -> ImportRun:
    """Store the file, look at it, and propose how to read it; a refusal leaves nothing behind."""
    if (upload.size or 0) > MAX_BYTES:
        raise ImportRefused(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES >> 20})
    name = Path(upload.name or "").name[:200]
    stored_name = stored_file_name()
    path = stored_path(ImportRun(stored_name=stored_name))
    _store(upload, path)
    try:
        run = proposal(path, kind, preset)
    except (TableError, ImportRefused):
        path.unlink(missing_ok=True)
        raise
    run.file_name, run.member, run.stored_name = name, member, stored_name
    run.file_bytes = upload.size or 0
    run.save()
    return run


def _store(upload: UploadedFile, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as target:
        path.chmod(0o600)
        for chunk in upload.chunks():
            target.write(chunk)


def proposal(path: Path, kind: str, preset: str) -> ImportRun:
    """Kind, preset, options and headers: by the chosen preset, or one that fits, or synonyms."""
    layout = find_preset(preset, kind).options if preset and kind else ImportOptions()
    headers = list(open_table(path, layout).headers)
    chosen = _chosen(kind, preset, headers)
    if chosen is None:
        mapping = guess_mapping(KINDS[kind].under(ImportOptions()), headers)
        return ImportRun(kind=kind, options=ImportOptions(mapping=mapping).to_json(), headers=headers)
    return ImportRun(kind=chosen.kind, preset=chosen.name, options=proposed(chosen, headers), headers=headers)


def _chosen(kind: str, name: str, headers: Sequence[str]) -> Preset | None:
    """The preset that was asked for, or the one that fits; the kind, too, where it was left open."""
    if name and kind:
        return find_preset(name, kind, headers)
    fits = [preset for fit, preset in fitting(headers, kind) if fit >= SURE and name in ("", preset.name)]
    if not fits and not kind:
        raise ImportRefused(_("The columns do not tell what is in the file; choose it."))
    return fits[0] if fits else None


def proposed(preset: Preset, headers: Sequence[str]) -> dict[str, Any]:
    """The run's options under `preset`, with the columns that the file has."""
    return {**preset.options.to_json(), "mapping": preset.mapping(headers)}


def proposals(run: ImportRun) -> list[dict[str, Any]]:
    """The presets that the stored file's headers fit, the surest first."""
    return [
        {"preset": preset, "label": str(preset), "kind": KINDS[preset.kind].label, "percent": round(100 * fit),
         "is_chosen": (preset.kind, preset.name) == (run.kind, run.preset)
         and preset == find_preset(preset.name, preset.kind, run.headers)}
        for fit, preset in fitting(run.headers)[:3]
    ]  # fmt: skip


def preview(run: ImportRun, rows: int = 20) -> list[tuple[int, list[str]]]:
    """The first rows of the stored file with their line numbers; nothing once it is gone."""
    path = stored_path(run)
    if not run.stored_name or not path.is_file():
        return []
    return open_table(path, ImportOptions.from_json(run.options)).preview(rows)
