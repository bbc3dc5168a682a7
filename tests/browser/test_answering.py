"""Somebody answers on a phone, in Chinese, without scripts; and with them, losing nothing."""

import datetime as dt
import os

import pytest
from django.utils import timezone

from customers.models import Contact
from surveys import tokens
from surveys.models import Answer, Campaign, Draft, Invitation, LoopRule, Question, Questionnaire, Response, Version
from tests.records import customer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 740}
WIRE = 60_000


@pytest.fixture
def link(organisation, agent, live_server) -> str:
    now = timezone.now()
    version = Version.objects.create(
        questionnaire=Questionnaire.objects.create(slug="phone", name="Phone"), number=1, offers_call=True,
        title={"en": "How are we doing?", "zh-hans": "我们做得怎么样？"},
        intro={"en": "Three questions.", "zh-hans": "三个问题。"},
    )  # fmt: skip
    rows = [
        {"key": "speed", "text": {"en": "Speed", "zh-hans": "速度"}},
        {"key": "care", "text": {"en": "Care", "zh-hans": "用心"}},
    ]
    asked = [
        {"key": "nps", "kind": "nps", "scale_max": 10, "is_required": True,
         "text": {"en": "How likely are you to recommend us?", "zh-hans": "您有多大可能推荐我们？"},
         "low_label": {"en": "Not at all", "zh-hans": "完全不可能"}, "high_label": {"en": "Very", "zh-hans": "非常可能"}},
        {"key": "why", "kind": "text", "text": {"en": "What went wrong?", "zh-hans": "哪里不好？"},
         "show_if": {"question": "nps", "is": "at_most", "value": 6}},
        {"key": "service", "kind": "matrix", "scale_max": 5, "look": "stars", "rows": rows,
         "text": {"en": "Our service", "zh-hans": "我们的服务"}},
        {"key": "mood", "kind": "satisfaction", "scale_max": 5, "look": "smileys",
         "text": {"en": "Overall", "zh-hans": "总体"}},
    ]  # fmt: skip
    for position, fields in enumerate(asked, 1):
        Question.objects.create(version=version, position=position, **fields)
    version.freeze(now)
    campaign = Campaign.objects.create(name="Spring", version=version, state="running", started_at=now, opens_at=now)
    buyer = customer("C-1", name="上海精工", owner=agent)
    person = Contact.objects.create(customer=buyer, name="李娜", language="zh-hans")
    invitation = Invitation.objects.create(
        campaign=campaign, customer=buyer, contact=person, due_at=now, is_anonymous=False, standing="sent"
    )
    LoopRule.objects.create(name="Call a detractor", key="nps", at_most=6)
    return f"{live_server.url}/s/{tokens.mint(invitation, now, now + dt.timedelta(days=9))}"


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_detractor_answers_in_chinese_without_scripts_and_the_owner_has_a_follow_up(browser, link, agent):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{link}?a=3")
    assert page.locator("h1").inner_text() == "我们做得怎么样？"
    assert page.locator("[name=q-nps]:checked").get_attribute("value") == "3"
    picture(page, "no-script-zh")
    # Nobody reads faster.
    page.wait_for_timeout(2500)
    page.locator("[name=q-why]").fill("交货太晚了")
    page.locator("[name=q-service-speed][value='2']").check(force=True)
    page.locator("button.button").click()
    assert page.locator("[data-sent]").count() == 1
    picture(page, "thanks-zh")
    page.locator("form[action$='/call'] button").click()
    picture(page, "called-zh")
    context.close()
    response = Response.objects.get()
    assert (response.language, response.wants_call) == ("zh-hans", True)
    assert Answer.objects.get(key="why").text == "交货太晚了"
    assert response.customer.follow_ups.filter(owner=agent, subject="Call a detractor").exists()


