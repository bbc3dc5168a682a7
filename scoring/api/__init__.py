"""The API of scores and of the evaluation; `ROUTES` go to the router, `urlpatterns` before it."""

from django.urls import path

from .runs import EvaluationModelView, FigureView, IndicatorView, RunView
from .scores import HistoryView, ScoreView

ROUTES = {"runs": RunView}
READ = {"get": "retrieve"}
LIST = {"get": "list"}
urlpatterns = [
    path("scores/", ScoreView.as_view(LIST)),
    # Before the code, which may hold a slash.
    path("scores/<path:code>/history/", HistoryView.as_view(READ)),
    path("scores/<path:code>/", ScoreView.as_view(READ)),
    path("runs/<int:run>/figures/", FigureView.as_view(LIST)),
    path("evaluation-models/", EvaluationModelView.as_view(LIST)),
    path("evaluation-models/<slug:slug>/<int:version>/", EvaluationModelView.as_view(READ)),
    path("indicators/", IndicatorView.as_view({"get": "catalogue"})),
]
