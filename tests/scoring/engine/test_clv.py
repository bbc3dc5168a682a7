"""Fits, spending and lifetime value: published results on real data, and properties."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from scoring.engine.clv import (
    PurchaseModel,
    SpendingModel,
    bg_nbd_log_likelihood,
    discounted_value,
    expected_mean_value,
    expected_purchases,
    expected_purchases_given,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_mbg_nbd,
    mbg_nbd_log_likelihood,
    purchase_probability,
    standard_errors,
)

ROOT = Path(__file__).parents[3]
REAL_DATA = Path(os.environ.get("CRMQUALITY_REAL_DATA", ROOT.parent / "shared" / "data"))

PUBLISHED = PurchaseModel(0.243, 4.414, 0.793, 2.426)
MODIFIED = PurchaseModel(0.525, 6.183, 0.891, 1.614, modified=True)
LOG_LIKELIHOOD = {False: bg_nbd_log_likelihood, True: mbg_nbd_log_likelihood}
FIT = {False: fit_bg_nbd, True: fit_mbg_nbd}


def real_file(name: str) -> Path:
    path = REAL_DATA / name
    if not path.exists():
        pytest.skip(f"{path} is not there; name its folder in CRMQUALITY_REAL_DATA.")
    return path


def facts(orders: pd.DataFrame, last_day: pd.Timestamp, days_per_period: int) -> pd.DataFrame:
    """Frequency, recency, age and mean repeat value per customer, of rows customer, day, value."""
    daily = orders.groupby(["customer", "day"], as_index=False)["value"].sum()
    first = daily.groupby("customer")["day"].transform("min")
    repeats = daily[daily["day"] > first].groupby("customer")["value"]
    days = daily.groupby("customer")["day"].agg(["min", "max", "size"])
    table = pd.DataFrame(
        {
            "frequency": days["size"] - 1,
            "recency": (days["max"] - days["min"]).dt.days / days_per_period,
            "age": (last_day - days["min"]).dt.days / days_per_period,
        }
    )
    return table.join(repeats.mean().rename("mean_value"))


@pytest.fixture(scope="module")
def cdnow() -> pd.DataFrame:
    """CDNOW's calibration period, in weeks up to 1997-09-30."""
    names = ["master", "customer", "day", "cds", "value"]
    orders = pd.read_csv(real_file("CDNOW_sample.txt"), sep=r"\s+", names=names)
    orders["day"] = pd.to_datetime(orders["day"].astype(str), format="%Y%m%d")
    end = pd.Timestamp("1997-09-30")
    return facts(orders[orders["day"] <= end], end, days_per_period=7)


@pytest.fixture(scope="module")
def online_retail() -> pd.DataFrame:
    """Online Retail up to 2011-06-09, in days, without cancellations."""
    columns = {"CustomerID": "customer", "InvoiceDate": "day", "InvoiceNo": "invoice"}
    orders = pd.read_csv(
        real_file("online_retail.csv.gz"),
        usecols=[*columns, "Quantity", "UnitPrice"],
        dtype={"InvoiceNo": str},
    ).rename(columns=columns)
    orders = orders[orders["customer"].notna() & ~orders["invoice"].str.startswith("C")]
    orders["day"] = pd.to_datetime(orders["day"].str[:10])
    orders["value"] = orders["Quantity"] * orders["UnitPrice"]
    end = pd.Timestamp("2011-06-09")
    return facts(orders[orders["day"] < end], end, days_per_period=1)


