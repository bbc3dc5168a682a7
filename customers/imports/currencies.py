"""A sign or code beside an amount must not say another currency than the one the line is counted in."""

from collections.abc import Iterator

import numpy as np

from crmquality.lib.money import currencies_meant

from .fields import Kind
from .rules import Columns


def contradictions(
    kind: Kind, mapping: dict[str, str], columns: Columns, currency: str
) -> Iterator[tuple[np.ndarray, str, str]]:
    """Mask, reason and field. `currency`: of the lines that name none of their own."""
    for name in mapping:
        if kind.field(name).type != "money":
            continue
        meant = [currencies_meant(cell) for cell in columns[name].cells]
        for possible in {each for each in meant if each is not None}:
            says = np.array([each == possible for each in meant], dtype=bool)[columns[name].codes]
            yield says & _is_counted_otherwise(columns, currency, possible), "another_currency", name


def _is_counted_otherwise(columns: Columns, currency: str, possible: frozenset[str]) -> np.ndarray | bool:
    if "currency" not in columns:
        return currency not in possible
    own = columns["currency"]
    otherwise = own.where(lambda code: code not in possible)
    return otherwise if currency in possible else otherwise | own.missing()
