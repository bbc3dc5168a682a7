"""Registers that are too large to be made while somebody waits."""

from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models.attachment import random_name


class RegisterFile(models.Model):
    """A register that one member asked for: made by a worker, kept beside the attachments for a day."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        WORKING = "working", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    UNFINISHED = (Status.WAITING, Status.WORKING)

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    query = models.CharField(max_length=1000)
    ending = models.CharField(max_length=4)
    language = models.CharField(max_length=10)
    status = models.CharField(_("state"), max_length=7, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    stored_name = models.CharField(max_length=32, default=random_name, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("register that was asked for")
        verbose_name_plural = _("registers that were asked for")
        indexes = [models.Index(name="registerfile_expired", fields=["created_at"])]

    def __str__(self) -> str:
        return f"{self.ending} · {self.query}"

    def get_absolute_url(self) -> str:
        return reverse("complaints:register_detail", args=[self.pk])

    @property
    def asked(self) -> dict[str, Any]:
        """The filters as an address has them."""
        return dict(parse_qsl(self.query))

    @property
    def is_unfinished(self) -> bool:
        return self.status in self.UNFINISHED

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
