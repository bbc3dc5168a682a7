"""What members choose for themselves."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .forms import NoticePreferencesForm
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
