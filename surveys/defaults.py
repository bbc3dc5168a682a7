"""The questionnaires that surveys start with, as drafts. What is there is left alone, edited or not."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as N_

from .models import Kind, Question, Questionnaire, Version

QUESTIONNAIRES = Path(__file__).with_name("questionnaires.toml")
LANGUAGES = ("en", "zh-hans", "zh-hant")
# Name and purpose, for staff; what customers read is in the file.
NAMES = {
    "nps": (N_("Recommendation (NPS)"), N_("Would they recommend us, and why. One question, at most two.")),
    "after-purchase": (N_("After a purchase (CSAT)"), N_("How an order went, soon after its delivery.")),
    "after-service": (N_("After service (effort)"), N_("How easy it was to get help.")),
    "after-complaint": (N_("After a complaint"), N_("How satisfied they are with how a complaint was handled.")),
    "relationship": (N_("Yearly relationship survey"), N_("Everything once a year: products, service, trust, needs.")),
    "key-account": (N_("Interview with a key account"), N_("Asked by the account manager in person or by phone.")),
    "industrial": (N_("Industrial buyer"), N_("Documentation, delivery and after-sales service.")),
    "acsi": (N_("Three items (ACSI)"), N_("Satisfaction overall, against expectation and against the ideal.")),
    "exit": (N_("Why customers leave"), N_("For customers who have stopped buying.")),
    "trust": (N_("Trust and commitment"), N_("Whether they trust us and want to stay.")),
    "suggestions": (N_("Suggestions"), N_("What customers would do differently.")),
}
FIXED_SCALES = {Kind.RECOMMENDATION: 10, Kind.EFFORT: 7}


def load() -> dict[str, int]:
    """Load the questionnaires that are missing; how many were made."""
    there = set(Questionnaire.objects.values_list("slug", flat=True))
    shipped = tomllib.loads(QUESTIONNAIRES.read_text())
    ends = shipped.pop("ends")
    missing = {slug: data for slug, data in shipped.items() if slug not in there}
    for slug, data in missing.items():
        _make(slug, data, ends)
    return {"questionnaires": len(missing)}


def _make(slug: str, data: Mapping[str, Any], ends: Mapping[str, Any]) -> None:
    name, purpose = NAMES[slug]
    version = Version.objects.create(
        questionnaire=Questionnaire.objects.create(slug=slug, name=name, purpose=purpose),
        number=1,
        minutes=data["minutes"],
        offers_call=data.get("offers_call", False),
        **{part: _texts(data[part]) for part in ("title", "intro", "thanks")},
    )
    Question.objects.bulk_create(
        Question(version=version, position=place, **_question(each, ends))
        for place, each in enumerate(data["questions"], 1)
    )


def _question(data: Mapping[str, Any], ends: Mapping[str, Any]) -> dict[str, Any]:
    fields = dict(data) | {"text": _texts(data["text"])}
    fields.setdefault("scale_max", FIXED_SCALES.get(data["kind"]))
    if labels := fields.pop("ends", None):
        fields |= {"low_label": _texts(ends[labels]["low"]), "high_label": _texts(ends[labels]["high"])}
    for several in ("rows", "options"):
        fields[several] = [each | {"text": _texts(each["text"])} for each in data.get(several, [])]
    return fields


def _texts(words: list[str]) -> dict[str, str]:
    return dict(zip(LANGUAGES, words, strict=True))