def columns(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(table[name].to_numpy() for name in ("frequency", "recency", "age"))


def simulated(model: PurchaseModel, customers: int, age: float) -> tuple[np.ndarray, ...]:
    """Histories that follow the model, all of one age."""
    rng = np.random.default_rng(7)
    rate = rng.gamma(model.r, 1 / model.alpha, customers)
    leaves = rng.beta(model.a, model.b, customers)
    frequency, recency, at = np.zeros(customers), np.zeros(customers), np.zeros(customers)
    alive = rng.random(customers) >= leaves * model.modified
    while alive.any():
        at += rng.exponential(1 / rate)
        alive &= at < age
        frequency += alive
        recency = np.where(alive, at, recency)
        alive &= rng.random(customers) >= leaves
    return frequency, recency, np.full(customers, age)


def test_bg_nbd_on_cdnow_gives_the_published_estimates(cdnow):
    # Fader, Hardie and Lee (2005), table 1.
    assert len(cdnow) == 2357
    model = fit_bg_nbd(*columns(cdnow))
    np.testing.assert_allclose([model.r, model.alpha, model.a, model.b], [0.243, 4.414, 0.793, 2.426], atol=5e-4)
    assert round(model.log_likelihood, 1) == -9582.4
    assert not model.at_edge
    assert not model.modified


def test_mbg_nbd_on_cdnow_gives_the_published_estimates(cdnow):
    # Those of the R package BTYDplus (Platzer), which other implementations are held against.
    model = fit_mbg_nbd(*columns(cdnow))
    np.testing.assert_allclose([model.r, model.alpha, model.a, model.b], [0.525, 6.183, 0.891, 1.614], atol=5e-4)
    assert not model.at_edge
    assert model.modified


def test_gamma_gamma_on_cdnow_gives_the_published_estimates(cdnow):
    # Fader and Hardie (2013); the ten expectations are those of their spreadsheet.
    model = fit_gamma_gamma(cdnow["frequency"], cdnow["mean_value"])
    np.testing.assert_allclose([model.p, model.q, model.v], [6.25, 3.74, 15.44], atol=0.005)
    assert (cdnow["frequency"] > 0).sum() == 946
    expected = expected_mean_value(model, cdnow["frequency"], cdnow["mean_value"])[:10]
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    np.testing.assert_allclose(expected, published, atol=0.005)


def test_the_first_cdnow_customer_is_expected_to_buy_1_226_times():
    # Fader, Hardie and Lee (2005), Implementing the BG/NBD Model in Excel, section 5.
    expected = expected_purchases_given(PUBLISHED, 39, 2, 30.43, 38.86)
    assert round(float(expected), 3) == 1.226


def test_a_new_customer_is_expected_to_buy_as_in_the_spreadsheet(cdnow):
    # The same note, section 4: cumulative repeat purchases, in weeks. Not its 1.8576 of week 78: there the
    # sheet's cut-off series falls short of the 1.8580 that the integral, too, gives.
    weeks = [0.1429, 1, 3, 31.8571, 32]
    published = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437]
    np.testing.assert_allclose(expected_purchases(fit_bg_nbd(*columns(cdnow)), weeks), published, atol=6e-5)


def test_data_that_cannot_tell_who_left_set_at_edge_and_stay_finite(online_retail):
    for modified, fit in FIT.items():
        model = fit(*columns(online_retail))
        assert model.at_edge
        assert model.modified == modified
        assert np.isfinite([model.r, model.alpha, model.a, model.b, model.log_likelihood]).all()
        assert 0.001 < model.a / (model.a + model.b) < 0.1
        assert np.isnan(standard_errors(model, *columns(online_retail)).a)
        expected = expected_purchases_given(model, 180, *columns(online_retail))
        assert np.isfinite(expected).all()


def test_the_gamma_gamma_likelihood_is_an_integral_over_spending_levels():
    rng = np.random.default_rng(5)
    x = rng.integers(1, 9, 60)
    mean = rng.gamma(6 * x, 1 / (rng.gamma(4, 1 / 15, 60) * x))
    model = fit_gamma_gamma(x, mean)
    share, weight = np.polynomial.legendre.leggauss(400)
    level = gamma.isf((1 + share) / 2, model.q, scale=1 / model.v)[:, np.newaxis]
    likelihoods = (weight / 2) @ gamma.pdf(mean, model.p * x, scale=1 / (level * x))
    assert model.log_likelihood == pytest.approx(np.log(likelihoods).sum(), abs=1e-4)


@pytest.mark.parametrize("modified", [False, True])
def test_a_fit_finds_the_parameters_behind_simulated_histories(modified):
    truth = PurchaseModel(0.8, 12.0, 0.9, 2.5, modified=modified)
    histories = simulated(truth, 12_000, age=60.0)
    model = FIT[modified](*histories)
    errors = standard_errors(model, *histories)
    for name in ("r", "alpha", "a", "b"):
        away = getattr(model, name) - getattr(truth, name)
        assert abs(away) < 4 * getattr(errors, name)
    assert model.log_likelihood >= LOG_LIKELIHOOD[modified](truth, *histories)


def test_a_fit_over_many_ends_where_a_search_over_all_would():
    """Beyond 20,000 customers the search starts from a thinning."""
    few = simulated(PUBLISHED, 15_000, age=60.0)
    once = fit_bg_nbd(*few)
    twice = fit_bg_nbd(*[np.tile(column, 2) for column in few])
    assert twice.log_likelihood == pytest.approx(2 * once.log_likelihood, rel=1e-10)
    assert twice.b == pytest.approx(once.b, rel=1e-4)


