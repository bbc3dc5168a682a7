"""The company, its people and its settings, for admins."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Field, Model, QuerySet
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from crmquality.lib.admin import ReadOnly, Tracked, register_events

from . import outbound
from .models import (
    ApiToken,
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


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly):
    """Everybody's tokens: to see, and to revoke by deleting."""

    list_display = ["name", "user", "scopes", "created", "expiry", "last_used_at"]
    fields = readonly_fields = list_display
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("office.delete_apitoken")


@admin.register(Leave)
class LeaveAdmin(ModelAdmin):
    list_display = ["member", "cover", "starts_on", "ends_on"]
    list_select_related = ["member", "cover"]


@admin.register(Webhook)
class WebhookAdmin(ModelAdmin):
    """Whom we tell; the secret is shown here, and nowhere else."""

    list_display = ["url", "events", "is_active"]
    readonly_fields = ["secret"]

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        if not change:
            obj.author = cast(MemberRequest, request).user
        super().save_model(request, obj, form, change)

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "events":
            return MultipleChoiceField(
                label=_("Events"), choices=Webhook.Event.choices, widget=CheckboxSelectMultiple()
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnly):
    """The log: what went where, how often it was tried, what the receiver answered."""

    list_display = ["created_at", "event", "webhook", "attempts", "answer_status", "delivered_at", "error"]
    list_filter = ["event", "webhook"]
    list_select_related = ["webhook"]
    actions = ["send_again"]

    @admin.action(description=_("Send again"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        sent = sum(outbound.send_again(delivery, timezone.now()) for delivery in queryset)
        messages.success(request, _("%(n)s messages are on their way again.") % {"n": sent})
