"""What was done with the data of people: taken out, erased, and how long it is kept."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PersonalDataLog(models.Model):
    """One taking out or erasing of personal data: who, when, what and how much; never the data."""

    class Action(models.TextChoices):
        EXPORTED = "exported", _("Exported")
        HANDED_OUT = "handed_out", _("Handed out to the person")
        ERASED = "erased", _("Erased")
        EXPIRED = "expired", _("Erased after the retention period")

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("by"), related_name="+"
    )
    action = models.CharField(_("what was done"), max_length=10, choices=Action)
    what = models.CharField(_("of what"), max_length=200)
    counts = models.JSONField(_("how many"), default=dict)
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("use of personal data")
        verbose_name_plural = _("uses of personal data")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.what}"

    @classmethod
    def exported(cls, member: Any, what: str, rows: int) -> None:
        """Write down that `member` took out so many rows of `what`."""
        cls.objects.create(member=member, action=cls.Action.EXPORTED, what=what, counts={"rows": rows})


class RetentionPeriod(models.Model):
    """How long one kind of personal record is kept; no row: for ever."""

    class Records(models.TextChoices):
        INTERACTION_NOTES = "interaction_notes", _("Notes of interactions")
        FORMER_CONTACTS = "former_contacts", _("Contacts who left the customer")
        ATTACHMENTS = "attachments", _("Attachments")
        IMPORT_LOGS = "import_logs", _("Rows and before-images of imports")
        HISTORY = "history", _("Earlier states of records")

    records = models.CharField(_("records"), max_length=20, choices=Records, unique=True)
    months = models.PositiveSmallIntegerField(_("months"))

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering = ["records"]
        constraints = [models.CheckConstraint(name="retentionperiod_positive", condition=models.Q(months__gt=0))]

    def __str__(self) -> str:
        return f"{self.get_records_display()} · {self.months}"