def test_many_who_never_leave_set_at_edge_too():
    faithful = PurchaseModel(1.0, 10.0, 1e-9, 1.0)
    model = fit_mbg_nbd(*simulated(faithful, 25_000, age=40.0))
    assert model.at_edge
    assert model.a / (model.a + model.b) < 0.01
    assert model.r == pytest.approx(1.0, abs=0.1)


def test_the_unit_of_time_does_not_matter():
    frequency, recency, age = simulated(PUBLISHED, 3000, age=39.0)
    weeks, days = fit_bg_nbd(frequency, recency, age), fit_bg_nbd(frequency, recency * 7, age * 7)
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-6)
    assert days.b == pytest.approx(weeks.b, rel=1e-6)


def test_eight_customers_cannot_tell_and_say_so():
    model = fit_bg_nbd([0, 0, 2, 1, 6, 0, 3, 1], [0, 0, 8, 2, 11, 0, 9, 4], [12] * 8)
    assert model.at_edge
    assert np.isfinite([model.r, model.alpha, model.a, model.b]).all()


def test_spending_falls_back_on_everybody_without_an_own_repeat():
    value = SpendingModel(6.25, 3.74, 15.44)
    everybody = 6.25 * 15.44 / 2.74
    assert expected_mean_value(value, 0, np.nan) == pytest.approx(everybody)
    assert np.isnan(expected_mean_value(replace(value, q=1.0), 0, 50.0))
    assert np.isnan(expected_mean_value(value, 3, np.nan))
    assert np.isnan(expected_mean_value(value, np.nan, 50.0))


def test_discounted_value_is_margin_times_spending_times_discounted_purchases():
    value, history = SpendingModel(6.25, 3.74, 15.44), (2, 30.43, 38.86)
    month = 365.25 / 12 / 7
    counts = [float(expected_purchases_given(PUBLISHED, k * month, *history)) for k in range(4)]
    paid = sum((counts[k] - counts[k - 1]) / 1.1 ** (k / 12) for k in (1, 2, 3))
    expected = 0.3 * paid * expected_mean_value(value, 2, 40.0)
    got = discounted_value(PUBLISHED, value, *history, 40.0, months=3, margin=0.3)
    assert got == pytest.approx(float(expected), rel=1e-12)


def test_without_interest_discounted_value_is_the_whole_horizon():
    value, history = SpendingModel(6.25, 3.74, 15.44), ([2, 0], [200.0, 0], [272.0, 272.0])
    got = discounted_value(MODIFIED, value, *history, 40.0, 12, annual_rate=0.0, days_per_period=1)
    whole = expected_purchases_given(MODIFIED, 365.25, *history)
    np.testing.assert_allclose(got, whole * expected_mean_value(value, [2, 0], 40.0), rtol=1e-12)
    nothing = discounted_value(MODIFIED, value, *history, 40.0, months=0)
    assert nothing.tolist() == [0.0, 0.0]


def test_fits_refuse_data_that_say_nothing():
    with pytest.raises(ValueError, match="known and finite"):
        fit_bg_nbd([1, np.nan], [1, 1], [2, 2])
    for empty in ([], [0, 0]):
        with pytest.raises(ValueError, match="bought twice"):
            fit_mbg_nbd(empty, [0.0] * len(empty), [5.0] * len(empty))
        with pytest.raises(ValueError, match="bought twice"):
            fit_gamma_gamma(empty, [1.0] * len(empty))
    for value in (0.0, -5.0, np.nan):
        with pytest.raises(ValueError, match="above 0"):
            fit_gamma_gamma([1, 2], [10.0, value])


def test_impossible_horizons_are_refused():
    with pytest.raises(ValueError, match="horizon"):
        expected_purchases(PUBLISHED, -1)
    with pytest.raises(ValueError, match="horizon"):
        purchase_probability(PUBLISHED, -1, 0, 0, 5)
    with pytest.raises(ValueError, match="Months"):
        discounted_value(PUBLISHED, SpendingModel(6, 4, 15), 0, 0, 5, 40.0, months=-1)
    with pytest.raises(ValueError, match="Frequency"):
        expected_mean_value(SpendingModel(6, 4, 15), -1, 40.0)
