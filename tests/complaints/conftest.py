import pytest

from complaints import defaults
from crmquality.office.models import Calendar, Organisation
from tests.customers.imports.conftest import bring_in, write

__all__ = ["bring_in", "write"]


@pytest.fixture
def policies(db) -> None:
    """The defaults: severity 2 is acknowledged in 4 h, answered in 8 h, resolved in 48 h of working time."""
    Organisation.load()
    defaults.load()


@pytest.fixture
def shanghai(policies) -> Calendar:
    """Office hours of Shanghai with lunch, Chinese holidays and make-up working days, for the whole company."""
    weekly = {str(day): [["09:00", "12:00"], ["13:30", "18:00"]] for day in range(5)}
    return Calendar.objects.create(
        name="Shanghai", time_zone="Asia/Shanghai", weekly=weekly, country="CN", is_default=True
    )
