"""Readings, periods, scales and refusals in the reader's words."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crmquality.lib import formats
from crmquality.lib.text import enumerated
from scoring.engine.definition import Member
from scoring.engine.indicators import BY_ID, FIGURES, Fixed
from scoring.engine.indicators.indicator import Indicator
from scoring.engine.settings import Settings
from scoring.engine.text import Refused

WINDOW = {
    "first_response_time",
    "resolution_time",
    "sla_attainment",
    "resolution_rate",
    "first_contact_resolution",
    "reopen_rate",
    "complaint_rate",
    "complaint_severity",
    "repeat_complaints",
    "quality_complaint_rate",
    "customised_response",
    "net_value",
    "conversion_rate",
    "interaction_frequency",
    "visit_cadence",
    "two_way_share",
    "channel_breadth",
    "purchase_frequency",
    "repeat_purchase_rate",
    "retention_rate",
    "churn_rate",
    "revenue",
    "cross_sell",
    "customisation",
    "on_time_delivery",
    "delivery_delay",
    "return_rate",
    "acquisition_cost.cost",
    "acquisition_cost.spend",
}


def value_in_words(indicator: Indicator, value: float | None, currency: str) -> str:
    """A reading with its unit: 92%, 4.5 per year, £1,234.56; a dash for no data."""
    if value is None:
        return formats.DASH
    if indicator.id == "lapsed":
        return _("yes") if value else _("no")
    if indicator.unit == "money":
        return formats.money(round(value), currency)
    if indicator.unit == "share":
        return formats.percent(value, 1)
    if indicator.unit in ("growth", "percent"):
        share = value if indicator.unit == "growth" else value / 100
        return ("+" if share > 0 else "") + formats.percent(share, 1)
    return _with_unit(indicator.unit, value)


def figure_in_words(figure: str, value: float | None, currency: str) -> str:
    """A population figure with its unit; shares as percent."""
    indicator, spec = FIGURES[figure]
    if value is not None and spec.is_share:
        return formats.percent(value, 1)
    return value_in_words(replace(indicator, unit=spec.unit), value, currency)


def _with_unit(unit: str, value: float) -> str:
    # As it is shown, with one decimal: 1.04 is one.
    number = 1 if round(abs(value), 1) == 1 else 2
    wordings = {
        "days": ngettext("%(value)s day", "%(value)s days", number),
        "years": ngettext("%(value)s year", "%(value)s years", number),
        "months": ngettext("%(value)s month", "%(value)s months", number),
        "per_year": _("%(value)s per year"),
        "per_quarter": _("%(value)s per quarter"),
        "per_100_orders": _("%(value)s per 100 orders"),
        "of_target": _("%(value)s × the target"),
        "points": ngettext("%(value)s point", "%(value)s points", number),
    }
    return wordings.get(unit, "%(value)s") % {"value": formats.decimal(value, 1)}


def period_in_words(indicator: str, settings: Settings) -> str:
    """Which time the reading or figure speaks of; a further figure that of its indicator if it has none of its own."""
    if indicator in WINDOW:
        return _("last %(days)s days") % {"days": settings.window_days}
    special = {
        "frequency_change": _("last %(days)s days against the year before") % {"days": settings.recent_days},
        "sales_growth": _("last %(days)s days against those before") % {"days": settings.window_days},
        "purchase_probability": _("next %(days)s days") % {"days": settings.horizon_days},
        "lifetime_value": _("next %(months)s months") % {"months": settings.value_months},
        "lifetime_revenue": _("to date and next %(months)s months") % {"months": settings.value_months},
        "purchase_gap": _("since the last order"),
        "lapsed": _("since the last order"),
        "interaction_recency": _("since the last contact of both"),
        "co_creation": _("to date, recent ones count more"),
        "participation": _("to date, recent ones count more"),
        "referrals": _("to date"),
        "credit": _("on the day"),
        "acquisition_cost.pay_back": _("since the customers were won"),
        "acquisition_cost": _("next %(months)s months") % {"months": settings.value_months},
    }
    own, _dot, further = indicator.partition(".")
    if further and indicator not in special:
        return period_in_words(own, settings)
    return special.get(indicator, _("since the first order"))


def scale_in_words(indicator: Indicator, member: Member) -> str:
    """Which reading gives 0 points and which gives 100."""
    scale = member.used_scale
    if isinstance(scale, Fixed):
        ends = [value_in_words(indicator, end, "") for end in (scale.low, scale.high)]
        return " → ".join(ends)
    places = {"low": scale.low, "high": scale.high}
    if scale.by_segment:
        return _("segment's %(low)sth → %(high)sth percentile") % places
    return _("%(low)sth → %(high)sth percentile of all") % places


def stage_in_words(stage: str) -> str:
    """What a run spent its time on; of scoring, the parts are summed over all workers."""
    wordings = {
        "calibrate": _("Calibrate"),
        "score": _("Score all customers"),
        "publish": _("Publish"),
        "score_facts": _("of it: collect the facts"),
        "score_readings": _("of it: measure the readings"),
        "score_scores": _("of it: compute the scores"),
        "score_write": _("of it: store the results"),
    }
    return wordings.get(stage, stage)


def refusal_in_words(refused: Refused) -> str:
    """Why the engine takes something not; indicators are called by their names, not their ids."""
    return _(refused.sentence) % {name: _given(name, value) for name, value in refused.given.items()}


def _given(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return enumerated(value)
    if name == "indicator":
        return _(BY_ID[value].name) if value in BY_ID else str(value)
    # Only this is a word of ours; other values are what somebody wrote.
    return _(value) if name == "what" else str(value)
