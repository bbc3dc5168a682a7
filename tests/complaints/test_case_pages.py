"""The page of a case offers what may be done, does it once, and tells whoever comes too late."""

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import life
from complaints.models import Actor, Case, CaseMessage, Category, CorrectiveAction, RootCause
from crmquality.office.models import Notice
from customers.models import FollowUp
from tests.people import member
from tests.records import case, contact, customer, line, order, product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def buyer(agent):
    return customer("C-1", name="Acme", owner=agent, tier="A")


@pytest.fixture
def one(buyer, now):
    return case(now, buyer, text="The <b>lamp</b> came late.")


def step(of: Case, name: str) -> str:
    return reverse("complaints:case_step", args=[of.number, name])


def do(client, of: Case, name: str, **values):
    """Fill in the form that the page gives, and send it."""
    form = client.get(step(of, name), headers=SHEET).context["form"]
    given = {bound.html_name: bound.value() for bound in form}
    given = {name: value for name, value in given.items() if value not in (None, False)}
    return client.post(step(of, name), {**given, **values}, headers=SHEET)


def offered(client, of: Case) -> set[str]:
    return {one["name"] for part in client.get(of.get_absolute_url()).context["actions"].values() for one in part}


@pytest.mark.parametrize(
    "role, reads, writes",
    [
        ("admin", 200, 200), ("manager", 200, 200), ("agent", 404, 404), ("lead", 404, 404),
        ("auditor", 200, 403), ("analyst", 200, 403), ("", 403, 403),
    ],
)  # fmt: skip
def test_who_may_read_and_work_on_somebody_elses_case(client, one, role, reads, writes):
    client.force_login(member("somebody", role))
    assert client.get(one.get_absolute_url()).status_code == reads
    for name in ("assign", "resolve", "assess", "merge"):
        assert client.get(step(one, name)).status_code == writes
    for name in ("reply", "note"):
        answer = client.post(reverse(f"complaints:case_{name}", args=[one.number]), {"text": "x", "via": "phone"})
        assert answer.status_code == (302 if writes == 200 else writes)
    answer = client.post(step(one, "resolve"))
    assert answer.status_code == (302 if writes == 200 else writes)
    assert Case.objects.get().status == ("resolved" if writes == 200 else "assigned")


def test_nobody_is_sent_to_the_login(client, one):
    for address in (step(one, "resolve"), reverse("complaints:case_reply", args=[one.number])):
        assert client.post(address).headers["Location"].startswith("/accounts/login/")


def test_a_number_that_is_none_is_not_found(client, manager, one):
    client.force_login(manager)
    for number in ("K-999999", "K-999999999999999999"):
        assert client.get(reverse("complaints:case_detail", args=[number])).status_code == 404
    assert client.get(step(one, "evil")).status_code == 404


def test_only_steps_that_may_be_taken_are_offered(client, agent, one, now):
    client.force_login(agent)
    assert {"acknowledge", "start", "assign", "wait", "resolve"} <= offered(client, one)
    assert not {"resume", "close", "reopen", "adopt"} & offered(client, one)
    life.resolve(one, Actor.staff(agent), now)
    assert {"close", "reopen"} <= offered(client, one) and "start" not in offered(client, one)


def test_the_case_is_led_from_hand_to_closing_by_its_page(client, agent, one):
    client.force_login(agent)
    for name, values in (
        ("acknowledge", {}), ("start", {}), ("wait", {}), ("resume", {}), ("propose", {"proposal": "A new one."}),
        ("resolve", {}), ("close", {"outcome": "accepted"}), ("reopen", {}),
    ):  # fmt: skip
        answer = do(client, one, name, **values)
        assert answer.status_code == 200 and answer.headers["HX-Trigger"], name
    assert list(one.steps.values_list("step", flat=True))[2:] == [
        "acknowledge", "start", "wait", "resume", "propose", "resolve", "close", "reopen",
    ]  # fmt: skip


def test_what_is_missing_is_said_at_the_field(client, agent, one):
    client.force_login(agent)
    for name, values in (
        ("propose", {"proposal": "  "}), ("assign", {"to": "member-0"}), ("merge", {"into": "K-0"}),
        ("assess", {"severity": "9"}), ("compensate", {"compensation": "much"}), ("link", {"customer": "nobody at all"}),
        ("action", {"text": "", "due_on": ""}), ("tags", {"tags": "x" * 31}),
    ):  # fmt: skip
        answer = do(client, one, name, **values)
        assert answer.status_code == 422 and answer.context["form"].errors, name


def test_whoever_comes_second_is_told_and_loses_nothing(client, agent, manager, one, now):
    client.force_login(agent)
    form = client.get(step(one, "propose"), headers=SHEET).context["form"]
    life.assign(Case.objects.get(), manager, None, Actor.staff(manager), now)
    answer = client.post(step(one, "propose"), {"seen": form["seen"].value(), "proposal": "A voucher."}, headers=SHEET)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody was faster" in page and "A voucher." in page and "owner manager" in page
    assert Case.objects.get().proposal == ""
    again = {"seen": answer.context["form"]["seen"].value(), "proposal": "A voucher."}
    assert client.post(step(one, "propose"), again, headers=SHEET).status_code == 200
    assert Case.objects.get().status == "proposed"


