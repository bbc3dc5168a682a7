"""The life of a case: each verb takes one step, with its clocks and whoever has to know of it.

A step is taken in one transaction with what follows from it. `at` is when it happened, `now` when
we learn of it; they differ for a mail that arrived while nobody looked.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from crmquality.office.models import Member, Organisation, Team, Webhook
from crmquality.office.outbound import announce
from customers.models import Contact, Customer, Order, Product

from . import clocks, notices, routing
from .models import Actor, Case, CaseMessage, ClockKind, Kind, NotAllowed, Outcome, Status, Step

Direction = CaseMessage.Direction


@transaction.atomic
def receive(case: Case, actor: Actor, now: dt.datetime) -> Case:
    """Store a new case, start its clocks and give it to whom the rules say.

    Of a case that came with an external key and is known already: the known one, and nothing happens
    (case_external_key guards; the caller looks it up).
    """
    case.author = actor.member
    # What nobody set holds the database's default until it is saved: an expression, which is no text.
    named = case.region if isinstance(case.region, str) else ""
    case.region = named or (case.customer.region if case.customer else "")
    case.save(force_insert=True)
    case.note(Step.RECEIVE, actor, case.received_at, {"channel": case.channel}, to_status=case.status)
    proposal = [ClockKind.PROPOSE] if case.kind == Kind.REQUEST else []
    clocks.start(case, [*clocks.FROM_RECEIPT, *proposal], case.received_at)
    team, owner = routing.route(case, Organisation.load().today(now))
    if team or owner:
        assign(case, owner, team, Actor.system("rule"), now)
    announce(Webhook.Event.CASE_CREATED, notices.of_case(case))
    return case


@transaction.atomic
def acknowledge(case: Case, actor: Actor, at: dt.datetime) -> None:
    """The customer knows that we have it."""
    if case.acknowledged_at:
        raise NotAllowed("The case is acknowledged already.")
    case.take(Step.ACKNOWLEDGE, actor, at, acknowledged_at=at)
    clocks.stop(case, [ClockKind.ACKNOWLEDGE], at)


@transaction.atomic
def assign(case: Case, owner: Member | None, team: Team | None, actor: Actor, now: dt.datetime) -> None:
    """Give the case to a member, a department or both. Of two who take it at once one is told."""
    data = {"owner": owner.pk if owner else None, "team": team.pk if team else None, "from": case.owner_id}
    case.take(Step.ASSIGN, actor, now, data, owner=owner, team=team)
    if owner and owner != actor.member:
        notices.of_assignment(case, owner, now)


@transaction.atomic
def start(case: Case, actor: Actor, now: dt.datetime) -> None:
    """Somebody works on it; whoever takes an unowned case in hand owns it."""
    owner = {} if case.owner_id or actor.member is None else {"owner": actor.member}
    case.take(Step.START, actor, now, **owner)


@transaction.atomic
def wait(case: Case, actor: Actor, now: dt.datetime) -> None:
    """We wait for the customer: every clock of the case stands still."""
    case.take(Step.WAIT, actor, now)
    clocks.pause(case, now)


@transaction.atomic
def resume(case: Case, actor: Actor, at: dt.datetime, now: dt.datetime) -> None:
    """It goes on; the clocks run since `at`, when the customer answered."""
    case.take(Step.RESUME, actor, now, {"at": at.isoformat()})
    clocks.resume(case, at, now, actor.channel)


@transaction.atomic
def write(case: Case, message: CaseMessage, actor: Actor, now: dt.datetime) -> CaseMessage:
    """Keep a message or a note with all that follows from it.

    From the customer: a waiting case goes on, backdated to the message; a resolved or closed one is
    reopened; an answer is owed. To the customer: that answer is given, the first one too. A mail
    that is delivered twice raises IntegrityError by casemessage_mail_once; the caller looks first.
    Raises NotAllowed for a case that was merged into another one: nobody would read it.
    """
    if case.merged_into_id:
        raise NotAllowed("The case was merged into another one.")
    message.case, message.member = case, actor.member
    message.save(force_insert=True)
    case.note(Step.MESSAGE, actor, message.at, {"message": message.pk, "direction": message.direction})
    if message.minutes:
        Case.objects.filter(pk=case.pk).update(minutes=F("minutes") + message.minutes)
    if message.is_automatic:
        return message
    if message.direction == Direction.IN:
        _hear(case, message, actor, now)
    elif message.direction == Direction.OUT:
        _answer(case, message, actor)
    return message


def _hear(case: Case, message: CaseMessage, actor: Actor, now: dt.datetime) -> None:
    if case.status == Status.WAITING:
        resume(case, actor, message.at, now)
    elif case.status in (Status.RESOLVED, Status.CLOSED):
        reopen(case, actor, now)
    clocks.start(case, [ClockKind.NEXT_RESPONSE], message.at)
    notices.of_message(case, message, now)


def _answer(case: Case, message: CaseMessage, actor: Actor) -> None:
    """Only a person answers."""
    Case.objects.filter(pk=case.pk).update(contacts_needed=F("contacts_needed") + 1)
    case.refresh_from_db(fields=["contacts_needed"])
    _answered(case, actor, message.at)


def _answered(case: Case, actor: Actor, at: dt.datetime) -> None:
    """The customer has heard from a person, which acknowledges too."""
    if case.acknowledged_at is None:
        acknowledge(case, actor, at)
    if case.responded_at is None:
        Case.objects.filter(pk=case.pk).update(responded_at=at)
        case.responded_at = at
    clocks.stop(case, [ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE], at)


@transaction.atomic
def propose(case: Case, proposal: str, actor: Actor, now: dt.datetime) -> None:
    """Tell the customer what we will do, which is an answer; they accept or reject it by their link."""
    if not proposal.strip():
        raise NotAllowed("A proposal says something.")
    clocks.resume(case, now, now, actor.channel)
    case.take(Step.PROPOSE, actor, now, proposal=proposal, proposed_at=now)
    clocks.stop(case, [ClockKind.PROPOSE], now)
    _answered(case, actor, now)
    notices.of_proposal(case, actor, now)


@transaction.atomic
def accept(case: Case, actor: Actor, now: dt.datetime) -> None:
    """The customer accepts the outcome: resolved, if it was not, and closed."""
    _end(case, Step.ACCEPT, Outcome.ACCEPTED, actor, now)


@transaction.atomic
def reject(case: Case, actor: Actor, now: dt.datetime) -> None:
    """The customer rejects the outcome: it is worked on again, and the lead knows."""
    if case.status == Status.RESOLVED:
        _run_again(case, now)
    case.take(Step.REJECT, actor, now, resolved_at=None)
    notices.of_rejection(case, now)


@transaction.atomic
def resolve(case: Case, actor: Actor, now: dt.datetime) -> None:
    """What was to be done is done."""
    clocks.resume(case, now, now, actor.channel)
    case.take(Step.RESOLVE, actor, now, resolved_at=now)
    clocks.stop(case, ClockKind.values, now)


@transaction.atomic
def close(case: Case, outcome: str, actor: Actor, now: dt.datetime) -> None:
    """Close it with the customer's word on it, rejection and silence included."""
    _end(case, Step.CLOSE, outcome, actor, now)


