"""What customers and the company agreed on: contracts, needs that were named, projects done together."""

import numpy as np
import pandas as pd

from .catalogue import SEGMENTS
from .deals import rounded
from .horizon import DAY
from .scene import NO_DAY, Scene, workday
from .wording import LINE_NAMES, lines_of, sentence

# Who has a yearly contract: the share by segment, more in the upper tiers.
UNDER_CONTRACT = {"Manufacturer": 0.42, "Hospitality": 0.38, "Retail chain": 0.22}
BY_TIER = np.array([2.0, 1.5, 0.9, 0.35])
YEAR = 365
CONTRACTS = (
    ("{line}年度供货服务合同", "{line}补货维护合同"),
    ("Yearly supply of {line}", "Restocking service for {line}"),
)
NEEDS = (
    (
        "希望{line}按门店分拣后送货。",
        "需要小批量、每周两次的{line}补货。",
        "要求{line}使用可回收材料并提供证明。",
        "希望有专人处理发票和对账。",
        "{line}需要印本公司标志。",
        "想要提前一天的到货通知。",
        "节假日前后需要保证{line}库存。",
    ),
    (
        "{line} sorted by store before delivery.",
        "Small lots of {line} twice a week.",
        "{line} of recyclable material, with proof.",
        "One person for invoices and statements.",
        "{line} printed with their logo.",
        "A day's notice before each delivery.",
        "Stock of {line} held for the holidays.",
    ),
)
PROJECTS = (
    (
        ("{line}减量包装联合开发", "双方品质部门每两周开一次例会。"),
        ("供应链库存共享试点", "每天交换一次库存数据。"),
        ("{line}新品共创", "客户的门店先试用，意见汇总后定型。"),
        ("联合降本项目", "目标三年内把单件成本降一成。"),
    ),
    (
        ("Lighter {line}, developed together", "Both quality teams meet every two weeks."),
        ("Shared stock data, pilot", "Stock is exchanged every day."),
        ("New {line} made with the customer", "Their sites try it first."),
        ("Saving cost together", "A tenth less a piece within three years."),
    ),
)


def _said(scene: Scene, texts: tuple, customer: np.ndarray, which: np.ndarray, line: np.ndarray) -> list:
    """Each one's text in the customer's language, about that product line."""
    rows = zip(scene.overseas[customer].astype("int64").tolist(), which.tolist(), line.tolist(), strict=True)
    return [_filled(texts[language][index], LINE_NAMES[language][about]) for language, index, about in rows]


def _filled(text: str | tuple[str, ...], line: str) -> str | tuple[str, ...]:
    if isinstance(text, str):
        return sentence(text.format(line=line))
    return tuple(sentence(part.format(line=line)) for part in text)


def contracts(scene: Scene) -> pd.DataFrame:
    """Contracts of a year, renewed again and again until the customer turns away."""
    random, today = scene.random("contracts"), scene.horizon.today
    share = np.array([UNDER_CONTRACT.get(each.name, 0.0) for each in SEGMENTS])[scene.nature.segment]
    signs = (random.random(scene.size) < share * BY_TIER[scene.tier_now]) & ~scene.nature.is_prospect
    customer = np.flatnonzero(signs & ~scene.nature.tries_once)
    begin = np.maximum(scene.nature.started_on, scene.horizon.first_day)[customer]
    begin = begin + random.integers(10, 240, len(customer)) * DAY
    line, name = lines_of(scene, random, customer), random.integers(0, 2, len(customer))
    year = _yearly(scene)[customer] * (0.1 + 0.25 * random.random(len(customer)))
    # Most say some weeks before the end whether they go on.
    notice = random.integers(0, 60, len(customer)) * DAY
    rows = []
    while len(customer):
        here = (begin <= today) & ~scene.is_leaving(customer, begin)
        customer, begin, line, name, year, notice = (each[here] for each in (customer, begin, line, name, year, notice))
        end = begin + (YEAR - 1) * DAY
        decided = end - notice <= today
        stays = ~scene.is_leaving(customer, np.minimum(end, today)) & (random.random(len(customer)) < 0.94)
        rows.append(
            pd.DataFrame(
                {
                    "customer": scene.numbers[customer],
                    "name": _said(scene, CONTRACTS, customer, name, line),
                    "line": line + 1,
                    "starts_on": begin.astype("datetime64[s]"),
                    "ends_on": end.astype("datetime64[s]"),
                    "is_renewed": pd.Series(stays, dtype="boolean").mask(~decided),
                    "amount": rounded(year),
                }
            )
        )
        goes_on = stays & (end < today)
        customer, line, name, notice = customer[goes_on], line[goes_on], name[goes_on], notice[goes_on]
        begin, year = end[goes_on] + DAY, year[goes_on] * 1.04
    return pd.concat(rows, ignore_index=True).sort_values(["customer", "starts_on"], kind="stable", ignore_index=True)


