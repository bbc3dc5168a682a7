"""The page of the people asked, without login and without scripts; and the same page for staff who ask.

GET never records: scanners of mails open links. Behind the link stands who may answer, so no cookie
is needed and none is asked for.
"""

import contextlib
import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from crmquality.office.limits import counts_over, is_over
from crmquality.office.models import Organisation
from crmquality.office.roles import MemberRequest, Right, requires
from customers.models import Customer
from surveys import answering, tokens
from surveys.asking import Answers, Posted, cleaned, field_name, posted, values_of
from surveys.circumstances import Circumstances
from surveys.drawing import drawn
from surveys.models import Campaign, CampaignChannel, Invitation, InvitationToken, Question, Standing, Via

# An hour: wrong links and public answers from one address, and posts by one link.
MOST_WRONG, MOST_PUBLIC, MOST_BY_LINK = 60, 60, 120
LONGEST_DRAFT = 100_000
STAMP_SALT = "survey form"
LANGUAGES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Stamp:
    """What the form brings back, signed: its key, and when the page was first seen."""

    once: str
    seen_at: float

    @classmethod
    def of(cls, request: HttpRequest, now: dt.datetime) -> "Stamp":
        try:
            once, seen_at = signing.loads(request.POST.get("stamp", ""), salt=STAMP_SALT, max_age=30 * 86400)
        except signing.BadSignature:
            return cls(str(uuid.uuid4()), now.timestamp())
        return cls(once, seen_at)

    def __str__(self) -> str:
        return signing.dumps([self.once, self.seen_at], salt=STAMP_SALT)


def _private(response: HttpResponse) -> HttpResponse:
    """The link is a key: it does not leave with a click, and no search engine keeps it."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"organisation": Organisation.load(), "languages": settings.LANGUAGES, **context}
    return _private(render(request, f"surveys/{name}.html", context, status=status))


def _sorry(request: HttpRequest, text: str, status: int, title: str = "") -> HttpResponse:
    return _page(request, "answer_refused", {"title": title or _("Sorry"), "text": text}, status)


def _language(request: HttpRequest, preferred: str) -> str:
    """The one picked on the page, else of the person asked, else of the browser."""
    wished = (request.POST.get("language"), request.POST.get("in"), request.GET.get("l"), preferred)
    return next((code for code in wished if code in LANGUAGES), translation.get_language() or settings.LANGUAGE_CODE)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, or why there are none; after sending, the thanks."""
    now = timezone.now()
    link = tokens.invitation_of(token)
    if link is None:
        return _unknown(request)
    invitation = link.invitation
    with translation.override(_language(request, answering.invitation_language(invitation))):
        if refused := _refused(request, link, now):
            return refused
        if invitation.is_answered and not _wants_change(request):
            return redirect("surveys:answer", token) if request.method == "POST" else _thanks(request, link, now)
        if request.method == "POST":
            return _sent(request, token, invitation, now)
        return _form(request, invitation.campaign, _stored(request, invitation), {}, now, invitation=invitation)


def _wants_change(request: HttpRequest) -> bool:
    return "change" in request.GET or "change" in request.POST


def _unknown(request: HttpRequest) -> HttpResponse:
    if is_over(request, "survey link", MOST_WRONG):
        return _too_often(request)
    return _sorry(request, _("This link leads nowhere. Please open it from the message once more, in full."), 404)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = _sorry(request, _("That was often within an hour. Please try again later."), 429)
    response["Retry-After"] = "3600"
    return response


def _refused(request: HttpRequest, link: InvitationToken, now: dt.datetime) -> HttpResponse | None:
    """Why nobody may answer by this link now, None if one may. Whoever answered is always thanked."""
    invitation = link.invitation
    if invitation.is_answered and not _wants_change(request):
        return None
    if link.revoked_at or invitation.standing == Standing.REVOKED:
        text = _("This link was taken back. There is nothing you need to do.")
        return _sorry(request, text, 410, _("This link is no longer valid"))
    if not invitation.campaign.takes_answers(now):
        return _closed(request)
    if link.expires_at <= now:
        text = _("This link has expired. If you have a newer message from us, please use the link in that one.")
        return _sorry(request, text, 410, _("This link is no longer valid"))
    return None


def _closed(request: HttpRequest) -> HttpResponse:
    return _sorry(request, _("Thank you for wanting to answer. This survey takes no more answers."), 410, _("Closed"))


