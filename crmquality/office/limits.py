"""How often one address may do what needs no login."""

import hashlib
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def is_over(request: HttpRequest, action: str, most: int, seconds: int = 3600) -> bool:
    """Count one more; has this address done it more than `most` times within the running `seconds`?"""
    return counts_over(action, get_adapter().get_client_ip(request), most, seconds)


def counts_over(action: str, who: str, most: int, seconds: int = 3600) -> bool:
    """Count one more of `who`; are these more than `most` within the running `seconds`?"""
    window = int(time.time()) // seconds
    key = hashlib.sha256(f"{action} {who} {window}".encode()).hexdigest()
    cache.add(f"limit-{key}", 0, seconds)
    try:
        return cache.incr(f"limit-{key}") > most
    except ValueError:
        # Evicted in between: not to be held against anybody.
        return False
