"""Words of what people write, in both languages."""

import pytest
import rjieba

from crmquality.lib.words import clauses_of, plain, terms_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("慢", ["慢"]),
        ("贵！", ["贵"]),
        ("好", ["好"]),
        ("送货总是不准时", ["送货", "不准时"]),
        ("送貨總是不準時", ["送货", "不准时"]),
        ("价格太贵了，发货很慢", ["价格", "贵", "发货", "慢"]),
        ("不太满意，态度不太好", ["不满意", "态度", "不好"]),
        ("没有说明书", ["没说明书"]),
        ("加了微信也不回", ["加", "微信", "不回"]),
        ("订单 A12-7 少了 3 件", ["订单", "少"]),
        ("Delivery wasn't on time!", ["delivery", "not on time"]),
        ("I can't reach support; it’s never polite.", ["not reach", "support", "not polite"]),
        ("ＩＮＶＯＩＣＥ 错误", ["invoice", "错误"]),
        ("!!! 123 😀", []),
        ("", []),
    ],
)
def test_words_carry_meaning_and_denials_stay_with_what_they_deny(text, words):
    assert words_of(text) == words


def test_phrases_do_not_cross_a_mark_of_punctuation():
    assert clauses_of("发票错误，送货慢") == [["发票", "错误"], ["送货", "慢"]]
    assert terms_of("发票错误，送货慢") == ["发票", "发票错误", "错误", "送货", "送货慢", "慢"]
    assert terms_of("slow reply. slow reply") == ["slow", "slow reply", "reply"]


def test_plain_text_is_simplified_and_lower_case():
    assert plain("說明書 ＰＤＦ") == "说明书 pdf"


def test_the_words_of_this_field_are_lent_to_nobody():
    assert words_of("不准时") == ["不准时"]
    assert not rjieba.has_word("不准时")
