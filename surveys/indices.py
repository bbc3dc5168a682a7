"""Indices made of several questions: the ACSI, from satisfaction, expectation and ideal of 1 to 10."""

from collections import Counter
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from crmquality.lib import formats
from crmquality.lib.charts import Chart

from . import result_charts
from .figures import Figure, Moved, Row, chance_of
from .models import Campaign, Kind, Measure
from .results import ask, grouped
from .statistics import MINIMUM_GROUP, acsi, mean_with_interval, suppress

ITEMS = [Measure.SATISFACTION, Measure.EXPECTATION, Measure.IDEAL]
SCALE = (1, 10)
# Of respondents who answered all three; only the different patterns leave the database.
PATTERNS = """
    SELECT campaign_id, label, pattern, count(*) FROM (
        SELECT a.campaign_id, array_agg(a.value ORDER BY a.measure, a.key) AS pattern, {label} AS label
        FROM surveys_answer a JOIN surveys_response r ON r.id = a.response_id {join}
        WHERE a.campaign_id = ANY(%s) AND r.is_held = r.is_pending AND a.key = ANY(%s) AND a.value IS NOT NULL
        GROUP BY a.campaign_id, a.response_id, label HAVING count(*) = %s
    ) complete GROUP BY campaign_id, label, pattern
"""
Patterns = Counter[tuple[int, ...]]


def acsi_of(campaign: Campaign, by: str, hidden: set[Any]) -> Row | None:
    """The index of those who answered all three questions, and by group; None where not all three are asked.

    `hidden`: the groups that are hidden everywhere.
    """
    keys = _items(campaign)
    if not keys:
        return None
    groups = {group: patterns for (_wave, group), patterns in _patterns([campaign], keys, by).items()}
    everybody = sum(groups.values(), Counter())
    if (n := everybody.total()) < MINIMUM_GROUP:
        return Row(_name(), n)
    return Row(_name(), n, [_figure(everybody)], groups=_by_group(groups, hidden) if by else [])


def acsi_over(waves: list[Campaign]) -> tuple[Moved | None, Chart | None]:
    """How the index moved since the wave before the last, by Welch's test, and its course over the waves.

    Only of waves in which five answered all three questions; None where there are too few of these.
    """
    keys = _items(waves[-1]) if len(waves) > 1 else []
    found = {wave: patterns for (wave, _all), patterns in _patterns(waves, keys, "").items()}
    enough = [wave for wave in waves if found.get(wave.pk, Counter()).total() >= MINIMUM_GROUP]
    chart = result_charts.over_waves("wave-acsi", _name(), [(wave, _figure(found[wave.pk])) for wave in enough])
    if enough[-2:] != waves[-2:] or len(enough) < 2:
        return None, chart
    was, now = (_indices(found[wave.pk]) for wave in waves[-2:])
    return Moved(formats.signed(float(now.mean() - was.mean()), 1), chance_of(was, now), waves[-2].name), chart


def _patterns(campaigns: list[Campaign], keys: list[str], by: str) -> dict[tuple[int, str], Patterns]:
    """How often respondents answered these questions so and so, by campaign and group; none for no questions."""
    found: dict[tuple[int, str], Patterns] = {}
    ids, sql = [campaign.pk for campaign in campaigns], PATTERNS.format(**grouped(by))
    for campaign, group, pattern, n in ask(sql, ids, keys, len(keys)) if keys else []:
        found.setdefault((campaign, group), Counter())[tuple(pattern)] += n
    return found


def _indices(patterns: Patterns) -> NDArray[np.float64]:
    """Each respondent's own index."""
    table = np.array(list(patterns), dtype=float).reshape(len(patterns), len(ITEMS))
    return np.repeat((table.mean(axis=1) - SCALE[0]) * 100 / (SCALE[1] - SCALE[0]), list(patterns.values()))


def _items(campaign: Campaign) -> list[str]:
    """The keys of the three questions on 1 to 10, by what they measure; [] unless there is one of each."""
    asked = [each for each in campaign.version.questions.all() if each.kind != Kind.MATRIX]
    found = {each.measure: each.key for each in asked if each.measure in ITEMS and each.scale_max == SCALE[1]}
    return [found[measure] for measure in sorted(ITEMS)] if len(found) == len(ITEMS) else []


def _name() -> str:
    return _("Customer satisfaction index (ACSI), 0 to 100")


def _by_group(groups: dict[str, Patterns], hidden: set[Any]) -> list[tuple[str, Figure | None, list[Any]]]:
    names = sorted(groups)
    small = suppress([groups[name].total() for name in names]).cells
    return [
        (name, None if name in hidden or is_small else _figure(groups[name]), [])
        for name, is_small in zip(names, small, strict=True)
    ]  # fmt: skip


def _figure(patterns: Patterns) -> Figure:
    """The index with the interval of the mean over respondents, each rescaled: all items count alike."""
    table = np.repeat(np.array(list(patterns)), list(patterns.values()), axis=0)
    index = acsi(table.mean(axis=0))
    mean = mean_with_interval(_indices(patterns))
    assert index is not None  # there are answers
    assert mean
    return Figure("ACSI", "index", index, max(mean.low, 0.0), min(mean.high, 100.0), mean.n)
