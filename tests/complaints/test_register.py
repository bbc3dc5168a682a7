"""The register is opened again, in both formats and languages."""

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from python_calamine import CalamineWorkbook

from complaints import life
from complaints.models import Actor, CorrectiveAction
from crmquality.translating import compile_catalogues
from customers.models import PersonalDataLog
from tests.people import member
from tests.records import at, case, customer, product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
ASKED = {"from": "2025-03-01", "to": "2025-03-31"}
HOSTILE = "=HYPERLINK(1)"


@pytest.fixture
def url() -> str:
    return reverse("complaints:register_export")


@pytest.fixture
def told(agent):
    """A complaint with everything that is written down."""
    buyer = customer("C-1", name="上海精工")
    one = case(
        at("2025-03-03"), buyer, subject="Late\x01 again", text=HOSTILE, remedy_sought="A new one", compensation=12_50,
        is_safety=True, cause_text="The lorry broke down",
    )  # fmt: skip
    one.products.add(product("P-1", name="Pump"))
    CorrectiveAction.objects.create(case=one, text="Second lorry", due_on="2025-05-01")
    life.propose(one, "We send a new one.", Actor.staff(agent), at("2025-03-05"))
    life.close(one, "rejected", Actor.staff(agent), at("2025-03-06"))
    case(at("2025-04-03"))
    return one


def content(client, url: str, **more: str) -> BytesIO:
    response = client.get(url, ASKED | more)
    assert response.status_code == 200
    return BytesIO(b"".join(response.streaming_content))


@pytest.mark.parametrize("language, products", [("en", "Products"), ("zh-hans", "产品")])
def test_excel_has_a_row_a_case_and_no_live_formula(client, manager, told, url, language, products):
    compile_catalogues()
    client.force_login(manager)
    book = CalamineWorkbook.from_filelike(content(client, url, language=language))
    heading, row, *more = book.get_sheet_by_index(0).to_python()
    assert len(heading) == len(row) and more == []
    assert (row[0], row[heading.index(products)]) == (told.number, "Pump")
    assert "'" + HOSTILE in row
    assert row[-1] == 12.5


def section_width(document) -> int:
    section = document.sections[0]
    return section.page_width - section.left_margin - section.right_margin


@pytest.mark.parametrize("language, font", [("en", "Microsoft YaHei"), ("zh-hant", "Microsoft JhengHei")])
def test_word_has_a_row_a_case_in_landscape_with_its_heading_and_pages_numbered(
    client, manager, told, url, language, font
):
    client.force_login(manager)
    document = Document(content(client, url, language=language, format="docx"))
    summary, table = document.tables
    heading, row = table.rows
    assert "tblHeader" in heading._tr.xml and len(heading.cells) == 7
    assert row.cells[0].text == told.number
    assert "上海精工" in row.cells[1].text and "Late again" in row.cells[1].text
    assert "The lorry broke down" in row.cells[3].text
    assert sum(column.width for column in table.columns) <= section_width(document)
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE and section.page_width > section.page_height
    assert "NUMPAGES" in section.footer._element.xml
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert len(summary.rows) == 6


def test_taking_it_out_is_written_down(client, manager, told, url):
    client.force_login(manager)
    content(client, url)
    logged = PersonalDataLog.objects.get()
    assert (logged.member, logged.what, logged.counts) == (manager, "case register", {"rows": 1})


def test_who_may_take_it_out(client, manager, agent, outsider, told, url):
    assert client.get(url).status_code == 302
    auditor = member("audit", "auditor")
    for who, status in ((manager, 200), (agent, 403), (outsider, 403), (auditor, 403)):
        client.force_login(who)
        assert client.get(url, ASKED).status_code == status


def test_leads_take_out_only_what_they_see(client, told, url, team):
    client.force_login(member("lead", "lead", team=None))
    rows = CalamineWorkbook.from_filelike(content(client, url)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1


def test_ten_and_fifty_cases_cost_the_same_queries(client, manager, url):
    client.force_login(manager)
    counts = []
    for cases in (10, 40):
        for _ in range(cases):
            case("2025-03-03", customer()).products.add(product())
        with CaptureQueriesContext(connection) as captured:
            content(client, url)
        counts.append(len(captured))
    assert counts[0] == counts[1]
