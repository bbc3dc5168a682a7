"""The customer's side of a case: a signed link, what is shown behind it, and what may be done there."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers import attachments

from . import life
from .files import keep
from .models import Actor, Case, CaseMessage, Channel, ClockKind, Status, Step

SALT = "complaints.tracking"
VALID = dt.timedelta(days=730)
Direction = CaseMessage.Direction

STATES = {
    Status.RECEIVED: _("We have received it and will look into it."),
    Status.ACKNOWLEDGED: _("We have received it and will look into it."),
    Status.ASSIGNED: _("The right people have it and will look into it."),
    Status.IN_PROGRESS: _("We are working on it."),
    Status.WAITING: _("We need something from you before we can go on. Please write below."),
    Status.PROPOSED: _("We have made a proposal. Please tell us whether you accept it."),
    Status.RESOLVED: _("We have done what we set out to do. Please tell us whether it is settled for you."),
    Status.CLOSED: _("It is closed. Thank you for telling us: it helps us do better."),
    Status.REOPENED: _("It was opened again, and we are working on it."),
}
STEPS = {
    Step.RECEIVE: _("We received it"),
    Step.ACKNOWLEDGE: _("We confirmed that we have it"),
    Step.START: _("We began to work on it"),
    Step.WAIT: _("We asked you for more"),
    Step.PROPOSE: _("We proposed an outcome"),
    Step.ACCEPT: _("You accepted the outcome"),
    Step.REJECT: _("You rejected the outcome"),
    Step.RESOLVE: _("We settled it"),
    Step.CLOSE: _("It was closed"),
    Step.REOPEN: _("It was opened again"),
}
WRITERS = {Direction.IN: _("You wrote"), Direction.OUT: _("We wrote")}


@dataclass(frozen=True)
class Happening:
    at: dt.datetime
    label: str
    text: str = ""


def token_of(case: Case) -> str:
    return signing.dumps([case.pk, case.tracking_version], salt=SALT)


def path_of(case: Case) -> str:
    """The page of the customer on this site."""
    return reverse("complaints:track_detail", args=[token_of(case)])


def link_of(case: Case) -> str:
    """The whole address that the customer is sent."""
    return settings.SITE_URL + path_of(case)


def case_of(token: str) -> Case | None:
    """The case behind the link; None for one that is forged, too old or replaced."""
    try:
        key, version = signing.loads(token, salt=SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    cases = Case.objects.select_related("customer", "category", "contact", "owner")
    return cases.filter(pk=key, tracking_version=version).first()


def renew(case: Case) -> str:
    """A new link; every one that was sent before leads nowhere from now on."""
    Case.objects.filter(pk=case.pk).update(tracking_version=F("tracking_version") + 1)
    case.refresh_from_db(fields=["tracking_version"])
    return link_of(case)


def state_of(case: Case) -> str:
    """Where it stands, in plain words."""
    if case.merged_into_id:
        return str(_("We deal with it together with another matter of yours. You will hear from us there."))
    return str(STATES[Status(case.status)])


def history_of(case: Case) -> list[Happening]:
    """What happened and what was said, in order: nothing internal, and no names of staff."""
    steps = [Happening(step.at, str(STEPS[Step(step.step)])) for step in case.steps.filter(step__in=STEPS)]
    said = case.messages.filter(direction__in=WRITERS, is_automatic=False)
    messages = [Happening(each.at, str(WRITERS[Direction(each.direction)]), each.text) for each in said]
    return sorted(steps + messages, key=lambda each: each.at)


def expected_by(case: Case) -> dt.datetime | None:
    """By when we mean to be done; None while that is open."""
    clock = case.clocks.running().filter(kind=ClockKind.RESOLVE).first()
    return clock.due_at if clock else None


def say(case: Case, text: str, uploads: Sequence[UploadedFile], once: str, now: dt.datetime) -> bool:
    """Add what the customer writes, with files; False if the form had been sent before (casemessage_mail_once)."""
    message = CaseMessage(
        at=now, direction=Direction.IN, channel=Channel.FORM, sender=case.sender_name, text=text,
        message_id=f"link:{case.pk}:{once}",
    )  # fmt: skip
    try:
        with attachments.written(uploads) as files, transaction.atomic():
            life.write(case, message, Actor.customer(), now)
            keep(files, case, message)
    except IntegrityError:
        if not CaseMessage.objects.filter(message_id=message.message_id).exists():
            raise
        return False
    return True


@transaction.atomic
def answer(case: Case, is_accepted: bool, reason: str, now: dt.datetime) -> None:
    """The customer's word on the outcome, with why. Raises NotAllowed where nothing is to be answered."""
    actor = Actor.customer()
    (life.accept if is_accepted else life.reject)(case, actor, now)
    if reason and not is_accepted:
        message = CaseMessage(
            at=now, direction=Direction.IN, channel=Channel.FORM, sender=case.sender_name, text=reason
        )
        life.write(case, message, actor, now)


def may_answer(case: Case) -> bool:
    return case.may(Step.ACCEPT)
