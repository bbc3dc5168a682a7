"""One question of a version: how it is asked, what it measures, when it is shown."""

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .questionnaire import Version, said


class Kind(models.TextChoices):
    RECOMMENDATION = "nps", _("Recommendation, 0 to 10")
    SATISFACTION = "satisfaction", _("Satisfaction")
    EFFORT = "effort", _("Effort, 1 to 7")
    MATRIX = "matrix", _("Several things on one scale")
    SINGLE = "single", _("One of several")
    MULTIPLE = "multiple", _("Any of several")
    TEXT = "text", _("Open text")
    YES_NO = "yes_no", _("Yes or no")


class Look(models.TextChoices):
    NUMBERS = "numbers", _("Numbers")
    STARS = "stars", _("Stars")
    SMILEYS = "smileys", _("Smileys")


class Attribute(models.TextChoices):
    PERFORMANCE = "performance", _("Product performance")
    QUALITY = "quality", _("Quality")
    PRICE = "price", _("Price")
    PACKAGING = "packaging", _("Packaging")
    DELIVERY = "delivery", _("Delivery")
    ATTITUDE = "attitude", _("Service attitude")
    AFTER_SALES = "after_sales", _("After-sales service")
    DOCUMENTATION = "documentation", _("Documentation")
    COMMUNICATION = "communication", _("Communication")


class Stage(models.TextChoices):
    """A stage of the customer's journey."""

    ENQUIRY = "enquiry", _("Enquiry")
    PURCHASE = "purchase", _("Purchase")
    DELIVERY = "delivery", _("Delivery")
    USE = "use", pgettext_lazy("a stage of the journey", "Use")
    SUPPORT = "support", _("Support")


class Measure(models.TextChoices):
    """What the answer to a scale question is a reading of."""

    RECOMMENDATION = "recommendation", _("Recommendation")
    SATISFACTION = "satisfaction", _("Overall satisfaction")
    EXPECTATION = "expectation", _("Satisfaction against expectation")
    IDEAL = "ideal", _("Satisfaction against the ideal")
    EFFORT = "effort", _("Effort")
    ATTRIBUTE = "attribute", _("Satisfaction with one attribute")
    STAGE = "stage", _("Satisfaction with a stage of the journey")
    COMPLAINT = "complaint", _("Satisfaction with how a complaint was handled")
    TRUST = "trust", _("Trust and commitment")
    NEEDS = "needs", _("Fit to particular needs")


SCALES = {Kind.RECOMMENDATION, Kind.SATISFACTION, Kind.EFFORT, Kind.MATRIX}
CHOICES = {Kind.SINGLE, Kind.MULTIPLE}


class Question(models.Model):
    """Asked under the same `key` in every version, so that results of versions join.

    `options` of a choice: [{"key", "text": {language: text}}]. `rows` of a matrix: the same with
    "attribute" or "stage" where the row is tied to one. `show_if`: {} or {"question": key, "is": "at_most" |
    "at_least" | "equals" | "includes" | "answered", "value": ...}, about a question further up.
    """

    version = models.ForeignKey(Version, models.CASCADE, related_name="questions", verbose_name=_("version"))
    key = models.CharField(
        _("id"), max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", _("Lower-case letters, digits, _."))]
    )
    position = models.PositiveSmallIntegerField(_("place"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.JSONField(_("question"), default=dict)
    help = models.JSONField(_("explanation"), default=dict, blank=True)
    low_label = models.JSONField(_("label of the lowest"), default=dict, blank=True)
    high_label = models.JSONField(_("label of the highest"), default=dict, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=False)
    scale_max = models.PositiveSmallIntegerField(_("highest value"), null=True, blank=True)
    look = models.CharField(_("looks like"), max_length=8, choices=Look, default=Look.NUMBERS)
    options = models.JSONField(_("choices"), default=list, blank=True)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    show_if = models.JSONField(_("shown if"), default=dict, blank=True)
    measure = models.CharField(_("measures"), max_length=14, choices=Measure, blank=True)
    attribute = models.CharField(_("attribute"), max_length=14, choices=Attribute, blank=True)
    stage = models.CharField(_("stage of the journey"), max_length=10, choices=Stage, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(name="question_key", fields=["version", "key"]),
            models.UniqueConstraint(
                name="question_position", fields=["version", "position"], deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                name="question_scale",
                condition=Q(kind="nps", scale_max=10)
                | Q(kind="effort", scale_max=7)
                | Q(kind__in=["satisfaction", "matrix"], scale_max__in=[5, 7, 10])
                | Q(kind__in=["single", "multiple", "text", "yes_no"], scale_max=None),
            ),
            models.CheckConstraint(
                name="question_only_scales_measure",
                condition=Q(measure="") | Q(kind__in=["nps", "satisfaction", "effort", "matrix"]),
            ),
            models.CheckConstraint(
                name="question_attribute_is_named",
                condition=~Q(measure="attribute") | ~Q(attribute="") | Q(kind="matrix"),
            ),
            models.CheckConstraint(
                name="question_stage_is_named", condition=~Q(measure="stage") | ~Q(stage="") | Q(kind="matrix")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT FROM surveys_version WHERE frozen_at IS NOT NULL
                        AND id = CASE TG_OP WHEN 'DELETE' THEN OLD.version_id ELSE NEW.version_id END
                    ) THEN
                        RAISE EXCEPTION 'The questions of a frozen questionnaire are never changed.';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return said(self.text) or self.key

    @property
    def scale_min(self) -> int:
        """The lowest value of the scale: 0 for a recommendation, else 1."""
        return 0 if self.kind == Kind.RECOMMENDATION else 1

    @property
    def scale(self) -> range:
        """The values to choose from; empty where the question has no scale."""
        return range(self.scale_min, self.scale_max + 1) if self.scale_max else range(0)
