"""Net promoter scores, worked by hand with the working beside them."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.statistics import net_promoter, net_promoter_change, net_promoter_of

waves = st.tuples(*[st.integers(0, 300)] * 3)


def test_a_hundred_answers_or_more_take_wald_s_interval():
    # p = .4, d = .35: variance .4 + .35 - .05² = .7475, SE = √(.7475/200) = .061135.
    result = net_promoter(80, 50, 70)
    assert (result.score, result.n) == (pytest.approx(5), 200)
    assert result.standard_error == pytest.approx(6.1135, abs=1e-4)
    assert result.low == pytest.approx(5 - 1.959964 * 6.1135, abs=1e-3)
    assert result.high == pytest.approx(5 + 1.959964 * 6.1135, abs=1e-3)


def test_few_answers_take_the_adjusted_interval_around_an_unadjusted_score():
    # Rocks (2016): n + 3 = 23, P' = 10.75, D' = 5.75: 5/23 = 21.739 points;
    # variance 16.5/23 - (5/23)² = .670132, SE' = √(.670132/23) = 17.0693 points.
    # The score itself: 5/20 = 25 points, SE = √((.75 - .0625)/20) = 18.5405.
    result = net_promoter(10, 5, 5)
    assert (result.score, result.n) == (25.0, 20)
    assert result.standard_error == pytest.approx(18.5405, abs=1e-4)
    assert result.low == pytest.approx(21.7391 - 1.959964 * 17.0693, abs=1e-3)
    assert result.high == pytest.approx(21.7391 + 1.959964 * 17.0693, abs=1e-3)


@pytest.mark.parametrize(("n", "is_adjusted"), [(99, True), (100, False)])
def test_the_adjustment_ends_at_a_hundred(n, is_adjusted):
    result = net_promoter(n - 40, 0, 40)
    assert ((result.low + result.high) / 2 != pytest.approx(result.score)) == is_adjusted


def test_a_crowd_of_one_mind_still_has_an_interval():
    # P' = 500.75, D' = .75, n' = 503: 99.404 points ± 1.96 · √(501.5/503 - .99404²)/√503 = .4189.
    result = net_promoter(500, 0, 0)
    assert (result.score, result.standard_error, result.high) == (100, 0, 100)
    assert result.low == pytest.approx(99.404 - 1.959964 * 0.4199, abs=2e-2)


def test_a_higher_confidence_widens():
    assert net_promoter(80, 50, 70, confidence=0.99).low < net_promoter(80, 50, 70).low


def test_nines_and_tens_promote_and_up_to_six_detract():
    result = net_promoter_of([0, 6, 7, 8, 9, 10, 10, None, float("nan")])
    assert (result.score, result.n) == (pytest.approx(100 / 7), 7)


def test_no_answers_have_no_score():
    assert net_promoter(0, 0, 0) is None
    assert net_promoter_of([None]) is None
    assert net_promoter_change((0, 0, 0), (1, 1, 1)) is None


@given(waves)
def test_the_interval_stays_on_the_scale_and_turns_with_the_classes(wave):
    result, turned = net_promoter(*wave), net_promoter(*wave[::-1])
    if result is None:
        return
    assert -100 <= result.low <= result.high <= 100
    assert turned.score == pytest.approx(-result.score)
    assert turned.low == pytest.approx(-result.high)


def test_a_change_is_tested_against_both_errors():
    # Variances .7 - .3² = .61 and .75 - .45² = .5475, each of 100: SE = √(.011575) = .107587.
    change = net_promoter_change((50, 30, 20), (60, 25, 15))
    assert change.difference == pytest.approx(15)
    assert change.standard_error == pytest.approx(10.7587, abs=1e-4)
    assert change.z == pytest.approx(1.39422, abs=1e-5)
    assert change.p_value == pytest.approx(0.16325, abs=1e-4)


def test_waves_of_one_mind_differ_surely_or_not_at_all():
    assert net_promoter_change((9, 0, 0), (5, 0, 0)).p_value == 1
    assert net_promoter_change((9, 0, 0), (0, 0, 5)).z == -inf
    assert net_promoter_change((9, 0, 0), (0, 0, 5)).p_value == 0


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: net_promoter(-1, 2, 3), "at least 0"),
        (lambda: net_promoter(1.5, 2, 3), "whole numbers"),
        (lambda: net_promoter(1, 2, 3, confidence=1), "between 0 and 1"),
        (lambda: net_promoter_of([11]), "from 0 to 10"),
        (lambda: net_promoter_of([9.5]), "whole numbers"),
        (lambda: net_promoter_of([[9]]), "one sequence"),
        (lambda: net_promoter_change((1, 2), (1, 2, 3)), "promoters, passives and detractors"),
    ],
)
def test_what_is_no_count_or_answer_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
