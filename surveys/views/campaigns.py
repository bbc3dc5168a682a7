"""Pages of campaigns. Who may see evaluation runs sees them; who may survey plans and starts them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from crmquality.lib.exporting import Rows
from crmquality.lib.htmx import render_page
from crmquality.lib.keyset import Order, page_asked_for
from crmquality.office.exporting import exported, table_of
from crmquality.office.roles import MemberRequest, Right, requires
from customers.lists import CUSTOMER
from customers.models import PersonalDataLog
from surveys import campaigns, channels, progress, sending
from surveys.forms.campaigns import CampaignForm, InvitedFilters
from surveys.models import Campaign, CampaignChannel, Invitation, Mailing, Privacy, Schedule, State
from surveys.planning import Wish, plan

PAGE_SIZE = 50
MOST_UNDECIDED = 200
TAKEN_OUT = (
    "id", "name", "purpose", "version", "state", "privacy", "channel", "schedule", "opens_at", "closes_at",
    "population", ("invited", gettext_lazy("Invited")), ("answered", gettext_lazy("Answered")), "started_at",
    "closed_at",
)  # fmt: skip
PEOPLE_OUT = (
    *CUSTOMER, "contact", "segment", "tier", "standing", "deferred_because", "due_at", "sent_at", "is_answered",
)  # fmt: skip


@requires(Right.SEE_RUNS)
def campaign_list(request: MemberRequest) -> HttpResponseBase:
    """?state= one of draft, running, closed; the newest first."""
    found = progress.counted(Campaign.objects.select_related("version__questionnaire"))
    state = request.GET.get("state", "")
    if state in State.values:
        found = found.filter(state=state)
    if taken := exported(request, "surveys", lambda: table_of(found.order_by("-pk"), *TAKEN_OUT)):
        return taken
    page = page_asked_for(found, Order("id", is_descending=True, parse=int), request.GET, PAGE_SIZE)
    context = {"page": page, "state": state, "states": State.choices, "may_survey": _may(request)}
    return render_page(request, "surveys/campaign_list.html", "surveys/_campaign_list.html", context)


def _may(request: MemberRequest) -> bool:
    return request.user.has_right(Right.SURVEY)


@requires(Right.SURVEY)
def campaign_create(request: MemberRequest) -> HttpResponse:
    return _edit(request, Campaign(author=request.user, purpose=""))


@requires(Right.SURVEY)
def campaign_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Only of a draft: who answers a running one was told what it is."""
    return _edit(request, get_object_or_404(Campaign, pk=pk, state=State.DRAFT))