def _stored(request: HttpRequest, invitation: Invitation) -> Posted:
    """What stands in the form at first: what was said, or typed and not sent, or tapped in the mail."""
    if invitation.is_anonymous:
        return _tapped(request, invitation.campaign)
    if invitation.is_answered:
        return posted(invitation.response.answers.all())
    draft = getattr(invitation, "draft", None)
    return {**(draft.data if draft else {}), **_tapped(request, invitation.campaign)}


def _tapped(request: HttpRequest, campaign: Campaign) -> dict[str, list[str]]:
    """The rating tapped in the mail, chosen but not recorded."""
    first = next((each for each in _questions(campaign) if each.scale and not each.rows), None)
    rating = request.GET.get("a", "")
    return {field_name(first.key): [rating]} if first and rating.isdigit() else {}


def _questions(campaign: Campaign) -> list[Question]:
    return list(campaign.version.questions.all())


def _form(
    request: HttpRequest, campaign: Campaign, data: Posted, errors: dict[str, str], now: dt.datetime, **more: Any
) -> HttpResponse:
    stamp = Stamp.of(request, now)
    context = {
        "campaign": campaign,
        "words": campaign.version.in_language(),
        "asked": drawn(_questions(campaign), data, errors),
        "errors": errors,
        "stamp": stamp,
        "is_change": _wants_change(request),
        **more,
    }
    return _page(request, "answer", context, 422 if errors else 200)


def _sent(request: HttpRequest, token: str, invitation: Invitation, now: dt.datetime) -> HttpResponse:
    campaign = invitation.campaign
    answers, errors = cleaned(_questions(campaign), request.POST)
    is_turned = "language" in request.POST
    if not errors and not answers:
        errors = {"": _("Please answer at least one question.")}
    # A first answer is taken once anyhow; all that can be sent again and again is counted.
    is_first = not (is_turned or errors or invitation.is_answered)
    if not is_first and not invitation.is_anonymous and counts_over("survey answer", str(invitation.pk), MOST_BY_LINK):
        return _too_often(request)
    if is_turned:
        return _turned(request, invitation, now)
    if errors:
        return _form(request, campaign, request.POST, errors, now, invitation=invitation)
    _record(invitation, answers, _how(request, campaign, Via.LINK, now), now)
    return _private(redirect("surveys:answer", token))


def _turned(request: HttpRequest, invitation: Invitation, now: dt.datetime) -> HttpResponse:
    """Another language was picked: the same page in it, and nothing typed is lost."""
    answering.keep_draft(invitation, _typed(request.POST, invitation.campaign), now)
    return _form(request, invitation.campaign, request.POST, {}, now, invitation=invitation)


def _record(invitation: Invitation, answers: Answers, how: Circumstances, now: dt.datetime) -> None:
    """Sent twice, or by two at once: it is there, once."""
    try:
        if invitation.is_answered and not invitation.is_anonymous:
            answering.change(invitation.response, answers, how, now)
        else:
            answering.submit(invitation, answers, how, now)
    except answering.Answered:
        return


def _how(request: HttpRequest, campaign: Campaign, via: str, now: dt.datetime) -> Circumstances:
    stamp = Stamp.of(request, now)
    is_timed = bool(request.POST.get("stamp"))
    return Circumstances(
        via=via,
        language=translation.get_language() or "",
        seconds=max(0.0, now.timestamp() - stamp.seen_at) if is_timed else None,
        address="" if campaign.is_anonymous else get_adapter().get_client_ip(request),
        is_staff=request.user.is_authenticated,
        once=stamp.once if via == Via.PUBLIC else "",
    )


def _thanks(request: HttpRequest, link: InvitationToken, now: dt.datetime) -> HttpResponse:
    invitation, campaign = link.invitation, link.invitation.campaign
    response = None if invitation.is_anonymous else getattr(invitation, "response", None)
    context = {
        "campaign": campaign,
        "invitation": invitation,
        "words": campaign.version.in_language(),
        "may_change": bool(response and answering.may_change(response, now) and campaign.takes_answers(now)),
        "offers_call": bool(response and campaign.version.offers_call and not response.wants_call),
        "will_call": bool(response and response.wants_call),
    }
    return _page(request, "answer_thanks", context)


def _typed(data: QueryDict, campaign: Campaign) -> dict[str, list[str]]:
    names = {row.name for each in drawn(_questions(campaign)) for row in each.rows}
    return {name: found for name in names if (found := values_of(data, name))}


