"""What can be learned: the page of a period, the promises behind it, and what is taken out."""

import tempfile
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import analysis, charts, wording
from complaints.filters import ANY, Filters
from complaints.models import Category, ClockKind, Kind
from crmquality.lib.csvsafe import csv_lines
from crmquality.lib.sheets import write_sheet
from crmquality.office.models import Organisation, Team
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import Customer, PersonalDataLog, Tier

DIMENSIONS = {
    "category": gettext_lazy("Category"),
    "product": gettext_lazy("Product"),
    "cause": gettext_lazy("Root cause"),
    "region": gettext_lazy("Region"),
}
GROUPS = {
    "policy": gettext_lazy("Response policy"),
    "team": gettext_lazy("Department"),
    "customer": gettext_lazy("Customer"),
    "agent": gettext_lazy("Agent"),
}
STEPS = {"month": gettext_lazy("Month"), "week": gettext_lazy("Week")}
# A longer period has too many weeks to read.
WEEKS_UNTIL = 200
ROWS_SHOWN, ROWS_EXPORTED = 200, 100_000


@requires(Right.SEE_RUNS)
def analysis_detail(request: MemberRequest) -> HttpResponse:
    """A period beside the one before; every picker lives in the address."""
    scope, filters = _scope(request)
    groups = _groups(scope)
    dimension = _one_of(request, "by", DIMENSIONS)
    group, clock = _one_of(request, "group", groups), _one_of(request, "clock", {"": "", **dict(ClockKind.choices)})
    step = _one_of(request, "step", STEPS, "week" if filters.days <= WEEKS_UNTIL else "month")
    now, before = analysis.outcomes(scope)
    trend = analysis.trend(scope, step)
    bars = analysis.pareto(scope, dimension)
    currency = scope.organisation.currency
    context = {
        "filters": filters, "facets": facets(), "dimension": dimension, "dimensions": DIMENSIONS.items(),
        "group": group, "groups": groups.items(), "clock": clock, "clocks": ClockKind.choices, "step": step,
        "steps": STEPS.items(), "n": now.n, "trend": trend,
        "tiles": wording.tiles(now, before, filters, analysis.cost_an_hour(), currency),
        "pareto_chart": charts.pareto(bars, dimension, str(DIMENSIONS[dimension]), filters) if bars else None,
        "trend_chart": charts.trend(trend) if trend else None,
        "attainment": wording.attainment_rows(analysis.attainment(scope, group, clock), filters, group, clock),
        "times": wording.times_rows(analysis.times(scope), filters),
        "actions": wording.action_tiles(analysis.actions(scope), filters),
        "behind": filters.query(group=group, clock=clock), "languages": settings.LANGUAGES,
    }  # fmt: skip
    return render(request, "complaints/analysis_detail.html", context)


@requires(Right.SEE_RUNS)
def clock_list(request: MemberRequest) -> HttpResponseBase:
    """The promises behind an attainment, broken ones first; ?export=csv or xlsx takes them out."""
    scope, filters = _scope(request)
    groups = _groups(scope)
    group, clock = _one_of(request, "group", groups), _one_of(request, "clock", {"": "", **dict(ClockKind.choices)})
    if request.GET.get("group") in GROUPS and request.GET["group"] != group:
        raise Http404
    asked = request.GET.get("key", "")
    key = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    if request.GET.get("export") in EXPORTS:
        return _export(request, analysis.clock_rows(scope, group, key, clock, ROWS_EXPORTED), "agent" in groups)
    rows = analysis.clock_rows(scope, group, key, clock, ROWS_SHOWN)
    for row in rows:
        row["taken"], row["promised"] = wording.hours(row["elapsed"]), wording.hours(row["target"])
    context = {
        "filters": filters,
        "rows": rows,
        "shown": ROWS_SHOWN,
        "exported": ROWS_EXPORTED,
        "query": request.GET.urlencode(),
    }
    return render(request, "complaints/clock_list.html", context)


def _scope(request: MemberRequest) -> tuple[analysis.Scope, Filters]:
    organisation, now = Organisation.load(), timezone.now()
    filters = Filters.asked(request.GET.dict(), organisation.today(now))
    return analysis.Scope(filters, request.user, organisation, now), filters


def _groups(scope: analysis.Scope) -> dict[str, Any]:
    """Members are compared only where the company switched it on, and by who has the right to."""
    may = scope.organisation.compares_members and scope.member.has_right(Right.COMPARE_MEMBERS)
    return {name: label for name, label in GROUPS.items() if may or name != "agent"}


def _one_of(request: MemberRequest, name: str, choices: Iterable[str], default: str = "") -> str:
    """What the address asks for, if it is offered; else the default, or the first."""
    asked = request.GET.get(name, "")
    return asked if asked in choices else default or next(iter(choices))


def facets() -> dict[str, Any]:
    """What there is to pick; regions and segments a minute old at most, because finding out reads every row."""
    return {
        "kinds": [*Kind.choices, (ANY, _("All kinds"))],
        "categories": [(each.code, str(each)) for each in Category.objects.select_related("parent")],
        "teams": [(str(team.pk), str(team)) for team in Team.objects.all()],
        "tiers": Tier.choices,
        **{name: [(value, value) for value in values] for name, values in _of_customers().items()},
    }


def _of_customers() -> dict[str, list[str]]:
    def read() -> dict[str, list[str]]:
        return {
            name: list(
                Customer.objects.exclude(**{name: ""}).order_by(name).values_list(name, flat=True).distinct()[:200]
            )
            for name in ("region", "segment")
        }

    found: dict[str, list[str]] = cache.get_or_set("complaints_facets", read, 60)  # type: ignore[assignment]
    return found


def _export(request: MemberRequest, rows: list[dict[str, Any]], shows_agents: bool) -> HttpResponseBase:
    if not request.user.has_right(Right.EXPORT):
        raise Http404
    PersonalDataLog.exported(request.user, "clocks", len(rows))
    zone = Organisation.load().zone
    for row in rows:
        for name in ("started_at", "stopped_at", "due_at"):
            row[name] = row[name] and row[name].astimezone(zone)
    return EXPORTS[request.GET["export"]](_lines(rows, shows_agents))


def _lines(rows: list[dict[str, Any]], shows_agents: bool) -> Iterable[list[object]]:
    heading: list[object] = [
        _("Number"), _("Customer"), _("Department"), _("Clock"), _("Policy"), _("Started"), _("Stopped"), _("Due"),
        _("Target, hours"), _("Taken, hours"), _("Kept"),
    ]  # fmt: skip
    yield [*heading, _("Agent")] if shows_agents else heading
    for row in rows:
        case = row["case"]
        line = [
            case.number, case.customer and case.customer.code, case.team and str(case.team), str(row["clock"]),
            str(row["policy"] or ""), row["started_at"], row["stopped_at"], row["due_at"], row["target"] / 3600,
            None if row["elapsed"] is None else row["elapsed"] / 3600, _("yes") if row["is_met"] else _("no"),
        ]  # fmt: skip
        yield [*line, case.owner and str(case.owner)] if shows_agents else line


def _csv(lines: Iterable[list[object]]) -> HttpResponseBase:
    response = StreamingHttpResponse(csv_lines(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="clocks.csv"'
    return response


def _xlsx(lines: Iterable[list[object]]) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_sheet(file, "clocks", lines)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="clocks.xlsx")


EXPORTS = {"csv": _csv, "xlsx": _xlsx}
