"""The company, its people and its settings, for admins."""

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Field, OuterRef, QuerySet, Subquery
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from crmquality.lib.admin import ReadOnly, Tracked, register_events
from crmquality.lib.text import enumerated

from . import outbound
from .models import (
    Leave,
    MeasureSettings,
    Member,
    Notice,
    Organisation,
    RecordKeeping,
    Team,
    Webhook,
    WebhookDelivery,
)
from .roles import MemberRequest

admin.site.site_header = admin.site.site_title = "crmquality"
# Roles say who may do what; Django's groups would be a second answer.
admin.site.unregister(Group)
register_events(Member)


@admin.register(Organisation)
class OrganisationAdmin(ModelAdmin):
    """The one row there is."""

    list_display = ["name", "time_zone", "currency", "business_stage"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False


@admin.register(RecordKeeping)
class RecordKeepingAdmin(ModelAdmin):
    list_display = ["kind", "since"]


@admin.register(MeasureSettings)
class MeasureSettingsAdmin(ModelAdmin):
    """A change is a new version: rows are added, never edited."""

    list_display = ["version", "author", "created_at"]

    def has_change_permission(self, request: HttpRequest, obj: MeasureSettings | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MeasureSettings | None = None) -> bool:
        return False

    def save_model(self, request: MemberRequest, obj: MeasureSettings, form: object, change: bool) -> None:
        obj.author = request.user
        super().save_model(request, obj, form, change)


@admin.register(Team)
class TeamAdmin(ModelAdmin):
    list_display = ["name"]
    search_fields = ["name"]


@admin.register(Member)
class MemberAdmin(Tracked, UserAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "role", "team", "is_active", "is_staff"]
    list_filter = ["role", "team", "is_active"]
    list_select_related = ["team"]
    autocomplete_fields = ["team"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "language"]}),
        (_("What they may do"), {"fields": ["role", "team", "is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2", "role", "team"]}),
    ]


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["created_at", "member", "level", "message", "read_at"]
    list_filter = ["level"]
    list_select_related = ["member"]


@admin.register(Leave)
class LeaveAdmin(ModelAdmin):
    list_display = ["member", "cover", "starts_on", "ends_on"]
    list_select_related = ["member", "cover"]


@admin.register(Webhook)
class WebhookAdmin(ModelAdmin):
    """Whom we tell. The secret is said once, when it is made; forgotten, it is renewed."""

    list_display = ["url", "what", "is_active", "last_outcome"]
    fields = ["url", "events", "is_active"]
    change_form_outer_after_template = "admin/office/webhook_tools.html"

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        if not change:
            obj.author = cast(MemberRequest, request).user
        super().save_model(request, obj, form, change)
        if not change:
            _say_secret(request, obj.secret)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "events":
            # A test is not asked for, it is sent by hand.
            offered = [choice for choice in Webhook.Event.choices if choice[0] != Webhook.Event.PING]
            return MultipleChoiceField(label=_("Events"), choices=offered, widget=CheckboxSelectMultiple())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Webhook]:
        latest = WebhookDelivery.objects.filter(webhook=OuterRef("pk")).order_by("-id")
        last = {f"last_{name}": Subquery(latest.values(name)[:1]) for name in ("answer_status", "error")}
        return super().get_queryset(request).annotate(**last)

    @admin.display(description=_("events"))
    def what(self, hook: Webhook) -> str:
        names = dict(Webhook.Event.choices)
        return enumerated(names.get(event, event) for event in hook.events)

    @admin.display(description=_("last message"))
    def last_outcome(self, hook: Any) -> str:
        return hook.last_error or (str(_("taken")) if hook.last_answer_status else "–")

    def get_urls(self) -> list[URLPattern]:
        return [
            _tool("<int:pk>/test/", self.send_test, "webhook_test", self),
            _tool("<int:pk>/secret/", self.renew_secret, "webhook_secret", self),
            *super().get_urls(),
        ]

    def send_test(self, request: HttpRequest, pk: int) -> HttpResponse:
        delivery = outbound.ping(get_object_or_404(Webhook, pk=pk), timezone.now())
        say = messages.success if delivery.delivered_at else messages.warning
        say(request, delivery.outcome)
        return redirect("admin:office_webhook_change", pk)

    def renew_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        _say_secret(request, outbound.renew_secret(get_object_or_404(Webhook, pk=pk)))
        return redirect("admin:office_webhook_change", pk)


def _say_secret(request: HttpRequest, secret: str) -> None:
    text = _("The secret to check signatures with, shown this once: %(secret)s")
    messages.warning(request, text % {"secret": secret})


def _tool(route: str, view: Callable[..., HttpResponse], name: str, owner: ModelAdmin) -> URLPattern:
    """The address of a button on an admin's page: by POST, for whoever may change (or look at) what it is about."""

    def guarded(request: HttpRequest, pk: int) -> HttpResponse:
        if not owner.has_view_permission(request):
            raise PermissionDenied
        return view(request, pk)

    return path(route, admin.site.admin_view(require_POST(guarded)), name=f"office_{name}")


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly):
    """The log: what went where, how often it was tried, what the receiver answered."""

    list_display = ["created_at", "event", "webhook", "outcome", "attempts"]
    list_filter = ["event", "webhook"]
    list_select_related = ["webhook"]
    actions = ["send_again"]
    fields = readonly_fields = [
        "webhook", "event", "outcome", "attempts", "answer_status", "error", "created_at", "delivered_at",
        "next_attempt_at", "event_key", "message",
    ]  # fmt: skip
    change_form_outer_after_template = "admin/office/delivery_tools.html"

    @admin.display(description=_("how it stands"))
    def outcome(self, delivery: WebhookDelivery) -> str:
        return delivery.outcome

    @admin.display(description=_("message"))
    def message(self, delivery: WebhookDelivery) -> str:
        text = json.dumps(delivery.body, ensure_ascii=False, indent=2)
        return format_html('<pre style="white-space: pre-wrap">{}</pre>', text)

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        sent = sum(outbound.send_again(delivery, timezone.now()) for delivery in queryset)
        messages.success(request, _("Messages on their way again: %(n)s") % {"n": sent})

    def get_urls(self) -> list[URLPattern]:
        return [_tool("<int:pk>/again/", self.send_one_again, "webhookdelivery_again", self), *super().get_urls()]

    def send_one_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        if outbound.send_again(get_object_or_404(WebhookDelivery, pk=pk), timezone.now()):
            messages.success(request, _("It is on its way again."))
        else:
            messages.warning(request, _("It is still on its way."))
        return redirect("admin:office_webhookdelivery_change", pk)
