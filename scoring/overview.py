"""What the overview shows: how good the relationships are now, what moved, the last run."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, QuerySet, Sum

from crmquality.lib.charts import Chart
from crmquality.office.models import Member, Organisation
from crmquality.office.roles import Right
from customers.access import customers_read
from scoring import charts, runs
from scoring.models import CurrentScore, EvaluationModel, Run
from scoring.models.score import Band

# Until then last night's run may still be at work, and yesterday's result is not late.
GRACE = dt.timedelta(hours=6)


@dataclass(frozen=True)
class RunState:
    """The newest result, and what keeps a newer one: '', running, failed, stopped or late."""

    published: Run | None
    newest: Run | None
    trouble: str

    @property
    def models(self) -> QuerySet[EvaluationModel]:
        """The model versions that the newest result was scored by."""
        return models_of(self.published) if self.published else EvaluationModel.objects.none()

    @classmethod
    def at(cls, now: dt.datetime, organisation: Organisation) -> "RunState":
        published = Run.objects.latest_published()
        newest = Run.objects.order_by("-id").first()
        return cls(published, newest, _trouble(published, newest, organisation.today(now - GRACE)))


def models_of(run: Run) -> QuerySet[EvaluationModel]:
    """The model versions that a run scores by."""
    keys = {assignment["model"] for assignment in run.rules["assignments"]}
    return EvaluationModel.objects.filter(pk__in=keys).defer("definition")


def _trouble(published: Run | None, newest: Run | None, due: dt.date) -> str:
    if newest and newest.status == Run.Status.RUNNING:
        if runs.is_driven():
            return "running"
        return "failed" if newest.error else "stopped"
    if newest and newest.status == Run.Status.FAILED:
        return "failed"
    return "late" if published and published.as_of < due else ""


class Overview:
    """The figures of the customers one member may see; each is asked for once, when shown."""

    def __init__(self, member: Member, now: dt.datetime) -> None:
        self.member = member
        self.now = now
        self.organisation = Organisation.load()

    @cached_property
    def run_state(self) -> RunState:
        return RunState.at(self.now, self.organisation)

    @cached_property
    def customers(self) -> int:
        return customers_read(self.member).count()

    @cached_property
    def scores(self) -> QuerySet[CurrentScore]:
        if self.member.has_right(Right.SEE_ALL):
            return CurrentScore.objects.all()
        return CurrentScore.objects.filter(customer__in=customers_read(self.member))

    @cached_property
    def bands(self) -> dict[str, int]:
        """Customers by band, every band named."""
        return {band: count for band, (count, _) in self._by_band.items()}

    @cached_property
    def _by_band(self) -> dict[str, tuple[int, float]]:
        rows = self.scores.values_list("band").annotate(n=Count("pk"), total=Sum("score"))
        found = {band: (n, total or 0.0) for band, n, total in rows.order_by()}
        return {band: found.get(band, (0, 0.0)) for band in Band.values}

    @property
    def chart(self) -> Chart:
        return charts.band_distribution(self.bands)

    @property
    def insufficient(self) -> int:
        return self.bands[Band.INSUFFICIENT]

    @property
    def scored(self) -> int:
        return sum(self.bands.values()) - self.insufficient

    @property
    def scored_share(self) -> float | None:
        return self.scored / self.customers if self.customers else None

    @property
    def mean_score(self) -> float | None:
        """Over the customers with enough data for a band."""
        total = sum(t for band, (_, t) in self._by_band.items() if band != Band.INSUFFICIENT)
        return total / self.scored if self.scored else None

    def risers(self) -> QuerySet[CurrentScore]:
        return self._movers().filter(change_30d__gt=0).order_by("-change_30d")[:5]

    def fallers(self) -> QuerySet[CurrentScore]:
        return self._movers().filter(change_30d__lt=0).order_by("change_30d")[:5]

    def _movers(self) -> QuerySet[CurrentScore]:
        known = self.scores.exclude(band=Band.INSUFFICIENT)
        return known.select_related("customer", "model").defer(
            "model__definition", "customer__extra", "customer__search_text", "customer__search_grams"
        )
