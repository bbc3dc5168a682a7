"""Orders, their lines and what was sent back, drawn along the customers' paths."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .catalogue import CURRENCIES, LINES, SEGMENTS, SERVICE_SHARES, SERVICES, labelled, products
from .horizon import DAY, Horizon, to_utc
from .relationship import Nature, Path
from .streams import pick

SECOND = np.timedelta64(1, "s")
NOT_A_TIME = np.datetime64("NaT", "s")
NO, YES, UNKNOWN = 0, 1, 2
CANCELLED = 0.025
# Rates are kept in ten-thousandths, so that converting stays integer arithmetic.
RATE_UNIT = 10_000


@dataclass(frozen=True)
class Draft:
    """Orders before they become rows: one element per order, local times, by customer and time."""

    customer: np.ndarray
    placed: np.ndarray
    promised: np.ndarray
    delivered: np.ndarray
    cancelled: np.ndarray

    def __len__(self) -> int:
        return len(self.customer)


def draft_orders(horizon: Horizon, random: np.random.Generator, nature: Nature, path: Path) -> Draft:
    """When the orders of the paths are placed, promised, delivered or cancelled."""
    customer, month, late = _unfold(path)
    placed = _placed(horizon, random, nature, path, customer, month)
    keep = np.flatnonzero(placed < horizon.now)
    keep = keep[np.lexsort((placed[keep], customer[keep]))]
    customer, placed, late = customer[keep], placed[keep], late[keep]
    size = len(keep)
    promised = placed.astype("datetime64[D]") + random.integers(3, 15, size) * DAY
    delivered = _delivered(random, placed, promised, late)
    contentment = path.satisfaction[customer, month[keep]]
    cancels = random.random(size) < CANCELLED * (1 + np.clip(70 - contentment, 0, 50) / 25)
    cancelled = placed + random.integers(1_800, 2 * 86_400, size) * SECOND
    cancelled = np.where(cancels & (cancelled < horizon.now), cancelled, NOT_A_TIME)
    # Who is about to cancel in a few hours has received nothing yet either.
    delivered = np.where(cancels | (delivered >= horizon.now), NOT_A_TIME, delivered)
    unpromised = random.random(size) < 0.03
    promised = np.where(unpromised, np.datetime64("NaT", "D"), promised)
    return Draft(customer, placed, promised, delivered, cancelled)


def _unfold(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Counts per customer and month to one element per order: customer, month, is it late?"""
    size, months = path.orders.shape
    counts = path.orders.ravel().astype("int64")
    cell = np.repeat(np.arange(size * months), counts)
    position = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    return cell // months, cell % months, position < path.late.ravel()[cell]


def _placed(
    horizon: Horizon,
    random: np.random.Generator,
    nature: Nature,
    path: Path,
    customer: np.ndarray,
    month: np.ndarray,
) -> np.ndarray:
    """A moment of the month, in office hours unless the segment buys at weekends."""
    first = np.maximum(horizon.month_starts[month], nature.started_on[customer])
    back = path.won_back_on[customer]
    first = np.where(back.astype("datetime64[M]") == horizon.months[month], back, first)
    days = (horizon.month_starts[month + 1] - first).astype("int64")
    day = first + (random.random(len(month)) * days).astype("int64") * DAY
    weekday = (day.astype("int64") + 3) % 7
    at_weekends = np.array([segment.weekend for segment in SEGMENTS])[nature.segment[customer]]
    # Onwards, never back: an earlier day might lie before the customer's first.
    day = day + np.where(at_weekends, 0, np.array([0, 0, 0, 0, 0, 2, 1])[weekday]) * DAY
    opens, closes = np.where(at_weekends, 8, 9), np.where(at_weekends, 23, 18)
    seconds = opens * 3_600 + random.random(len(month)) * (closes - opens) * 3_600
    return day.astype("datetime64[s]") + seconds.astype("int64") * SECOND


def _delivered(random: np.random.Generator, placed: np.ndarray, promised: np.ndarray, late: np.ndarray) -> np.ndarray:
    """On the promised day or up to three days before; the late ones one to thirty days after."""
    size = len(placed)
    early = random.integers(0, 3, size)
    delay = np.minimum(1 + random.gamma(1.3, 4, size), 30).astype("int64")
    day = promised + np.where(late, delay, -early) * DAY
    hour = 8 * 3_600 + random.integers(0, 10 * 3_600, size)
    arrival = day.astype("datetime64[s]") + hour * SECOND
    return np.maximum(arrival, placed + 4 * 3_600 * SECOND)


def draft_lines(horizon: Horizon, random: np.random.Generator, nature: Nature, draft: Draft) -> pd.DataFrame:
    """What the orders hold: order (position), product, occurrence, quantity, amount, cost (fen)."""
    mean = np.array([segment.lines_an_order for segment in SEGMENTS])[nature.segment]
    each = np.minimum(1 + random.poisson(mean[draft.customer] - 1), 9)
    order = np.repeat(np.arange(len(draft)), each)
    customer = draft.customer[order]
    product = _products(random, nature, customer)
    quantity = _quantities(random, nature, customer, product)
    years = (draft.placed[order] - horizon.month_starts[0]).astype("int64") / (365.25 * 86_400)
    rows = products()
    factor = np.array([segment.price_factor for segment in SEGMENTS])[nature.segment[customer]]
    price = rows["price"].to_numpy()[product] * factor * 1.02**years
    # Purchasing became dearer faster than prices followed: margins decline.
    cost = rows["cost"].to_numpy()[product] * 1.03**years
    return pd.DataFrame(
        {
            "order": order,
            "product": product + 1,
            "occurrence": _occurrences(order, product),
            "quantity": quantity,
            "amount": np.rint(np.maximum(price, 1) * quantity).astype("int64"),
            "cost": np.rint(cost * quantity).astype("int64"),
        }
    )


