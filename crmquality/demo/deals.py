"""What customers may buy next, what was lost, and what was agreed on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .catalogue import SEGMENTS, labelled
from .contacts import People
from .horizon import DAY
from .origins import CHANNELS
from .scene import NO_DAY, Scene, workday
from .standing import LAPSED_AFTER
from .streams import pick
from .wording import LINE_NAMES, lines_of, sentence

STAGES = ("Needs · 需求确认", "Proposal · 方案报价", "Negotiation · 商务谈判")
EXISTING = "Existing customer · 老客户"
SOURCES = (*CHANNELS, EXISTING)
KINDS = ("new", "cross_sell", "up_sell")
NEW, CROSS_SELL, UP_SELL = range(3)
OUTCOMES = ("", "won", "lost")
NAMES = (
    ("首次合作：{line}", "新增品类：{line}", "{line}扩量"),
    ("First business: {line}", "{line} in addition", "More {line}"),
)
# Opportunities a year with a customer whose business is all ours.
CHANCES = 0.55
# (kind of reason, reason) by name as in customers.reasons, and how likely among the discontent and the content.
REASONS = (
    ("Price", "Too dear", 0.10, 0.16), ("Price", "Payment terms", 0.03, 0.05),
    ("Quality", "Defects", 0.13, 0.02), ("Quality", "Uneven from batch to batch", 0.10, 0.02),
    ("Delivery", "Too late", 0.26, 0.03), ("Delivery", "Out of stock", 0.07, 0.04),
    ("Poor service", "Slow to answer", 0.10, 0.03), ("Poor service", "Complaint badly handled", 0.08, 0.01),
    ("Competitor", "Better offer", 0.08, 0.20), ("Competitor", "Nearer to the customer", 0.01, 0.08),
    ("Need gone", "Product line given up", 0.01, 0.12), ("Need gone", "Budget cut", 0.01, 0.10),
    ("Closed down", "", 0.01, 0.08), ("Not known", "", 0.01, 0.06),
)  # fmt: skip
REASON_NAMES = tuple((group, name) for group, name, *_ in REASONS)
CLOSED_DOWN = REASON_NAMES.index(("Closed down", ""))
ONCE = ("Need gone", "Bought for one occasion")
COMPETITORS = ("恒屿供应链", "栩川贸易", "Nettleford Supply", "Osierbank Trading", "沐衡包装")
EVIDENCE = (
    ("{who}电话里说的。", "拜访时看到别家的货。", "邮件说明不再续约。", "多次联系未果，同行告知。"),
    (
        "{who} said so on the phone.",
        "Saw another's goods on a visit.",
        "They wrote that they will not renew.",
        "No answer; heard from others.",
    ),
)
WIN_BACKS = ("not_tried", "trying", "won_back", "given_up")


def rounded(fen: np.ndarray) -> np.ndarray:
    """Hundreds of yuan, at least one, in fen: what people guess."""
    return (np.maximum(np.rint(fen / 10_000), 1) * 10_000).astype("int64")


def _worded(
    scene: Scene, texts: Sequence[Sequence[str]], customer: np.ndarray, which: np.ndarray, **slots: Sequence[str]
) -> list[str]:
    """The text of each in the customer's language, its slots filled."""
    abroad = scene.overseas[customer].astype("int64").tolist()
    return [
        sentence(texts[language][index].format_map({name: values[row] for name, values in slots.items()}))
        for row, (language, index) in enumerate(zip(abroad, which.tolist(), strict=True))
    ]


def _line_names(scene: Scene, customer: np.ndarray, line: np.ndarray) -> list[str]:
    names = np.array(LINE_NAMES, dtype=object)
    return names[scene.overseas[customer].astype("int64"), line].tolist()


def _usual_order(scene: Scene) -> np.ndarray:
    """Fen of everybody's mean order, or what one of that segment would be."""
    count = np.bincount(scene.draft.customer, minlength=scene.size)
    total = np.bincount(scene.draft.customer, weights=scene.fen, minlength=scene.size)
    guess = scene.nature.spend * np.array([each.quantity for each in SEGMENTS])[scene.nature.segment] * 3_500
    return np.where(count > 0, total / np.maximum(count, 1), guess)