def _yearly(scene: Scene) -> np.ndarray:
    """Fen of business a year, over the time there were orders."""
    total = np.bincount(scene.draft.customer, weights=scene.fen, minlength=scene.size)
    begin = np.maximum(scene.nature.started_on, scene.horizon.first_day)
    return total / np.maximum((scene.horizon.today - begin).astype("int64") / YEAR, 0.5)


def needs(scene: Scene) -> pd.DataFrame:
    """What customers said they need; the content had more of it met."""
    random, today = scene.random("needs"), scene.horizon.today
    each = random.poisson(np.array([1.6, 1.0, 0.6, 0.35])[scene.tier_now] * ~scene.is_person)
    customer = np.repeat(np.arange(scene.size), each)
    begin = np.maximum(scene.nature.started_on, scene.horizon.first_day)[customer]
    days = np.maximum((today - begin).astype("int64"), 1)
    raised = np.minimum(begin + (random.random(len(customer)) * days).astype("timedelta64[D]"), today)
    gone = scene.is_gone(customer, raised)
    customer, raised = customer[~gone], raised[~gone]
    met = workday(raised + (10 + random.gamma(2, 35, len(raised))).astype("timedelta64[D]"))
    can = random.random(len(raised)) < np.clip(scene.nature.contentment[customer] / 100 - 0.05, 0.2, 0.9)
    can &= (met <= today) & ~scene.is_gone(customer, met)
    line, which = lines_of(scene, random, customer), random.integers(0, len(NEEDS[0]), len(customer))
    frame = pd.DataFrame(
        {
            "customer": scene.numbers[customer],
            "text": _said(scene, NEEDS, customer, which, line),
            "raised_on": raised.astype("datetime64[s]"),
            "met_on": np.where(can, met, NO_DAY).astype("datetime64[s]"),
        }
    )
    frame = frame.sort_values(["customer", "raised_on"], kind="stable")
    return frame.drop_duplicates(["customer", "text"], ignore_index=True)


def projects(scene: Scene) -> pd.DataFrame:
    """What is done together with key accounts, and now and then with the next tier."""
    random, today = scene.random("projects"), scene.horizon.today
    share = np.array([0.45, 0.08, 0.0, 0.0])[scene.tier_now] * (scene.nature.contentment > 66)
    customer = np.flatnonzero((random.random(scene.size) < share) & ~scene.nature.is_prospect & ~scene.is_person)
    begin = np.maximum(scene.nature.started_on, scene.horizon.first_day)[customer]
    days = np.maximum((today - begin).astype("int64"), 1)
    started = begin + (random.random(len(customer)) * days).astype("timedelta64[D]")
    ended = started + random.integers(90, 420, len(customer)) * DAY
    ended = np.fmin(ended, np.maximum(scene.path.leaving_on[customer], started))
    here = ~scene.is_leaving(customer, started)
    customer, started, ended = customer[here], started[here], ended[here]
    line, which = lines_of(scene, random, customer), random.integers(0, len(PROJECTS[0]), len(customer))
    said = _said(scene, PROJECTS, customer, which, line)
    return pd.DataFrame(
        {
            "customer": scene.numbers[customer],
            "name": [name for name, _ in said],
            "started_on": started.astype("datetime64[s]"),
            "ended_on": np.where(ended <= today, ended, NO_DAY).astype("datetime64[s]"),
            "notes": [notes for _, notes in said],
        }
    )
