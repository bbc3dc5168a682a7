"""An evaluation model's rules as data: criteria, weights, scales, bands. Checked when read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from scoring.engine.indicators import BY_ID, Fixed, Percentiles, Scale, index_of
from scoring.engine.text import N_, Refused

Policy = Literal["exclude", "neutral", "penalise"]
Mean = Literal["arithmetic", "geometric"]
POLICIES = ("exclude", "neutral", "penalise")
MEANS = ("arithmetic", "geometric")

NO_INDICATOR = N_("There is no indicator named %(indicator)s.")
THE_DEFINITION = N_("The definition")
A_CRITERION = N_("A criterion")
A_MEMBER = N_("A member of a criterion")
A_BAND = N_("A band")
A_KNOCK_OUT = N_("A knock-out")


@dataclass(frozen=True)
class Member:
    """An indicator in a criterion: its share of the criterion's weight, scale and policy."""

    indicator: str
    weight: float = 1.0
    scale: Scale | None = None
    policy: Policy = "exclude"

    def __post_init__(self) -> None:
        if complaint := self._complaint():
            raise Refused(complaint, indicator=self.indicator)
        if self.policy not in POLICIES:
            sentence = N_("The policy of %(indicator)s must be one of %(choices)s.")
            raise Refused(sentence, indicator=self.indicator, choices=POLICIES)

    def _complaint(self) -> str:
        """What is wrong with it, of its `indicator`; '' for nothing."""
        if self.indicator not in BY_ID:
            return NO_INDICATOR
        if not BY_ID[self.indicator].enters_scores:
            return N_("The indicator %(indicator)s is measured for groups only, so it cannot enter a score.")
        if not 0 < self.weight < np.inf:
            return N_("The weight of %(indicator)s must be positive and finite.")
        if isinstance(self.scale, Fixed) and not abs(self.scale.high - self.scale.low) > 0:
            return N_("The scale of %(indicator)s must have two different ends.")
        if isinstance(self.scale, Percentiles) and (self.scale.low, self.scale.high) != (10, 90):
            return N_("The scale of %(indicator)s must use the calibrated percentiles 10 and 90.")
        return ""

    @property
    def used_scale(self) -> Scale:
        """The model's own scale, else the catalogue's."""
        return self.scale or BY_ID[self.indicator].scale


@dataclass(frozen=True)
class Criterion:
    """A weighted group of indicators."""

    id: str
    name: str
    weight: float
    members: tuple[Member, ...]

    def __post_init__(self) -> None:
        if not self.id:
            raise Refused(N_("Every criterion needs an id."))
        if not self.members:
            raise Refused(N_("The criterion %(criterion)s has no indicator."), criterion=self.id)
        if not self.weight >= 0:
            raise Refused(N_("The weight of the criterion %(criterion)s must not be negative."), criterion=self.id)


@dataclass(frozen=True)
class Band:
    """A named range of the score, from its minimum up to the next better band."""

    name: str
    minimum: float


@dataclass(frozen=True)
class KnockOut:
    """A reading above or below a limit caps the band, never the score."""

    indicator: str
    cap: str
    above: float | None = None
    below: float | None = None

    def __post_init__(self) -> None:
        if self.indicator not in BY_ID:
            raise Refused(NO_INDICATOR, indicator=self.indicator)
        if (self.above is None) == (self.below is None):
            sentence = N_("The knock-out on %(indicator)s needs either above or below, not both.")
            raise Refused(sentence, indicator=self.indicator)


@dataclass(frozen=True)
class Flat:
    """The members in registry order, with weights that add up to 1."""

    members: tuple[Member, ...]
    places: NDArray[np.intp]
    weights: NDArray[np.float64]
    criteria: NDArray[np.intp]
    policies: tuple[Policy, ...]


BANDS = (Band("A", 85.0), Band("B", 70.0), Band("C", 55.0), Band("D", 40.0), Band("E", 0.0))


