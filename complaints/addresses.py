"""Addresses by which replies find their case, signed so that nobody writes into another's."""

import base64
import re
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import Case

SIGNED = re.compile(r"\+K(\d{1,18})\.([a-z2-7]{16})@", re.IGNORECASE)


def domain() -> str:
    """What stands behind the @ in our addresses and message ids."""
    return parseaddr(settings.COMPLAINTS_ADDRESS or settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _signature(key: int) -> str:
    """80 bits in letters that survive a server that writes addresses in lower case."""
    digest = salted_hmac("complaints.addresses", str(key), algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()


def reply_address(case: Case) -> str:
    """complaints+K000123.signature@domain; '' where no mail comes in."""
    if not settings.COMPLAINTS_ADDRESS:
        return ""
    name, _at, host = parseaddr(settings.COMPLAINTS_ADDRESS)[1].rpartition("@")
    return f"{name}+K{case.pk:06}.{_signature(case.pk)}@{host}"


def key_of(address: str) -> int:
    """The key of the case that the address was signed for; 0 for any other address."""
    found = SIGNED.search(address)
    if not found:
        return 0
    key = int(found[1])
    return key if constant_time_compare(found[2].lower(), _signature(key)) else 0
