"""The day of an agent: a call by one key, files, a visit, who is calling, what one is told."""

import base64
import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from crmquality.office.models import Notice
from customers import attachments, visits
from customers.models import VisitInterval
from tests.customers.test_attachments import upload
from tests.office.test_outbound import Receiver, hook, receiver  # noqa: F401 (a fixture)
from tests.records import contact, customer, follow_up, interaction

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAFUlEQVR4nGP8z8Dwn4EIwDiqcFQhAwCLWgP+mZ7vCQAAAABJRU5ErkJggg=="
)
PAGES = [
    "/customers/visits/?state=due", "/customers/follow-ups/?scope=all", "/customers/C-1/records/", "/notices/",
    "/customers/C-1/", "/customers/C-1/timeline/",
]  # fmt: skip
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def work(organisation, agent, settings, tmp_path):
    """A customer with a contact, a call, files, visits and notices."""
    settings.MEDIA_ROOT = tmp_path
    VisitInterval.load_defaults()
    now = timezone.now()
    today = organisation.today(now)
    buyer = customer("C-1", name="上海精工机械有限公司", owner=agent, tier="A")
    who = contact(buyer, "李娜", phone="+86 138 0013 8000", role="decision_maker")
    interaction(
        buyer, today - dt.timedelta(50), contact=who, member=agent, subject="About lamps", notes="A week earlier."
    )
    for days in (1, 7):
        follow_up(buyer, today - dt.timedelta(days), kind="return_visit", subject="Spring visit", owner=agent)
    follow_up(buyer, today, owner=agent, subject="Send the offer", contact=who)
    visits.plan(now)
    attachments.add([upload("照片.png", PICTURE), upload("Offer 2025.pdf")], buyer, agent, "k")
    Notice.tell([agent], "n", "warning", "Follow-ups due today: %(today)s, overdue: %(overdue)s.", today=1, overdue=2)
    return buyer


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("zh-hans", "dark")])
def test_its_pages_are_accessible_and_fit(page, see, log_in, work, agent, accessible, language, scheme):
    page.emulate_media(color_scheme=scheme)
    log_in(agent, language)
    for path in PAGES:
        page.set_viewport_size({"width": 1400, "height": 900})
        see(path)
        accessible()
        for width in (320, 390, 768):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


@pytest.mark.parametrize("is_phone", [False, True])
def test_a_call_is_logged_with_a_file(page, see, log_in, work, agent, accessible, is_phone, tmp_path):
    page.expected_errors = ["422"]
    good, bad = tmp_path / "note.txt", tmp_path / "bad.html"
    good.write_text("Hello")
    bad.write_text("<html>")
    log_in(agent)
    see("/")
    if is_phone:
        page.set_viewport_size(PHONE)
        page.locator(".quick-round[data-quick-log]").click()
    else:
        page.keyboard.press("c")
    expect(page.locator("#sheet")).to_be_visible()
    finder = page.locator("#log-finder")
    expect(finder).to_be_focused()
    finder.press_sequentially("138 0013 8000")
    # Expanded once the options are ready to be taken.
    expect(finder).to_have_attribute("aria-expanded", "true")
    finder.press("Enter")
    expect(page.locator("#log-customer strong")).to_contain_text("上海精工")
    page.get_by_label("Subject").fill("Wants lamps")
    files = page.get_by_label("Files")
    files.set_input_files([good, bad])
    page.get_by_role("button", name="Log it").click()
    expect(page.get_by_role("alert")).to_contain_text("bad.html")
    # What was chosen stays chosen.
    assert files.evaluate("input => input.files.length") == 2
    accessible()
    files.set_input_files([good])
    page.get_by_role("button", name="Log it").click()
    expect(page.locator(".toast")).to_contain_text("Logged for")
    see("/customers/C-1/timeline/")
    expect(page.get_by_role("main")).to_contain_text("note.txt")
    page.keyboard.press("c")
    expect(page.locator("#log-customer strong")).to_be_visible()
    assert page.get_by_label("Files").evaluate("input => input.files.length") == 0


def test_files_are_added_looked_at_saved_and_deleted(page, see, log_in, work, agent, accessible, tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("Hello")
    log_in(agent)
    see("/customers/C-1/records/")
    page.get_by_role("link", name="Add files").click()
    page.get_by_label("Files").set_input_files([note])
    page.locator("#sheet").get_by_role("button", name="Add").click()
    expect(page.locator("#records")).to_contain_text("note.txt")
    see("/customers/C-1/records/")
    page.get_by_text("Look at it").click()
    expect(page.locator(".attachment-picture")).to_have_js_property("naturalWidth", 10)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Offer 2025.pdf").click()
    assert saved.value.suggested_filename == "Offer 2025.pdf"
    page.locator("li", has_text="note.txt").get_by_role("link", name="Delete").click()
    expect(page.locator("#sheet")).to_contain_text("Delete this file?")
    page.get_by_role("button", name="Delete the file for good").click()
    expect(page.locator("#records")).not_to_contain_text("note.txt")
    expect(page.locator("#records")).to_contain_text("Offer 2025.pdf")


def test_a_visit_is_planned_and_the_caller_found(page, see, log_in, work, agent):
    log_in(agent)
    see("/customers/C-1/")
    page.get_by_role("link", name="Plan a follow-up").click()
    page.get_by_label("What is to be done").fill("Visit them")
    page.get_by_label("Kind").select_option("return_visit")
    page.get_by_label("Due on").fill("2099-02-02")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#next")).to_contain_text("Visit them")
    # A sheet that slides out takes the focus back to where it came from.
    expect(page.locator("#sheet")).to_be_hidden()
    page.locator("#top-search").fill("0086 138-0013-8000")
    expect(page.locator("#top-found [role=option]").first).to_contain_text("李娜")


def test_numbers_of_visits_lead_to_them_and_notices_are_read(page, see, log_in, work, agent):
    log_in(agent)
    see("/customers/visits/")
    page.get_by_label("Promised from").fill("2020-01-01")
    page.wait_for_url("**from=2020-01-01**")
    page.locator("tbody a").first.click()
    expect(page.locator("#behind")).to_contain_text("Spring visit")
    see("/")
    page.get_by_role("button", name="Notices").click()
    page.get_by_role("link", name="All notices").click()
    page.get_by_role("button", name="Mark as read", exact=True).click()
    expect(page.locator(".notice-mark.is-read")).to_have_count(1)
    expect(page.get_by_role("button", name="Mark as read", exact=True)).to_have_count(0)


def test_help_opens_by_its_key(page, see, log_in, work, agent):
    log_in(agent)
    see("/notices/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("What you were told, newest first")


def test_an_admin_tests_a_webhook_and_sends_a_message_again(page, see, log_in, admin, receiver: Receiver):  # noqa: F811
    # The admin has no icon of its own, and the browser asks for one.
    page.expected_errors = ["404"]
    admin.is_staff = admin.is_superuser = True
    log_in(admin)
    made = hook(receiver.url)
    see(f"/admin/office/webhook/{made.pk}/change/")
    page.get_by_role("button", name="Send a test message now").click()
    expect(page.get_by_text("The receiver took it and answered 200.")).to_be_visible()
    page.get_by_role("button", name="Make a new secret").click()
    expect(page.get_by_text("shown this once")).to_be_visible()
    page.get_by_role("link", name="Messages sent there").click()
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("It is on its way again.")).to_be_visible()
