from .evaluation_model import EvaluationModel, ModelAssignment
from .run import Calibration, Run, RunFigure, RunShard
from .score import CurrentScore, Reading, Score

__all__ = [
    "Calibration",
    "CurrentScore",
    "EvaluationModel",
    "ModelAssignment",
    "Reading",
    "Run",
    "RunFigure",
    "RunShard",
    "Score",
]
