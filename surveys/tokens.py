"""Links to the answer page: random, kept as a fingerprint only, expiring, revocable.

Whoever reads the database, a back-up or a log finds no link in it that works.
"""

import datetime as dt
import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings

from .models import Invitation, InvitationToken
from .versions import version_asked

# Stands in mails and on paper for months, whatever becomes of the pages.
ANSWER = "/s/"
BYTES = 18  # 144 bits, 24 characters
OF_WHOM = ("invitation__contact", "invitation__customer")
NEEDED = (
    "digest", "expires_at", "revoked_at", "invitation__is_answered", "invitation__is_anonymous",
    "invitation__standing", "invitation__campaign__version", "invitation__campaign__privacy",
    "invitation__campaign__state", "invitation__campaign__closes_at", "invitation__contact__language",
    "invitation__contact__role", "invitation__contact__weight", "invitation__customer__code",
    "invitation__customer__segment", "invitation__customer__tier",
)  # fmt: skip


def digest_of(token: str) -> bytes:
    """What is kept of a token. It needs no salt: nobody guesses 144 random bits."""
    return sha256(token.encode()).digest()


def mint(invitation: Invitation, now: dt.datetime, valid_until: dt.datetime) -> str:
    """A new link's token; the ones sent before stay valid. It is told now and never again."""
    return mint_each([invitation.pk], valid_until)[0]


def mint_each(invitations: Iterable[int], valid_until: dt.datetime) -> list[str]:
    """One new token for each of the keys, in their order, written in one statement."""
    keys = list(invitations)
    tokens = [secrets.token_urlsafe(BYTES) for _key in keys]
    InvitationToken.objects.bulk_create(
        (
            InvitationToken(invitation_id=key, digest=digest_of(token), expires_at=valid_until)
            for key, token in zip(keys, tokens, strict=True)
        ),
        batch_size=5000,
    )
    return tokens


def invitation_of(token: str) -> InvitationToken | None:
    """The row behind a link with its invitation and campaign, also if it is expired or revoked; None if unknown.

    Only what taking an answer needs is read of them: on the way of every answer, columns cost time.
    """
    found = InvitationToken.objects.select_related("invitation__campaign", *OF_WHOM).only(*NEEDED)
    link = found.filter(digest=digest_of(token)).order_by().first()
    if link:
        link.invitation.campaign.version = version_asked(link.invitation.campaign.version_id)
    return link


def revoke(invitations: Iterable[int], now: dt.datetime) -> int:
    """Every link of these invitations leads nowhere from now on; how many did until now."""
    links = InvitationToken.objects.filter(invitation__in=list(invitations), revoked_at=None)
    return links.update(revoked_at=now)


def link_of(token: str) -> str:
    """The whole address that somebody is sent."""
    return f"{settings.SITE_URL}{ANSWER}{token}"
