"""A questionnaire and its versions: an answered version is frozen, an edit makes the next one."""

import datetime as dt
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _


def said(texts: dict[str, str], language: str | None = None) -> str:
    """The text in `language` (the active one if None), else in the default language, else any; '' if none."""
    wished = (language or get_language() or "", settings.LANGUAGE_CODE)
    return next((texts[code] for code in wished if texts.get(code)), next((t for t in texts.values() if t), ""))


class Questionnaire(models.Model):
    """What stays the same while its versions follow each other."""

    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=200)
    purpose = models.TextField(_("what it is for"), blank=True, db_default="")
    is_active = models.BooleanField(_("offered"), default=True, db_default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """One wording of a questionnaire. Texts are kept by language code: {"en": "...", "zh-hans": "..."}."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, verbose_name=_("questionnaire"), related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.JSONField(_("title"), default=dict)
    intro = models.JSONField(_("introduction"), default=dict, blank=True)
    thanks = models.JSONField(_("thanks"), default=dict, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), default=2)
    offers_call = models.BooleanField(
        _("ask whether we may call"), default=False, help_text=_("Asked after the answers were sent.")
    )
    # From then on nothing of it or of its questions changes: the triggers `frozen` see to it.
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = pgettext_lazy("a questionnaire", "version")
        verbose_name_plural = pgettext_lazy("a questionnaire", "versions")
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(name="version_number", fields=["questionnaire", "number"]),
            models.UniqueConstraint(name="version_one_draft", fields=["questionnaire"], condition=Q(frozen_at=None)),
            models.CheckConstraint(name="version_takes_time", condition=Q(minutes__gte=1)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
                func="RAISE EXCEPTION 'A frozen questionnaire is never changed.';",
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.number}"

    def freeze(self, now: dt.datetime) -> None:
        """Frozen from now on; one that is frozen stays as it is."""
        Version.objects.filter(pk=self.pk, frozen_at=None).update(frozen_at=now)
        self.refresh_from_db(fields=["frozen_at"])

    def in_language(self, language: str | None = None) -> dict[str, Any]:
        """Title, introduction and thanks in one language."""
        return {part: said(getattr(self, part), language) for part in ("title", "intro", "thanks")}
