"""The way out of surveys, for the people asked; and where a mail server reports mail that came back.

GET only shows: scanners of mails open links. POST records, also the one that a mail program sends by
itself when its own button is pressed (RFC 8058).
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from crmquality.office.limits import is_over
from crmquality.office.models import Organisation
from surveys import leaving

# An hour, from one address.
MOST = 300
LARGEST = 5 << 20


# A mail program that presses the button has no cookie of ours; the link itself says who it is.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends surveys for this person."""
    if is_over(request, "leave surveys", MOST):
        return _page(request, {"text": _("That was often within an hour. Please try again later.")}, 429)
    contact = leaving.contact_of(token)
    if contact is None:
        return _page(request, {"text": _("This link leads nowhere any more.")}, 404)
    if request.method == "POST":
        leaving.opt_out(contact, timezone.now())
    return _page(request, {"is_out": leaving.wants_none(contact), "is_known": True})


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    context["organisation"] = Organisation.load()
    response = render(request, "surveys/leave.html", context, status=status)
    # The link is a key: it does not leave with a click.
    response["Referrer-Policy"] = "same-origin"
    return response


# Whoever calls it has no cookie of ours: the secret in a header says who it is.
@csrf_exempt
@require_POST
def bounce_create(request: HttpRequest) -> JsonResponse:
    """Take the raw report in the body; 200 once it is read, however often it is handed in."""
    secret = settings.SURVEYS_MAIL_SECRET
    if not secret or not constant_time_compare(request.headers.get("X-Mail-Secret", ""), secret):
        return JsonResponse({"error": "Wrong secret."}, status=403)
    try:
        raw = request.read(LARGEST + 1)
    except RequestDataTooBig as error:
        return JsonResponse({"error": str(error)}, status=413)
    if len(raw) > LARGEST:
        return JsonResponse({"error": f"The mail is larger than {LARGEST >> 20} MB."}, status=413)
    return JsonResponse({"is_ours": leaving.take_bounce(raw, timezone.now())})
