"""Mistakes in the configuration that can be seen before anybody opens a page."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from crmquality.assets import missing_files

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.database)
def check_database(**kwargs: Any) -> list[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if engine in ("crmquality.embedded", "django.db.backends.postgresql"):
        return []
    hint = "Set DATABASE_URL to postgres://user:password@host:5432/name, or leave it out for the embedded server."
    return [Error(f"crmquality runs on PostgreSQL only, not on {engine}.", hint=hint, id="crmquality.E001")]


@register(Tags.security, deploy=True)
def check_hosts(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if "*" in settings.ALLOWED_HOSTS:
        hint = "Name the hosts in ALLOWED_HOSTS, separated by commas."
        found.append(
            Error("Any host name is accepted, so links in mails can be forged.", hint=hint, id="crmquality.E002")
        )
    if settings.HTTPS and set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        hint = "Set ALLOWED_HOSTS to the name people type."
        found.append(Warning("HTTPS is on, but only this machine is an allowed host.", hint=hint, id="crmquality.W001"))
    return found


@register(Tags.staticfiles)
def check_npm_files(**kwargs: Any) -> list[CheckMessage]:
    missing = missing_files()
    if not missing:
        return []
    hint = "Run `make node_modules` (or npm ci)."
    return [Warning(f"Pages will look bare without {missing[0]}.", hint=hint, id="crmquality.W002")]
