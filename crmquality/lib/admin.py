"""Bases of the admin pages: editable rows with their history, results that nobody edits."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import BigIntegerField, Model, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator


class ReadOnly(ModelAdmin):
    """To look at. Also no counting: results have millions of rows."""

    show_full_result_count = False
    paginator = InfinitePaginator
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Tracked(ModelAdmin):
    """Rows whose changes the database records: "History" shows what triggers wrote."""

    show_full_result_count = False
    list_per_page = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        event = event_model(self.model)
        page = reverse(f"admin:{event._meta.app_label}_{event._meta.model_name}_changelist")
        return redirect(f"{page}?pgh_obj__id__exact={object_id}")


class Events(ReadOnly):
    """What the triggers wrote down of a row, newest first."""

    list_display = ["pgh_created_at", "label", "name", "by"]
    list_filter = ["pgh_label"]
    ordering = ["-pgh_id"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Reached by "History" of a row, not from the list of everything."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "pgh_obj__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("what happened"))
    def label(self, event: Any) -> str:
        return {"insert": _("Added"), "update": _("Changed"), "delete": _("Deleted")}.get(
            event.pgh_label, event.pgh_label
        )

    @admin.display(description=_("name"))
    def name(self, event: Any) -> str:
        for field in ("name", "number", "code", "username"):
            if getattr(event, field, None):
                return str(getattr(event, field))
        return f"#{event.pgh_obj_id}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        who = Cast(KeyTextTransform("user", "pgh_context__metadata"), BigIntegerField())
        author = get_user_model().objects.filter(pk=OuterRef("changed_by_id")).values("username")
        return super().get_queryset(request).annotate(changed_by_id=who, changed_by=Subquery(author))

    @admin.display(description=_("by"))
    def by(self, event: Any) -> str:
        return event.changed_by or "–"


def event_model(model: Any) -> type[Model]:
    """The model that holds the history of `model`."""
    return next(iter(model.pgh_event_models.values()))


def register_events(*models: type[Model]) -> None:
    """Give each tracked model a page of its history."""
    for model in models:
        admin.site.register(event_model(model), Events)
