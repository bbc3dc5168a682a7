"""How far those who were to be asked came, by the way they are reached and wave by wave."""

from dataclasses import dataclass

from django.db.models import Count

from .models import Campaign, CampaignChannel, Invitation, Response, Via
from .results import Asked, counted, summed

MOST_WAVES = 24


@dataclass(frozen=True)
class Reach:
    """Of every campaign that asked the same questionnaire: by the way people are reached, and wave by wave."""

    channels: list[Asked]
    waves: list[tuple[Campaign, Asked]]


def across(campaign: Campaign) -> Reach:
    """All ways, the newest waves. Whoever comes by a public link was not invited: no rate is known of it."""
    waves = Campaign.objects.filter(
        version__questionnaire=campaign.version.questionnaire_id, started_at__isnull=False
    ).order_by("-started_at", "-pk")
    rows = counted(Invitation.objects.filter(campaign__in=waves), "campaign", "campaign__channel")
    channels = {row["campaign__channel"] for row in rows}
    by_wave = {row["campaign"]: row for row in rows}
    return Reach(
        [
            summed(str(label), (row for row in rows if row["campaign__channel"] == channel))
            for channel, label in CampaignChannel.choices
            if channel in channels
        ],
        [(wave, summed(wave.name, filter(None, [by_wave.get(wave.pk)]))) for wave in waves[:MOST_WAVES]],
    )


def ways(campaign: Campaign) -> list[tuple[str, int]]:
    """How many of the answers shown came through what, the most first."""
    counts = Response.objects.shown().filter(campaign=campaign).order_by().values_list("via").annotate(n=Count("pk"))
    return [(str(Via(via).label), n) for via, n in sorted(counts, key=lambda count: -count[1])]
