"""The web server's log."""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

# The pages of people asked; when who opened them is written nowhere.
UNSEEN = "/s/"


class AccessLog(Logger):
    """Gunicorn's log without a line for the pages of surveys: address and time would tell who answered."""

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> None:
        if not str(environ.get("PATH_INFO", "")).startswith(UNSEEN):
            super().access(resp, req, environ, request_time)
