"""What members choose for themselves."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from . import tokens
from .forms import NoticePreferencesForm, TokenForm
from .roles import MemberRequest


@login_required
def notice_preferences(request: MemberRequest) -> HttpResponse:
    """How the member wants to be told of each topic; everybody's own."""
    form = NoticePreferencesForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved: you are told as you chose."))
        return redirect("notice_preferences")
    context = {"form": form, "is_mail_on": bool(settings.EMAIL_HOST)}
    return render(request, "office/notice_preferences.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def token_list(request: MemberRequest) -> HttpResponse:
    """The member's own API tokens and a form for one more; a new one is shown this once."""
    form = TokenForm(request.user, request.POST or None)
    is_made = request.method == "POST" and form.is_valid() and form.make()
    context = {
        "form": TokenForm(request.user) if is_made else form,
        "token": form.token,
        "rows": request.user.auth_token_set.order_by("-created"),
    }
    return render(request, "office/token_list.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def token_revoke(request: MemberRequest, pk: str) -> HttpResponse:
    """Take one of the member's own tokens out of use, at once."""
    if tokens.revoke(request.user, pk):
        messages.success(request, _("The token is revoked; what used it is locked out."))
    return redirect("token_list")