def test_a_step_that_leads_nowhere_any_more_is_refused(client, agent, one, now):
    client.force_login(agent)
    life.resolve(Case.objects.get(), Actor.staff(agent), now)
    answer = client.post(step(one, "wait"), {}, headers=SHEET)
    assert answer.status_code == 409 and "cannot be taken any more" in answer.content.decode()


def test_two_who_assess_at_once_do_not_overwrite_each_other(client, agent, one, now):
    client.force_login(agent)
    form = client.get(step(one, "assess"), headers=SHEET).context["form"]
    life.assess(Case.objects.get(), Actor.staff(agent), now, severity=4)
    answer = client.post(step(one, "assess"), {"seen": form["seen"].value(), "severity": "1"}, headers=SHEET)
    assert answer.status_code == 409 and Case.objects.get().severity == 4


def test_assessment_cause_compensation_and_tags_are_kept(client, agent, one):
    client.force_login(agent)
    part, cause = Category.objects.get(code="late-delivery"), RootCause.objects.get(code="logistics")
    do(
        client,
        one,
        "assess",
        severity=4,
        category=part.pk,
        is_safety="on",
        complexity=2,
        impact=3,
        immediate_action="x",
    )
    do(client, one, "cause", cause=cause.pk, cause_text="The lorry")
    do(client, one, "compensate", compensation="12.50")
    do(client, one, "tags", tags="sea, sea，air")
    kept = Case.objects.get()
    assert (kept.severity, kept.category, kept.is_safety, kept.complexity, kept.impact) == (4, part, True, 2, 3)
    assert (kept.cause, kept.cause_text, kept.compensation, kept.tags) == (cause, "The lorry", 1250, ["sea", "air"])
    assert kept.compensated_on and list(kept.steps.values_list("step", flat=True))[2:] == ["assess", *["edit"] * 3]
    assert "lorry" not in str(list(kept.steps.values_list("data", flat=True)))


def test_a_suggestion_is_adopted(client, agent, buyer, now):
    one = case(now, buyer, kind="suggestion")
    client.force_login(agent)
    assert "adopt" in offered(client, one)
    do(client, one, "adopt", is_adopted="true")
    assert Case.objects.get().is_adopted and Case.objects.get().adopted_on
    do(client, one, "adopt", is_adopted="false")
    assert Case.objects.get().adopted_on is None


def test_customer_orders_and_products_are_linked(client, manager, agent, buyer, now):
    one = case(now)
    bought = order(buyer, "2025-02-01")
    sold = line(bought, product("P-1")).product
    person = contact(buyer)
    customer("C-2", name="Acme Two")
    client.force_login(manager)
    assert "Which of these" in do(client, one, "link", customer="acme").content.decode()
    assert do(client, one, "link", customer="c-1").status_code == 200
    assert Case.objects.get().customer == buyer
    do(client, one, "link", contact=person.pk, orders=[bought.pk], products=[sold.pk])
    kept = Case.objects.get()
    assert (kept.contact, kept.orders.get(), kept.products.get()) == (person, bought, sold)
    do(client, one, "link", customer="C-2")
    kept = Case.objects.get()
    assert kept.customer.code == "C-2" and kept.contact is None and not kept.orders.exists()


def test_a_case_is_merged_into_another_that_one_sees(client, agent, buyer, one, now):
    kept, stranger = case(now, buyer), case(now, customer())
    client.force_login(agent)
    assert do(client, one, "merge", into=stranger.number).status_code == 422
    assert do(client, one, "merge", into=kept.number).status_code == 200
    page = client.get(one.get_absolute_url()).content.decode()
    assert kept.get_absolute_url() in page and "It goes on there" in page
    assert one.number in client.get(kept.get_absolute_url()).content.decode()
    assert do(client, one, "assign", to=f"member-{agent.pk}").status_code == 409


def test_corrective_actions_have_an_owner_a_date_and_an_end(client, agent, one):
    client.force_login(agent)
    do(client, one, "action", text="Another haulier", due_on="2030-01-01")
    row = CorrectiveAction.objects.get()
    assert (row.owner, str(row.due_on), row.done_on) == (agent, "2030-01-01", None)
    given = {"pk": row.pk, "text": "x", "owner": agent.pk, "due_on": "2030-01-01", "is_effective": "true"}
    assert client.post(step(one, "action"), given, headers=SHEET).status_code == 422
    assert client.post(step(one, "action"), given | {"done_on": "2030-01-02"}, headers=SHEET).status_code == 200
    row.refresh_from_db()
    assert row.is_effective and CorrectiveAction.objects.count() == 1
    assert b"it helped" in client.get(one.get_absolute_url()).content


