"""The pages as people see them: keyboard, narrow, dark, and by axe."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "home": "/",
    "list": "/customers/",
    "customer": "/customers/C-019/",
    "runs": "/evaluation/runs/",
    "models": "/evaluation/models/",
    "model": "/evaluation/models/orders/v1/",
}


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_page_is_accessible_in_every_language(see, log_in, company, admin, accessible, language):
    log_in(admin, language)
    for path in PAGES.values():
        see(path)
        accessible()


def test_every_page_is_accessible_in_the_dark(page, see, log_in, company, admin, accessible):
    page.emulate_media(color_scheme="dark")
    log_in(admin)
    for path in PAGES.values():
        see(path)
        accessible()


def test_no_page_is_wider_than_the_screen(page, see, log_in, company, admin):
    log_in(admin)
    for path in PAGES.values():
        see(path)
        for width in (320, 375, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_on_a_phone_no_heading_is_squeezed_by_buttons(page, see, log_in, company, admin):
    log_in(admin)
    page.set_viewport_size({"width": 390, "height": 844})
    for path in [*PAGES.values(), reverse("customers:import_list")]:
        see(path)
        heading = page.get_by_role("heading", level=1)
        assert heading.evaluate("each => each.scrollWidth <= each.parentElement.clientWidth"), path


def test_logging_in_leads_to_the_overview(page, see, company, manager, accessible):
    see("/")
    accessible()
    page.get_by_label("Username or email").fill("manager")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer relationship quality")


def test_a_wrong_password_is_said_at_the_top(page, see, manager, accessible):
    see("/accounts/login/")
    page.get_by_label("Username or email").fill("manager")
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    accessible()


def test_the_list_is_searched_and_opened_from_the_keyboard(page, see, log_in, company, manager):
    log_in(manager)
    see("/customers/")
    page.keyboard.press("/")
    page.keyboard.insert_text("上海")
    expect(page.locator(".list-head strong")).to_have_text("30 customers")
    assert "q=%E4%B8%8A%E6%B5%B7" in page.url
    page.get_by_label("Name or code").blur()
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-row] [data-open]").nth(1).get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{second}")
    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer relationship quality")


def test_paging_and_the_back_button(page, see, log_in, company, manager):
    log_in(manager)
    see("/customers/?sort=code")
    expect(page.locator("[data-row]").first).to_contain_text("C-000")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("[data-row]").first).to_contain_text("C-050")
    page.go_back()
    expect(page.locator("[data-row]").first).to_contain_text("C-000")
    expect(page.locator(".rail").first).to_be_visible()


def test_the_list_works_without_javascript(browser, live_server, client, company, manager):
    client.force_login(manager)
    context = browser.new_context(java_script_enabled=False)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/customers/?sort=code")
    page.get_by_role("link", name="Next").click()
    expect(page.locator("[data-row]").first).to_contain_text("C-050")
    page.get_by_label("Name or code").fill("C-007")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    context.close()


def test_charts_have_a_table_and_downloads(page, see, log_in, company, manager):
    log_in(manager)
    see("/customers/C-019/")
    chart = page.locator("[data-chart]").first
    expect(chart.locator(".chart-canvas svg")).to_be_visible()
    for choice in ("Picture (PNG)", "Table (CSV)"):
        chart.get_by_role("button", name="Download").click()
        with page.expect_download() as download:
            chart.get_by_role("button", name=choice).click()
        assert download.value.path().stat().st_size > 100
    chart.get_by_role("button", name="Table", exact=True).click()
    expect(chart.get_by_role("table")).to_be_visible()


def test_light_and_dark_is_remembered(page, see, log_in, company, manager):
    log_in(manager)
    see("/")
    page.get_by_role("button", name="Light or dark").first.click()
    see("/customers/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_on_a_phone_the_rail_is_a_drawer(page, see, log_in, company, manager):
    page.set_viewport_size({"width": 375, "height": 800})
    log_in(manager)
    see("/")
    page.get_by_role("button", name="Menu").click()
    page.locator("#drawer").get_by_role("link", name="Customers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")


def test_the_language_is_switched(page, see, log_in, company, manager):
    log_in(manager)
    see("/customers/?sort=code")
    page.get_by_role("button", name="Language").first.click()
    page.get_by_role("button", name="简体中文").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    assert page.url.endswith("/customers/?sort=code")


def test_a_drafts_sum_is_shown_while_typing_and_it_is_published(page, see, log_in, company, admin, accessible):
    page.expected_errors = ["422"]
    log_in(admin)
    see("/evaluation/models/orders/v1/")
    page.get_by_role("button", name="Draft a new version").click()
    weights = page.locator("[data-weight]")
    weights.nth(0).fill("45")
    expect(page.locator("[data-weight-sum]")).to_have_text("110")
    accessible()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_role("alert")).to_contain_text("110")
    weights.nth(1).fill("15")
    expect(page.locator("[data-weight-sum]")).to_have_text("100")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Publish version 2").click()
    expect(page.get_by_role("main")).to_contain_text("Version 1 goes out of use")
    page.get_by_label("What changes, and why").fill("Rhythm counts more.")
    accessible()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("main")).to_contain_text("Rhythm counts more.")


def test_evaluating_shows_progress_and_then_the_result(page, see, log_in, company, admin, monkeypatch):
    from scoring import tasks

    monkeypatch.setattr(tasks.evaluate, "delay", lambda *given: None)
    log_in(admin)
    see(reverse("scoring:run_list"))
    page.get_by_role("button", name="Evaluate now").click()
    expect(page.get_by_text("Waiting for a worker to begin.")).to_be_visible()


def test_pages_that_are_not_there_or_not_allowed_are_accessible(page, see, log_in, company, agent, accessible):
    page.expected_errors = ["404", "403"]
    log_in(agent)
    see("/nowhere/")
    accessible()
    see("/evaluation/runs/")
    accessible()


def test_a_token_is_made_in_the_browser_and_the_api_is_described_without_leaving_the_machine(
    page, see, log_in, company, admin, accessible
):
    log_in(admin)
    see("/api-access/")
    accessible()
    page.get_by_label("What is it for?").fill("Web shop")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("Your new token")).to_have_value(re.compile("^crmq_"))
    accessible()
    page.get_by_role("link", name="Read the API's description").click()
    expect(page.get_by_text("/api/v1/customers/").first).to_be_visible()
    page.locator("#operations-customers-customers_list").get_by_role("button").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table").get_by_text("200").first).to_be_visible()
