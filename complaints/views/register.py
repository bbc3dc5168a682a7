"""The register is taken out: Excel or Word, in the language the reader picks."""

import tempfile
from itertools import chain
from typing import IO

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from complaints import analysis, register, wording
from complaints.documents import write_register
from complaints.filters import Filters
from crmquality.lib.csvsafe import neutral
from crmquality.lib.sheets import write_sheet
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import PersonalDataLog

# Either takes about a quarter of a minute; more would keep the reader longer than a request may last.
LIMITS = {"xlsx": 20_000, "docx": 1_000}


@requires(Right.EXPORT)
def register_export(request: MemberRequest) -> HttpResponseBase:
    """The register of a period and filters; too many cases for one file: 422 and what to do."""
    organisation, now = Organisation.load(), timezone.now()
    scope = analysis.Scope(Filters.asked(request.GET.dict(), organisation.today(now)), request.user, organisation, now)
    ending = "docx" if request.GET.get("format") == "docx" else "xlsx"
    count = scope.filters.cases(request.user, organisation).count()
    if count > LIMITS[ending]:
        return _too_many(request, scope.filters, count, LIMITS[ending])
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    with translation.override(language):
        WRITERS[ending](file, scope)
    PersonalDataLog.exported(request.user, "case register", count)
    file.seek(0)
    name = f"register-{scope.filters.first}-{scope.filters.last}.{ending}"
    return FileResponse(file, as_attachment=True, filename=name)


def _too_many(request: MemberRequest, filters: Filters, count: int, limit: int) -> HttpResponse:
    context = {"filters": filters, "count": count, "limit": limit}
    return render(request, "complaints/register_too_many.html", context, status=422)


def _xlsx(file: IO[bytes], scope: analysis.Scope) -> None:
    cases = scope.filters.cases(scope.member, scope.organisation)
    entries = register.entries(cases, scope.organisation)
    lines = ([neutral(cell) for cell in entry] for entry in entries)
    write_sheet(file, _("Register"), chain([register.heading(scope.organisation)], lines))


def _docx(file: IO[bytes], scope: analysis.Scope) -> None:
    filters, organisation = scope.filters, scope.organisation
    now, before = analysis.outcomes(scope)
    tiles = wording.tiles(now, before, filters, analysis.cost_an_hour(), organisation.currency)
    write_register(
        file,
        title=_("Register of complaints"),
        period=filters.period,
        company=organisation.name,
        summary=[(tile.name, f"{tile.value} · {tile.note}") for tile in tiles],
        parts=register.parts(organisation),
        entries=register.entries(filters.cases(scope.member, organisation), organisation),
    )


WRITERS = {"xlsx": _xlsx, "docx": _docx}