def test_what_is_typed_is_there_when_one_comes_back(page, link):
    page.set_viewport_size(PHONE)
    page.goto(link)
    assert not page.locator("[name=q-why]").is_visible()
    page.locator("[name=q-nps][value='2']").check(force=True)
    with page.expect_response(lambda each: each.url.endswith("/draft")):
        page.locator("[name=q-why]").fill("太慢")
    assert Draft.objects.get().data["q-why"] == ["太慢"]
    page.goto("about:blank")
    page.goto(link)
    assert page.locator("[name=q-why]").input_value() == "太慢"
    page.locator("button.button").dblclick()
    page.wait_for_selector("[data-sent]")
    assert Response.objects.count() == 1


def test_of_an_anonymous_answer_the_draft_stays_on_the_device(page, link):
    Campaign.objects.update(privacy="anonymous")
    Invitation.objects.update(is_anonymous=True)
    page.goto(link)
    page.locator("[name=q-nps][value='2']").check(force=True)
    page.locator("[name=q-why]").press_sequentially("太慢")
    page.wait_for_timeout(1200)
    assert not Draft.objects.exists()
    page.goto("about:blank")
    page.goto(link)
    assert page.locator("[name=q-why]").input_value() == "太慢"
    page.locator("button.button").click()
    page.wait_for_selector("[data-sent]")
    assert page.evaluate("localStorage.length") == 0


def test_without_a_network_it_says_so_and_takes_it_afterwards(page, link):
    page.goto(link)
    page.locator("[name=q-nps][value='9']").check(force=True)
    page.expected_errors.append("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    page.locator("button.button").click()
    assert page.locator(".survey-wrong .error").is_visible()
    page.context.set_offline(False)
    page.locator("button.button").click()
    page.wait_for_selector("[data-sent]")
    assert Response.objects.count() == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(page, link, accessible, language, scheme):
    page.emulate_media(color_scheme=scheme)
    for name, size in (("phone", PHONE), ("wide", {"width": 1200, "height": 900})):
        page.set_viewport_size(size)
        page.goto(f"{link}?l={language}&a=4")
        picture(page, f"{name}-{language}-{scheme}")
        accessible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Twice the size of letters.
    page.set_viewport_size(PHONE)
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, f"large-{language}-{scheme}")


def test_it_is_small_and_asks_nobody_else(page, link):
    sizes: list[int] = []
    page.on("response", lambda each: sizes.append(len(each.body())))
    page.goto(link)
    page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < WIRE


def test_staff_read_bad_answers_and_held_ones(browser, page, link, see, log_in, accessible, manager):
    context = browser.new_context(java_script_enabled=False)
    phone = context.new_page()
    phone.goto(link)
    phone.wait_for_timeout(2500)  # faster than readable would be held before it meets a rule
    phone.locator("[name=q-nps][value='2']").check(force=True)
    phone.locator("[name=q-why]").fill("交货太晚了")
    phone.locator("button.button").click()
    context.close()
    Response.objects.update(held_because=["same_text"], is_held=True)
    for language in ("zh-hans", "en"):
        log_in(manager, language)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for name, size in (("phone", PHONE), ("wide", {"width": 1200, "height": 900})):
                page.set_viewport_size(size)
                for place in ("follow-ups", "held"):
                    see(f"/surveys/{place}/")
                    picture(page, f"{place}-{name}-{language}-{scheme}")
                    accessible()


def test_staff_write_down_what_a_customer_says_by_phone(page, link, log_in, live_server, agent):
    Campaign.objects.update(channel="staff")
    log_in(agent)
    page.goto(f"{live_server.url}/surveys/calls/")
    page.get_by_role("link", name="Write down the answers").click()
    page.locator("label:has(input[name='q-nps'][value='9'])").click()
    page.get_by_role("button", name="Keep the answers").click()
    page.wait_for_url("**/surveys/calls/")
    assert "written down" in page.content()
    said = Response.objects.get()
    assert (said.is_proxy, said.entered_by, said.via, said.is_held) == (True, agent, "phone", False)
