"""What drives satisfaction or recommendation in a campaign: which attributes matter, and how well they are done."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Avg, F, FloatField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crmquality.lib.charts import Chart
from scoring.engine.drivers import Drivers, Field, Method, drivers_of, importance_performance
from scoring.engine.text import N_, Refused
from surveys.models import Answer, Attribute, Campaign, Measure

OUTCOMES = {Measure.SATISFACTION: Measure.SATISFACTION.label, Measure.RECOMMENDATION: Measure.RECOMMENDATION.label}
METHODS: dict[Method, object] = {
    "relative_weights": gettext_lazy("Johnson's relative weights"),
    "shapley": gettext_lazy("Shapley value (LMG)"),
}
FIELD_NAMES: dict[Field, object] = {
    "concentrate_here": pgettext_lazy("importance and performance", "Concentrate here"),
    "keep_up": pgettext_lazy("importance and performance", "Keep up the good work"),
    "low_priority": pgettext_lazy("importance and performance", "Low priority"),
    "possible_overkill": pgettext_lazy("importance and performance", "Possible overkill"),
}


@dataclass(frozen=True)
class Driver:
    """One attribute: its share of what is explained, 0 to 1, the interval of its part of R², its mean of 0 to 100."""

    name: str
    share: float
    low: float
    high: float
    performance: float
    field: str


@dataclass(frozen=True)
class Found:
    """The attributes, the one that matters most first, and the lines between the four fields."""

    drivers: list[Driver]
    r_squared: float
    n: int
    importance_line: float
    performance_line: float


def found(campaign: Campaign, outcome: str, method: Method) -> Found:
    """From respondents who judged every attribute that was asked, and the outcome. Refused (ValueError) if too few."""
    attributes = _attributes(campaign)
    if not attributes:
        raise Refused(N_("This questionnaire asks about no attribute."))
    points = 100 * Cast(F("value") - F("scale_min"), FloatField()) / (F("scale_max") - F("scale_min"))
    rows = (
        Answer.objects.filter(campaign=campaign, response__is_held=F("response__is_pending"))
        .filter(value__isnull=False, scale_max__isnull=False)
        .values("response_id")
        .annotate(
            **{f"a_{name}": Avg(points, filter=Q(measure=Measure.ATTRIBUTE, attribute=name)) for name in attributes},
            outcome=Avg(points, filter=Q(measure=outcome)),
        )
        .order_by("response_id")
        .values_list(*(f"a_{name}" for name in attributes), "outcome")
    )
    table = np.array(list(rows), dtype=float).reshape(-1, len(attributes) + 1)
    complete = table[np.isfinite(table).all(axis=1)]
    return _placed(attributes, drivers_of(complete[:, :-1], complete[:, -1], method), complete[:, :-1].mean(axis=0))


def _attributes(campaign: Campaign) -> list[str]:
    """Those that the questionnaire asks about, in the order of the questions."""
    names: dict[str, None] = {}
    for question in campaign.version.questions.filter(measure=Measure.ATTRIBUTE):
        asked = [row.get("attribute") or question.attribute for row in question.rows] or [question.attribute]
        names |= dict.fromkeys(filter(None, asked))
    return list(names)


def _placed(attributes: list[str], drivers: Drivers, performance: Any) -> Found:
    lies = importance_performance(drivers.shares, performance)
    labels = dict(Attribute.choices)
    named = [
        Driver(
            str(labels[name]),
            float(share),
            float(low),
            float(high),
            float(done),
            str(FIELD_NAMES[field]) if field else "",
        )
        for name, share, low, high, done, field in zip(
            attributes, drivers.shares, drivers.low, drivers.high, performance, lies.fields, strict=True
        )
    ]
    named.sort(key=lambda driver: -driver.share)
    return Found(named, drivers.r_squared, drivers.n, lies.importance_line, lies.performance_line)


def chart(found: Found) -> Chart:
    """Importance against performance, with the lines between the four fields."""
    return Chart(
        kind="fields",
        title=_("Importance and performance"),
        columns=[
            _("Attribute"), _("Performance, mean of 0 to 100"), _("Importance, % of what is explained"), _("Field"),
            _("Line of performance"), _("Line of importance"),
        ],
        rows=[
            [each.name, each.performance, 100 * each.share, each.field, found.performance_line,
             100 * found.importance_line]
            for each in found.drivers
        ],
        height=22,
    )  # fmt: skip
