"""Taking answers: once an invitation, whatever is pressed, lost or repeated; anonymous ones without a trace.

What comes with thanks is in the database: an answer and that its invitation is answered are one
transaction. An anonymous answer goes to `sealed`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as N_

from crmquality.office.models import Calendar, Member, Organisation
from customers.models import FollowUp

from . import loop, sealed
from .asking import Answers
from .circumstances import Circumstances, at_once, by_others, origin_of
from .models import Answer, Campaign, Draft, Invitation, Privacy, Response, Via
from .recording import record
from .telling import announce_answer

# As long may somebody change what he said; not when anonymous.
CHANGE_WITHIN = dt.timedelta(hours=24)
CALL = N_("Call back: asked for it after a survey")


class Answered(ValueError):
    """The invitation is answered already."""


@transaction.atomic
def submit(invitation: Invitation, answers: Answers, how: Circumstances, now: dt.datetime) -> Response | None:
    """Record the answer of an invited person; None where it is anonymous. Raises Answered if it is a repeat."""
    if invitation.is_anonymous:
        if not Invitation.objects.filter(pk=invitation.pk, is_answered=False).update(is_answered=True):
            raise Answered
        sealed.seal(invitation.campaign, answers, how)
        return None
    customer, contact = invitation.customer, invitation.contact
    response = Response(
        invitation=invitation, customer=customer, contact=contact, weight=contact.answer_weight if contact else 1,
        segment=customer.segment, tier=customer.tier, external_source="", external_id="",
    )  # fmt: skip
    _write(response, invitation.campaign, answers, how, now)
    return response


@transaction.atomic
def submit_public(campaign: Campaign, answers: Answers, how: Circumstances, now: dt.datetime) -> Response | None:
    """Record the answer of somebody who came by the public link; None where it is anonymous. Raises Answered."""
    if campaign.is_anonymous:
        if not sealed.seal(campaign, answers, how):
            raise Answered
        return None
    response = Response(weight=1, segment="", tier="", external_source="form", external_id=how.once)
    _write(response, campaign, answers, how, now)
    return response


def enter(invitation: Invitation, answers: Answers, via: str, by: Member, now: dt.datetime) -> Response:
    """Staff write down what the customer said: marked, and not held for that. Raises Answered."""
    with transaction.atomic():
        response = submit(invitation, answers, Circumstances(via=via, language=invitation_language(invitation)), now)
        if response is None:
            raise ValueError("Nobody writes down an anonymous answer.")
        response.is_proxy, response.entered_by = True, by
        response.save(update_fields=["is_proxy", "entered_by"])
    return response


def invitation_language(invitation: Invitation) -> str:
    """The language of the person asked, '' if unknown."""
    return invitation.contact.language if invitation.contact else ""


def _write(response: Response, campaign: Campaign, answers: Answers, how: Circumstances, now: dt.datetime) -> None:
    response.campaign, response.is_anonymous = campaign, False
    response.submitted_at = response.created_at = now
    response.seconds = None if how.seconds is None else round(how.seconds)
    response.language, response.via = how.language, how.via
    response.origin = origin_of(how.address, campaign)
    response.held_because = [*at_once(answers, how), *by_others(response, answers)]
    response.is_held = bool(response.held_because)
    said = [each.fields() for each in answers.values()]
    recorded = record(response, said, now - dt.timedelta(seconds=how.seconds or 0))
    if recorded is None:
        raise Answered
    if recorded.meets_a_rule or recorded.is_awaited:
        _follow(response, _rows(response, said), now)


def _follow(response: Response, rows: list[Answer], now: dt.datetime) -> None:
    """What an answer sets off, in its transaction."""
    if not response.is_held:
        loop.apply(response, rows, now)
    announce_answer(response, rows)


def _rows(response: Response, said: Iterable[dict[str, Any]]) -> list[Answer]:
    return [Answer(response=response, campaign_id=response.campaign_id, **fields) for fields in said]


def write_answers(response: Response, said: Iterable[dict[str, Any]]) -> list[Answer]:
    """One row an answer, with what it is a reading of copied."""
    return Answer.objects.bulk_create(_rows(response, said))


def may_change(response: Response, now: dt.datetime) -> bool:
    """May the one who gave it still change it?"""
    sent = response.submitted_at
    return response.via == Via.LINK and sent is not None and now - sent < CHANGE_WITHIN


@transaction.atomic
def change(response: Response, answers: Answers, how: Circumstances, now: dt.datetime) -> bool:
    """Put other answers in the place of those given; False where it is too late for that."""
    held = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if not may_change(held, now) or not held.campaign.takes_answers(now):
        return False
    held.answers.all().delete()
    held.changed_at, held.language = now, how.language
    reasons = {*held.held_because, *by_others(held, answers), *(at_once({}, how))}
    held.held_because = sorted(reasons)
    if reasons and held.reviewed_at is None:
        held.is_held = True
    held.save(update_fields=["changed_at", "language", "held_because", "is_held"])
    _follow(held, write_answers(held, [each.fields() for each in answers.values()]), now)
    return True


def keep_draft(invitation: Invitation, data: dict[str, list[str]], now: dt.datetime) -> bool:
    """Keep what is typed so far; False where nothing may be kept: anonymous, or answered."""
    if invitation.is_anonymous or invitation.is_answered:
        return False
    Draft.objects.update_or_create(invitation=invitation, defaults={"data": data, "saved_at": now})
    Invitation.objects.filter(pk=invitation.pk, started_at=None).update(started_at=now)
    return True


@transaction.atomic
def ask_for_call(response: Response, now: dt.datetime) -> bool:
    """Note that the customer may be called and give it to the owner, once; False if it was noted before.

    The follow-up tells nothing of the answers, so that a confidential one stays so.
    """
    if not Response.objects.filter(pk=response.pk, wants_call=False, is_anonymous=False).update(wants_call=True):
        return False
    customer = response.customer
    if customer is None:
        return False
    due_at = loop.end_of_working_day(now, 1, Calendar.default().value())
    follow_up = FollowUp.objects.create(
        customer=customer, contact=response.contact, owner=customer.owner, subject=CALL,
        due_on=due_at.astimezone(Organisation.load().zone).date(),
    )  # fmt: skip
    loop.tell(follow_up, f"answer-call-{response.pk}", loop.WANTS_CALL)
    return True


def shows_names(campaign: Campaign) -> bool:
    """May staff see who said what?"""
    return campaign.privacy == Privacy.IDENTIFIED
