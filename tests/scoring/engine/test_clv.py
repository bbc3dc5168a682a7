"""Purchases and lifetime value: published results, the definitions as integrals, and properties."""

import os
import warnings
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import roots_genlaguerre, roots_jacobi
from scipy.stats import beta, gamma

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
    probability_alive,
    purchase_probability,
    standard_errors,
)
from scoring.engine.purchases import Histories, likelihood_and_gradient

ROOT = Path(__file__).parents[3]
REAL_DATA = Path(os.environ.get("CRMQUALITY_REAL_DATA", ROOT.parent / "shared" / "data"))

PUBLISHED = PurchaseModel(0.243, 4.414, 0.793, 2.426)
MODIFIED = PurchaseModel(0.525, 6.183, 0.891, 1.614, modified=True)
LOG_LIKELIHOOD = {False: bg_nbd_log_likelihood, True: mbg_nbd_log_likelihood}
FIT = {False: fit_bg_nbd, True: fit_mbg_nbd}

shapes = st.floats(0.05, 8)
models = st.builds(PurchaseModel, shapes, st.floats(0.5, 200), shapes, shapes, modified=st.booleans())


@st.composite
def histories(draw) -> tuple[int, float, float]:
    """One customer's (frequency, recency, age)."""
    frequency, age = draw(st.integers(0, 1000)), draw(st.floats(0.5, 2000))
    return frequency, age * draw(st.floats(0, 1)) if frequency else 0.0, age


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


# --- Published results ------------------------------------------------------------------------


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


# --- The definitions, as integrals ------------------------------------------------------------


@pytest.mark.parametrize("modified", [False, True])
@pytest.mark.parametrize("history", [(0, 0.0, 9.0), (1, 3.0, 9.0), (4, 7.5, 9.0)])
def test_the_likelihood_is_that_of_the_story_the_model_tells(history, modified):
    """Averaged over rates and drop-out probabilities: alive until now, or left at the last one."""
    model = PurchaseModel(1.3, 4.0, 1.2, 2.1, modified=modified)
    x, recency, age = history
    rate, of_rate = roots_genlaguerre(80, model.r - 1)
    place, of_leaving = roots_jacobi(40, model.b - 1, model.a - 1)
    rate, leaves = rate[:, np.newaxis] / model.alpha, (1 + place) / 2
    occasions = x + modified
    stayed = (1 - leaves) ** occasions * np.exp(-rate * age)
    left = leaves * (1 - leaves) ** max(occasions - 1, 0) * np.exp(-rate * recency) * (occasions > 0)
    density = of_rate[:, np.newaxis] / of_rate.sum() * of_leaving / of_leaving.sum()
    likelihood = (density * rate**x * (stayed + left)).sum()
    assert LOG_LIKELIHOOD[modified](model, *history) == pytest.approx(np.log(likelihood), abs=1e-8)


@settings(max_examples=200, deadline=None)
@given(models, histories(), st.floats(0.01, 500))
def test_the_purchase_probability_is_what_the_likelihood_of_silence_leaves(model, history, t):
    """Silence until T + t, given silence since the last purchase until T."""
    x, recency, age = history
    before, after = (LOG_LIKELIHOOD[model.modified](model, x, recency, age + s) for s in (0, t))
    got = purchase_probability(model, t, *history)
    assert got == pytest.approx(-np.expm1(after - before), abs=1e-7)
    assert 0 <= got <= probability_alive(model, *history) <= 1


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@settings(max_examples=40, deadline=None)
@given(models, histories(), st.floats(0.01, 500))
def test_expected_purchases_are_the_integral_over_drop_out_probabilities(model, history, t):
    """Alive with probability p of leaving each time: (1 - (1 + p·t / (alpha + T))^-(r + x)) / p."""
    x, _, age = history
    leaving = beta(model.a, model.b + x + model.modified)

    def purchases(share: float) -> float:
        p = leaving.isf(share)
        many = np.log1p(p * t / (model.alpha + age)) * (model.r + x)
        return -np.expm1(-many) / p if p > 1e-300 else (model.r + x) * t / (model.alpha + age)

    steps = [0, 1e-9, 1e-6, 1e-3, 0.05, 0.5, 0.95, 1]
    integral = sum(quad(purchases, a, b, limit=200)[0] for a, b in pairwise(steps))
    got = expected_purchases_given(model, t, *history)
    assert got == pytest.approx(integral * probability_alive(model, *history), rel=1e-5)


