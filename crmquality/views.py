"""Pages of the roof: the overview, and the small switches in the top bar."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from crmquality.office.roles import MemberRequest, Right, requires
from scoring.overview import Overview


@requires(Right.SEE_ALL, Right.SEE_OWN)
def home(request: MemberRequest) -> HttpResponse:
    """How good the relationships are that the member may see, and what moved."""
    return render(request, "home.html", {"overview": Overview(request.user, timezone.now())})


@requires(Right.SEE_ALL, Right.SEE_OWN)
def day(request: MemberRequest) -> HttpResponse:
    """What is due today: cases, and follow-ups and visits; each part is the fragment of its own app."""
    return render(request, "day.html")


def _back(request: HttpRequest) -> HttpResponse:
    """Where the member was, if that is one of our pages."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target if is_ours else "home")


@require_POST
def language_switch(request: HttpRequest) -> HttpResponse:
    """Speak this language: to a member from now on, to others in this browser."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response


@require_POST
@login_required
def notices_read(request: MemberRequest) -> HttpResponse:
    request.user.notices.filter(read_at=None).update(read_at=timezone.now())
    return _back(request)
