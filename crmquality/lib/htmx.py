"""One page, one URL, one fragment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import trigger_client_event
from django_htmx.middleware import HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Did htmx ask for a part of the page? Boosted links and restored history want it whole."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or the fragment of it that htmx asked for, under the same URL."""
    template = fragment if wants_fragment(request) else page
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def finish(request: HttpRequest, page: str) -> HttpResponse:
    """After a change: on to `page`; in a side sheet, close it and let the page renew its parts.

    Parts renew themselves by hx-trigger="recordsChanged from:body"; what happened is a message.
    """
    if not wants_fragment(request):
        return redirect(page)
    response = render(request, "_toasts.html")
    response["HX-Reswap"] = "none"
    return trigger_client_event(response, "recordsChanged")
