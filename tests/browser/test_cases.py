"""The queue and the page of a case as agents use them: with the keyboard, on a phone, in the dark, two at once."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from complaints import defaults, life
from complaints.models import Actor, Case, CaseMessage, Category
from crmquality.office.models import Organisation
from tests.records import case, customer, follow_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(transactional_db, agent):
    """Six cases of an agent in several states, one paused, one late."""
    cache.clear()
    Organisation.load()
    defaults.load()
    now = timezone.now()
    buyer = customer("C-1", name="上海精工有限公司", owner=agent, tier="A", region="East")
    part = Category.objects.get(code="late-delivery")
    rows = [
        case(now, buyer, subject=subject, category=part, severity=1 + number % 4, text="Came late.", tags=["sea"])
        for number, subject in enumerate(["One", "Two", "Three", "Four", "迟到的货物", "Six"])
    ]
    life.wait(rows[5], Actor.staff(agent), now)
    # First: what a customer writes counts the clocks anew, from the next opening on.
    message = CaseMessage(at=now, direction="in", channel="email", text="And when does it come?")
    life.write(rows[1], message, Actor.customer("email"), now)
    rows[0].clocks.update(due_at=now - timezone.timedelta(hours=30), warn_at=now - timezone.timedelta(hours=40))
    for number, one in enumerate(rows[1:5]):
        one.clocks.update(due_at=now + timezone.timedelta(hours=3 + number), warn_at=now + timezone.timedelta(hours=1))
    follow_up(buyer, timezone.localdate(), owner=agent)
    return rows


def addresses(rows) -> list[str]:
    return ["/complaints/", "/complaints/?tab=closed", rows[1].get_absolute_url(), "/complaints/of/C-1/", "/day/"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_accessible(page, see, log_in, desk, agent, accessible, language):
    log_in(agent, language)
    for path in addresses(desk):
        see(path)
        accessible()
    page.emulate_media(color_scheme="dark")
    for path in addresses(desk):
        see(path)
        accessible()


def test_no_page_is_wider_than_the_screen(page, see, log_in, desk, agent):
    log_in(agent)
    for path in addresses(desk):
        see(path)
        for width in (320, 390, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_the_queue_is_worked_from_the_keyboard(page, see, log_in, desk, agent):
    log_in(agent)
    see("/complaints/")
    rows = page.locator("[data-row]")
    expect(rows.first).to_contain_text("One")
    for key in ("j", "j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-tick]:checked")).to_have_count(2)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign: 2 cases")
    page.get_by_label("To", exact=True).select_option("Me")
    page.get_by_role("button", name="Assign: 2 cases").click()
    expect(page.locator(".toast")).to_contain_text("Assign: 2 cases.")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_label("Reply to the customer")).to_be_focused()


def test_it_renews_itself_without_losing_ticks_or_focus(page, see, log_in, desk, agent):
    log_in(agent)
    see("/complaints/")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    life.resolve(Case.objects.get(pk=desk[0].pk), Actor.staff(agent), timezone.now())
    with page.expect_response("**/complaints/"):
        page.evaluate("document.body.dispatchEvent(new Event('recordsChanged'))")
    expect(page.locator("[data-row]")).to_have_count(5)
    expect(page.locator("[data-tick]:checked")).to_have_count(1)
    expect(page.locator(f"#case-{desk[1].pk}")).to_be_focused()
    assert page.locator(f"#tick-{desk[1].pk}").is_checked()
    life.resolve(Case.objects.get(pk=desk[1].pk), Actor.staff(agent), timezone.now())
    with page.expect_response("**/complaints/"):
        page.evaluate("document.body.dispatchEvent(new Event('recordsChanged'))")
    expect(page.locator(f"#case-{desk[2].pk}")).to_be_focused()


def test_chinese_words_are_found_and_the_address_keeps_them(page, see, log_in, desk, agent):
    log_in(agent)
    see("/complaints/")
    page.keyboard.press("/")
    page.keyboard.insert_text("到的货")
    expect(page.locator(".list-head strong")).to_have_text("1 case")
    page.get_by_role("link", name="All open").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.reload()
    expect(page.locator("[data-row]")).to_contain_text("迟到的货物")


def test_a_case_is_worked_on_its_page(page, see, log_in, desk, agent, accessible):
    log_in(agent)
    see(desk[1].get_absolute_url())
    page.get_by_label("Note inside: the").evaluate("field => field.closest('details').open = true")
    page.get_by_label("Note inside: the").fill("Half a note")
    page.get_by_role("button", name="Take in hand").click()
    expect(page.locator(".case-state").first).to_have_text("In progress")
    page.keyboard.press("r")
    page.keyboard.insert_text("It comes tomorrow.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".story-words").first).to_have_text("It comes tomorrow.")
    expect(page.get_by_label("Reply to the customer")).to_have_value("")
    expect(page.get_by_label("Note inside: the")).to_have_value("Half a note")
    page.get_by_label("Reply to the customer").blur()
    page.keyboard.press("a")
    expect(page.locator("#sheet").get_by_label("To", exact=True)).to_be_visible()
    accessible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator(".case-state").first).to_have_text("Resolved")
    page.get_by_role("link", name="Close", exact=True).click()
    page.get_by_label("Accepted by the customer").check()
    page.get_by_role("button", name="Close the case").click()
    expect(page.locator(".case-state").first).to_contain_text("Accepted by the customer")


def test_whoever_is_overtaken_is_told_and_keeps_his_words(page, see, log_in, desk, agent, manager):
    page.expected_errors = ["409"]
    log_in(agent)
    see(desk[2].get_absolute_url())
    page.get_by_role("link", name="Propose an outcome").click()
    page.get_by_label("What we will do").fill("A voucher.")
    life.assign(Case.objects.get(pk=desk[2].pk), manager, None, Actor.staff(manager), timezone.now())
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator("#sheet").get_by_role("alert")).to_contain_text("Somebody was faster")
    expect(page.get_by_label("What we will do")).to_have_value("A voucher.")
    page.get_by_role("button", name="Propose it").click()
    expect(page.locator(".case-state").first).to_have_text("Outcome proposed")
