"""What people wrote in a campaign: to search, and by themes."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from crmquality.lib.themes import Theme, polarity
from crmquality.office.roles import MemberRequest, Right, requires
from surveys import comments, results
from surveys.models import Campaign, Kind, Privacy

from .results import campaign_of

SHOWN = 200
INDIVIDUAL_SHOWN = 30
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Told:
    """A theme with the comments quoted for it and how often it was spoken of in each month."""

    theme: Theme
    quotes: list[Any]
    months: list[tuple[Any, int]]


@requires(Right.SEE_RUNS)
def results_comments(request: MemberRequest, pk: int) -> HttpResponse:
    """?q= searches, ?question= narrows down to one. Names only where the campaign is identified."""
    campaign = campaign_of(pk)
    text, key = request.GET.get("q", "")[:100].replace("\0", ""), request.GET.get("question", "")
    questions = list(campaign.version.questions.filter(kind=Kind.TEXT))
    key = key if key in {question.key for question in questions} else ""
    found = comments.matching(_found(request, campaign), text, key)
    listed = list(found[: SHOWN + 1])
    context = {
        "campaign": campaign, "names": campaign.privacy == Privacy.IDENTIFIED, "text": text, "key": key,
        "questions": questions, "comments": [_meant(each) for each in listed[:SHOWN]], "more": len(listed) > SHOWN,
        "shown": SHOWN,
    }  # fmt: skip
    return render(request, "surveys/results_comments.html", context)


@requires(Right.SEE_RUNS)
def results_themes(request: MemberRequest, pk: int) -> HttpResponse:
    """A part of the page of comments: common problems, other themes, and what only some ask for."""
    campaign = campaign_of(pk)
    found = comments.themes(_found(request, campaign))
    listed = [_meant(each) for each in found.comments]
    themes = [
        Told(theme, [listed[place] for place in theme.quotes], list(theme.by_month.items())[-MONTHS_SHOWN:])
        for theme in found.reading.themes
        if theme.is_common
    ]
    context = {
        "campaign": campaign, "names": campaign.privacy == Privacy.IDENTIFIED, "reading": found.reading,
        "problems": [each for each in themes if each.theme.is_problem],
        "others": [each for each in themes if not each.theme.is_problem],
        "individual": [listed[place] for place in found.reading.individual[:INDIVIDUAL_SHOWN]],
    }  # fmt: skip
    return render(request, "surveys/_results_themes.html", context)


def _found(request: MemberRequest, campaign: Campaign) -> Any:
    return comments.comments(campaign, request.user, results.respondents(campaign))


def _meant(comment: Any) -> Any:
    comment.polarity = polarity(comment.points)
    return comment
