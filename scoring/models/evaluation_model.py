"""What "good" means: versioned sets of criteria, indicators, weights, scales and bands."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import BusinessStage
from customers.models import LifecycleStage, Tier
from scoring.engine.definition import Definition


class EvaluationModelQuerySet(models.QuerySet["EvaluationModel"]):
    def published(self) -> "EvaluationModelQuerySet":
        return self.filter(status=EvaluationModel.Status.PUBLISHED)


class EvaluationModel(models.Model):
    """One version of a model. Published rows are frozen by a trigger; a change is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    slug = models.SlugField(_("slug"), max_length=50)
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=100)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    definition = models.JSONField(_("definition"))
    note = models.TextField(_("note"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("author")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = EvaluationModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation model")
        verbose_name_plural = _("evaluation models")
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(name="evaluationmodel_version", fields=["slug", "version"]),
            models.UniqueConstraint(name="evaluationmodel_one_draft", fields=["slug"], condition=Q(status="draft")),
            models.UniqueConstraint(
                name="evaluationmodel_one_published", fields=["slug"], condition=Q(status="published")
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=["published", "retired"]),
                func="""
                    IF (NEW.slug, NEW.version, NEW.name, NEW.definition, NEW.note,
                        NEW.created_at, NEW.published_at)
                       IS DISTINCT FROM
                       (OLD.slug, OLD.version, OLD.name, OLD.definition, OLD.note,
                        OLD.created_at, OLD.published_at)
                       OR NEW.status = 'draft' THEN
                        RAISE EXCEPTION 'Evaluation model % version % is published and frozen.',
                            OLD.slug, OLD.version;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="keep_published",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=["published", "retired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:model_detail", args=[self.slug, self.version])

    @property
    def label(self) -> str:
        """The name, translated when it is a preset's."""
        return gettext(self.name)

    @property
    def parsed(self) -> Definition:
        return Definition.from_dict(self.definition)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ModelAssignment(models.Model):
    """Who is scored by which model: the first assignment that fits a customer wins.

    Empty fields fit everybody; the rows with nothing filled in but the business stage are
    the defaults, chosen by the organisation's stage.
    """

    position = models.PositiveIntegerField(_("position"), default=100)
    segment = models.CharField(_("segment"), max_length=100, blank=True)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    stage = models.CharField(_("life-cycle stage"), max_length=10, choices=LifecycleStage, blank=True)
    business_stage = models.CharField(_("business stage"), max_length=12, choices=BusinessStage, blank=True)
    slug = models.SlugField(_("evaluation model"), max_length=50)

    class Meta:
        verbose_name = _("model assignment")
        verbose_name_plural = _("model assignments")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(name="modelassignment_once", fields=["segment", "tier", "stage", "business_stage"])
        ]

    def __str__(self) -> str:
        parts = [self.segment, self.tier, self.stage, self.business_stage]
        return f"{' · '.join(filter(None, parts)) or '*'} → {self.slug}"

    @property
    def is_default(self) -> bool:
        """Does it fit every customer?"""
        return not (self.segment or self.tier or self.stage)
