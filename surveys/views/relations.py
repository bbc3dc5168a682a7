"""How answers of a campaign go together, and how people were reached: parts of its results page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from crmquality.office.roles import MemberRequest, Right, requires
from surveys import reach, relations
from surveys import weighted as weighting
from surveys.models import Kind

from .results import campaign_of


@requires(Right.SEE_RUNS)
def results_relations(request: MemberRequest, pk: int) -> HttpResponse:
    """?one= and ?other= are the questions of the cross-table, by key."""
    campaign = campaign_of(pk)
    questions = list(campaign.version.questions.all())
    crossable = {question.key: question for question in questions if relations.crossable(question)}
    one, other = (crossable.get(request.GET.get(name, "")) for name in ("one", "other"))
    context: dict[str, Any] = {
        "campaign": campaign, "crossable": crossable.values(), "one": one, "other": other,
        "alphas": [(each, *relations.alpha(campaign, each)) for each in questions if each.kind == Kind.MATRIX],
        "crossed": relations.crossed(campaign, one, other)
        if one and other and one != other and campaign.tells_groups
        else None,
    }  # fmt: skip
    return render(request, "surveys/_results_relations.html", context)


@requires(Right.SEE_RUNS)
def results_reach(request: MemberRequest, pk: int) -> HttpResponse:
    """A part of the results page: who answered, by the way people were reached and wave by wave."""
    campaign = campaign_of(pk)
    context = {"campaign": campaign, "reach": reach.across(campaign), "ways": reach.ways(campaign)}
    return render(request, "surveys/_results_reach.html", context)


@requires(Right.SEE_RUNS)
def results_weighted(request: MemberRequest, pk: int) -> HttpResponse:
    """A part of the results page: chief figures weighted to the people asked, by segment and tier."""
    campaign = campaign_of(pk)
    weighted = weighting.weighted(campaign) if campaign.tells_groups and not campaign.is_anonymous else None
    return render(request, "surveys/_results_weighted.html", {"campaign": campaign, "weighted": weighted})
