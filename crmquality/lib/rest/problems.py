"""One shape of error for every status: RFC 9457's problem, with the fields that are wrong."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, IntegrityError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

CONTENT_TYPE = "application/problem+json"
OF_NO_FIELD = {"__all__", "non_field_errors"}
TITLES: dict[int, Promise] = {
    400: gettext_lazy("Not valid"),
    401: gettext_lazy("Not logged in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Not possible here"),
    406: gettext_lazy("No such format"),
    409: gettext_lazy("In conflict with what is there"),
    415: gettext_lazy("Not JSON"),
    422: gettext_lazy("Not the same request"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Our mistake"),
}


class Conflict(exceptions.APIException):
    """What was asked for does not fit the state of the record."""

    status_code = 409
    default_detail = gettext_lazy("Somebody else changed this meanwhile; nothing was saved.")
    default_code = "conflict"


class Mistake(serializers.Serializer):
    field = serializers.CharField(help_text="Where: a name, or a path such as lines.0.quantity.")
    message = serializers.CharField(help_text="In the reader's language.")
    code = serializers.CharField(help_text="Stays the same in every language.")


class Problem(serializers.Serializer):
    """What went wrong, and where."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = Mistake(many=True)


def problem(status: int, detail: Any, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """The body of an answer that is none."""
    title = TITLES.get(status) or HTTPStatus(status).phrase
    return {"type": "about:blank", "title": str(title), "status": status, "detail": str(detail), "errors": errors or []}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to what an endpoint raised; None for what nobody foresaw, which is logged as ever."""
    response = exception_handler(_known(error), context)
    if response is None:
        return None
    if isinstance(response.data, dict) and set(response.data) == {"detail"}:
        body = problem(response.status_code, response.data["detail"])
    else:
        body = problem(response.status_code, _("See the errors."), list(_mistakes(response.data)))
    response.data, response.content_type = body, CONTENT_TYPE
    return response


def _known(error: Exception) -> Exception:
    """What the database or a model refuses, as an answer."""
    if isinstance(error, Http404):
        # Its words are for developers.
        return exceptions.NotFound()
    if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
        return exceptions.ParseError()
    if isinstance(error, ModelError):
        return serializers.ValidationError(serializers.as_serializer_error(error))
    if isinstance(error, ProtectedError):
        return Conflict(_("Other records still need it; nothing was deleted."))
    if isinstance(error, IntegrityError):
        set_rollback()
        rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "?"
        return Conflict(_("This breaks the rule %(rule)s; nothing was saved.") % {"rule": rule})
    if isinstance(error, DataError):
        return serializers.ValidationError({"detail": _("A value is too large or too long.")})
    return error


def _mistakes(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Every message of DRF's nested details, with the path to its field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            name = "" if name in OF_NO_FIELD else str(name)
            yield from _mistakes(inner, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list):
        for place, inner in enumerate(detail):
            is_nested = isinstance(inner, dict | list)
            yield from _mistakes(inner, f"{path}.{place}".lstrip(".") if is_nested else path)
    else:
        yield {"field": path, "message": str(detail), "code": str(getattr(detail, "code", "invalid"))}


def server_error(request: HttpRequest) -> JsonResponse:
    """The answer to what nobody foresaw."""
    detail = _("This is our mistake; it was written down. Nothing was saved.")
    return JsonResponse(problem(500, detail), status=500, content_type=CONTENT_TYPE)
