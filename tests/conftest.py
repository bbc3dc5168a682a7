"""What every test may use. Fixtures for one subject live beside its tests."""

import datetime as dt
import os

import hypothesis
import pytest

from crmquality.office.models import Member, Organisation, RecordKeeping, Team
from tests.people import member

# A busy machine is slow, not wrong; CI must give the same answer twice.
hypothesis.settings.register_profile("here", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("here")


@pytest.fixture
def team(db) -> Team:
    return Team.objects.create(name="Key accounts")


@pytest.fixture
def admin(db) -> Member:
    return member("admin", "admin")


@pytest.fixture
def manager(db) -> Member:
    return member("manager", "manager")


@pytest.fixture
def agent(db, team) -> Member:
    return member("agent", "agent", team=team)


@pytest.fixture
def outsider(db) -> Member:
    return member("outsider")


@pytest.fixture
def organisation(db) -> Organisation:
    """London, pounds; orders and returns recorded since 2015, nothing else."""
    for kind in ("orders", "returns"):
        RecordKeeping.objects.create(kind=kind, since=dt.date(2015, 1, 1))
    return Organisation.load()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: their event loop and the live server's connections stay with the process."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
