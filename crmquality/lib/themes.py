"""What many texts have in common: themes, the words used most, and what only one asks for.

Takes any texts with dates and customers: comments of surveys, complaints, notes of visits.
Pure and the same every time: the one random start is seeded.
"""

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .words import clauses_of, plain, terms_in

Floats = NDArray[np.float64]
Polarity = Literal["negative", "neutral", "positive"]

ENOUGH_FOR_THEMES = 50
COMMON_FROM = 5  # customers
MOST_WORDS = 30
MOST_TERMS = 4000
QUOTES = 3


@dataclass(frozen=True)
class Remark:
    """One text: when, of which customer (None: nobody knows, counted as one of its own), how meant."""

    text: str
    on: dt.date | None = None
    customer: Hashable = None
    polarity: Polarity | None = None


@dataclass(frozen=True)
class Counted:
    """A word or phrase, in how many remarks it stands and of how many customers."""

    term: str
    remarks: int
    customers: int


@dataclass(frozen=True)
class Theme:
    """What some remarks speak of. Remarks and quotes are positions in the list that was read."""

    words: tuple[str, ...]
    """What marks it, strongest first; the first two or three name it."""
    remarks: tuple[int, ...]
    """Most typical first. A remark may speak of several themes."""
    quotes: tuple[int, ...]
    """The most typical, of different customers and not the same text twice."""
    customers: int
    by_month: dict[str, int]
    """Dated remarks by "YYYY-MM", every month from the first to the last of all that were read."""
    by_polarity: dict[Polarity, int]
    """Only remarks whose polarity is given."""
    is_common: bool
    """Whether at least 5 customers speak of it."""

    @property
    def is_problem(self) -> bool:
        """Whether more of those who gave a score were unhappy than happy."""
        return self.by_polarity["negative"] > self.by_polarity["positive"]


@dataclass(frozen=True)
class Reading:
    """See `read`."""

    themes: tuple[Theme, ...]
    individual: tuple[int, ...]
    words: tuple[Counted, ...]
    no_themes_because: Literal["too_few", "nothing_in_common"] | None
    n: int


def polarity(score: float | None) -> Polarity | None:
    """How a remark is meant, by the score of 0-100 given with it; nothing is read out of the words.

    Below 60 negative, from 80 positive, as elsewhere for dissatisfied and satisfied; None for none.

    >>> polarity(40), polarity(75), polarity(80), polarity(None)
    ('negative', 'neutral', 'positive', None)
    """
    if score is None or isnan(score):
        return None
    if not 0 <= score <= 100:
        raise ValueError("A score must lie between 0 and 100.")
    return "negative" if score < 60 else "positive" if score >= 80 else "neutral"


