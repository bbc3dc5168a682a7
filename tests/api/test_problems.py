"""Every error has one shape, and nothing that comes in is a reason to fall over."""

import json

import pytest

from crmquality.lib.rest.throttling import Window
from tests.api.conftest import client_of
from tests.people import member

KEYS = {"type", "title", "status", "detail", "errors"}


def problem(answer, status):
    """The body of an error, whose shape is checked."""
    body = answer.json()
    assert answer.status_code == body["status"] == status, body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(body) == KEYS and body["title"] and body["detail"]
    assert all(set(each) == {"field", "message", "code"} for each in body["errors"])
    return body


def test_every_status_has_the_same_shape(company, manager, agent):
    client = client_of(manager)
    problem(client.get("/api/v1/customers/", {"x": 1}), 400)
    problem(client_of(None).get("/api/v1/customers/"), 401)
    problem(client_of(agent).get("/api/v1/runs/"), 403)
    problem(client.get("/api/v1/customers/nobody/"), 404)
    problem(client.get("/api/v1/nothing/"), 404)
    problem(client.get("/api/"), 404)
    problem(client.put("/api/v1/customers/C-1/"), 405)
    problem(client.options("/api/v1/customers/"), 405)
    problem(client.get("/api/v1/customers/", headers={"Accept": "text/html"}), 406)
    problem(client.post("/api/v1/customers/", "x", content_type="text/plain"), 415)
    problem(client.post("/api/v1/customers/", {"code": "x"}, format="multipart"), 415)


def test_a_rule_of_the_database_is_a_conflict_or_said_at_the_field(company, manager):
    client = client_of(manager)
    code = company[0].orders.get().lines.get().product.code
    assert "need it" in problem(client.delete(f"/api/v1/products/{code}/"), 409)["detail"]
    taken = problem(client.post("/api/v1/products/", {"code": code}, format="json"), 400)
    assert [(each["field"], each["code"]) for each in taken["errors"]] == [("code", "unique")]


def test_errors_name_the_path_to_the_field(company, manager):
    body = {
        "customer": "C-1", "number": "N", "placed_at": "2025-01-01T10:00:00Z", "colour": "red",
        "lines": [{"product": "none", "quantity": 1, "amount": 1}, {"quantity": 0, "amount": "1"}],
    }  # fmt: skip
    client = client_of(manager)
    unknown = problem(client.post("/api/v1/orders/", body, format="json"), 400)
    assert [(each["field"], each["code"]) for each in unknown["errors"]] == [("colour", "unknown")]
    body.pop("colour")
    found = problem(client.post("/api/v1/orders/", body, format="json"), 400)["errors"]
    assert {(each["field"], each["code"]) for each in found} == {
        ("lines.0.product", "does_not_exist"), ("lines.1.product", "required"),
        ("lines.1.quantity", "min_value"), ("lines.1.amount", "invalid"),
    }  # fmt: skip


def test_errors_speak_the_language_of_the_browser_and_then_of_the_member(company, manager):
    client = client_of(manager)
    address = "/api/v1/follow-ups/"
    english = client.post(address, {}, format="json").json()["errors"][0]["message"]
    chinese = client.post(address, {}, format="json", headers={"Accept-Language": "zh-Hans"}).json()
    assert chinese["errors"][0]["message"] not in ("", english)
    manager.language = "zh-hans"
    manager.save()
    assert client.post(address, {}, format="json").json()["errors"] == chinese["errors"]


def test_what_nobody_foresaw_is_a_problem_too(company, manager, monkeypatch):
    client = client_of(manager)
    client.raise_request_exception = False
    monkeypatch.setattr("scoring.api.runs.REGISTRY", None)
    assert "written down" in problem(client.get("/api/v1/indicators/"), 500)["detail"]


def test_a_page_that_fails_stays_a_page(client, manager, monkeypatch):
    client.raise_request_exception = False
    client.force_login(manager)
    monkeypatch.setattr("crmquality.views.Overview", None)
    answer = client.get("/")
    assert answer.status_code == 500 and answer.headers["Content-Type"].startswith("text/html")


