"""The lives of a demo company's customers: the same for the same seed and “now”.

Pure: no database and no clock. `generate` gives everything at once, `chunks` in pieces
of constant size for those who write millions of rows.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from .catalogue import LINES, PERSONS, products
from .dating import join
from .horizon import OFFSET, Horizon, to_utc
from .names import OVERSEAS, Named, name_customers
from .phases import changes
from .record import record
from .relationship import Nature, Path, live, natures
from .scene import Scene
from .standing import credit, stages
from .streams import CHUNK, stream
from .trade import (
    RATE_UNIT,
    Draft,
    currencies,
    draft_lines,
    draft_orders,
    draft_returns,
    order_frame,
)


@dataclass(frozen=True)
class Lives:
    """Everything that happened. Keys count from 1 in each table; money is in minor units.

    - `lines`: index (1 up), code, name of the product lines; `products`: see `catalogue`
    - `customers`: customer (key), code, name, kind, segment, tier, owner (slot, 0: nobody) as of
      now, stage, industry, region, parent (key or missing), status, phone, email, acquired_on,
      acquisition_channel, referred_by (key or missing), credit_grade, receivable, overdue, created_on
    - `phases`: customer, since (the first: 0001-01-01), tier, segment, owner, stage, credit_grade,
      receivable, overdue
    - `orders`: order (key), customer, number, times (UTC), promised_on, currency, rate,
      amount and cost in yuan's fen, customised (missing: unknown), value_added_service
    - `order_lines`: line (key), order, customer, product, occurrence, quantity, amount and cost
      in the order's currency
    - `returns`: line, customer, number, quantity, amount in fen, returned_at
    - `contacts`: contact (key), customer, since, and the columns of the model; `consents`: contact, customer, ...
    - `interactions`: interaction (key), customer, contact, owner (slot of the staff), ...
    - `follow_ups`: customer, contact, owner, `source` and `done_by` (keys of interactions), ...
    - `opportunities`, `contracts`: customer, line (index of the product line), ...; `needs`, `projects`
    - `losses` and lost opportunities: `reason` is an index into `deals.REASON_NAMES` and `deals.ONCE`, -1: none
    - `spend`: customer, channel, month, amount: what winning this one cost
    - `cases`: case (key), customer, contact, order (key or missing), product, category and cause (codes, "": none),
      owner (slot) when it came, team (index into TEAMS), ..., as it was taken in and what came of it by now
    - `case_events`: case, customer, at, step, by, owner (slot of the staff), ...: steps and messages in order;
      states and clocks follow from them; `case_actions`: case, customer, owner, ...
    - `invitations`: invitation (key), customer, contact, case (what set it off, or missing), survey (short name of the
      questionnaire), month of the wave (-1: triggered), day, sent_at, answered_at (missing: never), ...; `answers`:
      invitation, customer, key, row, value on low..high or text, measure, attribute, stage
    - `latent`: what no record says: customer, started_on, leaving_on, left_on, won_back_on,
      contentment (0-100), candour (0-1: how readily he says so), rate (orders a month), growth,
      favourite (index of a product line), is_prospect, tries_once
    - `moods`: customer, month (its first day), satisfaction (0-100), activity (0-1: how
      much of his business is still ours), orders, late; only months since the customer's start
    """

    lines: pd.DataFrame
    products: pd.DataFrame
    customers: pd.DataFrame
    phases: pd.DataFrame
    orders: pd.DataFrame
    order_lines: pd.DataFrame
    returns: pd.DataFrame
    contacts: pd.DataFrame
    consents: pd.DataFrame
    interactions: pd.DataFrame
    follow_ups: pd.DataFrame
    opportunities: pd.DataFrame
    losses: pd.DataFrame
    contracts: pd.DataFrame
    needs: pd.DataFrame
    projects: pd.DataFrame
    spend: pd.DataFrame
    cases: pd.DataFrame
    case_events: pd.DataFrame
    case_actions: pd.DataFrame
    invitations: pd.DataFrame
    answers: pd.DataFrame
    latent: pd.DataFrame
    moods: pd.DataFrame


# The same in every chunk.
SHARED = ("lines", "products")
# Each key's own table, and the columns that hold it.
KEYS = {
    "order": ("orders", [("orders", "order"), ("order_lines", "order"), ("cases", "order")]),
    "line": ("order_lines", [("order_lines", "line"), ("returns", "line")]),
    "contact": (
        "contacts",
        [
            (table, "contact")
            for table in ("contacts", "consents", "interactions", "follow_ups", "opportunities", "cases", "invitations")
        ],
    ),
    "case": ("cases", [(table, "case") for table in ("cases", "case_events", "case_actions", "invitations")]),
    "invitation": ("invitations", [(table, "invitation") for table in ("invitations", "answers")]),
    "interaction": (
        "interactions",
        [("interactions", "interaction"), ("follow_ups", "source"), ("follow_ups", "done_by")],
    ),
}


def generate(customers: int, seed: int, now: dt.datetime) -> Lives:
    """Return the lives of `customers` customers over the three years before `now`."""
    parts = list(chunks(customers, seed, now))
    return Lives(
        **{
            field.name: getattr(parts[0], field.name)
            if field.name in SHARED
            else pd.concat([getattr(part, field.name) for part in parts], ignore_index=True)
            for field in fields(Lives)
        }
    )


def chunks(customers: int, seed: int, now: dt.datetime) -> Iterator[Lives]:
    """Yield the same lives in pieces of `CHUNK` customers; keys run on from piece to piece."""
    if customers < 1:
        raise ValueError(f"A demo needs at least one customer, not {customers}.")
    if seed < 0:
        raise ValueError(f"The seed must not be negative, as {seed} is.")
    horizon = Horizon.until(now)
    before = dict.fromkeys(KEYS, 0)
    for chunk in range(-(-customers // CHUNK)):
        piece = _cut(_chunk(seed, chunk, horizon), customers)
        for key, (table, columns) in KEYS.items():
            for place, column in columns:
                getattr(piece, place)[column] += before[key]
            before[key] += len(getattr(piece, table))
        yield piece


def _cut(lives: Lives, customers: int) -> Lives:
    """Only the first `customers`; all tables begin with their rows."""
    if lives.customers["customer"].iloc[-1] <= customers:
        return lives
    return Lives(
        **{
            field.name: table if field.name in SHARED else table[table["customer"] <= customers].copy()
            for field in fields(Lives)
            for table in [getattr(lives, field.name)]
        }
    )


def _chunk(seed: int, chunk: int, horizon: Horizon) -> Lives:
    numbers = np.arange(1, CHUNK + 1) + chunk * CHUNK
    nature = natures(horizon, stream(seed, chunk, "nature"), CHUNK)
    named = name_customers(seed, numbers, nature.segment, stream(seed, chunk, "names"))
    overseas = np.array([region in OVERSEAS for region in named.region])
    path = live(horizon, stream(seed, chunk, "path"), nature)
    draft = draft_orders(horizon, stream(seed, chunk, "orders"), nature, path)
    orders, order_lines, returns = _trade(seed, chunk, horizon, nature, draft, numbers, overseas)
    fen = orders["amount"].to_numpy()
    dated = _phases(seed, chunk, horizon, nature, path, draft, fen, overseas)
    returned = _returned(order_lines, returns)
    scene = Scene(seed, chunk, horizon, numbers, nature, named, overseas, path, draft, fen, dated, returned)
    more, tables = record(scene)
    dated = dated.assign(customer=numbers[dated["customer"]])
    customers = _customers(numbers, named, nature, dated, stream(seed, chunk, "parents"))
    return Lives(
        lines=_lines(),
        products=products(),
        customers=pd.concat([customers, more], axis=1),
        phases=dated,
        orders=orders,
        order_lines=order_lines,
        returns=returns,
        **tables,
        latent=_latent(numbers, nature, path),
        moods=_moods(horizon, numbers, path),
    )


def _phases(
    seed: int,
    chunk: int,
    horizon: Horizon,
    nature: Nature,
    path: Path,
    draft: Draft,
    fen: np.ndarray,
    overseas: np.ndarray,
) -> pd.DataFrame:
    """One row per change, in order; the first row of each customer (a position) is open to the left."""
    events = [
        *changes(horizon, stream(seed, chunk, "phases"), nature, draft, fen, overseas),
        *stages(horizon, nature, path),
        *credit(horizon, stream(seed, chunk, "credit"), nature, path, draft, fen),
    ]
    return join(pd.concat(events, ignore_index=True), nature)


def _lines() -> pd.DataFrame:
    return pd.DataFrame(
        [(index, line.code, line.name) for index, line in enumerate(LINES, start=1)],
        columns=["index", "code", "name"],
    )


def _trade(
    seed: int,
    chunk: int,
    horizon: Horizon,
    nature: Nature,
    draft: Draft,
    numbers: np.ndarray,
    overseas: np.ndarray,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Orders, lines and returns of the draft, with their money in both currencies."""
    currency, rate = currencies(horizon, stream(seed, chunk, "currencies"), overseas, draft)
    orders = order_frame(stream(seed, chunk, "marks"), nature, draft, numbers, currency, rate)
    lines = draft_lines(horizon, stream(seed, chunk, "lines"), nature, draft)
    order = lines["order"].to_numpy()
    orders["cost"] = _sums(order, lines["cost"], len(draft))
    for column in ("amount", "cost"):
        lines[column] = _divide(lines[column].to_numpy() * RATE_UNIT, rate[order])
    orders["amount"] = _divide(_sums(order, lines["amount"], len(draft)) * rate, RATE_UNIT)
    fen = _divide(lines["amount"].to_numpy() * rate[order], RATE_UNIT)
    random = stream(seed, chunk, "returns")
    returns = draft_returns(horizon, random, nature, draft, lines, fen)
    lines.insert(0, "line", np.arange(1, len(lines) + 1))
    lines.insert(2, "customer", numbers[draft.customer[order]])
    orders["order"] += 1
    lines["order"] += 1
    return orders, lines, _returns(returns, orders, lines)


