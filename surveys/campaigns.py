"""The life of a campaign: started, asked further people when they are due, closed, repeated."""

import datetime as dt
import secrets

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from crmquality.office.models import Member
from customers.models import Contact

from . import audience, batches, ledger
from .models import Campaign, CampaignChannel, Invitation, Mailing, Schedule, Standing, State
from .versions import problems

# Who was not asked yet.
WAITING = (Standing.PLANNED, Standing.DEFERRED)


class NotPossible(ValueError):
    """What cannot be done with the campaign as it stands, as a sentence."""


@transaction.atomic
def start(campaign: Campaign, now: dt.datetime) -> int:
    """Freeze what is asked and invite whom it asks; how many invitations. One that runs stays as it is: 0."""
    opens_at = max(campaign.opens_at or now, now)
    claimed = Campaign.objects.filter(pk=campaign.pk, state=State.DRAFT).update(
        state=State.RUNNING, started_at=now, opens_at=opens_at
    )
    if not claimed:
        return 0
    campaign.refresh_from_db()
    if found := problems(campaign.version, campaign.version.questions.all()):
        raise NotPossible(found[0])
    campaign.version.freeze(now)
    campaign.population = sum(audience.sizes(campaign).values())
    if campaign.channel == CampaignChannel.PUBLIC:
        campaign.public_slug = secrets.token_urlsafe(12)
    campaign.save(update_fields=["population", "public_slug"])
    if campaign.schedule == Schedule.TRIGGERED or campaign.channel == CampaignChannel.PUBLIC:
        return 0
    invited = _invite(campaign, opens_at, now)
    ledger.settle(campaign.invitations.filter(standing=Standing.PLANNED), now)
    return invited


def _invite(campaign: Campaign, due_at: dt.datetime, now: dt.datetime) -> int:
    """One invitation a person, in one statement."""
    people = audience.named(audience.drawn(campaign)).order_by()
    select, parameters = people.values(*audience.COLUMNS, "reach").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO surveys_invitation
                (campaign_id, contact_id, customer_id, segment, tier, standing, due_at, is_anonymous, created_at)
            SELECT %s, person, company, of_segment, of_tier, reach, %s, %s, %s FROM ({select}) AS people
            ON CONFLICT DO NOTHING
            """,
            [campaign.pk, due_at, campaign.is_anonymous, now, *parameters],
        )
        return int(cursor.rowcount)


@transaction.atomic
def invite(
    campaign: Campaign,
    contact: Contact,
    now: dt.datetime,
    *,
    external_id: str = "",
    occasion: str = "",
    due_at: dt.datetime | None = None,
) -> tuple[Invitation, bool]:
    """Ask one person besides those the campaign draws; the invitation, and whether it is new.

    Another system's `external_id` names one invitation of the campaign for good
    (`invitation_external_key`), so that a repeat finds it. Raises NotPossible.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    known = held.invitations.filter(external_id=external_id).first() if external_id else None
    if known:
        if (known.contact_id, known.occasion) != (contact.pk, occasion):
            raise NotPossible(_("This key belongs to another invitation of the campaign."))
        return known, False
    if not held.asks_by_name or not held.takes_answers(now):
        raise NotPossible(_("This campaign asks nobody by name now."))
    if held.invitations.filter(contact=contact, occasion=occasion).exists():
        raise NotPossible(_("This person was invited for this occasion already."))
    standing = audience.reached(Contact.objects.filter(pk=contact.pk), held.channel).values_list("reach", flat=True)
    invitation = Invitation.objects.create(
        campaign=held, contact=contact, customer=contact.customer, segment=contact.customer.segment,
        tier=contact.customer.tier, standing=standing.get(), due_at=max(due_at or now, now), occasion=occasion,
        external_id=external_id, is_anonymous=held.is_anonymous,
    )  # fmt: skip
    ledger.settle(held.invitations.filter(pk=invitation.pk, standing=Standing.PLANNED), now)
    invitation.refresh_from_db()
    return invitation, True


def retry_deferred(now: dt.datetime) -> None:
    """Ask the ledger once more for those whose next allowed day has come."""
    due = Invitation.objects.filter(standing=Standing.DEFERRED, due_at__lte=now, campaign__state=State.RUNNING)
    if due.exists():
        ledger.settle(due, now)


@transaction.atomic
def close(campaign: Campaign, now: dt.datetime) -> bool:
    """No more answers from now on; whoever was not asked yet is free for others. False if it did not run."""
    if not Campaign.objects.filter(pk=campaign.pk, state=State.RUNNING).update(state=State.CLOSED, closed_at=now):
        return False
    campaign.refresh_from_db()
    stop_asking(campaign.invitations.filter(standing__in=WAITING), Standing.REVOKED)
    Mailing.objects.filter(invitation__campaign=campaign, claimed_at=None).delete()
    batches.move_in(campaign, now)
    return True


