"""The company itself: its settings, its people, what they are told, and other systems."""

from .calendar import Calendar, CalendarDay
from .member import Leave, Member, Team
from .notice import Notice, NoticePreference, Topic
from .organisation import (
    BusinessStage,
    MeasureSettings,
    Organisation,
    RecordKeeping,
    RecordKind,
    validate_time_zone,
)
from .outbound import IdempotentRequest, Webhook, WebhookDelivery
from .token import ApiToken
from .tracking import history

__all__ = [
    "ApiToken",
    "BusinessStage",
    "Calendar",
    "CalendarDay",
    "IdempotentRequest",
    "Leave",
    "MeasureSettings",
    "Member",
    "Notice",
    "NoticePreference",
    "Organisation",
    "RecordKeeping",
    "RecordKind",
    "Team",
    "Topic",
    "Webhook",
    "WebhookDelivery",
    "history",
    "validate_time_zone",
]
