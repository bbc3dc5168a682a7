"""Lists page by page: by where one is, so that the last page costs what the first does."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from crmquality.lib.keyset import Cursor, Order, page_asked_for

LARGEST = 200
USUAL = 50
BY_ID = {"id": Order("pk", parse=int), "-id": Order("pk", is_descending=True, parse=int)}
NAMES = {"after", "before", "page_size", "sort"}


class KeysetPagination(BasePagination):
    """`next` and `previous` are addresses; a view's `orders` are what it can be sorted by, the usual one first."""

    def paginate_queryset(self, queryset: QuerySet[Any], request: Any, view: Any = None) -> list[Any]:
        asked = request.query_params
        self.request = request
        order = self._order(asked, view)
        if "after" in asked and "before" in asked:
            raise ValidationError({"before": _("Either after or before.")})
        for name in ("after", "before"):
            if name in asked:
                self._check(asked[name], order, name)
        self.page = page_asked_for(queryset, order, asked, self._size(asked))
        return self.page.rows

    def _order(self, asked: Any, view: Any) -> Order:
        orders: dict[str, Order] = view.orders
        name = asked.get("sort") or next(iter(orders))
        if name not in orders:
            raise ValidationError({"sort": _("One of %(orders)s.") % {"orders": ", ".join(orders)}})
        return orders[name]

    def _check(self, text: str, order: Order, name: str) -> None:
        cursor = Cursor.decode(text, order, is_back=False)
        if cursor is None or "\x00" in str(cursor.value) or abs(cursor.id) >= 2**63:
            raise ValidationError({name: _("This is no place in this list.")})

    def _size(self, asked: Any) -> int:
        text = asked.get("page_size", str(USUAL))
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= LARGEST):
            raise ValidationError({"page_size": _("From 1 to %(largest)s.") % {"largest": LARGEST}})
        return int(text)

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(self.page.next),
                "previous": self._link(self.page.previous),
                "results": data,
            }
        )

    def _link(self, query: str) -> str | None:
        return f"{self.request.build_absolute_uri(self.request.path)}?{query}" if query else None

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri", "example": "https://crm.example.com/api/v1/...?after=..."}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        place = "A place in the list, from the address in next or previous; it is not to be read."
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL}
        orders = list(view.orders)
        return [
            {"name": "after", "in": "query", "description": place, "schema": {"type": "string"}},
            {"name": "before", "in": "query", "description": place, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "schema": size},
            {
                "name": "sort",
                "in": "query",
                "description": "A minus means from the end.",
                "schema": {"type": "string", "enum": orders, "default": orders[0]},
            },
        ]
