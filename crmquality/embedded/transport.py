"""Kombu's Redis transport, but for the server, which is started when first needed."""

from typing import Any

from django.conf import settings
from kombu.transport import redis

from crmquality.embedded.servers import ensure_valkey


class Transport(redis.Transport):
    can_parse_url = True

    def establish_connection(self) -> Any:
        ensure_valkey(settings.VAR_DIR)
        return super().establish_connection()
