"""Why customers turn to us: late and faulty deliveries, discontent, and what they want to know or to have."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from .horizon import DAY, MONTHS
from .scene import Scene, workday
from .streams import pick

# How often a late order and a return are complained about by somebody who always says so.
LATE, RETURNED = 0.75, 0.62
# Complaints a month of a candid and thoroughly discontented customer.
DISCONTENT = 0.55
# Other cases a month of a customer whose business is all ours.
OTHERS = {"enquiry": 0.006, "suggestion": 0.003, "request": 0.0035, "praise": 0.003}
# The last days bring more: whoever opens the demo finds a day's work.
BUSY_DAYS, BUSIER = 14 * DAY, 3.2
FAULTS = {
    "defect": 0.56, "performance": 0.12, "durability": 0.08, "safety": 0.01, "not-as-described": 0.09,
    "damaged-in-transit": 0.10, "wrong-goods": 0.04,
}  # fmt: skip
GRIEVANCES = {
    "no-answer": 0.17, "promise-not-kept": 0.10, "not-reachable": 0.08, "unfriendly": 0.05, "wrong-price": 0.12,
    "wrong-invoice": 0.13, "refund": 0.05, "missing-goods": 0.10, "packaging": 0.07, "missing-documents": 0.07,
    "return-exchange": 0.03, "unclear-instructions": 0.03,
}  # fmt: skip
# So many days before somebody turns away, our answers were already worse.
WORSE_BEFORE = 150 * DAY
# How often a case is handled badly, before leaving and else.
BAD_BEFORE, BAD_ELSE = 0.75, 0.07
# How often the same happens again, after bad handling and after good.
AGAIN_BAD, AGAIN_GOOD = 0.22, 0.05
NOBODY = -1


@dataclass(frozen=True)
class Matters:
    """One element per case: customer and order (positions; -1: none), product (key; 0: none), local times.

    `about` is the code of the category, or the kind of what is no complaint; `is_bad`: handled badly.
    """

    customer: np.ndarray
    time: np.ndarray
    about: np.ndarray
    order: np.ndarray
    product: np.ndarray
    is_bad: np.ndarray

    def taken(self, rows: np.ndarray) -> "Matters":
        return Matters(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def is_complaint(self) -> np.ndarray:
        return ~np.isin(self.about, list(OTHERS))


def matters(scene: Scene) -> Matters:
    """All cases of a chunk, by customer and time."""
    first = _joined([_late(scene), _returned(scene), _discontent(scene), _others(scene)])
    first = first.taken(np.flatnonzero(first.time < scene.horizon.now))
    first = _judged(scene, first)
    whole = _joined([first, _again(scene, first)])
    past = np.flatnonzero((whole.time < scene.horizon.now) & (whole.time >= scene.horizon.first_day))
    return whole.taken(past[np.lexsort((whole.time[past], whole.customer[past]))])


def _joined(parts: list[Matters]) -> Matters:
    return Matters(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Matters)))


def _matters(
    customer: np.ndarray, time: np.ndarray, about: np.ndarray, order: np.ndarray | int, product: np.ndarray | int
) -> Matters:
    size = len(customer)
    order, product = (np.broadcast_to(each, size).astype("int64") for each in (order, product))
    return Matters(customer, time, about.astype(object), order, product, np.zeros(size, dtype=bool))


def _codes(random: np.random.Generator, shares: Mapping[str, float], size: int) -> np.ndarray:
    return np.array(list(shares))[pick(random, np.array(list(shares.values())), size)]


def _busy(scene: Scene, day: np.ndarray) -> np.ndarray:
    return np.where(day > scene.horizon.today - BUSY_DAYS, BUSIER, 1.0)


def _late(scene: Scene) -> Matters:
    """Complaints about late orders: the later, the likelier, while they wait or when they came."""
    random, draft, today = scene.random("late complaints"), scene.draft, scene.horizon.today
    arrived = draft.delivered.astype("datetime64[D]")
    until = np.where(np.isnat(arrived), today, arrived)
    due = np.isnat(draft.cancelled) & ~np.isnat(draft.promised)
    order = np.flatnonzero(due & (until > draft.promised))
    days = (until - draft.promised)[order].astype("int64")
    customer = draft.customer[order]
    day = draft.promised[order] + (1 + random.random(len(order)) * days).astype("timedelta64[D]")
    chance = LATE * np.clip(days / 8, 0.25, 1.0) * (0.3 + scene.nature.candour[customer]) * _busy(scene, day)
    told = np.flatnonzero(random.random(len(order)) < chance)
    time = _moment(scene, random, customer[told], day[told])
    return _matters(customer[told], time, np.full(len(told), "late-delivery"), order[told], 0)


def _returned(scene: Scene) -> Matters:
    """Complaints about what was sent back a little later."""
    random, back = scene.random("return complaints"), scene.returned
    order = back["order"].to_numpy()
    customer = scene.draft.customer[order]
    # Nothing comes back before it was there for two days.
    time = back["time"].to_numpy() - random.integers(3 * 3_600, 44 * 3_600, len(back)).astype("timedelta64[s]")
    chance = RETURNED * (0.25 + scene.nature.candour[customer]) * _busy(scene, time.astype("datetime64[D]"))
    told = np.flatnonzero(random.random(len(back)) < chance)
    about = _codes(random, FAULTS, len(told))
    return _matters(customer[told], time[told], about, order[told], back["product"].to_numpy()[told])


def _discontent(scene: Scene) -> Matters:
    """Complaints without an order of their own to blame: about being served, bills and papers."""
    random, path = scene.random("grievances"), scene.path
    mood = np.nan_to_num(path.satisfaction, nan=99.0)
    expected = DISCONTENT * np.clip((72 - mood) / 50, 0.01, 1) * (0.2 + scene.nature.candour[:, None])
    customer, day = _drawn(scene, random, np.where(path.orders > 0, expected, expected * 0.12 * (path.activity > 0)))
    time = _moment(scene, random, customer, day)
    last = scene.orders_before(customer, time)
    order = np.searchsorted(scene.draft.customer, customer) + last - 1
    return _matters(customer, time, _codes(random, GRIEVANCES, len(customer)), np.where(last > 0, order, NOBODY), 0)


def _others(scene: Scene) -> Matters:
    """Enquiries, suggestions, special requests and praise: of those who are with us, praise of the content."""
    random, path = scene.random("other cases"), scene.path
    content = np.clip((np.nan_to_num(path.satisfaction) - 55) / 25, 0.05, 1.4)
    parts = []
    for kind, usual in OTHERS.items():
        expected = usual * path.activity * (content if kind in ("praise", "suggestion") else 1.0)
        customer, day = _drawn(scene, random, expected)
        time = _moment(scene, random, customer, day)
        parts.append(_matters(customer, time, np.full(len(customer), kind), NOBODY, 0))
    return _joined(parts)


def _drawn(scene: Scene, random: np.random.Generator, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Customers and days, as many as expected of each customer in each month, in the time they were ours."""
    cell = np.repeat(np.arange(expected.size), random.poisson(expected * BUSIER).ravel())
    customer, month = cell // (MONTHS + 1), cell % (MONTHS + 1)
    starts = scene.horizon.month_starts
    days = (starts[month + 1] - starts[month]).astype("int64")
    day = starts[month] + (random.random(len(cell)) * days).astype("timedelta64[D]")
    here = (day >= scene.nature.started_on[customer]) & ~scene.is_gone(customer, day)
    kept = np.flatnonzero(here & (random.random(len(cell)) < _busy(scene, day) / BUSIER))
    return customer[kept], day[kept]


