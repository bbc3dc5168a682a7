"""A questionnaire is built by mouse, by keyboard and on a phone; customers see it in their language."""

import pytest
from playwright.sync_api import expect

from surveys import defaults
from surveys.models import Question, Questionnaire, Version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def shipped(organisation) -> None:
    defaults.load()


def keys(slug="exit"):
    found = Question.objects.filter(version__questionnaire__slug=slug).order_by("position")
    return list(found.values_list("key", flat=True))


def test_an_admin_builds_a_questionnaire(page, log_in, see, admin, organisation):
    log_in(admin)
    see("/surveys/questionnaires/new/")
    page.get_by_label("Name").fill("After a visit")
    page.get_by_role("button", name="Write the questions").click()
    page.get_by_label("Add a question").select_option("single")
    page.get_by_role("button", name="Add", exact=True).click()
    form = page.locator("[data-question-form]")
    form.get_by_label("Question, English").fill("Was it useful?")
    form.locator("[name=lines-0-text-en]").fill("Very")
    form.locator("[name=lines-1-text-en]").fill("Not at all")
    form.get_by_role("button", name="Save the question").click()
    expect(page.locator("#questions")).to_contain_text("1. Was it useful?")
    expect(form).to_have_count(0)
    expect(page.frame_locator("#phone").get_by_text("Not at all")).to_be_visible()

    page.get_by_label("Add a question").select_option("text")
    page.get_by_role("button", name="Add", exact=True).click()
    form.get_by_label("Question, English").fill("What was missing?")
    form.get_by_label("Shown if").first.select_option(label="Was it useful?")
    form.get_by_label("Comparison").select_option("equals")
    form.get_by_label("Answer", exact=True).select_option(label="Not at all")
    form.get_by_role("button", name="Save the question").click()
    expect(page.locator("#questions")).to_contain_text("shown depending on “Was it useful?”")
    condition = {"question": "single", "is": "equals", "value": "not_at_all"}
    assert Question.objects.get(key="text").show_if == condition

    phone = page.frame_locator("#phone")
    expect(phone.locator("[data-show-if]")).to_have_count(1)
    expect(phone.get_by_text("What was missing?")).to_be_hidden()
    phone.get_by_text("Not at all").click()
    expect(phone.get_by_text("What was missing?")).to_be_visible()


def test_questions_move_by_keyboard_and_by_mouse(page, log_in, see, admin, shipped):
    log_in(admin)
    see("/surveys/questionnaires/exit/edit/")
    assert keys()[:3] == ["reasons", "other", "instead"]
    page.locator("#up-back").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".question-list > li").nth(4)).to_have_id("question-back")
    expect(page.locator("#up-back")).to_be_focused()
    page.locator("#question-instead .drag-grip").drag_to(page.locator("#question-reasons"))
    expect(page.locator(".question-list > li").first).to_have_id("question-instead")
    assert keys()[:3] == ["instead", "reasons", "other"]
    # A condition would look down.
    page.locator("#up-other").click()
    expect(page.locator("#toasts")).to_contain_text("must stay below that question")


def test_a_deleted_question_is_taken_back(page, log_in, see, admin, shipped):
    log_in(admin)
    see("/surveys/questionnaires/exit/edit/")
    page.locator("#question-overall").get_by_role("button", name="Delete").click()
    expect(page.locator("#question-overall")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#question-overall")).to_be_visible()


def test_the_builder_works_without_scripts(browser, live_server, client, admin, shipped):
    client.force_login(admin)
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    plain = context.new_page()
    plain.goto(f"{live_server.url}/surveys/questionnaires/nps/edit/")
    plain.locator("#question-value").get_by_role("link", name="Edit").click()
    plain.get_by_label("Question, English").fill("What do you like?")
    plain.get_by_role("button", name="Save the question").click()
    expect(plain.locator("#questions")).to_contain_text("What do you like?")
    plain.locator("#up-value").click()
    expect(plain.locator(".question-list > li").nth(1)).to_have_id("question-value")
    context.close()


PAGES = [
    "/surveys/questionnaires/", "/surveys/questionnaires/new/", "/surveys/questionnaires/exit/",
    "/surveys/questionnaires/exit/edit/", "/surveys/questionnaires/relationship/questions/journey/edit/",
    "/surveys/questionnaires/after-purchase/v1/preview/",
]  # fmt: skip


@pytest.mark.parametrize("language, scheme", [("en", "light"), ("zh-hans", "dark")])
def test_pages_are_accessible_and_fit_a_phone(page, log_in, see, admin, accessible, shipped, language, scheme):
    log_in(admin, language)
    page.emulate_media(color_scheme=scheme)
    for size in ({"width": 1280, "height": 900}, PHONE):
        page.set_viewport_size(size)
        for path in PAGES:
            see(path)
            accessible()
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path


def test_every_shipped_questionnaire_fits_the_smallest_phone_in_large_text(page, log_in, see, admin, shipped):
    log_in(admin)
    page.set_viewport_size({"width": 320, "height": 600})
    assert Version.objects.count() == Questionnaire.objects.count() == len(defaults.NAMES)
    for slug in defaults.NAMES:
        see(f"/surveys/questionnaires/{slug}/v1/preview/")
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, slug
