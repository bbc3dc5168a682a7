"""Amounts of money: as people write them, and as whole minor units."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

SIGNS = re.compile(r"[£€$¥₩₹₽฿元圆圓]|\b(?:US|HK|NT|CN|JP|[A-Z]{3})(?=[\s\d$¥]|$)|(?<=\d)(?:[A-Z]{3})$")
DOLLARS = frozenset({
    "USD", "AUD", "NZD", "CAD", "HKD", "SGD", "TWD", "BND", "FJD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP", "CUP",
    "BRL", "BBD", "BMD", "BSD", "BZD", "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD",
})  # fmt: skip
# A sign that several countries use stands for each of them.
MEANS = {
    "$": DOLLARS, "US": {"USD"}, "HK": {"HKD"}, "NT": {"TWD"},
    "¥": {"CNY", "JPY"}, "CN": {"CNY"}, "JP": {"JPY"}, "RMB": {"CNY"},
    "元": {"CNY", "HKD", "TWD"}, "圆": {"CNY", "JPY"}, "圓": {"CNY", "HKD", "TWD", "JPY"},
    "£": {"GBP", "GIP", "FKP", "SHP", "EGP", "LBP", "SYP", "SDG", "SSP"},
    "€": {"EUR"}, "₩": {"KRW", "KPW"}, "₹": {"INR"}, "₽": {"RUB"}, "฿": {"THB"},
}  # fmt: skip
SPACES = re.compile(r"[\s'’_]")
THOUSANDS_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3})+")
# Far above any price and far below what would make arithmetic slow.
LARGEST = Decimal(10) ** 13


@lru_cache
def digits_of(currency: str) -> int:
    """How many decimals `currency` has: GBP 2, JPY 0, KWD 3."""
    return int(get_currency_precision(currency))


@lru_cache
def is_currency(code: str) -> bool:
    return code in list_currencies()


def to_minor(amount: Decimal, digits: int) -> int:
    """`amount` in minor units, halves away from zero, as PostgreSQL rounds numeric.

    >>> to_minor(Decimal("2.555"), 2), to_minor(Decimal("-2.555"), 2)
    (256, -256)
    """
    return int(amount.scaleb(digits).quantize(Decimal(1), ROUND_HALF_UP))


def parse_amount(text: str) -> Decimal:
    """The number in `text`, exact; ValueError if there is none.

    A comma before groups of three digits separates thousands ("1,234"), any other single comma
    is the decimal comma ("12,5"); of two different separators the last is the decimal one.

    >>> [str(parse_amount(t)) for t in ("£1,234.50", "1.234,50 €", "１２．５０", "(3.20)", "¥1'000")]
    ['1234.50', '1234.50', '12.50', '-3.20', '1000']
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper().replace("−", "-")
    is_negative = plain.startswith("(") and plain.endswith(")")
    plain = SPACES.sub("", SIGNS.sub("", plain.strip("()").strip()))
    if plain.endswith("-"):
        plain, is_negative = plain[:-1], True
    plain = _with_point(plain)
    if not re.fullmatch(r"[+-]?(\d{1,40}(\.\d{0,20})?|\.\d{1,20})(E[+-]?\d{1,2})?", plain):
        raise ValueError("not a number")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if abs(amount) > LARGEST:
        raise ValueError("out of range")
    return -amount if is_negative else amount


def currencies_meant(text: str) -> frozenset[str] | None:
    """The currencies that the signs and codes beside an amount can mean; None where there is none.

    >>> currencies_meant("US$5"), sorted(currencies_meant("¥3,000")), currencies_meant("7.50")
    (frozenset({'USD'}), ['CNY', 'JPY'], None)
    """
    signs = SIGNS.findall(unicodedata.normalize("NFKC", text).strip().upper())
    if not signs:
        return None
    return frozenset.intersection(*(frozenset(MEANS.get(sign, {sign})) for sign in signs))


def _with_point(plain: str) -> str:
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma < 0:
        return plain.replace(".", "") if plain.count(".") > 1 else plain
    if point > comma:
        return plain.replace(",", "")
    if point >= 0:
        return plain.replace(".", "").replace(",", ".")
    if THOUSANDS_COMMA.fullmatch(plain.lstrip("+-")):
        return plain.replace(",", "")
    return plain.replace(",", ".")


def parse_count(text: str) -> int:
    """The whole number in `text` ("6", "1,200", "６.0"); ValueError if it is none.

    >>> parse_count("-1,200")
    -1200
    """
    amount = parse_amount(text)
    if amount != amount.to_integral_value():
        raise ValueError("not a whole number")
    return int(amount)
