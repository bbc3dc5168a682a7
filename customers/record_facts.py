"""Facts of everything but orders: contacts, visits, opportunities, contracts, referrals, what winning cost.

One statement per source over a range of customer keys, whole numbers out; a source that the
organisation does not record is not asked.
"""

from collections.abc import Mapping

import numpy as np

from .fact_reader import FactReader
from .order_facts import NULL, Columns, Integers, local_days
from .visits import TWO_WAY

# A bit for each channel, so that one aggregate tells which were used.
CHANNELS = ("phone", "email", "visit", "web_chat", "wechat", "event", "social", "community")
_CHANNEL_BIT = "CASE channel " + " ".join(f"WHEN '{name}' THEN {1 << bit}" for bit, name in enumerate(CHANNELS))

INTERACTIONS = f"""
    SELECT customer_id,
           count(*),
           count(*) FILTER (WHERE occurred_at >= %(start)s),
           count(*) FILTER (WHERE occurred_at >= %(start)s AND direction = 'in'),
           COALESCE(bit_or({_CHANNEL_BIT} ELSE 0 END) FILTER (WHERE occurred_at >= %(start)s), 0),
           COALESCE(sum(minutes) FILTER (WHERE occurred_at >= %(start)s), 0),
           min(occurred_at),
           COALESCE(max(occurred_at) FILTER (WHERE {TWO_WAY}), '-infinity')
    FROM customers_interaction t
    WHERE {{keys}} AND occurred_at < %(end)s AND NOT is_automatic
    GROUP BY customer_id
"""
INTERACTION_COLUMNS = ("count", "in_window", "inbound", "channels", "minutes", "first", "two_way")

# Row by row, because every one counts by its age.
PARTICIPATIONS = """
    SELECT customer_id, occurred_at
    FROM customers_interaction
    WHERE {keys} AND occurred_at < %(end)s AND NOT is_automatic
      AND (channel = 'event' OR kind = 'programme' OR (channel = 'community' AND direction = 'in'))
    ORDER BY customer_id, occurred_at
"""
# A project counts in full while it lasts, and less and less after its end.
PROJECTS = """
    SELECT customer_id, GREATEST(%(as_of)s - COALESCE(ended_on, %(as_of)s), 0)
    FROM customers_jointproject
    WHERE {keys} AND started_on < %(as_of)s
    ORDER BY customer_id, started_on, id
"""
# By the day that was promised first, which postponing does not move. Given up by its day a visit is
# not due; afterwards it was missed.
VISITS = """
    SELECT customer_id, count(*),
           count(*) FILTER (WHERE (done_at AT TIME ZONE %(zone)s)::date <= promised_on)
    FROM customers_followup
    WHERE {keys} AND kind = 'return_visit'
      AND promised_on >= %(first)s AND promised_on < %(as_of)s
      AND (cancelled_at IS NULL OR (cancelled_at AT TIME ZONE %(zone)s)::date > promised_on)
    GROUP BY customer_id
"""
OPPORTUNITIES = """
    SELECT customer_id, count(*) FILTER (WHERE outcome = 'won'), count(*) FILTER (WHERE outcome = 'lost')
    FROM customers_opportunity
    WHERE {keys} AND closed_on >= %(first)s AND closed_on < %(as_of)s
    GROUP BY customer_id
"""
CONTRACTS = """
    SELECT customer_id,
           %(as_of)s - min(starts_on),
           count(*) FILTER (WHERE starts_on < %(first)s AND ends_on >= %(first)s - 1),
           count(*) FILTER (WHERE ends_on >= %(as_of)s - 1)
    FROM customers_servicecontract
    WHERE {keys} AND starts_on < %(as_of)s
    GROUP BY customer_id
"""
# Won once the first order is placed, or on the day that was written down.
REFERRALS = """
    SELECT c.referred_by_id, count(*), COALESCE(sum(bought.amount), 0)
    FROM customers_customer c
    CROSS JOIN LATERAL (
        SELECT min(o.placed_at) AS first, sum(o.amount) AS amount FROM customers_order o
        WHERE o.customer_id = c.id AND o.placed_at < %(end)s
          AND (o.cancelled_at IS NULL OR o.cancelled_at >= %(end)s)
    ) AS bought
    WHERE {keys} AND (bought.first IS NOT NULL OR c.acquired_on < %(as_of)s)
    GROUP BY c.referred_by_id
"""
# Spend of the channel's month, shared by everybody it won in that month. All months are counted at
# once, from `customer_won`: asked customer by customer a shard took seconds.
ACQUISITION = """
    WITH won AS MATERIALIZED (
        SELECT acquisition_channel AS channel, date_trunc('month', acquired_on)::date AS month, count(*) AS customers
        FROM customers_customer
        WHERE acquired_on < %(as_of)s
        GROUP BY 1, 2
    )
    SELECT c.id, COALESCE(s.amount, %(null)s), won.customers,
           (c.acquired_on >= %(first)s)::int, %(as_of)s - c.acquired_on
    FROM customers_customer c
    JOIN won ON won.channel = c.acquisition_channel AND won.month = date_trunc('month', c.acquired_on)::date
    LEFT JOIN customers_acquisitionspend s ON s.channel = won.channel AND s.month = won.month
    WHERE {keys} AND c.acquired_on < %(as_of)s
"""


