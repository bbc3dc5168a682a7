"""How many to ask, against published tables."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.statistics import allocate, margin_of_error, sample_size


@pytest.mark.parametrize(
    ("population", "size"), [(10, 10), (100, 80), (200, 132), (300, 169), (1000, 278), (5000, 357), (20000, 377)]
)
def test_sizes_are_those_of_krejcie_and_morgan(population, size):
    # Krejcie and Morgan (1970), Educational and Psychological Measurement 30, table 1, where it rounds up.
    assert sample_size(population, 0.05) == size


def test_without_an_end_it_is_cochran_s_385():
    assert sample_size(None, 0.05) == 385
    assert sample_size(None, 0.03) == 1068
    assert sample_size(None, 0.05, confidence=0.99) == 664
    assert sample_size(None, 0.05, proportion=0.1) == 139


def test_one_is_asked_at_least():
    assert sample_size(1, 0.05) == 1
    assert sample_size(None, 0.99, proportion=0.01) == 1


def test_margins_by_hand():
    # 1.959964 · √(.25/1000) = .03099; of 500: 1.959964 · √(.25/200) · √(300/499) = .05373.
    assert margin_of_error(1000) == pytest.approx(0.03099, abs=1e-5)
    assert margin_of_error(200, 500) == pytest.approx(0.05373, abs=1e-5)
    assert margin_of_error(500, 500) == 0
    assert margin_of_error(1, 1) == 0


@given(st.integers(2, 100_000), st.floats(0.01, 0.5))
def test_the_size_for_a_margin_keeps_it(population, margin):
    # Cochran's size and margin differ by N against N - 1.
    found = margin_of_error(sample_size(population, margin), population)
    assert found <= margin * (population / (population - 1)) ** 0.5 + 1e-6


def test_proportion_first_and_then_the_largest_remainders():
    assert allocate(10, [50, 30, 20]) == [5, 3, 2]
    # Quotas 3.33 each: the one left goes to the earliest.
    assert allocate(10, [7, 7, 7]) == [4, 3, 3]
    # Quotas 4.8, 3.6, 1.6: the remainders .8 and then the earlier .6.
    assert allocate(10, [12, 9, 4]) == [5, 4, 1]


def test_a_minimum_raises_only_those_below_it():
    assert allocate(100, [900, 80, 20], minimum=15) == [70, 15, 15]
    assert allocate(20, [100, 3], minimum=5) == [17, 3]
    # Raising the last leaves 10 for the others, 7.5 and 2.5, so the second is raised too.
    assert allocate(13, [30, 10, 1, 0], minimum=3) == [9, 3, 1, 0]


def test_nothing_is_divided_among_nobody():
    assert allocate(0, []) == []
    assert allocate(0, [0, 0]) == [0, 0]
    assert allocate(6, [1, 2, 3]) == [1, 2, 3]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(0, 100), st.integers(0, 10))
def test_shares_add_up_and_stay_within_their_strata(sizes, percent, minimum):
    total = sum(sizes) * percent // 100
    if sum(min(minimum, size) for size in sizes) > total:
        with pytest.raises(ValueError, match="minimum"):
            allocate(total, sizes, minimum)
        return
    shares = allocate(total, sizes, minimum)
    assert sum(shares) == total
    assert all(min(minimum, size) <= share <= size for share, size in zip(shares, sizes, strict=True))
    if not minimum and sum(sizes):
        quotas = [Fraction(total * size, sum(sizes)) for size in sizes]
        assert all(abs(share - quota) < 1 for share, quota in zip(shares, quotas, strict=True))


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: sample_size(100, 0), "between 0 and 1"),
        (lambda: sample_size(100, 0.05, proportion=1), "between 0 and 1"),
        (lambda: sample_size(0, 0.05), "at least one"),
        (lambda: sample_size(100, 0.05, confidence=95), "between 0 and 1"),
        (lambda: margin_of_error(0), "at least one answer"),
        (lambda: margin_of_error(10, 9), "larger than its population"),
        (lambda: margin_of_error(10, proportion=2), "between 0 and 1"),
        (lambda: allocate(10, [5, 4]), "fewer than the sample"),
        (lambda: allocate(-1, [5]), "at least 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
