"""The register is taken out: Excel or Word, in the language the reader picks; a large one is made by a worker."""

import tempfile

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from complaints import analysis, register_files, tasks
from complaints.access import register_read
from complaints.filters import Filters
from complaints.models import RegisterFile
from crmquality.lib.downloads import SANDBOX
from crmquality.lib.htmx import render_page
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.attachments import path_of
from customers.models import PersonalDataLog

# Either takes a few seconds; with more than that a worker makes the file.
AT_ONCE = {"xlsx": 5_000, "docx": 300}


@requires(Right.EXPORT)
def register_export(request: MemberRequest) -> HttpResponseBase:
    """The register of a period and filters; a large one is offered and, by POST, asked for."""
    organisation, now = Organisation.load(), timezone.now()
    asked = request.POST if request.method == "POST" else request.GET
    scope = analysis.Scope(Filters.asked(asked.dict(), organisation.today(now)), request.user, organisation, now)
    ending = "docx" if asked.get("format") == "docx" else "xlsx"
    wanted = asked.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or "en"
    if request.method == "POST":
        return _ask(request, scope, ending, language)
    count = scope.filters.cases(request.user, organisation).count()
    if count > AT_ONCE[ending]:
        context = {"filters": scope.filters, "count": count, "ending": ending, "language": language}
        return render(request, "complaints/register_export.html", context)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with translation.override(language):
        PersonalDataLog.exported(request.user, "case register", register_files.write(file, scope, ending))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=register_files.name_of(scope.filters, ending))


def _ask(request: MemberRequest, scope: analysis.Scope, ending: str, language: str) -> HttpResponse:
    try:
        return redirect(register_files.ask(scope, ending, language, tasks.make_register.delay))
    except OperationalError:
        messages.error(request, _("The task queue does not answer; nothing was started. Try again shortly."))
        return redirect("complaints:analysis_detail")


@requires(Right.EXPORT)
@require_safe
def register_detail(request: MemberRequest, pk: int) -> HttpResponse:
    """How far it is, and the file when it is ready; only for whoever asked."""
    file = register_read(request.user, pk)
    context = {"file": file, "filters": _filters(file)}
    return render_page(request, "complaints/register_detail.html", "complaints/_register_state.html", context)


@requires(Right.EXPORT)
@require_safe
def register_download(request: MemberRequest, pk: int) -> FileResponse:
    """The file, to whoever asked; each time is written down."""
    file = register_read(request.user, pk)
    if file.status != RegisterFile.Status.DONE:
        raise Http404
    try:
        opened = path_of(file.stored_name).open("rb")
    except FileNotFoundError:
        raise Http404 from None
    PersonalDataLog.exported(request.user, "case register", file.total)
    name = register_files.name_of(_filters(file), file.ending)
    return FileResponse(opened, as_attachment=True, filename=name, headers=SANDBOX)


def _filters(file: RegisterFile) -> Filters:
    return Filters.asked(file.asked, Organisation.load().today(file.created_at))
