"""The facts of surveys for scoring: one row per customer, from what was said before as_of.

Answers held apart count nowhere. Rows leave the database unsummed, because half-lives need each;
anonymous answers have no customer and are told by `population_facts`.
"""

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from customers.fact_reader import FactReader
from customers.facts import KeyRange, windows
from customers.order_facts import Columns, Integers, Windows, local_days

from .models import Attribute, Measure, Stage

Floats = NDArray[np.float64]

HALF_LIFE = 180.0
# Answers older than this say nothing of today: 0.5 ** (730 / 180) = 6 %.
REMEMBERED_DAYS = 730
SMOOTHING = 0.3
ENOUGH_FOR_A_TREND = 3
SATISFIED, DISSATISFIED = 80, 60

MEASURES, ATTRIBUTES, STAGES = list(Measure.values), list(Attribute.values), list(Stage.values)

ANSWERS = """
    SELECT r.customer_id, r.submitted_at, array_position(%(measures)s::text[], a.measure::text) - 1,
           COALESCE(array_position(%(attributes)s::text[], a.attribute::text), 0) - 1,
           a.value, a.scale_min, a.scale_max, r.weight, r.id
    FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
    WHERE {keys} AND NOT r.is_held AND r.submitted_at >= %(remembered)s AND r.submitted_at < %(end)s
      AND a.measure <> '' AND a.value IS NOT NULL
    ORDER BY r.customer_id, r.submitted_at, r.id, a.key, a.row
"""
ANSWER_COLUMNS = ("at", "measure", "attribute", "value", "low", "high", "weight", "response")

# An anonymous invitation has no moment of answering: it counts once its campaign is closed.
INVITED = """
    SELECT i.customer_id, count(*), count(*) FILTER (WHERE i.standing <> 'bounced'),
           count(*) FILTER (WHERE i.standing <> 'bounced' AND i.is_answered
                            AND COALESCE(i.answered_at, c.closed_at) < %(end)s)
    FROM surveys_invitation i JOIN surveys_campaign c ON c.id = i.campaign_id
    WHERE {keys} AND i.sent_at >= %(start)s AND i.sent_at < %(end)s
    GROUP BY i.customer_id
"""

FOLLOWED = """
    SELECT r.customer_id, count(*), count(*) FILTER (WHERE f.done_at <= h.due_at)
    FROM surveys_loophit h
    JOIN surveys_response r ON r.id = h.response_id
    LEFT JOIN customers_followup f ON f.id = h.follow_up_id
    WHERE {keys} AND h.due_at >= %(start)s AND h.due_at < %(end)s AND NOT r.is_held
    GROUP BY r.customer_id
"""

# The latest overall answer whose 180 days are over, and whether the customer bought again or
# referred somebody in these days.
LOYAL = """
    SELECT said.customer_id, said.points,
           (EXISTS (SELECT FROM customers_order o WHERE o.customer_id = said.customer_id
                    AND (o.cancelled_at IS NULL OR o.cancelled_at >= %(end)s)
                    AND o.placed_at > said.at AND o.placed_at <= said.at + %(horizon)s)
            OR EXISTS (SELECT FROM customers_customer n WHERE n.referred_by_id = said.customer_id
                       AND n.acquired_on > said.at::date AND n.acquired_on <= (said.at + %(horizon)s)::date))::int
    FROM (
        SELECT DISTINCT ON (r.customer_id) r.customer_id, r.submitted_at AS at,
               100 * (a.value - a.scale_min) / (a.scale_max - a.scale_min) AS points
        FROM surveys_response r JOIN surveys_answer a ON a.response_id = r.id
        WHERE {keys} AND NOT r.is_held AND a.measure = 'satisfaction' AND a.value IS NOT NULL
          AND r.submitted_at >= %(asked)s AND r.submitted_at < %(elapsed)s
        ORDER BY r.customer_id, r.submitted_at DESC, a.id DESC
    ) AS said
    ORDER BY said.customer_id
"""


