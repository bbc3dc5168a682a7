"""The record beside the orders: true to the lives, and like that of a real company."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from crmquality.demo.deals import CLOSED_DOWN, ONCE, REASON_NAMES
from crmquality.demo.lives import Lives, generate
from crmquality.demo.origins import CHANNELS
from crmquality.demo.phrases import CHINESE, CHINESE_TASKS, ENGLISH, ENGLISH_TASKS
from crmquality.demo.talk import KIND_OF
from crmquality.lib.text import phone_key
from customers.models import Channel, CustomerStatus, LifecycleStage, Loss, Opportunity
from customers.models.contact import Consent, Contact
from customers.models.interaction import FollowUp, Interaction
from customers.reasons import TREE

NOW = dt.datetime(2026, 5, 20, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = pd.Timestamp("2026-05-20")
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def lives() -> Lives:
    return generate(3_000, seed=7, now=NOW)


def local(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)


def of_each(lives: Lives, table: pd.DataFrame, column: str) -> pd.Series:
    """What the hidden truth says of each row's customer."""
    return lives.latent.set_index("customer")[column][table["customer"]].set_axis(table.index)


def talks(lives: Lives) -> pd.DataFrame:
    """Unplanned talks between people, with how the relationship stood at the time."""
    found = lives.interactions
    found = found[~found["is_automatic"] & (found["kind"] != "return_visit")]
    at = local(found["occurred_at"])
    states = {
        "back": of_each(lives, found, "won_back_on") <= at,
        "gone": of_each(lives, found, "left_on") <= at,
        "leaving": of_each(lives, found, "leaving_on") <= at,
        "before": of_each(lives, found, "started_on") > at,
    }
    return found.assign(at=at, state=np.select(list(states.values()), list(states), "stays"))


def test_only_plans_are_dated_after_now(lives: Lives):
    now = pd.Timestamp(NOW)
    moments = [
        (lives.interactions, "occurred_at"),
        *((lives.follow_ups, name) for name in ("done_at", "cancelled_at", "created_at")),
    ]
    for table, column in moments:
        assert not (table[column] > now).any(), column
    days = [
        (lives.customers, ("acquired_on", "created_on")),
        (lives.contacts, ("since", "left_on")),
        (lives.consents, ("given_on",)),
        (lives.opportunities, ("opened_on", "closed_on")),
        (lives.losses, ("lost_on", "noticed_on", "win_back_on")),
        (lives.contracts, ("starts_on",)),
        (lives.needs, ("raised_on", "met_on")),
        (lives.projects, ("started_on", "ended_on")),
        (lives.spend, ("month",)),
    ]
    for table, columns in days:
        for column in columns:
            assert not (table[column] > TODAY).any(), column
    ahead = lives.follow_ups[lives.follow_ups["due_on"] > TODAY + 30 * DAY]
    assert ahead["is_planned"].mean() > 0.95


def test_keys_point_at_rows_of_the_same_customer(lives: Lives):
    people = lives.contacts.set_index("contact")["customer"]
    assert people.index.tolist() == list(range(1, len(people) + 1))
    for table in (lives.consents, lives.interactions, lives.follow_ups, lives.opportunities):
        rows = table[table["contact"].notna()]
        assert (people[rows["contact"]].to_numpy() == rows["customer"]).all()
    said = lives.interactions.set_index("interaction")["customer"]
    assert said.index.tolist() == list(range(1, len(said) + 1))
    for column in ("source", "done_by"):
        rows = lives.follow_ups[lives.follow_ups[column].notna()]
        assert (said[rows[column]].to_numpy() == rows["customer"]).all()


def test_words_are_those_of_the_models(lives: Lives):
    choices = [
        (lives.customers["stage"], LifecycleStage),
        (lives.customers["status"], CustomerStatus),
        (lives.contacts["role"], Contact.Role),
        (lives.consents["purpose"], Consent.Purpose),
        (lives.interactions["channel"], Channel),
        (lives.interactions["direction"], Interaction.Direction),
        (lives.interactions["kind"], Interaction.Kind),
        (lives.follow_ups["kind"], FollowUp.Kind),
        (lives.opportunities["kind"], Opportunity.Kind),
        (lives.losses["win_back"], Loss.WinBack),
    ]
    for column, kind in choices:
        assert set(column) == set(kind.values), kind
    assert set(lives.opportunities["outcome"]) == {"", "won", "lost"}


