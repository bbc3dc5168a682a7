import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.forms.kinds import KINDS
from customers.forms.records import reason_choices
from customers.models import Consent, Contact, JointProject, Loss, Need, Opportunity, Reason, ServiceContract
from tests.people import member
from tests.records import contact, contract, customer, follow_up, interaction, opportunity

# Consents are never edited; files are tested in test_attachments.py.
APART = {"consent", "attachment", "deletion"}
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}
ADDED = {
    "contact": (Contact, {"name": "Li Na", "role": "user", "opted_out": ["phone", "email"]}),
    "opportunity": (Opportunity, {"name": "Big deal", "kind": "new", "amount": "1,200.50", "opened_on": "2025-07-01"}),
    "contract": (ServiceContract, {"name": "Care", "starts_on": "2025-01-01", "ends_on": "2025-12-31"}),
    "need": (Need, {"text": "Faster delivery", "raised_on": "2025-07-01"}),
    "project": (JointProject, {"name": "New lamp", "started_on": "2025-07-01"}),
    "loss": (Loss, {"lost_on": "2025-07-01", "competitor": "Other Ltd", "win_back": "trying"}),
}


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent)


def page(name, kind="", pk=None, code="C-1"):
    args = [code, *([kind] if kind else []), *([pk] if pk else [])]
    return reverse(f"customers:record_{name}", args=args)


@pytest.fixture
def rows(buyer):
    """One record of each kind that can be edited."""
    return {
        "contact": contact(buyer),
        "opportunity": opportunity(buyer, "2025-01-01"),
        "contract": contract(buyer, "2025-01-01", "2025-12-31"),
        "need": Need.objects.create(customer=buyer, text="More", raised_on="2025-01-01"),
        "project": JointProject.objects.create(customer=buyer, name="Lamp", started_on="2025-01-01"),
        "loss": Loss.objects.create(customer=buyer, lost_on="2025-01-01"),
        "follow_up": follow_up(buyer, "2025-01-01"),
        "interaction": interaction(buyer, "2025-01-01"),
        "stage": opportunity(buyer, "2025-01-01"),
        "outcome": opportunity(buyer, "2025-01-01"),
    }


@pytest.mark.parametrize(
    "role, reads, writes",
    [
        ("admin", 200, 200), ("manager", 200, 200), ("agent", 404, 404), ("lead", 404, 404),
        ("auditor", 200, 403), ("analyst", 200, 403), ("", 403, 403),
    ],
)  # fmt: skip
def test_who_may_read_and_write_somebody_elses_records(client, rows, role, reads, writes):
    client.force_login(member("somebody", role))
    assert client.get(page("list")).status_code == reads
    for kind, row in rows.items():
        assert client.get(page("edit", kind, row.pk)).status_code == writes
    for kind, (_model, data) in ADDED.items():
        assert client.get(page("create", kind)).status_code == writes
        posted = client.post(page("create", kind), data).status_code
        assert posted == (302 if writes == 200 else writes)


def test_nobody_is_sent_to_the_login(client, rows):
    for address in (page("list"), page("create", "contact"), page("edit", "contact", rows["contact"].pk)):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_somebody_who_only_reads_sees_no_buttons(client, rows):
    client.force_login(member("auditor", "auditor"))
    seen = client.get(page("list")).content.decode()
    assert "Contact" in seen and page("create", "contact") not in seen


@pytest.mark.parametrize("kind", ADDED)
def test_an_agent_adds_a_record_of_an_own_customer(client, agent, buyer, kind):
    model, data = ADDED[kind]
    client.force_login(agent)
    answer = client.post(page("create", kind), {**data, "once": "k"}, headers=SHEET)
    assert answer.status_code == 200, answer.context and answer.context["form"].errors
    assert "recordsChanged" in answer.headers["HX-Trigger"] and "Saved." in answer.content.decode()
    assert model.objects.get().customer == buyer


