"""The register as a Word document: landscape, a summary, one section a case, pages numbered."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from crmquality.lib import formats

from .register import Cell

# Word reads no XML with these; people paste them.
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
FONTS = {"zh-hans": "Microsoft YaHei", "zh-hant": "Microsoft JhengHei"}
STYLES = ("Normal", "Title", "Heading 1", "Heading 2", "Header", "Footer")


def write_register(
    file: IO[bytes],
    title: str,
    period: str,
    company: str,
    summary: Sequence[tuple[str, str]],
    parts: Sequence[tuple[str, Sequence[tuple[int, str]]]],
    entries: Iterable[Sequence[Cell]],
) -> None:
    """Write title, period and summary, and of each entry its parts; what is empty is left out."""
    document = Document()
    _set_up(document, f"{company} · {title} · {period}")
    document.core_properties.title, document.core_properties.author = _clean(title), _clean(company)
    document.add_heading(_clean(title), 0)
    document.add_paragraph(_clean(period))
    table = document.add_table(rows=0, cols=2, style="Light Grid Accent 1")
    for name, value in summary:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = _clean(name), _clean(value)
    for entry in entries:
        _write_entry(document, entry, parts)
    document.save(file)


def _write_entry(document: Any, entry: Sequence[Cell], parts: Sequence[tuple[str, Sequence[tuple[int, str]]]]) -> None:
    document.add_heading(_clean(str(entry[0])), 1)
    for part, columns in parts:
        told = [(name, _words(entry[place])) for place, name in columns if entry[place] is not None]
        if not told:
            continue
        document.add_heading(_clean(part), 2)
        for name, words in told:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.add_run(_clean(_("%(name)s: ") % {"name": name})).bold = True
            paragraph.add_run(_clean(words))


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
    document.styles["Normal"].font.size = Pt(10)


def _number_pages(paragraph: Any) -> None:
    """A field that Word fills in with the number of the page."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()._r
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run.append(part)
