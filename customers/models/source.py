"""Where a record came from."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Sourced(models.Model):
    """A record that may come from another system and keeps that system's key and other columns."""

    external_source = models.CharField(_("source"), max_length=50, blank=True, db_default="")
    external_id = models.CharField(_("id at the source"), max_length=100, blank=True, db_default="")
    extra = models.JSONField(_("other columns"), default=dict, blank=True, db_default={})
    created_at = models.DateTimeField(_("recorded"), db_default=Now(), editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="%(class)s_external_key",
                fields=["external_source", "external_id"],
                condition=~Q(external_id=""),
            )
        ]
