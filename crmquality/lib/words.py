"""The words of what people write, Chinese and English, as themes and counts need them.

Text is made NFKC, simplified and lower case; Chinese is cut by jieba's method with the words of
this field added; one-character words (慢, 贵, 好) stay. A negation is one word with what it denies.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import rjieba

from .text import converted

_lists = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
STOP_WORDS = frozenset(" ".join(_lists["stop"].values()).split())
DENIALS = {word: written for written, words in _lists["denials"].items() for word in words.split()}

# The dictionary has 太贵 for a word; it is 贵 said loudly.
LOUDLY = re.compile("^(不?)[太很最更挺](?=[贵慢差高低大小长短多少远久快难乱脏旧重轻薄厚硬软烂好]$)")


@cache
def _tokenizer() -> rjieba.Jieba:
    # One of our own: the module's would lend these words to everybody.
    tokenizer = rjieba.Jieba()
    for word in _lists["added"].split():
        tokenizer.add_word(word, None, None)
    for word in _lists["removed"].split():
        tokenizer.add_word(word, 0, None)
    return tokenizer


def plain(text: str) -> str:
    """The text in NFKC, simplified characters and lower case.

    >>> plain("送貨 ＯＫ")
    '送货 ok'
    """
    return converted("t2s", unicodedata.normalize("NFKC", text)).lower()


def words_of(text: str) -> list[str]:
    """The words of a text that carry meaning, in order; [] for none.

    >>> words_of("送貨不準時，價格太貴，態度不太好"), words_of("The invoices weren't clear, delivery slow.")
    (['送货', '不准时', '价格', '贵', '态度', '不好'], ['invoices', 'not clear', 'delivery', 'slow'])
    """
    return [word for clause in clauses_of(text) for word in clause]


def terms_of(text: str) -> list[str]:
    """The words and the phrases of two words within a clause, each once, in order.

    >>> terms_of("发票 错误"), terms_of("Slow delivery")
    (['发票', '发票错误', '错误'], ['slow', 'slow delivery', 'delivery'])
    """
    return terms_in(clauses_of(text))


def terms_in(clauses: Iterable[list[str]]) -> list[str]:
    """As `terms_of`, of clauses that are cut already."""
    found: dict[str, None] = {}
    for clause in clauses:
        for word, following in pairwise([*clause, ""]):
            found[word] = None
            if following:
                found[joined(word, following)] = None
    return list(found)


def clauses_of(text: str) -> list[list[str]]:
    """The words of each clause: what stands between two marks of punctuation."""
    written = re.sub(r"\bcan['’]t\b|n['’]t\b", " not ", plain(text))
    # "On" means nothing, but not here.
    written = re.sub(r"\bon[ -]time\b", "on_time", written)
    clauses = re.split(r"[^\w\s'’&+/-]+", written)
    return [words for clause in clauses if (words := _words(_tokenizer().cut(clause)))]


def joined(word: str, following: str) -> str:
    """Two words as they are written: with a blank unless both are Chinese."""
    return word + following if _is_chinese(word[-1]) and _is_chinese(following[0]) else f"{word} {following}"


def _words(tokens: Iterable[str]) -> list[str]:
    words, denial = [], ""
    for token in map(_meaning, tokens):
        if token in DENIALS:
            denial = DENIALS[token]
        elif token:
            words.append(denial + token)
            denial = ""
    return words


@lru_cache(100_000)
def _meaning(token: str) -> str:
    """The token as it is counted; "" for a mark, a number, a code, a single letter or a stop word."""
    word = LOUDLY.sub(r"\1", token)
    means = re.fullmatch(r"[^\W\d]+", word) and (len(word) > 1 or _is_chinese(word)) and word not in STOP_WORDS
    return word.replace("_", " ") if means else ""


def _is_chinese(character: str) -> bool:
    return "㐀" <= character <= "鿿"
