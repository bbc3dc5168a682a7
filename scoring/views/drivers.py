"""What drives the answers of a survey; a part of its results page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from crmquality.office.roles import MemberRequest, Right, requires
from scoring import survey_drivers
from scoring.engine.drivers import Method
from scoring.engine.text import Refused
from surveys.models import Campaign, Measure


@requires(Right.SEE_RUNS)
def survey_driver_list(request: MemberRequest, pk: int) -> HttpResponse:
    """?outcome=satisfaction or recommendation, ?method=relative_weights or shapley; a refusal is told in words."""
    campaign = get_object_or_404(Campaign, pk=pk, started_at__isnull=False)
    outcome = request.GET.get("outcome", "")
    method: Method = "shapley" if request.GET.get("method") == "shapley" else "relative_weights"
    outcome = outcome if outcome in survey_drivers.OUTCOMES else Measure.SATISFACTION.value
    context: dict[str, Any] = {
        "campaign": campaign, "outcome": outcome, "outcomes": survey_drivers.OUTCOMES.items(),
        "method": method, "methods": survey_drivers.METHODS.items(),
    }  # fmt: skip
    try:
        found = survey_drivers.found(campaign, outcome, method)
    except Refused as refused:
        context["refused"] = _(refused.sentence) % refused.given
    else:
        context |= {"found": found, "driver_chart": survey_drivers.chart(found)}
    return render(request, "scoring/_survey_driver_list.html", context)