@csrf_exempt
@never_cache
@require_POST
def draft_save(request: HttpRequest, token: str) -> HttpResponse:
    """Keep what is typed; of anonymous answers nothing is kept, 403."""
    link = tokens.invitation_of(token)
    now = timezone.now()
    if link is None:
        return _unknown(request)
    invitation = link.invitation
    if invitation.is_anonymous or _refused(request, link, now) or len(request.body) > LONGEST_DRAFT:
        return JsonResponse({"is_kept": False}, status=403)
    if counts_over("survey draft", str(invitation.pk), 10 * MOST_BY_LINK):
        return JsonResponse({"is_kept": False}, status=429)
    kept = answering.keep_draft(invitation, _typed(request.POST, invitation.campaign), now)
    return _private(JsonResponse({"is_kept": kept}))


@csrf_exempt
@never_cache
@require_POST
def call_ask(request: HttpRequest, token: str) -> HttpResponse:
    """The customer may be called."""
    link = tokens.invitation_of(token)
    if link is None or link.revoked_at:
        return _unknown(request)
    response = None if link.invitation.is_anonymous else getattr(link.invitation, "response", None)
    if response is not None and link.invitation.campaign.version.offers_call:
        answering.ask_for_call(response, timezone.now())
    return _private(redirect("surveys:answer", token))


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_public(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions for whoever comes by the public link."""
    now = timezone.now()
    running = Campaign.objects.select_related("version").exclude(public_slug="")
    campaign = running.filter(public_slug=slug, channel=CampaignChannel.PUBLIC).first()
    if campaign is None:
        return _unknown(request)
    with translation.override(_language(request, "")):
        if "done" in request.GET:
            return _page(request, "answer_thanks", {"campaign": campaign, "words": campaign.version.in_language()})
        if not campaign.takes_answers(now):
            return _closed(request)
        if request.method == "POST":
            return _sent_publicly(request, campaign, now)
        return _form(request, campaign, _tapped(request, campaign), {}, now)


def _sent_publicly(request: HttpRequest, campaign: Campaign, now: dt.datetime) -> HttpResponse:
    if "language" in request.POST:
        return _form(request, campaign, request.POST, {}, now)
    if is_over(request, "public survey", MOST_PUBLIC):
        return _too_often(request)
    answers, errors = cleaned(_questions(campaign), request.POST)
    if not errors and not answers:
        errors = {"": _("Please answer at least one question.")}
    if errors:
        return _form(request, campaign, request.POST, errors, now)
    with contextlib.suppress(answering.Answered):
        answering.submit_public(campaign, answers, _how(request, campaign, Via.PUBLIC, now), now)
    return _private(redirect(f"{request.path}?done&l={translation.get_language()}"))


@requires(Right.EDIT)
@require_http_methods(["GET", "POST"])
def answer_staff(request: MemberRequest, pk: int) -> HttpResponse:
    """Staff write down what a customer whom they may see says by phone or in person."""
    now = timezone.now()
    seen = Invitation.objects.filter(customer__in=Customer.objects.visible_to(request.user), is_anonymous=False)
    asked = seen.exclude(standing__in=[Standing.OPTED_OUT, Standing.REVOKED])
    invitation = get_object_or_404(asked.select_related("campaign__version", "customer", "contact"), pk=pk)
    campaign = invitation.campaign
    if invitation.is_answered or not campaign.takes_answers(now):
        raise Http404
    with translation.override(_language(request, "")):
        more = {"invitation": invitation, "is_staff_entry": True, "ways": [Via.PHONE, Via.FACE]}
        if request.method != "POST" or "language" in request.POST:
            return _for_staff(_form(request, campaign, request.POST, {}, now, **more))
        answers, errors = cleaned(_questions(campaign), request.POST)
        if errors or not answers:
            errors = errors or {"": _("Please answer at least one question.")}
            return _for_staff(_form(request, campaign, request.POST, errors, now, **more))
        via = Via.FACE if request.POST.get("via") == Via.FACE else Via.PHONE
        with contextlib.suppress(answering.Answered):
            answering.enter(invitation, answers, via, request.user, now)
            messages.success(
                request, _("The answers of %(name)s are written down.") % {"name": invitation.customer.name}
            )
        return redirect("surveys:call_list")


def _for_staff(response: HttpResponse) -> HttpResponse:
    # No link is a key here, and without a referrer the browser's POST would be taken for a forged one.
    response["Referrer-Policy"] = "same-origin"
    return response