@transaction.atomic
def stop_asking(invitations: QuerySet[Invitation], standing: Standing) -> int:
    """These, not asked yet, are not asked after all: their mails and ledger entries go; how many."""
    waiting = list(invitations.filter(standing__in=WAITING).values_list("pk", flat=True))
    stopped = Invitation.objects.filter(pk__in=waiting)
    # A mail that a worker holds is on its way: its invitation is left to it.
    Mailing.objects.filter(invitation__in=waiting, claimed_at=None).delete()
    stopped = stopped.exclude(pk__in=Mailing.objects.filter(invitation__in=waiting).values("invitation"))
    ledger.release(stopped)
    return stopped.update(standing=standing, deferred_because="")


def honour(due: QuerySet[Invitation], channel: str) -> None:
    """Whoever meanwhile wants no surveys or cannot be reached is not asked."""
    for standing in (Standing.OPTED_OUT, Standing.UNREACHABLE):
        people = Contact.objects.filter(pk__in=due.values("contact"))
        lost = audience.reached(people, channel).filter(reach=standing).values_list("pk", flat=True)
        if keys := list(lost):
            stop_asking(due.filter(contact__in=keys), standing)


def close_due(now: dt.datetime) -> int:
    """Close what is past its date or has its quota; how many."""
    answered = Coalesce(Count("invitations", filter=Q(invitations__is_answered=True)), Value(0))
    running = Campaign.objects.running()
    late = running.filter(closes_at__lte=now)
    full = running.exclude(quota=None).exclude(channel=CampaignChannel.PUBLIC).annotate(n=answered)
    public = running.exclude(quota=None).filter(channel=CampaignChannel.PUBLIC).annotate(n=Count("responses"))
    done = [*late, *full.filter(n__gte=F("quota")), *public.filter(n__gte=F("quota"))]
    return sum(close(campaign, now) for campaign in {campaign.pk: campaign for campaign in done}.values())


def repeat_due(now: dt.datetime) -> int:
    """Start the next wave of every campaign whose time has come again; how many."""
    followed = Campaign.objects.filter(Q(series=OuterRef("pk")) | Q(series=OuterRef("series")), pk__gt=OuterRef("pk"))
    latest = Campaign.objects.filter(schedule=Schedule.RECURRING, started_at__isnull=False).exclude(Exists(followed))
    due = [each for each in latest if each.started_at and each.started_at + _pause(each) <= now]
    return sum(_repeat(each.pk, now) for each in due)


def _pause(campaign: Campaign) -> dt.timedelta:
    return dt.timedelta(days=campaign.every_days or 1)


@transaction.atomic
def _repeat(key: int, now: dt.datetime) -> bool:
    """The wave after this one, once: the row of the first wave is held while the next one is made."""
    last = Campaign.objects.select_related("series").get(pk=key)
    first = Campaign.objects.select_for_update().get(pk=last.series_id or last.pk)
    if Campaign.objects.filter(series=first, pk__gt=last.pk).exists():
        return False
    close(last, now)
    number = Campaign.objects.filter(series=first).count() + 2
    wave = _as_draft(last)
    length = wave.closes_at - wave.opens_at if wave.closes_at and wave.opens_at else None
    wave.series, wave.name = first, f"{first.name} · {number}"[:200]
    wave.opens_at, wave.closes_at = now, now + length if length else None
    wave.save()
    start(wave, now)
    return True


def copy(campaign: Campaign, author: Member, name: str) -> Campaign:
    """A draft that asks the same of the same people in the same way: once more, by another draw, at no set time."""
    made = _as_draft(campaign)
    made.series = made.opens_at = made.closes_at = None
    made.name, made.author = name[:200], author
    if made.channel == CampaignChannel.IMPORT:
        # Whoever answered elsewhere before is asked here now: by the usual way.
        made.channel = CampaignChannel.EMAIL
    made.save()
    return made


def _as_draft(campaign: Campaign) -> Campaign:
    """The same once more, not stored yet: to be started, with a draw of its own."""
    made = Campaign.objects.get(pk=campaign.pk)
    made.pk, made.state, made.started_at, made.closed_at, made.population = None, State.DRAFT, None, None, None
    made._state.adding = True
    made.seed, made.public_slug = campaign.seed + 1, ""
    return made


def delete_draft(campaign: Campaign) -> bool:
    """False if it was started or deleted meanwhile."""
    return bool(Campaign.objects.filter(pk=campaign.pk, state=State.DRAFT).delete()[0])


def stop_repeating(campaign: Campaign) -> bool:
    """This wave is the last; False if it already was."""
    recurring = Campaign.objects.filter(pk=campaign.pk, schedule=Schedule.RECURRING)
    return recurring.update(schedule=Schedule.ONCE, every_days=None) == 1
