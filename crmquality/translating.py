"""Catalogues of translations: extracted, updated, compiled and checked without GNU gettext."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

SKIPPED_FOLDERS = {"migrations", "tests", "benchmarks", "node_modules", "var", "__pycache__"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "_lazy": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# A date in the header changes with every run and makes two branches conflict.
NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|\{\w*\}")


def extract_template(source: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterable[Any]:
    """Yield the messages of a Django template, as Django itself will look them up.

    Django turns the template into calls of gettext; within brackets, the spaces
    at the beginning of its lines mean nothing to Python's tokenizer.
    """
    calls = templatize(source.read().decode())
    return extract_python(BytesIO(f"({calls}\n)".encode()), keywords, comment_tags, options)


METHODS: list[tuple[str, Any]] = [
    ("**.py", "python"),
    ("**/templates/**.html", extract_template),
    ("templates/**", extract_template),
]


def languages() -> list[str]:
    """Return the languages that need a catalogue: all but the one the sources are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def po_file(language: str) -> Path:
    return Path(settings.BASE_DIR, "locale", to_locale(language), "LC_MESSAGES", "django.po")


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return name not in SKIPPED_FOLDERS and not name.startswith(".")


def extract() -> Catalog:
    """Return every string of code and templates that people may get to read."""
    found = Catalog(project="crmquality", fuzzy=False)
    messages = extract_from_dir(
        str(settings.BASE_DIR),
        METHODS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
        directory_filter=_is_ours,
    )
    for name, _line, message, comments, context in messages:
        # Without line numbers, which would change with every edit of the file.
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def update_catalogues() -> None:
    found = extract()
    for language in languages():
        path = po_file(language)
        catalogue = _read(path, language)
        found.creation_date = NO_DATE
        catalogue.update(found, no_fuzzy_matching=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0, ignore_obsolete=True, include_lineno=False, sort_output=True)


def compile_catalogues() -> None:
    """Write the binary catalogues that are older than their sources."""
    for language in languages():
        path = po_file(language)
        compiled = path.with_suffix(".mo")
        if not path.exists() or (compiled.exists() and compiled.stat().st_mtime >= path.stat().st_mtime):
            continue
        with compiled.open("wb") as file:
            write_mo(file, _read(path, language))


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=to_locale(language), project="crmquality", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


@dataclass
class Gaps:
    """What one language lacks."""

    language: str
    strings: int
    untranslated: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not (self.untranslated or self.broken)


def find_gaps() -> list[Gaps]:
    found = extract()
    return [_gaps(found, _read(po_file(language), language), language) for language in languages()]


def _gaps(found: Catalog, catalogue: Catalog, language: str) -> Gaps:
    gaps = Gaps(language, len(found))
    for message in found:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        if translated is None or translated.fuzzy or not all(_forms(translated.string)):
            gaps.untranslated.append(_described(message))
        elif not all(_placeholders(message) == set(PLACEHOLDER.findall(form)) for form in _forms(translated.string)):
            gaps.broken.append(_described(message))
    return gaps


def _forms(text: Any) -> Iterator[str]:
    yield from (text if isinstance(text, list | tuple) else [text])


def _placeholders(message: Message) -> set[str]:
    # Of a plural, its last form names everything; Chinese has only that one.
    return set(PLACEHOLDER.findall(list(_forms(message.id))[-1]))


def _described(message: Message) -> str:
    places = ", ".join(sorted({name for name, _line in message.locations})[:3])
    return f"{next(_forms(message.id))!r} ({places})"
