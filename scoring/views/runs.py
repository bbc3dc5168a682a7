"""Evaluation runs: what was computed when, and the button that computes now."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order as Sort
from crmquality.lib.keyset import page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from scoring import charts, runs, tasks
from scoring.models import Run
from scoring.overview import models_of
from scoring.wording import stage_in_words

NEWEST_FIRST = Sort("id", is_descending=True, parse=int)
PAGE_SIZE = 30
TAKEN_OUT = ("id", "as_of", "status", "started_by", "started_at", "published_at", "summary", "error")
STAGES = ["calibrate", "score", "score_facts", "score_readings", "score_scores", "score_write", "publish"]
# How long the page waits for a worker to begin before it says that none did.
PATIENCE = dt.timedelta(seconds=20)


@requires(Right.SEE_RUNS)
def run_list(request: MemberRequest) -> HttpResponseBase:
    """All runs, newest first, with the progress of the one at work; polls itself while it works."""
    listed = Run.objects.select_related("started_by").defer("rules", "calibration__parameters")
    if taken := exported(request, "runs", lambda: table_of(listed.order_by("-pk"), *TAKEN_OUT)):
        return taken
    context = {
        "page": page_asked_for(listed, NEWEST_FIRST, request.GET, PAGE_SIZE),
        **_at_work(request),
    }
    return render_page(request, "scoring/run_list.html", "scoring/_run_list.html", context)


def _at_work(request: MemberRequest) -> dict[str, Any]:
    """The run at work with its progress, or that one was asked for and has not begun yet."""
    running = Run.objects.filter(status=Run.Status.RUNNING).first()
    if running:
        done, total, customers = runs.progress_of(running)
        return {
            "running": running, "done": done, "total": total, "customers": customers,
            "share": 100 * done // total if total else 0, "is_driven": runs.is_driven(),
        }  # fmt: skip
    asked = _asked_at(request)
    if asked is None:
        return {}
    has_begun = Run.objects.filter(started_at__gte=asked).exists()
    is_waiting = not has_begun and timezone.now() - asked < PATIENCE
    return {"is_waiting": is_waiting, "has_not_begun": not has_begun and not is_waiting}


def _asked_at(request: MemberRequest) -> dt.datetime | None:
    try:
        return dt.datetime.fromtimestamp(float(request.GET.get("asked", "")), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


@requires(Right.SEE_RUNS)
def run_detail(request: MemberRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(Run.objects.select_related("started_by", "calibration"), pk=pk)
    bands = {**run.summary.get("bands", {}), "insufficient": run.summary.get("insufficient", 0)}
    done, total, customers = runs.progress_of(run)
    context = {
        "run": run,
        "models": models_of(run),
        "chart": charts.band_distribution(bands) if run.summary else None,
        "done": done,
        "total": total,
        "customers": customers,
        "stages": [
            (stage_in_words(stage), run.seconds_by_stage[stage]) for stage in STAGES if stage in run.seconds_by_stage
        ],
    }
    return render(request, "scoring/run_detail.html", context)


@require_POST
@requires(Right.CONFIGURE)
def run_start(request: MemberRequest) -> HttpResponse:
    """Hand an evaluation as of today to a worker; the list shows how it goes."""
    now = timezone.now()
    today = Organisation.load().today(now)
    tasks.evaluate.delay(today.isoformat(), request.user.pk)
    messages.info(request, _("Handed to a worker. You may leave this page; the results appear all at once."))
    response = redirect("scoring:run_list")
    response["Location"] += f"?asked={now.timestamp():.3f}"
    return response
