"""What came of a campaign. Who may see evaluation runs sees it: figures of all, never of fewer than five."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from crmquality.lib import formats
from crmquality.lib.exporting import Rows
from crmquality.office.exporting import exported
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import PersonalDataLog
from surveys import figures, indices, result_charts, result_sheets, results
from surveys.models import Campaign, Question


def campaign_of(pk: int) -> Campaign:
    """One that was started, with its questionnaire; 404 if there is none."""
    started = Campaign.objects.filter(started_at__isnull=False)
    return get_object_or_404(
        started.select_related("version__questionnaire").prefetch_related("version__questions"), pk=pk
    )


@requires(Right.SEE_RUNS)
def results_detail(request: MemberRequest, pk: int) -> HttpResponseBase:
    """?by= breaks answers down by segment, tier, region or team; ?export=csv or xlsx takes the figures out."""
    campaign = campaign_of(pk)
    by = request.GET.get("by", "")
    by = by if by in results.BREAKDOWNS and _has_groups(campaign) else ""
    who = results.respondents(campaign)
    if taken := exported(request, f"results-{campaign.pk}", lambda: _figure_lines(campaign, by, who)):
        PersonalDataLog.exported(request.user, f"results of {campaign.name}"[:200], who.counted)
        return taken
    all_asked, groups = results.asked(campaign)
    context: dict[str, Any] = {
        "campaign": campaign, "by": by, "who": who, "asked": all_asked, "asked_by": _named(groups),
        "breakdowns": [(name, label) for name, (label, _column) in results.BREAKDOWNS.items()],
        "has_groups": _has_groups(campaign), "period": _period(campaign),
        "takes_answers_out": request.user.has_right(Right.SEE_ALL),
    }  # fmt: skip
    if not who.too_few:
        context |= _answers(campaign, by, who)
    return render(request, "surveys/results_detail.html", context)


def _has_groups(campaign: Campaign) -> bool:
    return campaign.tells_groups and not campaign.is_anonymous


def _figure_lines(campaign: Campaign, by: str, who: results.Respondents) -> Rows:
    if who.too_few:
        return result_sheets.figure_lines([], None)
    return result_sheets.figure_lines(figures.outcomes_of(campaign, by, who), _index(campaign, by, who))


def _index(campaign: Campaign, by: str, who: results.Respondents) -> figures.Row | None:
    return indices.acsi_of(campaign, by, who.hidden[by] if by else set())


@requires(Right.SEE_ALL)
def results_answers(request: MemberRequest, pk: int) -> HttpResponseBase:
    """?export=csv or xlsx: the answers themselves, for those who see every customer and may export."""
    campaign = campaign_of(pk)
    taken = exported(request, f"answers-{campaign.pk}", lambda: result_sheets.answer_lines(campaign))
    if not taken:
        raise Http404
    PersonalDataLog.exported(request.user, f"answers of {campaign.name}"[:200], results.respondents(campaign).counted)
    return taken


@requires(Right.SEE_RUNS)
def results_codebook(request: MemberRequest, pk: int) -> HttpResponseBase:
    """?export=csv or xlsx: what the columns of the answers mean."""
    campaign = campaign_of(pk)
    taken = exported(request, f"codebook-{campaign.pk}", lambda: result_sheets.code_book(campaign))
    if not taken:
        raise Http404
    return taken


def _named(groups: dict[str, list[results.Asked]]) -> list[tuple[Any, list[results.Asked]]]:
    return [(results.BREAKDOWNS[by][0], found) for by, found in groups.items() if len(found) > 1]


def _period(campaign: Campaign) -> str:
    zone = Organisation.load().zone
    first, last = results.period_of(campaign, timezone.now())
    return _("%(first)s to %(last)s") % {
        "first": formats.local_day(first, zone), "last": formats.local_day(last, zone),
    }  # fmt: skip


def _answers(campaign: Campaign, by: str, who: results.Respondents) -> dict[str, Any]:
    found = figures.outcomes_of(campaign, by, who)
    headlines = [each.question for each in found if each.question.kind in figures.HEADLINES]
    waves = results.waves_of(campaign)
    counts = results.across(waves, [question.key for question in headlines]) if len(waves) > 1 else {}
    changes = {question.key: _change(question, waves, counts) for question in headlines}
    index_change, index_trend = indices.acsi_over(waves)
    trends = [index_trend, *(result_charts.trend(question, waves, counts) for question in headlines)]
    return {
        "outcomes": [(each, changes.get(each.question.key)) for each in found],
        "index": _index(campaign, by, who),
        "index_change": index_change,
        "attributes": result_charts.attributes(found),
        "trends": [chart for chart in trends if chart],
    }


def _change(
    question: Question, waves: list[Campaign], counts: dict[tuple[int, str], results.Counts]
) -> figures.Moved | None:
    if len(waves) < 2:
        return None
    before, after = (counts.get((wave.pk, question.key), results.Counts()) for wave in waves[-2:])
    return figures.moved(question, before, after, waves[-2].name)
