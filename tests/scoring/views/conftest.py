import datetime as dt

import pytest
from django.core.cache import cache

from scoring import runs

AS_OF = dt.date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _no_facets_of_other_tests():
    cache.clear()


@pytest.fixture
def scored(company):
    """The company of 40, evaluated in June and again as of July."""
    runs.evaluate(AS_OF - dt.timedelta(days=30))
    runs.evaluate(AS_OF)
    return company
