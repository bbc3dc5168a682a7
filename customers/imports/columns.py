"""One column of a chunk, parsed.

Files repeat themselves: 50,000 lines hold some hundred prices. So every distinct cell is
parsed once, in plain Python, and the rest is indexing.
"""

import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .dates import Ambiguous
from .errors import DateOrderNeeded
from .fields import Field, Reading, Rounded

NULL = r"\N"
TO_ESCAPE = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Column:
    """`values[codes[i]]` is the value of row i; None for an empty cell."""

    def __init__(self, codes: np.ndarray, cells: Sequence[str], values: list[Any], wrong: dict[int, str]) -> None:
        self.codes, self.cells, self.values, self.wrong = codes, cells, values, wrong

    @classmethod
    def parsed(cls, raw: Sequence[str], field: Field, reading: Reading) -> "Column":
        codes, cells = pd.factorize(np.array(raw, dtype=object))
        has_words = field.name in reading.words
        if field.is_text and not has_words:
            # Half of a file is text, and most of it different on every line.
            values: list[Any] = [cell.strip() or None for cell in cells]
            limit = field.max_length or sys.maxsize
            wrong = {place: "too_long" for place, value in enumerate(values) if value and len(value) > limit}
            return cls(codes, list(cells), [None if place in wrong else v for place, v in enumerate(values)], wrong)
        read = _read if has_words else _parse
        pairs = [read(cell.strip(), field, reading) for cell in cells]
        wrong = {place: problem for place, (_value, problem) in enumerate(pairs) if problem}
        return cls(codes, list(cells), [value for value, _problem in pairs], wrong)

    @classmethod
    def of_values(cls, values: Sequence[Any]) -> "Column":
        codes, distinct = pd.factorize(np.array(values, dtype=object), use_na_sentinel=False)
        return cls(codes, ["" if value is None else str(value) for value in distinct], list(distinct), {})

    @classmethod
    def constant(cls, value: Any, length: int) -> "Column":
        return cls(np.zeros(length, dtype=int), [str(value)], [value], {})

    def where(self, is_so: Callable[[Any], bool]) -> np.ndarray:
        """Mask of the rows whose value is given and `is_so`."""
        return np.array([value is not None and is_so(value) for value in self.values], dtype=bool)[self.codes]

    def missing(self) -> np.ndarray:
        empty = [value is None and position not in self.wrong for position, value in enumerate(self.values)]
        return np.array(empty, dtype=bool)[self.codes]

    def wrong_for(self, problem: str) -> np.ndarray:
        return np.array([self.wrong.get(p) == problem for p in range(len(self.values))], dtype=bool)[self.codes]

    def taken(self) -> np.ndarray:
        """The values, one per row."""
        return _objects(self.values)[self.codes]

    def rendered(self) -> np.ndarray:
        """The values as COPY's text format wants them, one per row."""
        return _objects([render(value) for value in self.values])[self.codes]


def _objects(values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _read(cell: str, field: Field, reading: Reading) -> tuple[Any, str]:
    """The cell's value by the words that were agreed on, and what is wrong with it."""
    value, problem = _parse(reading.word(field.name, cell), field, reading)
    otherwise = reading.otherwise(field.name)
    if problem and otherwise is not None:
        return _parse(otherwise, field, reading)
    return value, problem


def _parse(cell: str, field: Field, reading: Reading) -> tuple[Any, str]:
    if not cell:
        return None, ""
    if field.max_length and len(cell) > field.max_length:
        return None, "too_long"
    try:
        return field.parse(cell, reading), ""
    except Ambiguous:
        raise DateOrderNeeded(field.name) from None
    except Rounded:
        return None, "rounded_number"
    except (ValueError, OverflowError):
        return None, "unreadable"


def render(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, str):
        return value.translate(ESCAPES) if TO_ESCAPE.search(value) else value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return str(value)
