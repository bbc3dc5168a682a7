from typing import Any

from django.http import HttpRequest

from .models import Notice, Organisation
from .roles import Right


def office(request: HttpRequest) -> dict[str, Any]:
    """Template context: the organisation, the member's rights and unread notices."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return {"rights": {}}
    return {
        "organisation": Organisation.load(),
        "rights": {right.value: member.has_right(right) for right in Right},
        "unread_notices": Notice.objects.shown_to(member),
    }
