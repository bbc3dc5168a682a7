"""Links to the answer page: random, kept as a fingerprint only, expiring, revocable.

Whoever reads the database, a back-up or a log finds no link in it that works.
"""

import datetime as dt
import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model

from customers.models import Contact, Customer

from .models import Campaign, Invitation, InvitationToken
from .versions import version_asked

# Stands in mails and on paper for months, whatever becomes of the pages.
ANSWER = "/s/"
BYTES = 18  # 144 bits, 24 characters
# What taking an answer needs of a link, by table; everything else is read when somebody asks for it.
NEEDED: dict[type[Model], set[str]] = {
    InvitationToken: {"id", "invitation_id", "expires_at", "revoked_at"},
    Invitation: {
        "id", "campaign_id", "customer_id", "contact_id", "standing", "is_answered", "is_anonymous", "started_at",
    },
    Campaign: {"id", "version_id", "privacy", "state", "closes_at"},
    Customer: {"id", "code", "segment", "tier"},
    Contact: {"id", "language", "role", "weight"},
}  # fmt: skip
# In the order of the table, as `from_db` wants them.
COLUMNS = {
    model: [field.attname for field in model._meta.concrete_fields if field.attname in names]
    for model, names in NEEDED.items()
}
FROM = """
    SELECT {columns} FROM surveys_invitationtoken
    JOIN surveys_invitation ON surveys_invitation.id = surveys_invitationtoken.invitation_id
    JOIN surveys_campaign ON surveys_campaign.id = surveys_invitation.campaign_id
    JOIN customers_customer ON customers_customer.id = surveys_invitation.customer_id
    LEFT JOIN customers_contact ON customers_contact.id = surveys_invitation.contact_id
    WHERE surveys_invitationtoken.digest = %s
""".format(columns=", ".join(f"{model._meta.db_table}.{name}" for model, names in COLUMNS.items() for name in names))


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

    One statement made once and not for every answer: of what an answer costs, making it was a third.
    """
    with connection.cursor() as cursor:
        cursor.execute(FROM, [digest_of(token)])
        row = cursor.fetchone()
    if row is None:
        return None
    values = iter(row)
    found: dict[type[Model], Any] = {
        model: model.from_db("default", names, [next(values) for _ in names]) for model, names in COLUMNS.items()
    }
    link, invitation, campaign = found[InvitationToken], found[Invitation], found[Campaign]
    campaign.version = version_asked(campaign.version_id)
    invitation.campaign, invitation.customer = campaign, found[Customer]
    invitation.contact = found[Contact] if invitation.contact_id else None
    link.invitation = invitation
    return link


def revoke(invitations: Iterable[int], now: dt.datetime) -> int:
    """Every link of these invitations leads nowhere from now on; how many did until now."""
    links = InvitationToken.objects.filter(invitation__in=list(invitations), revoked_at=None)
    return links.update(revoked_at=now)


def link_of(token: str) -> str:
    """The whole address that somebody is sent."""
    return f"{settings.SITE_URL}{ANSWER}{token}"
