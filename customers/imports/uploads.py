"""Files that came through the page: kept under a random name, outside of what is served."""

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
from .presets import all_presets, find_preset
from .running import open_table, stored_path

MAX_BYTES = 300 << 20


def accept(upload: UploadedFile, kind: str, preset: str, member: Any) -> ImportRun:
    """Store the file, look at it, and propose how to read it; a refusal leaves nothing behind."""
    if (upload.size or 0) > MAX_BYTES:
        raise ImportRefused(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES >> 20})
    name = Path(upload.name or "").name[:200]
    run = ImportRun(kind=kind, file_name=name, member=member, stored_name=stored_file_name())
    path = stored_path(run)
    _store(upload, path)
    try:
        run.options, run.preset, run.headers = _proposal(path, kind, preset)
    except (TableError, ImportRefused):
        path.unlink(missing_ok=True)
        raise
    run.file_bytes = upload.size or 0
    run.save()
    return run


def _store(upload: UploadedFile, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("xb") as target:
        path.chmod(0o600)
        for chunk in upload.chunks():
            target.write(chunk)


def _proposal(path: Path, kind: str, preset: str) -> tuple[dict[str, Any], str, list[str]]:
    """Options, the preset's name and the headers: the chosen preset, or one that fits, or synonyms."""
    options = find_preset(preset, kind).options if preset else ImportOptions()
    table = open_table(path, options)
    if not preset:
        fitting = guess_preset(kind, table.headers)
        if fitting:
            preset, options = fitting, find_preset(fitting, kind).options
    mapping = {
        name: header
        for name, header in (options.mapping or guess_mapping(KINDS[kind], table.headers)).items()
        if header in table.headers
    }
    return {**options.to_json(), "mapping": mapping}, preset, list(table.headers)


def guess_preset(kind: str, headers: tuple[str, ...]) -> str:
    """The preset whose every column the file has, the one with most columns first; '' for none."""
    candidates = [preset for preset in all_presets(kind) if preset.options.mapping and not preset.options.layouts]
    fitting = [preset for preset in candidates if set(preset.options.mapping.values()) <= set(headers)]
    return max(fitting, key=lambda preset: len(preset.options.mapping)).name if fitting else ""


def preview(run: ImportRun, rows: int = 20) -> list[tuple[int, list[str]]]:
    """The first rows of the stored file with their line numbers; nothing once it is gone."""
    path = stored_path(run)
    if not run.stored_name or not path.is_file():
        return []
    return open_table(path, ImportOptions.from_json(run.options)).preview(rows)
