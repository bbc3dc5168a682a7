"""Charts as data: a title, columns and rows. The page draws them and shows them as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crmquality.lib import formats


@dataclass(frozen=True)
class Chart:
    """`kind` names the drawing in static/charts.js; `summary` is what a screen reader hears.

    `links` are the addresses behind the rows, '' where there is nothing behind one; `note` stands below.
    `name` tells charts of one kind on a page apart.
    """

    kind: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    summary: str = ""
    colours: Sequence[str] = field(default_factory=list)
    links: Sequence[str] = field(default_factory=list)
    height: int = 18
    note: str = ""
    name: str = ""

    @property
    def id(self) -> str:
        return f"chart-{self.name or self.kind}"

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """What is behind each row, and the row as text in the reader's form."""
        links = self.links or [""] * len(self.rows)
        return [(link, [_cell(cell) for cell in row]) for link, row in zip(links, self.rows, strict=True)]

    @property
    def payload(self) -> dict[str, Any]:
        """What the drawing needs, as JSON."""
        return {
            "kind": self.kind,
            "title": self.title,
            "summary": self.summary or self.title,
            "columns": list(self.columns),
            "rows": [list(row) for row in self.rows],
            "colours": list(self.colours),
            "links": list(self.links),
        }


def _cell(cell: Any) -> str:
    if isinstance(cell, int):
        return formats.decimal(cell, 0)
    return cell if isinstance(cell, str) else formats.fixed(cell, 1)
