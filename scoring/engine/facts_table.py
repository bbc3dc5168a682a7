"""The facts table: one row per customer, float64 columns, NaN where nothing is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

LABELS = ("segment", "tier")
ATTRIBUTES = (
    "performance", "quality", "price", "packaging", "delivery", "attitude", "after_sales", "documentation",
    "communication",
)  # fmt: skip


def _decayed(name: str, what: str) -> dict[str, str]:
    return {
        f"{name}_mean": f"Mean of {what}, by role and halved every 180 days; NaN without one.",
        f"{name}_answers": "How many fresh answers these are worth.",
        f"{name}_count": "How many they are.",
    }


def _plain(name: str, what: str) -> dict[str, str]:
    return {
        f"{name}_mean": f"Mean of {what}, by role; NaN without one.",
        f"{name}_total": "Sum of these answers.",
        f"{name}_squares": "Sum of their squares.",
        f"{name}_count": "How many they are.",
    }


FACTS: dict[str, str] = {
    "segment": "Customer segment on as_of (text).",
    "tier": "Customer tier on as_of (text).",
    "order_count": "Live orders ever placed before as_of.",
    "order_days": "Distinct local days with an order.",
    "days_since_first_order": "Days from the first order to as_of; NaN when never ordered.",
    "days_since_last_order": "Days from the last order to as_of; NaN when never ordered.",
    "orders_in_window": "Orders in [as_of - window, as_of).",
    "order_days_in_window": "Distinct order days in the window.",
    "order_days_recent": "Distinct order days in the last 90 days.",
    "order_days_earlier": "Distinct order days in the window that ends 90 days before as_of.",
    "gap_median": "Median of the days between order days; NaN below two order days.",
    "gap_mad": "Median absolute deviation of those gaps, unscaled.",
    "gap_count": "Number of gaps between order days.",
    "rhythm_signal": "1 when the CUSUM of gaps signals a non-linear change, else 0; NaN below 6.",
    "revenue_in_window": "Orders less returns in the window, minor units.",
    "revenue_before_window": "Orders less returns in the window before, minor units.",
    "revenue_total": "Orders less returns to date, minor units.",
    "gross_profit_in_window": "Gross profit in the window; NaN when a cost is unknown.",
    "gross_profit_total": "Gross profit to date; NaN when a cost is unknown.",
    "acquisition_cost": "What winning the customer cost; NaN when not recorded.",
    "acquisition_cost_in_window": "The same where it fell in the window; NaN when not recorded.",
    "won_in_window": "1 for a customer won in the window, else 0.",
    "days_since_acquired": "Days since the customer was won; NaN when not recorded.",
    "service_minutes_in_window": "Minutes of interactions in the window; NaN when not recorded.",
    "compensation_in_window": "Compensation paid in the window; NaN when not recorded.",
    "repeat_mean_value": "Mean money of the order days after the first; NaN when there is none.",
    "bought_before_window": "1 when active just before the window began, else 0.",
    "bought_in_window": "1 with an order in the window, else 0.",
    "product_lines_in_window": "Distinct product lines ordered in the window.",
    "value_added_orders_in_window": "Orders in the window with a value-added service.",
    "deliveries_due": "Deliveries promised for a local day in the window, cancelled ones out.",
    "deliveries_on_time": "Of these, delivered on or before the promised day.",
    "days_late_total": "Days late over deliveries due, overdue and undelivered included.",
    "units_delivered": "Units delivered in the window.",
    "units_returned": "Units returned or exchanged in the window.",
    "case_minutes_in_window": "Minutes spent on cases in the window; NaN when not recorded.",
    "complaints_in_window": "Complaints received in the window, here and below without merged ones.",
    "quality_complaints_in_window": "Of these, in categories of product quality.",
    "complaint_points": "Their severities (1, 2, 4, 8), halved every 90 days, open doubled, recovered halved.",
    "complaints_repeated": "Of these, on the same category within 90 days of an earlier one's closing.",
    "complaints_resolved": "Complaints resolved for the first time in the window.",
    "complaints_reopened": "Of these, reopened or rejected before as_of.",
    "complaints_settled": "Complaints resolved in the window, at least 14 days ago.",
    "complaints_settled_at_once": "Of these, with one answer at most and not reopened within 14 days.",
    "complaints_closed": "Complaints closed in the window.",
    "complaints_accepted": "Of these, accepted by the customer.",
    "clocks_due": "Clocks of complaints and requests stopped in the window or overdue at its end.",
    "clocks_met": "Of these, stopped within their target.",
    "response_ratio": "Median working time to the first answer in targets; NaN when none was due.",
    "response_ratio_total": "Sum of these over the cases.",
    "response_count": "First answers given, and those overdue.",
    "resolution_ratio": "Median working time to resolution in targets; NaN when none was resolved.",
    "resolution_ratio_total": "Sum of these over the cases.",
    "resolution_count": "Complaints and requests resolved in the window.",
    "proposal_ratio": "Median working time from a special request to a proposal in targets; NaN without one.",
    "proposal_ratio_total": "Sum of these over the requests.",
    "proposal_count": "Proposals made, and those overdue.",
    "adopted_suggestions_weight": "Adopted suggestions, each halved for every 365 days since; NaN when not recorded.",
    "adopted_suggestions_count": "How many of these there were.",
    "customised_yes": "Orders in the window marked as made for this customer.",
    "customised_no": "Orders in the window marked as not made for this customer.",
    "days_since_first_contract": "Days from the beginning of the first contract; NaN without one.",
    "contract_before_window": "1 when under contract on the day before the window, else 0.",
    "contract_at_end": "1 when under contract on the window's last day, else 0.",
    "referred_customers": "Customers won by referral of this one before as_of.",
    "referred_revenue": "What these have ordered to date, minor units.",
    "receivable": "Amount owed on as_of, minor units; NaN when not recorded.",
    "overdue": "Of it overdue; NaN when not recorded.",
    "credit_records": "1 where there is a credit record, else 0.",
    "opportunities_won": "Opportunities won in the window.",
    "opportunities_lost": "Opportunities lost in the window.",
    "interaction_count": "Interactions ever, automatic ones left out here and below.",
    "interactions_in_window": "Interactions in the window.",
    "inbound_in_window": "Of these, begun by the customer.",
    "channels_in_window": "Distinct channels of these.",
    "days_since_first_interaction": "Days from the first interaction to as_of; NaN without one.",
    "days_since_two_way": "Days since both talked or the customer wrote; NaN when never.",
    "visit_interval": "Days after which the tier's customers should be seen again; NaN without a limit.",
    "visits_due": "Return visits due in the window; given up before their day they are not due.",
    "visits_kept": "Of these, made on or before their day.",
    "joint_projects_weight": "Joint projects, each halved for every 365 days since its end.",
    "joint_projects_count": "Joint projects begun before as_of.",
    "participation_weight": "Events, community posts, referral programme, each halved every 180 days.",
    "participation_count": "How many of these there were.",
    **_decayed("satisfaction", "the window's overall answers, 0-100"),
    **_decayed("recommendation", "the recommendations of 730 days, 0-10"),
    **_decayed("trust", "the window's answers about trust, 0-100"),
    **{
        name: told
        for each in ATTRIBUTES
        for name, told in _decayed(f"attribute_{each}", f"the window's answers about {each}, 0-100").items()
    },
    **_plain("grade", "the window's overall answers on 1-10"),
    **_plain("effort", "the window's answers about effort, 1-7"),
    **_plain("handling", "the window's answers about how complaints were handled, 0-100"),
    **_plain("stages", "the window's answers about stages of the journey, 0-100"),
    **_plain("needs", "the window's answers about the fit to needs, 0-100"),
    "top_answers": "Overall answers of the window in the top two boxes.",
    "overall_answers": "Overall answers of the window.",
    "promoters": "Recommendations of the window of 9 or 10.",
    "detractors": "Of 0 to 6.",
    "recommendations": "All of them.",
    "acsi_total": "Sum of the grades of the three items, where all three were answered on 1-10.",
    "acsi_items": "How many grades these are.",
    "satisfaction_change": "Latest moving average of the overall answers less the window's mean; NaN below 3.",
    "satisfaction_change_count": "Overall answers of the window.",
    "invitations_sent": "Survey invitations sent in the window.",
    "invitations_delivered": "Of these, not come back.",
    "invitations_answered": "Of these, answered before as_of.",
    "feedback_due": "Bad answers whose follow-up was due in the window.",
    "feedback_kept": "Of these, followed up in time.",
    "satisfied_before": "1 when the last overall answer that is 180 days old was 80 points or more, else 0.",
    "satisfied_loyal": "1 when this customer bought again or referred somebody within 180 days, else 0.",
    "dissatisfied_before": "1 when that answer was below 60 points, else 0.",
    "dissatisfied_loyal": "1 when this customer bought again or referred somebody within 180 days, else 0.",
}


def empty(index: Iterable[int], **columns: Any) -> pd.DataFrame:
    """A facts table that knows nothing about these customers, except the given columns."""
    rows = pd.Index(list(index))
    table = {name: np.full(len(rows), np.nan) for name in FACTS if name not in LABELS}
    facts = pd.DataFrame(table, index=rows)
    for name in LABELS:
        facts.insert(0, name, pd.Series([""] * len(rows), index=rows, dtype=object))
    for name, values in columns.items():
        facts[name] = values
    return facts