def test_reasons_are_those_of_the_tree_an_installation_starts_with():
    for group, name in (*REASON_NAMES, ONCE):
        assert group in TREE
        assert not name or name in TREE[group]


def test_every_occasion_has_words_in_both_languages_also_before_the_first_order():
    for phrases in ((CHINESE, ENGLISH), (CHINESE_TASKS, ENGLISH_TASKS)):
        assert set(phrases[0]) == set(phrases[1])
        for language in phrases:
            for occasion, texts in language.items():
                assert any("{order}" not in "".join(text) for text in texts), occasion
    assert set(CHINESE) == set(KIND_OF)


def test_everybody_has_one_primary_contact_who_is_still_there(lives: Lives):
    primary = lives.contacts[lives.contacts["is_primary"]]
    assert primary["customer"].tolist() == lives.customers["customer"].tolist()
    assert primary["left_on"].isna().all()
    each = lives.contacts.groupby("customer").size()
    assert each.min() == 1
    assert each.max() == 5
    assert 0.02 < lives.contacts["left_on"].notna().mean() < 0.12
    assert 0.03 < lives.contacts["opted_out"].map(len).gt(0).mean() < 0.2
    persons = lives.customers[lives.customers["kind"] == "person"]
    named = lives.contacts.set_index("customer")["name"][persons["customer"]]
    assert named.tolist() == persons["name"].tolist()


def test_numbers_and_addresses_cannot_exist_and_belong_to_one_customer(lives: Lives):
    people = lives.contacts
    assert people["email"].str.fullmatch(r"[a-z.]+@c\d{5}\.example").all()
    assert people["phone"].str.startswith(("+86 100 ", "+999 ")).where(people["phone"] != "", True).all()
    keyed = pd.concat(
        [people[["customer", name]].set_axis(["customer", "number"], axis=1) for name in ("phone", "mobile")]
    )
    keyed = keyed[keyed["number"] != ""]
    assert (keyed.groupby(keyed["number"].map(phone_key))["customer"].nunique() == 1).all()


def test_people_speak_the_language_of_their_region(lives: Lives):
    chinese = lives.customers.set_index("customer")["name"].str.contains("[一-鿿]")
    people = lives.contacts
    assert (people["language"].str.startswith("zh").to_numpy() == chinese[people["customer"]]).all()
    said = lives.interactions
    in_chinese = said["subject"].str.contains("[一-鿿]")
    assert (in_chinese.to_numpy() == chinese[said["customer"]]).all()
    assert not said["subject"].str.contains("[{}]").any()
    assert not said["notes"].str.contains("[{}]").any()
    assert said["subject"].nunique() > 400


def test_nobody_is_talked_to_before_he_is_known_or_after_he_left(lives: Lives):
    rows = lives.interactions.dropna(subset="contact")
    people = lives.contacts.set_index("contact").loc[rows["contact"].astype("int64")].set_axis(rows.index)
    day = local(rows["occurred_at"]).dt.normalize()
    assert not (people["left_on"] <= day).any()
    assert (people["since"] <= day).all()
    assert (lives.customers.set_index("customer")["created_on"][rows["customer"]].to_numpy() <= day).all()


def test_what_somebody_does_not_want_is_never_sent_to_him(lives: Lives):
    rows = lives.interactions.dropna(subset="contact")
    wishes = lives.contacts.set_index("contact")["opted_out"][rows["contact"].astype("int64")]
    sent = rows["direction"] == "out"
    unwanted = [channel in wish for channel, wish in zip(rows["channel"], wishes, strict=True)]
    assert not (np.array(unwanted) & sent.to_numpy()).any()


