"""Files that belong to a customer's record."""

import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .customer import Customer
from .interaction import Interaction

# What every browser draws and none runs.
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")


def random_name() -> str:
    """A name nobody can guess; the user's own file name never reaches the disk."""
    return secrets.token_hex(16)


@pghistory.track(pghistory.DeleteEvent())
class Attachment(models.Model):
    """One file, stored outside of what is served, of a type found by its content."""

    customer = models.ForeignKey(Customer, models.CASCADE, verbose_name=_("customer"), related_name="attachments")
    interaction = models.ForeignKey(
        Interaction, models.SET_NULL, null=True, blank=True, verbose_name=_("interaction"), related_name="attachments"
    )
    name = models.CharField(_("file name"), max_length=200)
    stored_name = models.CharField(max_length=32, default=random_name, unique=True, editable=False)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("staff"), related_name="+"
    )
    # The form it came with, so that a form sent twice is kept once.
    once = models.CharField(max_length=80, null=True, editable=False)  # noqa: DJ001 (NULL is not compared)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(name="attachment_once", fields=["once"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type in SHOWN


class LooseFile(models.Model):
    """A file on disk that no attachment owns, not yet or not any more; see `customers.attachments`."""

    stored_name = models.CharField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("file without a record")
        verbose_name_plural = _("files without a record")

    def __str__(self) -> str:
        return self.stored_name
