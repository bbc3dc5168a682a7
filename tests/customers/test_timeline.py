import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from crmquality.lib.timeline import Place, read
from customers import follow_ups
from customers.models import Attachment, CustomerMerge, JointProject, Loss, Need, Reason
from customers.timeline import timeline
from tests.records import (
    at,
    contact,
    contract,
    customer,
    follow_up,
    interaction,
    line,
    opportunity,
    order,
    product,
    sent_back,
)

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def parts(organisation):
    return timeline(organisation)


@pytest.fixture
def story(organisation, agent):
    """One of everything, a day apart."""
    buyer = customer("C-1", owner=agent, segment="Retail")
    who = contact(buyer, "Li Na")
    price = Reason.objects.create(name="Price")
    interaction(buyer, "2025-01-01", subject="First call", notes="Wants a lamp", contact=who, member=agent)
    bought = line(order(buyer, "2025-01-02", number="N-77"), product("P-1", name="Lamp"), quantity=3)
    sent_back(bought, "2025-01-03", quantity=1)
    opportunity(buyer, "2025-01-04", closed_on="2025-01-05", outcome="lost", reason=price, name="Big deal")
    contract(buyer, "2025-01-06", "2025-01-20", name="Care")
    Need.objects.create(customer=buyer, text="Faster delivery", raised_on="2025-01-07", met_on="2025-01-08")
    JointProject.objects.create(customer=buyer, name="New lamp", started_on="2025-01-09")
    Loss.objects.create(customer=buyer, lost_on="2025-01-10", reason=price, competitor="Other Ltd", evidence="A mail")
    follow_up(buyer, "2025-01-01", kind="return_visit", done_at=at("2025-01-11"), outcome="Fine")
    Attachment.objects.create(customer=buyer, name="plan.pdf", content_type="application/pdf", size=1, sha256="0")
    CustomerMerge.objects.create(
        kept=buyer, removed_code="C-9", removed_name="Old", removed={}, kept_before={}, moved={}
    )
    buyer.segment = "Trade"
    buyer.save()
    return buyer


def names(page) -> list[str]:
    return [str(item.told.summary) for item in page.items]


def labels(page) -> list[str]:
    return [str(item.label) for item in page.items]


def test_everything_is_told_newest_first(story, parts):
    page = read(parts, story.pk, LONDON, size=50)
    assert labels(page)[:3] in (
        ["Merged with", "Attachment", "Segment, tier, stage or owner"],
        ["Attachment", "Merged with", "Segment, tier, stage or owner"],
    )
    assert labels(page)[3:] == [
        "Contract ends", "Follow-up", "Loss", "Joint project begins", "Need met", "Need named", "Contract begins",
        "Opportunity closed", "Opportunity opened", "Return", "Order", "Phone",
    ]  # fmt: skip
    assert page.next == "" and [item.at for item in page.items] == sorted((i.at for i in page.items), reverse=True)


def test_an_item_says_who_what_and_all_of_it(story, parts):
    call = read(parts, story.pk, LONDON, size=50).items[-1]
    assert (call.label, call.told.summary, call.told.who) == ("Phone", "First call", "From us · Li Na · agent")
    assert (call.told.body, call.icon, call.is_day) == ("Wants a lamp", "phone", False)


def test_a_visit_that_was_done_is_told_once_by_what_it_was_done_by(parts, organisation, agent):
    buyer = customer(owner=agent)
    promised = follow_up(buyer, "2025-01-01", kind="return_visit", subject="Spring visit", notes="Bring samples")
    call = interaction(buyer, "2025-01-03", kind="return_visit", notes="Was fine")
    follow_ups.complete(promised, agent, call.occurred_at, done_by=call)
    follow_ups.complete(follow_up(buyer, "2025-01-01", kind="return_visit"), agent, at("2025-01-02"), "Met")
    page = read(parts, buyer.pk, LONDON)
    assert labels(page) == ["Return visit · Phone", "Return visit · Visit"]
    assert page.items[0].told.who.endswith("promised for Jan 1, 2025")
    assert page.items[0].told.body == "Was fine\nBring samples"
    assert labels(read(parts, buyer.pk, LONDON, text="samples")) == ["Return visit · Phone"]


