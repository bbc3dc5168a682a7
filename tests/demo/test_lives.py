"""The invented lives: the same every time, whole, and like those of real customers."""

import datetime as dt
import subprocess
import sys
from dataclasses import fields
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from crmquality.demo import lives as demo
from crmquality.demo.catalogue import HICCUP_LINES, LINES
from crmquality.demo.horizon import Horizon
from crmquality.demo.lives import Lives, chunks, generate

NOW = dt.datetime(2026, 5, 20, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = pd.Timestamp("2026-05-20")
BEGIN = pd.Timestamp("2023-05-01")


@pytest.fixture(scope="module")
def lives() -> Lives:
    return generate(5_000, seed=7, now=NOW)


def tables(lives: Lives) -> dict[str, pd.DataFrame]:
    return {field.name: getattr(lives, field.name) for field in fields(lives)}


def assert_same(one: Lives, other: Lives) -> None:
    for name, table in tables(one).items():
        pd.testing.assert_frame_equal(
            table.reset_index(drop=True), tables(other)[name].reset_index(drop=True), obj=name
        )


def local_day(moments: pd.Series) -> pd.Series:
    return moments.dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).dt.normalize()


def test_same_seed_and_now_give_the_same_rows_in_whatever_zone_now_is_told():
    assert_same(generate(300, 3, NOW), generate(300, 3, NOW.astimezone(dt.UTC)))


def test_another_process_gives_the_same_rows():
    script = (
        "import datetime as dt; from crmquality.demo.lives import generate;"
        "lives = generate(50, 3, dt.datetime(2026, 5, 20, 9, 30, tzinfo=dt.UTC));"
        "print(lives.orders['amount'].sum(), lives.customers['name'].tolist())"
    )
    told = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout.strip()
    here = generate(50, 3, NOW)
    assert told == f"{here.orders['amount'].sum()} {here.customers['name'].tolist()}"


def test_another_seed_gives_other_lives():
    one, other = generate(100, 1, NOW), generate(100, 2, NOW)
    assert one.customers["name"].tolist() != other.customers["name"].tolist()
    assert len(one.orders) != len(other.orders)


def test_a_customer_lives_the_same_life_whatever_the_total(lives: Lives):
    few = generate(1_234, seed=7, now=NOW)
    cut = {
        name: table if name in demo.SHARED else table[table["customer"] <= 1_234]
        for name, table in tables(lives).items()
    }
    assert_same(few, Lives(**cut))


def test_pieces_put_together_are_the_whole(lives: Lives):
    pieces = list(chunks(5_000, 7, NOW))
    assert [len(piece.customers) for piece in pieces] == [demo.CHUNK] * 5
    for name in set(tables(lives)) - set(demo.SHARED):
        joined = pd.concat([getattr(piece, name) for piece in pieces], ignore_index=True)
        pd.testing.assert_frame_equal(joined, getattr(lives, name), obj=name)


def test_keys_run_on_and_point_at_rows_that_exist(lives: Lives):
    assert lives.orders["order"].tolist() == list(range(1, len(lives.orders) + 1))
    assert lives.order_lines["line"].tolist() == list(range(1, len(lives.order_lines) + 1))
    buyers = lives.orders.set_index("order")["customer"]
    assert (buyers[lives.order_lines["order"]].to_numpy() == lives.order_lines["customer"]).all()
    owners = lives.order_lines.set_index("line")["customer"]
    assert (owners[lives.returns["line"]].to_numpy() == lives.returns["customer"]).all()
    assert lives.order_lines["product"].isin(lives.products["product"]).all()
    parents = lives.customers.dropna(subset="parent")
    assert 0.01 < len(parents) / len(lives.customers) < 0.05
    assert (parents["parent"] < parents["customer"]).all()


def test_codes_and_numbers_are_unique(lives: Lives):
    assert lives.customers["code"].iloc[420] == "C-00421"
    assert lives.customers["code"].is_unique
    assert lives.orders["number"].is_unique
    assert lives.returns["number"].is_unique
    assert not lives.order_lines.duplicated(["order", "product", "occurrence"]).any()
    assert lives.products["code"].is_unique
    assert 55 <= len(lives.products) <= 65
    assert 6 <= len(lives.lines) <= 8


def test_nothing_happens_after_now(lives: Lives):
    now = pd.Timestamp(NOW)
    for column in ("placed_at", "delivered_at", "cancelled_at"):
        assert not (lives.orders[column] >= now).any()
    assert not (lives.returns["returned_at"] >= now).any()
    assert not (lives.phases["since"] > TODAY).any()
    for column in ("started_on", "leaving_on", "left_on", "won_back_on"):
        assert not (lives.latent[column] > TODAY).any()


