"""The cases of the demo company: true to what happened, handled as people do, and right in the database."""

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from complaints import clocks, defaults, escalating
from complaints.models import (
    Case,
    CaseClock,
    CaseMessage,
    CasePause,
    CaseStep,
    Category,
    CorrectiveAction,
    Kind,
    RootCause,
    Status,
    Step,
)
from complaints.models.case import Channel, Outcome, Severity
from crmquality.demo.case_phrases import ACTIONS, CHINESE, DONE, ENGLISH, FIRST, FOUND, GROUP_OF
from crmquality.demo.lives import Lives, generate
from crmquality.demo.load import load
from crmquality.demo.office_hours import office_hours
from crmquality.lib.clock import working_time_between
from crmquality.office.models import Calendar, Member

NOW = dt.datetime(2026, 5, 20, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return generate(3_000, seed=7, now=NOW)


def handled(lives: Lives) -> pd.DataFrame:
    """Complaints with the working hours until the first answer and the settlement, and the last outcome."""
    events = lives.case_events
    cases = lives.cases[lives.cases["kind"] == "complaint"].set_index("case")
    moments = {
        "answered": events[(events["step"] == "message") & (events["direction"] == "out")].groupby("case")["at"].min(),
        "settled": events[events["step"].isin(["resolve", "accept"])].groupby("case")["at"].min(),
    }
    found = cases.assign(**moments, outcome=events[events["outcome"] != ""].groupby("case")["outcome"].last())
    found = found.dropna(subset=["settled", "outcome"])
    for name in moments:
        pairs = zip(found["received_at"], found[name], strict=True)
        found[f"{name}_in"] = [working_time_between(*pair, office_hours()).total_seconds() / 3_600 for pair in pairs]
    return found


def leaving_in(lives: Lives, cases: pd.DataFrame) -> pd.Series:
    """How long after each case its customer turned away."""
    leaving = lives.latent.set_index("customer")["leaving_on"][cases["customer"]].set_axis(cases.index)
    return leaving - cases["received_at"].dt.tz_localize(None)


def test_there_are_as_many_cases_as_a_company_of_this_size_has(lives: Lives):
    complaints = (lives.cases["kind"] == "complaint").sum()
    assert 0.03 < complaints / len(lives.orders) < 0.12
    assert 0.5 < len(lives.cases) / len(lives.customers) < 1.3
    assert set(lives.cases["kind"]) == set(Kind.values)
    assert complaints > 0.6 * len(lives.cases)


def test_every_text_is_there_in_both_languages_for_all_that_is_said():
    assert set(CHINESE) == set(ENGLISH) == set(GROUP_OF)
    assert set(FIRST) == set(DONE) == set(GROUP_OF.values())
    complaints = {group for about, group in GROUP_OF.items() if about not in Kind.values}
    assert complaints == set(FOUND) == set(ACTIONS)
    whole = {code for code, _, _, parts in defaults.CATEGORIES for code in (code, *(part for part, _ in parts))}
    assert {about for about in GROUP_OF if about not in Kind.values} <= whole
    assert {code for causes in FOUND.values() for code, *_ in causes} <= {code for code, _ in defaults.CAUSES}


def test_customers_write_in_their_language_about_orders_of_their_own(lives: Lives):
    cases = lives.cases
    assert not cases["subject"].str.contains(r"[{}]").any()
    is_chinese = cases["subject"].str.contains(r"[\u4e00-\u9fff]")
    assert (is_chinese == (cases["language"] == "zh-hans")).all()
    linked = cases.dropna(subset=["order"])
    orders = lives.orders.set_index("order").loc[linked["order"]]
    assert (orders["customer"].to_numpy() == linked["customer"].to_numpy()).all()
    assert (orders["placed_at"].to_numpy() < linked["received_at"].to_numpy()).all()
    named = linked["subject"].str.extract(r"(SO-[\d-]+)")[0]
    assert (named.dropna() == orders["number"].set_axis(linked.index)[named.notna()]).all()


def test_late_orders_are_complained_about_and_returns_name_their_product(lives: Lives):
    late = lives.cases[lives.cases["category"] == "late-delivery"]
    orders = lives.orders.set_index("order").loc[late["order"]]
    received = late["received_at"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).to_numpy()
    assert (received > orders["promised_on"].to_numpy()).all()
    arrived = orders["delivered_at"].dt.tz_localize(None).to_numpy()
    assert not (arrived < orders["promised_on"].to_numpy()).any()
    faulty = lives.cases[lives.cases["category"].isin(["defect", "performance", "durability"])]
    assert faulty["product"].notna().all()
    assert set(faulty["order"]) <= set(lives.order_lines.set_index("line").loc[lives.returns["line"]]["order"])


def test_bad_handling_comes_before_leaving(lives: Lives):
    found = handled(lives)
    wait = leaving_in(lives, found)
    before = (wait > pd.Timedelta(0)) & (wait < 150 * DAY)
    stayed = lives.latent.set_index("customer")["leaving_on"][found["customer"]].isna().to_numpy()
    assert before.sum() > 60
    for name in ("answered_in", "settled_in"):
        assert found[name][before].median() > 1.5 * found[name][stayed].median()
    rejected = found["outcome"] == "rejected"
    assert rejected[before].mean() > 3 * rejected[stayed].mean()


def test_many_who_complained_of_serious_things_and_were_served_well_are_kept(lives: Lives):
    found = handled(lives)
    serious = found[(found["severity"] >= 3) & (found["outcome"] == "accepted")]
    gone = lives.latent.set_index("customer")["left_on"][serious["customer"].unique()].notna()
    refused = found[found["outcome"] == "rejected"]["customer"].unique()
    gone_refused = lives.latent.set_index("customer")["left_on"][refused].notna()
    assert gone.mean() < 0.6 * gone_refused.mean()
    assert serious["compensation"].notna().mean() > 0.2


def test_nothing_about_cases_happens_after_now(lives: Lives):
    now, today = pd.Timestamp(NOW), pd.Timestamp(NOW.date())
    assert (lives.cases["received_at"] < now).all()
    assert (lives.case_events["at"] < now).all()
    for table, names in ((lives.cases, ["compensated_on", "adopted_on"]), (lives.case_actions, ["done_on"])):
        for name in names:
            assert not (table[name] > today).any(), name
    steps = lives.case_events.groupby("case")["at"].diff().dropna()
    assert (steps > pd.Timedelta(0)).all()
    assert (lives.case_events.drop_duplicates("case")["step"] == "receive").all()


def test_staff_work_in_office_hours(lives: Lives):
    events = lives.case_events
    staff = events[(events["by"] == "staff") & (events["step"] == "resolve")].sample(300, random_state=1)
    hours = staff["at"].dt.tz_convert("Asia/Shanghai").dt.hour
    assert hours.between(9, 18).all()
    second = dt.timedelta(seconds=1)
    assert all(working_time_between(at - second, at, office_hours()) == second for at in staff["at"])


def test_suggestions_are_adopted_with_a_date_and_settled_complaints_have_causes(lives: Lives):
    cases = lives.cases
    adopted = cases["is_adopted"].fillna(False).astype(bool)
    assert (cases["kind"][adopted] == "suggestion").all()
    assert (cases["adopted_on"].notna() == adopted).all()
    assert 0.2 < adopted[cases["kind"] == "suggestion"].mean() < 0.6
    settled = lives.case_events[lives.case_events["step"].isin(["resolve", "accept"])]["case"]
    assert cases[cases["cause"] != ""]["case"].isin(settled).all()
    judged = lives.case_actions.dropna(subset=["is_effective"])
    assert judged["done_on"].notna().all()
    assert lives.case_actions["done_on"].isna().any()


@pytest.fixture
def company(db) -> dict[str, int]:
    return load(900, 1, NOW)


def test_the_cases_stand_in_the_database_as_their_steps_tell(company):
    assert company["cases"] == Case.objects.count()
    assert company["case_steps"] == CaseStep.objects.count()
    assert company["case_messages"] == CaseMessage.objects.count()
    assert company["case_clocks"] == CaseClock.objects.count()
    last = CaseStep.objects.exclude(to_status="").order_by("case_id", "-id").distinct("case_id")
    told = dict(last.values_list("case_id", "to_status"))
    assert told == dict(Case.objects.values_list("pk", "status"))
    before: dict[int, str] = {}
    for case, source, target in CaseStep.objects.exclude(to_status="").values_list("case", "from_status", "to_status"):
        assert before.get(case, Status.RECEIVED) == source
        before[case] = target
    assert Case.objects.filter(times_reopened__gt=0).exists()
    for case in Case.objects.all():
        case.full_clean(exclude=["customer", "contact", "owner", "team", "category", "cause"], validate_unique=False)
    assert set(Case.objects.values_list("channel", flat=True)) <= set(Channel.values)
    assert set(Case.objects.values_list("severity", flat=True)) <= set(Severity.values)
    assert (
        {"accepted", "rejected", "no_answer"}
        <= set(Case.objects.values_list("outcome", flat=True))
        <= {
            "",
            *Outcome.values,
        }
    )
    assert not CaseStep.objects.filter(at__gt=NOW).exists()
    assert set(CaseStep.objects.values_list("step", flat=True)) <= set(Step.values)
    # One that comes after has a key of its own.
    case = Case.objects.create(subject="New", received_at=NOW)
    assert CaseMessage.objects.create(case=case, at=NOW, direction="in", channel="phone", text="New").pk > 1


def test_clocks_are_what_the_complaints_app_would_have_made_of_them(company):
    running = CaseClock.objects.running()
    assert running.exists()
    assert not running.exclude(case__in=Case.objects.open()).exists()
    assert not Case.objects.open().exclude(clocks__in=running).exists()
    assert clocks.recompute() == 0
    paused = CasePause.objects.filter(ended_at=None).values("case")
    assert not running.filter(case__in=paused, due_at__gt=NOW).exists()
    assert not running.filter(due_at=None).exclude(case__in=paused).exists()
    calendars, pauses = clocks.Calendars(), clocks.pauses_of(list(Case.objects.values_list("pk", flat=True)))
    for clock in CaseClock.objects.exclude(stopped_at=None).order_by("-pk")[:150]:
        taken = clocks._elapsed(clock, clock.stopped_at, calendars, pauses[clock.case_id])
        assert clock.elapsed == taken
        assert clock.is_met == (clock.breached_at is None)


def test_the_watch_finds_nothing_left_to_say(company):
    assert escalating.watch(NOW) == {"warned": 0, "breached": 0, "escalated": 0}


def test_the_company_works_by_the_calendar_that_the_lives_were_told_by(company):
    calendar = Calendar.default()
    assert calendar.is_default
    begin = dt.datetime(2023, 5, 1, tzinfo=dt.UTC)
    mine = working_time_between(begin, NOW, calendar.value())
    assert mine == working_time_between(begin, NOW, office_hours())


def test_whoever_opens_the_queue_finds_a_real_day(company):
    """Some wait, some are due today, some overdue and told of, most belong to somebody."""
    is_open = Case.objects.open()
    assert 10 < is_open.count() < 60
    running = CaseClock.objects.running()
    assert running.filter(due_at__date=NOW.date(), due_at__gt=NOW).exists()
    assert running.filter(breached_at__isnull=False, level__gt=1).exists()
    assert is_open.filter(status=Status.WAITING).exists()
    agent = Member.objects.get(username="agent")
    assert is_open.visible_to(agent).exists()
    assert is_open.exclude(owner=None).count() > 0.7 * is_open.count()


def test_cases_are_linked_and_explained_by_the_trees_of_the_company(company):
    late = Case.objects.filter(category__code="late-delivery")
    assert late.exists()
    assert not late.filter(orders=None).exists()
    assert Case.objects.filter(category__code="defect").exclude(products=None).exists()
    assert Category.objects.filter(cases__kind="complaint").distinct().count() > 8
    assert RootCause.objects.exclude(cases=None).count() > 5
    assert CorrectiveAction.objects.filter(done_on=None).exists()


def test_an_admins_own_promises_and_calendar_hold_for_the_demo(db):
    Calendar.objects.create(name="Ours", time_zone="Asia/Shanghai", is_default=True)
    defaults.load()
    load(60, 1, NOW)
    assert Calendar.objects.get().name == "Ours"
    assert clocks.recompute() == 0
