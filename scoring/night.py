"""The nightly routine: when it is due, what was missed, and who is told when it goes wrong."""

import datetime as dt

import structlog
from django.db.models import Max
from django.urls import reverse

from crmquality.office.models import Notice, Organisation, RecordKeeping
from customers.models import Order
from scoring import partitions, runs
from scoring.models import Run
from scoring.suggesting import suggestion

log = structlog.get_logger()

DUE_AT = dt.time(1, 0)
LATE_AT = dt.time(6, 0)
STALE_AFTER = dt.timedelta(days=14)


def catch_up(now: dt.datetime, helpers: runs.Helpers = lambda run: None) -> list[Run]:
    """Evaluate today, once it is due, and the nights missed since the last run, oldest first.

    A night that fails tells the admins and is tried again at the next call.
    """
    organisation = Organisation.load()
    today = organisation.today(now)
    if now.astimezone(organisation.zone).time() < DUE_AT:
        today -= dt.timedelta(days=1)
    done = []
    for as_of in runs.missing_nights(today):
        try:
            done.append(runs.evaluate(as_of, helpers=helpers))
        except runs.AlreadyRunning as busy:
            log.info("night not started", as_of=as_of.isoformat(), reason=str(busy))
            break
        except Exception as error:
            tell_failed(as_of, error)
            raise
    if done:
        purge(today)
    return done


def purge(today: dt.date) -> list[str]:
    """Drop the partitions whose time is over; the newest run's stay, whatever their age."""
    published = Run.objects.published()
    newest = published.latest_published()
    computed = {
        row["as_of"]: row["last"].date() for row in published.values("as_of").annotate(last=Max("published_at"))
    }
    return partitions.purge(today, {newest.as_of} if newest else set(), computed)


def tell_failed(as_of: dt.date, error: Exception) -> None:
    log.exception("evaluation failed", as_of=as_of.isoformat())
    Notice.tell_admins(
        f"run-failed-{as_of}",
        Notice.Level.ERROR,
        FAILED,
        url=reverse("scoring:run_list"),
        as_of=as_of.isoformat(),
        error=f"{type(error).__name__}: {error}"[:200],
    )


def watch(now: dt.datetime) -> None:
    """Tell the admins, once a day each, of a late night and of records that stopped coming in."""
    organisation = Organisation.load()
    today = organisation.today(now)
    url = reverse("scoring:run_list")
    last = Run.objects.published().filter(as_of__lte=today).latest_published()
    if last and last.as_of < today and now.astimezone(organisation.zone).time() >= LATE_AT:
        Notice.tell_admins(f"run-late-{today}", Notice.Level.WARNING, LATE, url=url, as_of=last.as_of.isoformat())
    suggested = suggestion(RecordKeeping.recorded(today), organisation.business_stage)
    if suggested:
        Notice.tell_admins(
            f"model-suggested-{suggested.now}-{suggested.preset.slug}",
            Notice.Level.INFO,
            SUGGESTED,
            url=reverse("scoring:model_list"),
            model=suggested.preset.slug,
        )
    newest = Order.objects.filter(placed_at__lt=now).aggregate(Max("placed_at"))["placed_at__max"]
    if newest and now - newest > STALE_AFTER:
        Notice.tell_admins(
            f"orders-stale-{newest.date()}",
            Notice.Level.WARNING,
            STALE,
            url=reverse("customers:import_list"),
            day=newest.astimezone(organisation.zone).date().isoformat(),
        )


def N_(text: str) -> str:
    """Marks a text for translation; a notice is translated when it is read."""
    return text


FAILED = N_("The evaluation as of %(as_of)s failed: %(error)s. It will be tried again.")
LATE = N_("Last night's evaluation is late: the newest results are as of %(as_of)s.")
SUGGESTED = N_("The records kept by now fit the model “%(model)s” better than the default: have a look.")
STALE = N_("No new orders since %(day)s: the scores rest on old records.")