class Records(FactReader):
    """Reads the sources of one range of customers."""

    def facts(self, recorded: Mapping[str, bool]) -> Columns:
        """The facts of every recorded source; counts of 0 and NaN where nothing is known."""
        sources = {
            "interactions": (self._interactions,),
            "participation": (self._participation,),
            "visits": (self._visits,),
            "opportunities": (self._opportunities,),
            "orders": (self._contracts,),
            "acquisition": (self._referrals, self._acquisition),
        }
        columns: Columns = {}
        for kind, readers in sources.items():
            if recorded.get(kind, False):
                for reader in readers:
                    columns |= reader()
        return columns

    def _interactions(self) -> Columns:
        place, rows = self.read(INTERACTIONS, INTERACTION_COLUMNS, moments=("first", "two_way"))
        return {
            "interaction_count": self.counts(place, rows["count"]),
            "interactions_in_window": self.counts(place, rows["in_window"]),
            "inbound_in_window": self.counts(place, rows["inbound"]),
            "channels_in_window": self.counts(place, _bits(rows["channels"])),
            "service_minutes_in_window": self.counts(place, rows["minutes"]),
            "days_since_first_interaction": self.days_since(place, rows["first"]),
            "days_since_two_way": self.days_since(place, rows["two_way"]),
        }

    def _participation(self) -> Columns:
        place, rows = self.read(PARTICIPATIONS, ["at"], moments=["at"])
        columns = self.halved("participation", place, self.as_of_day - local_days(rows["at"], self.zone), 180.0)
        place, rows = self.read(PROJECTS, ["age"])
        return columns | self.halved("joint_projects", place, rows["age"], 365.0)

    def _visits(self) -> Columns:
        place, rows = self.read(VISITS, ["due", "kept"])
        return {"visits_due": self.counts(place, rows["due"]), "visits_kept": self.counts(place, rows["kept"])}

    def _opportunities(self) -> Columns:
        place, rows = self.read(OPPORTUNITIES, ["won", "lost"])
        return {
            "opportunities_won": self.counts(place, rows["won"]),
            "opportunities_lost": self.counts(place, rows["lost"]),
        }

    def _contracts(self) -> Columns:
        place, rows = self.read(CONTRACTS, ["age", "before", "now"])
        return {
            "days_since_first_contract": self.numbers(place, rows["age"]),
            "contract_before_window": self.counts(place, rows["before"] > 0),
            "contract_at_end": self.counts(place, rows["now"] > 0),
        }

    def _referrals(self) -> Columns:
        place, rows = self.read(REFERRALS, ["count", "amount"], "c.referred_by_id")
        return {
            "referred_customers": self.counts(place, rows["count"]),
            "referred_revenue": self.counts(place, rows["amount"]),
        }

    def _acquisition(self) -> Columns:
        place, rows = self.read(ACQUISITION, ["spend", "customers", "in_window", "age"], "c.id")
        # Whoever was won is counted among them, so nothing is divided by 0.
        known = rows["spend"] != NULL
        cost = np.divide(rows["spend"], rows["customers"], out=np.full(len(place), np.nan), where=known)
        return {
            "acquisition_cost": self.numbers(place, cost),
            "acquisition_cost_in_window": self.numbers(place, np.where(rows["in_window"] == 1, cost, 0.0)),
            "won_in_window": self.counts(place, rows["in_window"]),
            "days_since_acquired": self.numbers(place, rows["age"]),
        }


def _bits(values: Integers) -> Integers:
    """How many bits are set in each number.

    >>> _bits(np.array([0, 5, 255])).tolist()
    [0, 2, 8]
    """
    return sum(((values >> bit) & 1 for bit in range(len(CHANNELS))), start=np.zeros_like(values))
