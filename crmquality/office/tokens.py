"""Making, using and revoking API tokens."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from .models import ApiToken, Member
from .roles import Right

Scope = ApiToken.Scope
MOST = 20
# How exactly "last used" is known; so seldom is it written.
EXACTNESS = dt.timedelta(minutes=5)
NEEDS = {
    Scope.READ: frozenset({Right.SEE_ALL, Right.SEE_OWN}),
    Scope.WRITE: frozenset({Right.EDIT, Right.IMPORT}),
    Scope.EVALUATE: frozenset({Right.CONFIGURE}),
}


def scopes_for(member: Member) -> list[Scope]:
    """The scopes that would let a token of this member do something."""
    return [scope for scope in Scope if NEEDS[scope] & member.rights]


def make(member: Member, name: str, scopes: Iterable[str], until: dt.datetime) -> str | None:
    """The new token, to be shown once; None if the member has one of that name."""
    digest, token = get_digest_token()
    row = ApiToken(user=member, name=name, scopes=list(scopes), expiry=until, digest=digest)
    row.token_key = token[: CONSTANTS.TOKEN_KEY_LENGTH]
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return str(token)


def note_use(token: ApiToken, now: dt.datetime) -> None:
    """Write down that it was used, unless that is known well enough."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - EXACTNESS)
    if token.last_used_at is None or token.last_used_at < now - EXACTNESS:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def revoke(member: Member, pk: str) -> bool:
    """Take the member's own token out of use; was there one?"""
    return bool(ApiToken.objects.filter(user=member, pk=pk).delete()[0])
