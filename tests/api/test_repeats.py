"""A request with an idempotency key makes what it makes once, however often it comes."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from crmquality.office import tasks
from crmquality.office.models import IdempotentRequest
from customers import records
from customers.models import Contact
from tests.api.conftest import client_of
from tests.people import member
from tests.records import customer

CONTACT = {"customer": "C-1", "name": "Li Na"}


def post(client, body, key="k-1", address="/api/v1/contacts/"):
    return client.post(address, body, format="json", headers={"Idempotency-Key": key})


def test_sent_again_it_is_answered_again_and_nothing_is_made(company, agent):
    client = client_of(agent)
    first, again = post(client, CONTACT), post(client, dict(reversed(CONTACT.items())))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert Contact.objects.filter(name="Li Na").count() == 1


def test_with_another_body_or_address_the_key_is_refused(company, agent):
    client = client_of(agent)
    post(client, CONTACT)
    for answer in (post(client, {**CONTACT, "name": "Li Hua"}), post(client, CONTACT, address="/api/v1/needs/")):
        assert answer.status_code == 422 and "new one" in answer.json()["detail"]
    assert Contact.objects.filter(name__startswith="Li").count() == 1


def test_everybody_has_keys_of_their_own_and_another_key_makes_another(company, agent, manager):
    post(client_of(agent), CONTACT)
    post(client_of(manager), CONTACT)
    post(client_of(manager), CONTACT, "k-2")
    assert Contact.objects.filter(name="Li Na").count() == 3


def test_what_was_not_valid_may_be_mended_under_the_same_key(company, agent):
    client = client_of(agent)
    assert post(client, {**CONTACT, "name": ""}).status_code == 400
    assert post(client, CONTACT).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 201])
def test_a_key_has_a_form(company, agent, key):
    answer = post(client_of(agent), CONTACT, key)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "Idempotency-Key"


@pytest.mark.django_db(transaction=True)
def test_killed_in_between_nothing_is_left_and_the_repeat_makes_it(organisation, monkeypatch):
    client = client_of(member("manager", "manager"))
    client.raise_request_exception = False
    customer("C-1")
    keep = records.keep

    def keep_and_die(*given):
        keep(*given)
        raise MemoryError

    monkeypatch.setattr(records, "keep", keep_and_die)
    assert post(client, CONTACT).status_code == 500
    assert not Contact.objects.exists() and not IdempotentRequest.objects.exists()
    monkeypatch.undo()
    assert post(client, CONTACT).status_code == 201
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_makes_it_and_both_get_the_same_answer(organisation, monkeypatch):
    somebody = member("manager", "manager")
    customer("C-1")
    clients = [client_of(somebody), client_of(somebody)]
    is_first_inside, may_go_on = threading.Event(), threading.Event()
    keep = records.keep

    def keep_slowly(*given):
        is_first_inside.set()
        may_go_on.wait(10)
        keep(*given)

    monkeypatch.setattr(records, "keep", keep_slowly)
    answers = []

    def send(client):
        answers.append(post(client, CONTACT))
        connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    threads[0].start()
    assert is_first_inside.wait(10)
    threads[1].start()
    threads[1].join(0.5)
    assert threads[1].is_alive()
    may_go_on.set()
    for thread in threads:
        thread.join(20)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json() and Contact.objects.count() == 1


def test_answers_are_forgotten_after_a_day(company, agent):
    client = client_of(agent)
    post(client, CONTACT)
    assert tasks.forget_repeats() == 0
    IdempotentRequest.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    assert tasks.forget_repeats() == 1
    post(client, CONTACT)
    assert Contact.objects.filter(name="Li Na").count() == 2