def test_an_order_that_is_talked_about_has_been_placed(lives: Lives):
    number = lives.interactions["subject"].str.extract(r"(SO-\d+-\d+)")[0].dropna()
    placed = lives.orders.set_index("number")["placed_at"]
    assert len(number) > 500
    assert (placed[number].to_numpy() <= lives.interactions["occurred_at"][number.index].to_numpy()).all()


def test_talks_fade_before_customers_leave_and_come_back_with_them(lives: Lives):
    said = talks(lives)
    left = said["left_on"] = of_each(lives, said, "left_on")
    slow = (left - of_each(lives, said, "leaving_on")) > 60 * DAY
    last = (said["at"] >= left - 60 * DAY) & (said["at"] < left) & slow
    earlier = (said["at"] >= left - 360 * DAY) & (said["at"] < left - 300 * DAY) & slow
    assert last.sum() < 0.5 * earlier.sum()
    back = of_each(lives, said, "won_back_on")
    after = ((said["at"] >= back) & (said["at"] < back + 60 * DAY)).sum()
    before = ((said["at"] < back) & (said["at"] >= back - 60 * DAY)).sum()
    assert after > 3 * before


def test_customers_begin_fewer_talks_when_they_turn_away(lives: Lives):
    said = talks(lives)
    inbound = (said["direction"] == "in").groupby(said["state"]).mean()
    assert 0.35 < inbound["stays"] < 0.6
    assert inbound["leaving"] < 0.3
    assert inbound["gone"] < 0.1
    assert inbound["back"] > inbound["leaving"]


def test_shares_of_talks_are_believable(lives: Lives):
    said = lives.interactions
    assert 10 < len(said) / len(lives.customers) < 45
    assert 0.04 < said["is_automatic"].mean() < 0.2
    assert (said["channel"][said["is_automatic"]] == "email").all()
    assert 0.1 < (said["kind"] == "return_visit").mean() < 0.3
    channels = said["channel"].value_counts(normalize=True)
    assert channels.max() < 0.5
    assert channels.min() > 0.005
    assert 0.05 < said["minutes"].isna().mean() < 0.35
    day = local(said["occurred_at"]).dt.day_of_week
    persons = lives.customers.set_index("customer")["kind"][said["customer"]].to_numpy() == "person"
    assert (day[~persons] < 5).all()


def test_newsletters_go_to_those_who_agreed(lives: Lives):
    sent = lives.interactions[lives.interactions["is_automatic"]].dropna(subset="contact")
    marketing = lives.consents[lives.consents["purpose"] == "marketing"].drop_duplicates("contact", keep="last")
    agreed = set(marketing["contact"][marketing["is_given"]])
    primary = set(lives.contacts["contact"][lives.contacts["is_primary"]])
    readers = set(lives.contacts["customer"][lives.contacts["contact"].isin(agreed & primary)])
    assert set(sent["customer"]) <= readers


def test_planned_visits_come_at_the_tiers_interval_one_open_at_a_time(lives: Lives):
    visits = lives.follow_ups[lives.follow_ups["is_planned"]]
    is_open = visits["done_at"].isna() & visits["cancelled_at"].isna()
    assert not visits[is_open]["customer"].duplicated().any()
    assert (visits["kind"] == "return_visit").all()
    tiers = lives.customers.set_index("customer")["tier"]
    gaps = visits.groupby("customer")["due_on"].diff().dt.days.groupby(tiers[visits["customer"]].to_numpy()).median()
    assert gaps["A"] < gaps["B"] < gaps["C"] < gaps["D"]
    assert 28 <= gaps["A"] <= 38
    done = visits[visits["done_at"].notna()]
    on_time = local(done["done_at"]).dt.normalize() <= done["due_on"]
    kept = on_time.groupby(done["owner"]).mean()
    assert kept.min() < 0.72 < 0.85 < kept.max()


def test_a_visit_is_done_by_the_talk_at_that_moment(lives: Lives):
    visits = lives.follow_ups[lives.follow_ups["done_by"].notna()]
    talk = lives.interactions.set_index("interaction").loc[visits["done_by"].astype("int64")]
    assert (talk["occurred_at"].to_numpy() == visits["done_at"].to_numpy()).all()
    assert (talk["kind"] == "return_visit").all()
    assert visits["done_by"].is_unique
    assert len(visits) == (lives.interactions["kind"] == "return_visit").sum()


