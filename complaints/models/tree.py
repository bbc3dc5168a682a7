"""What complaints are about and what they come from: two trees that admins edit."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import Team, history


class Node(models.Model):
    """A name in a tree of two levels; what is not offered any more stays on old cases."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("part of"), related_name="children"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, db_default=0)
    is_active = models.BooleanField(_("offered"), default=True, db_default=True)

    class Meta:
        abstract = True
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(name="%(class)s_once", fields=["parent", "name"], nulls_distinct=False),
            models.CheckConstraint(name="%(class)s_is_not_its_parent", condition=~Q(parent=F("id")) | Q(parent=None)),
        ]

    def __str__(self) -> str:
        # Names we ship are stored in English and read in the reader's language; own names stay as they are.
        return gettext(self.name)

    def clean(self) -> None:
        """Forms draw wholes and their parts; what lay deeper, nobody could choose."""
        if self.parent and self.parent.parent:
            raise ValidationError({"parent": gettext("This is a part itself. A part has no parts of its own.")})
        if self.parent and self.pk and self.children.exists():  # type: ignore[attr-defined]  # of the concrete trees
            raise ValidationError({"parent": gettext("This has parts of its own, so it cannot become a part.")})


@pghistory.track(*history())
class Category(Node):
    """What a case is about. Those of product quality make the quality complaint rate."""

    is_product_quality = models.BooleanField(_("product quality"), default=False, db_default=False)
    team = models.ForeignKey(
        Team,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("department"),
        related_name="+",
        help_text=_("Who sees to it, unless an assignment rule says otherwise."),
    )

    class Meta(Node.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


@pghistory.track(*history())
class RootCause(Node):
    """What a complaint turned out to come from."""

    class Meta(Node.Meta):
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
