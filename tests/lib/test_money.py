"""Money as people write it."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmquality.lib.csvsafe import csv_lines, neutral
from crmquality.lib.money import currencies_meant, digits_of, is_currency, parse_amount, parse_count, to_minor


@pytest.mark.parametrize(
    "text, amount",
    [
        ("2.55", "2.55"), ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1 234,56 €", "1234.56"),
        ("¥1,000", "1000"), ("￥１，０００．５", "1000.5"), ("1200元", "1200"), ("RMB 12", "12"), ("USD 3.5", "3.5"),
        ("3.5 GBP", "3.5"), ("US$5", "5"), ("-11062.06", "-11062.06"), ("(12.5)", "-12.5"), ("12-", "-12"), ("−3", "-3"),
        ("1,234", "1234"), ("0,123", "0.123"), ("12,5", "12.5"), ("1.234.567", "1234567"), (".5", "0.5"), ("1e3", "1000"),
        ("1'234.50", "1234.50"),
    ],
)  # fmt: skip
def test_amounts_are_read_exactly(text, amount):
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text, fitting, other",
    [
        ("$5", "USD", "GBP"), ("$5", "AUD", "EUR"), ("US$5", "USD", "AUD"), ("HK$5", "HKD", "USD"), ("¥5", "CNY", "USD"),
        ("￥5", "JPY", "KRW"), ("CN¥5", "CNY", "JPY"), ("5元", "CNY", "JPY"), ("RMB 5", "CNY", "TWD"),
        ("5 €", "EUR", "GBP"), ("USD 5", "USD", "CAD"), ("5CHF", "CHF", "EUR"), ("(£5.00)", "GBP", "USD"),
    ],
)  # fmt: skip
def test_a_sign_says_which_currencies_an_amount_can_be_in(text, fitting, other):
    meant = currencies_meant(text)
    assert meant is not None and fitting in meant and other not in meant
    assert parse_amount(text) in (5, -5)


def test_an_amount_without_a_sign_can_be_in_any_currency_and_one_of_two_signs_in_none():
    assert currencies_meant("1,200.50") is None and currencies_meant("1e3") is None
    assert currencies_meant("USD 5 €") == frozenset()


@pytest.mark.parametrize("text", ["", "abc", "1.2.3,4,5", "--1", "NaN", "Infinity", "1e99", "9" * 50, "=1+1"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_amount(text)


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert parse_amount(text).is_finite()


@given(st.decimals(-(10**9), 10**9, places=2))
def test_plain_decimals_come_back(amount):
    assert parse_amount(f"{amount:,}") == amount or abs(amount) < 1000
    assert to_minor(amount, 2) == int(amount * 100)


def test_minor_units_follow_the_currency():
    assert [digits_of(code) for code in ("GBP", "JPY", "KWD")] == [2, 0, 3]
    assert is_currency("CNY") and not is_currency("XXA")
    assert to_minor(Decimal("0.125"), 2) == 13 and to_minor(Decimal("-0.125"), 2) == -13


def test_counts_are_whole():
    assert parse_count("６") == 6 and parse_count("6.0") == 6
    with pytest.raises(ValueError, match="whole"):
        parse_count("1.5")


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\t=1", " =1", "＝1+1", "|calc"])
def test_formulas_are_made_harmless(cell):
    assert neutral(cell) == "'" + cell


def test_numbers_and_text_stay_as_they_are():
    assert [neutral(cell) for cell in ("-12.5", "+3", "a=b", 5, None)] == ["-12.5", "+3", "a=b", 5, None]
    assert "".join(csv_lines([["名"], ["=1"]])) == "\ufeff名\r\n'=1\r\n"