def test_a_visit_is_told_itself_once_what_it_was_done_by_is_gone(parts, organisation, agent):
    promised = follow_up(customer(), "2025-01-01", kind="return_visit")
    follow_ups.complete(promised, agent, at("2025-01-02"))
    promised.customer.interactions.all().delete()
    assert labels(read(parts, promised.customer_id, LONDON)) == ["Follow-up"]


def test_a_follow_up_due_on_a_day_has_no_hour_and_one_that_is_done_has(parts, organisation):
    buyer = customer()
    follow_up(buyer, "2025-01-03")
    follow_up(buyer, "2025-01-02", due_time="10:00")
    follow_up(buyer, "2025-01-01", done_at=at("2025-01-01"))
    assert [item.is_day for item in read(parts, buyer.pk, LONDON).items] == [True, False, False]


def test_phases_tell_what_was_owed(parts, organisation):
    debtor = customer(receivable=100_000, overdue=0)
    for amount in (50_000, 0):
        debtor.phases.create(since=f"2025-01-{amount // 50_000 + 1:02}", receivable=amount, overdue=amount)
    assert names(read(parts, debtor.pk, LONDON)) == ["owes £500.00 · overdue £500.00", "owes £0.00"]


def test_one_piece_is_no_pieces(story, parts):
    back = next(item for item in read(parts, story.pk, LONDON, size=50).items if item.label == "Return")
    assert back.told.summary.startswith("1 piece of ")


def test_a_day_is_the_organisations_day(story, parts):
    day = next(item for item in read(parts, story.pk, LONDON, size=50).items if item.label == "Loss")
    assert day.is_day and day.at == at("2025-01-10", 0)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_together_are_the_whole_and_nothing_comes_twice(story, parts, size):
    everything = read(parts, story.pk, LONDON, size=50).items
    found, place = [], None
    while True:
        page = read(parts, story.pk, LONDON, place, size=size)
        found += page.items
        if not page.next:
            break
        place = Place.decode(page.next)
    assert found == everything


def test_pages_hold_where_many_things_happened_at_once(parts, organisation):
    buyer = customer()
    for _ in range(7):
        interaction(buyer, "2025-01-01", subject="Call")
        order(buyer, "2025-01-01")
        opportunity(buyer, "2025-01-01")
    seen, place = [], None
    while len(seen) < 21:
        page = read(parts, buyer.pk, LONDON, place, size=4)
        seen += page.items
        place = Place.decode(page.next) if page.next else None
    assert len(seen) == 21 and place is None


@pytest.mark.parametrize(
    "text, expected",
    [
        ("LAMP", ["Joint project begins", "Phone"]),
        ("ｎ－７７", ["Order"]),
        ("plan", ["Attachment"]),
        ("nothing", []),
        ("%", []),
        ("'; DROP TABLE x", []),
    ],
)
def test_the_text_is_searched(story, parts, text, expected):
    assert labels(read(parts, story.pk, LONDON, text=text, size=50)) == expected


def test_only_the_wanted_parts_are_read(story, parts):
    wanted = [part for part in parts if part.kind.name == "opportunity"]
    assert labels(read(wanted, story.pk, LONDON)) == ["Opportunity closed", "Opportunity opened"]
    assert read([], story.pk, LONDON).items == []


def test_other_customers_stories_are_not_told(story, parts):
    assert read(parts, customer().pk, LONDON).items == []


@pytest.mark.parametrize("text", ["", "x", "%%%", "W10", "WyJ4IiwgInkiLCAxXQ", "WyIyMDI1LTAxLTAxIiwgIngiLCAxXQ"])
def test_a_place_that_is_none_is_the_beginning(text):
    assert Place.decode(text) is None


def test_a_place_comes_back_from_the_address():
    place = Place(dt.datetime(2025, 1, 1, tzinfo=dt.UTC), "order", 7)
    assert Place.decode(place.encode()) == place


def test_it_costs_the_same_for_10_and_for_50(parts, organisation, django_assert_num_queries):
    buyer = customer()
    for count in (10, 40):
        for _ in range(count):
            interaction(buyer, "2025-01-01", contact=contact(buyer))
            line(order(buyer, "2025-01-01"), product())
            follow_up(buyer, "2025-01-01")
        with django_assert_num_queries(5):
            assert read(parts, buyer.pk, LONDON, size=count * 3).items
