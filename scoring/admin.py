"""Models and results, for admins. Results are read-only: nobody edits what was computed."""

from django.contrib import admin

from crmquality.lib.admin import ReadOnly, Tracked, register_events

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

register_events(ModelAssignment)


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


@admin.register(Score)
class ScoreAdmin(Partitioned):
    list_display = ["as_of", "customer_id", "score", "band", "coverage", "low", "high", "model"]
    list_select_related = ["model"]


@admin.register(Reading)
class ReadingAdmin(Partitioned):
    list_display = ["as_of", "customer_id", "run_id", "values"]
