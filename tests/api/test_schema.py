"""The description of the API is whole and true: whatever it lets one send gets an answer that it names."""

import io
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from crmquality import api
from crmquality.wsgi import application
from scoring import tasks
from tests.api.conftest import client_of

pytestmark = pytest.mark.django_db

router = {name: view for name, view, _basename in api.router.registry}
described = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
described.app = application


def test_the_description_is_valid_and_nothing_in_it_is_guessed():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


@pytest.fixture
def token(company, admin, monkeypatch) -> Iterator[str]:
    # As Django's own test client does: the connection of the test is not a request's to close.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(tasks.evaluate, "delay", lambda *given: None)
    monkeypatch.setattr("crmquality.lib.rest.throttling.Window.allow_request", lambda *given: True)
    yield client_of(admin)._credentials["HTTP_AUTHORIZATION"]
    for signal in signals:
        signal.connect(close_old_connections)


def aim(case) -> None:
    """Let a valid call be about what there is, so that it does more than find nothing."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    place = case.path_parameters or {}
    view = router.get(case.path.split("/")[3])
    if "code" in place:
        place["code"] = "P-1" if "/products/" in case.path else "C-1"
    if "id" in place and view:
        place["id"] = view.queryset.values_list("pk", flat=True).first() or 0
    if isinstance(case.body, dict) and "customer" in case.body:
        case.body |= {"customer": "C-1"}


@described.parametrize()
@hypothesis.settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
def test_every_call_is_answered_as_described(case, token):
    aim(case)
    # Rules beyond the form of a body (this before that, a customer who exists) are no part of a schema.
    case.call_and_validate(headers={"Authorization": token}, excluded_checks=[positive_data_acceptance])
