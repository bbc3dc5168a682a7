"""Weights from judgements and from data, against published examples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.weights import ahp, blend_linear, blend_multiplicative, combine_experts, critic, entropy

# Saaty (1980), buying a house: size, transport, neighbourhood, age, yard, facilities, condition, financing.
HOUSE = [
    [1, 5, 3, 7, 6, 6, 1 / 3, 1 / 4],
    [1 / 5, 1, 1 / 3, 5, 3, 3, 1 / 5, 1 / 7],
    [1 / 3, 3, 1, 6, 3, 4, 6, 1 / 5],
    [1 / 7, 1 / 5, 1 / 6, 1, 1 / 3, 1 / 4, 1 / 7, 1 / 8],
    [1 / 6, 1 / 3, 1 / 3, 3, 1, 1 / 2, 1 / 5, 1 / 6],
    [1 / 6, 1 / 3, 1 / 4, 4, 2, 1, 1 / 5, 1 / 6],
    [3, 5, 1 / 6, 7, 5, 5, 1, 1 / 2],
    [4, 7, 5, 8, 6, 6, 2, 1],
]
positive = st.floats(0.1, 10)
weight_sets = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(positive, min_size=width, max_size=width), min_size=1, max_size=4)
)


def consistent(weights: list[float]) -> np.ndarray:
    return np.divide.outer(np.array(weights), np.array(weights))


def test_ahp_gives_saaty_s_weights_of_the_house():
    result = ahp(HOUSE)
    published = [0.173, 0.054, 0.188, 0.018, 0.031, 0.036, 0.167, 0.333]
    np.testing.assert_allclose(result.weights, published, atol=6e-4)
    assert result.lambda_max == pytest.approx(9.669, abs=5e-4)
    assert result.consistency_index == pytest.approx(0.238, abs=5e-4)
    assert result.consistency_ratio == pytest.approx(0.169, abs=5e-4)


def test_ahp_names_the_judgement_that_saaty_names():
    # Saaty (2003): neighbourhood against condition, given as 6, ought to be 1 / 2.18.
    i, j, value = ahp(HOUSE).worst_judgement
    assert (i, j) == (2, 6)
    assert value == pytest.approx(1 / 2.18, abs=0.005)


@settings(deadline=None)
@given(st.lists(positive, min_size=3, max_size=9), st.data())
def test_one_wrong_judgement_is_found_and_put_right(weights, data):
    i = data.draw(st.integers(0, len(weights) - 2))
    j = data.draw(st.integers(i + 1, len(weights) - 1))
    matrix = consistent(weights)
    right = matrix[i, j]
    matrix[i, j], matrix[j, i] = right * 5, 1 / (right * 5)
    found = ahp(matrix).worst_judgement
    if len(weights) > 3:  # among three any one could be the wrong one
        assert found[:2] == (i, j)
        assert found[2] == pytest.approx(right, rel=1e-6)
    matrix[found[0], found[1]], matrix[found[1], found[0]] = found[2], 1 / found[2]
    assert ahp(matrix).consistency_ratio == pytest.approx(0, abs=1e-9)


@settings(deadline=None)
@given(st.lists(positive, min_size=1, max_size=15))
def test_consistent_judgements_give_their_weights_back(weights):
    result = ahp(consistent(weights))
    np.testing.assert_allclose(result.weights, np.array(weights) / sum(weights), rtol=1e-9)
    assert result.lambda_max == pytest.approx(len(weights))
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert result.worst_judgement is None


def test_two_criteria_are_always_consistent():
    result = ahp([[1, 4], [0.25, 1]])
    assert result.weights.round(9).tolist() == [0.8, 0.2]
    assert result.consistency_ratio == result.consistency_index == 0


def test_judgements_rounded_to_two_digits_are_accepted():
    assert ahp([[1, 0.33, 3], [3, 1, 7], [0.33, 0.14, 1]]).consistency_ratio < 0.1


def test_experts_combine_into_reciprocal_judgements():
    both = combine_experts([[[1, 3, 9], [1 / 3, 1, 3], [1 / 9, 1 / 3, 1]], np.ones((3, 3))])
    np.testing.assert_allclose(both * both.T, 1)
    np.testing.assert_allclose(both[0], [1, 3**0.5, 3])
    np.testing.assert_allclose(combine_experts([HOUSE]), HOUSE)


def test_entropy_gives_hwang_and_yoon_s_weights_of_the_fighter_aircraft():
    # Hwang and Yoon (1981): speed, range, payload, cost, reliability, manoeuvrability of four aircraft.
    aircraft = [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ]
    published = [0.0649, 0.2055, 0.0133, 0.0829, 0.3570, 0.2764]
    # The book rounds every entropy to four digits before it weighs.
    np.testing.assert_allclose(entropy(aircraft), published, atol=0.002)


def test_entropy_gives_a_constant_column_exactly_nothing():
    # 0.1 three times adds up to a rounding error; taken as it comes the weight would be 1e-16.
    weights = entropy([[0.1, 1, 0], [0.1, 2, 0], [0.1, 4, 0]])
    assert weights.tolist() == [0.0, 1.0, 0.0]


def test_a_column_with_one_value_above_nought_tells_most():
    assert entropy([[0, 1], [0, 2], [5, 3]])[0] > 0.9


def test_critic_gives_the_weights_of_its_authors_example():
    # Diakoulaki, Mavrotas and Papayannakis (1995): profitability, market share and productivity of
    # eight firms; the digits beyond the paper's are those of scikit-criteria.
    firms = [
        [61, 1.08, 4.33],
        [20.7, 0.26, 4.34],
        [16.3, 1.98, 2.53],
        [9, 3.29, 1.65],
        [5.4, 2.77, 2.33],
        [4, 4.12, 1.21],
        [-6.1, 3.52, 2.10],
        [-34.6, 3.31, 0.98],
    ]
    np.testing.assert_allclose(critic(firms, ["benefit"] * 3), [0.20222554, 0.48090173, 0.31687273], atol=5e-9)
    as_cost = np.array(firms) * [1, -1, 1]
    np.testing.assert_allclose(critic(as_cost, ["benefit", "cost", "benefit"]), critic(firms, ["benefit"] * 3))


def test_critic_gives_a_constant_column_nothing():
    assert critic([[1, 3, 5], [2, 1, 5], [3, 2, 5]], ["benefit", "cost", "cost"])[2] == 0


def test_blends_of_one_set_are_that_set():
    for blend in (blend_linear, blend_multiplicative):
        np.testing.assert_allclose(blend([[30, 50, 20]]), [0.3, 0.5, 0.2])
        np.testing.assert_allclose(blend([[0.3, 0.5, 0.2]] * 3, shares=[1, 2, 3]), [0.3, 0.5, 0.2])


def test_a_share_of_nought_leaves_a_set_out():
    for blend in (blend_linear, blend_multiplicative):
        np.testing.assert_allclose(blend([[0.3, 0.7], [1, 0]], shares=[1, 0]), [0.3, 0.7])


def test_the_multiplicative_blend_is_a_geometric_mean():
    product = np.sqrt([0.6 * 0.2, 0.3 * 0.3, 0.1 * 0.5])
    np.testing.assert_allclose(blend_multiplicative([[0.6, 0.3, 0.1], [0.2, 0.3, 0.5]]), product / product.sum())


@settings(deadline=None)
@given(weight_sets)
def test_blended_weights_are_weights(sets):
    for blend in (blend_linear, blend_multiplicative):
        weights = blend(sets)
        assert (weights >= 0).all()
        assert weights.sum() == pytest.approx(1)


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=2, max_size=12))
def test_weights_from_data_do_not_depend_on_the_order_or_unit_of_anything(rows):
    table = np.round(np.array(rows), 1)
    if np.ptp(table, axis=0).min() == 0:
        return
    np.testing.assert_allclose(entropy(table[::-1] * [1, 10, 0.1]), entropy(table), atol=1e-6)
    directions = ["benefit", "cost", "benefit"]
    try:
        weights = critic(table, directions)
    except ValueError:  # all columns say exactly the same
        return
    assert weights.sum() == pytest.approx(1)
    again = critic((table[::-1] * [1, 10, 0.1])[:, ::-1], directions)
    if weights.min() > 1e-3:
        np.testing.assert_allclose(again[::-1], weights, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: ahp([[1, 2]]), "square"),
        (lambda: ahp([]), "square"),
        (lambda: ahp([[1, 2], [2, 1]]), "reciprocal"),
        (lambda: ahp([[2, 1], [1, 1]]), "reciprocal"),
        (lambda: ahp([[1, -2], [-0.5, 1]]), "above 0"),
        (lambda: ahp([[1, np.nan], [1, 1]]), "above 0"),
        (lambda: ahp(np.ones((16, 16))), "15 criteria"),
        (lambda: combine_experts([]), "at least one"),
        (lambda: combine_experts([np.ones((2, 2)), np.ones((3, 3))]), "same size"),
        (lambda: entropy([[1, 2]]), "two rows"),
        (lambda: entropy([[1, 2], [np.nan, 2]]), "all values known"),
        (lambda: entropy([[1, -2], [1, 2]]), "at least 0"),
        (lambda: entropy([[1, 2], [1, 2]]), "varies"),
        (lambda: critic([[1, 2], [2, 1]], ["benefit"]), "direction"),
        (lambda: critic([[1, 2], [2, 1]], ["benefit", "up"]), "direction"),
        (lambda: critic([[1, 2], [1, 2]], ["benefit", "cost"]), "vary"),
        (lambda: critic([[1, 1], [2, 2]], ["benefit", "benefit"]), "differ"),
        (lambda: blend_linear([[0, 0]]), "not all 0"),
        (lambda: blend_linear([[1, -1]]), "at least 0"),
        (lambda: blend_linear([[1, 1]], shares=[1, 2]), "one for every set"),
        (lambda: blend_linear([[1, 1]], shares=[0]), "not all be 0"),
        (lambda: blend_multiplicative([[1, 0], [0, 1]]), "in common"),
    ],
)
def test_what_gives_no_weights_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
