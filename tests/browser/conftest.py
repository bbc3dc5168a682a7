"""A Chromium of the machine; without one these tests are skipped, but in CI they fail."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from scoring import defaults, runs
from tests.records import customer, order

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing here may leave the machine, not even for the browser's own housekeeping.
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-dev-shm-usage"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("There is no Chromium, and the browser tests are part of CI.")
    if found is None:
        pytest.skip("There is no Chromium on this machine.")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return browser_type_launch_args | {"executable_path": found, "args": QUIET + sandbox}


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """Return a page that fails its test for errors in its scripts and for requests elsewhere."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if _is_local(request.url) else wrong.append(request.url))
    page.expected_errors = []  # type: ignore[attr-defined]
    yield page
    assert [text for text in wrong if not any(part in text for part in page.expected_errors)] == []  # type: ignore[attr-defined]


def _is_local(url: str) -> bool:
    return url.startswith(("http://localhost", "http://127.0.0.1", "data:", "blob:", "about:"))


@pytest.fixture
def company(organisation, transactional_db):
    """Sixty customers of all kinds, evaluated a month ago and now."""
    now = timezone.now()
    today = organisation.today(now)
    defaults.load(now)
    for number in range(60):
        buyer = customer(
            f"C-{number:03}", name=f"上海精工 {number}" if number % 2 else f"Acme {number}", segment="Retail"
        )
        for month in range(number % 20):
            order(buyer, today.replace(day=1, year=today.year - 1 - month // 12, month=12 - month % 12))
    runs.evaluate(today - timezone.timedelta(days=30))
    runs.evaluate(today)


@pytest.fixture
def log_in(page, live_server, client):
    """Open the site as a member, without the login page."""

    def as_(member, language="en"):
        member.language = language
        member.save()
        client.force_login(member)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return as_


@pytest.fixture
def see(page, live_server):
    """Open an address and wait until nothing loads any more."""

    def open_(path):
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    return open_


@pytest.fixture
def accessible(page):
    """No violation of WCAG 2 A and AA that axe finds."""

    def check():
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
        found = Axe().run(page, options=rules).response["violations"]
        assert not found, "\n".join(
            f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:5]}" for each in found
        )

    return check
