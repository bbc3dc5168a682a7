"""A real PostgreSQL and a real Valkey from wheels, for whoever brings no servers.

This module is imported by the settings and starts nothing: it only knows names,
paths and passwords. The servers start when the first connection is opened
(`base.py`, `transport.py`, `cache.py`) and stop with the last process using them.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from crmquality.embedded.errors import EmbeddedError
from crmquality.embedded.passwords import secret
from crmquality.embedded.run_folder import run_folder_path

__all__ = ["EmbeddedError", "broker_url", "cache", "database", "secret"]

ROLE = "crmquality"


def database(var: Path) -> dict[str, Any]:
    """Return the Django database whose engine starts the server on demand."""
    return {
        "ENGINE": "crmquality.embedded",
        "NAME": ROLE,
        "USER": ROLE,
        "PASSWORD": secret(var, "postgres_password"),
        "HOST": str(run_folder_path(var)),
        "PORT": "5432",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"sslmode": "disable"},
        "EMBEDDED_VAR": str(var),
    }


def broker_url(var: Path) -> str:
    """Return the broker address whose transport starts Valkey on demand."""
    return f"crmquality+socket://:{secret(var, 'valkey_password')}@{_quoted_socket(var)}?virtual_host=0"


def cache(var: Path) -> dict[str, Any]:
    """Return the Django cache in the same Valkey, in a database of its own."""
    return {
        "BACKEND": "crmquality.embedded.cache.ValkeyCache",
        "LOCATION": f"unix://:{secret(var, 'valkey_password')}@{_quoted_socket(var)}?db=1",
        "OPTIONS": {"embedded_var": str(var)},
    }


def _quoted_socket(var: Path) -> str:
    return quote(str(run_folder_path(var) / "valkey.sock"))
