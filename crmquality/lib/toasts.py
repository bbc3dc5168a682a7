"""Toasts that offer to take back what they tell."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest

# What messages carry besides their text is a list of words; the last one is the address and its token.
MARK = "undo"


def say_with_undo(request: HttpRequest, text: str, url: str, what: dict[str, Any]) -> None:
    """A success that can be undone by POSTing the signed `what` to `url`."""
    token = signing.dumps(what, salt=url, compress=True)
    messages.success(request, text, extra_tags=f"{MARK} {url} {token}")


def read_undo(request: HttpRequest, max_age: int = 3600) -> dict[str, Any] | None:
    """What to undo, as `say_with_undo` signed it for this address; None for anything else."""
    try:
        found: dict[str, Any] = signing.loads(request.POST.get("undo", ""), salt=request.path, max_age=max_age)
    except signing.BadSignature:
        return None
    return found
