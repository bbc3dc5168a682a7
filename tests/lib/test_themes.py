"""Themes of many remarks, and what is said where there are few."""

import datetime as dt

import pytest

from crmquality.lib.themes import Counted, Remark, polarity, read

LATE = ["送货不准时，等了很久", "又不准时，仓库等货", "送貨不準時", "交货不准时，生产停了"]
DEAR = ["价格太贵", "价格比同行贵", "价格贵，没有优惠", "價格太貴了"]
PAPERS = ["invoice wrong again", "The invoices are wrong", "wrong invoice, sent back", "invoice had a wrong name"]


def remarks_of(*phrases, each=20, polarity="negative"):
    """`each` remarks of every list of phrases, each of a customer of its own, a month apart in turn."""
    return [
        Remark(texts[i % len(texts)], dt.date(2026, 1 + i % 3, 5), (number, i), polarity)
        for number, texts in enumerate(phrases)
        for i in range(each)
    ]


def test_themes_in_both_languages_are_told_apart():
    remarks = remarks_of(LATE, DEAR, PAPERS)
    reading = read(remarks)
    assert (reading.n, reading.no_themes_because) == (60, None)
    found = {frozenset(theme.remarks) for theme in reading.themes}
    assert found == {frozenset(range(20)), frozenset(range(20, 40)), frozenset(range(40, 60))}
    marks = [set(theme.words[:2]) for theme in reading.themes]
    assert any("不准时" in words for words in marks)
    assert {"价格", "贵"} in marks and {"invoice", "wrong"} in marks
    assert all(theme.is_common and theme.is_problem and theme.customers == 20 for theme in reading.themes)
    assert reading.individual == ()


def test_the_same_remarks_read_the_same_every_time():
    remarks = remarks_of(LATE, DEAR, PAPERS, ["包装破损", "外箱破损，包装差"])
    assert read(remarks) == read(remarks)


def test_quotes_are_of_different_customers_and_different_words():
    remarks = [Remark("送货不准时", customer="x")] * 10 + remarks_of(LATE, DEAR, PAPERS)
    for theme in read(remarks).themes:
        quoted = [remarks[i] for i in theme.quotes]
        assert len(quoted) == 3
        assert len({remark.customer for remark in quoted}) == len({remark.text for remark in quoted}) == 3
        assert set(theme.quotes) <= set(theme.remarks)


def test_remarks_are_counted_over_time_with_the_empty_months():
    remarks = [*remarks_of(LATE, DEAR, PAPERS), Remark("贵", dt.date(2026, 5, 31)), Remark("贵")]
    theme = next(theme for theme in read(remarks).themes if "贵" in theme.words)
    # Undated ones are in the theme and in no month.
    assert theme.by_month == {"2026-01": 7, "2026-02": 7, "2026-03": 6, "2026-04": 0, "2026-05": 1}
    assert len(theme.remarks) == 22 and theme.customers == 22


def test_a_theme_is_a_problem_by_the_scores_given_with_it():
    remarks = remarks_of(LATE, DEAR) + remarks_of(PAPERS, polarity="positive")
    by_word = {theme.words[0]: theme for theme in read(remarks).themes}
    praised = next(theme for words, theme in by_word.items() if words in {"invoice", "wrong"})
    assert praised.by_polarity == {"negative": 0, "neutral": 0, "positive": 20}
    assert not praised.is_problem
    assert not read(remarks_of(LATE, DEAR, PAPERS, polarity=None)).themes[0].is_problem


def test_what_few_ask_for_is_an_individual_need():
    wish = Remark("想要印我们自己的标志", customer="one")
    same = [Remark("礼盒要绿色丝带", customer="two")] * 6
    reading = read([*remarks_of(LATE, DEAR, PAPERS), wish, *same])
    # Six remarks of one customer are no common problem.
    assert reading.individual == tuple(range(60, 67))
    assert all(not theme.is_common for theme in reading.themes if 61 in theme.remarks)


def test_below_fifty_words_are_counted_and_the_reason_said():
    remarks = [
        Remark("送货慢", customer=1),
        Remark("送貨太慢！", customer=2),
        Remark("送货慢", customer=2),
        Remark("…"),
    ]
    reading = read(remarks)
    assert (reading.themes, reading.no_themes_because, reading.n) == ((), "too_few", 3)
    # The phrase says all that its words say.
    assert reading.words == (Counted("送货慢", 3, 2),)
    assert reading.individual == (0, 1, 2)


def test_nothing_in_common_is_said_too():
    reading = read([Remark(chr(0x4E00 + 7 * i) * 2) for i in range(60)])
    assert (reading.themes, reading.no_themes_because) == ((), "nothing_in_common")
    assert read([]).no_themes_because == "too_few"


def test_a_plural_counts_as_its_singular():
    counted = {word.term: word.remarks for word in read([Remark("invoices"), Remark("invoice"), Remark("boxes")]).words}
    assert counted == {"invoice": 2}


def test_a_remark_of_nobody_known_counts_as_one_customer():
    assert read([Remark("慢"), Remark("慢"), Remark("慢", customer=1)]).words == (Counted("慢", 3, 3),)


def test_polarity_is_the_score_and_no_guess():
    assert [polarity(score) for score in (0, 59.9, 60, 79.9, 80, 100)] == [
        "negative",
        "negative",
        "neutral",
        "neutral",
        "positive",
        "positive",
    ]
    assert polarity(None) is None
    assert polarity(float("nan")) is None
    with pytest.raises(ValueError, match="between 0 and 100"):
        polarity(101)
