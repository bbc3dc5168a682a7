"""Staff log a complaint: for whom they may, once, warned of what is known already."""

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.models import Case, CaseFile, Category
from crmquality.office.models import Team
from tests.people import member
from tests.records import case, contact, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
NEW = reverse("complaints:case_create")
KNOWN = reverse("complaints:case_known")
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}


@pytest.fixture
def buyer(agent):
    return customer("C-1", name="Acme", owner=agent)


def filled(**fields):
    return {
        "customer": "C-1", "kind": "complaint", "severity": "3", "channel": "phone", "once": "key",
        "text": "The pump leaks.\nSince Monday.", "received_at": "2026-03-02T10:00", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("role, status", [("admin", 302), ("manager", 302), ("lead", 404), ("agent", 404)])
def test_who_may_log_for_somebody_elses_customer(client, buyer, role, status):
    client.force_login(member("somebody", role))
    assert client.post(NEW, filled()).status_code == status
    assert Case.objects.count() == (status == 302)


@pytest.mark.parametrize("role", ["auditor", "analyst", ""])
def test_whoever_may_not_edit_may_not_log(client, buyer, role):
    client.force_login(member("somebody", role))
    assert {client.get(url).status_code for url in (NEW, KNOWN)} | {client.post(NEW, filled()).status_code} == {403}


@pytest.mark.parametrize("path", [NEW, KNOWN, "/complaints/files/1/"])
def test_nobody_is_sent_to_the_login(client, path):
    assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_a_complaint_is_logged_once_with_its_clocks_and_owner(client, agent, buyer):
    who = contact(buyer, "Li Na", language="zh-hans")
    category = Category.objects.get(code="defect")
    client.force_login(agent)
    for _time in range(2):
        answer = client.post(NEW, filled(contact=who.pk, category=category.pk, remedy_sought="A new one"))
    one = Case.objects.get()
    assert answer.headers["Location"] == one.get_absolute_url()
    assert (one.subject, one.severity, one.owner, one.author) == ("The pump leaks.", 3, agent, agent)
    assert (one.category, one.contact, one.language) == (category, who, "zh-hans")
    assert one.received_at.isoformat() == "2026-03-02T10:00:00+00:00"
    assert one.clocks.running().count() == 3


def test_in_the_sheet_the_answer_closes_it_and_says_the_number(client, agent, buyer):
    client.force_login(agent)
    answer = client.post(NEW, filled(), headers=SHEET)
    assert "recordsChanged" in answer.headers["HX-Trigger"]
    assert f"{Case.objects.get().number} logged for Acme." in answer.content.decode()


@pytest.mark.parametrize(
    "change", [{"text": ""}, {"customer": "", "customer_text": ""}, {"severity": "9"}, {"category": "77777"},
               {"received_at": "2099-01-01T10:00"}],
)  # fmt: skip
def test_an_invalid_form_answers_422_and_keeps_what_was_typed(client, agent, buyer, change):
    client.force_login(agent)
    answer = client.post(NEW, filled(remedy_sought="A new pump") | change)
    assert answer.status_code == 422 and "A new pump" in answer.content.decode()
    assert not Case.objects.exists()


CALLER = {"customer": "", "unknown": "1", "sender_name": "Mr Wu", "sender_phone": "138 0013 8000"}


def test_an_unknown_caller_is_noted_and_stays_with_whoever_was_called(client, agent, settings):
    settings.EMAIL_HOST = "mail.example.com"
    client.force_login(agent)
    page = client.get(NEW, {"unknown": "1", "customer_text": "138 0013 8000"}).content.decode()
    assert "Unknown caller" in page and 'value="138 0013 8000"' in page
    for _time in range(2):
        answer = client.post(NEW, filled(**CALLER, sender_email="wu@example.com"))
    one = Case.objects.get()
    assert (one.customer, one.sender_name, one.owner) == (None, "Mr Wu", agent)
    assert answer.headers["Location"] == one.get_absolute_url()
    assert one.messages.get().mail_to == "wu@example.com"
    assert "Unknown caller: Mr Wu" in client.get(reverse("complaints:case_list")).content.decode()
    assert "Add as a new customer" in client.get(one.get_absolute_url()).content.decode()


def test_an_unknown_caller_s_case_goes_where_the_rules_say(client, agent):
    team = Team.objects.create(name="Claims")
    Category.objects.filter(code="defect").update(team=team)
    client.force_login(agent)
    answer = client.post(NEW, filled(**CALLER, category=Category.objects.get(code="defect").pk))
    assert (Case.objects.get().team, Case.objects.get().owner) == (team, None)
    assert answer.headers["Location"] == reverse("complaints:case_list")


def test_of_an_unknown_caller_something_has_to_be_noted(client, agent):
    client.force_login(agent)
    answer = client.post(NEW, filled(customer="", unknown="1"))
    assert answer.status_code == 422 and "Write down a name" in answer.content.decode()
    assert not Case.objects.exists()


def test_an_unknown_caller_becomes_a_customer_and_the_case_is_linked(client, agent):
    client.force_login(agent)
    client.post(NEW, filled(**CALLER))
    one = Case.objects.get()
    page = client.get(one.get_absolute_url()).content.decode()
    address = html.unescape(re.search(r'href="([^"]*/customers/new/[^"]*)"', page)[1])
    form = client.get(address).content.decode()
    assert 'value="Mr Wu"' in form and 'value="138 0013 8000"' in form
    given = {"code": "C-9", "name": "Mr Wu", "kind": "person", "status": "active", "owner": agent.pk}
    link = client.post(address, given).headers["Location"]
    assert link == f"/complaints/{one.number}/link/?customer=C-9"
    assert 'value="C-9"' in client.get(link).content.decode()
    assert client.post(link.partition("?")[0], {"customer": "C-9"}).status_code == 302
    one.refresh_from_db()
    assert one.customer.code == "C-9"
    away = client.post("/customers/new/?then=//example.com/", given | {"code": "C-10"})
    assert away.headers["Location"] == "/customers/C-10/"


def test_the_customer_is_found_by_what_is_typed(client, agent, buyer):
    contact(buyer, "Li Na", phone="+86 138 0013 8000")
    client.force_login(agent)
    found = client.get(
        reverse("customers:customer_find"), {"for": "case", "customer_text": "13800138000"}, headers=SHEET
    )
    assert re.search(
        rf'hx-get="{NEW}\?customer=C-1&amp;contact=\d+" hx-target="#case-customer"', found.content.decode()
    )


def test_repeats_and_what_is_open_are_pointed_out_but_not_what_others_hide(client, agent, buyer):
    from django.utils import timezone

    category = Category.objects.get(code="defect")
    repeat = case(timezone.now() - timezone.timedelta(days=80), buyer, category=category, subject="Leaked before")
    case(timezone.now(), buyer, subject="Something else")
    case(timezone.now(), customer("C-2"), category=category, subject="Not ours")
    client.force_login(agent)
    page = client.get(KNOWN, {"customer": "C-1", "category": category.pk}).content.decode()
    assert "within 90 days" in page and repeat.get_absolute_url() in page and "Something else" in page
    assert "Not ours" not in page
    assert client.get(KNOWN, {"customer": "C-2"}).status_code == 404
    assert client.get(KNOWN, {"category": "x"}).content.strip() == b""


def test_files_are_kept_and_handed_out_sandboxed_to_who_sees_the_case(client, agent, buyer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(agent)
    client.post(NEW, filled(attached=SimpleUploadedFile("photo.pdf", b"%PDF-1.7 x")))
    file = CaseFile.objects.get()
    url = reverse("complaints:file_download", args=[file.pk])
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert 'attachment; filename="photo.pdf"' in answer.headers["Content-Disposition"]
    client.force_login(member("stranger", "agent"))
    assert client.get(url).status_code == 404


def test_the_number_of_queries_does_not_grow_with_what_is_known(client, agent, buyer, django_assert_max_num_queries):
    client.force_login(agent)
    for _number in range(10):
        case("2025-03-03", buyer)
    with django_assert_max_num_queries(12):
        client.get(KNOWN, {"customer": "C-1"})
