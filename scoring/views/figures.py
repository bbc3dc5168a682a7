"""Population figures: the company and its parts, two periods side by side."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from crmquality.lib import formats
from crmquality.lib.downloads import EXPORTS
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from scoring import figures
from scoring.models import Run


@requires(Right.SEE_RUNS)
def figure_list(request: MemberRequest) -> HttpResponseBase:
    """The newest run's figures beside an earlier run's; ?export=csv or xlsx takes them out."""
    run = Run.objects.latest_published()
    if run is None:
        return render(request, "scoring/figure_list.html", {})
    context = _context(request, run)
    if request.GET.get("export") in EXPORTS and request.user.has_right(Right.EXPORT):
        before = context["before"]
        days = formats.day(run.as_of), formats.day(before.as_of) if before else ""
        return EXPORTS[request.GET["export"]](figures.export_rows(context["rows"], *days), f"figures-{run.as_of}")
    return render(request, "scoring/figure_list.html", context)


def _context(request: MemberRequest, run: Run) -> dict[str, Any]:
    earlier = figures.earlier(run)
    asked = {str(other.as_of): other for other in earlier}.get(request.GET.get("before", ""))
    before = asked or figures.a_year_before(run, earlier)
    cut = request.GET.get("cut", "")
    cut = cut if cut in figures.CUTS else "all"
    choices = figures.choices(run)
    figure = request.GET.get("figure", "")
    figure = figure if figure in dict(choices) else next(iter(dict(choices)), "")
    currency = Organisation.load().currency
    if cut == "all":
        rows = figures.of_company(run, before, currency)
    else:
        rows = figures.of_groups(run, before, cut, figure, currency)
    return {
        "run": run, "before": before, "earlier": earlier, "cut": cut, "cuts": figures.CUTS.items(),
        "figure": figure, "choices": choices, "rows": rows, "smallest": figures.SMALLEST_GROUP,
    }  # fmt: skip
