"""Who is calling, and what their role and their token let them do."""

import re
from typing import Any

from django.utils import timezone, translation
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from crmquality.office import tokens
from crmquality.office.models import ApiToken
from crmquality.office.roles import Right

SHAPE = re.compile(rb"\w{20,200}", re.ASCII)


class ByToken(TokenAuthentication):
    """A member by `Authorization: Bearer <token>`; the answer is in that member's language."""

    def authenticate_credentials(self, token: bytes) -> Any:
        if not SHAPE.fullmatch(token):
            raise AuthenticationFailed
        member, found = super().authenticate_credentials(token)
        tokens.note_use(found, timezone.now())
        if member.language:
            translation.activate(member.language)
        return member, found


class ByTokenScheme(KnoxTokenScheme):
    target_class = "crmquality.office.api.access.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token of the page “API access”."}


class MemberMay(BasePermission):
    """The role decides as on the pages, by the view's `rights`; a token's scopes only narrow that down."""

    def has_permission(self, request: Any, view: Any) -> bool:
        member = request.user
        if not member or not member.is_authenticated:
            return False
        if not member.rights & rights_for(request.method, view):
            return False
        return request.auth is None or scope_for(request.method, view) in request.auth.scopes


def rights_for(method: str, view: Any) -> frozenset[Right]:
    """One of these is needed."""
    if method in SAFE_METHODS:
        return frozenset(view.readers)
    if method == "DELETE":
        return frozenset(view.deleters)
    return frozenset(view.writers)


def scope_for(method: str, view: Any) -> str:
    return ApiToken.Scope.READ if method in SAFE_METHODS else view.write_scope