@pytest.mark.parametrize(
    ("r", "a", "b"),
    [
        (0.5, 1.0, 2.0),  # 0 / 0
        (0.5, 0.4, 0.6),  # c = 0
        (0.05, 0.05, 1.0),  # where SciPy's hypergeometric function says infinity
        (1.0, 12.0, 0.8),
        (0.7, 900.0, 2100.0),  # where it overflows: all alike, 3 in 10 leave each time
    ],
)
@pytest.mark.parametrize("modified", [False, True])
def test_the_formula_has_no_holes(r, a, b, modified):
    at, beside = (PurchaseModel(r, 5, a * shift, b * shift, modified=modified) for shift in (1, 1.00001))
    history = [0, 1, 99], [0, 3, 70], [1, 9, 75]
    with warnings.catch_warnings(action="error"):
        for t in (0.0, 8.0, 300.0):
            got = expected_purchases_given(at, t, *history)
            np.testing.assert_allclose(got, expected_purchases_given(beside, t, *history), rtol=1e-4)
    if a > 100:
        assert expected_purchases(at, 1e4) == pytest.approx(sum(0.7 ** (k + modified) for k in range(40)), rel=0.05)


@pytest.mark.parametrize("modified", [False, True])
@settings(deadline=None)
@given(theta=st.tuples(shapes, st.floats(0.5, 200), shapes, shapes))
def test_the_gradient_is_the_slope_of_the_likelihood(modified, theta):
    facts = Histories.of([0, 1, 3, 40], [0, 5, 30, 80], [60, 70, 90, 81])
    _, gradient = likelihood_and_gradient(theta, facts, modified)
    for i, step in enumerate(np.diag(np.array(theta) * 1e-5)):
        higher, lower = (likelihood_and_gradient(np.add(theta, s).tolist(), facts, modified)[0] for s in (step, -step))
        slope = (higher - lower) / (2 * step[i])
        assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-3)


def test_the_gamma_gamma_likelihood_is_an_integral_over_spending_levels():
    rng = np.random.default_rng(5)
    x = rng.integers(1, 9, 60)
    mean = rng.gamma(6 * x, 1 / (rng.gamma(4, 1 / 15, 60) * x))
    model = fit_gamma_gamma(x, mean)
    share, weight = np.polynomial.legendre.leggauss(400)
    level = gamma.isf((1 + share) / 2, model.q, scale=1 / model.v)[:, np.newaxis]
    likelihoods = (weight / 2) @ gamma.pdf(mean, model.p * x, scale=1 / (level * x))
    assert model.log_likelihood == pytest.approx(np.log(likelihoods).sum(), abs=1e-4)


# --- Properties -------------------------------------------------------------------------------


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


@settings(deadline=None)
@given(models, st.integers(1, 1000))
def test_a_thousand_purchases_do_not_overflow(model, frequency):
    with np.errstate(all="raise", under="ignore"):
        history = frequency, 990.0, 1000.0
        assert 0 <= probability_alive(model, *history) <= 1
        assert np.isfinite(LOG_LIKELIHOOD[model.modified](model, *history))
        assert np.isfinite(expected_purchases_given(model, 365, *history))


@settings(deadline=None)
@given(models, st.lists(histories(), min_size=1, max_size=40))
def test_one_customer_and_many_agree_to_the_last_bit(model, many):
    value = SpendingModel(6.25, 3.74, 15.44)
    x, recency, age = (np.array(column, dtype=float) for column in zip(*many, strict=True))

    def results(rows: slice) -> list[np.ndarray]:
        chosen = x[rows], recency[rows], age[rows]
        return [
            probability_alive(model, *chosen),
            purchase_probability(model, 180, *chosen),
            expected_purchases_given(model, 180, *chosen),
            discounted_value(model, value, *chosen, 50.0, months=3),
        ]

    together = results(slice(None))
    for i in range(len(many)):
        for alone, all_of_them in zip(results(slice(i, i + 1)), together, strict=True):
            assert alone[0].tobytes() == all_of_them[i].tobytes()


def test_only_the_modified_model_doubts_somebody_who_never_came_back():
    assert probability_alive(PUBLISHED, 0, 0, 500) == 1
    assert probability_alive(MODIFIED, 0, 0, 500) < 0.2


def test_an_unknown_fact_has_no_answer():
    nobody = np.array([np.nan])
    for model in (PUBLISHED, MODIFIED):
        assert np.isnan(probability_alive(model, nobody, nobody, nobody))
        assert np.isnan(purchase_probability(model, 30, nobody, nobody, nobody))
        assert np.isnan(expected_purchases_given(model, 30, nobody, nobody, nobody))
        assert probability_alive(model, [], [], []).size == 0
    assert np.isnan(probability_alive(PUBLISHED, 0, 0, np.nan))


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


# --- What cannot be used ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("history", "complaint"),
    [
        (([-1], [0], [5]), "negative"),
        (([1], [6], [5]), "between 0 and age"),
        (([1], [-1], [5]), "between 0 and age"),
        (([0], [2], [5]), "frequency 0"),
    ],
)
def test_impossible_histories_are_refused(history, complaint):
    for call in (fit_bg_nbd, fit_mbg_nbd):
        with pytest.raises(ValueError, match=complaint):
            call(*history)
    with pytest.raises(ValueError, match=complaint):
        probability_alive(PUBLISHED, *history)


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