def test_notes_stay_inside_and_replies_stop_the_clocks(client, agent, one):
    client.force_login(agent)
    note, reply = (reverse(f"complaints:case_{name}", args=[one.number]) for name in ("note", "reply"))
    answer = client.post(note, {"text": "Asked the stock.", "minutes": 10}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and b"Asked the stock" not in answer.content
    assert client.post(reply, {"text": " ", "via": "phone"}, headers={"HX-Request": "true"}).status_code == 422
    assert one.clocks.running().filter(kind="response").exists()
    client.post(reply, {"text": "We send a new one.", "via": "phone", "then_wait": "on"})
    kept = Case.objects.get()
    assert (kept.minutes, kept.contacts_needed, kept.status) == (10, 1, "waiting")
    assert list(CaseMessage.objects.values_list("direction", "channel")) == [("note", "other"), ("out", "phone")]
    assert not one.clocks.running().filter(kind="response").exists()
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Asked the stock." in page and "We send a new one." in page


def test_what_customers_write_is_text_not_markup(client, agent, one, now):
    message = CaseMessage(at=now, direction="in", channel="email", text="<script>alert(1)</script>")
    life.write(one, message, Actor.customer("email"), now)
    client.force_login(agent)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page and "&lt;b&gt;lamp" in page


def test_one_watches_and_stops_watching(client, agent, one):
    client.force_login(agent)
    assert "watch" in offered(client, one)
    do(client, one, "watch")
    assert list(one.watchers.all()) == [agent] and "unwatch" in offered(client, one)
    do(client, one, "unwatch")
    assert not one.watchers.exists()


def test_repeats_and_other_open_cases_are_pointed_out(client, agent, buyer, now):
    part = Category.objects.get(code="late-delivery")
    one, again = (case(now, buyer, category=part, subject=name) for name in ("First", "Second"))
    client.force_login(agent)
    page = client.get(again.get_absolute_url()).content.decode()
    assert "The same customer, the same category" in page and f"into={one.number}" in page


def test_clocks_and_pauses_are_visible(client, agent, one, now):
    life.wait(one, Actor.staff(agent), now)
    client.force_login(agent)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Paused" in page and "due-paused" in page and "promised within" in page


def test_the_page_costs_the_same_however_much_happened(client, agent, one, now, django_assert_max_num_queries):
    client.force_login(agent)

    def fill() -> None:
        for number in range(10):
            message = CaseMessage(at=now, direction="note", channel="other", text=str(number))
            life.write(one, message, Actor.staff(agent), now)
            CorrectiveAction.objects.create(case=one, text="x", owner=agent, due_on="2030-01-01")

    fill()
    client.get(one.get_absolute_url())
    with django_assert_max_num_queries(36) as some:
        client.get(one.get_absolute_url())
    fill()
    with django_assert_max_num_queries(36) as more:
        client.get(one.get_absolute_url())
    assert len(some) == len(more)


def test_a_customers_cases_stand_on_its_page_and_in_its_story(client, agent, manager, one, buyer):
    client.force_login(agent)
    address = reverse("complaints:customer_cases", args=["C-1"])
    assert address in client.get(buyer.get_absolute_url()).content.decode()
    assert one.number in client.get(address).content.decode()
    assert b"<html" not in client.get(address, headers={"HX-Request": "true"}).content
    story = client.get(reverse("scoring:customer_timeline", args=["C-1"]), {"kind": "case"}).content.decode()
    assert one.number in story
    card = client.get(reverse("scoring:customer_card", args=["C-1"]))
    assert card.status_code == 200 and "Acme" in card.content.decode()
    client.force_login(member("stranger", "agent"))
    assert client.get(address).status_code == 404
    assert client.get(reverse("scoring:customer_card", args=["C-1"])).status_code == 404


def test_what_was_taken_down_can_be_corrected(client, one, agent):
    client.force_login(agent)
    assert "details" in offered(client, one)
    assert do(client, one, "details", kind="enquiry", subject="Where is it?", sender_name="Li Na").status_code == 200
    one.refresh_from_db()
    assert (one.kind, one.subject, one.sender_name) == ("enquiry", "Where is it?", "Li Na")
    assert one.steps.last().data == {"kind": "enquiry"}
    assert do(client, one, "details", subject="").status_code == 422


def test_a_follow_up_is_planned_once_and_stands_in_the_day_of_its_owner(client, one, agent, manager):
    client.force_login(manager)
    assert "follow_up" in offered(client, one)
    for _ in range(2):
        answer = do(client, one, "follow_up", owner=agent.pk, due_on="2030-01-07", once="key")
        assert answer.status_code == 200
    row = FollowUp.objects.get()
    assert (row.customer, row.owner, str(row.due_on)) == (one.customer, agent, "2030-01-07")
    assert row.subject.startswith(one.number)
    assert Notice.objects.filter(member=agent, key__startswith="given-case-key").count() == 1
    assert "follow-up" in client.get(one.get_absolute_url()).content.decode()
    Case.objects.filter(pk=one.pk).update(customer=None)
    assert "follow_up" not in offered(client, one)
