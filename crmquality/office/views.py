"""What members are told, and what they choose for themselves."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for

from .forms import NoticePreferencesForm
from .models import Notice
from .roles import MemberRequest

PAGE_SIZE = 30
NEWEST_FIRST = Order("created_at", is_descending=True, parse=dt.datetime.fromisoformat)


@login_required
def notice_list(request: MemberRequest) -> HttpResponse:
    """Everything the member was told, or ?show=unread; everybody's own."""
    is_unread = request.GET.get("show") == "unread"
    notices = Notice.objects.shown_to(request.user) if is_unread else Notice.objects.of(request.user)
    context = {"page": page_asked_for(notices, NEWEST_FIRST, request.GET, PAGE_SIZE), "is_unread": is_unread}
    return render_page(request, "office/notice_list.html", "office/_notice_list.html", context)


@require_POST
@login_required
def notice_read(request: MemberRequest, pk: int) -> HttpResponse:
    """One notice is read; of others' notices there are none."""
    notice = get_object_or_404(request.user.notices, pk=pk)
    if request.user.notices.filter(pk=pk, read_at=None).update(read_at=timezone.now()):
        notice.refresh_from_db()
    if request.htmx:
        return render(request, "office/_notice_row.html", {"notice": notice})
    return redirect("notice_list")


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