def collect(
    keys: KeyRange, as_of: dt.date, settings: Windows, zone: ZoneInfo, recorded: Mapping[str, bool], index: Integers
) -> Columns:
    """Facts of the answers of these customers, in the order of `index`; nothing while none are recorded."""
    if not recorded.get("surveys", False):
        return {}
    horizon = dt.timedelta(days=settings.horizon_days)
    midnight = windows(as_of, settings, zone)
    params = midnight | {
        "measures": MEASURES,
        "attributes": ATTRIBUTES,
        "remembered": midnight["end"] - dt.timedelta(days=REMEMBERED_DAYS),
        "horizon": horizon,
        "elapsed": midnight["end"] - horizon,
        "asked": midnight["start"] - horizon,
    }
    return _Answers(keys, params, index, zone).facts()


class _Answers(FactReader):
    def facts(self) -> Columns:
        return self._answers() | self._invited() | self._followed() | self._loyal()

    def _answers(self) -> Columns:
        place, rows = self.read(ANSWERS, ANSWER_COLUMNS, "r.customer_id", ("at",))
        said = _Said(place, rows, self.as_of_day - local_days(rows["at"], self.zone), len(self.index))
        window = said.age <= (self.as_of_day - int(np.datetime64(self.params["first"], "D").astype(np.int64)))
        overall = said.of(Measure.SATISFACTION)
        columns: Columns = {}
        for name, which in {
            "satisfaction": overall & window,
            "recommendation": said.of(Measure.RECOMMENDATION),
            "trust": said.of(Measure.TRUST) & window,
            **{f"attribute_{each}": said.about(each) & window for each in ATTRIBUTES},
        }.items():
            columns |= said.decayed(name, which, said.value if name == "recommendation" else said.points)
        for name, which, values in (
            ("grade", overall & window & (said.high == 10), said.value),
            ("effort", said.of(Measure.EFFORT) & window, said.value),
            ("handling", said.of(Measure.COMPLAINT) & window, said.points),
            ("stages", said.of(Measure.STAGE) & window, said.points),
            ("needs", said.of(Measure.NEEDS) & window, said.points),
        ):
            columns |= said.plain(name, which, values)
        columns |= said.shares(overall & window, said.of(Measure.RECOMMENDATION) & window)
        return columns | said.three_items(window) | said.trend(overall, overall & window)

    def _invited(self) -> Columns:
        place, rows = self.read(INVITED, ("sent", "delivered", "answered"), "i.customer_id")
        return {f"invitations_{name}": self.counts(place, counted) for name, counted in rows.items()}

    def _followed(self) -> Columns:
        place, rows = self.read(FOLLOWED, ("due", "kept"), "r.customer_id")
        return {f"feedback_{name}": self.counts(place, counted) for name, counted in rows.items()}

    def _loyal(self) -> Columns:
        place, rows = self.read(LOYAL, ("points", "loyal"), "r.customer_id")
        columns: Columns = {}
        for name, which in {
            "satisfied": rows["points"] >= SATISFIED,
            "dissatisfied": rows["points"] < DISSATISFIED,
        }.items():
            columns[f"{name}_before"] = self.counts(place, which)
            columns[f"{name}_loyal"] = self.counts(place, which & (rows["loyal"] == 1))
        return columns


