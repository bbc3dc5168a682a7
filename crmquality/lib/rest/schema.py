"""What the OpenAPI page says of every endpoint without being told."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .problems import CONTENT_TYPE, Problem

ALWAYS = {
    400: "Something in the request is not valid; errors says what and where.",
    401: "No valid session or token.",
    403: "The member's role or the token's scopes do not allow it.",
    404: "There is no such record, or the member may not see it.",
    406: "The API answers in JSON only.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
}
OF_WRITING = {
    409: "It does not fit what is stored; nothing was saved.",
    415: "The body is not JSON.",
}
OF_CREATING = {422: "The idempotency key was used for another request."}
KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="Any text of your own, new for every record. Sent again within 24 hours, the record is not "
    "made again: the first answer is repeated, with Idempotent-Replayed: true.",
)


class Schema(AutoSchema):
    """Adds the errors, all in one shape, and the key that makes creating safe to repeat."""

    def get_override_parameters(self) -> list[Any]:
        return [KEY] if self._is_repeatable() else []

    def _is_repeatable(self) -> bool:
        return self._is_create_operation() or self.view.action in getattr(self.view, "repeatable", ())

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0].replace("-", " ")]

    def _get_response_bodies(self, *args: Any, **kwargs: Any) -> Any:
        responses = super()._get_response_bodies(*args, **kwargs)
        shape = {"schema": self.resolve_serializer(Problem, "response").ref}
        for status, description in self._errors().items():
            responses.setdefault(str(status), {"description": description, "content": {CONTENT_TYPE: shape}})
        if "429" in responses:
            seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
            responses["429"]["headers"] = {"Retry-After": seconds}
        return responses

    def _errors(self) -> dict[int, str]:
        errors = dict(ALWAYS)
        if self.method != "GET":
            errors |= OF_WRITING
        if self._is_repeatable():
            errors |= OF_CREATING
        return errors