def test_tasks_are_agreed_before_they_are_done_and_never_both_done_and_cancelled(lives: Lives):
    tasks = lives.follow_ups
    assert not (tasks["done_at"].notna() & tasks["cancelled_at"].notna()).any()
    assert not (tasks["done_at"] < tasks["created_at"]).any()
    assert (tasks["kind"] != "task").sum() > 0
    closed = tasks[tasks["due_on"] < TODAY - 120 * DAY]
    assert (closed["done_at"].notna() | closed["cancelled_at"].notna()).mean() > 0.995


@pytest.mark.parametrize("day", ["2026-05-20", "2026-05-23", "2026-01-01"])
def test_whoever_looks_after_customers_finds_a_days_work(day: str):
    today = pd.Timestamp(day)
    rows = generate(2_000, 1, dt.datetime.fromisoformat(f"{day}T09:00:00+08:00")).follow_ups
    rows = rows[rows["done_at"].isna() & rows["cancelled_at"].isna()]
    agents = rows[rows["owner"].isin([2, 3, 5, 6])]
    due = {
        "overdue": agents["due_on"] < today,
        "today": agents["due_on"] == today,
        "week": (agents["due_on"] > today) & (agents["due_on"] <= today + 7 * DAY),
    }
    counts = pd.DataFrame({name: agents["owner"][when].value_counts() for name, when in due.items()}).fillna(0)
    assert counts["overdue"].between(3, 60).all(), counts
    assert counts["today"].between(1, 25).all(), counts
    assert counts["week"].between(3, 60).all(), counts


def test_stages_tell_what_happened(lives: Lives):
    now = lives.customers.merge(lives.latent, on="customer")
    gone = (now["left_on"] <= TODAY - 180 * DAY) & now["won_back_on"].isna() & ~now["is_prospect"]
    assert (now["stage"][gone] == "lost").all()
    assert (now["stage"][now["is_prospect"]] == "prospect").all()
    stays = now["leaving_on"].isna() & ~now["is_prospect"]
    assert now["stage"][stays].isin(["new", "growing", "mature"]).all()
    shares = now["stage"].value_counts(normalize=True)
    assert 0.35 < shares["mature"] < 0.75
    assert 0.05 < shares["lost"] < 0.25
    first = lives.phases.drop_duplicates("customer")
    began = of_each(lives, first, "started_on") >= pd.Timestamp("2023-05-01")
    assert (first["stage"][began] == "prospect").all()


def test_the_discontent_and_those_who_leave_pay_later(lives: Lives):
    phases = lives.phases[lives.phases["receivable"].fillna(0) > 0]
    share = (phases["overdue"] / phases["receivable"]).astype("float64")
    assert share.between(0, 1).all()
    thirds = pd.qcut(of_each(lives, phases, "contentment"), 3, labels=False)
    mean = share.groupby(thirds).mean()
    assert mean[0] > 1.3 * mean[2]
    leaving = of_each(lives, phases, "leaving_on") <= phases["since"]
    assert share[leaving].mean() > 1.5 * share[~leaving].mean()
    grades = lives.customers["credit_grade"].value_counts(normalize=True)
    assert 0.5 < grades["A"] < 0.85
    assert 0.01 < grades["D"] < 0.12
    assert lives.customers["overdue"].sum() < 0.2 * lives.customers["receivable"].sum()


def test_customers_come_through_channels_and_the_content_refer_more(lives: Lives):
    customers = lives.customers
    assert set(customers["acquisition_channel"]) == set(CHANNELS)
    referred = customers.dropna(subset="referred_by")
    assert 0.05 < len(referred) / len(customers) < 0.3
    assert (referred["referred_by"] < referred["customer"]).all()
    assert (referred["acquisition_channel"] == "Referral · 转介绍").all()
    latent = lives.latent.set_index("customer")
    source = latent.loc[referred["referred_by"].astype("int64")]
    assert (source["started_on"].to_numpy() < referred["acquired_on"].to_numpy()).all()
    assert source["contentment"].mean() > latent["contentment"].mean() + 2
    assert (customers["acquired_on"].isna() == latent["is_prospect"].to_numpy()).all()


