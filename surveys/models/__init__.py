"""What customers say: questionnaires, the campaigns that ask, invitations, and answers."""

from .answer import Answer, Draft, HeldBecause, Response, SealedAnswer, Via
from .campaign import Campaign, CampaignChannel, CampaignQuerySet, Privacy, Sampling, Schedule, State, Trigger
from .invitation import DeadAddress, Invitation, InvitationToken, LedgerEntry, Mailing, Scope, Standing
from .loop import LoopHit, LoopRule
from .question import Attribute, Kind, Look, Measure, Question, Stage
from .questionnaire import Questionnaire, Version
from .settings import SurveySettings

__all__ = [
    "Answer",
    "Attribute",
    "Campaign",
    "CampaignChannel",
    "CampaignQuerySet",
    "DeadAddress",
    "Draft",
    "HeldBecause",
    "Invitation",
    "InvitationToken",
    "Kind",
    "LedgerEntry",
    "Look",
    "LoopHit",
    "LoopRule",
    "Mailing",
    "Measure",
    "Privacy",
    "Question",
    "Questionnaire",
    "Response",
    "Sampling",
    "Schedule",
    "Scope",
    "SealedAnswer",
    "Stage",
    "Standing",
    "State",
    "SurveySettings",
    "Trigger",
    "Version",
    "Via",
]
