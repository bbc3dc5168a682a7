"""From the page of a case the customer is written to: by template, with the proposal, with a new link."""

import re

import pytest
from django.urls import reverse

from complaints import tracking
from complaints.models import Case
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
NOON = at("2025-03-03")


@pytest.fixture
def one(agent, settings) -> Case:
    settings.EMAIL_HOST = "mail.example.com"
    return case(NOON, customer(owner=agent), sender_name="Li Na", sender_email="li@example.com", language="zh-hans")


def address(of: Case, name: str, *more: str) -> str:
    return reverse(f"complaints:{name}", args=[of.number, *more])


def test_a_reply_by_mail_is_put_on_its_way(client, agent, one):
    client.force_login(agent)
    client.post(address(one, "case_reply"), {"text": "We come on Monday.", "via": "email", "minutes": "5"})
    message = one.messages.get(direction="out", is_automatic=False)
    assert (message.mail_to, message.subject, message.minutes) == ("li@example.com", f"{one.number} {one.subject}", 5)
    assert not one.clocks.running().filter(kind="response").exists()


def test_a_reply_by_phone_is_written_down_and_mailed_to_nobody(client, agent, one):
    client.force_login(agent)
    client.post(address(one, "case_reply"), {"text": "I told her.", "via": "phone"})
    assert one.messages.get(direction="out", is_automatic=False).mail_to == ""


def test_a_template_is_offered_in_the_customers_language_filled_in(client, agent, one):
    client.force_login(agent)
    page = client.get(address(one, "case_reply"), {"template": "resolved"}, headers={"HX-Request": "true"})
    assert "Li Na" in page.content.decode()
    assert one.number in page.content.decode()
    assert not one.messages.filter(direction="out", is_automatic=False).exists(), "looking sends nothing"


def test_a_proposal_is_mailed_with_the_link_to_answer_it(client, agent, one):
    client.force_login(agent)
    client.post(address(one, "case_step", "propose"), {"proposal": "换一台新的。", "is_mailed": "on"})
    one.refresh_from_db()
    message = one.messages.get(direction="out", is_automatic=False)
    assert one.status == "proposed"
    # The link is signed with the second in which it was made, so that another one differs.
    (token,) = re.findall(r"/complaints/track/([^/\s]+)/", message.text)
    assert "换一台新的。" in message.text and tracking.case_of(token) == one


def test_a_proposal_may_be_told_otherwise(client, agent, one):
    client.force_login(agent)
    client.post(address(one, "case_step", "propose"), {"proposal": "A new one."})
    assert not one.messages.filter(direction="out", is_automatic=False).exists()


def test_a_renewed_link_makes_the_old_one_useless(client, agent, one):
    old = tracking.path_of(one)
    client.force_login(agent)
    assert client.post(address(one, "case_step", "renew_link"), {}).status_code == 422, "only when one is sure"
    client.post(address(one, "case_step", "renew_link"), {"is_sure": "on"})
    one.refresh_from_db()
    client.logout()
    assert client.get(old).status_code == 404
    assert client.get(tracking.path_of(one)).status_code == 200


def test_others_write_to_nobody(client, outsider, one):
    client.force_login(outsider)
    assert client.post(address(one, "case_reply"), {"text": "Hello", "via": "email"}).status_code in (403, 404)
    client.logout()
    assert client.post(address(one, "case_reply"), {"text": "Hello", "via": "email"}).status_code == 302
    assert not one.messages.filter(direction="out", is_automatic=False).exists()
