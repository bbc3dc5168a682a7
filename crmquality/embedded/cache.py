"""Django's Redis cache, but for the server, which is started when first needed."""

from pathlib import Path
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from crmquality.embedded.servers import ensure_valkey


class ValkeyClient(RedisCacheClient):
    def __init__(self, servers: list[str], embedded_var: str, **options: Any) -> None:
        super().__init__(servers, **options)
        self._var = Path(embedded_var)

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        ensure_valkey(self._var)
        return super().get_client(key, write=write)


class ValkeyCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ValkeyClient
