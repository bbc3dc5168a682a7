"""Customers' records, for admins; the database keeps what they change."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline

from crmquality.lib.admin import ReadOnly, Tracked, register_events

from .models import (
    ChangedCustomer,
    Customer,
    CustomerMerge,
    CustomerPhase,
    Order,
    OrderLine,
    PersonalDataLog,
    Product,
    ProductLine,
    RetentionPeriod,
    Return,
    VisitInterval,
)
from .models.customer import CustomerQuerySet
from .models.imports import ImportPreset, ImportRun

register_events(Customer, Order, OrderLine, Product, Return, VisitInterval)


class PhaseInline(TabularInline):
    """Since when which tier, segment and owner; a trigger writes them."""

    model = CustomerPhase
    fields = readonly_fields = ["since", "tier", "segment", "owner"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(Tracked):
    list_display = ["code", "name", "segment", "tier", "region", "owner"]
    list_filter = ["tier", "kind"]
    list_select_related = ["owner"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["owner", "parent"]
    exclude = ["search_text", "search_grams", "phone_keys"]
    inlines = [PhaseInline]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        return cast(CustomerQuerySet, queryset).matching(search_term), False


@admin.register(ProductLine)
class ProductLineAdmin(ModelAdmin):
    search_fields = ["name"]


@admin.register(Product)
class ProductAdmin(Tracked):
    list_display = ["code", "name", "line"]
    list_select_related = ["line"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["line"]


class LineInline(TabularInline):
    model = OrderLine
    fields = ["product", "occurrence", "quantity", "amount", "cost"]
    autocomplete_fields = ["product"]
    extra = 0


@admin.register(Order)
class OrderAdmin(Tracked):
    list_display = ["number", "customer", "placed_at", "delivered_at", "amount", "status"]
    list_select_related = ["customer"]
    search_fields = ["number"]
    autocomplete_fields = ["customer"]
    inlines = [LineInline]


@admin.register(OrderLine)
class OrderLineAdmin(Tracked):
    list_display = ["order", "product", "quantity", "amount"]
    list_select_related = ["order", "product"]
    search_fields = ["order__number"]
    autocomplete_fields = ["order", "product"]


@admin.register(Return)
class ReturnAdmin(Tracked):
    list_display = ["number", "line", "quantity", "amount", "returned_at"]
    list_select_related = ["line__order", "line__product"]
    search_fields = ["number"]
    autocomplete_fields = ["line"]


@admin.register(ChangedCustomer)
class ChangedCustomerAdmin(ReadOnly):
    list_display = ["id", "customer_id", "changed_at"]
    ordering = ["-id"]


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly):
    list_display = ["id", "kind", "file_name", "status", "member", "created_at", "lines_read", "rejected"]
    list_filter = ["kind", "status"]
    list_select_related = ["member"]


@admin.register(ImportPreset)
class ImportPresetAdmin(ModelAdmin):
    list_display = ["name", "kind", "author"]


@admin.register(RetentionPeriod)
class RetentionPeriodAdmin(ModelAdmin):
    list_display = ["records", "months"]


@admin.register(PersonalDataLog)
class PersonalDataLogAdmin(ReadOnly):
    list_display = ["at", "action", "what", "member"]
    list_filter = ["action"]


@admin.register(CustomerMerge)
class CustomerMergeAdmin(ReadOnly):
    list_display = ["merged_at", "removed_code", "removed_name", "kept", "undone_at"]
    list_select_related = ["kept"]


@admin.register(VisitInterval)
class VisitIntervalAdmin(Tracked):
    """One row per tier, all there from the start: only the days are changed."""

    list_display = ["__str__", "days"]
    list_editable = ["days"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: VisitInterval | None = None) -> bool:
        return False