def _divide(amount: np.ndarray, by: np.ndarray | int) -> np.ndarray:
    """Whole minor units, half rounded up; integers, because floats would lose some."""
    return (2 * amount + by) // (2 * by)


def _sums(order: np.ndarray, values: pd.Series, size: int) -> np.ndarray:
    """The orders' sums of their lines' values, in integers."""
    # Every order has a line and lines come in the order of orders, so the first lines mark them.
    firsts = np.searchsorted(order, np.arange(size))
    return np.add.reduceat(values.to_numpy(), firsts) if size else np.zeros(0, dtype="int64")


def _returns(returns: pd.DataFrame, orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """The returns' rows: numbered after their order, since an order's number is unique."""
    line = lines.iloc[returns["line"].to_numpy()]
    order = line["order"].to_numpy()
    position = pd.Series(order).groupby(order).cumcount().to_numpy() + 1
    parts = zip(orders["number"].to_numpy()[order - 1], position.tolist(), strict=True)
    return pd.DataFrame(
        {
            "line": line["line"].to_numpy(),
            "customer": line["customer"].to_numpy(),
            "number": [f"RT{number[2:]}-{position}" for number, position in parts],
            "quantity": returns["quantity"],
            "amount": returns["amount"],
            "returned_at": to_utc(returns["returned"].to_numpy()),
        }
    )


def _returned(order_lines: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Order (position), product and local time of each return."""
    line = order_lines.iloc[returns["line"].to_numpy() - 1]
    local = returns["returned_at"].dt.tz_localize(None).to_numpy().astype("datetime64[s]") + OFFSET
    return pd.DataFrame({"order": line["order"].to_numpy() - 1, "product": line["product"].to_numpy(), "time": local})


def _customers(
    numbers: np.ndarray,
    named: Named,
    nature: Nature,
    dated: pd.DataFrame,
    random: np.random.Generator,
) -> pd.DataFrame:
    """The customers as they are now; the last phase says what changes."""
    last = dated.drop_duplicates("customer", keep="last").reset_index(drop=True)
    is_person = nature.segment == PERSONS
    # A few belong to a group; the head has the lower number, so it exists in every total.
    child = (random.random(len(numbers)) < 0.03) & ~is_person
    above = (random.random(len(numbers)) * np.arange(len(numbers))).astype("int64")
    child &= (np.arange(len(numbers)) > 0) & ~is_person[above]
    return pd.DataFrame(
        {
            "customer": numbers,
            "code": [f"C-{number:05d}" for number in numbers.tolist()],
            "name": named.name,
            "kind": np.where(is_person, "person", "organisation"),
            "segment": last["segment"],
            "tier": last["tier"],
            "owner": last["owner"],
            "industry": named.industry,
            "region": named.region,
            "parent": pd.array(numbers[above], dtype="Int64"),
        }
    ).assign(parent=lambda frame: frame["parent"].where(child))


def _latent(numbers: np.ndarray, nature: Nature, path: Path) -> pd.DataFrame:
    days = {
        "started_on": nature.started_on,
        "leaving_on": path.leaving_on,
        "left_on": path.left_on,
        "won_back_on": path.won_back_on,
    }
    return pd.DataFrame(
        {
            "customer": numbers,
            **{name: values.astype("datetime64[s]") for name, values in days.items()},
            "contentment": nature.contentment,
            "candour": nature.candour,
            "rate": nature.rate,
            "growth": nature.growth,
            "favourite": nature.favourites[:, 0],
            "is_prospect": nature.is_prospect,
            "tries_once": nature.tries_once,
        }
    )


def _moods(horizon: Horizon, numbers: np.ndarray, path: Path) -> pd.DataFrame:
    customer, month = np.nonzero(~np.isnan(path.satisfaction))
    return pd.DataFrame(
        {
            "customer": numbers[customer],
            "month": horizon.months[month].astype("datetime64[s]"),
            "satisfaction": path.satisfaction[customer, month],
            "activity": path.activity[customer, month],
            "orders": path.orders[customer, month],
            "late": path.late[customer, month],
        }
    )


__all__ = ["CHUNK", "Lives", "chunks", "generate"]
