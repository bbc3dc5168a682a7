"""What admins look at and set: questionnaires, rules of asking and for bad answers, dead addresses."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from crmquality.lib.admin import ReadOnly, Tracked, register_events

from .models import DeadAddress, LoopRule, Question, Questionnaire, SurveySettings, Version

register_events(LoopRule, SurveySettings)


class VersionInline(TabularInline):
    """To look at; the builder writes them."""

    model = Version
    fields = readonly_fields = ["number", "minutes", "frozen_at"]
    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Questionnaire)
class QuestionnaireAdmin(ModelAdmin):
    """Name, purpose and whether it is offered. One that is used stays, so nothing is deleted here."""

    list_display = ["name", "slug", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]
    readonly_fields = ["slug"]
    inlines = [VersionInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class QuestionInline(TabularInline):
    model = Question
    fields = readonly_fields = ["position", "key", "kind", "is_required", "scale_max", "measure", "attribute", "stage"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Version)
class VersionAdmin(ReadOnly):
    list_display = ["questionnaire", "number", "minutes", "frozen_at"]
    list_filter = ["questionnaire"]
    list_select_related = ["questionnaire"]
    inlines = [QuestionInline]


@admin.register(LoopRule)
class LoopRuleAdmin(Tracked):
    """Which answers set what in motion."""

    list_display = ["name", "key", "at_most", "segment", "working_days", "suggests_case", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "key"]


@admin.register(SurveySettings)
class SurveySettingsAdmin(Tracked):
    """The one row there is: how often people may be asked, and how fast mail goes out."""

    list_display = ["__str__", "person_cap", "company_cap", "period_days", "mails_a_minute", "link_days"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SurveySettings]:
        SurveySettings.load()
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(DeadAddress)
class DeadAddressAdmin(ReadOnly):
    """Where mail came back for good. One that was mended is deleted here, and mail goes there again."""

    list_display = ["email", "bounced_at", "reason"]
    search_fields = ["email"]
    ordering = ["-bounced_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("surveys.delete_deadaddress")
