"""The demo company in a real database."""

import datetime as dt
import io
import json
import stat
from pathlib import Path

import pandas as pd
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Q, Sum

from complaints.models import Case, CaseClock, CaseMessage, CaseStep
from crmquality.demo.lives import generate
from crmquality.demo.load import load
from crmquality.logins import demo_password
from crmquality.office.models import Leave, Member, Organisation, RecordKeeping, Team
from crmquality.office.roles import Role
from customers import attachments, duplicates
from customers.models import (
    AcquisitionSpend,
    Attachment,
    ChangedCustomer,
    Consent,
    Contact,
    Customer,
    CustomerPhase,
    FollowUp,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    Order,
    OrderLine,
    Product,
    Reason,
    Return,
    ServiceContract,
)

NOW = dt.datetime(2026, 5, 20, 9, 30, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


RECORD = {
    "contacts": Contact,
    "consents": Consent,
    "interactions": Interaction,
    "follow_ups": FollowUp,
    "opportunities": Opportunity,
    "losses": Loss,
    "contracts": ServiceContract,
    "needs": Need,
    "projects": JointProject,
    "acquisition_spend": AcquisitionSpend,
    "attachments": Attachment,
}
CASES = {"cases": Case, "case_steps": CaseStep, "case_messages": CaseMessage, "case_clocks": CaseClock}


def seed(**options: object) -> str:
    out = io.StringIO()
    call_command("seed_demo", stdout=out, stderr=io.StringIO(), **{"customers": 120, "start": NOW, **options})
    return out.getvalue()


def test_one_json_object_counts_what_was_written():
    told = json.loads(seed(json=True))
    assert told["customers"] == Customer.objects.count() == 120
    assert told["orders"] == Order.objects.count() > 500
    assert told["order_lines"] == OrderLine.objects.count()
    assert told["returns"] == Return.objects.count() > 0
    assert told["phases"] == CustomerPhase.objects.count()
    assert told["products"] == Product.objects.count()
    assert told["members"] == Member.objects.count()
    for name, model in RECORD.items():
        assert told[name] == model.objects.count() > 0, name
    for name, model in CASES.items():
        assert told[name] == model.objects.count() > 0, name
    assert told["start"] == NOW.isoformat()
    assert told["seconds"] > 0


def test_the_database_holds_the_lives_that_were_generated():
    load(120, 3, NOW)
    lives = generate(120, 3, NOW)
    orders = pd.DataFrame(Order.objects.order_by("id").values("number", "placed_at", "amount", "cost", "customised"))
    assert orders["number"].tolist() == lives.orders["number"].tolist()
    assert orders["amount"].tolist() == lives.orders["amount"].tolist()
    assert orders["placed_at"].tolist() == lives.orders["placed_at"].tolist()
    assert [None if pd.isna(mark) else bool(mark) for mark in lives.orders["customised"]] == list(
        Order.objects.order_by("id").values_list("customised", flat=True)
    )
    names = list(Customer.objects.order_by("code").values_list("name", flat=True))
    assert names == lives.customers["name"].tolist()


def test_the_record_beside_the_orders_is_the_one_that_was_generated():
    load(120, 3, NOW)
    lives = generate(120, 3, NOW)
    people = Contact.objects.order_by("id")
    assert list(people.values_list("email", flat=True)) == lives.contacts["email"].tolist()
    assert list(people.values_list("opted_out", flat=True)) == lives.contacts["opted_out"].tolist()
    said = pd.DataFrame(Interaction.objects.order_by("id").values("subject", "occurred_at", "contact__email"))
    assert said["subject"].tolist() == lives.interactions["subject"].tolist()
    assert said["occurred_at"].tolist() == lives.interactions["occurred_at"].tolist()
    emails = lives.contacts.set_index("contact")["email"].to_dict()
    assert said["contact__email"].fillna("").tolist() == [
        emails.get(contact, "") for contact in lives.interactions["contact"].fillna(0)
    ]
    assert AcquisitionSpend.objects.aggregate(Sum("amount"))["amount__sum"] == lives.spend["amount"].sum()
    referrers = Customer.objects.exclude(referred_by=None).values_list("code", "referred_by__code")
    pairs = lives.customers.dropna(subset="referred_by")
    codes = lives.customers.set_index("customer")["code"]
    assert dict(referrers) == dict(zip(pairs["code"], codes[pairs["referred_by"]], strict=True))


def test_there_are_customers_to_merge_and_files_to_open():
    seed()
    pairs, count = duplicates.suspected(10)
    assert count == 1 and pairs[0].why == ["same phone number"]
    paper = Attachment.objects.first()
    assert paper.name.endswith(".txt") and paper.created_at < NOW
    assert attachments.path_of(paper.stored_name).read_text().startswith(paper.name.removesuffix(".txt"))


def test_one_customer_is_company_enough():
    told = json.loads(seed(customers=1, json=True))
    assert told["customers"] == Contact.objects.filter(is_primary=True).count() == 1
    assert told["interactions"] == Interaction.objects.count()


def test_losses_have_reasons_from_the_tree_and_an_admins_tree_stays():
    Reason.objects.create(name="Closed down")
    load(300, 1, NOW)
    assert [str(reason) for reason in Reason.objects.all()] == ["Closed down"]
    assert set(Loss.objects.values_list("reason__name", flat=True)) <= {"Closed down", None}


def test_losses_have_the_reasons_that_come_with_an_installation():
    load(300, 1, NOW)
    assert not Loss.objects.filter(reason=None).exists()
    assert not Opportunity.objects.filter(outcome="lost", reason=None).exists()
    assert Loss.objects.filter(reason__parent__name="Delivery").exists()


def test_somebody_is_on_leave_and_covered_by_a_colleague():
    seed()
    leave = Leave.objects.get(starts_on__lte=NOW.date(), ends_on__gte=NOW.date())
    assert (leave.member.username, leave.cover.username) == ("agent2", "agent")
    assert leave.member.team == leave.cover.team


def test_follow_ups_are_their_owners_and_talks_of_staff():
    load(300, 1, NOW)
    assert FollowUp.objects.open().filter(owner__username="agent").exists()
    strangers = FollowUp.objects.open().exclude(owner=F("customer__owner")).exclude(customer__owner=None)
    assert not strangers.exists()
    assert Interaction.objects.filter(is_automatic=True).exclude(member=None).count() == 0
    assert not Interaction.objects.filter(occurred_at__gte=NOW).exists()


def test_dated_phases_take_the_place_of_the_triggers():
    load(120, 3, NOW)
    lives = generate(120, 3, NOW)
    written = CustomerPhase.objects.order_by("customer__code", "since").values_list(
        "customer__code", "since", "tier", "segment"
    )
    codes = lives.customers.set_index("customer")["code"][lives.phases["customer"]]
    since = [moment.date() for moment in lives.phases["since"].astype(object)]
    expected = zip(codes, since, lives.phases["tier"], lives.phases["segment"], strict=True)
    assert list(written) == list(expected)
    last = CustomerPhase.objects.order_by("customer_id", "-since").distinct("customer_id")
    for phase in last.select_related("customer"):
        now = phase.customer
        for name in ("tier", "segment", "owner_id", "stage", "credit_grade", "receivable", "overdue"):
            assert getattr(phase, name) == getattr(now, name)


def test_money_and_customers_of_lines_agree_with_their_orders():
    load(300, 1, NOW)
    home = Order.objects.filter(currency="CNY").annotate(lines_amount=Sum("lines__amount"))
    assert not home.exclude(amount=F("lines_amount")).exists()
    assert Order.objects.exclude(currency="CNY").exclude(rate=1).exists()
    assert not OrderLine.objects.exclude(customer=F("order__customer")).exists()
    assert not Return.objects.exclude(customer=F("line__customer")).exists()
    assert not Order.objects.filter(Q(placed_at__gte=NOW) | Q(delivered_at__gte=NOW)).exists()


def test_every_customer_counts_as_changed():
    load(120, 1, NOW)
    assert set(ChangedCustomer.objects.values_list("customer_id", flat=True)) == set(
        Customer.objects.values_list("pk", flat=True)
    )


def test_the_next_rows_get_keys_of_their_own():
    load(120, 1, NOW)
    customer = Customer.objects.create(code="NEW-1", name="Newcomer")
    order = Order.objects.create(customer=customer, number="NEW-1", placed_at=NOW, currency="CNY")
    line = OrderLine.objects.create(order=order, product=Product.objects.first(), quantity=1, amount=1)
    contact = Contact.objects.create(customer=customer, name="Newcomer")
    talk = Interaction.objects.create(customer=customer, channel="phone", direction="in", occurred_at=NOW)
    for row in (customer, order, line, contact, talk):
        assert row.pk == type(row).objects.order_by("-pk").first().pk
        assert row.pk > 100


def test_the_company_says_what_it_records_and_where_it_is():
    seed()
    organisation = Organisation.load()
    assert (organisation.time_zone, organisation.currency) == ("Asia/Shanghai", "CNY")
    assert "demo" in organisation.name
    kept = RecordKeeping.recorded(NOW.date())
    assert {kind for kind, is_kept in kept.items() if is_kept} == {
        "orders",
        "costs",
        "deliveries",
        "returns",
        "customisation",
        "interactions",
        "opportunities",
        "visits",
        "credit",
        "acquisition",
        "participation",
        "complaints",
        "surveys",
    }
    later = RecordKeeping.objects.filter(kind__in=["visits", "participation"])
    assert set(later.values_list("since", flat=True)) == {dt.date(2024, 5, 1)}
    assert set(RecordKeeping.objects.difference(later).values_list("since", flat=True)) == {dt.date(2023, 5, 1)}
    assert FollowUp.objects.filter(is_planned=True, due_on__lt=dt.date(2024, 5, 1)).count() == 0


def test_settings_somebody_made_stay():
    Organisation.objects.update_or_create(id=1, defaults={"name": "Mine", "currency": "CNY"})
    seed()
    assert Organisation.load().name == "Mine"


def test_another_currency_is_refused_before_anything_is_written():
    Organisation.objects.update_or_create(id=1, defaults={"name": "Mine", "currency": "EUR"})
    with pytest.raises(CommandError, match="counts in EUR"):
        seed()
    assert not Customer.objects.exists()
    assert not Member.objects.exists()


def test_real_data_is_never_mixed_with_the_demo():
    Customer.objects.create(code="R-1", name="Real")
    with pytest.raises(CommandError, match=r"^There are customers already.*\.$"):
        seed()
    assert Customer.objects.count() == 1
    assert not Team.objects.exists()


def test_there_is_a_member_for_every_role_and_they_can_log_in(client):
    told = seed()
    assert set(Member.objects.values_list("role", flat=True)) == set(Role.values)
    assert Member.objects.filter(role=Role.AGENT).count() >= 2
    for member in Member.objects.all():
        assert demo_password(member.username) in told
        assert client.login(username=member.username, password=demo_password(member.username))
        assert member.is_superuser == (member.role == Role.ADMIN)


def test_passwords_are_for_their_owners_eyes_and_survive_a_new_database():
    seed()
    path = Path(settings.VAR_DIR) / "demo_password_agent"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = demo_password("agent")
    with connection.cursor() as cursor:
        # Seeding checks keys at once until the end of its transaction, which here is the test's.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    Customer.objects.all().delete()
    Member.objects.all().delete()
    seed()
    assert demo_password("agent") == before
    assert Member.objects.get(username="agent").check_password(before)


def test_a_member_who_is_there_stays_as_he_is():
    Member.objects.create_user("agent", password="a password of his own", role=Role.AUDITOR)
    seed()
    agent = Member.objects.get(username="agent")
    assert agent.role == Role.AUDITOR
    assert agent.check_password("a password of his own")


def test_agents_see_their_own_and_their_teams_customers_only():
    seed(customers=300)
    agent = Member.objects.get(username="agent")
    seen = Customer.objects.visible_to(agent)
    assert 0 < seen.count() < 300
    assert seen.filter(owner=agent).exists()
    assert seen.exclude(owner__team=agent.team).count() == 0
    assert 0 < Customer.objects.filter(owner=None).count() < 30


def test_wrong_wishes_are_answered_in_a_sentence():
    with pytest.raises(CommandError, match="at least one customer"):
        seed(customers=0)
    with pytest.raises(CommandError, match="must not be negative"):
        seed(seed=-1)
    assert not Customer.objects.exists()


def test_statistics_of_a_fresh_demo_know_its_rows():
    """Without them the first evaluation would plan for empty tables."""
    seed()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'customers_order'")
        assert cursor.fetchone()[0] == Order.objects.count()
