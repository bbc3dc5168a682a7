"""What admins set about cases: calendars, promises, rules, trees, templates. A case itself is only looked at."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from crmquality.lib.admin import ReadOnly, Tracked, register_events
from crmquality.lib.formats import day
from crmquality.office.models import Calendar, CalendarDay
from crmquality.office.models.calendar import public_days

from . import clocks, tasks
from .models import (
    AssignmentRule,
    Case,
    CaseClock,
    CasePause,
    CaseStep,
    Category,
    EscalationStep,
    ReplyTemplate,
    ResponsePolicy,
    RootCause,
    SavedFilter,
)

register_events(Case, Category, RootCause, ResponsePolicy, AssignmentRule, EscalationStep, ReplyTemplate, Calendar)
# More clocks than these are computed by a worker, who tells how many moved.
AT_ONCE = 2_000
PREVIEW_YEARS = 2


class Recomputes(Tracked):
    """Rows that due dates follow from: a change moves the clocks of open cases, and says how many."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._recompute(request)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        self._recompute(request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        super().delete_queryset(request, queryset)
        self._recompute(request)

    def _recompute(self, request: HttpRequest) -> None:
        if CaseClock.objects.running()[: AT_ONCE + 1].count() > AT_ONCE:
            transaction.on_commit(lambda: tasks.recompute_clocks.delay(request.user.pk))
            messages.info(request, _("Due dates are being computed anew; you are told how many moved."))
            return
        moved = clocks.recompute()
        text = ngettext("The due date of %(n)s clock moved.", "The due dates of %(n)s clocks moved.", moved)
        messages.info(request, text % {"n": moved})


class DayInline(TabularInline):
    model = CalendarDay
    fields = ["day", "is_working", "name"]
    extra = 1


@admin.register(Calendar)
class CalendarAdmin(Recomputes):
    """Here and not with the company, because due dates follow from it."""

    list_display = ["name", "time_zone", "country", "region", "is_default"]
    search_fields = ["name"]
    readonly_fields = ["holidays_known"]
    inlines = [DayInline]

    @admin.display(description=_("public holidays and make-up working days"))
    def holidays_known(self, calendar: Calendar) -> str | SafeString:
        """Of this year and the next, as they are known for the country."""
        year = timezone.now().year
        years = range(year, year + PREVIEW_YEARS)
        closed, working = public_days(calendar.country, calendar.region)
        rows = [(each, _("closed")) for each in closed] + [(each, _("working day")) for each in working]
        shown = sorted((each, words) for each, words in rows if each.year in years)
        return format_html_join("", "<div>{} · {}</div>", ((day(each), words) for each, words in shown)) or "–"


@admin.register(ResponsePolicy)
class ResponsePolicyAdmin(Recomputes):
    list_display = [
        "severity", "tier", "acknowledge_minutes", "response_minutes", "next_minutes", "resolve_minutes", "calendar",
    ]  # fmt: skip
    list_filter = ["severity", "tier"]
    list_select_related = ["calendar"]


@admin.register(AssignmentRule)
class AssignmentRuleAdmin(Tracked):
    list_display = ["position", "kind", "category", "region", "least_severity", "way", "team", "is_active"]
    list_select_related = ["category", "team"]
    autocomplete_fields = ["category", "team"]


@admin.register(EscalationStep)
class EscalationStepAdmin(Tracked):
    list_display = ["level", "delay_minutes", "receiver", "member"]
    list_select_related = ["member"]


@admin.register(Category)
class CategoryAdmin(Tracked):
    list_display = ["name", "parent", "code", "is_product_quality", "team", "is_active"]
    list_filter = ["is_active", "is_product_quality"]
    list_select_related = ["parent", "team"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent", "team"]


@admin.register(RootCause)
class RootCauseAdmin(Tracked):
    list_display = ["name", "parent", "code", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["parent"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["parent"]


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(Tracked):
    list_display = ["name", "slug", "language", "subject", "is_active"]
    list_filter = ["language", "is_active"]
    search_fields = ["name", "slug", "subject"]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        """With the placeholders that may stand in a text; others are refused when it is saved."""
        offered = ", ".join(f"{{{name}}}" for name in ReplyTemplate.PLACEHOLDERS)
        told = {"text": _("Filled in for each case: %(offered)s.") % {"offered": offered}}
        return super().get_form(request, obj, change, **kwargs, help_texts=told)


@admin.register(SavedFilter)
class SavedFilterAdmin(ModelAdmin):
    list_display = ["name", "member", "query"]
    list_select_related = ["member"]


class StepInline(TabularInline):
    """What happened, which nobody changes."""

    model = CaseStep
    fields = readonly_fields = ["at", "step", "from_status", "to_status", "by", "member", "channel", "data"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Case)
class CaseAdmin(ReadOnly):
    list_display = ["number", "subject", "kind", "status", "severity", "owner", "received_at", "due_at"]
    list_filter = ["kind", "status", "severity"]
    list_select_related = ["owner"]
    inlines = [StepInline]


class WasAnswered(admin.SimpleListFilter):
    """Pauses that stood while the customer had answered already."""

    title = _("the customer had already answered")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CasePause]) -> QuerySet[CasePause]:
        return queryset.filter(noticed_at__gt=F("ended_at")) if self.value() == "yes" else queryset


@admin.register(CasePause)
class CasePauseAdmin(ReadOnly):
    """For the audit: how long we waited, and whether the answer was there already."""

    list_display = ["case", "started_at", "ended_at", "noticed_at", "channel", "answered"]
    list_filter = [WasAnswered]
    list_select_related = ["case"]

    @admin.display(description=_("had answered"), boolean=True)
    def answered(self, pause: CasePause) -> bool:
        return pause.was_answered
