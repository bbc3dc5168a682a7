"""The analysis, whose panels come one by one; a deadline on a make-up Saturday; a complaint from call to score."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from complaints import defaults, escalating, tracking
from complaints.models import Case, Category
from crmquality.office.models import Calendar, Organisation, RecordKeeping
from scoring import defaults as scoring_defaults
from scoring import explaining, runs
from tests.people import member
from tests.records import case, customer, order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(transactional_db, manager):
    """A year with complaints and orders in it."""
    cache.clear()
    Organisation.load()
    defaults.load()
    for kind in ("orders", "complaints"):
        RecordKeeping.objects.create(kind=kind, since=dt.date(2015, 1, 1))
    now, buyer = timezone.now(), customer("C-1", region="East")
    for days in range(0, 120, 10):
        day = timezone.localdate() - dt.timedelta(days)
        order(buyer, day)
        case(now - dt.timedelta(days), buyer, category=Category.objects.get(code="late-delivery"))
    return buyer


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("zh-hans", "dark")])
def test_the_panels_come_one_by_one_and_fit(page, see, log_in, asked, manager, accessible, language, scheme):
    page.emulate_media(color_scheme=scheme)
    log_in(manager, language)
    see("/complaints/analysis/")
    expect(page.locator("#panels .placeholder")).to_have_count(0)
    expect(page.locator("[data-chart] .chart-canvas svg")).to_have_count(2)
    accessible()
    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_picking_draws_the_charts_anew_and_they_keep_their_height(page, see, log_in, asked, manager):
    log_in(manager)
    see("/complaints/analysis/")
    expect(page.locator("[data-chart] .chart-canvas svg")).to_have_count(2)
    page.get_by_label("What it is about").select_option("region")
    page.wait_for_url("**by=region**")
    expect(page.locator("[data-chart] .chart-canvas svg")).to_have_count(2)
    expect(page.get_by_text("What it is about: Region").first).to_be_visible()
    page.set_viewport_size({"width": 1200, "height": 900})
    page.wait_for_timeout(500)
    assert max(page.locator("[data-chart]").evaluate_all("all => all.map(each => each.offsetHeight)")) < 600


def test_without_javascript_every_panel_is_a_link(browser, live_server, client, asked, manager):
    client.force_login(manager)
    context = browser.new_context(java_script_enabled=False)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/complaints/analysis/")
    page.locator("#panels").get_by_role("link", name="Times taken").click()
    expect(page.get_by_role("cell", name="12", exact=True).first).to_be_visible()
    page.get_by_role("link", name="What can be learned").click()
    expect(page.locator("#panels")).to_be_visible()
    context.close()


def test_a_complaint_of_friday_evening_is_due_on_the_make_up_saturday(page, see, log_in, asked, manager, shanghai):
    friday = dt.datetime(2026, 2, 13, 17, 30, tzinfo=shanghai)
    with time_machine.travel(friday, tick=True):
        one = case(friday, asked)
        log_in(manager)
        see(one.get_absolute_url())
        expect(page.locator("[aria-labelledby=clocks-title] li").first).to_contain_text("Acknowledge")
        expect(page.locator("[aria-labelledby=clocks-title] li").first).to_contain_text("4 hr")
        expect(page.locator("[aria-labelledby=clocks-title] li").first).to_contain_text("Feb 14, 2026 2:00")


@pytest.fixture
def shanghai(asked):
    """The zone of the company's calendar: office hours with lunch, holidays and make-up working days."""
    weekly = {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(5)}
    Calendar.objects.update(is_default=False)
    Calendar.objects.create(name="Shanghai", time_zone="Asia/Shanghai", weekly=weekly, country="CN", is_default=True)
    Organisation.objects.update(time_zone="Asia/Shanghai")
    return ZoneInfo("Asia/Shanghai")


def test_a_complaint_from_the_call_to_the_score(page, browser, live_server, see, log_in, asked, agent, team, tmp_path):
    lead, now = member("lead", "lead", team=team), timezone.now()
    asked.owner = agent
    asked.save()
    scoring_defaults.load(now)
    today = Organisation.load().today(now)
    runs.evaluate(today, model="service")
    before = explaining.explain_customer(asked, today)

    log_in(agent)
    see("/complaints/")
    page.keyboard.press("n")
    expect(page.locator("#case-finder")).to_be_focused()
    page.keyboard.type("C-1")
    expect(page.locator("[role=listbox] [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#record_category")).to_be_focused()
    # What is known of the customer is fetched; the next choice would break that off.
    expect(page.locator("#case-known")).not_to_be_empty()
    page.keyboard.type("Late delivery")
    while page.evaluate("document.activeElement.id") != "record_text":
        page.keyboard.press("Tab")
    page.keyboard.type("The pump came a week late.")
    # The queue renews itself; leaving earlier would break that off.
    with page.expect_request_finished(lambda request: request.url.endswith("/complaints/")):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("logged for")).to_be_visible()
    one = Case.objects.latest("pk")
    propose(page, see, one, "A voucher.")

    phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    answer(phone, live_server, one, "I do not accept this", "A voucher is too little.", "Reject the outcome")
    one.refresh_from_db()
    assert one.status == "in_progress"
    escalating.watch(now + dt.timedelta(days=30))
    log_in(lead)
    see("/notices/")
    expect(page.get_by_role("main")).to_contain_text(one.number)

    log_in(agent)
    propose(page, see, one, "A new pump tomorrow.")
    answer(phone, live_server, one, "I accept this", "", "Accept and close")
    one.refresh_from_db()
    assert (one.status, one.outcome) == ("closed", "accepted")
    runs.evaluate(today + dt.timedelta(days=1), model="service")
    after = explaining.explain_customer(asked, today + dt.timedelta(days=1))
    assert before.score is not None and after.score is not None and after.score != before.score

    log_in(lead)
    see("/complaints/analysis/")
    page.get_by_role("button", name="Export the register").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Excel · English").click()
    saved.value.save_as(tmp_path / "register.xlsx")
    rows = CalamineWorkbook.from_path(Path(tmp_path / "register.xlsx")).get_sheet_by_index(0).to_python()
    (row,) = (row for row in rows if row[0] == one.number)
    assert "Accepted by the customer" in row


def propose(page, see, one: Case, outcome: str) -> None:
    see(one.get_absolute_url())
    page.get_by_role("link", name="Propose an outcome").click()
    page.get_by_label("What we will do").fill(outcome)
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator(".case-state").first).to_have_text("Outcome proposed")


def answer(phone, live_server, one: Case, choice: str, words: str, button: str) -> None:
    """The customer follows the link and decides."""
    phone.goto(live_server.url + tracking.path_of(Case.objects.get(pk=one.pk)))
    phone.get_by_role("link", name=choice).click()
    if words:
        phone.get_by_label("What is missing?").fill(words)
    phone.get_by_role("button", name=button).click()
    expect(phone.get_by_role("link", name=choice)).to_have_count(0)
