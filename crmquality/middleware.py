"""What differs between the site's own pages and the admin."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def admin_scripts(get_response: Handler) -> Handler:
    """Middleware: let the admin's scripts evaluate strings, which Alpine in django-unfold does.

    Only there: staff alone reach it, and the site's own pages keep the strict policy.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            response._csp_update = {"script-src": ["'unsafe-eval'"]}  # type: ignore[attr-defined]
        return response

    return middleware
