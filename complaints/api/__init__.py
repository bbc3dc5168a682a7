"""The API of cases; `ROUTES` is what the router offers of it."""

from .cases import CaseView

ROUTES = {"cases": CaseView}
