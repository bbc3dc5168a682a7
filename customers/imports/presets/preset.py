"""What a preset is: how files of one origin are read, and how one recognises them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from customers.imports.kinds import KINDS
from customers.imports.mapping import guess_mapping, plain, unknown_columns
from customers.imports.options import ImportOptions

Headers = tuple[str, ...]


@dataclass(frozen=True)
class Preset:
    """Either `options.mapping` names the columns exactly, or `columns` lists what they may be called.

    `columns`: field -> its headers, the best first; none: the field is never taken from the file.
    Fields it does not list are recognised as in any file. `marks`: of each group the file must
    have a column to be recognised. `others`: headers that such files have and nobody asks for.
    """

    name: str
    kind: str
    label: str | Promise
    options: ImportOptions
    # What such a file is called where it comes from; several of one name and kind differ in it.
    module: str | Promise = ""
    columns: Mapping[str, Headers] = field(default_factory=dict)
    marks: tuple[Headers, ...] = ()
    others: Headers = ()

    def __str__(self) -> str:
        return f"{self.label} · {self.module}" if self.module else str(self.label)

    def mapping(self, headers: Sequence[str]) -> dict[str, str]:
        """field -> header, as far as the file has them."""
        if self.options.mapping:
            return {name: header for name, header in self.options.mapping.items() if header in headers}
        return guess_mapping(KINDS[self.kind].under(self.options), headers, self.columns)

    def options_for(self, headers: Sequence[str]) -> ImportOptions:
        """The options with the columns that this file has; a mapping given by name stays as it is."""
        return self.options if self.options.mapping else self.options.changed(mapping=self.mapping(headers))

    def fit(self, headers: Sequence[str]) -> float:
        """How surely a file with these headers is one of these: 0 not at all, 1 every column is known."""
        if self.options.layouts or not headers:
            return 0.0
        if self.options.mapping:
            return float(set(self.options.mapping.values()) <= set(headers))
        there = {plain(header) for header in headers}
        if not self.marks or any(there.isdisjoint(map(plain, group)) for group in self.marks):
            return 0.0
        others = set(map(plain, self.others))
        unknown = [name for name in unknown_columns(headers, self.mapping(headers)) if plain(name) not in others]
        return 1 - len(unknown) / len(headers)