def test_winning_a_customer_costs_something_in_his_month(lives: Lives):
    customers = lives.customers.set_index("customer")
    won = customers[customers["acquired_on"] >= pd.Timestamp("2023-05-01")]
    assert lives.spend["customer"].tolist() == won.index.tolist()
    assert (lives.spend["month"].to_numpy() == won["acquired_on"].dt.to_period("M").dt.to_timestamp().to_numpy()).all()
    assert (lives.spend["amount"] > 0).all()
    assert 0.005 < lives.spend["amount"].sum() / lives.orders["amount"].sum() < 0.06


def test_opportunities_are_closed_with_an_outcome_and_only_losses_have_reasons(lives: Lives):
    deals = lives.opportunities
    assert ((deals["closed_on"].notna()) == (deals["outcome"] != "")).all()
    assert ((deals["reason"] >= 0) == (deals["outcome"] == "lost")).all()
    assert not (deals["closed_on"] < deals["opened_on"]).any()
    assert (deals["amount"] > 0).all()
    assert 0.02 < (deals["outcome"] == "").mean() < 0.12


def test_the_discontent_buy_less_of_what_is_offered(lives: Lives):
    deals = lives.opportunities
    later = deals[(deals["kind"] != "new") & (deals["outcome"] != "")]
    won = later["outcome"] == "won"
    thirds = pd.qcut(of_each(lives, later, "contentment"), 3, labels=False)
    rate = won.groupby(thirds).mean()
    assert rate[0] + 0.08 < rate[2]
    assert 0.3 < won.mean() < 0.7


def test_losses_are_those_who_left_with_reasons_and_what_became_of_it(lives: Lives):
    lost = lives.losses
    assert (lost["lost_on"] == of_each(lives, lost, "left_on")).all()
    assert ((lost["win_back"] == "won_back") == of_each(lives, lost, "won_back_on").notna()).all()
    assert (lost["win_back_on"] == of_each(lives, lost, "won_back_on"))[lost["win_back"] == "won_back"].all()
    assert (lost["win_back_on"].isna() == (lost["win_back"] == "not_tried")).all()
    assert not (lost["win_back_on"] < lost["lost_on"]).any()
    groups = pd.Series([(*REASON_NAMES, ONCE)[reason][0] for reason in lost["reason"]])
    shares = groups.value_counts(normalize=True)
    assert shares["Delivery"] > 0.1
    assert shares["Price"] > 0.1
    closed = set(lost["customer"][lost["reason"] == CLOSED_DOWN])
    assert set(lives.customers["customer"][lives.customers["status"] == "closed"]) == closed


def test_contracts_follow_one_another_until_one_is_not_renewed(lives: Lives):
    contracts = lives.contracts
    assert (contracts["ends_on"] > contracts["starts_on"]).all()
    ended = contracts["ends_on"] < TODAY
    assert contracts["is_renewed"][ended].notna().all()
    assert contracts["is_renewed"][~ended].isna().mean() > 0.6
    assert contracts["is_renewed"][~ended].notna().any()
    following = contracts.groupby("customer")["starts_on"].shift(-1)
    renewed = ended & contracts["is_renewed"].fillna(False)
    assert (following == contracts["ends_on"] + DAY)[renewed].mean() > 0.95
    assert following[ended & ~renewed].isna().all()
    assert set(lives.customers.set_index("customer")["tier"][contracts["customer"]]) == set("ABCD")


def test_needs_are_met_after_they_were_named_and_projects_are_for_key_accounts(lives: Lives):
    assert not (lives.needs["met_on"] < lives.needs["raised_on"]).any()
    assert 0.3 < lives.needs["met_on"].notna().mean() < 0.8
    projects = lives.projects
    assert not (projects["ended_on"] < projects["started_on"]).any()
    tiers = lives.customers.set_index("customer")["tier"][projects["customer"]]
    assert set(tiers) <= {"A", "B"}
    assert len(projects) > 20
