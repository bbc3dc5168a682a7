"""The left rail: every section of the work, in its order. A new page adds a row."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crmquality.office.roles import Right


@dataclass(frozen=True)
class Section:
    label: Promise
    icon: str
    url_name: str
    prefix: str
    key: str
    rights: frozenset[Right]
    is_staff_only: bool = False

    @property
    def url(self) -> str:
        """Where the section is, or '' while its app has no such page."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""

    def is_open_to(self, member: object) -> bool:
        if self.is_staff_only:
            return bool(getattr(member, "is_staff", False))
        return bool(self.rights & getattr(member, "rights", frozenset()))

    def is_here(self, path: str) -> bool:
        return path == self.url or (self.prefix != "/" and path.startswith(self.prefix))


_SEES = frozenset({Right.SEE_ALL, Right.SEE_OWN})
_RUNS = frozenset({Right.SEE_RUNS})
_IMPORTS = frozenset({Right.IMPORT})

SECTIONS = [
    Section(_("Overview"), "home", "home", "/", "o", _SEES),
    Section(_("My day"), "day", "day", "/day/", "m", _SEES),
    Section(_("Customers"), "customers", "scoring:customer_list", "/customers/", "c", _SEES),
    Section(_("Follow-ups and visits"), "task", "customers:follow_up_list", "/customers/follow-ups/", "w", _SEES),
    Section(_("Complaints"), "complaint", "complaints:case_list", "/complaints/", "p", _SEES),
    Section(_("Complaint analysis"), "table", "complaints:analysis_detail", "/complaints/analysis/", "y", _RUNS),
    Section(_("Surveys"), "survey", "surveys:campaign_list", "/surveys/", "l", _RUNS),
    Section(_("Bad answers"), "alert", "surveys:loop_list", "/surveys/follow-ups/", "b", _SEES),
    Section(_("Figures"), "table", "scoring:figure_list", "/evaluation/figures/", "f", _RUNS),
    Section(_("Evaluation runs"), "runs", "scoring:run_list", "/evaluation/runs/", "r", _RUNS),
    Section(_("Evaluation models"), "models", "scoring:model_list", "/evaluation/models/", "e", _RUNS),
    Section(_("Data"), "data", "customers:import_list", "/data/", "d", _IMPORTS),
    Section(_("Settings"), "settings", "admin:index", "/admin/", "s", frozenset(), True),
]


def sections_for(request: HttpRequest) -> list[dict[str, object]]:
    """What the member may use, each with whether he is there now: in the innermost that fits."""
    sections = [section for section in SECTIONS if section.is_open_to(request.user) and section.url]
    fitting = [section for section in sections if section.is_here(request.path)]
    here = max(fitting, key=lambda section: len(section.prefix), default=None)
    return [{"section": section, "is_here": section is here} for section in sections]
