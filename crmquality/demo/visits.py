"""Planned return visits: due at the interval of the customer's tier, kept by some better than by others."""

from dataclasses import dataclass

import numpy as np

from .horizon import DAY
from .scene import NO_DAY, Scene, workday

# Days between visits of customers of tier A, B, C, D.
INTERVALS = np.array([30, 60, 90, 180])
# How often each owner's slot keeps a visit on time; nobody (0) visits nobody.
DILIGENCE = np.array([0.0, 0.93, 0.88, 0.64, 0.90, 0.72, 0.83])
CANCELLED = 0.04
# The company plans return visits since the second of the three years began.
SINCE_MONTH = 12


@dataclass(frozen=True)
class Visits:
    """One element per planned visit: customer (position), its days (NaT: not), the owner's slot."""

    customer: np.ndarray
    planned: np.ndarray
    due: np.ndarray
    done: np.ndarray
    cancelled: np.ndarray
    owner: np.ndarray


def plan_visits(scene: Scene) -> Visits:
    """One visit after the other for everybody, until the first that is still open."""
    random, today = scene.random("visits"), scene.horizon.today
    begin = np.maximum(scene.horizon.month_starts[SINCE_MONTH], scene.nature.started_on)
    customer = np.flatnonzero(~scene.nature.is_prospect & ~scene.is_person)
    planned = begin[customer]
    first = random.random(len(customer)) * INTERVALS[scene.tier_at(customer, planned)]
    due = _weekday(random, planned + (7 + first).astype("timedelta64[D]"))
    rounds = []
    while len(customer):
        owner = scene.owner_at(customer, np.minimum(due, today))
        here = (owner > 0) & (planned <= today) & ~scene.is_gone(customer, planned)
        customer, planned, due, owner = customer[here], planned[here], due[here], owner[here]
        done, cancelled = _kept(scene, random, customer, due, planned, owner)
        rounds.append(Visits(customer, planned, due, done, cancelled, owner))
        closed = np.where(np.isnat(done), cancelled, done)
        over = np.flatnonzero(~np.isnat(closed))
        customer, closed = customer[over], closed[over]
        # Who left and came back is visited soon.
        back = scene.path.won_back_on[customer]
        again = scene.is_gone(customer, closed) & ~np.isnat(back)
        planned = np.where(again, np.maximum(back, closed), closed)
        wait = np.where(again, 10, INTERVALS[scene.tier_at(customer, planned)])
        due = _weekday(random, planned + wait * DAY)
    names = ("customer", "planned", "due", "done", "cancelled", "owner")
    return Visits(**{name: np.concatenate([getattr(each, name) for each in rounds]) for name in names})


def _weekday(random: np.random.Generator, day: np.ndarray) -> np.ndarray:
    """The day itself, or for a weekend a working day near it: always Monday would pile visits up there."""
    weekday = (day.astype("int64") + 3) % 7
    near = random.choice([3, 4, 7, 8], len(day))
    return day + np.where(weekday >= 5, near - weekday, 0) * DAY


def _kept(
    scene: Scene,
    random: np.random.Generator,
    customer: np.ndarray,
    due: np.ndarray,
    planned: np.ndarray,
    owner: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """The days on which each was made or cancelled; neither: it is still open."""
    luck, size, today = random.random(len(due)), len(due), scene.horizon.today
    early = np.maximum(due - random.choice([0, 0, 0, 1, 2], size) * DAY, planned + DAY)
    late = due + (2 + random.gamma(1.5, 7, size)).astype("timedelta64[D]")
    day = workday(np.where(luck < DILIGENCE[owner], np.minimum(early, due), late))
    # A day moved to Monday would be late.
    day = np.where(luck < DILIGENCE[owner], np.minimum(day, due), day)
    cancels = random.random(size) < CANCELLED
    gone = scene.is_gone(customer, day)
    cancelled = np.where(gone, np.maximum(scene.path.left_on[customer] + 30 * DAY, planned), due)
    cancelled = np.where(cancels | gone, cancelled, NO_DAY)
    done = np.where(cancels | gone, NO_DAY, day)
    # What is to happen today or later has not happened yet.
    return np.where(done < today, done, NO_DAY), np.where(cancelled < today, cancelled, NO_DAY)
