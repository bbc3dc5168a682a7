"""What every request of a member carries along."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from pghistory.middleware import HistoryMiddleware

Handler = Callable[[HttpRequest], HttpResponse]


def language_of_member(get_response: Handler) -> Handler:
    """Middleware: the browser's language, then the member's own setting."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware


class HistoryOfMembers(HistoryMiddleware):
    """Notes with each earlier state who changed the record, and by which address.

    Of pages without login it notes nothing: their addresses are keys, which stand in no log. Through
    the API somebody is known only later on.
    """

    def __call__(self, request: Any) -> Any:
        if request.path.startswith("/api/") or request.user.is_authenticated:
            return super().__call__(request)
        return self.get_response(request)
