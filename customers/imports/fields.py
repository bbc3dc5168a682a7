"""What a column may hold: its type in the database and how a cell becomes a value."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from crmquality.lib.money import is_currency, parse_amount, parse_count
from crmquality.lib.text import normalised

from .dates import parse_date, parse_moment

YES = {"1", "y", "yes", "true", "t", "是", "有", "√"}
NO = {"0", "n", "no", "false", "f", "否", "无", "無", "×"}


@dataclass(frozen=True)
class Reading:
    """What a cell's meaning depends on besides the cell."""

    zone: ZoneInfo
    date_order: str = ""


@dataclass(frozen=True)
class Type:
    """`parse` raises ValueError for a cell that is none of this type."""

    sql: str
    parse: Callable[[str, Reading], Any]
    is_date: bool = False


def _text(cell: str, _reading: Reading) -> str:
    return cell


def _currency(cell: str, _reading: Reading) -> str:
    code = cell.upper()
    if not is_currency(code):
        raise ValueError("not a currency")
    return code


def _tier(cell: str, _reading: Reading) -> str:
    tier = normalised(cell).upper().removesuffix("级").removesuffix("級").strip()
    if tier not in ("A", "B", "C", "D"):
        raise ValueError("not a tier")
    return tier


def _yes_no(cell: str, _reading: Reading) -> bool:
    word = normalised(cell)
    if word in YES | NO:
        return word in YES
    raise ValueError("neither yes nor no")


def _customer_kind(cell: str, _reading: Reading) -> str:
    word = normalised(cell)
    if word in {"person", "individual", "个人", "個人", "个人客户", "b2c"}:
        return "person"
    if word in {"organisation", "organization", "company", "business", "企业", "企業", "公司", "企业客户", "b2b"}:
        return "organisation"
    raise ValueError("neither person nor organisation")


STAGES = {
    "prospect": {"prospect", "潜在", "潜在客户", "潛在客戶"},
    "new": {"new", "新客户", "新客戶"},
    "growing": {"growing", "growth", "成长", "成长期", "成長期"},
    "mature": {"mature", "成熟", "成熟期"},
    "declining": {"declining", "decline", "衰退", "衰退期"},
    "lapsed": {"lapsed", "失效", "失效客户", "失效客戶"},
    "lost": {"lost", "churned", "流失", "流失客户", "流失客戶"},
}


def _stage(cell: str, _reading: Reading) -> str:
    word = normalised(cell)
    for stage, words in STAGES.items():
        if word in words:
            return stage
    raise ValueError("not a stage")


def _moment(cell: str, reading: Reading) -> dt.datetime:
    return parse_moment(cell, reading.zone, reading.date_order)


# "C" order: keys are compared byte by byte, which sorts several times faster.
TEXT_SQL = 'text COLLATE "C"'
TYPES = {
    "text": Type(TEXT_SQL, _text),
    "count": Type("bigint", lambda cell, _reading: parse_count(cell)),
    "money": Type("numeric", lambda cell, _reading: parse_amount(cell)),
    "rate": Type("numeric", lambda cell, _reading: parse_amount(cell)),
    "moment": Type("timestamptz", _moment, is_date=True),
    "date": Type("date", lambda cell, reading: parse_date(cell, reading.date_order), is_date=True),
    "yes_no": Type("boolean", _yes_no),
    "currency": Type(TEXT_SQL, _currency),
    "tier": Type(TEXT_SQL, _tier),
    "stage": Type(TEXT_SQL, _stage),
    "customer_kind": Type(TEXT_SQL, _customer_kind),
}


@dataclass(frozen=True)
class Field:
    """One thing a file of some kind can tell, and the headers it is found under."""

    name: str
    label: str | Promise
    type: str = "text"
    required: bool = False
    max_length: int = 0
    synonyms: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        return TYPES[self.type].sql

    @property
    def is_date(self) -> bool:
        return TYPES[self.type].is_date

    def parse(self, cell: str, reading: Reading) -> Any:
        return TYPES[self.type].parse(cell, reading)
