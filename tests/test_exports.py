"""Every list as a file: with a mark, without live formulas, as filtered, only for those who may, logged."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from crmquality.lib import sheets
from crmquality.lib.exporting import as_file
from customers.lists import LISTS
from customers.models import Contact, ImportRun, Need, Opportunity, PersonalDataLog
from surveys.models import Invitation, LoopHit, LoopRule
from tests.people import member
from tests.records import (
    at,
    campaign,
    case,
    contact,
    customer,
    follow_up,
    interaction,
    line,
    order,
    product,
    questionnaire,
    response,
    sent_back,
)

pytestmark = pytest.mark.django_db
EVIL = "=cmd|' /C calc'!A0"
RECORDS = [("customers:record_index", [kind]) for kind in LISTS]
PERSONAL = [*RECORDS, ("customers:follow_up_list", []), ("customers:record_list", ["C-1"]),
            ("scoring:customer_timeline", ["C-1"]), ("customers:duplicate_list", []), ("scoring:customer_list", []),
            ("complaints:case_list", []), ("surveys:loop_list", []), ("surveys:call_list", []),
            ("surveys:campaign_detail", [1])]  # fmt: skip
OTHERS = [("customers:import_list", []), ("customers:quality_detail", []), ("scoring:run_list", []),
          ("scoring:model_list", []), ("surveys:campaign_list", [])]  # fmt: skip
PAGES = [*PERSONAL, *OTHERS]


def ids(page):
    return "-".join([page[0], *map(str, page[1])]) if isinstance(page, tuple) else str(page)


@pytest.fixture
def company(organisation, agent):
    alpha = customer("C-1", name=EVIL, owner=agent)
    beta = customer("C-2", name="Beta")
    for owner in (alpha, beta):
        contact(owner, "Ann", title=EVIL), interaction(owner, "2026-01-05", subject="Hello")
        Opportunity.objects.create(customer=owner, name="More", opened_on="2026-01-05", amount=12345)
        Need.objects.create(customer=owner, text="Blue", raised_on="2026-01-05")
        placed = order(owner, "2026-01-05", number=f"O-{owner.code}")
        sent_back(line(placed, product(f"P-{owner.code}"), quantity=2), "2026-01-09")
        case("2026-01-05", owner, subject=EVIL)
    wave = campaign(questionnaire(nps={"kind": "nps", "scale_max": 10}), id=1, channel="staff", name=EVIL)
    asked = Invitation.objects.create(
        campaign=wave, customer=alpha, contact=alpha.contacts.get(), due_at=at("2026-01-05"), standing="sent",
        is_anonymous=False,
    )  # fmt: skip
    rule = LoopRule.objects.create(name="Detractors", key="nps", at_most=6)
    bad = response(wave, "2026-01-05", alpha, {"nps": 3}, contact=asked.contact)
    LoopHit.objects.create(
        rule=rule, response=bad, due_at=at("2026-01-07"), follow_up=follow_up(alpha, "2026-01-07", subject=EVIL)
    )
    return alpha


def taken(client, page, how="csv", **filters):
    return client.get(reverse(page[0], args=page[1]), {"export": how, **filters})


def rows_of(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_list_is_taken_out_as_csv_and_as_excel(client, manager, company, page):
    client.force_login(manager)
    rows = rows_of(taken(client, page))
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "@")) for row in rows for cell in row)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(taken(client, page, "xlsx").streaming_content)))
    assert book.active.max_row == len(rows) and {cell.data_type for row in book.active for cell in row} <= {
        "s",
        "n",
        "d",
    }


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_only_those_with_the_right_take_lists_out(client, company, agent, outsider, page):
    for who in (agent, outsider):
        client.force_login(who)
        assert taken(client, page).status_code in (403, 404)
    client.logout()
    assert "/login/" in taken(client, page).headers["Location"]
    assert not PersonalDataLog.objects.exists()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_taking_out_personal_data_is_logged_with_how_much(client, manager, company, page):
    client.force_login(manager)
    taken(client, page)
    logged = list(PersonalDataLog.objects.values_list("member__username", "action"))
    assert logged == ([(manager.username, "exported")] if page in PERSONAL else [])


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_the_button_is_there_for_those_who_may(client, manager, agent, company, page):
    client.force_login(manager)
    assert "export=csv" in client.get(reverse(page[0], args=page[1]), {"scope": "all"}).content.decode()
    client.force_login(agent)
    assert "export=csv" not in client.get(reverse(page[0], args=page[1])).content.decode()


def test_the_log_of_personal_data_itself(client, company):
    client.force_login(member("root", "admin"))
    taken(client, ("customers:record_index", ["contacts"]))
    rows = rows_of(taken(client, ("customers:privacy_list", [])))
    assert rows[1][1:3] == ["Exported", "contacts"]


def test_rejected_lines_as_excel(client, manager, company):
    run = ImportRun.objects.create(kind="orders", file_name="x.csv", status="done", lines_read=1, rejected=1)
    run.rejections.create(line=2, column="a", value=EVIL, reason="unreadable")
    client.force_login(manager)
    answer = client.get(reverse("customers:import_rejections", args=[run.pk]), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert (sheet["A2"].value, sheet["C2"].value, sheet["C2"].data_type) == (2, EVIL, "s")


def test_filters_leave_their_mark(client, manager, agent, company):
    client.force_login(manager)
    page = ("customers:record_index", ["interactions"])
    assert len(rows_of(taken(client, page, q="Beta"))) == 2
    assert len(rows_of(taken(client, page, q="hell"))) == 3
    assert len(rows_of(taken(client, page, first="2026-01-06"))) == 1
    assert len(rows_of(taken(client, page, first="2026-01-05", last="2026-01-05"))) == 3
    assert len(rows_of(taken(client, ("customers:record_index", ["contacts"]), owner=agent.pk))) == 2


def test_cases_are_taken_out_as_the_queue_shows_them(client, manager, company):
    client.force_login(manager)
    case("2026-01-06", company, subject="Broken", compensation=12345)
    heading, *rows = rows_of(taken(client, ("complaints:case_list", []), tab="open"))
    assert len(rows) == 3 and rows[-1][heading.index("Subject")] == "Broken"
    assert rows[-1][heading.index("Compensation")] == "123.45"
    assert len(rows_of(taken(client, ("complaints:case_list", []), tab="open", q="Broken"))) == 2
    assert len(rows_of(taken(client, ("complaints:case_list", []), tab="mine"))) == 1


def test_money_is_in_whole_units(client, manager, company):
    client.force_login(manager)
    heading, first, *_more = rows_of(taken(client, ("customers:record_index", ["opportunities"])))
    assert first[heading.index("Amount")] == "123.45"


@pytest.mark.parametrize("kind", LISTS)
def test_each_kind_of_record_has_a_list_of_what_one_may_see(client, company, agent, outsider, kind):
    url = reverse("customers:record_index", args=[kind])
    client.force_login(agent)
    page = client.get(url)
    assert page.status_code == 200 and "C-2" not in page.content.decode()
    assert b"<html" not in client.get(url, headers={"HX-Request": "true"}).content
    client.force_login(outsider)
    assert client.get(url).status_code == 403
    client.logout()
    assert "/login/" in client.get(url).headers["Location"]


def test_an_unknown_kind_is_not_found_and_a_bad_date_is_said(client, manager):
    client.force_login(manager)
    assert client.get(reverse("customers:record_index", args=["x"])).status_code == 404
    assert (
        "alert-warning"
        in client.get(reverse("customers:record_index", args=["needs"]), {"first": "x"}).content.decode()
    )


@pytest.mark.parametrize("kind", ["contacts", "interactions", "returns"])
@pytest.mark.parametrize("rows", [10, 50])
def test_a_list_costs_the_same_number_of_queries(
    client, manager, organisation, django_assert_max_num_queries, kind, rows
):
    buyer = customer("C")
    for n in range(rows):
        contact(buyer, f"N{n}"), interaction(buyer, "2026-01-05", subject=str(n))
        sent_back(line(order(buyer, "2026-01-05", number=str(n)), product(f"P{n}"), quantity=2), "2026-01-09")
    client.force_login(manager)
    with django_assert_max_num_queries(10):
        client.get(reverse("customers:record_index", args=[kind]))


def test_pages_of_a_list_hold_every_record_once(client, manager, organisation):
    buyer = customer("C")
    Contact.objects.bulk_create(Contact(customer=buyer, name=f"Name {n:03}") for n in range(120))
    client.force_login(manager)
    url, seen = reverse("customers:record_index", args=["contacts"]), []
    query = ""
    for _page in range(3):
        answer = client.get(url + query)
        seen += [line["row"].pk for line in answer.context["lines"]]
        query = f"?{answer.context['page'].next}"
    assert len(seen) == len(set(seen)) == 120


def test_a_full_sheet_is_followed_by_another_and_a_giant_cell_is_cut(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    rows = [["a"], *[["x" * 40_000] for _n in range(5)]]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(as_file(rows, "list", "xlsx").streaming_content)))
    assert [sheet.max_row for sheet in book] == [3, 3, 2] and len(book.active["A2"].value) == 32_767
