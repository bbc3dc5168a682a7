"""Which cases an analysis is about: a period, the one before it, and what the pickers leave."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from crmquality.lib import formats
from crmquality.office.models import Member, Organisation
from customers.models import Customer, Tier

from .models import Case, Category, Kind

YEAR = 365
# Older than any record; dates before would leave the calendar when the period before is counted.
EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2200, 1, 1)
ANY = "any"


@dataclass(frozen=True)
class Filters:
    """From `first` to `last`, both included; '' is no filter."""

    first: dt.date
    last: dt.date
    kind: str = Kind.COMPLAINT
    category: str = ""
    region: str = ""
    team: str = ""
    segment: str = ""
    tier: str = ""

    @classmethod
    def asked(cls, asked: Mapping[str, str], today: dt.date) -> "Filters":
        """What the address asks for; what makes no sense there is left out."""
        last = _day(asked.get("to", "")) or today
        first = _day(asked.get("from", "")) or last - dt.timedelta(days=YEAR - 1)
        kind = asked.get("kind", Kind.COMPLAINT)
        team = asked.get("team", "")
        return cls(
            first=min(first, last),
            last=last,
            kind=kind if kind in {*Kind.values, ANY} else Kind.COMPLAINT,
            category=_plain(asked.get("category", "")),
            region=_plain(asked.get("region", "")),
            team=team if team.isascii() and team.isdigit() and len(team) < 10 else "",
            segment=_plain(asked.get("segment", "")),
            tier=asked.get("tier", "") if asked.get("tier") in Tier.values else "",
        )

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Filters":
        """The same of as many days just before."""
        span = dt.timedelta(days=self.days)
        return replace(self, first=self.first - span, last=self.last - span)

    @property
    def period(self) -> str:
        return f"{formats.day(self.first)} – {formats.day(self.last)}"

    def hover(self, n: int) -> str:
        """From how many records a number is, and of which period."""
        facts = {"n": formats.decimal(n, 0), "period": self.period, "before": self.before.period}
        return _("From %(n)s records, received %(period)s; before: %(before)s.") % facts

    def query(self, **more: object) -> str:
        """The filters as the queue's page and this one name them, for an address."""
        return urlencode(self.named(**more))

    def named(self, **more: object) -> dict[str, object]:
        """The filters that are set, by the names of an address or a form."""
        own = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in ("first", "last")}
        named = {"from": self.first.isoformat(), "to": self.last.isoformat(), **own, **more}
        return {name: value for name, value in named.items() if value not in ("", None)}

    def queue(self, **more: object) -> str:
        """The queue's page with these cases."""
        return f"/complaints/?{self.query(**{'state': 'all', **more})}"

    def start(self, organisation: Organisation) -> dt.datetime:
        return organisation.midnight(self.first)

    def end(self, organisation: Organisation) -> dt.datetime:
        return organisation.midnight(self.last + dt.timedelta(days=1))

    def cases(self, member: Member, organisation: Organisation) -> QuerySet[Case]:
        """The cases of this period that the member may see; merged ones count with the one they went into."""
        found = Case.objects.visible_to(member).filter(merged_into=None)
        found = found.filter(received_at__gte=self.start(organisation), received_at__lt=self.end(organisation))
        return found.filter(self._chosen()).order_by()

    def cases_of_both(self, member: Member, organisation: Organisation) -> QuerySet[Case, Any]:
        """The cases of this period and of the one before; `is_now` tells them apart."""
        both = replace(self, first=self.before.first)
        is_now = ExpressionWrapper(Q(received_at__gte=self.start(organisation)), output_field=BooleanField())
        return both.cases(member, organisation).annotate(is_now=is_now)

    def customers(self, member: Member) -> QuerySet[Customer]:
        """The customers whose orders are counted."""
        names = ("region", "segment", "tier")
        wanted = {name: getattr(self, name) for name in names if getattr(self, name)}
        return Customer.objects.visible_to(member).filter(**wanted)

    def _chosen(self) -> Q:
        chosen = Q()
        if self.kind != ANY:
            chosen &= Q(kind=self.kind)
        if self.category:
            chosen &= Q(category__in=with_parts(self.category) or [0])
        for name, lookup in (("region", "region"), ("segment", "customer__segment"), ("tier", "customer__tier")):
            if value := getattr(self, name):
                chosen &= Q(**{lookup: value})
        return chosen & Q(team=int(self.team)) if self.team else chosen


def with_parts(code: str) -> list[int]:
    """The keys of the category with this code and of all its parts; none for a code nobody has."""
    rows = list(Category.objects.values_list("pk", "parent", "code"))
    found = [pk for pk, _parent, own in rows if own == code]
    for pk in found:
        found += [part for part, parent, _code in rows if parent == pk]
    return found


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def _plain(text: str) -> str:
    """PostgreSQL takes no NUL."""
    return text[:100].replace("\0", "")
