"""What can be learned: the page of a period, the promises behind it, and what is taken out."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from complaints import analysis, charts, voice, wording
from complaints.filters import ANY, Filters
from complaints.models import Category, ClockKind, Kind
from crmquality.lib.csvsafe import csv_lines
from crmquality.lib.htmx import render_page
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
    "policy": gettext_lazy("Policy"),
    "team": gettext_lazy("Department"),
    "customer": gettext_lazy("Customer"),
    "agent": gettext_lazy("Agent"),
}
STEPS = {"month": gettext_lazy("Month"), "week": gettext_lazy("Week")}
# A longer period has too many weeks to read.
WEEKS_UNTIL = 200
ROWS_SHOWN, ROWS_EXPORTED = 200, 100_000
INDIVIDUAL_SHOWN = 10


@dataclass(frozen=True)
class Picked:
    """What the address asks of the page; every picker lives there."""

    scope: analysis.Scope
    groups: dict[str, Any]
    dimension: str
    group: str
    clock: str
    step: str
    source: str

    @classmethod
    def asked(cls, request: MemberRequest) -> "Picked":
        scope, filters = _scope(request)
        groups = _groups(scope)
        return cls(
            scope=scope,
            groups=groups,
            dimension=_one_of(request, "by", DIMENSIONS),
            group=_one_of(request, "group", groups),
            clock=_one_of(request, "clock", {"": "", **dict(ClockKind.choices)}),
            step=_one_of(request, "step", STEPS, "week" if filters.days <= WEEKS_UNTIL else "month"),
            source=_one_of(request, "source", voice.SOURCES),
        )

    @property
    def filters(self) -> Filters:
        return self.scope.filters

    @property
    def query(self) -> str:
        """The address of the same choice."""
        return self.filters.query(
            by=self.dimension, group=self.group, clock=self.clock, step=self.step, source=self.source
        )


def _outcomes(picked: Picked) -> dict[str, Any]:
    now, before = analysis.outcomes(picked.scope)
    currency = picked.scope.organisation.currency
    return {"n": now.n, "tiles": wording.tiles(now, before, picked.filters, analysis.cost_an_hour(), currency)}


def _subjects(picked: Picked) -> dict[str, Any]:
    bars, name = analysis.pareto(picked.scope, picked.dimension), str(DIMENSIONS[picked.dimension])
    return {"figure": charts.pareto(bars, picked.dimension, name, picked.filters) if bars else None}


def _trend(picked: Picked) -> dict[str, Any]:
    trend = analysis.trend(picked.scope, picked.step)
    return {"figure": charts.trend(trend) if trend else None}


def _attainment(picked: Picked) -> dict[str, Any]:
    found = analysis.attainment(picked.scope, picked.group, picked.clock)
    rows = wording.attainment_rows(found, picked.filters, picked.group, picked.clock)
    return {"attainment": rows, "behind": picked.filters.query(group=picked.group, clock=picked.clock)}


def _times(picked: Picked) -> dict[str, Any]:
    return {"times": wording.times_rows(analysis.times(picked.scope), picked.filters)}


def _actions(picked: Picked) -> dict[str, Any]:
    return {"actions": wording.action_tiles(analysis.actions(picked.scope), picked.filters)}


def _satisfaction(picked: Picked) -> dict[str, Any]:
    found = voice.satisfaction(picked.scope)
    return {
        "tile": wording.satisfaction_tile(found, picked.filters),
        "rows": wording.satisfaction_rows(found, picked.filters),
        "figure": charts.satisfaction(found.months),
    }


def _themes(picked: Picked) -> dict[str, Any]:
    found = voice.voices(picked.scope, picked.source)
    common = [wording.theme(each, found.texts) for each in found.reading.themes if each.is_common]
    return {
        "sources": voice.SOURCES.items(), "source": picked.source, "reading": found.reading,
        "n": len(found.texts), "is_cut": found.is_cut,
        "problems": [each for each in common if voice.is_problem(each.theme)],
        "others": [each for each in common if not voice.is_problem(each.theme)],
        "individual": [found.texts[place] for place in found.reading.individual[:INDIVIDUAL_SHOWN]],
    }  # fmt: skip


# By name: what it is called, its columns of twelve on a wide screen, and what it shows.
PANELS: dict[str, tuple[Any, int, Callable[[Picked], dict[str, Any]]]] = {
    "outcomes": (gettext_lazy("How cases ended and what they cost"), 12, _outcomes),
    "subjects": (gettext_lazy("What it is about"), 6, _subjects),
    "trend": (gettext_lazy("Complaints per 100 orders"), 6, _trend),
    "attainment": (gettext_lazy("Promises kept"), 12, _attainment),
    "times": (gettext_lazy("Times taken"), 12, _times),
    "actions": (gettext_lazy("Corrective actions"), 12, _actions),
    "satisfaction": (gettext_lazy("Satisfaction after closing"), 12, _satisfaction),
    "themes": (gettext_lazy("What customers speak of"), 12, _themes),
}


@requires(Right.SEE_RUNS)
def analysis_detail(request: MemberRequest) -> HttpResponse:
    """A period beside the one before: the pickers, and the panels that the page fetches one after the other."""
    picked = Picked.asked(request)
    context = {
        "filters": picked.filters, "facets": facets(), "dimension": picked.dimension, "dimensions": DIMENSIONS.items(),
        "group": picked.group, "groups": picked.groups.items(), "clock": picked.clock, "clocks": ClockKind.choices,
        "step": picked.step, "steps": STEPS.items(), "languages": settings.LANGUAGES, "query": picked.query,
        "panels": [(name, title, width) for name, (title, width, _context) in PANELS.items()],
    }  # fmt: skip
    return render(request, "complaints/analysis_detail.html", context)


@requires(Right.SEE_RUNS)
def analysis_panel(request: MemberRequest, panel: str) -> HttpResponse:
    """One panel, for the page or alone."""
    if panel not in PANELS:
        raise Http404
    picked, (title, _width, figures) = Picked.asked(request), PANELS[panel]
    fragment = f"complaints/_analysis_{panel}.html"
    context = {
        "filters": picked.filters, "title": title, "fragment": fragment, "query": picked.query, **figures(picked),
    }  # fmt: skip
    return render_page(request, "complaints/analysis_panel.html", fragment, context)


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
        pgettext("of a case", "Number"), _("Customer"), _("Department"), _("Clock"), _("Policy"),
        _("Started"), _("Stopped"), _("Due"),
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
