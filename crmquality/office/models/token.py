"""Tokens by which other programs act for a member."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class ApiToken(AbstractAuthToken, models.Model):
    """Kept as a hash. What it may do is what its member may, narrowed down to its scopes."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Create, change and delete")
        EVALUATE = "evaluate", _("Start evaluations")

    # knox finds a member's tokens by this name.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("member"), related_name="auth_token_set"
    )
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("scopes"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects: ClassVar[models.Manager["ApiToken"]] = models.Manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["user", "name"]
        constraints = [
            # A form that is sent twice makes one token.
            models.UniqueConstraint(name="apitoken_once", fields=["user", "name"]),
            models.CheckConstraint(name="apitoken_name_given", condition=~Q(name="")),
            models.CheckConstraint(name="apitoken_expires", condition=Q(expiry__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_labels(self) -> list[str]:
        return [str(self.Scope(scope).label) for scope in self.scopes]