def _end(case: Case, step: str, outcome: str, actor: Actor, now: dt.datetime) -> None:
    case.take(
        step, actor, now, {"outcome": outcome}, outcome=outcome, closed_at=now, resolved_at=case.resolved_at or now
    )
    clocks.stop(case, ClockKind.values, now)
    announce(Webhook.Event.CASE_CLOSED, notices.of_case(case))


@transaction.atomic
def reopen(case: Case, actor: Actor, now: dt.datetime) -> None:
    """Not settled after all: it is worked on again, against a clock of its own."""
    case.take(
        Step.REOPEN,
        actor,
        now,
        outcome="",
        resolved_at=None,
        closed_at=None,
        reopened_at=now,
        times_reopened=F("times_reopened") + 1,
    )
    _run_again(case, now)


def _run_again(case: Case, now: dt.datetime) -> None:
    clocks.start(case, [ClockKind.RESOLVE], now)


@transaction.atomic
def assess(case: Case, actor: Actor, now: dt.datetime, step: str = Step.ASSESS, **changes: Any) -> None:
    """Severity, category and whatever else was found, noted as `step`; clocks follow severity, customer and kind.

    Raises NotAllowed for a case that was merged into another one.
    """
    before = {name: getattr(case, name) for name in changes}
    told = {name: _plain(value) for name, value in changes.items() if name not in TEXTS and value != before[name]}
    if not Case.objects.filter(pk=case.pk, merged_into=None).update(**changes):
        raise NotAllowed("The case was merged into another one.")
    for name, value in changes.items():
        setattr(case, name, value)
    case.note(step, actor, now, told)
    if "kind" in told and case.is_open:
        _follow_kind(case)
    if "severity" in changes or "customer" in changes:
        clocks.recompute([case.pk])


