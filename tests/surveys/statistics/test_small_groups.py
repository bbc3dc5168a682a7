"""Small groups stay hidden, also from those who subtract."""

from collections import Counter
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from surveys.statistics import hidden_groups, suppress


def test_a_small_group_takes_the_smallest_other_with_it():
    found = suppress([40, 3, 12, 9])
    assert found.cells.tolist() == [False, True, False, True]
    assert not found.total


def test_nothing_is_hidden_where_nothing_is_small():
    assert not suppress([5, 6, 7]).cells.any()
    assert not suppress([[5, 6], [7, 8]]).cells.any()
    assert suppress([]).total


def test_empty_groups_need_no_company():
    assert suppress([8, 0, 6]).cells.tolist() == [False, True, False]
    # Three and nobody are three.
    assert suppress([8, 0, 3]).cells.tolist() == [True, True, True]


def test_a_few_small_groups_may_hide_each_other():
    assert suppress([30, 3, 4]).cells.tolist() == [False, True, True]
    assert suppress([30, 2, 2]).cells.tolist() == [True, True, True]


def test_too_few_altogether_are_hidden_altogether():
    found = suppress([2, 2])
    assert found.cells.all() and found.total


def test_a_cell_of_a_table_hides_a_rectangle():
    found = suppress([[20, 3, 9], [10, 30, 8], [9, 9, 9]])
    assert found.cells.sum() == 4 and found.cells[0, 1]
    assert not found.rows.any() and not found.columns.any()


def test_a_small_row_is_hidden_with_its_sum():
    found = suppress([[1, 2], [20, 30], [25, 9]])
    assert found.cells[0].all() and found.rows[0]
    assert found.rows.sum() == 2 and not found.total


@settings(deadline=None)
@given(arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(0, 15)))
def test_whoever_knows_all_that_is_shown_still_cannot_tell(counts):
    found = suppress(counts)
    assert found.cells[counts < 5].all()
    assert found.rows[counts.sum(axis=1) < 5].all() and found.columns[counts.sum(axis=0) < 5].all()
    full = np.block([[counts, counts.sum(axis=1, keepdims=True)], [counts.sum(axis=0), counts.sum()]])
    hidden = np.block([[found.cells, found.rows[:, None]], [found.columns, np.array(found.total)]])
    lines = [*zip(full, hidden, strict=True), *zip(full.T, hidden.T, strict=True)]
    for numbers, is_hidden in lines:
        rest = numbers[:-1][is_hidden[:-1]]
        assert is_hidden[-1] or rest.sum() == 0 or (rest.sum() >= 5 and (rest > 0).sum() >= 2)


def test_a_group_nearly_filled_by_another_breakdown_hides_that():
    # West lies in blue and would leave one of it over; red lies in east likewise.
    counts = {("east", "red"): 6, ("east", "blue"): 1, ("west", "blue"): 9}
    assert hidden_groups(counts) == [set(), {"red", "blue"}]


def test_breakdowns_that_cross_are_left_alone():
    counts = {(segment, tier): 6 for segment in "xyz" for tier in "AB"}
    assert hidden_groups(counts) == [set(), set()]
    assert hidden_groups({}) == []
    assert hidden_groups({("x",): 3, ("y",): 9, ("z",): 12}) == [{"x", "y"}]


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 3), max_size=40))
def test_no_group_minus_groups_of_another_breakdown_leaves_a_few(respondents):
    hidden = hidden_groups(Counter(respondents))
    shown = [
        {label: {i for i, labels in enumerate(respondents) if labels[column] == label} for label in "abc"}
        for column in range(len(hidden))
    ]
    shown = [
        [members for label, members in groups.items() if members and label not in hidden[column]]
        for column, groups in enumerate(shown)
    ]
    assert all(len(members) >= 5 for groups in shown for members in groups)
    everybody = set(range(len(respondents)))
    for outer in [[everybody], *shown]:
        for inner in shown:
            unions = chain.from_iterable(combinations(inner, size) for size in (1, 2, 3))
            for members in map(lambda sets: set().union(*sets), unions):  # noqa: C417
                rests = [len(group - members) for group in outer if members <= group]
                assert all(rest == 0 or rest >= 5 for rest in rests)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: suppress([[[1]]]), "a list or a table"),
        (lambda: suppress([np.nan]), "a list or a table"),
        (lambda: suppress([-1]), "whole numbers"),
        (lambda: suppress([1.5]), "whole numbers"),
        (lambda: hidden_groups({("a",): 1, ("a", "b"): 2}), "label of each breakdown"),
    ],
)
def test_what_is_no_list_or_table_of_groups_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()
