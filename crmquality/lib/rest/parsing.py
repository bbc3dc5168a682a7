"""JSON as strict as the database: what PostgreSQL cannot store is refused here, with 400."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

LARGEST = 2 * 1024 * 1024
DEEPEST = 20


class StrictJSONParser(BaseParser):
    """Bodies of JSON; no NaN, no NUL, no half characters, nothing very deep or very large."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        text = stream.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise ParseError(_("The body is larger than %(bytes)s bytes.") % {"bytes": LARGEST})
        try:
            data = json.loads(text.decode("utf-8"), parse_constant=_refused)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("This is not JSON: %(error)s") % {"error": str(error)[:200]}) from None
        for string in _strings(data):
            if "\x00" in string or any("\ud800" <= letter <= "\udfff" for letter in string):
                raise ParseError(_("A text holds a character that cannot be stored."))
        return data


def _refused(name: str) -> None:
    raise ValueError(name)


def _strings(data: Any, depth: int = 0) -> Iterator[str]:
    """Every key and every text of the body."""
    if depth > DEEPEST:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _strings(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value, depth + 1)
