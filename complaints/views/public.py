"""Pages of the customer, without login: report, follow, add, accept or reject. They work without JavaScript.

Behind a link that is forged, too old or replaced there is nothing; GET never changes anything, for
scanners of mails open links.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import tracking
from complaints.forms.public import AddForm, ReasonForm, ReportForm
from complaints.intake import take_in
from complaints.life import acknowledge
from complaints.models import Actor, Case, NotAllowed, Overtaken
from crmquality.office.limits import is_over
from crmquality.office.models import Organisation

# An hour, from one address.
MOST_REPORTS = 10
MOST_LOOKS = 300


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"complaints/{name}.html", {"organisation": Organisation.load(), **context}, status=status)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = _page(
        request, "public_refused", {"text": _("That was often within an hour. Please try again later.")}, 429
    )
    response["Retry-After"] = "3600"
    return response


@never_cache
@require_http_methods(["GET", "POST"])
def report_create(request: HttpRequest) -> HttpResponse:
    """The form for everybody; afterwards the number and the link."""
    now = timezone.now()
    form = ReportForm(request.POST if request.method == "POST" else None, files=request.FILES or None, now=now)
    if request.method != "POST":
        return _page(request, "report_create", {"form": form})
    if is_over(request, "report", MOST_REPORTS):
        return _too_often(request)
    if not form.is_valid():
        return _page(request, "report_create", {"form": form}, 422)
    case = form.case(get_language() or "")
    orders = form.orders(case.customer)
    taken = take_in(case, Actor.customer("form"), now, "report", form.once, form.cleaned_data["attached"])
    if taken.is_new:
        taken.case.orders.add(*orders)
        # Who sends it reads the number at once; the mail says it again.
        acknowledge(taken.case, Actor.system("form"), now)
    return redirect(f"{tracking.path_of(taken.case)}?sent=1")


def _tracked(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the case behind the link, or a friendly 404; not too often from one address."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        if is_over(request, "track", MOST_LOOKS):
            return _too_often(request)
        case = tracking.case_of(token)
        if case is None:
            text = _("This link leads nowhere any more. Use the newest mail from us, or write to us again.")
            return _page(request, "public_refused", {"text": text}, 404)
        response = view(request, token, case, **kwargs)
        # The link is a key: it does not leave with a click, and no search engine keeps it.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


@_tracked
@require_safe
def track_detail(request: HttpRequest, token: str, case: Case) -> HttpResponse:
    return _shown(request, token, case, AddForm(now=timezone.now()))


def _shown(request: HttpRequest, token: str, case: Case, form: AddForm, status: int = 200) -> HttpResponse:
    context = {
        "case": case,
        "token": token,
        "form": form,
        "state": tracking.state_of(case),
        "history": tracking.history_of(case),
        "expected_by": tracking.expected_by(case),
        "may_answer": tracking.may_answer(case),
        "said": request.GET.get("sent", ""),
    }
    return _page(request, "track_detail", context, status)


@_tracked
@require_POST
def track_add(request: HttpRequest, token: str, case: Case) -> HttpResponse:
    now = timezone.now()
    form = AddForm(request.POST, files=request.FILES, now=now)
    if is_over(request, "track-add", MOST_REPORTS):
        return _too_often(request)
    if case.merged_into_id or not form.is_valid():
        return _shown(request, token, case, form, 422)
    tracking.say(case, form.cleaned_data["text"], form.cleaned_data["attached"], form.once, now)
    return redirect("complaints:track_detail", token)


@_tracked
@require_http_methods(["GET", "POST"])
def track_answer(request: HttpRequest, token: str, case: Case, is_accepted: bool) -> HttpResponse:
    """GET says what will happen; POST does it."""
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not tracking.may_answer(case):
        return redirect("complaints:track_detail", token)
    if request.method == "POST" and form.is_valid():
        return _answer(request, token, case, is_accepted, form.cleaned_data["reason"])
    context = {"case": case, "token": token, "form": form, "is_accepted": is_accepted}
    return _page(request, "track_answer", context, 422 if request.method == "POST" else 200)


def _answer(request: HttpRequest, token: str, case: Case, is_accepted: bool, reason: str) -> HttpResponse:
    try:
        tracking.answer(case, is_accepted, reason, timezone.now())
    except (NotAllowed, Overtaken):
        text = _("Something changed in the meantime. Please look at it once more.")
        return _page(request, "public_refused", {"text": text, "token": token}, 409)
    return redirect("complaints:track_detail", token)