def _follow_kind(case: Case) -> None:
    """Only for a special request a proposal is owed, from its receipt on."""
    if case.kind == Kind.REQUEST and case.proposed_at is None:
        clocks.start(case, [ClockKind.PROPOSE], case.received_at)
    elif case.kind != Kind.REQUEST:
        clocks.void(case, [ClockKind.PROPOSE])


# What people wrote, or who they are: it can be erased, a step cannot.
TEXTS = {
    "text", "subject", "immediate_action", "remedy_sought", "cause_text", "proposal", "tags",
    "sender_name", "sender_email", "sender_phone",
}  # fmt: skip


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    return value.isoformat() if isinstance(value, dt.date) else getattr(value, "pk", value)


@transaction.atomic
def link(
    case: Case,
    customer: Customer | None,
    contact: Contact | None,
    orders: Iterable[Order],
    products: Iterable[Product],
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Whose case it is, and which orders and products it is about; the clocks follow the customer's tier."""
    assess(case, actor, now, Step.LINK, customer=customer, contact=contact)
    case.orders.set(orders)
    case.products.set(products)


@transaction.atomic
def merge(kept: Case, other: Case, actor: Actor, now: dt.datetime) -> None:
    """`other` is the same matter as `kept`: it stays readable, its clocks do not count, all that it has moves.

    If we waited for the customer in `kept`, `other` was the answer, and the clocks run since then.
    """
    # One at a time: of two that are merged into each other at once, one is told.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('complaints.merge'))")
    if kept.pk == other.pk or not Case.objects.filter(pk=kept.pk, merged_into=None).exists():
        raise NotAllowed("A case is merged into another one that stands.")
    claimed = Case.objects.filter(pk=other.pk, merged_into=None).update(merged_into=kept)
    if not claimed:
        raise NotAllowed("The case is merged already.")
    clocks.void(other)
    Case.objects.filter(merged_into=other).update(merged_into=kept)
    other.messages.update(case=kept)
    other.files.update(case=kept)
    other.actions.update(case=kept)
    kept.orders.add(*other.orders.all())
    kept.products.add(*other.products.all())
    kept.watchers.add(*other.watchers.all())
    _add_up(kept, other)
    other.note(Step.MERGE, actor, now, {"into": kept.number})
    kept.note(Step.MERGE, actor, now, {"from": other.number})
    if kept.pauses.filter(ended_at=None, started_at__lte=other.received_at).exists():
        resume(kept, actor, other.received_at, now)


def _add_up(kept: Case, other: Case) -> None:
    """What one matter cost, and how it is found again."""
    kept.refresh_from_db(fields=["minutes", "contacts_needed", "compensation", "compensated_on", "tags", "status"])
    kept.minutes += other.minutes
    kept.contacts_needed += other.contacts_needed
    kept.tags = list(dict.fromkeys([*kept.tags, *other.tags]))
    if other.compensation:
        kept.compensation = (kept.compensation or 0) + other.compensation
        kept.compensated_on = max(filter(None, [kept.compensated_on, other.compensated_on]), default=None)
    kept.save(update_fields=["minutes", "contacts_needed", "compensation", "compensated_on", "tags"])
