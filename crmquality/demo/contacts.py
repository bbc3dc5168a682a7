"""The people at the customers, and what they agreed to."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .names import ENGLISH_FIRST, ENGLISH_SECOND, FIRST, GIVEN_NAMES, SECOND, SURNAMES
from .scene import NO_DAY, Scene
from .streams import pick

MOST = 5
# How the characters of SURNAMES, FIRST and SECOND are read, for mail addresses.
READ = [
    syllables.split()
    for syllables in (
        (
            "lin he shen gu lu cheng su xu ye fang bai jiang wen jian tang yun qiao song qin zhang lu yue shi liu ji"
            " liang xia luo kang"
        ),
        (
            "cheng he lan ling rong yan tang luo yu mu ji yun zhi qiao yi ming han wei jing zhan xu di chang yi yuan"
            " yang xi ran feng peng"
        ),
        (
            "ting lan luan mo zhou xi shuo chuan heng hong cen ye lin du bai xu heng qiao yi lu ting yuan xi shi fan"
            " xia yu qiao li yan"
        ),
    )
]
ROLES = ("decision_maker", "user", "other")
# Job titles of each role, in Chinese and in English.
TITLES = (
    (
        ("采购经理", "总经理", "采购总监", "运营总监"),
        ("仓库主管", "生产主管", "门店经理", "品质主管"),
        ("财务", "行政", "采购助理"),
    ),
    (
        ("Purchasing manager", "Managing director", "Head of purchasing", "Operations director"),
        ("Warehouse supervisor", "Production supervisor", "Store manager", "Quality manager"),
        ("Accounts", "Office manager", "Purchasing assistant"),
    ),
)
REFUSABLE = np.array(["phone", "email", "wechat"])
PURPOSES = ("service", "surveys", "marketing", "profiling")
ASKED = np.array([0.55, 0.75, 0.60, 0.15])
AGREES = np.array([0.98, 0.90, 0.72, 0.55])
SOURCES = (
    ("合同附件", "展会登记表", "网站表单", "电话确认"),
    ("Contract annex", "Form at a trade fair", "Web form", "Said on the phone"),
)


@dataclass(frozen=True)
class People:
    """The contacts of a chunk, by customer: `first` is the row of each customer's first, the primary one."""

    contacts: pd.DataFrame
    consents: pd.DataFrame
    first: np.ndarray
    each: np.ndarray
    position: np.ndarray
    left_on: np.ndarray


def people(scene: Scene) -> People:
    """Draw who works at every customer; a private customer is his own contact."""
    random = scene.random("contacts")
    each = 1 + random.binomial(MOST - 1, np.array([0.60, 0.45, 0.30, 0.20])[scene.tier_now])
    each = np.where(scene.is_person, 1, each)
    first = np.cumsum(each) - each
    customer = np.repeat(np.arange(scene.size), each)
    place = np.arange(len(customer)) - first[customer]
    since, left_on = _stays(scene, random, customer, place)
    role = np.where(place == 0, pick(random, np.array([0.85, 0.15]), len(place)), 1 + random.integers(0, 2, len(place)))
    role = np.where((place == 1) & (random.random(len(place)) < 0.3), 0, role)
    contacts = pd.DataFrame(
        {
            "contact": np.arange(1, len(customer) + 1),
            "customer": scene.numbers[customer],
            **_called(scene, random, customer, place, role),
            "role": pd.Categorical.from_codes(role, pd.Index(ROLES)),
            "is_primary": place == 0,
            "left_on": left_on.astype("datetime64[s]"),
            "opted_out": _refused(random, len(place)),
            "since": since.astype("datetime64[s]"),
        }
    )
    consents = _consents(scene, random, contacts, customer, since)
    return People(contacts, consents, first, each, customer, left_on)


