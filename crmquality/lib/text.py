"""Text as people search it, and lists as they read them."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Literal

import opencc
from django.utils.translation import pgettext


def normalised(text: str) -> str:
    """`text` in NFKC and lower case, outer blanks removed; '' for blank text.

    >>> normalised("  ＡＣＭＥ 上海 ")
    'acme 上海'
    """
    return unicodedata.normalize("NFKC", text).lower().strip()


@cache
def _converter(way: str) -> opencc.OpenCC:
    return opencc.OpenCC(way)


def converted(way: Literal["s2t", "t2s"], text: str) -> str:
    """The text from simplified to traditional characters, or back.

    >>> converted("s2t", "价格太高"), converted("t2s", "價格太高")
    ('價格太高', '价格太高')
    """
    return _converter(way).convert(text)


def grams(text: str) -> list[str]:
    """The distinct 1- and 2-grams of `text`, sorted; [] for ''. As SQL's customers_grams().

    >>> grams("上海上")
    ['上', '上海', '海', '海上']
    """
    return sorted({text[i : i + n] for n in (1, 2) for i in range(len(text) - n + 1)})


def phone_key(text: str) -> str:
    """The last eight digits of a phone number, '' for fewer than five: how a caller is found.

    Country codes, blanks and signs are written in many ways; the end of a number is not.
    Extensions do not count. As SQL's customers_phone_keys().

    >>> phone_key("+86 138-0013-8000"), phone_key("(021) 6123 4567 转 802"), phone_key("n/a")
    ('00138000', '61234567', '')
    """
    number = re.split("ext|x|转|轉|分机|分機|#", normalised(text))[0]
    digits = re.sub("[^0-9]", "", number)
    return digits[-8:] if len(digits) >= 5 else ""


def enumerated(names: Iterable[object]) -> str:
    """The names in a row, with the reader's comma between them (in Chinese "、"); '' for none.

    >>> enumerated(["phone", "e-mail"])
    'phone, e-mail'
    """
    return pgettext("between the names of a list", ", ").join(map(str, names))
