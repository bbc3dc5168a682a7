"""Where surveys and complaints meet."""

import datetime as dt

import pytest

from complaints.models import Case
from crmquality import wiring
from surveys.models import Invitation, Response
from tests.records import at, campaign, case, customer, questionnaire, response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
NOW = at("2025-03-10")


@pytest.fixture
def policies(db) -> None:
    """Cases need promises to make."""
    from complaints import defaults

    defaults.load()


def answered(one: Case, *values: int, privacy: str = "identified", **fields: object) -> Response:
    """The survey after the case was closed, answered with these grades of 1 to 5."""
    scale = {"kind": "satisfaction", "scale_max": 5, "measure": "complaint"}
    wave = campaign(questionnaire(**{f"q{n}": scale for n in range(len(values))}), privacy=privacy)
    invitation = Invitation.objects.create(
        campaign=wave, customer=one.customer, occasion=f"case:{one.pk}", due_at=NOW, is_anonymous=False
    )
    grades = {f"q{n}": value for n, value in enumerate(values)}
    return response(wave, "2025-03-09", one.customer, grades, invitation=invitation, **fields)


def test_what_is_said_of_the_handling_stands_with_the_case_once():
    one = case("2025-03-01", customer())
    answered(one, 5, 3)
    assert wiring.rate_complaints(NOW) == 1
    assert wiring.rate_complaints(NOW) == 0
    one.refresh_from_db()
    assert one.satisfaction == 75


@pytest.mark.parametrize("kept_out", [{"privacy": "confidential"}, {"is_held": True, "held_because": ["too_fast"]}])
def test_what_is_confidential_or_held_apart_does_not(kept_out):
    one = case("2025-03-01", customer())
    answered(one, 1, **kept_out)
    assert wiring.rate_complaints(NOW) == 0


def test_an_answer_that_was_changed_changes_the_case():
    one = case("2025-03-01", customer())
    said = answered(one, 1)
    wiring.rate_complaints(NOW)
    said.answers.update(value=4)
    assert wiring.rate_complaints(NOW + dt.timedelta(hours=1)) == 1
    one.refresh_from_db()
    assert one.satisfaction == 75
