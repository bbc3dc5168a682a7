"""The loop closed: which answers set what in motion."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crmquality.office.models import history
from customers.models import FollowUp

from .answer import Response
from .questionnaire import Questionnaire


@pghistory.track(*history())
class LoopRule(models.Model):
    """When an answer is at most so good, somebody follows it up in so many working days."""

    name = models.CharField(_("name"), max_length=200)
    questionnaire = models.ForeignKey(
        Questionnaire,
        models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("questionnaire"),
        help_text=_("Empty: every questionnaire that has the question."),
    )
    key = models.CharField(_("id of the question"), max_length=40)
    at_most = models.SmallIntegerField(pgettext_lazy("an answer", "at most"))
    segment = models.CharField(_("segment"), max_length=50, blank=True, db_default="", help_text=_("Empty: all."))
    working_days = models.PositiveSmallIntegerField(_("follow up within working days"), default=2)
    tag = models.CharField(_("tag"), max_length=50, blank=True, db_default="")
    suggests_case = models.BooleanField(_("suggest a complaint"), default=False, db_default=False)
    is_active = models.BooleanField(_("in use"), default=True, db_default=True)

    class Meta:
        verbose_name = _("rule for bad answers")
        verbose_name_plural = _("rules for bad answers")
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="looprule_soon", condition=Q(working_days__lte=60))]

    def __str__(self) -> str:
        return self.name


class LoopHit(models.Model):
    """That a rule met an answer, once (`loophit_once`), and what came of it."""

    rule = models.ForeignKey(LoopRule, models.CASCADE, verbose_name=_("rule"), related_name="hits")
    response = models.ForeignKey(Response, models.CASCADE, verbose_name=_("response"), related_name="hits")
    follow_up = models.OneToOneField(
        FollowUp, models.SET_NULL, null=True, verbose_name=_("follow-up"), related_name="loop_hit"
    )
    # In working time, so that "within two working days" is one comparison.
    due_at = models.DateTimeField(_("due"))
    suggests_case = models.BooleanField(default=False, db_default=False)
    # The number of the case that was made of it; cases live in an app this one does not know.
    case_number = models.CharField(max_length=20, blank=True, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("bad answer to follow up")
        verbose_name_plural = _("bad answers to follow up")
        ordering = ["due_at", "id"]
        constraints = [models.UniqueConstraint(name="loophit_once", fields=["rule", "response"])]

    def __str__(self) -> str:
        return f"{self.rule} · {self.response_id}"
