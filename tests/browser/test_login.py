"""Getting in, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("organisation", "manager")
def test_a_manager_logs_in_and_sees_the_overview(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/")
    page.locator("input[name=login]").fill("manager")
    page.locator("input[name=password]").fill("correct horse battery")
    page.locator("input[name=password]").press("Enter")
    expect(page).to_have_url(f"{live_server.url}/")
    expect(page.locator("nav").first).to_be_visible()