@dataclass(frozen=True)
class Definition:
    """The rules of one version of an evaluation model."""

    criteria: tuple[Criterion, ...]
    mean: Mean = "arithmetic"
    bands: tuple[Band, ...] = BANDS
    hysteresis: float = 2.0
    minimum_coverage: float = 0.5
    knock_outs: tuple[KnockOut, ...] = ()

    def __post_init__(self) -> None:
        if self.mean not in MEANS:
            raise Refused(N_("The mean must be one of %(choices)s."), choices=MEANS)
        _check_criteria(self.criteria)
        _check_bands(self.bands)
        if self.hysteresis < 0:
            raise Refused(N_("The hysteresis must not be negative."))
        if not 0 <= self.minimum_coverage <= 1:
            raise Refused(N_("The minimum coverage must lie between 0 and 1."))
        for rule in self.knock_outs:
            if rule.cap not in {band.name for band in self.bands}:
                sentence = N_("The knock-out on %(indicator)s caps at an unknown band.")
                raise Refused(sentence, indicator=rule.indicator)

    @cached_property
    def flat(self) -> Flat:
        """The members in registry order, as arrays."""
        rows = []
        for number, criterion in enumerate(self.criteria):
            total = sum(member.weight for member in criterion.members)
            for member in criterion.members:
                weight = criterion.weight / 100.0 * (member.weight / total)
                rows.append((index_of(member.indicator), member, number, weight))
        rows.sort(key=lambda row: row[0])
        return Flat(
            members=tuple(row[1] for row in rows),
            places=np.array([row[0] for row in rows], dtype=np.intp),
            weights=np.array([row[3] for row in rows], dtype=np.float64),
            criteria=np.array([row[2] for row in rows], dtype=np.intp),
            policies=tuple(row[1].policy for row in rows),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Definition:
        """The definition of a JSON-able dict; `Refused` says in a sentence what is wrong."""
        _check_keys(data, cls, THE_DEFINITION)
        given = dict(data)
        given["criteria"] = tuple(_criterion(each) for each in _rows(data, "criteria"))
        if "bands" in data:
            given["bands"] = tuple(_record(Band, each, A_BAND) for each in _rows(data, "bands"))
        rules = _rows(data, "knock_outs")
        given["knock_outs"] = tuple(_record(KnockOut, each, A_KNOCK_OUT) for each in rules)
        return _made(cls, given, THE_DEFINITION)

    def to_dict(self) -> dict[str, Any]:
        """The definition as a JSON-able dict."""
        return {
            "mean": self.mean,
            "criteria": [_criterion_dict(each) for each in self.criteria],
            "bands": [{"name": each.name, "minimum": each.minimum} for each in self.bands],
            "hysteresis": self.hysteresis,
            "minimum_coverage": self.minimum_coverage,
            "knock_outs": [
                {key: value for key, value in vars(each).items() if value is not None} for each in self.knock_outs
            ],
        }


def _check_criteria(criteria: tuple[Criterion, ...]) -> None:
    if not criteria:
        raise Refused(N_("The definition has no criterion."))
    if twice := _repeated([criterion.id for criterion in criteria]):
        raise Refused(N_("The criterion %(criterion)s appears more than once."), criterion=twice)
    if twice := _repeated([member.indicator for criterion in criteria for member in criterion.members]):
        raise Refused(N_("The indicator %(indicator)s appears more than once."), indicator=twice)
    total = sum(criterion.weight for criterion in criteria)
    if not abs(total - 100.0) < 1e-6:
        raise Refused(N_("The weights of the criteria add up to %(total)s, not to 100."), total=f"{total:g}")


def _repeated(names: Sequence[str]) -> str:
    """The first in the alphabet of those that come twice, '' if none does."""
    return min((name for name in names if names.count(name) > 1), default="")


def _check_bands(bands: tuple[Band, ...]) -> None:
    minimums = [band.minimum for band in bands]
    if len({band.name for band in bands}) < len(bands):
        raise Refused(N_("Two bands have the same name."))
    if "insufficient" in {band.name for band in bands}:
        raise Refused(N_("No band may be named insufficient: it stands for too little data."))
    if not bands or minimums != sorted(set(minimums), reverse=True) or minimums[-1] != 0:
        raise Refused(N_("The bands must fall from the best to one that begins at 0."))


def _check_keys(data: Mapping[str, Any], kind: Any, what: str) -> None:
    if not isinstance(data, Mapping):
        raise Refused(N_("%(what)s must be an object with named parts."), what=what)
    unknown = sorted(set(data) - {field.name for field in fields(kind)})
    if unknown:
        raise Refused(N_("%(what)s has no part named %(parts)s."), what=what, parts=tuple(unknown))


def _rows(data: Mapping[str, Any], name: str) -> Sequence[Any]:
    rows = data.get(name, ())
    if not isinstance(rows, list | tuple):
        raise Refused(N_("The part %(part)s must be a list."), part=name)
    return rows


def _made(kind: type, given: Mapping[str, Any], what: str) -> Any:
    try:
        return kind(**given)
    except TypeError as error:
        sentence = N_("%(what)s is incomplete or has a part of the wrong type: %(error)s.")
        raise Refused(sentence, what=what, error=str(error)) from error


def _record(kind: type, data: Mapping[str, Any], what: str) -> Any:
    _check_keys(data, kind, what)
    return _made(kind, data, what)


def _criterion(data: Mapping[str, Any]) -> Criterion:
    _check_keys(data, Criterion, A_CRITERION)
    given = {**data, "members": tuple(_member(each) for each in _rows(data, "members"))}
    return cast(Criterion, _made(Criterion, given, A_CRITERION))


def _member(data: Mapping[str, Any]) -> Member:
    _check_keys(data, Member, A_MEMBER)
    given = dict(data)
    if data.get("scale") is not None:
        given["scale"] = scale_from_dict(data["scale"])
    return cast(Member, _made(Member, given, A_MEMBER))


def scale_from_dict(data: Mapping[str, Any]) -> Scale:
    """A scale of {"low", "high"} or of {"percentiles": [10, 90], "by_segment"}."""
    try:
        if set(data) == {"low", "high"}:
            return Fixed(float(data["low"]), float(data["high"]))
        if set(data) - {"by_segment"} == {"percentiles"}:
            low, high = data["percentiles"]
            return Percentiles(int(low), int(high), bool(data.get("by_segment", False)))
    except (TypeError, ValueError):
        pass
    raise Refused(N_("A scale needs either low and high, or percentiles, as numbers."))


def scale_to_dict(scale: Scale) -> dict[str, Any]:
    """The scale as a JSON-able dict."""
    if isinstance(scale, Fixed):
        return {"low": scale.low, "high": scale.high}
    return {"percentiles": [scale.low, scale.high], "by_segment": scale.by_segment}


def _criterion_dict(criterion: Criterion) -> dict[str, Any]:
    members: list[dict[str, Any]] = []
    for member in criterion.members:
        row: dict[str, Any] = {"indicator": member.indicator, "weight": member.weight}
        if member.scale is not None:
            row["scale"] = scale_to_dict(member.scale)
        members.append({**row, "policy": member.policy})
    return {
        "id": criterion.id,
        "name": criterion.name,
        "weight": criterion.weight,
        "members": members,
    }