def opportunities(scene: Scene, crowd: People, channel: np.ndarray) -> pd.DataFrame:
    """The first business with everybody, won, or open with prospects; later ones as the relationship goes."""
    random = scene.random("opportunities")
    customer, kind, opened = _chances(scene, random)
    size, today = len(customer), scene.horizon.today
    wait = (7 + random.gamma(2, 28, size)).astype("timedelta64[D]")
    started = scene.nature.started_on[customer]
    first = (kind == NEW) & ~scene.nature.is_prospect[customer]
    closes = np.where(first, started, workday(opened + wait))
    mood = scene.mood_at(customer, np.minimum(closes, today))
    chance = np.clip(0.06 + 0.66 * (mood - 35) / 55, 0.02, 0.75)
    chance = np.where(scene.is_leaving(customer, closes), chance * 0.3, chance)
    chance = np.where(first, 1.0, np.where(kind == NEW, 0.0, chance))
    won = random.random(size) < chance
    closed = closes <= today
    outcome = np.where(closed, np.where(won, 1, 2), 0)
    elapsed = (today - opened).astype("int64") / np.maximum((closes - opened).astype("int64"), 1)
    stage = np.where(closed, len(STAGES) - 1, np.minimum(elapsed * len(STAGES), len(STAGES) - 1).astype("int64"))
    # What was to be decided is put off now and then: expected before today and still open.
    expected = closes - np.where(random.random(size) < 0.3, random.integers(5, 25, size), 0) * DAY
    line = lines_of(scene, random, customer)
    amount = _usual_order(scene)[customer] * np.exp(random.normal(0.9, 0.5, size))
    source = np.where(kind == NEW, channel[customer], len(CHANNELS))
    return _sorted(
        {
            "customer": scene.numbers[customer],
            "contact": crowd.first[customer] + 1,
            "owner": scene.owner_at(customer, np.minimum(closes, today)),
            "name": _worded(scene, NAMES, customer, kind, line=_line_names(scene, customer, line)),
            "kind": labelled(kind, KINDS),
            "line": line + 1,
            "channel": labelled(source, SOURCES),
            "stage": labelled(stage, STAGES),
            "opened_on": opened.astype("datetime64[s]"),
            "expected_on": np.maximum(expected, opened).astype("datetime64[s]"),
            "closed_on": np.where(closed, closes, NO_DAY).astype("datetime64[s]"),
            "outcome": labelled(outcome, OUTCOMES),
            "reason": np.where(outcome == 2, _reasons(random, mood), -1),
            "amount": rounded(amount),
        },
        "opened_on",
    )


def _chances(scene: Scene, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, kind and opening day of each opportunity."""
    horizon, nature = scene.horizon, scene.nature
    everybody = np.arange(scene.size)
    courted = nature.started_on - random.integers(10, 90, scene.size) * DAY
    opens = np.maximum(courted, scene.known_on)
    first = everybody[nature.started_on >= horizon.first_day]
    busy = CHANCES / 12 * scene.path.activity * np.where(nature.is_prospect | scene.is_person, 0, 1)[:, None]
    cell = np.repeat(np.arange(busy.size), random.poisson(busy).ravel())
    customer, month = cell // busy.shape[1], cell % busy.shape[1]
    day = workday(horizon.month_starts[month] + random.integers(0, 28, len(cell)) * DAY)
    day = np.maximum(day, nature.started_on[customer])
    past = day <= horizon.today
    customer, day = customer[past], day[past]
    kind = np.where(random.random(len(day)) < 0.6, CROSS_SELL, UP_SELL)
    return np.append(first, customer), np.append(np.full(len(first), NEW), kind), np.append(opens[first], day)


def _reasons(random: np.random.Generator, mood: np.ndarray) -> np.ndarray:
    """Indices into REASONS: the discontent name our faults, others the market."""
    unhappy = pick(random, np.array([each[2] for each in REASONS]), len(mood))
    content = pick(random, np.array([each[3] for each in REASONS]), len(mood))
    blames = random.random(len(mood)) < np.clip((72 - mood) / 25, 0.05, 1)
    return np.where(blames, unhappy, content)


def _sorted(columns: dict[str, object], day: str) -> pd.DataFrame:
    return pd.DataFrame(columns).sort_values(["customer", day], kind="stable", ignore_index=True)


def losses(scene: Scene, crowd: People) -> pd.DataFrame:
    """Everybody who left so long ago that it was noticed: why, to whom, and whether we tried to win them back."""
    random, path, today = scene.random("losses"), scene.path, scene.horizon.today
    # Prospects were never ours to lose.
    noticed = (path.left_on + LAPSED_AFTER <= today) & ~scene.nature.is_prospect
    customer = np.flatnonzero(noticed)
    left, back = path.left_on[customer], path.won_back_on[customer]
    reason = _reasons(random, scene.mood_at(customer, left))
    reason = np.where(~np.isnat(back) & (reason == CLOSED_DOWN), 0, reason)
    reason = np.where(scene.nature.tries_once[customer] & (random.random(len(customer)) < 0.6), len(REASONS), reason)
    tries = (random.random(len(customer)) < 0.6) & (reason != CLOSED_DOWN)
    given_up = tries & (left + 300 * DAY < today)
    state = np.where(~np.isnat(back), 2, np.where(given_up, 3, np.where(tries, 1, 0)))
    since = np.select([state == 2, state == 3, state == 1], [back, left + 300 * DAY, left + LAPSED_AFTER], NO_DAY)
    rival = random.integers(0, len(COMPETITORS), len(customer))
    groups = np.array([group for group, _ in (*REASON_NAMES, ONCE)], dtype=object)[reason]
    known = (groups == "Competitor") | ((groups == "Price") & (random.random(len(customer)) < 0.5))
    who = crowd.contacts["name"].to_numpy()[crowd.first[customer]]
    evidence = _worded(scene, EVIDENCE, customer, random.integers(0, len(EVIDENCE[0]), len(customer)), who=who)
    told = random.random(len(customer)) < 0.7
    return pd.DataFrame(
        {
            "customer": scene.numbers[customer],
            "lost_on": left.astype("datetime64[s]"),
            "noticed_on": (left + LAPSED_AFTER).astype("datetime64[s]"),
            "reason": reason,
            "competitor": np.where(known, np.array(COMPETITORS, dtype=object)[rival], ""),
            "evidence": np.where(told, np.array(evidence, dtype=object), ""),
            "win_back": labelled(state, WIN_BACKS),
            "win_back_on": since.astype("datetime64[s]"),
        }
    )
