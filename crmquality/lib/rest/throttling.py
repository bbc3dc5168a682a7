"""So many requests in so much time, counted where every process counts: in the cache."""

from typing import Any

from rest_framework.throttling import SimpleRateThrottle


class Window(SimpleRateThrottle):
    """A counter per window of time: one atomic step a request, however high the rate."""

    def allow_request(self, request: Any, view: Any) -> bool:
        who = self.get_cache_key(request, view) if self.rate else None
        if who is None:
            return True
        self.now = self.timer()
        key = f"{who}_{int(self.now // self.duration)}"
        self.cache.add(key, 0, self.duration + 1)
        try:
            return bool(self.cache.incr(key) <= self.num_requests)
        except ValueError:
            # The window ended between the two steps.
            return True

    def wait(self) -> float:
        """Seconds until the next window opens."""
        return float(self.duration - self.now % self.duration + 1)


class AnonymousThrottle(Window):
    """By address, for those who are not logged in, wrong tokens included."""

    scope = "anonymous"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        if request.user and request.user.is_authenticated:
            return None
        return f"api_{self.scope}_{self.get_ident(request)}"


class MemberThrottle(Window):
    """By token, or by member where a session is used."""

    scope = "member"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        if not request.user or not request.user.is_authenticated:
            return None
        who = f"token_{request.auth.pk[:32]}" if request.auth else f"member_{request.user.pk}"
        return f"api_{self.scope}_{who}"
