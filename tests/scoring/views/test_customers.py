import io

import openpyxl
import pytest
from django.urls import reverse

from tests.people import member
from tests.records import customer, order
from tests.scores import score

LIST = reverse("scoring:customer_list")
ALLOWED = ["admin", "manager", "lead", "agent", "analyst", "auditor"]


def names(answer) -> list[str]:
    return [row.name for row in answer.context["page"].rows]


@pytest.mark.parametrize("role", ALLOWED)
def test_every_role_may_open_the_list(client, organisation, role):
    client.force_login(member(role, role))
    assert client.get(LIST).status_code == 200


@pytest.mark.parametrize("path", [LIST, LIST + "C-1/"])
def test_an_outsider_may_not_and_nobody_is_sent_to_the_login(client, outsider, path):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")
    client.force_login(outsider)
    assert client.get(path).status_code == 403


def test_an_agent_sees_and_finds_own_customers_only(client, agent, organisation):
    customer("OWN", name="Own 上海", owner=agent)
    customer("FOREIGN", name="Foreign 上海")
    client.force_login(agent)
    assert names(client.get(LIST)) == ["Own 上海"]
    assert names(client.get(LIST, {"q": "上海"})) == ["Own 上海"]


@pytest.mark.parametrize(
    "query, found",
    [
        ("上海", ["上海精工有限公司"]),
        ("海精", ["上海精工有限公司"]),
        ("ACME", ["Acme Ltd"]),
        ("ｃｍｅ", ["Acme Ltd"]),
        ("c-0", ["Acme Ltd", "上海精工有限公司"]),
        ("nobody", []),
        ("%", []),
    ],
)
def test_search_finds_chinese_and_english_substrings(client, manager, organisation, query, found):
    customer("C-01", name="Acme Ltd")
    customer("C-02", name="上海精工有限公司")
    client.force_login(manager)
    assert sorted(names(client.get(LIST, {"q": query}))) == found


def test_filters_narrow_down_together_and_show_as_chips(client, manager, agent, organisation):
    fits = customer(name="Fits", segment="Retail", tier="A", region="North", owner=agent)
    customer(name="Other tier", segment="Retail", tier="B", region="North", owner=agent)
    score(fits, 90.0, "A")
    client.force_login(manager)
    asked = {"segment": "Retail", "tier": "A", "region": "North", "owner": agent.pk, "band": ["A", "B"]}
    answer = client.get(LIST, asked)
    assert names(answer) == ["Fits"]
    chips = list(answer.context["filters"].chips)
    assert len(chips) == 6
    assert names(client.get(f"{LIST}?{chips[2]['without']}")) == ["Fits"]


def test_filters_that_make_no_sense_are_left_out(client, manager, organisation):
    customer(name="Only")
    client.force_login(manager)
    assert names(client.get(LIST, {"band": "Z", "owner": "x", "sort": "evil", "after": "%"})) == ["Only"]


@pytest.mark.parametrize(
    "sort, expected",
    [
        ("-score", ["High", "Low", "None"]),
        ("score", ["Low", "High", "None"]),
        ("change", ["High", "Low", "None"]),
        ("-change", ["Low", "High", "None"]),
        ("name", ["High", "Low", "None"]),
        ("code", ["None", "Low", "High"]),
    ],
)
def test_sorting_puts_customers_without_a_value_last(client, manager, organisation, sort, expected):
    customer("C-1", name="None")
    score(customer("C-2", name="Low"), 10.0, change_30d=3.0)
    score(customer("C-3", name="High"), 90.0, change_30d=-3.0)
    client.force_login(manager)
    assert names(client.get(LIST, {"sort": sort})) == expected


def test_the_fragment_has_the_same_address_and_the_same_guard(client, manager, outsider, organisation):
    client.force_login(manager)
    fragment = client.get(LIST, headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content and "HX-Request" in fragment.headers["Vary"]
    client.force_login(outsider)
    assert client.get(LIST, headers={"HX-Request": "true"}).status_code == 403


def test_the_list_costs_the_same_number_of_queries_for_10_and_50_customers(
    client, manager, organisation, django_assert_max_num_queries
):
    client.force_login(manager)
    for _ in range(10):
        score(customer(owner=manager), 50.0)
    client.get(LIST)
    with django_assert_max_num_queries(9) as few:
        client.get(LIST)
    for _ in range(40):
        score(customer(owner=manager), 50.0)
    with django_assert_max_num_queries(9) as many:
        client.get(LIST)
    assert len(few) == len(many)


def test_an_export_holds_all_that_the_filters_leave_and_no_live_formulas(client, manager, organisation):
    score(customer("C-1", name="=cmd|' /C calc'!A0", segment="S"), 72.5, "B")
    customer("C-2", name="Other")
    client.force_login(manager)
    answer = client.get(LIST, {"export": "csv", "segment": "S"})
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffCode,Name") and "'=cmd" in text and "72.5" in text
    assert "Other" not in text
    workbook = client.get(LIST, {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(workbook.streaming_content))).active
    assert sheet.max_row == 3
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=cmd"))
    assert cell.data_type == "s"


@pytest.mark.parametrize("role, status", [("manager", 200), ("analyst", 200), ("agent", 404), ("auditor", 404)])
def test_only_those_with_the_right_may_export(client, organisation, role, status):
    client.force_login(member(role, role))
    assert client.get(LIST, {"export": "csv"}).status_code == status


def test_a_customers_page_explains_the_score(client, manager, scored):
    client.force_login(manager)
    answer = client.get(scored[0].get_absolute_url())
    explanation = answer.context["explanation"]
    parts = sum(group.contribution for group in answer.context["groups"])
    assert parts == pytest.approx(round(explanation.score, 1))
    assert "Purchase rhythm" in answer.content.decode()
    assert len(answer.context["history"].rows) == 2


def test_a_customer_without_a_score_has_a_page_that_says_so(client, manager, organisation):
    client.force_login(manager)
    assert b"Not scored yet" in client.get(customer("NEW").get_absolute_url()).content


@pytest.mark.parametrize("code", ["A/B", "客户 1", "50%?#", "a&b"])
def test_a_code_of_another_system_makes_a_working_address(client, manager, organisation, code):
    client.force_login(manager)
    assert client.get(customer(code).get_absolute_url()).status_code == 200


def test_an_agent_gets_404_for_somebody_elses_customer_page_and_fragment(client, agent, organisation):
    page = customer("FOREIGN").get_absolute_url()
    client.force_login(agent)
    for headers in ({}, {"HX-Request": "true", "HX-Target": "orders"}):
        assert client.get(page, headers=headers).status_code == 404


def test_orders_are_paged_newest_first(client, manager, organisation):
    buyer = customer()
    for day in range(1, 13):
        order(buyer, f"2025-01-{day:02}", number=f"N-{day}")
    client.force_login(manager)
    first = client.get(buyer.get_absolute_url()).context["orders"]
    assert [row.number for row in first.rows] == [f"N-{day}" for day in range(12, 2, -1)]
    fragment = client.get(
        f"{buyer.get_absolute_url()}?{first.next}", headers={"HX-Request": "true", "HX-Target": "orders"}
    )
    assert b"N-2" in fragment.content and b"<html" not in fragment.content


def test_the_page_speaks_chinese(client, manager, scored):
    manager.language = "zh-hans"
    manager.save()
    client.force_login(manager)
    assert 'lang="zh-hans"' in client.get(scored[0].get_absolute_url()).content.decode()
