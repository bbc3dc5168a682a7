"""Without login: report, follow by a signed link, add, accept or reject. Input is hostile."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pghistory.models import Context

from complaints import life, tracking
from complaints.models import Actor, Case, CaseFile, CaseMessage
from crmquality.lib.admin import event_model
from tests.records import case, contact, customer, order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
REPORT = reverse("complaints:report_create")
PDF = b"%PDF-1.7 x"


@pytest.fixture(autouse=True)
def _fresh(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def proposed(agent):
    one = case("2026-03-02", customer(owner=agent), sender_name="Li Na")
    life.propose(one, "We send a new one.", Actor.staff(agent), timezone.now())
    return one


def stamp(client, url=REPORT, seconds=60):
    """The stamp of a form that was drawn some seconds ago."""
    with time_machine.travel(timezone.now() - dt.timedelta(seconds=seconds), tick=False):
        return client.get(url).context["form"].next_stamp


def told(client, **fields):
    given = {"text": "It came broken.", "name": "Li Na", "email": "li@example.com", "phone": "", "order": ""}
    return {**given, "stamp": stamp(client), "website": "", **fields}


def test_a_report_gets_a_number_a_link_and_is_acknowledged_at_once(client):
    data = told(client, remedy_sought="A new one", attached=SimpleUploadedFile("p.pdf", PDF))
    answer = client.post(REPORT, data, headers={"accept-language": "zh-hans"})
    one = Case.objects.get()
    assert (one.channel, one.sender_email, one.language, one.status) == (
        "form",
        "li@example.com",
        "zh-hans",
        "acknowledged",
    )
    assert CaseFile.objects.get().case == one
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200 and one.number in page.content.decode()


def test_sent_twice_it_is_one_case(client):
    data = told(client)
    places = [client.post(REPORT, data).status_code for _time in range(2)]
    assert places == [302, 302] and Case.objects.count() == 1


def test_the_customer_is_recognised_only_beyond_doubt_and_never_shown(client):
    buyer = customer("C-1", name="Secret Ltd")
    who = contact(buyer, "Li Na", email="Li@example.com")
    mine = order(buyer, "2026-01-01", number="A-7")
    order(customer(), "2026-01-01", number="B-8")
    answer = client.post(REPORT, told(client, order="A-7"))
    one = Case.objects.get()
    assert (one.customer, one.contact, list(one.orders.all())) == (buyer, who, [mine])
    assert "Secret" not in client.get(answer.headers["Location"]).content.decode()
    contact(customer(), "Another", email="li@example.com")
    client.post(REPORT, told(client))
    assert Case.objects.order_by("pk").last().customer is None


@pytest.mark.parametrize(
    "change",
    [{"text": ""}, {"name": ""}, {"email": "", "phone": ""}, {"email": "no"}, {"website": "http://spam.example"},
     {"stamp": "forged"}, {"stamp": ""}, {"text": "x" * 10_001}, {"text": "a\0b"}],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(client, change):
    assert client.post(REPORT, told(client) | change).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize("seconds", [0, 90_000])
def test_too_fast_and_too_slow_are_asked_again(client, seconds):
    answer = client.post(REPORT, told(client, stamp=stamp(client, seconds=seconds)))
    assert answer.status_code == 422 and not Case.objects.exists()


@pytest.mark.parametrize(
    "name, content", [("a.pdf", b"MZ\x90\0"), ("a.html", b"<script>"), ("a.png", b""), ("a.svg", b"<svg/>")]
)
def test_files_that_are_none_of_ours_are_refused(client, name, content):
    answer = client.post(REPORT, told(client, attached=SimpleUploadedFile(name, content)))
    assert answer.status_code == 422 and not CaseFile.objects.exists()


def test_too_often_from_one_address_answers_429(client):
    codes = [client.post(REPORT, {}).status_code for _time in range(11)]
    assert codes == [422] * 10 + [429]
    assert client.get(REPORT).status_code == 200


def test_the_link_shows_what_happened_but_nothing_from_inside(client, agent, proposed):
    for direction, text in (("note", "He is difficult"), ("out", "We look into it"), ("in", "Please hurry")):
        message = CaseMessage(at=timezone.now(), direction=direction, channel="phone", text=text)
        life.write(proposed, message, Actor.staff(agent), timezone.now())
    page = client.get(tracking.path_of(proposed)).content.decode()
    assert "We send a new one." in page and "We look into it" in page and "Please hurry" in page
    assert "difficult" not in page and agent.username not in page


def test_forged_old_and_replaced_links_lead_nowhere(client, proposed):
    path = tracking.path_of(proposed)
    with time_machine.travel(timezone.now() + dt.timedelta(days=800)):
        assert client.get(path).status_code == 404
    tracking.renew(proposed)
    answers = [client.get(each) for each in (path, "/complaints/track/x/", path.replace("/track/", "/track/A"))]
    assert [each.status_code for each in answers] == [404] * 3
    assert "nowhere any more" in answers[0].content.decode()
    assert client.get(tracking.path_of(proposed)).status_code == 200


def test_get_never_records_and_post_accepts(client, proposed):
    url = reverse("complaints:track_accept", args=[tracking.token_of(proposed)])
    assert "Accept and close" in client.get(url).content.decode()
    proposed.refresh_from_db()
    assert proposed.status == "proposed"
    client.post(url)
    proposed.refresh_from_db()
    assert (proposed.status, proposed.outcome) == ("closed", "accepted")
    assert client.post(url).status_code == 302
    assert "Thank you" in client.get(tracking.path_of(proposed)).content.decode()


def test_the_link_stands_in_no_history(client, proposed):
    token = tracking.token_of(proposed)
    before = Context.objects.count()
    client.post(reverse("complaints:track_accept", args=[token]))
    assert event_model(Case).objects.filter(pgh_obj=proposed).exists()
    assert Context.objects.count() == before
    assert not Context.objects.filter(metadata__url__contains=token).exists()


def test_a_rejected_outcome_goes_on_with_the_reason(client, proposed):
    client.post(reverse("complaints:track_reject", args=[tracking.token_of(proposed)]), {"reason": "It is too late"})
    proposed.refresh_from_db()
    assert proposed.status == "in_progress"
    assert proposed.messages.get().text == "It is too late"
    assert proposed.steps.filter(step="reject", by="customer", channel="link").exists()


def test_what_is_added_is_kept_once_and_ends_the_waiting(client, agent):
    one = case("2026-03-02", customer(owner=agent))
    life.wait(one, Actor.staff(agent), timezone.now())
    token = tracking.token_of(one)
    url = reverse("complaints:track_add", args=[token])
    drawn = stamp(client, tracking.path_of(one))
    data = {"text": "Here it is", "stamp": drawn, "website": "", "attached": SimpleUploadedFile("p.pdf", PDF)}
    codes = [client.post(url, data).status_code, client.post(url, {**data, "attached": ""}).status_code]
    one.refresh_from_db()
    assert codes == [302, 302] and one.status == "in_progress"
    assert one.messages.get().files.count() == 1
    assert client.get(url).status_code == 405
    assert client.post(url, {"text": ""}).status_code == 422


def test_a_merged_case_says_so_and_takes_nothing(client, agent, proposed):
    kept = case("2026-03-02")
    life.merge(kept, proposed, Actor.staff(agent), timezone.now())
    page = client.get(tracking.path_of(proposed)).content.decode()
    assert "together with another matter" in page and kept.number not in page and "<textarea" not in page


def test_public_pages_are_small(client, proposed):
    from pathlib import Path

    css = Path("crmquality/static/public.css").stat().st_size
    for path in (REPORT, tracking.path_of(proposed)):
        answer = client.get(path)
        assert len(answer.content) + css < 60_000 and b"<script" not in answer.content
