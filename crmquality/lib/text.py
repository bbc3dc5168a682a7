"""Text as people search it."""

import unicodedata


def normalised(text: str) -> str:
    """`text` in NFKC and lower case, outer blanks removed; '' for blank text.

    >>> normalised("  ＡＣＭＥ 上海 ")
    'acme 上海'
    """
    return unicodedata.normalize("NFKC", text).lower().strip()


def grams(text: str) -> list[str]:
    """The distinct 1- and 2-grams of `text`, sorted; [] for ''. As SQL's customers_grams().

    >>> grams("上海上")
    ['上', '上海', '海', '海上']
    """
    return sorted({text[i : i + n] for n in (1, 2) for i in range(len(text) - n + 1)})
