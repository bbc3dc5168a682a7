"""Writes the surveys by COPY: campaigns, invitations, answers, and who followed up the bad ones."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from django.db import connection

from surveys import defaults
from surveys.models import Answer, Campaign, Invitation, LoopHit, LoopRule, Question, Questionnaire, Response, Version

from .lives import Lives
from .rows import SOURCE, Campaigns, Keys, append
from .waves import AFTER, WAVES

NAMES = {
    "relationship": ("关系调查", "Relationship survey"),
    "nps": ("推荐意愿调查", "Recommendation survey"),
    AFTER: ("投诉处理回访", "After a complaint"),
}
OPEN = dt.timedelta(days=30)
DETRACTOR = 6
FILLED = (Campaign, Invitation, Response, Answer, LoopHit)

# The owner of the customer calls whoever would not recommend us: most within two days, some late; others
# are given up after a month.
FOLLOW_UPS = """
    INSERT INTO customers_followup (customer_id, contact_id, owner_id, kind, subject, notes, due_on, promised_on,
                                    done_at, cancelled_at, outcome, is_planned, external_source, external_id, extra)
    SELECT r.customer_id, r.contact_id, c.owner_id, 'task', %(subject)s, '', said.day + 2, said.day + 2,
           CASE WHEN said.luck < 62 THEN r.submitted_at + interval '20 hours'
                WHEN said.luck < 80 THEN r.submitted_at + interval '6 days' END,
           CASE WHEN said.luck >= 80 THEN r.submitted_at + interval '30 days' END,
           CASE WHEN said.luck >= 80 THEN %(given_up)s ELSE '' END, false, %(source)s, 'answer-' || r.id, '{}'
    FROM surveys_response r
    JOIN customers_customer c ON c.id = r.customer_id
    JOIN surveys_answer a ON a.response_id = r.id AND a.key = 'recommend' AND a.value <= %(most)s
    CROSS JOIN LATERAL (SELECT (r.submitted_at AT TIME ZONE %(zone)s)::date AS day, r.id * 7919 %% 100 AS luck) AS said
    WHERE r.external_source = %(source)s AND c.owner_id IS NOT NULL
"""
NOT_YET = """
    UPDATE customers_followup SET done_at = NULL, cancelled_at = NULL, outcome = ''
    WHERE external_source = %(source)s AND external_id LIKE 'answer-%%' AND COALESCE(done_at, cancelled_at) > %(now)s
"""
HITS = """
    INSERT INTO surveys_loophit (rule_id, response_id, follow_up_id, due_at, suggests_case, case_number, created_at)
    SELECT %(rule)s, r.id, f.id, r.submitted_at + interval '2 days', false, '', r.submitted_at
    FROM surveys_response r
    JOIN customers_followup f ON f.external_source = %(source)s AND f.external_id = 'answer-' || r.id
    WHERE r.external_source = %(source)s
