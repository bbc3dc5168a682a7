"""Before a campaign starts: how many may be asked, how many should be, and what the result will be worth."""

from dataclasses import dataclass
from math import ceil

from . import audience
from .models import Campaign, Sampling
from .statistics import margin_of_error, sample_size


@dataclass(frozen=True)
class Wish:
    """What whoever plans wants to know: a margin (share), how sure, and the share that is expected to answer."""

    margin: float = 0.05
    confidence: float = 0.95
    answering: float = 0.3


@dataclass(frozen=True)
class Plan:
    """Numbers of people. Margins are shares, of a share of one half (the worst case); None without answers."""

    audience: int
    askable: int
    answers_needed: int
    to_invite: int
    invited: int
    answers_expected: int
    margin_expected: float | None
    margin_if_all: float | None
    strata: list[tuple[str, int, int]]

    @property
    def is_enough(self) -> bool:
        return self.invited >= self.to_invite


def plan(campaign: Campaign, wish: Wish) -> Plan:
    """What the campaign as it is drafted would do; nothing is stored."""
    sizes = audience.sizes(campaign)
    askable = sum(sizes.values())
    needed = sample_size(askable, wish.margin, wish.confidence) if askable else 0
    chosen = _shares(campaign, sizes)
    invited = sum(chosen.values()) if chosen is not None else min(campaign.sample_size or 0, askable)
    expected = round(invited * wish.answering)

    def margin(answers: int) -> float | None:
        return float(margin_of_error(answers, askable, wish.confidence)) if answers and askable else None

    return Plan(
        audience=audience.people(campaign.filters()).count(), askable=askable, answers_needed=needed,
        to_invite=min(askable, ceil(needed / wish.answering)),
        invited=invited, answers_expected=expected, margin_expected=margin(expected), margin_if_all=margin(invited),
        strata=[(name, size, (chosen or {}).get(name, 0)) for name, size in sizes.items()] if chosen else [],
    )  # fmt: skip


def _shares(campaign: Campaign, sizes: dict[str, int]) -> dict[str, int] | None:
    """How many of each segment; None where the lot decides."""
    if campaign.sampling == Sampling.EVERYONE:
        return sizes
    return None if campaign.sampling == Sampling.RANDOM else audience.shares(campaign)
