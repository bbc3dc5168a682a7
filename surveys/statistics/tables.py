"""Cross-tables, and whether what they show is more than chance."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2_contingency, fisher_exact

Floats = NDArray[np.float64]

SMALL = 5


@dataclass(frozen=True)
class Independence:
    """See `independence`. `expected` and `small` have the shape of the table."""

    test: Literal["chi_square", "fisher"]
    statistic: float
    """Pearson's chi-square, also beside Fisher's test."""
    degrees_of_freedom: int
    p_value: float
    cramers_v: float
    """How strong the relation is: 0 none, 1 as strong as can be."""
    expected: Floats
    small: NDArray[np.bool_]
    """Cells of which fewer than 5 answers are expected."""
    is_reliable: bool
    """False where so many cells are small that the p-value is only a hint."""
    n: int


def independence(counts: ArrayLike) -> Independence | None:
    """Whether rows and columns of a table of counts have to do with each other.

    Pearson's chi-square without correction; for two rows by two columns with a small cell Fisher's
    exact test, two-sided. Rows and columns without any answer do not count. By Cochran's rule
    chi-square is reliable while no expected cell is under 1 and at most a fifth are under 5. None if
    fewer than two rows or columns have answers. ValueError unless the table is of counts.

    >>> found = independence([[10, 10, 20], [20, 20, 20]])
    >>> round(found.statistic, 4), found.degrees_of_freedom, round(found.p_value, 4), found.test
    (2.7778, 2, 0.2494, 'chi_square')

    Source: Pearson (1900); Fisher (1935), The Design of Experiments; Cochran (1954), Biometrics 10(4);
    the example is that of scipy.stats.
    """
    table = np.asarray(counts, dtype=float)
    if table.ndim != 2 or not np.isfinite(table).all() or (table < 0).any() or (table != np.round(table)).any():
        raise ValueError("A cross-table needs rows and columns of whole counts of at least 0.")
    filled = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(filled.shape) < 2:
        return None
    found = chi2_contingency(filled, correction=False)
    within, n = np.asarray(found.expected_freq), filled.sum()
    exact = filled.shape == (2, 2) and bool((within < SMALL).any())
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    return Independence(
        test="fisher" if exact else "chi_square",
        statistic=float(found.statistic),
        degrees_of_freedom=int(found.dof),
        p_value=float(fisher_exact(filled.astype(int)).pvalue if exact else found.pvalue),
        cramers_v=float(np.sqrt(found.statistic / n / (min(filled.shape) - 1))),
        expected=expected,
        small=expected < SMALL,
        is_reliable=exact or bool((within >= 1).all() and (within < SMALL).mean() <= 0.2),
        n=int(n),
    )
