"""Asking after something happened: a delivery, a closed complaint, a visit, or before a contract ends."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, DateTimeField, ExpressionWrapper, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Concat

from crmquality.office.models import Organisation
from customers.models import Channel, Interaction, Order, ServiceContract

from . import audience, ledger
from .models import Campaign, Schedule, Standing, Trigger

# What happened longer ago is past asking, also when the machine stood still.
LONGEST_AGO = dt.timedelta(days=14)


def fire(now: dt.datetime) -> int:
    """Invite whoever is due in the triggered campaigns over what customers' records tell; how many."""
    return sum(after(trigger, found(now), now) for trigger, found in HAPPENINGS.items())


def after(trigger: str, happenings: QuerySet[Any], now: dt.datetime) -> int:
    """Invite in every running campaign of this trigger whoever it happened to long enough ago; how many.

    `happenings` has `customer_id`, `who` (a contact's key or NULL), `occasion` as "case:12", and
    `happened_at`. An occasion is asked about once, however often it is handed in.
    """
    running = Campaign.objects.running().filter(schedule=Schedule.TRIGGERED, trigger=trigger)
    return sum(_invite(campaign, happenings, now) for campaign in running)


@transaction.atomic
def _invite(campaign: Campaign, happenings: QuerySet[Any], now: dt.datetime) -> int:
    """One person of the audience for each occasion: who it happened to, else who is asked first."""
    # One at a time in a campaign: an occasion is not asked about through two people.
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    days = -campaign.trigger_days if trigger_is_before(campaign.trigger) else campaign.trigger_days
    wait = dt.timedelta(days=days)
    since = max((campaign.started_at or now), now - LONGEST_AGO)
    due = happenings.filter(happened_at__gt=since - wait, happened_at__lte=now - wait)
    people = audience.reached(audience.people(campaign.filters()), campaign.channel).filter(reach=Standing.PLANNED)
    what, what_values = _sql(due, "customer_id", "who", "occasion", "happened_at")
    who, who_values = _sql(audience.named(people), *audience.COLUMNS, "is_primary", "role")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO surveys_invitation
                (campaign_id, contact_id, customer_id, segment, tier, occasion, standing, due_at, is_anonymous,
                 created_at)
            SELECT DISTINCT ON (h.occasion)
                %s, p.person, p.company, p.of_segment, p.of_tier, h.occasion, 'planned', %s, %s, %s
            FROM ({what}) h JOIN ({who}) p ON p.company = h.customer_id
            WHERE (h.who IS NULL OR p.person = h.who) AND NOT EXISTS (
                SELECT FROM surveys_invitation i WHERE i.campaign_id = %s AND i.occasion = h.occasion
                AND i.customer_id = h.customer_id)
            ORDER BY h.occasion, p.is_primary DESC, array_position(%s, p.role::text), p.person
            ON CONFLICT DO NOTHING
            RETURNING id
            """,
            [campaign.pk, now, campaign.is_anonymous, now, *what_values, *who_values, campaign.pk, ROLES],
        )
        invited = [row[0] for row in cursor.fetchall()]
    if invited:
        ledger.settle(campaign.invitations.filter(pk__in=invited), now)
    return len(invited)


ROLES = ["decision_maker", "user", "other"]


def trigger_is_before(trigger: str) -> bool:
    """Whether the days of the campaign count back from what happens."""
    return trigger == Trigger.CONTRACT_END


def _sql(found: QuerySet[Any], *columns: str) -> tuple[str, tuple[Any, ...]]:
    return found.order_by().values(*columns).query.sql_with_params()


def occasion(kind: str, key: str = "pk") -> Concat:
    """The name of an occasion, as "order:7"."""
    return Concat(Value(f"{kind}:"), Cast(key, CharField()), output_field=CharField())


def _deliveries(now: dt.datetime) -> QuerySet[Any]:
    live = Order.objects.live().exclude(delivered_at=None)
    return live.annotate(who=NOBODY, occasion=occasion("order"), happened_at=F("delivered_at"))


def _visits(now: dt.datetime) -> QuerySet[Any]:
    visits = Interaction.objects.filter(channel=Channel.VISIT, is_automatic=False)
    return visits.annotate(who=F("contact_id"), occasion=occasion("visit"), happened_at=F("occurred_at"))


def _contract_ends(now: dt.datetime) -> QuerySet[Any]:
    """The local midnight of each contract's last day."""
    zone = Organisation.load().time_zone
    midnight = Func(
        F("ends_on"), Value(zone), template="(%(expressions)s)", arg_joiner="::timestamp AT TIME ZONE ",
        output_field=DateTimeField(),
    )  # fmt: skip
    open_ones = ServiceContract.objects.exclude(is_renewed=True)
    return open_ones.annotate(
        who=NOBODY, occasion=occasion("contract"), happened_at=ExpressionWrapper(midnight, DateTimeField())
    )


NOBODY = Cast(Value(None), output_field=Order._meta.pk.__class__())

HAPPENINGS = {
    Trigger.DELIVERY: _deliveries,
    Trigger.VISIT: _visits,
    Trigger.CONTRACT_END: _contract_ends,
}