def _products(random: np.random.Generator, nature: Nature, customer: np.ndarray) -> np.ndarray:
    """Mostly from the customer's favourite product line, and there mostly the first goods."""
    rank = np.minimum(random.geometric(0.55, len(customer)), nature.breadth[customer]) - 1
    line = nature.favourites[customer, rank]
    sizes = np.array([len(each.goods) for each in LINES])
    good = (sizes[line] * random.random(len(customer)) ** 1.6).astype("int64")
    return (np.cumsum(sizes) - sizes)[line] + good


def _quantities(random: np.random.Generator, nature: Nature, customer: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Dearer goods are bought in smaller numbers."""
    usual = np.array([segment.quantity for segment in SEGMENTS])[nature.segment[customer]]
    price = products()["price"].to_numpy()[product] / 100
    spread = np.exp(random.normal(0, 0.5, len(customer)))
    quantity = usual * nature.spend[customer] * (12 / price) ** 0.75 * spread
    return np.maximum(np.rint(quantity), 1).astype("int64")


def _occurrences(order: np.ndarray, product: np.ndarray) -> np.ndarray:
    """The how manieth line of its product in its order each line is."""
    key = order * (len(products()) + 1) + product
    by_key = np.argsort(key, kind="stable")
    fresh = np.append(True, np.diff(key[by_key]) != 0)[: len(key)]
    begins = np.maximum.accumulate(np.where(fresh, np.arange(len(key)), 0))
    occurrence = np.empty(len(key), dtype="int64")
    occurrence[by_key] = np.arange(len(key)) - begins + 1
    return occurrence


def draft_returns(
    horizon: Horizon,
    random: np.random.Generator,
    nature: Nature,
    draft: Draft,
    lines: pd.DataFrame,
    fen: np.ndarray,
) -> pd.DataFrame:
    """Units sent back: line (position), quantity, amount (fen), returned (local time).

    `fen` is what each line cost the customer in the organisation's currency. Returns
    come from a line's nature and from discontent.
    """
    order = lines["order"].to_numpy()
    rows = products()
    usual = np.array([line.return_share for line in LINES])[rows["line"].to_numpy()]
    chance = usual[lines["product"].to_numpy() - 1]
    chance = chance * (1 + np.clip(72 - nature.contentment[draft.customer[order]], 0, 40) / 20)
    wait = random.integers(2 * 86_400, 30 * 86_400, len(lines)) * SECOND
    share = random.beta(1.2, 2.0, len(lines))
    returned = draft.delivered[order] + wait
    # Comparing with NaT is false: what never arrived cannot come back.
    back = np.flatnonzero((random.random(len(lines)) < chance) & (returned < horizon.now))
    bought = lines["quantity"].to_numpy()[back]
    quantity = np.maximum(np.rint(bought * share[back]), 1).astype("int64")
    amount = fen[back] * quantity // bought
    return pd.DataFrame({"line": back, "quantity": quantity, "amount": amount, "returned": returned[back]})


def currencies(
    horizon: Horizon, random: np.random.Generator, overseas: np.ndarray, draft: Draft
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each order its currency (index) and its rate (yuan for one, in RATE_UNIT).

    Some of those abroad pay in their money. The rates are invented: a slow wave.
    """
    payer = np.where(random.random(len(overseas)) < 0.25, random.integers(1, 3, len(overseas)), 0)
    currency = np.where(overseas, payer, 0)[draft.customer]
    days = (draft.placed.astype("datetime64[D]") - horizon.first_day).astype("int64")
    wave = 1 + 0.03 * np.sin(days / 140)
    rate = np.array([1.0, 7.1, 7.7])[currency] * np.where(currency > 0, wave, 1.0)
    return currency, np.rint(rate * RATE_UNIT).astype("int64")


def order_frame(
    random: np.random.Generator,
    nature: Nature,
    draft: Draft,
    numbers: np.ndarray,
    currency: np.ndarray,
    rate: np.ndarray,
) -> pd.DataFrame:
    """The orders' rows without their money."""
    size = len(draft)
    segment = nature.segment[draft.customer]
    made = random.random(size) < np.array([each.customised for each in SEGMENTS])[segment]
    customised = np.where(random.random(size) < 0.25, UNKNOWN, np.where(made, YES, NO))
    service = pick(random, SERVICE_SHARES, size)
    customer = numbers[draft.customer]
    position = pd.Series(draft.customer).groupby(draft.customer).cumcount().to_numpy() + 1
    return pd.DataFrame(
        {
            "order": np.arange(size),
            "customer": customer,
            "number": [
                f"SO-{one:05d}-{other:03d}" for one, other in zip(customer.tolist(), position.tolist(), strict=True)
            ],
            "placed_at": to_utc(draft.placed),
            "promised_on": draft.promised.astype("datetime64[s]"),
            "delivered_at": to_utc(draft.delivered),
            "cancelled_at": to_utc(draft.cancelled),
            "currency": labelled(currency, CURRENCIES),
            "rate": rate / RATE_UNIT,
            "customised": pd.array(np.choose(customised, [0, 1, 0]).astype(bool)),
            "value_added_service": labelled(service, SERVICES),
        }
    ).assign(customised=lambda frame: frame["customised"].astype("boolean").mask(customised == UNKNOWN))