HOSTILE = [
    b"{", b"[]", b"null", b'"x"', b"1", b'{"code": NaN}', b"\xff\xfe", b'{"code": "\\u0000"}',
    b'{"code": "\\ud800"}', b'{"a\\u0000": 1}', b"[" * 100_000, b'{"a":' * 30 + b"1" + b"}" * 30,
    b'{"receivable": ' + b"9" * 5000 + b"}", b'{"receivable": ' + b"9" * 30 + b"}", b'{"receivable": 1e400}',
    b'{"code": {"a": []}}', b'{"owner": [1]}', b'{"parent": {}}', b'{"code": "' + b"x" * 3_000_000 + b'"}',
    b'{"acquired_on": "0000-00-00"}', b'{"tier": []}', b'{"email": 5}',
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("address", ["customers/", "customers/C-1/"])
def test_no_body_is_too_strange(company, manager, body, address):
    send = client_of(manager).patch if "C-1" in address else client_of(manager).post
    problem(send(f"/api/v1/{address}", body, content_type="application/json"), 400)


@pytest.mark.parametrize(
    "address",
    [
        "customers/%00/", "customers/a%2Fb/", "customers/%F0%9F%98%80/", "customers/%ff/", f"contacts/{'9' * 30}/",
        f"contacts/{'9' * 5000}/", f"evaluation-models/x/{'9' * 30}/", f"runs/{'9' * 30}/figures/", "contacts/-1/",
        "scores/%00/history/",
    ],
)  # fmt: skip
def test_no_address_is_too_strange(company, manager, address):
    problem(client_of(manager).get(f"/api/v1/{address}"), 404)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_are_days(company, manager, day):
    client = client_of(manager)
    for asked in ({"until": day}, {"since": day, "until": day}):
        assert client.get("/api/v1/scores/C-1/history/", asked).status_code == 200
    client.get("/api/v1/scores/C-1/", {"as_of": day})
    for zone in ("+14:00", "-14:00"):
        body = {"customer": "C-1", "channel": "phone", "direction": "in", "occurred_at": f"{day}T00:00:00{zone}"}
        assert client.post("/api/v1/interactions/", body, format="json").status_code in (201, 400)


def test_too_many_requests_are_told_when_to_come_back(company, manager, agent, monkeypatch):
    rates = {"member": "3/min", "anonymous": "2/min"}
    monkeypatch.setattr(Window, "THROTTLE_RATES", rates)
    client = client_of(manager)
    assert [client.get("/api/v1/indicators/").status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = client.get("/api/v1/indicators/")
    problem(answer, 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert client_of(manager).get("/api/v1/indicators/").status_code == 200
    assert client_of(agent).get("/api/v1/indicators/").status_code == 200


def test_those_who_guess_tokens_are_slowed_down_and_so_are_those_who_are_refused(company, outsider, monkeypatch):
    monkeypatch.setattr(Window, "THROTTLE_RATES", {"member": "2/min", "anonymous": "2/min"})
    nobody = client_of(None)
    nobody.credentials(HTTP_AUTHORIZATION="Bearer crmq_" + "0" * 64)
    assert [nobody.get("/api/v1/indicators/").status_code for _ in range(3)] == [401, 401, 429]
    nobody.credentials(HTTP_AUTHORIZATION="Bearer crmq_" + "1" * 64, HTTP_X_FORWARDED_FOR="1.2.3.4")
    assert nobody.get("/api/v1/indicators/").status_code == 429
    client = client_of(outsider)
    assert [client.get("/api/v1/indicators/").status_code for _ in range(3)] == [403, 403, 429]


def test_a_window_ends(company, manager, monkeypatch):
    monkeypatch.setattr(Window, "THROTTLE_RATES", {"member": "1/min", "anonymous": "1/min"})
    now = [1000.0]
    monkeypatch.setattr(Window, "timer", lambda self: now[0])
    client = client_of(manager)
    assert [client.get("/api/v1/indicators/").status_code for _ in range(2)] == [200, 429]
    now[0] += 60
    assert client.get("/api/v1/indicators/").status_code == 200


def test_the_schema_names_every_error(client, db):
    client.force_login(member("reader", "manager"))
    described = json.loads(client.get("/api/schema/", headers={"Accept": "application/json"}).content)
    for address, operations in described["paths"].items():
        for method, operation in operations.items():
            needed = {"400", "401", "403", "404", "406", "429"} | ({"409", "415"} if method != "get" else set())
            assert needed <= set(operation["responses"]), (method, address)
