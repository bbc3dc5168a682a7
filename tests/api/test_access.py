"""The role decides as on the pages; a token only narrows that down."""

import datetime as dt

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from crmquality import api
from crmquality.office.models import ApiToken
from scoring import tasks
from tests.api.conftest import client_of
from tests.people import member

LISTS = [f"/api/v1/{name}/" for name, _view, _basename in api.router.registry]
OF_CUSTOMERS = [
    "customers", "contacts", "consents", "interactions", "follow-ups", "opportunities", "losses", "contracts",
    "needs", "joint-projects", "attachments", "orders", "returns", "cases",
    "responses", "scores",
]  # fmt: skip
OTHERS = ["/api/v1/scores/", "/api/v1/scores/C-1/", "/api/v1/evaluation-models/", "/api/v1/indicators/"]
CONTACT = {"customer": "C-1", "name": "Li Na"}


@pytest.mark.parametrize("address", [*LISTS, *OTHERS, "/api/schema/"])
def test_nobody_is_asked_who_they_are(company, address):
    answer = client_of(None).get(address)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("address", [*LISTS, *OTHERS])
def test_an_outsider_may_read_nothing(company, outsider, address):
    assert client_of(outsider).get(address).status_code == 403


@pytest.mark.parametrize("name", OF_CUSTOMERS)
def test_an_agent_sees_what_belongs_to_own_customers_and_a_manager_everything(company, agent, manager, name):
    assert len(client_of(manager).get(f"/api/v1/{name}/").json()["results"]) == 2
    rows = client_of(agent).get(f"/api/v1/{name}/").json()["results"]
    assert len(rows) == 1 and rows[0].get("customer", "C-1") == "C-1"


@pytest.mark.parametrize("name", OF_CUSTOMERS[:-1])
def test_what_an_agent_may_not_see_is_not_there(company, agent, manager, name):
    foreign = client_of(manager).get(f"/api/v1/{name}/").json()["results"][1]
    address = f"/api/v1/{name}/{foreign.get('id', foreign.get('code'))}/"
    assert client_of(manager).get(address).status_code == 200
    assert client_of(agent).get(address).status_code == 404
    assert client_of(agent).patch(address, {}, format="json").status_code in (404, 403, 405)


@pytest.mark.parametrize("address", ["/api/v1/scores/C-2/", "/api/v1/scores/C-2/history/"])
def test_nor_is_the_score_of_somebody_elses_customer(company, agent, address):
    assert client_of(agent).get(address).status_code == 404


def test_an_agent_writes_for_own_customers_only(company, agent):
    client = client_of(agent)
    assert client.post("/api/v1/contacts/", CONTACT, format="json").status_code == 201
    foreign = client.post("/api/v1/contacts/", {**CONTACT, "customer": "C-2"}, format="json")
    assert foreign.status_code == 400 and foreign.json()["errors"][0]["field"] == "customer"


@pytest.mark.parametrize(
    "role, writes, deletes, imports, configures",
    [
        ("admin", 201, 204, 201, 201), ("manager", 201, 204, 201, 403), ("analyst", 403, 403, 403, 403),
        ("auditor", 403, 403, 403, 403),
    ],
)  # fmt: skip
def test_what_each_role_may_write(company, role, writes, deletes, imports, configures):
    client = client_of(member("somebody", role))
    need = company[0].needs.get()
    assert client.post("/api/v1/contacts/", CONTACT, format="json").status_code == writes
    assert client.delete(f"/api/v1/needs/{need.pk}/").status_code == deletes
    assert client.post("/api/v1/products/", {"code": "N"}, format="json").status_code == imports
    assert client.post("/api/v1/reasons/", {"name": "N"}, format="json").status_code == configures


def test_an_agent_deletes_nothing_and_makes_no_orders(company, agent):
    client = client_of(agent)
    assert client.delete(f"/api/v1/needs/{company[0].needs.get().pk}/").status_code == 403
    assert client.post("/api/v1/orders/", {}, format="json").status_code == 403
    assert client.get("/api/v1/runs/").status_code == 403
    assert client.get("/api/v1/acquisition-spend/").status_code == 403


def test_a_scope_narrows_down_what_the_role_allows(company, admin, monkeypatch):
    monkeypatch.setattr(tasks.evaluate, "delay", lambda *given: None)
    answers = {
        "read": (200, 403, 403), "write": (403, 201, 403), "evaluate": (403, 403, 202),
    }  # fmt: skip
    for scope, expected in answers.items():
        client = client_of(admin, [scope])
        got = (
            client.get("/api/v1/customers/"),
            client.post("/api/v1/contacts/", CONTACT, format="json"),
            client.post("/api/v1/runs/"),
        )
        assert tuple(each.status_code for each in got) == expected


def test_a_scope_never_widens_what_the_role_allows(company, manager, outsider):
    assert client_of(manager).post("/api/v1/runs/").status_code == 403
    assert client_of(outsider).get("/api/v1/customers/").status_code == 403


def test_a_session_serves_as_well_but_changes_nothing_without_the_page_s_secret(company, manager):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(manager)
    assert client.get("/api/v1/customers/").status_code == 200
    assert client.post("/api/v1/contacts/", CONTACT, format="json").status_code == 403


@pytest.mark.parametrize("token", ["", "crmq_", "crmq_" + "0" * 64, "x y", "é" * 30, "\x00" * 30])
def test_a_wrong_token_is_refused(company, token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/customers/").status_code == 401


def test_a_token_ends_with_its_time_and_with_its_member(company, manager):
    client = client_of(manager)
    manager.is_active = False
    manager.save()
    assert client.get("/api/v1/customers/").status_code == 401
    manager.is_active = True
    manager.save()
    assert client.get("/api/v1/customers/").status_code == 200
    ApiToken.objects.update(expiry=timezone.now() - dt.timedelta(seconds=1))
    assert client.get("/api/v1/customers/").status_code == 401


def test_the_last_use_of_a_token_is_noted_now_and_then(company, manager, django_assert_num_queries):
    client = client_of(manager)
    client.get("/api/v1/indicators/")
    noted = ApiToken.objects.get().last_used_at
    client.get("/api/v1/indicators/")
    assert noted and ApiToken.objects.get().last_used_at == noted


def test_the_docs_are_for_members_and_come_from_this_machine(client, manager):
    assert client.get("/api/docs/").headers["Location"].startswith("/accounts/login/")
    client.force_login(manager)
    page = client.get("/api/docs/").content.decode()
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in page and "://" not in page
    assert client.get("/api/schema/").status_code == 200
