from .case import Case, Channel, Kind, NotAllowed, Outcome, Overtaken, Severity, Status, Step
from .clock import CaseClock, CasePause, ClockKind
from .message import CaseFile, CaseMessage, ReplyTemplate
from .policy import AssignmentRule, EscalationStep, ResponsePolicy
from .register import RegisterFile
from .remedy import CorrectiveAction
from .saved import SavedFilter
from .step import Actor, CaseStep
from .tree import Category, RootCause

__all__ = [
    "Actor",
    "AssignmentRule",
    "Case",
    "CaseClock",
    "CaseFile",
    "CaseMessage",
    "CasePause",
    "CaseStep",
    "Category",
    "Channel",
    "ClockKind",
    "CorrectiveAction",
    "EscalationStep",
    "Kind",
    "NotAllowed",
    "Outcome",
    "Overtaken",
    "RegisterFile",
    "ReplyTemplate",
    "ResponsePolicy",
    "RootCause",
    "SavedFilter",
    "Severity",
    "Status",
    "Step",
]