@pytest.mark.parametrize("day", ["2026-01-01", "2024-02-29", "2026-03-31", "2026-12-31"])
def test_any_day_may_be_now(day: str):
    now = dt.datetime.fromisoformat(f"{day}T00:00:01+08:00")
    some = generate(400, 5, now)
    assert (some.orders["placed_at"] < pd.Timestamp(now)).all()
    assert not (some.latent["started_on"] > pd.Timestamp(day)).any()
    assert (some.orders["placed_at"] > pd.Timestamp(now) - pd.Timedelta(days=3 * 366 + 31)).all()


def test_orders_follow_one_another_in_time(lives: Lives):
    orders = lives.orders
    started = lives.latent.set_index("customer")["started_on"][orders["customer"]].to_numpy()
    assert (local_day(orders["placed_at"]) >= started).all()
    assert (local_day(orders["placed_at"]) >= BEGIN).all()
    assert not (orders["delivered_at"] < orders["placed_at"]).any()
    assert not (orders["cancelled_at"] < orders["placed_at"]).any()
    assert not (orders["cancelled_at"].notna() & orders["delivered_at"].notna()).any()
    assert not (orders["promised_on"] < local_day(orders["placed_at"])).any()
    assert (orders.groupby("customer")["placed_at"].diff().dropna() >= pd.Timedelta(0)).all()


def test_leavers_order_nothing_until_they_are_won_back(lives: Lives):
    orders = lives.orders.merge(lives.latent, on="customer")
    day = local_day(orders["placed_at"])
    gone = (day > orders["left_on"]) & ~(day >= orders["won_back_on"])
    assert not gone.any()
    back = lives.latent[lives.latent["won_back_on"].notna()]
    again = orders[day >= orders["won_back_on"]]["customer"].nunique()
    # Whoever came back in the running month may not have ordered yet.
    assert again > 0.9 * len(back)
    assert (back["won_back_on"] > back["left_on"]).all()
    assert (back["left_on"] >= back["leaving_on"]).all()


def test_shares_of_leavers_and_those_won_back_are_believable(lives: Lives):
    latent = lives.latent[~lives.latent["tries_once"] & ~lives.latent["is_prospect"]]
    left = latent["left_on"].notna()
    assert 0.12 < left.mean() < 0.35
    assert 0.10 < latent["won_back_on"].notna().sum() / left.sum() < 0.40
    slowly = (latent["left_on"] - latent["leaving_on"])[left] > pd.Timedelta(days=45)
    assert 0.5 < slowly.mean() < 0.9


def test_the_discontent_leave(lives: Lives):
    latent = lives.latent.assign(third=pd.qcut(lives.latent["contentment"], 3, labels=False))
    leaving = latent.groupby("third")["leaving_on"].agg(lambda days: days.notna().mean())
    assert leaving[0] > 1.5 * leaving[2]


def test_late_deliveries_make_discontent(lives: Lives):
    """Satisfaction moves down in months with late deliveries, and not in months without."""
    moods = lives.moods
    change = moods.groupby("customer")["satisfaction"].diff()
    late = change[moods["late"] > 0].mean()
    punctual = change[(moods["orders"] > 0) & (moods["late"] == 0)].mean()
    assert late < -3
    assert abs(punctual) < 1


def late_share(lives: Lives) -> tuple[pd.Series, pd.DataFrame]:
    due = lives.orders[lives.orders["promised_on"].notna() & lives.orders["cancelled_at"].isna()]
    due = due[due["promised_on"] < TODAY]
    late = due["delivered_at"].isna() | (local_day(due["delivered_at"]) > due["promised_on"])
    return late, due


def test_one_quarter_suffers_from_a_supplier(lives: Lives):
    late, due = late_share(lives)
    assert 0.05 < late.mean() < 0.15
    quarters = late.groupby(due["placed_at"].dt.tz_localize(None).dt.to_period("Q")).mean()
    bad = quarters.pop(pd.Period("2025Q3"))
    assert bad > 2 * quarters.max()
    assert quarters.max() < 0.13
    favourite = lives.latent.set_index("customer")["favourite"]
    failed = [index for index, line in enumerate(LINES) if line.code in HICCUP_LINES]
    quarter = due["placed_at"].between("2025-07-01", "2025-09-30")
    hit = favourite[due["customer"]].isin(failed).to_numpy()
    assert late[quarter & hit].mean() > 0.4 > 0.25 > late[quarter & ~hit].mean()


@pytest.mark.parametrize("month", range(1, 13))
def test_the_bad_quarter_is_a_calendar_quarter_within_the_last_year(month: int):
    horizon = Horizon.until(dt.datetime(2026, month, 15, tzinfo=dt.UTC))
    months = pd.PeriodIndex(horizon.months[horizon.hiccup].astype("datetime64[D]"), freq="M")
    assert months.asfreq("Q").nunique() == 1
    assert len(months) == 3
    assert 6 <= (pd.Period(f"2026-{month:02d}", "M") - months[-1]).n <= 9