def _moment(scene: Scene, random: np.random.Generator, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Mostly on working days; from abroad also when nobody is here."""
    abroad = scene.overseas[customer]
    day = np.where(scene.is_person[customer] | (random.random(len(day)) < 0.12), day, workday(day))
    first, last = np.where(abroad, 7, 8), np.where(abroad, 24, 20)
    seconds = 3_600 * first + (random.random(len(day)) * 3_600 * (last - first)).astype("int64")
    return day.astype("datetime64[s]") + seconds.astype("timedelta64[s]")


def _judged(scene: Scene, found: Matters) -> Matters:
    """The same with what was handled badly: most of what came before somebody turned away."""
    day = found.time.astype("datetime64[D]")
    leaving = scene.path.leaving_on[found.customer]
    before = (leaving > day) & (leaving <= day + WORSE_BEFORE) & ~scene.nature.tries_once[found.customer]
    dice = scene.random("bad handling").random(len(day))
    is_bad = (dice < np.where(before, BAD_BEFORE, BAD_ELSE)) & found.is_complaint
    return Matters(found.customer, found.time, found.about, found.order, found.product, is_bad)


def _again(scene: Scene, found: Matters) -> Matters:
    """The same complaint once more, weeks after it was closed."""
    random = scene.random("repeated complaints")
    chance = np.where(found.is_complaint, np.where(found.is_bad, AGAIN_BAD, AGAIN_GOOD), 0.0)
    row = np.flatnonzero(random.random(len(chance)) < chance)
    more = found.taken(row)
    later = workday(more.time.astype("datetime64[D]") + random.integers(32, 75, len(row)) * DAY)
    stays = np.flatnonzero(~scene.is_gone(more.customer, later))
    more, later = more.taken(stays), later[stays]
    time = _moment(scene, random, more.customer, later)
    return Matters(more.customer, time, more.about, more.order, more.product, more.is_bad)
