"""Figures under weights that make those who answered look like those who were asked, by segment and tier."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .figures import HEADLINES, Figure, figures_of
from .models import Campaign, Question
from .results import ask
from .statistics import MINIMUM_GROUP, mean_with_interval, weights_to_audience

RESPONDENTS = """
    SELECT i.segment, i.tier, count(*)
    FROM surveys_response r JOIN surveys_invitation i ON i.id = r.invitation_id
    WHERE r.campaign_id = %s AND r.is_held = r.is_pending GROUP BY 1, 2
"""
VALUES = """
    SELECT a.key, i.segment, i.tier, a.value, count(*)
    FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id
    JOIN surveys_invitation i ON i.id = r.invitation_id
    WHERE a.campaign_id = %s AND a.key = ANY(%s) AND a.row = '' AND a.value IS NOT NULL
      AND r.is_held = r.is_pending
    GROUP BY 1, 2, 3, 4
"""
Cell = tuple[str, str]


@dataclass(frozen=True)
class Weighted:
    """The chief figure of each question as it is and weighted; how many answers these are worth, who is not in."""

    figures: list[tuple[Question, Figure, Figure]]
    n: int
    effective_n: float
    missing: list[str]


def weighted(campaign: Campaign) -> Weighted | None:
    """None where a segment or tier has one to four respondents, or no weights fit both segments and tiers.

    As invited, both of them. A small group would follow from a figure with weights and without.
    """
    cells = {(segment, tier): n for segment, tier, n in ask(RESPONDENTS, campaign.pk)}
    people = [cell for cell, n in cells.items() for _one in range(n)]
    groups = [Counter(person[place] for person in people) for place in (0, 1)]
    if not people or min(min(group.values()) for group in groups) < MINIMUM_GROUP:
        return None
    asked: tuple[dict[str, float], dict[str, float]] = ({}, {})
    for *labels, n in ask(
        "SELECT segment, tier, count(*) FROM surveys_invitation WHERE campaign_id = %s GROUP BY 1, 2", campaign.pk
    ):
        for target, label in zip(asked, labels, strict=True):
            target[label] = target.get(label, 0) + n
    names = ("segment", "tier")
    try:
        found = weights_to_audience(
            {name: [person[place] for person in people] for place, name in enumerate(names)},
            dict(zip(names, asked, strict=True)),
        )
    except ValueError:
        return None
    weights = dict(zip(people, found.weights, strict=True))
    return Weighted(
        list(_figures(campaign, weights)), len(people), found.effective_n, [label for _name, label in found.missing]
    )


def _figures(campaign: Campaign, weights: dict[Cell, float]) -> Iterator[tuple[Question, Figure, Figure]]:
    questions = list(campaign.version.questions.filter(kind__in=HEADLINES))
    rows = ask(VALUES, campaign.pk, [question.key for question in questions])
    for question in questions:
        of = [row for row in rows if row[0] == question.key]
        counts = [row[4] for row in of]
        if sum(counts) < MINIMUM_GROUP:
            continue
        values = np.repeat(np.array([row[3] for row in of]), counts)
        shares = np.repeat(np.array([weights[row[1], row[2]] for row in of]), counts)
        plain = figures_of(question, Counter(values.tolist()))[0]
        found = mean_with_interval(_marks(question, plain.unit, values), shares)
        assert found
        yield question, plain, Figure(plain.name, plain.unit, found.mean, found.low, found.high, found.n)


def _marks(question: Question, unit: str, values: NDArray[np.int64]) -> NDArray[np.float64]:
    """What each answer counts in the figure: a promoter 100, a detractor -100; one in the top boxes 1; or itself."""
    if unit == "points":
        return 100.0 * ((values >= 9).astype(float) - (values <= 6))
    return (values > (question.scale_max or 0) - 2).astype(float) if unit == "share" else values.astype(float)