def _edit(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    form = CampaignForm(request.POST if request.method == "POST" else None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        form.draft().save()
        messages.success(request, _("Saved as a draft. Nobody is asked before you start it."))
        return redirect(campaign)
    status = 422 if request.method == "POST" else 200
    return render(request, "surveys/campaign_edit.html", {"form": form, "campaign": campaign}, status=status)


@requires(Right.SURVEY)
@require_POST
def campaign_copy(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign.objects.select_related("version__questionnaire"), pk=pk)
    copied = campaigns.copy(campaign, request.user, _("%(name)s (copy)") % {"name": campaign.name})
    messages.success(request, _("Copied as a draft. Nobody is asked before you start it."))
    return redirect("surveys:campaign_edit", copied.pk)


@requires(Right.SURVEY)
@require_POST
def campaign_delete(request: MemberRequest, pk: int) -> HttpResponse:
    """Only of a draft: what was asked and answered stays."""
    campaign = get_object_or_404(Campaign, pk=pk, state=State.DRAFT)
    if campaigns.delete_draft(campaign):
        messages.success(request, _("“%(name)s” is deleted.") % {"name": campaign.name})
    return redirect("surveys:campaign_list")


@requires(Right.SURVEY)
def campaign_plan(request: MemberRequest) -> HttpResponse:
    """What the campaign in the form would do: people, sample size, expected margin. Nothing is stored."""
    form = CampaignForm(request.GET, instance=Campaign())
    campaign = form.draft()
    return render(request, "surveys/_campaign_plan.html", {"plan": plan(campaign, form.wish), "wish": form.wish})


@requires(Right.SEE_RUNS)
def campaign_detail(request: MemberRequest, pk: int) -> HttpResponseBase:
    """How far it is; ?standing=, ?q=, ?after= of its people."""
    campaign = get_object_or_404(Campaign.objects.select_related("version__questionnaire", "series", "author"), pk=pk)
    now, filters = timezone.now(), InvitedFilters(request.GET)
    people = progress.filtered(
        progress.people_of(campaign, request.user), filters.values["standing"], filters.values["q"]
    )
    if taken := exported(request, f"survey-{campaign.pk}-people", lambda: _people_out(campaign, people)):
        PersonalDataLog.exported(request.user, f"people of {campaign.name}"[:200], people.count())
        return taken
    context = {
        "campaign": campaign, "filters": filters, "may_survey": _may(request), "now": now,
        "page": page_asked_for(people, Order("id", parse=int), request.GET, PAGE_SIZE),
        **_progress(request, campaign),
    }  # fmt: skip
    return render_page(request, "surveys/campaign_detail.html", "surveys/_campaign_people.html", context)


def _people_out(campaign: Campaign, people: QuerySet[Invitation]) -> Rows:
    # When somebody answered tells which of few answers is theirs.
    moments = ("answered_at",) if campaign.privacy == Privacy.IDENTIFIED else ()
    return table_of(people.order_by("pk"), *PEOPLE_OUT, *moments)


def _progress(request: MemberRequest, campaign: Campaign) -> dict[str, Any]:
    now = timezone.now()
    return {
        "progress": progress.progress(campaign),
        "deferred": list(progress.deferred(campaign)),
        "undecided": list(progress.undecided_of(campaign, request.user, now)[:MOST_UNDECIDED]),
        "refusals": list(progress.refusals(campaign)) if campaign.state == State.RUNNING else [],
        "taken": None if campaign.asks_by_name else campaign.responses.shown().count(),
        "promise": progress.promise_of(campaign),
        "plan": plan(campaign, Wish()) if campaign.state == State.DRAFT else None,
        "wish": Wish(),
        "public_link": channels.public_link(campaign),
        "repeats": campaign.schedule == Schedule.RECURRING and campaign.state != State.DRAFT,
        "hands_out": campaign.channel == CampaignChannel.LINKS and campaign.state == State.RUNNING,
    }


@requires(Right.SURVEY)
@require_POST
def campaign_start(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        invited = campaigns.start(campaign, timezone.now())
    except campaigns.NotPossible as error:
        messages.error(request, str(error))
        return redirect(campaign)
    messages.success(
        request,
        ngettext("Started: %(n)s person is invited.", "Started: %(n)s people are invited.", invited) % {"n": invited},
    )
    return redirect(campaign)


@requires(Right.SURVEY)
@require_POST
def campaign_close(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    if campaigns.close(campaign, timezone.now()):
        messages.success(request, _("Closed. Links in mails say so from now on."))
    return redirect(campaign)


@requires(Right.SURVEY)
@require_POST
def campaign_stop_repeating(request: MemberRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    if campaigns.stop_repeating(campaign):
        messages.success(request, _("This wave is the last one."))
    return redirect(campaign)


@requires(Right.SURVEY)
@require_POST
def mailing_decide(request: MemberRequest, pk: int) -> HttpResponse:
    """`mailing` one or more undecided mails, `decision` resend or sent; or all that were refused: refused."""
    campaign, now = get_object_or_404(Campaign, pk=pk), timezone.now()
    if request.POST.get("decision") == "refused":
        n = sending.send_refused(campaign, now)
        messages.success(request, ngettext("%(n)s mail goes out again.", "%(n)s mails go out again.", n) % {"n": n})
        return redirect(campaign)
    keys = [int(key) for key in request.POST.getlist("mailing") if key.isdigit()]
    chosen = Mailing.objects.filter(pk__in=progress.undecided_of(campaign, request.user, now).values("pk"))
    decide = {"resend": sending.resend, "sent": sending.count_as_sent}.get(request.POST.get("decision", ""))
    if decide is None:
        raise PermissionDenied
    n = decide(chosen.filter(pk__in=keys), now)
    messages.success(request, ngettext("%(n)s mail is decided.", "%(n)s mails are decided.", n) % {"n": n})
    return redirect(campaign)
