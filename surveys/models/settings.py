"""What holds for all campaigns."""

import datetime as dt

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmquality.office.models import history


@pghistory.track(*history())
class SurveySettings(models.Model):
    """How often people may be asked, and how fast mail goes out; `SurveySettings.load()` is the one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    person_cap = models.PositiveSmallIntegerField(_("surveys a person in a period"), default=1)
    company_cap = models.PositiveSmallIntegerField(
        _("surveys a company in a period"),
        default=1,
        help_text=_("A wave that asks several people of a company is one survey to the company."),
    )
    period_days = models.PositiveSmallIntegerField(_("days of the period"), default=30)
    mails_a_minute = models.PositiveIntegerField(
        _("mails a minute"), default=300, help_text=_("What your mail server takes without slowing down.")
    )
    link_days = models.PositiveSmallIntegerField(
        _("days that a link is valid"), default=90, help_text=_("In a campaign that has no closing date.")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("rules of asking")
        constraints = [
            models.CheckConstraint(name="surveysettings_is_one", condition=Q(id=1)),
            models.CheckConstraint(
                name="surveysettings_positive",
                condition=Q(
                    person_cap__gte=1, company_cap__gte=1, period_days__gte=1, mails_a_minute__gte=1, link_days__gte=1
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(_("Rules of asking"))

    @classmethod
    def load(cls) -> "SurveySettings":
        return cls.objects.get_or_create(id=1)[0]

    def valid_until(self, closes_at: dt.datetime | None, now: dt.datetime) -> dt.datetime:
        """Until when a link that is made now can be used."""
        return closes_at or now + dt.timedelta(days=self.link_days)
