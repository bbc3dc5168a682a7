"""When people work: several windows a day, national holidays, own closures and make-up days."""

import datetime as dt
from functools import lru_cache
from typing import Any

import holidays
import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crmquality.lib.clock import WorkCalendar

from .organisation import validate_time_zone
from .tracking import history

# Public holidays are looked up for these years; make-up days are announced a year ahead.
YEARS = range(2010, 2046)
OFFICE_HOURS = {str(day): [["09:00", "18:00"]] for day in range(5)}


def office_hours() -> dict[str, list[list[str]]]:
    """Monday to Friday, nine to six."""
    return {day: [list(window) for window in windows] for day, windows in OFFICE_HOURS.items()}


def validate_country(code: str) -> None:
    if code not in holidays.list_supported_countries():
        raise ValidationError(_("There are no public holidays known for %(code)s."), params={"code": code})


@pghistory.track(*history())
class Calendar(models.Model):
    """Working hours of a place, in its time zone; one is the company's default."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    weekly = models.JSONField(
        _("working hours"),
        default=office_hours,
        help_text=_("Windows of each weekday, Monday is 0: from, to. A window may end on the next day."),
    )
    country = models.CharField(
        _("public holidays of"),
        max_length=2,
        blank=True,
        validators=[validate_country],
        help_text=_("ISO 3166 code, such as CN. Make-up working days are included. Empty: none."),
    )
    region = models.CharField(_("of its region"), max_length=10, blank=True)
    is_default = models.BooleanField(_("the company's"), default=False)

    class Meta:
        verbose_name = _("work calendar")
        verbose_name_plural = _("work calendars")
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(name="calendar_one_default", fields=["is_default"], condition=Q(is_default=True))
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Hours that are none, a region that the country has not, and a week without work are refused."""
        if self.region and self.region not in holidays.list_supported_countries().get(self.country, []):
            raise ValidationError({"region": _("There are no public holidays known for this region.")})
        if self.country and self.country not in holidays.list_supported_countries():
            return  # The field has said so.
        try:
            self.value(own_days=())
        except (ValueError, TypeError, AttributeError) as error:
            raise ValidationError({"weekly": str(error)}) from error

    @classmethod
    def default(cls) -> "Calendar":
        """The company's calendar; while nobody made one, office hours in the company's zone."""
        from .organisation import Organisation

        found = cls.objects.filter(is_default=True).first()
        return found or cls(name="", time_zone=Organisation.load().time_zone)

    def value(self, own_days: Any = None) -> WorkCalendar:
        """The calendar as the clock takes it; equal ones are one object, whose work is expanded once.

        Raises ValueError for hours that are none.
        """
        if own_days is None:
            own_days = self.days.values_list("day", "is_working") if self.pk else ()
        weekly = {int(day): tuple((begin, end) for begin, end in windows) for day, windows in self.weekly.items()}
        return _value(self.time_zone, tuple(sorted(weekly.items())), self.country, self.region, tuple(sorted(own_days)))


@pghistory.track(*history())
class CalendarDay(models.Model):
    """A day on which the company does otherwise: closed, or working where others do not."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, verbose_name=_("work calendar"), related_name="days")
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("closure or working day")
        verbose_name_plural = _("closures and working days")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(name="calendarday_once", fields=["calendar", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()


@lru_cache(maxsize=64)
def _value(
    time_zone: str,
    weekly: tuple[tuple[int, tuple[tuple[str, str], ...]], ...],
    country: str,
    region: str,
    own_days: tuple[tuple[dt.date, bool], ...],
) -> WorkCalendar:
    closed, working = public_days(country, region)
    own = dict(own_days)
    return WorkCalendar(
        time_zone,
        dict(weekly),
        holidays=(closed | {day for day, is_working in own.items() if not is_working}),
        # What the company says of a day goes before what the country says.
        working_days=({day for day in working if own.get(day, True)} | {day for day, works in own.items() if works}),
    )


@lru_cache(maxsize=16)
def public_days(country: str, region: str) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Public holidays, and the weekend days that are worked in their place; none without a country."""
    if not country:
        return frozenset(), frozenset()
    known = holidays.country_holidays(country, subdiv=region or None, years=YEARS)
    return frozenset(known), frozenset(known.weekend_workdays)
