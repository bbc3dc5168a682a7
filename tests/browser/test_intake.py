"""An agent logs a complaint by keyboard alone; a customer follows the link on a phone without JavaScript."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from complaints import defaults, life, tracking
from complaints.models import Actor, Case
from crmquality.office.models import Organisation
from tests.records import case, customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ready(transactional_db):
    cache.clear()
    Organisation.load()
    defaults.load()


def test_an_agent_logs_a_complaint_with_the_keyboard_alone(page, see, log_in, ready, agent, accessible):
    buyer = customer("C-1", name="Acme Pumps", owner=agent)
    case(timezone.now(), buyer, subject="Leaked before")
    log_in(agent)
    see("/customers/follow-ups/")
    page.keyboard.press("n")
    expect(page.locator("#case-finder")).to_be_focused()
    page.keyboard.type("Acme")
    expect(page.get_by_role("option").filter(has_text="Acme Pumps")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#record_category")).to_be_focused()
    expect(page.locator("#case-known")).to_contain_text("Leaked before")
    accessible()
    page.keyboard.type("Late delivery")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "record_text":
        page.keyboard.press("Tab")
    page.keyboard.type("The pump came a week late.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("logged for Acme Pumps")).to_be_visible()
    logged = Case.objects.order_by("pk").last()
    assert (logged.customer, logged.category.code, logged.owner) == (buyer, "late-delivery", agent)


def test_keys_typed_as_soon_as_the_field_takes_them_are_not_lost(page, see, log_in, ready, agent):
    customer("C-1", name="Acme Pumps", owner=agent)
    log_in(agent)
    see("/customers/follow-ups/")
    # A slow machine: long after a form stands in the page, its fields learn what they ask.
    page.evaluate("htmx.config.defaultSettleDelay = 1500")
    page.keyboard.press("n")
    expect(page.locator("#case-finder")).to_be_focused()
    page.keyboard.type("Acme")
    expect(page.get_by_role("option").filter(has_text="Acme Pumps")).to_be_visible()


def test_a_form_on_a_page_of_its_own_leads_on_when_it_is_sent(page, see, log_in, ready, agent):
    customer("C-1", name="Acme Pumps", owner=agent)
    log_in(agent)
    see("/customers/C-1/records/follow_up/new/")
    page.get_by_label("What is to be done").fill("Send the offer")
    page.get_by_label("Due on").fill("2030-01-05")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/customers/C-1/records/$"))
    see("/complaints/new/?customer=C-1")
    page.locator("main [name=text]").fill("The pump came a week late.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/complaints/K-\d+/$"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_customer_rejects_an_outcome_on_a_phone_without_javascript(browser, live_server, ready, agent, scheme):
    one = case("2026-03-02", customer(owner=agent), sender_name="Li Na")
    life.propose(one, "We send a new one next week.", Actor.staff(agent), timezone.now())
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, color_scheme=scheme, locale="zh-CN"
    )
    phone = context.new_page()
    phone.goto(live_server.url + tracking.path_of(one))
    phone.get_by_role("button", name="English").click()
    phone.get_by_role("link", name="I do not accept this").click()
    phone.get_by_label("What is missing?").fill("A week is too long.")
    phone.get_by_role("button", name="Reject the outcome").click()
    expect(phone.get_by_text("We are working on it.")).to_be_visible()
    context.close()
    one.refresh_from_db()
    assert one.status == "in_progress" and one.messages.get().text == "A week is too long."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible_and_fit_a_small_phone(page, see, ready, agent, accessible, scheme):
    one = case("2026-03-02", customer(owner=agent), sender_name="Li Na")
    life.propose(one, "We send a new one next week.", Actor.staff(agent), timezone.now())
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 700})
    for path in ("/complaints/report/", tracking.path_of(one), f"{tracking.path_of(one)}reject/"):
        see(path)
        accessible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
