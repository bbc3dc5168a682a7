"""Staff log a complaint: for whom they may, once, warned of what is known already."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.models import Case, CaseFile, Category
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
