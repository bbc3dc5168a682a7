"""Whom a campaign asks: people at customers, by filters, then all of them or a sample."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Lower, RowNumber
from django.utils.translation import gettext as _

from crmquality.office.models import Team
from customers.models import Consent, Contact, Customer, CustomerStatus, LifecycleStage, Tier

from .models import Campaign, CampaignChannel, DeadAddress, Sampling, Standing
from .statistics import allocate

# Where each filter looks, from a person.
PATHS = {
    "segment": "customer__segment",
    "tier": "customer__tier",
    "region": "customer__region",
    "stage": "customer__stage",
    "team": "customer__owner__team",
    "role": "role",
    "language": "language",
}
# Who wants nothing by this way is not asked by it.
WAYS = {CampaignChannel.EMAIL: "email", CampaignChannel.STAFF: "phone", CampaignChannel.WEBHOOK: "wechat"}


def people(filters: Mapping[str, list[Any]]) -> QuerySet[Contact]:
    """Those who are still at a customer that is not closed, by `Campaign.audience`."""
    found = Contact.objects.filter(left_on=None).exclude(customer__status=CustomerStatus.CLOSED)
    for name, values in filters.items():
        if values:
            # Who has no language gets the default one.
            blank = [""] if name == "language" and settings.LANGUAGE_CODE in values else []
            found = found.filter(**{f"{PATHS[name]}__in": [*values, *blank]})
    return found


def reached(found: QuerySet[Contact], channel: str) -> QuerySet[Any]:
    """The same people, with `reach`: the standing of an invitation of each by what we know now."""
    latest = Consent.objects.filter(contact=OuterRef("pk"), purpose=Consent.Purpose.SURVEYS)
    agreed = Subquery(latest.order_by("-given_on", "-id").values("is_given")[:1])
    refused = Q(agreed=False)
    if way := WAYS.get(CampaignChannel(channel)):
        refused |= Q(opted_out__contains=[way])
    whens = [When(refused, then=Value(Standing.OPTED_OUT))]
    if channel == CampaignChannel.EMAIL:
        dead = Exists(DeadAddress.objects.filter(email=Lower(OuterRef("email"))))
        whens += [When(Q(email="") | dead, then=Value(Standing.UNREACHABLE))]
    whens += [When(left_on__isnull=False, then=Value(Standing.UNREACHABLE))]
    reach = Case(*whens, default=Value(Standing.PLANNED), output_field=CharField())
    return found.alias(agreed=Coalesce(agreed, True)).annotate(reach=reach)


def askable(campaign: Campaign) -> QuerySet[Contact]:
    """Those of the audience who may be asked: the frame that samples are drawn from."""
    return reached(people(campaign.filters()), campaign.channel).filter(reach=Standing.PLANNED)


def sizes(campaign: Campaign) -> dict[str, int]:
    """How many may be asked in each segment, in the order of their names."""
    counted = askable(campaign).values(segment=F("customer__segment")).annotate(n=Count("pk"))
    return dict(counted.order_by("segment").values_list("segment", "n"))


def shares(campaign: Campaign) -> dict[str, int]:
    """How many are asked of each segment in a stratified sample."""
    strata = sizes(campaign)
    minimum = campaign.minimum_each or 0 if campaign.sampling == Sampling.MINIMUM else 0
    total = min(campaign.sample_size or 0, sum(strata.values()))
    return dict(zip(strata, allocate(total, list(strata.values()), minimum), strict=True))


def drawn(campaign: Campaign) -> QuerySet[Contact]:
    """Whom it asks, with `reach`; the same seed draws the same people from the same audience.

    Everyone includes those who cannot be asked, so that results can say who is missing; a sample is
    drawn from those who can.
    """
    everyone = reached(people(campaign.filters()), campaign.channel)
    if campaign.sampling == Sampling.EVERYONE:
        return everyone
    # A hash of seed and key is as good as a random number, and needs no second statement.
    lot = MD5(Concat(Value(f"{campaign.seed}:"), Cast("pk", CharField())))
    frame = everyone.filter(reach=Standing.PLANNED)
    if campaign.sampling == Sampling.RANDOM:
        keys = frame.order_by(lot).values("pk")[: campaign.sample_size]
        return everyone.filter(pk__in=keys)
    place = Window(RowNumber(), partition_by=[F("customer__segment")], order_by=lot)
    fitting = [Q(customer__segment=segment, place__lte=n) for segment, n in shares(campaign).items() if n]
    chosen = frame.annotate(place=place).filter(_any(fitting))
    return everyone.filter(pk__in=chosen.values("pk"))


# What an invitation copies of a person.
COLUMNS = ("person", "company", "of_segment", "of_tier")


def named(found: QuerySet[Contact]) -> QuerySet[Contact]:
    """The same people with COLUMNS."""
    return found.annotate(
        person=F("pk"), company=F("customer_id"), of_segment=F("customer__segment"), of_tier=F("customer__tier")
    )


def _any(conditions: list[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


def choices() -> dict[str, list[tuple[Any, str]]]:
    """What each filter can be set to: what customers have, named as staff know it."""
    customers = Customer.objects.order_by()
    free = {name: customers.exclude(**{name: ""}).values_list(name, flat=True).distinct() for name in FREE}
    return {
        **{name: [(value, value) for value in sorted(values)] for name, values in free.items()},
        "tier": list(Tier.choices),
        "stage": [(value, str(label)) for value, label in LifecycleStage.choices],
        "team": [(team.pk, team.name) for team in Team.objects.order_by("name")],
        "role": [(value, str(label)) for value, label in Contact.Role.choices],
        "language": [(code, _(str(name))) for code, name in settings.LANGUAGES],
    }


FREE = ("segment", "region")