"""


def open_campaigns(months: list[dt.datetime], now: dt.datetime) -> Campaigns:
    """Make the waves and freeze what they ask; `months` are the instants at which the months begin."""
    defaults.load()
    campaigns: dict[tuple[str, int], int] = {}
    questions: dict[tuple[str, str], int] = {}
    for slug in (*WAVES, AFTER):
        version = _version(slug, months[12])
        questions |= {(slug, key): pk for key, pk in Question.objects.filter(version=version).values_list("key", "pk")}
        series = None
        for month in WAVES.get(slug, (-1,)):
            made = _campaign(slug, version, month, months, now)
            made.series = series
            made.save()
            series = series or made
            campaigns[slug, month] = made.pk
    return Campaigns(campaigns, questions)


def _version(slug: str, now: dt.datetime) -> Version:
    version = Questionnaire.objects.get(slug=slug).versions.earliest("number")
    version.freeze(now)
    return version


def _campaign(slug: str, version: Version, month: int, months: list[dt.datetime], now: dt.datetime) -> Campaign:
    opened = months[max(month, 12)]
    closes = opened + OPEN * 1.5
    name = " ".join(NAMES[slug])
    if month < 0:
        return Campaign(
            name=name, version=version, privacy="identified", schedule="triggered", trigger="case_closed",
            trigger_days=3, state="running", started_at=opened, opens_at=opened, priority=2,
        )  # fmt: skip
    is_closed = closes < now
    return Campaign(
        name=f"{name} {opened + dt.timedelta(days=1):%Y-%m}", version=version, privacy="identified",
        state="closed" if is_closed else "running", started_at=opened, opens_at=opened, closes_at=closes,
        closed_at=closes if is_closed else None,
    )  # fmt: skip


def write(lives: Lives, keys: Keys) -> dict[str, int]:
    """Write invitations, responses and answers; returns how many rows of each."""
    asked = lives.invitations
    campaign = pd.Series(
        [keys.surveys.campaigns[key] for key in zip(asked["survey"], asked["month"], strict=True)],
        index=asked.index, dtype="int64",
    )  # fmt: skip
    is_answered = asked["answered_at"].notna()
    invitations = append(
        Invitation,
        {
            "id": asked["invitation"] + keys.invitation,
            "campaign_id": campaign,
            "customer_id": asked["customer"] + keys.customer,
            "contact_id": asked["contact"] + keys.contact,
            "occasion": [f"case:{case + keys.case}" if pd.notna(case) else "" for case in asked["case"]],
            "standing": np.where(asked["is_bounced"], "bounced", "sent"),
            "due_at": asked["sent_at"],
            "sent_at": asked["sent_at"],
            "delivered_at": asked["sent_at"].where(~asked["is_bounced"]),
            "is_answered": is_answered,
            "answered_at": asked["answered_at"],
            "is_anonymous": False,
            **_dated(lives, asked),
            "created_at": asked["sent_at"],
        },
        asked,
    )
    said = asked[is_answered]
    responses = append(
        Response,
        {
            "id": said["invitation"] + keys.invitation,
            "external_source": SOURCE,
            "campaign_id": campaign[is_answered],
            "invitation_id": said["invitation"] + keys.invitation,
            "customer_id": said["customer"] + keys.customer,
            "contact_id": said["contact"] + keys.contact,
            "is_anonymous": False,
            "submitted_at": said["answered_at"],
            "created_at": said["answered_at"],
            "seconds": said["seconds"],
            "language": said["language"],
            "via": "link",
            "weight": said["weight"],
            **_dated(lives, said),
        },
        said,
    )
    return {"invitations": invitations, "responses": responses, "answers": _answers(lives, keys, campaign)}


def _dated(lives: Lives, asked: pd.DataFrame) -> dict[str, object]:
    """Segment and tier, of today: what they were is in the phases, and nobody asks for it here."""
    about = lives.customers.set_index("customer").loc[asked["customer"]]
    return {name: about[name].astype(str).to_numpy() for name in ("segment", "tier")}


def _answers(lives: Lives, keys: Keys, campaign: pd.Series) -> int:
    frame = lives.answers
    if frame.empty:
        return 0
    place = frame["invitation"].to_numpy(dtype="int64") - int(lives.invitations["invitation"].iloc[0])
    survey = lives.invitations["survey"].to_numpy()[place]
    return append(
        Answer,
        {
            "response_id": frame["invitation"] + keys.invitation,
            "campaign_id": campaign.to_numpy()[place],
            "question_id": [keys.surveys.questions[pair] for pair in zip(survey, frame["key"], strict=True)],
            "key": frame["key"],
            "row": frame["row"],
            **{name: frame[source].astype("Int64") for name, source in _SCALE},
            **{name: frame[name] for name in ("measure", "attribute", "stage", "text")},
        },
        frame,
    )


_SCALE = (("value", "value"), ("scale_min", "low"), ("scale_max", "high"))


def close_loop(keys: Keys, zone: str, now: dt.datetime) -> int:
    """Follow up the detractors as the rule of the house says; how many."""
    rule, _made = LoopRule.objects.get_or_create(key="recommend", defaults={"name": "Detractors", "at_most": DETRACTOR})
    params: dict[str, Any] = {
        "source": SOURCE, "zone": zone, "now": now, "rule": rule.pk, "most": DETRACTOR,
        "subject": "回访推荐分低的客户 · Call: would not recommend us",
        "given_up": "一直没有联系上 · Never reached",
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (FOLLOW_UPS, NOT_YET, HITS):
            cursor.execute(statement, params)
        return cursor.rowcount
