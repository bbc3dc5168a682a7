"""Groups too small to be shown, and those that must be hidden with them.

A hidden group can be had by subtraction: everybody minus the groups that are shown. So what is
hidden must leave, in every sum that is shown, at least two groups open and as many answers as a group
needs to be shown.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import null_space

Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]

MINIMUM_GROUP = 5


@dataclass(frozen=True)
class Suppressed:
    """What to hide: `cells` in the shape of the counts, the sums of rows and of columns, the total.

    Of a list of groups `rows` and `columns` are empty.
    """

    cells: Mask
    rows: Mask
    columns: Mask
    total: bool


def suppress(counts: ArrayLike, minimum: int = MINIMUM_GROUP) -> Suppressed:
    """Which groups of a list, or cells and sums of a table of groups by groups, must be hidden.

    `counts` are respondents. Hidden is every group of fewer than `minimum` (also the empty ones,
    which need no company), and the smallest others, one by one, until no hidden group follows from
    what is shown with the sums, and no remainder of a shown sum is of 1 to `minimum` - 1. Ties: the
    earlier. ValueError unless the counts are a list or a table of whole numbers of at least 0.

    >>> suppress([40, 3, 12, 9]).cells.tolist()
    [False, True, False, True]
    >>> found = suppress([[20, 3], [10, 30]])
    >>> found.cells.tolist(), found.rows.tolist(), found.total
    ([[True, True], [True, True]], [False, False], False)

    Source: complementary cell suppression, Willenborg and de Waal (2001), Elements of Statistical
    Disclosure Control, 8; greedy, so not the fewest possible.
    """
    numbers = np.asarray(counts, dtype=float)
    if numbers.ndim not in (1, 2) or not np.isfinite(numbers).all():
        raise ValueError("Groups must be a list or a table of counts.")
    if (numbers < 0).any() or (numbers != np.round(numbers)).any():
        raise ValueError("Counts must be whole numbers of at least 0.")
    with_sums = _with_sums(numbers.astype(np.int64))
    hidden = _hidden(with_sums.ravel(), _sums(with_sums.shape), minimum).reshape(with_sums.shape)
    if numbers.ndim == 1:
        nothing = np.zeros(0, dtype=bool)
        return Suppressed(hidden[:-1], nothing, nothing, bool(hidden[-1]))
    return Suppressed(hidden[:-1, :-1], hidden[:-1, -1], hidden[-1, :-1], bool(hidden[-1, -1]))


def hidden_groups(counts: Mapping[tuple[Hashable, ...], int], minimum: int = MINIMUM_GROUP) -> list[set[Hashable]]:
    """For each breakdown of the same respondents the groups to hide, so that no two tables tell one.

    `counts`: respondents by their labels in all breakdowns (segment, tier, team ...), as a GROUP BY
    gives them. Each breakdown is suppressed as by `suppress`; further, where shown groups of one lie
    wholly in a shown group of another and leave 1 to `minimum` - 1 of it over, their smallest is
    hidden. In the order of the labels; none for no respondents. ValueError if the labels are not
    equally many.

    >>> hidden_groups({("east", "red"): 6, ("east", "blue"): 1, ("west", "blue"): 9}) == [set(), {"red", "blue"}]
    True
    """
    if len({len(labels) for labels in counts}) > 1:
        raise ValueError("Every combination needs a label of each breakdown.")
    columns = range(len(next(iter(counts), ())))
    sizes = [_sizes(counts, column) for column in columns]
    hidden = [_hidden_in(size, set(), minimum) for size in sizes]
    while (told := _told_across(counts, sizes, hidden, minimum)) is not None:
        column, label = told
        hidden[column] = _hidden_in(sizes[column], hidden[column] | {label}, minimum)
    return hidden


def _sizes(counts: Mapping[tuple[Any, ...], int], *columns: int) -> Counter[Any]:
    """Respondents by the label, or pair of labels, of these columns."""
    sizes: Counter[Any] = Counter()
    for labels, n in counts.items():
        chosen = tuple(labels[column] for column in columns)
        sizes[chosen if len(columns) > 1 else chosen[0]] += n
    return sizes


def _hidden_in(sizes: Counter[Any], already: set[Any], minimum: int) -> set[Any]:
    """The labels of one breakdown to hide, given that some are hidden already."""
    counts = np.array([*sizes.values(), sizes.total()], dtype=np.int64)
    start = np.array([*(label in already for label in sizes), False], dtype=bool)
    hidden = _hidden(counts, [np.arange(len(counts))], minimum, start)
    return {label for label, is_hidden in zip(sizes, hidden[:-1], strict=True) if is_hidden}


def _told_across(
    counts: Mapping[tuple[Any, ...], int],
    sizes: list[Counter[Any]],
    hidden: list[set[Any]],
    minimum: int,
) -> tuple[int, Any] | None:
    """A breakdown and its smallest group of those that nearly fill a group of another breakdown."""
    for outer, inner in permutations(range(len(sizes)), 2):
        within: dict[Any, list[Any]] = {}
        for (group, part), n in _sizes(counts, outer, inner).items():
            if n and n == sizes[inner][part] and group not in hidden[outer] and part not in hidden[inner]:
                within.setdefault(group, []).append(part)
        for group, parts in within.items():
            if 0 < sizes[outer][group] - sum(sizes[inner][part] for part in parts) < minimum:
                return inner, min(parts, key=lambda part: sizes[inner][part])
    return None


def _with_sums(counts: Integers) -> Integers:
    """The counts with their sums as a last entry of every axis."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def _sums(shape: tuple[int, ...]) -> list[Integers]:
    """The positions of every row and column, the sum last."""
    places = np.arange(np.prod(shape)).reshape(shape)
    return [places] if places.ndim == 1 else [*places, *places.T]


def _hidden(counts: Integers, sums: list[Integers], minimum: int, already: Mask | None = None) -> Mask:
    hidden = counts < minimum
    if already is not None:
        hidden |= already
    while (exposed := _exposed(counts, sums, hidden, minimum)) is not None:
        hidden[exposed] = True
    return hidden


def _exposed(counts: Integers, sums: list[Integers], hidden: Mask, minimum: int) -> int | None:
    """The next entry to hide: one beside a group that can be had by subtraction.

    A sum only where no other is left; rather one that closes a rectangle; then the smallest.
    """
    needy = [line for line in sums if _leaves_few(counts, line, hidden, minimum)]
    if not needy:
        told = _told(sums, hidden) & (counts > 0)
        needy = [line for line in sums if told[line].any()]
    beside = Counter(int(place) for line in needy for place in line if not hidden[place] and counts[place])
    ends = {int(line[-1]) for line in sums}
    return min(beside, key=lambda place: (place in ends, -beside[place], counts[place], place), default=None)


def _leaves_few(counts: Integers, line: Integers, hidden: Mask, minimum: int) -> bool:
    """Whether a row or column has a single hidden entry, or leaves too few over when subtracted."""
    filled = line[hidden[line] & (counts[line] > 0)]
    return len(filled) == 1 or (not hidden[line[-1]] and 0 < counts[filled].sum() < minimum)


def _told(sums: list[Integers], hidden: Mask) -> Mask:
    """Which hidden entries have only one value that fits what is shown."""
    unknown = np.flatnonzero(hidden)
    told = np.zeros_like(hidden)
    if unknown.size:
        equations = np.zeros((len(sums), hidden.size))
        for equation, line in zip(equations, sums, strict=True):
            equation[line[:-1]], equation[line[-1]] = 1, -1
        free = null_space(equations[:, unknown])
        told[unknown] = (np.abs(free) < 1e-9).all(axis=1)
    return told