@pytest.mark.parametrize("kind", ADDED)
def test_a_form_that_is_sent_twice_adds_one(client, agent, buyer, kind):
    model, data = ADDED[kind]
    client.force_login(agent)
    for _ in range(2):
        client.post(page("create", kind), {**data, "once": "k"})
    assert model.objects.count() == 1


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in APART])
def test_every_form_sent_back_as_it_came_is_saved(client, agent, buyer, rows, kind):
    client.force_login(agent)
    form = client.get(page("edit", kind, rows[kind].pk)).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}
    data |= {"outcome": "won"} if kind == "outcome" else {}
    data |= {"occurred_at": "2025-01-01T12:00"} if kind == "interaction" else {}
    answer = client.post(page("edit", kind, rows[kind].pk), data)
    assert answer.status_code == 302, answer.context["form"].errors


@pytest.mark.parametrize(
    "kind, data, field",
    [
        ("contact", {"name": ""}, "name"),
        ("contact", {"name": "x", "email": "no address"}, "email"),
        ("opportunity", {"name": "x", "kind": "new", "opened_on": "2025-01-02", "amount": "much"}, "amount"),
        (
            "opportunity",
            {"name": "x", "kind": "new", "opened_on": "2025-01-02", "expected_on": "2025-01-01"},
            "expected_on",
        ),
        ("contract", {"name": "x", "starts_on": "2025-01-02", "ends_on": "2025-01-01"}, "ends_on"),
        ("need", {"text": "x", "raised_on": "2025-01-02", "met_on": "2025-01-01"}, "met_on"),
        ("project", {"name": "x", "started_on": "2025-01-02", "ended_on": "2025-01-01"}, "ended_on"),
        ("consent", {"purpose": "surveys", "is_given": "yes", "source": "Mail", "given_on": "2099-01-01"}, "given_on"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(client, agent, buyer, kind, data, field):
    client.force_login(agent)
    answer = client.post(page("create", kind), data, headers=SHEET)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert answer.context["form"].non_field_errors() == []


def test_only_one_contact_is_the_first_to_be_asked(client, agent, buyer):
    first = contact(buyer, is_primary=True)
    client.force_login(agent)
    client.post(page("create", "contact"), {"name": "Li Na", "role": "user", "is_primary": "on"})
    first.refresh_from_db()
    assert not first.is_primary and Contact.objects.get(is_primary=True).name == "Li Na"


def test_a_consent_is_added_with_where_and_when_it_was_said_and_the_latest_is_shown(client, agent, buyer):
    who = contact(buyer, "Li Na")
    client.force_login(agent)
    assert client.get(page("create", "consent"), {"contact": who.pk}).context["form"]["contact"].value() == str(who.pk)
    for given, day in (("yes", "2025-01-01"), ("no", "2025-02-01")):
        data = {"contact": who.pk, "purpose": "surveys", "is_given": given, "source": "By phone", "given_on": day}
        assert client.post(page("create", "consent"), data).status_code == 302
    assert list(Consent.objects.values_list("is_given", flat=True)) == [False, True]
    seen = client.get(page("list")).content.decode()
    assert "Refused: Surveys" in seen and "By phone" in seen and "Agreed: Surveys" not in seen


def test_a_contact_of_another_customer_cannot_be_named(client, agent, buyer):
    foreign = contact(customer("C-2"))
    client.force_login(agent)
    data = {"contact": foreign.pk, "purpose": "surveys", "is_given": "yes", "source": "x", "given_on": "2025-01-01"}
    assert client.post(page("create", "consent"), data).status_code == 422


def test_a_record_of_another_customer_is_not_found_under_this_one(client, manager, buyer):
    other = contact(customer("C-2"))
    client.force_login(manager)
    assert client.get(page("edit", "contact", other.pk)).status_code == 404
    assert client.get(page("edit", "nonsense", other.pk)).status_code == 404
    assert client.get(page("create", "interaction")).status_code == 404


def test_an_opportunity_is_lost_for_a_reason(client, agent, buyer):
    price = Reason.objects.create(name="Price")
    deal = opportunity(buyer, "2025-01-01")
    client.force_login(agent)
    client.post(page("edit", "outcome", deal.pk), {"outcome": "lost", "closed_on": "2025-02-01", "reason": price.pk})
    deal.refresh_from_db()
    assert (deal.outcome, deal.closed_on, deal.reason) == ("lost", dt.date(2025, 2, 1), price)
    data = {"outcome": "won", "closed_on": "2025-02-01", "reason": price.pk, "seen": "lost"}
    client.post(page("edit", "outcome", deal.pk), data)
    deal.refresh_from_db()
    assert (deal.outcome, deal.reason) == ("won", None)


def test_of_two_who_close_an_opportunity_one_is_told(client, agent, manager, buyer):
    deal = opportunity(buyer, "2025-01-01")
    for person, outcome in ((agent, "won"), (manager, "lost")):
        client.force_login(person)
        data = {"outcome": outcome, "closed_on": "2025-02-01", "seen": ""}
        answer = client.post(page("edit", "outcome", deal.pk), data, headers=SHEET)
    assert "Somebody else changed this" in answer.content.decode()
    deal.refresh_from_db()
    assert deal.outcome == "won"


@pytest.mark.parametrize("day", ["2024-12-31", "2099-01-01"])
def test_an_opportunity_ends_after_it_began_and_not_in_the_future(client, agent, buyer, day):
    deal = opportunity(buyer, "2025-01-01")
    client.force_login(agent)
    assert client.post(page("edit", "outcome", deal.pk), {"outcome": "won", "closed_on": day}).status_code == 422


def test_moving_a_stage_offers_the_stages_in_use(client, agent, buyer):
    opportunity(customer(), "2025-01-01", stage="Offer sent")
    deal = opportunity(buyer, "2025-01-01", stage="Talking")
    client.force_login(agent)
    assert "Offer sent" in client.get(page("edit", "stage", deal.pk)).content.decode()
    client.post(page("edit", "stage", deal.pk), {"stage": "Offer sent"})
    deal.refresh_from_db()
    assert deal.stage == "Offer sent"


def test_winning_a_customer_back_is_dated(client, agent, buyer):
    gone = Loss.objects.create(customer=buyer, lost_on="2025-01-01")
    client.force_login(agent)
    client.post(page("edit", "loss", gone.pk), {"lost_on": "2025-01-01", "win_back": "won_back"})
    gone.refresh_from_db()
    assert (gone.win_back, gone.win_back_on) == ("won_back", timezone.now().date())


def test_reasons_are_offered_as_a_tree_and_old_ones_only_where_they_stand(organisation):
    price = Reason.objects.create(name="Price", position=1)
    service = Reason.objects.create(name="Service", position=2)
    slow = Reason.objects.create(name="Slow", parent=service)
    old = Reason.objects.create(name="Old", parent=price, is_active=False)
    assert [words for _pk, words in reason_choices()] == ["–", "Price", "Service", "Service › Slow"]
    assert (old.pk, "Price › Old") in reason_choices(kept=old.pk) and (slow.pk, "Service › Slow") in reason_choices()


def test_a_card_shows_twenty_and_all_on_demand(client, agent, buyer):
    for number in range(25):
        Need.objects.create(customer=buyer, text=f"Need {number:02}", raised_on="2025-01-01")
    client.force_login(agent)
    assert client.get(page("list")).content.decode().count('fw-medium">Need ') == 20
    everything = client.get(page("list"), {"kind": "need"}).content.decode()
    assert everything.count('fw-medium">Need ') == 25 and "Opportunities" not in everything


def test_the_cards_cost_the_same_for_10_and_for_50(client, agent, buyer, django_assert_max_num_queries):
    client.force_login(agent)
    price = Reason.objects.create(name="Price")
    counts = []
    for count in (2, 18):
        for _ in range(count):
            who = contact(buyer)
            Consent.objects.create(contact=who, purpose="surveys", is_given=True, source="x", given_on="2025-01-01")
            opportunity(buyer, "2025-01-01", contact=who, owner=agent)
            contract(buyer, "2025-01-01", "2025-02-01")
            Loss.objects.create(customer=buyer, lost_on="2025-01-01", reason=price)
        with django_assert_max_num_queries(16) as captured:
            client.get(page("list"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