def _stays(
    scene: Scene, random: np.random.Generator, customer: np.ndarray, place: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Since when each is known, and when some left: never the primary one."""
    start, today = scene.known_on[customer], scene.horizon.today
    life = np.maximum((today - start).astype("int64"), 1)
    since = start + np.where(place == 0, 0, random.random(len(place)) * life * 0.5).astype("timedelta64[D]")
    left = since + (random.random(len(place)) * (today - since).astype("int64")).astype("timedelta64[D]")
    recent = left >= scene.horizon.first_day
    return since, np.where((place > 0) & recent & (random.random(len(place)) < 0.2), left, NO_DAY)


def _called(
    scene: Scene, random: np.random.Generator, customer: np.ndarray, place: np.ndarray, role: np.ndarray
) -> dict[str, Any]:
    """Name, title, numbers, address and language. Neither the numbers nor the domains can exist.

    No mobile phone begins with 100 in China, no country has +999, and .example is reserved.
    """
    dice = random.integers(0, 1 << 30, size=(len(customer), 4)).tolist()
    columns: dict[str, list[str]] = {name: [] for name in ("name", "title", "email", "phone", "mobile", "language")}
    rows = zip(customer.tolist(), place.tolist(), role.tolist(), dice, strict=True)
    has_mobile = (random.random(len(customer)) < 0.8).tolist()
    for row, (at, nth, part, (one, two, three, four)) in enumerate(rows):
        number, abroad, is_person = int(scene.numbers[at]), bool(scene.overseas[at]), bool(scene.is_person[at])
        name, mailbox = _english(one, two, three) if abroad else _chinese(one, two, three)
        if is_person:
            name, mailbox = scene.named.name[at], "me"
        titles = TITLES[abroad][part]
        columns["name"].append(name)
        columns["title"].append("" if is_person else titles[four % len(titles)])
        columns["email"].append(f"{mailbox}@c{number:05d}.example")
        columns["phone"].append(
            "" if is_person else switchboard(number, abroad) + (f" ext. {800 + nth}" if abroad else f" 转 {800 + nth}")
        )
        columns["mobile"].append(mobile(number, nth + 1, abroad) if is_person or has_mobile[row] else "")
        columns["language"].append("en" if abroad else "zh-hant" if four % 25 == 0 else "zh-hans")
    return columns


def _chinese(surname: int, first: int, second: int) -> tuple[str, str]:
    family, one, two = surname % len(SURNAMES), first % len(FIRST), second % len(SECOND)
    is_short = second % 4 == 0
    given, read = (FIRST[one], READ[1][one]) if is_short else (FIRST[one] + SECOND[two], READ[1][one] + READ[2][two])
    return SURNAMES[family] + given, f"{read}.{READ[0][family]}"


def _english(given: int, first: int, second: int) -> tuple[str, str]:
    name = GIVEN_NAMES[given % len(GIVEN_NAMES)]
    family = ENGLISH_FIRST[first % len(ENGLISH_FIRST)] + ENGLISH_SECOND[second % len(ENGLISH_SECOND)]
    return f"{name} {family}", f"{name}.{family}".lower()


def switchboard(number: int, abroad: bool) -> str:
    return mobile(number, 0, abroad)


def mobile(number: int, nth: int, abroad: bool) -> str:
    """A number of its own for every person: its last eight digits are how a caller is found."""
    digits = f"{number * 10 + nth:08d}"
    return f"+999 {digits[:-4]} {digits[-4:]}" if abroad else f"+86 100 {digits[:-4]} {digits[-4:]}"


def _refused(random: np.random.Generator, size: int) -> list[list[str]]:
    """The channels by which each wants nothing; most have none."""
    refuses = random.random((size, len(REFUSABLE))) < np.array([0.025, 0.05, 0.015])
    return [REFUSABLE[row].tolist() for row in refuses]


def _consents(
    scene: Scene, random: np.random.Generator, contacts: pd.DataFrame, customer: np.ndarray, since: np.ndarray
) -> pd.DataFrame:
    """Return contact, customer, purpose, is_given, source, given_on; some take back what they agreed to."""
    shape = (len(contacts), len(PURPOSES))
    asked, agreed = random.random(shape) < ASKED, random.random(shape) < AGREES
    row, purpose = np.nonzero(asked)
    given = agreed[row, purpose]
    known = np.maximum(since[row], scene.horizon.first_day)
    day = np.minimum(known + random.integers(0, 21, len(row)).astype("timedelta64[D]"), scene.horizon.today)
    back = np.flatnonzero(given & (purpose > 0) & (random.random(len(row)) < 0.05))
    later = day[back] + random.integers(60, 700, len(back)).astype("timedelta64[D]")
    back, later = back[later < scene.horizon.today], later[later < scene.horizon.today]
    source = random.integers(0, 4, len(row))
    rows = np.append(row, row[back])
    frame = pd.DataFrame(
        {
            "contact": contacts["contact"].to_numpy()[rows],
            "customer": contacts["customer"].to_numpy()[rows],
            "purpose": pd.Categorical.from_codes(np.append(purpose, purpose[back]), pd.Index(PURPOSES)),
            "is_given": np.append(given, np.zeros(len(back), dtype=bool)),
            "source": [
                SOURCES[int(abroad)][index]
                for abroad, index in zip(
                    scene.overseas[customer[rows]], np.append(source, np.full(len(back), 3)), strict=True
                )
            ],
            "given_on": np.append(day, later).astype("datetime64[s]"),
        }
    )
    return frame.sort_values(["contact", "purpose", "given_on"], kind="stable", ignore_index=True)
