"""Imports: upload, settle the columns, look at the dry run, import, undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from crmquality.lib.exporting import as_file
from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.lib.tables import TableError
from crmquality.office.exporting import exported, table_of
from crmquality.office.roles import MemberRequest, Right, requires
from customers import tasks
from customers.forms.imports import ImportMappingForm, ImportUploadForm
from customers.imports import uploads
from customers.imports.errors import ImportRefused
from customers.imports.presets import find_preset
from customers.imports.report import reason_label, rejection_rows
from customers.imports.rules import RULES
from customers.imports.undo import MODELS
from customers.models import ImportPreset, ImportRun, PersonalDataLog

Status = ImportRun.Status
# While nothing of the file has come in.
BEFORE = (Status.UPLOADED, Status.CHECKED, Status.FAILED, Status.CANCELLED)
NEWEST_FIRST = Order("id", is_descending=True, parse=int)
PAGE_SIZE = 30
SHOWN_REJECTIONS = 50
SHOWN_LEFT = 100
TAKEN_OUT = (
    "id", "kind", "file_name", "status", "preset", "member", "watched_path", "created_at", "finished_at", "lines_read",
    "created", "updated", "unchanged", "rejected", "money_accepted", "seconds", "error",
)  # fmt: skip


@requires(Right.IMPORT)
def import_list(request: MemberRequest) -> HttpResponseBase:
    """All imports, newest first; polls itself while one is at work."""
    runs = ImportRun.objects.select_related("member")
    if taken := exported(request, "imports", lambda: table_of(runs.order_by("-pk"), *TAKEN_OUT)):
        return taken
    context = {
        "page": page_asked_for(runs, NEWEST_FIRST, request.GET, PAGE_SIZE),
        "is_working": ImportRun.objects.filter(status__in=ImportRun.WORKING).exists(),
    }
    return render_page(request, "customers/import_list.html", "customers/_import_list.html", context)


@requires(Right.IMPORT)
def import_create(request: MemberRequest) -> HttpResponse:
    """Upload a file; what is wrong with it is said at the field."""
    form = ImportUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            run = uploads.accept(data["file"], data["kind"], data["preset"], request.user)
        except (TableError, ImportRefused) as error:
            form.add_error("file", str(error))
        else:
            return redirect(run)
    status = 422 if form.errors else 200
    return render(request, "customers/import_create.html", {"form": form}, status=status)


@requires(Right.IMPORT)
def import_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One import at whatever stage it is; the same address from upload to undo."""
    run = get_object_or_404(ImportRun.objects.select_related("member", "undone_by"), pk=pk)
    return render_page(request, "customers/import_detail.html", "customers/_import_state.html", _context(run))


def _context(run: ImportRun, form: ImportMappingForm | None = None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "run": run,
        "reasons": [(reason_label(name), count) for name, count in run.rejected_by_reason.items()],
        "rejections": [(r, reason_label(r.reason)) for r in run.rejections.all()[:SHOWN_REJECTIONS]],
        "rules": [RULES[name].label for name in run.options.get("rules", ()) if name in RULES],
    }
    if run.left_by_undo:
        context["left"] = [
            (row, MODELS[row["target"]]._meta.verbose_name) for row in run.left_by_undo["rows"][:SHOWN_LEFT]
        ]
    if run.status in BEFORE:
        try:
            context["preview"] = uploads.preview(run)
        except (TableError, ImportRefused) as error:
            context["preview_error"] = str(error)
        if context.get("preview"):
            context["form"] = form or ImportMappingForm(run)
            context["proposals"] = uploads.proposals(run)
    return context


@require_POST
@requires(Right.IMPORT)
def import_read_as(request: MemberRequest, pk: int) -> HttpResponse:
    """Read the file as one of the presets says, in place of what was taken at first."""
    run = get_object_or_404(ImportRun, pk=pk)
    try:
        preset = find_preset(request.POST.get("preset", ""), request.POST.get("kind", ""), run.headers)
    except ImportRefused as error:
        messages.error(request, str(error))
        return redirect(run)
    ImportRun.objects.claim(
        run, from_=BEFORE, to=Status.UPLOADED, kind=preset.kind, preset=preset.name,
        options=uploads.proposed(preset, run.headers), **_at_start(),
    )  # fmt: skip
    return redirect(run)


@require_POST
@requires(Right.IMPORT)
def import_check(request: MemberRequest, pk: int) -> HttpResponse:
    """Keep the columns as settled and start the dry run."""
    run = get_object_or_404(ImportRun, pk=pk)
    form = ImportMappingForm(run, request.POST)
    if not form.is_valid():
        return render(request, "customers/import_detail.html", _context(run, form), status=422)
    options = form.chosen()
    claimed = ImportRun.objects.claim(
        run, from_=BEFORE, to=Status.CHECKING, options=options.to_json(), is_cancel_requested=False, **_at_start()
    )
    if claimed:
        _start(request, run, back_to=Status.UPLOADED, start=lambda: tasks.check_import.delay(run.pk))
        if form.cleaned_data["save_as"]:
            ImportPreset.objects.create(
                name=form.cleaned_data["save_as"], kind=run.kind, options=options.to_json(), author=request.user
            )
    return redirect(run)


@require_POST
@requires(Right.IMPORT)
def import_commit(request: MemberRequest, pk: int) -> HttpResponse:
    """Import what the dry run showed."""
    run = get_object_or_404(ImportRun, pk=pk)
    if ImportRun.objects.claim(
        run, from_=(Status.CHECKED,), to=Status.IMPORTING, is_cancel_requested=False, **_at_start()
    ):
        _start(request, run, back_to=Status.CHECKED, start=lambda: tasks.commit_import.delay(run.pk))
    return redirect(run)


@require_POST
@requires(Right.IMPORT)
def import_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask the import at work to stop; it looks between its steps."""
    working = (Status.CHECKING, Status.IMPORTING)
    ImportRun.objects.filter(pk=pk, status__in=working).update(is_cancel_requested=True)
    return redirect("customers:import_detail", pk=pk)


@require_POST
@requires(Right.IMPORT)
def import_undo(request: MemberRequest, pk: int) -> HttpResponse:
    run = get_object_or_404(ImportRun, pk=pk)
    if ImportRun.objects.claim(run, from_=(Status.DONE,), to=Status.UNDOING, **_at_start()):
        member = request.user.pk
        _start(request, run, back_to=Status.DONE, start=lambda: tasks.undo_import.delay(run.pk, member))
    return redirect(run)


@requires(Right.IMPORT)
def import_rejections(request: MemberRequest, pk: int) -> HttpResponseBase:
    """The rejected lines as CSV, or as Excel with ?export=xlsx; whoever imports may mend them."""
    run = get_object_or_404(ImportRun, pk=pk)
    PersonalDataLog.exported(request.user, f"rejected lines of import {run.pk}", run.rejected)
    how = "xlsx" if request.GET.get("export") == "xlsx" else "csv"
    return as_file(rejection_rows(run), f"import-{run.pk}-rejected", how)


def _at_start() -> dict[str, Any]:
    return {"stage": "", "progress_done": 0, "progress_total": 0, "error": ""}


def _start(request: MemberRequest, run: ImportRun, *, back_to: str, start: Callable[[], Any]) -> None:
    """Hand the work to a worker; where no broker answers, nothing has happened."""
    try:
        start()
    except OperationalError:
        ImportRun.objects.filter(pk=run.pk).update(status=back_to)
        messages.error(request, _("The task queue does not answer; nothing was started. Try again shortly."))
