"""The register as a Word document: landscape, a summary, a row a case, its heading on every page, pages numbered."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from crmquality.lib import formats

from .register import Cell

# Word reads no XML with these; people paste them.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FONTS = {"zh-hans": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei"}
STYLES = ("Normal", "Title", "Header", "Footer")
# Centimetres of the number and of the six parts, together what A4 has between its margins.
WIDTHS = (1.9, 7.6, 3.2, 3.3, 3.7, 2.9, 3.1)
# A shorter entry stays on one page.
KEPT_TOGETHER = 1_500

Parts = Sequence[tuple[str, Sequence[tuple[int, str]]]]


def write_register(
    file: IO[bytes],
    title: str,
    period: str,
    company: str,
    summary: Sequence[tuple[str, str]],
    parts: Parts,
    entries: Iterable[Sequence[Cell]],
) -> None:
    """Write title, period and summary, and a table: an entry a row, a part a column; what is empty is left out.

    The first cell of an entry is its number and has a column of its own.
    """
    document = Document()
    _set_up(document, f"{company} · {title} · {period}")
    document.core_properties.title, document.core_properties.author = _clean(title), _clean(company)
    document.add_heading(_clean(title), 0)
    document.add_paragraph(_clean(period))
    told = _table(document, (6, 12))
    for name, value in summary:
        _write_row(told, [[("", name)], [("", value)]])
    document.add_paragraph()
    table = _table(document, WIDTHS)
    heading = _write_row(table, [[(pgettext("of a case", "Number"), "")], *([(part, "")] for part, _columns in parts)])
    heading.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for entry in entries:
        _write_row(table, [[(str(entry[0]), "")], *(_told(entry, columns) for _part, columns in parts)])
    document.save(file)


def _told(entry: Sequence[Cell], columns: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    """What an entry says of one part: names and words."""
    return [
        (_("%(name)s: ") % {"name": name}, _words(entry[at])) for at, name in columns if at and entry[at] is not None
    ]


def _table(document: Any, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _write_row(table: Any, cells: Sequence[Sequence[tuple[str, str]]]) -> Any:
    """A row of cells of lines, each a bold name and its words."""
    row = table.add_row()
    for cell, lines in zip(row.cells, cells, strict=True):
        paragraph = cell.paragraphs[0]
        for place, (name, words) in enumerate(lines):
            paragraph = cell.add_paragraph() if place else paragraph
            paragraph.add_run(_clean(name)).bold = True
            paragraph.add_run(_clean(words))
    if sum(len(words) for lines in cells for _name, words in lines) < KEPT_TOGETHER:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return row._tr


def _words(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return formats.moment(cell, cell.tzinfo)  # type: ignore[arg-type]
    if isinstance(cell, dt.date):
        return formats.day(cell)
    return formats.decimal(cell, 2) if isinstance(cell, int | float) else str(cell)


def _clean(text: str) -> str:
    return UNREADABLE.sub("", text)


def _set_up(document: Any, running: str) -> None:
    """Landscape A4, running header, page number, and fonts that have Chinese."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    section.header.paragraphs[0].text = _clean(running)
    _number_pages(section.footer.paragraphs[0])
    language = get_language() or "en"
    for name in STYLES:
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        # A theme's font would win over the one that is named.
        for place in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{place}"), None)
        for place in ("ascii", "hAnsi"):
            fonts.set(qn(f"w:{place}"), "Calibri")
        fonts.set(qn("w:eastAsia"), FONTS.get(language, FONTS["zh-hans"]))
    normal = document.styles["Normal"]
    normal.font.size = Pt(8)
    normal.paragraph_format.space_after = Pt(1)


def _number_pages(paragraph: Any) -> None:
    """Fields that Word fills in: the page and how many there are."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()._r
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run.append(part)