def test_the_year_has_its_seasons(lives: Lives):
    orders = lives.orders.merge(lives.customers[["customer", "segment"]], on="customer")
    whole = orders[orders["placed_at"].between("2023-06-01", "2025-05-31")]
    by_month = whole.groupby(whole["placed_at"].dt.month).size()
    assert by_month.idxmin() == 2
    shops = whole[whole["segment"] == "Online shop"]
    assert shops.groupby(shops["placed_at"].dt.month).size().idxmax() == 11
    offices = whole[~whole["segment"].isin(["Online shop", "Private buyer"])]
    # A few have become another segment since; only those bought at weekends.
    assert (local_day(offices["placed_at"]).dt.day_of_week >= 5).mean() < 0.01


def test_some_grow_some_decline_most_business_comes_from_few(lives: Lives):
    orders = lives.orders
    year = pd.Timedelta(days=365)
    now = pd.Timestamp(NOW)
    this = orders[orders["placed_at"] > now - year].groupby("customer")["amount"].sum()
    before = orders[orders["placed_at"].between(now - 2 * year, now - year)].groupby("customer")["amount"].sum()
    ratio = (this / before).dropna()
    assert (ratio > 1.3).mean() > 0.2
    assert (ratio < 0.77).mean() > 0.2
    top = this.sort_values(ascending=False).head(len(this) // 5).sum() / this.sum()
    assert 0.5 < top < 0.85


def test_shares_of_the_small_things_are_believable(lives: Lives):
    orders, lines = lives.orders, lives.order_lines
    assert 0.01 < orders["cancelled_at"].notna().mean() < 0.05
    assert 0.01 < len(lives.returns) / len(lines) < 0.04
    assert 0.02 < (orders["currency"] != "CNY").mean() < 0.10
    assert 0.15 < orders["customised"].isna().mean() < 0.35
    assert 0.1 < orders["customised"].astype("float").mean() < 0.4
    assert 0.1 < (orders["value_added_service"] != "").mean() < 0.3
    assert 0.01 < 1 - orders["customer"].nunique() / len(lives.customers) < 0.06
    assert 0.02 < (lives.customers["kind"] == "person").mean() < 0.06
    assert set(lives.customers["tier"]) == set("ABCD")
    assert 8 < len(orders) / len(lives.customers) < 16


def test_an_orders_amount_is_its_lines_converted_at_its_rate(lives: Lives):
    sums = lives.order_lines.groupby("order")["amount"].sum()
    orders = lives.orders.set_index("order")
    plain = orders["currency"] == "CNY"
    assert (sums[plain] == orders["amount"][plain]).all()
    assert (orders["rate"][plain] == 1).all()
    foreign = orders[~plain]
    np.testing.assert_allclose(sums[~plain] * foreign["rate"], foreign["amount"], atol=0.5 + 1e-4)
    assert (foreign["rate"] > 5).all()
    assert (orders["amount"] > 0).all()
    margin = 1 - orders["cost"].sum() / orders["amount"].sum()
    assert 0.1 < margin < 0.35


def test_no_more_comes_back_than_was_delivered(lives: Lives):
    lines = (
        lives.order_lines.merge(lives.orders[["order", "delivered_at", "rate"]], on="order")
        .set_index("line")
        .loc[lives.returns["line"]]
        .reset_index()
    )
    assert (lives.returns["quantity"] <= lines["quantity"]).all()
    assert (lives.returns["quantity"] > 0).all()
    assert (lives.returns["amount"] <= lines["amount"] * lines["rate"] + 1).all()
    assert (lives.returns["returned_at"] > lines["delivered_at"]).all()


def test_phases_begin_open_and_end_as_the_customer_is_now(lives: Lives):
    phases = lives.phases
    assert (phases.drop_duplicates("customer")["since"] == pd.Timestamp("0001-01-01")).all()
    assert not phases.duplicated(["customer", "since"]).any()
    last = phases.drop_duplicates("customer", keep="last").reset_index(drop=True)
    columns = ["tier", "segment", "owner", "stage", "credit_grade", "receivable", "overdue"]
    for column in columns:
        pd.testing.assert_series_equal(last[column], lives.customers[column])
    changed = phases[phases["since"] > pd.Timestamp("0001-01-01")]
    assert changed["customer"].nunique() > 0.2 * len(lives.customers)
    started = lives.latent.set_index("customer")["started_on"][changed["customer"]].to_numpy()
    assert (changed["since"] >= started).all()
    before = phases.astype(dict.fromkeys(columns, str)).groupby("customer")[columns].shift()
    same = (phases[columns].astype(str) == before).all(axis=1)
    assert not same.any()


@pytest.mark.parametrize("wrong", [(0, 1, NOW), (5, -1, NOW), (5, 1, NOW.replace(tzinfo=None))])
def test_what_cannot_be_told_is_refused_in_a_sentence(wrong: tuple[int, int, dt.datetime]):
    with pytest.raises(ValueError, match=r"\.$"):
        generate(*wrong)