class _Said:
    """The answers of some customers in the order of time; every sum is taken in that one order."""

    def __init__(self, place: Integers, rows: Mapping[str, Integers], age: Integers, customers: int) -> None:
        self.place, self.age, self.customers = place, age, customers
        self.measure, self.attribute, self.response = rows["measure"], rows["attribute"], rows["response"]
        self.high, self.weight = rows["high"], rows["weight"].astype(np.float64)
        self.value = rows["value"].astype(np.float64)
        self.points = 100.0 * (rows["value"] - rows["low"]) / np.maximum(rows["high"] - rows["low"], 1)
        self.fading = 0.5 ** (age / HALF_LIFE)

    def of(self, measure: Measure) -> NDArray[np.bool_]:
        return self.measure == MEASURES.index(measure)

    def about(self, attribute: str) -> NDArray[np.bool_]:
        return self.of(Measure.ATTRIBUTE) & (self.attribute == ATTRIBUTES.index(attribute))

    def total(self, which: NDArray[np.bool_], values: Floats | Integers) -> Floats:
        """The sum of each customer's."""
        summed = np.bincount(self.place[which], np.asarray(values, dtype=np.float64)[which], self.customers)
        return summed.astype(np.float64)  # of nothing at all bincount makes whole numbers

    def count(self, which: NDArray[np.bool_]) -> Floats:
        return np.bincount(self.place[which], minlength=self.customers).astype(np.float64)

    def decayed(self, name: str, which: NDArray[np.bool_], values: Floats) -> Columns:
        """Mean by role weight and age, how many fresh answers they are worth, and how many they are."""
        fading = self.weight * self.fading
        return {
            f"{name}_mean": _ratio(self.total(which, fading * values), self.total(which, fading)),
            f"{name}_answers": self.total(which, self.fading),
            f"{name}_count": self.count(which),
        }

    def plain(self, name: str, which: NDArray[np.bool_], values: Floats) -> Columns:
        """Mean by role weight; and sum, sum of squares and number of the answers themselves."""
        return {
            f"{name}_mean": _ratio(self.total(which, self.weight * values), self.total(which, self.weight)),
            f"{name}_total": self.total(which, values),
            f"{name}_squares": self.total(which, values * values),
            f"{name}_count": self.count(which),
        }

    def shares(self, overall: NDArray[np.bool_], recommended: NDArray[np.bool_]) -> Columns:
        """Answers in the top two boxes; promoters and detractors on 0 to 10."""
        return {
            "top_answers": self.count(overall & (self.value >= self.high - 1)),
            "overall_answers": self.count(overall),
            "promoters": self.count(recommended & (self.value >= 9)),
            "detractors": self.count(recommended & (self.value <= 6)),
            "recommendations": self.count(recommended),
        }

    def three_items(self, window: NDArray[np.bool_]) -> Columns:
        """Sum of the grades of the three items, over those who answered all three on 1 to 10."""
        items = (Measure.SATISFACTION, Measure.EXPECTATION, Measure.IDEAL)
        which = window & (self.high == 10) & np.isin(self.measure, [MEASURES.index(each) for each in items])
        _responses, responded = np.unique(self.response[which], return_inverse=True)
        whole = np.zeros(len(self.place), dtype=bool)
        whole[which] = np.bincount(responded)[responded] == len(items) if responded.size else False
        return {"acsi_total": self.total(whole, self.value), "acsi_items": self.count(whole)}

    def trend(self, remembered: NDArray[np.bool_], window: NDArray[np.bool_]) -> Columns:
        """Latest EWMA, begun with the first remembered answer, less the mean of the window.

        Source: Roberts (1959), Technometrics 1, with the first answer as the starting value.
        """
        place = self.place[remembered]
        count = np.bincount(place, minlength=self.customers)
        ends = np.cumsum(count)
        later = ends[place] - 1 - np.arange(len(place))
        is_first = np.arange(len(place)) == (ends - count)[place]
        weight = (1.0 - SMOOTHING) ** later * np.where(is_first, 1.0, SMOOTHING)
        latest = np.bincount(place, weight * self.points[remembered], self.customers)
        answers = self.count(window)
        change = latest - _ratio(self.total(window, self.points), answers)
        return {
            "satisfaction_change": np.where(answers >= ENOUGH_FOR_A_TREND, change, np.nan),
            "satisfaction_change_count": answers,
        }


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """NaN where nothing is below the line."""
    return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
