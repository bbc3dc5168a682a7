"""Files that were read in: what they said, what they changed and how to take it back."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImportKind(models.TextChoices):
    CUSTOMERS = "customers", _("Customers")
    PRODUCTS = "products", _("Products")
    ORDERS = "orders", _("Orders")
    RETURNS = "returns", _("Returns")
    CONTACTS = "contacts", _("Contacts")
    INTERACTIONS = "interactions", _("Interactions")
    FOLLOW_UPS = "follow_ups", _("Follow-ups")
    OPPORTUNITIES = "opportunities", _("Opportunities")
    CONTRACTS = "contracts", _("Service contracts")
    LOSSES = "losses", _("Losses")
    NEEDS = "needs", _("Needs")
    PROJECTS = "projects", _("Joint projects")
    SPEND = "spend", _("Acquisition spend")
    # Added by the app of complaints, whose records they are.
    COMPLAINTS = "complaints", _("Complaints and other cases")
    # Added by the app of surveys.
    ANSWERS = "answers", _("Survey answers")


def stored_file_name() -> str:
    """A name nobody can guess; the user's own file name never reaches the disk."""
    return secrets.token_hex(16)


class ImportPreset(models.Model):
    """A saved mapping of a file's columns, offered again for the next file of its kind."""

    name = models.CharField(_("name"), max_length=50, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind)
    options = models.JSONField(_("options"), default=dict)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("import preset")
        verbose_name_plural = _("import presets")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def claim(self, run: "ImportRun", *, from_: tuple[str, ...], to: str, **values: Any) -> bool:
        """Move `run` on if nobody else did: True for exactly one caller."""
        claimed = self.filter(pk=run.pk, status__in=from_).update(status=to, **values) == 1
        if claimed:
            run.refresh_from_db()
        return claimed


class ImportRun(models.Model):
    """One file on its way in: uploaded, checked, imported, perhaps undone."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked")
        IMPORTING = "importing", _("Importing")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Undoing")
        UNDONE = "undone", _("Undone")

    WORKING = (Status.CHECKING, Status.IMPORTING, Status.UNDOING)

    kind = models.CharField(_("kind"), max_length=20, choices=ImportKind)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UPLOADED)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        verbose_name=_("imported by"),
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    # Set while somebody is at work; `imports.living` tells who was interrupted.
    begun_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    # Where in the watched folder the file lay; it is open until it has been put away.
    watched_path = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    is_in_folder = models.BooleanField(default=False, db_default=False, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    file_name = models.CharField(_("file"), max_length=200)
    stored_name = models.CharField(max_length=64, blank=True, default=stored_file_name)
    sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.BigIntegerField(_("bytes"), default=0)
    preset = models.CharField(_("preset"), max_length=50, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    headers = models.JSONField(_("headers"), default=list, blank=True)
    unknown_columns = models.JSONField(_("other columns"), default=list, blank=True)

    lines_read = models.BigIntegerField(_("lines read"), default=0)
    created = models.BigIntegerField(_("created"), default=0)
    updated = models.BigIntegerField(_("updated"), default=0)
    unchanged = models.BigIntegerField(_("unchanged"), default=0)
    rejected = models.BigIntegerField(_("rejected"), default=0)
    rejected_by_reason = models.JSONField(_("rejected by reason"), default=dict, blank=True)
    money_accepted = models.BigIntegerField(_("money accepted"), default=0)
    money_in_file = models.BigIntegerField(_("money in the file"), default=0)
    seconds = models.FloatField(_("seconds"), default=0)
    error = models.CharField(_("error"), max_length=1000, blank=True)
    record_keeping = models.JSONField(default=dict, blank=True)
    # Field -> name that nobody here has -> lines that were taken in without it.
    left_empty = models.JSONField(default=dict, blank=True)
    left_by_undo = models.JSONField(default=dict, blank=True)

    stage = models.CharField(_("stage"), max_length=20, blank=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    is_cancel_requested = models.BooleanField(default=False)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(name="importrun_by_file", fields=["sha256"])]
        constraints = [
            # The identity every import is held to, in the database so that no code can forget it.
            models.CheckConstraint(
                name="importrun_adds_up",
                condition=Q(lines_read=F("created") + F("updated") + F("unchanged") + F("rejected")),
            ),
            # One file of the watched folder is taken once, whoever sees it.
            models.UniqueConstraint(
                name="importrun_watched_once", fields=["watched_path"], condition=Q(is_in_folder=True)
            ),
            models.CheckConstraint(name="importrun_money_equal", condition=Q(money_accepted=F("money_in_file"))),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("customers:import_detail", args=[self.pk])

    @property
    def accepted(self) -> int:
        return self.created + self.updated

    @property
    def tells_money(self) -> bool:
        """Was an amount among the columns? Then the sum of the accepted ones says something."""
        return not {"amount", "price"}.isdisjoint(self.options.get("mapping", ()))

    @property
    def is_working(self) -> bool:
        return self.status in self.WORKING

    @property
    def percent(self) -> int:
        return min(100, 100 * self.progress_done // self.progress_total) if self.progress_total else 0


class ImportChange(models.Model):
    """Rows of one table that an import wrote: how they were before, and a mark of how they were left.

    No before-images: the rows are new. The mark tells whether anybody changed a row since.
    Rows come in bundles, because an import of 400,000 lines would otherwise spend more on its
    log than on its lines.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    target = models.CharField(max_length=20)
    row_ids = ArrayField(models.BigIntegerField())
    marks = ArrayField(models.BigIntegerField())
    befores = models.JSONField(null=True)

    class Meta:
        verbose_name = _("imported rows")
        verbose_name_plural = _("imported rows")

    def __str__(self) -> str:
        return f"{self.target} × {len(self.row_ids)}"


class ImportRejection(models.Model):
    """One line that was not taken in, and why."""

    # Written with its run and deleted with it; the database need not check each of 140,000.
    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejections", db_index=False, db_constraint=False)
    line = models.BigIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=40)

    class Meta:
        verbose_name = _("rejected line")
        verbose_name_plural = _("rejected lines")
        ordering = ["run", "line"]
        indexes = [models.Index(name="importrejection_by_line", fields=["run", "line"])]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"
