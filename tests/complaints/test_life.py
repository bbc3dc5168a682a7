"""A case takes the steps it may take, each written down for ever; of two at once, one wins."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from complaints import life
from complaints.models import Actor, Case, CaseMessage, CaseStep, Category, NotAllowed, Overtaken
from complaints.models.case import MOVES, Status
from crmquality.office.models import Notice, Webhook, WebhookDelivery
from customers.models import ChangedCustomer
from tests.people import member
from tests.records import at, case, contact, customer, order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
NOON = at("2025-03-03")
LATER = at("2025-03-04")


def steps(of: Case) -> list[str]:
    return list(of.steps.values_list("step", flat=True))


def test_a_complaint_goes_from_receipt_to_the_customers_word(agent):
    buyer = customer(owner=agent)
    one = case(NOON, buyer)
    staff = Actor.staff(agent)
    assert (one.status, one.owner) == ("assigned", agent)
    life.start(one, staff, LATER)
    life.wait(one, staff, LATER)
    life.resume(one, staff, LATER, LATER)
    life.propose(one, "We send a new one.", staff, LATER)
    life.accept(one, Actor.customer(), LATER)
    one.refresh_from_db()
    assert (one.status, one.outcome, one.closed_at, one.resolved_at) == ("closed", "accepted", LATER, LATER)
    assert steps(one) == ["receive", "assign", "start", "wait", "resume", "propose", "acknowledge", "accept"]
    assert not one.clocks.running().exists()


def test_the_number_is_what_people_say():
    one = case(NOON)
    assert one.number == f"K-{one.pk:06}"
    assert Case.key_of(f" k-{one.pk:06} ") == Case.key_of(str(one.pk)) == one.pk
    assert [Case.key_of(text) for text in ("", "K-", "K-x", "K-²", "9" * 30)] == [0] * 5


def test_steps_that_lead_nowhere_are_refused(agent):
    one = case(NOON)
    with pytest.raises(NotAllowed):
        life.resume(one, Actor.staff(agent), LATER, LATER)
    life.resolve(one, Actor.staff(agent), LATER)
    with pytest.raises(NotAllowed):
        life.start(one, Actor.staff(agent), LATER)


def test_every_state_can_be_left_and_reached():
    ways = {(source, move.leads(source)) for move in MOVES.values() for source in move.sources}
    ways = {(source, target) for source, target in ways if source != target}
    assert {source for source, _ in ways} == set(Status)
    assert {target for _, target in ways} | {Status.RECEIVED} == set(Status)


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(agent, manager):
    case(NOON)
    mine, yours = Case.objects.get(), Case.objects.get()
    life.assign(mine, agent, None, Actor.staff(agent), LATER)
    with pytest.raises(Overtaken):
        life.assign(yours, manager, None, Actor.staff(manager), LATER)
    assert Case.objects.get().owner == agent
    assert steps(mine) == ["receive", "assign"]


def test_what_happened_cannot_be_changed_or_removed(agent):
    one = case(NOON)
    for attempt in (lambda: CaseStep.objects.update(step="x"), lambda: CaseStep.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
            attempt()
    assert steps(one) == ["receive"]


def test_what_happened_goes_with_the_case():
    one = case(NOON)
    one.clocks.all().delete()
    Case.objects.filter(pk=one.pk).delete()
    assert not CaseStep.objects.exists()


def test_a_rejected_outcome_is_worked_on_again_and_the_lead_knows(agent, team):
    lead = member("lead", "lead", team=team)
    one = case(NOON, customer(owner=agent))
    life.propose(one, "A voucher.", Actor.staff(agent), LATER)
    life.reject(one, Actor.customer(), LATER)
    assert (one.status, one.resolved_at) == ("in_progress", None)
    assert Notice.objects.filter(member=lead, text__contains="rejected").count() == 1


def test_a_case_may_be_closed_also_when_the_customer_rejects(agent):
    one = case(NOON)
    life.propose(one, "A voucher.", Actor.staff(agent), LATER)
    life.close(one, "rejected", Actor.staff(agent), LATER)
    assert (one.status, one.outcome) == ("closed", "rejected")


def test_a_message_after_closing_reopens_the_case_against_a_clock_of_its_own(agent):
    one = case(NOON)
    life.resolve(one, Actor.staff(agent), LATER)
    life.close(one, "no_answer", Actor.staff(agent), LATER)
    message = CaseMessage(at=at("2025-03-06"), direction="in", channel="email", text="It broke again.")
    life.write(one, message, Actor.customer("email"), at("2025-03-06"))
    one.refresh_from_db()
    assert (one.status, one.outcome, one.times_reopened) == ("reopened", "", 1)
    assert [clock.started_at for clock in one.clocks.running().filter(kind="resolve")] == [at("2025-03-06")]


def test_a_reopened_case_can_be_closed_again(agent):
    one = case(NOON)
    for _ in range(2):
        life.resolve(one, Actor.staff(agent), LATER)
        life.accept(one, Actor.customer(), LATER)
        life.reopen(one, Actor.customer(), LATER)
    assert Case.objects.get().times_reopened == 2


def test_a_mail_is_kept_once():
    one = case(NOON)
    for expected in (1, 1):
        message = CaseMessage(at=LATER, direction="in", channel="email", text="Hello", message_id="<1@mail>")
        try:
            with transaction.atomic():
                life.write(one, message, Actor.customer("email"), LATER)
        except IntegrityError:
            pass
        assert one.messages.count() == expected


def test_minutes_add_up(agent):
    one = case(NOON)
    for minutes in (10, 25):
        note = CaseMessage(at=LATER, direction="note", channel="other", text="Asked the stock.", minutes=minutes)
        life.write(one, note, Actor.staff(agent), LATER)
    one.refresh_from_db()
    assert (one.minutes, one.responded_at) == (35, None)


def test_merging_keeps_everything_and_counts_one(agent):
    buyer = customer()
    kept, twin = case(NOON, buyer), case(NOON, buyer)
    bought = order(buyer, "2025-02-01")
    twin.orders.add(bought)
    note = CaseMessage(at=LATER, direction="in", channel="phone", text="Called again.")
    life.write(twin, note, Actor.staff(agent), LATER)
    life.merge(kept, twin, Actor.staff(agent), LATER)
    assert kept.messages.get() == note
    assert kept.orders.get() == bought
    assert not twin.clocks.running().exists()
    assert list(Case.objects.open()) == [kept]
    twin.refresh_from_db()
    with pytest.raises(NotAllowed):
        life.start(twin, Actor.staff(agent), LATER)
    with pytest.raises(NotAllowed):
        life.merge(kept, twin, Actor.staff(agent), LATER)


def test_what_a_merged_case_cost_counts_for_the_one_that_stands(agent):
    kept = case("2025-03-03", customer(), minutes=5, tags=["seal"], compensation=100, compensated_on="2025-03-05")
    other = case("2025-03-04", kept.customer, minutes=7, tags=["seal", "pump"], compensation=50)
    life.merge(kept, other, Actor.staff(agent), at("2025-03-05"))
    kept.refresh_from_db()
    assert (kept.minutes, kept.tags, kept.compensation, str(kept.compensated_on)) == (
        12, ["seal", "pump"], 150, "2025-03-05",
    )  # fmt: skip


def test_a_case_that_turns_out_to_be_the_awaited_answer_ends_the_waiting_when_it_came(agent):
    kept = case("2025-03-03", customer())
    before = case("2025-03-03", kept.customer)
    life.wait(kept, Actor.staff(agent), at("2025-03-04"))
    life.merge(kept, before, Actor.staff(agent), at("2025-03-05"))
    assert kept.status == "waiting"
    life.merge(kept, case("2025-03-05", kept.customer), Actor.staff(agent), at("2025-03-07"))
    assert kept.status == "in_progress" and kept.pauses.get().ended_at == at("2025-03-05")


def test_of_two_cases_merged_into_each_other_one_stands(agent):
    one = case("2025-03-03", customer())
    two = case("2025-03-04", one.customer)
    seen_before = Case.objects.get(pk=two.pk)
    life.merge(one, two, Actor.staff(agent), at("2025-03-05"))
    with pytest.raises(NotAllowed):
        life.merge(seen_before, one, Actor.staff(agent), at("2025-03-05"))
    assert Case.objects.get(merged_into=None) == one


def test_repeats_are_of_the_same_customer_and_category_within_ninety_days():
    buyer, category = customer(), Category.objects.get(code="late-delivery")
    one = case(at("2025-03-03"), buyer, category=category)
    near = case(at("2025-06-01"), buyer, category=category)
    case(at("2025-06-02"), buyer, category=category)
    case(at("2025-03-04"), buyer)
    case(at("2025-03-04"), customer(), category=category)
    assert list(Case.objects.repeats_of(one)) == [near]
    assert not Case.objects.repeats_of(case(NOON)).exists()


def test_agents_see_their_own_their_teams_and_their_customers_cases(agent, manager, outsider):
    mine = case(NOON, customer(owner=agent))
    teams = case(NOON, team=agent.team)
    others = case(NOON, customer(owner=manager))
    assert set(Case.objects.visible_to(agent)) == {mine, teams}
    assert set(Case.objects.visible_to(manager)) == {mine, teams, others}
    assert not Case.objects.visible_to(outsider).exists()


def test_other_systems_hear_of_receipt_and_closing(agent):
    Webhook.objects.create(url="https://example.com/hook", events=["case.created", "case.closed"])
    one = case(NOON, text="The letter")
    life.resolve(one, Actor.staff(agent), LATER)
    life.close(one, "no_answer", Actor.staff(agent), LATER)
    events = WebhookDelivery.objects.order_by("id")
    assert [event.event for event in events] == ["case.created", "case.closed"]
    assert "letter" not in str(events[0].body)


def test_a_case_marks_its_customer_as_changed():
    buyer = customer()
    ChangedCustomer.objects.all().delete()
    case(NOON, buyer)
    assert set(ChangedCustomer.objects.values_list("customer_id", flat=True)) == {buyer.pk}


def test_a_contact_that_goes_leaves_the_case():
    buyer = customer()
    one = case(NOON, buyer, contact=contact(buyer))
    one.contact.delete()
    one.refresh_from_db()
    assert one.contact is None
    assert one.received_at < timezone.now()
