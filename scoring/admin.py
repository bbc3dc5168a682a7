"""Models and results, for admins. Results are read-only: nobody edits what was computed."""

from math import isnan
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crmquality.lib.admin import ReadOnly, Tracked, register_events
from crmquality.office.models import Organisation
from customers.models import Customer
from surveys import confidential
from surveys.statistics import MINIMUM_GROUP

from . import explaining
from .engine.indicators import REGISTRY
from .models import (
    Calibration,
    CurrentScore,
    EvaluationModel,
    ModelAssignment,
    Reading,
    Run,
    RunFigure,
    RunShard,
    Score,
)
from .wording import value_in_words

register_events(ModelAssignment)
READING_LINE = (
    '<tr class="whitespace-nowrap"><td class="pr-3">{}</td><td class="pr-3"><code>{}</code></td>'
    '<td class="pr-3">{}</td><td>n = {}</td></tr>'
)


@admin.register(EvaluationModel)
class EvaluationModelAdmin(ReadOnly):
    """Weights are edited and published on the site's own pages, which check them."""

    list_display = ["slug", "version", "name", "status", "author", "published_at"]
    list_filter = ["status"]
    list_select_related = ["author"]
    search_fields = ["slug", "name"]


@admin.register(ModelAssignment)
class ModelAssignmentAdmin(Tracked):
    list_display = ["position", "segment", "tier", "stage", "business_stage", "slug"]
    list_display_links = ["slug"]


@admin.register(Calibration)
class CalibrationAdmin(ReadOnly):
    list_display = ["as_of", "settings_version", "created_at"]


@admin.register(Run)
class RunAdmin(ReadOnly):
    list_display = ["id", "as_of", "status", "started_by", "started_at", "published_at"]
    list_filter = ["status"]
    list_select_related = ["started_by"]


@admin.register(RunShard)
class RunShardAdmin(ReadOnly):
    list_display = ["run", "low_key", "high_key", "customers", "done_at"]
    list_select_related = ["run"]
    ordering = ["-id"]


@admin.register(RunFigure)
class RunFigureAdmin(ReadOnly):
    list_display = ["run", "cut", "label", "indicator", "value", "low", "high", "n"]
    list_filter = ["cut"]
    list_select_related = ["run"]
    ordering = ["-id"]


@admin.register(CurrentScore)
class CurrentScoreAdmin(ReadOnly):
    list_display = ["customer", "score", "band", "coverage", "change_30d", "as_of", "model"]
    list_filter = ["band"]
    list_select_related = ["customer", "model"]
    ordering = ["-score", "-customer"]


class Partitioned(ReadOnly):
    """Rows by day, in the order of their key; one row has no page, as nothing finds it by id."""

    list_display_links = None
    ordering = ["-as_of", "-customer_id", "-run_id"]
    list_filter = ["as_of"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        named = Customer.objects.filter(pk=OuterRef("customer_id")).values(said=Concat("code", Value(" · "), "name"))
        return super().get_queryset(request).annotate(customer_said=Subquery(named))

    @admin.display(description=_("customer"), ordering="customer_id")
    def customer(self, row: Any) -> str:
        return row.customer_said or _("erased (%(key)s)") % {"key": row.customer_id}


@admin.register(Score)
class ScoreAdmin(Partitioned):
    list_display = ["as_of", "customer", "score", "band", "coverage", "low", "high", "model"]
    list_select_related = ["model"]


@admin.register(Reading)
class ReadingAdmin(Partitioned):
    """Each row opens into its readings by name. What few people said in confidence is not among them."""

    list_display = ["as_of", "customer", "run_id", "readings"]
    list_per_page = 20

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        until = ExpressionWrapper(OuterRef("as_of"), DateTimeField())
        people = confidential.people(OuterRef("customer_id"), until)
        currency = Organisation.objects.values("currency")
        return super().get_queryset(request).annotate(in_confidence=Subquery(people), currency=Subquery(currency))

    @admin.display(description=_("readings"))
    def readings(self, row: Any) -> str:
        hides = 0 < (row.in_confidence or 0) < MINIMUM_GROUP
        lines = [
            (gettext(spec.name), spec.id, _("not shown") if hides and explaining.tells_answers(spec)
             else value_in_words(spec, value, row.currency), n)
            for spec, value, n in zip(REGISTRY, row.values, row.records, strict=True)
            if value is not None and not isnan(value)
        ]  # fmt: skip
        return format_html(
            "<details><summary>{}</summary><table>{}</table></details>",
            ngettext("%(n)s reading", "%(n)s readings", len(lines)) % {"n": len(lines)},
            format_html_join("", READING_LINE, lines),
        )
