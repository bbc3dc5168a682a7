"""Weights by raking, worked by hand."""

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.statistics import effective_size, rake, weights_to_audience

SEX = ["m"] * 50 + ["f"] * 50
AGE = ["young"] * 20 + ["old"] * 30 + ["young"] * 40 + ["old"] * 10
HALVES = [{"m": 0.5, "f": 0.5}, {"young": 0.5, "old": 0.5}]


def test_one_variable_is_target_over_share():
    weights = rake([["a", "a", "a", "b"]], [{"a": 0.5, "b": 0.5}])
    assert weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_two_variables_keep_their_odds_ratio():
    # 20 30 / 40 10 has the odds ratio 1/6. With all margins a half the corners are a and ½ - a,
    # and (a / (½ - a))² = 1/6, so a = ½ / (1 + √6); each of 20 young men stands for a/.20.
    corner = 0.5 / (1 + sqrt(6))
    weights = rake([SEX, AGE], HALVES)
    assert weights[0] == pytest.approx(corner / 0.20)
    assert weights[20] == pytest.approx((0.5 - corner) / 0.30)
    assert weights[50] == pytest.approx((0.5 - corner) / 0.40)
    assert weights[90] == pytest.approx(corner / 0.10)


def test_names_tables_and_counts_do_as_well():
    by_order = rake([SEX, AGE], HALVES)
    targets = {"age": {"young": 400, "old": 400}, "sex": {"m": 7, "f": 7}}
    np.testing.assert_allclose(rake({"sex": SEX, "age": AGE}, targets), by_order, atol=1e-6)
    np.testing.assert_allclose(rake(pd.DataFrame({"sex": SEX, "age": AGE}), targets), by_order, atol=1e-6)


@given(st.data())
def test_every_margin_is_met_and_the_mean_is_one(data):
    n = data.draw(st.integers(6, 40))
    labels = [[*"ab", *data.draw(st.lists(st.sampled_from("ab"), min_size=n, max_size=n))] for _ in range(2)]
    # Every combination occurs, so weights exist.
    labels = [labels[0] + list("aabb"), labels[1] + list("abab")]
    shares = [data.draw(st.floats(0.1, 0.9)) for _ in range(2)]
    weights = rake(labels, [{"a": share, "b": 1 - share} for share in shares], max_iterations=1000)
    assert weights.mean() == pytest.approx(1)
    for column, share in zip(labels, shares, strict=True):
        assert weights[np.array(column) == "a"].sum() / weights.sum() == pytest.approx(share, abs=1e-6)


def test_base_weights_are_kept_where_the_targets_allow():
    weights = rake([["a", "a", "b", "b"]], [{"a": 1, "b": 1}], base_weights=[3, 1, 2, 2])
    assert weights.tolist() == pytest.approx([1.5, 0.5, 1, 1])


def test_groups_without_an_answer_are_named_and_left_out():
    found = weights_to_audience({"tier": ["A", "A", "A", "B"]}, {"tier": {"A": 50, "B": 50, "C": 10}})
    assert found.missing == (("tier", "C"),)
    assert found.weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
    # Kish: 4² / (3 · 4/9 + 4) = 3.
    assert found.effective_n == pytest.approx(3)
    assert effective_size([]) == 0


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: rake([["a", "b"]], [{"a": 1}]), "category b has no target"),
        (lambda: rake([["a", "a"]], [{"a": 1, "b": 1}]), "Nobody answered in the category b"),
        (lambda: rake([["a"]], [{"a": 0}]), "not all 0"),
        (lambda: rake([["a"], ["x", "y"]], [{"a": 1}, {"x": 1, "y": 1}]), "category of each respondent"),
        (lambda: rake([[]], [{"a": 1}]), "category of each respondent"),
        (lambda: rake([], []), "its categories and its targets"),
        (lambda: rake({"sex": ["m"]}, [{"m": 1}]), "both go by name"),
        (lambda: rake({"sex": ["m"]}, {"age": {"m": 1}}), "its categories and its targets"),
        (lambda: rake([["a"]], [{"a": 1}], base_weights=[0]), "above 0"),
        # Every man is young and every woman old: no weights make half of one and a third of the other.
        (lambda: rake([list("mmff"), list("yyoo")], [{"m": 1, "f": 1}, {"y": 1, "o": 2}]), "No weights meet"),
    ],
)
def test_targets_that_cannot_be_met_are_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
