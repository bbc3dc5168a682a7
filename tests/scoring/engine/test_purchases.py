"""BG/NBD and MBG/NBD: the formulas against the story the models tell."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import roots_genlaguerre, roots_jacobi
from scipy.stats import beta

from scoring.engine.clv import (
    PurchaseModel,
    SpendingModel,
    bg_nbd_log_likelihood,
    discounted_value,
    expected_purchases,
    expected_purchases_given,
    fit_bg_nbd,
    fit_mbg_nbd,
    mbg_nbd_log_likelihood,
    probability_alive,
    purchase_probability,
)
from scoring.engine.purchases import Histories, likelihood_and_gradient

PUBLISHED = PurchaseModel(0.243, 4.414, 0.793, 2.426)
MODIFIED = PurchaseModel(0.525, 6.183, 0.891, 1.614, modified=True)
LOG_LIKELIHOOD = {False: bg_nbd_log_likelihood, True: mbg_nbd_log_likelihood}

shapes = st.floats(0.05, 8)
models = st.builds(PurchaseModel, shapes, st.floats(0.5, 200), shapes, shapes, modified=st.booleans())


@st.composite
def histories(draw) -> tuple[int, float, float]:
    """One customer's (frequency, recency, age)."""
    frequency, age = draw(st.integers(0, 1000)), draw(st.floats(0.5, 2000))
    return frequency, age * draw(st.floats(0, 1)) if frequency else 0.0, age


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
