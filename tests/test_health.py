"""The health pages answer for whoever asks, and tell the truth."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from kombu.exceptions import OperationalError as BrokerError

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_is_well(client: Client) -> None:
    answer = client.get("/health/?format=json")
    assert answer.status_code == 200
    assert answer.json() == {"Database()": "OK", "Broker()": "OK"}


def test_no_worker_is_told_and_only_where_it_was_asked(client: Client) -> None:
    answer = client.get("/health/workers/?format=json")
    assert answer.status_code == 500
    assert answer.json()["Worker()"].endswith("No worker answers.")


def test_a_database_that_is_gone_is_told_without_details(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("password authentication failed for user x")

    monkeypatch.setattr(type(connection._connections["default"]), "temporary_connection", lambda self: refuse())
    answer = client.get("/health/?format=text")
    assert answer.status_code == 500
    assert "The database does not answer." in answer.content.decode()
    assert "password" not in answer.content.decode()


def test_a_broker_that_is_gone_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise BrokerError("Connection refused")

    monkeypatch.setattr("kombu.Connection.ensure_connection", refuse)
    answer = client.get("/health/?format=text")
    assert answer.status_code == 500
    assert "The broker does not answer." in answer.content.decode()
