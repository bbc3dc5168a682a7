"""What happened to a case, written once and never changed."""

from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class By(models.TextChoices):
    STAFF = "staff", _("Staff")
    CUSTOMER = "customer", _("Customer")
    SYSTEM = "system", _("System")


@dataclass(frozen=True)
class Actor:
    """Who acts, and through which channel ('page', 'link', 'email', 'api', 'import', 'clock')."""

    by: str
    member: Any = None
    channel: str = "page"

    @classmethod
    def staff(cls, member: Any, channel: str = "page") -> "Actor":
        return cls(By.STAFF, member, channel)

    @classmethod
    def customer(cls, channel: str = "link") -> "Actor":
        return cls(By.CUSTOMER, None, channel)

    @classmethod
    def system(cls, channel: str = "clock") -> "Actor":
        return cls(By.SYSTEM, None, channel)


class CaseStep(models.Model):
    """One step in the life of a case: who, when, through which channel, from which state to which.

    `data` holds keys and choices, never what people wrote: that can be erased, a step cannot. A
    step goes only with its case, which the trigger `append_only` sees to.
    """

    case = models.ForeignKey("complaints.Case", models.DO_NOTHING, related_name="steps", db_constraint=False)
    at = models.DateTimeField(_("when"))
    step = models.CharField(_("what"), max_length=20)
    from_status = models.CharField(_("from"), max_length=12, blank=True)
    to_status = models.CharField(_("to"), max_length=12, blank=True)
    by = models.CharField(_("by"), max_length=8, choices=By)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, verbose_name=_("staff"), related_name="+"
    )
    channel = models.CharField(_("through"), max_length=10)
    data = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ["id"]
        indexes = [models.Index(name="casestep_of_case", fields=["case", "at"])]
        triggers = [
            pgtrigger.Trigger(
                name="append_only",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM complaints_case WHERE id = OLD.case_id) THEN
                        RETURN OLD;
                    END IF;
                    RAISE EXCEPTION 'Steps of cases are never changed.';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.at:%Y-%m-%d %H:%M}"