def read(remarks: Sequence[Remark], seed: int = 0) -> Reading:
    """The themes of the remarks, most customers first, the words used most, and individual needs.

    `n`: remarks that have words. From 50 of these themes are found by non-negative factors of
    TF-IDF weights, about one for every 25 remarks, 3 to 12; with fewer, or where remarks share no
    words, there are no themes and `no_themes_because` says why. A remark speaks of a theme if a
    third of its weight lies there and it uses one of the theme's words. `individual`: positions of
    remarks that speak of no theme that is common to 5 customers. `words`: up to 30 words and phrases.
    Words are in simplified Chinese or lower case.

    >>> reading = read([Remark("送货慢", customer=1), Remark("送貨太慢！", customer=2)])
    >>> reading.no_themes_because, reading.words[0]
    ('too_few', Counted(term='送货慢', remarks=2, customers=2))

    Source: Lee and Seung (1999), Nature 401; scikit-learn.
    """
    clauses = [clauses_of(remark.text) for remark in remarks]
    terms = _with_plurals_folded([list(chain.from_iterable(found)) for found in clauses])
    n = sum(map(bool, terms))
    words = _most_used(remarks, _with_plurals_folded([terms_in(found) for found in clauses]))
    vocabulary = _vocabulary(terms, n)
    if n < ENOUGH_FOR_THEMES or len(vocabulary) < 3:
        because: Literal["too_few", "nothing_in_common"] = "too_few" if n < ENOUGH_FOR_THEMES else "nothing_in_common"
        return Reading((), tuple(i for i, found in enumerate(terms) if found), words, because, n)
    loadings, strengths = _factors(terms, vocabulary, min(max(n // 25, 3), 12), seed)
    months = _months(remark.on for remark in remarks)
    themes = [
        _theme(remarks, terms, loading, share, _strongest(vocabulary, strength), months)
        for loading, share, strength in zip(loadings.T, _shares(loadings).T, strengths, strict=True)
    ]
    themes = sorted((theme for theme in themes if theme.remarks), key=lambda theme: -theme.customers)
    common = {i for theme in themes if theme.is_common for i in theme.remarks}
    individual = tuple(i for i, found in enumerate(terms) if found and i not in common)
    return Reading(tuple(themes), individual, words, None if themes else "nothing_in_common", n)


def _most_used(remarks: Sequence[Remark], terms: list[list[str]]) -> tuple[Counted, ...]:
    """The terms of at least two remarks; a phrase stands for its words where these say nothing more."""
    counts = Counter(term for found in terms for term in found)
    customers: dict[str, set[Hashable]] = {}
    for i, found in enumerate(terms):
        for term in found:
            if counts[term] > 1:
                customers.setdefault(term, set()).add(_customer(remarks, i))
    ranked = sorted(customers, key=lambda term: (-counts[term], -len(customers[term]), -len(term), term))
    chosen: list[str] = []
    for term in ranked:
        if len(chosen) < MOST_WORDS and not any(term in other and counts[other] == counts[term] for other in chosen):
            chosen.append(term)
    return tuple(Counted(term, counts[term], len(customers[term])) for term in chosen)


def _vocabulary(terms: list[list[str]], n: int) -> list[str]:
    """Terms that at least three remarks share and that do not stand in nearly all."""
    counts = Counter(term for found in terms for term in found)
    shared = [term for term, count in counts.items() if 3 <= count <= 0.8 * n]
    return sorted(sorted(shared, key=lambda term: (-counts[term], term))[:MOST_TERMS])


def _factors(terms: list[list[str]], vocabulary: list[str], number: int, seed: int) -> tuple[Floats, Floats]:
    """How much each remark speaks of each theme, and how strong each term is in it."""
    # Two seconds to load, which only those who ask for themes should wait for.
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(analyzer=lambda found: found, vocabulary=vocabulary).fit_transform(terms)
    model = NMF(min(number, len(vocabulary)), init="nndsvda", random_state=seed, max_iter=500)
    return model.fit_transform(weights), model.components_


def _shares(loadings: Floats) -> Floats:
    """The loadings of every remark as shares of their sum; 0 for a remark without any."""
    sums = loadings.sum(axis=1, keepdims=True)
    return np.divide(loadings, sums, out=np.zeros_like(loadings), where=sums > 0)


def _strongest(vocabulary: list[str], strength: Floats) -> list[str]:
    """The up to 15 terms that mark a theme: the weak ones are there by accident."""
    order = np.argsort(-strength, kind="stable")[:15]
    return [vocabulary[i] for i in order if strength[i] >= 0.1 * strength.max()]


def _theme(
    remarks: Sequence[Remark],
    terms: list[list[str]],
    loadings: Floats,
    shares: Floats,
    strongest: list[str],
    months: list[str],
) -> Theme:
    marks = set(strongest)
    members = [int(i) for i in np.argsort(-loadings, kind="stable") if shares[i] >= 1 / 3 and marks & set(terms[i])]
    customers = len({_customer(remarks, i) for i in members})
    dated = Counter(on.strftime("%Y-%m") for i in members if (on := remarks[i].on))
    meant = Counter(remarks[i].polarity for i in members)
    signs: tuple[Polarity, ...] = ("negative", "neutral", "positive")
    return Theme(
        words=tuple(_without_repeats(strongest)[:8]),
        remarks=tuple(members),
        quotes=_quotes(remarks, members),
        customers=customers,
        by_month={month: dated[month] for month in months},
        by_polarity={sign: meant[sign] for sign in signs},
        is_common=customers >= COMMON_FROM,
    )


def _quotes(remarks: Sequence[Remark], members: list[int]) -> tuple[int, ...]:
    chosen: list[int] = []
    seen: set[Hashable] = set()
    for i in members:
        keys = {("customer", _customer(remarks, i)), ("text", plain(remarks[i].text).strip())}
        if len(chosen) < QUOTES and not keys & seen:
            chosen.append(i)
            seen |= keys
    return tuple(chosen)


def _without_repeats(strongest: list[str]) -> list[str]:
    """Without those that are part of a stronger one, or have one as a part."""
    kept: list[str] = []
    for term in strongest:
        if not any(term in other or other in term for other in kept):
            kept.append(term)
    return kept


def _with_plurals_folded(terms: list[list[str]]) -> list[list[str]]:
    """English plurals as the singular where that is used as well."""
    used = {term for found in terms for term in found}
    folded = {term: single for term in used for single in _singulars(term) if single in used}
    return [list(dict.fromkeys(folded.get(term, term) for term in found)) for found in terms]


def _singulars(term: str) -> list[str]:
    endings = [("ies", "y"), ("es", ""), ("s", "")]
    return [term[: -len(end)] + single for end, single in endings if len(term) > 4 and term.endswith(end)]


def _months(days: Iterable[dt.date | None]) -> list[str]:
    """Every month from the first to the last day, as "YYYY-MM"; [] for no day."""
    numbers = [day.year * 12 + day.month - 1 for day in days if day]
    return [f"{i // 12:04}-{i % 12 + 1:02}" for i in range(min(numbers), max(numbers) + 1)] if numbers else []


def _customer(remarks: Sequence[Remark], i: int) -> Hashable:
    customer = remarks[i].customer
    return ("remark", i) if customer is None else ("customer", customer)
