"""Cases changed by other programs: details, links, merging, files; each once, and by those who may."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints import defaults
from complaints.models import Case, CaseFile, CaseMessage
from customers.attachments import path_of
from tests.api.conftest import client_of
from tests.people import member
from tests.records import at, case, contact, customer, order, product

CASES = "/api/v1/cases/"
PDF = b"%PDF-1.4 pump"


@pytest.fixture(autouse=True)
def _defaults(organisation, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    defaults.load()


@pytest.fixture
def one(agent) -> Case:
    return case(timezone.now(), customer("C-1", owner=agent))


def take(client, of: Case, name: str, body=None, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{CASES}{of.pk}/{name}/", body or {}, format="json", headers=headers)


def send(client, of: Case, *files: tuple[str, bytes], key=""):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"{CASES}{of.pk}/files/", {"files": uploads}, format="multipart", headers=headers)


def change(client, of: Case, **body):
    return client.patch(f"{CASES}{of.pk}/", body, format="json")


def test_details_are_changed_and_no_step_keeps_what_people_wrote(one, agent):
    answer = change(
        client_of(agent), one, kind="request", severity=4, sender_name="Li Na", subject="Seal", tags=["vip"]
    )
    found = answer.json()
    assert answer.status_code == 200, found
    assert (found["kind"], found["severity"], found["sender_name"], found["tags"]) == ("request", 4, "Li Na", ["vip"])
    step = found["steps"][-1]
    assert (step["step"], step["member"], step["channel"]) == ("edit", "agent", "api")
    assert step["data"] == {"kind": "request", "severity": 4}
    assert {clock["target"] for clock in found["clocks"] if clock["kind"] == "resolve"} == {960 * 60}


def test_only_a_special_request_owes_a_proposal(one, agent):
    client = client_of(agent)
    running = one.clocks.running().filter(kind="propose")
    change(client, one, kind="request")
    assert running.get().started_at == one.received_at
    change(client, one, kind="enquiry")
    assert not running.exists()


@pytest.mark.parametrize(
    "body, field",
    [
        ({"subject": ""}, "subject"), ({"severity": 5}, "severity"), ({"status": "closed"}, "status"),
        ({"customer": "C-1"}, "customer"), ({"tags": ["x" * 31]}, "tags.0"), ({"is_adopted": True}, "is_adopted"),
        ({"sender_email": "no"}, "sender_email"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(one, agent, body, field):
    answer = change(client_of(agent), one, **body)
    assert answer.status_code == 400, answer.json()
    assert field in ("is_adopted", answer.json()["errors"][0]["field"])
    assert one.steps.count() == 2


def test_a_case_comes_in_with_its_orders_and_products(one, manager):
    order(one.customer, "2025-01-01", number="4711")
    order(customer("C-2"), "2025-01-01", number="4712")
    product("P-1")
    client = client_of(manager)
    body = {"customer": "C-1", "subject": "Leaks", "orders": ["4711"], "products": ["P-1"]}
    found = client.post(CASES, body, format="json").json()
    assert (found["orders"], found["products"]) == (["4711"], ["P-1"])
    for wrong, field in (({"orders": ["4711", "4712", "x"]}, "orders"), ({"products": ["P-9"]}, "products")):
        answer = client.post(CASES, {**body, **wrong}, format="json")
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field
        assert answer.json()["errors"][0]["message"] in ("Not known: 4712, x.", "Not known: P-9.")
    assert client.post(CASES, {**body, "customer": None}, format="json").status_code == 400


def test_links_that_are_not_given_stay_until_the_customer_changes(one, manager):
    order(one.customer, "2025-01-01", number="4711")
    product("P-1")
    other, client = customer("C-2", tier="A"), client_of(manager)
    who = contact(one.customer)
    take(client, one, "link", {"orders": ["4711"], "contact": who.pk})
    found = take(client, one, "link", {"products": ["P-1"]}).json()
    assert (found["orders"], found["products"], found["contact"]) == (["4711"], ["P-1"], who.pk)
    targets = {clock["target"] for clock in found["clocks"]}
    found = take(client, one, "link", {"customer": "C-2", "products": ["P-1"]}).json()
    assert (found["customer"], found["orders"], found["products"], found["contact"]) == ("C-2", [], ["P-1"], None)
    # A customer of tier A is promised half of the time.
    assert {clock["target"] * 2 for clock in found["clocks"]} == targets
    assert found["steps"][-1]["step"] == "link" and found["steps"][-1]["data"] == {
        "customer": other.pk,
        "contact": None,
    }
    assert take(client, one, "link", {"contact": who.pk}).json()["errors"][0]["field"] == "contact"
    assert take(client, one, "link", {"customer": None}).json()["products"] == []


def test_a_merged_case_hands_over_everything_and_takes_no_step_any_more(one, agent):
    other, client = case(timezone.now(), one.customer, subject="Again"), client_of(agent)
    take(client, other, "messages", {"direction": "note", "text": "Asked."})
    found = take(client, other, "merge", {"into": one.pk}, key="m-1").json()
    assert (found["merged_into"], found["messages"], found["due_at"]) == (one.pk, [], None)
    assert take(client, other, "merge", {"into": one.pk}, key="m-1").headers["Idempotent-Replayed"] == "true"
    assert CaseMessage.objects.get().case == one
    note = {"direction": "note", "text": "x"}
    answers = [take(client, other, "merge", {"into": one.pk}), take(client, other, "messages", note),
               take(client, other, "assess", {"severity": 1}), change(client, other, severity=1),
               send(client, other, ("a.pdf", PDF))]  # fmt: skip
    assert {answer.status_code for answer in answers} == {409}
    assert {answer.json()["detail"] for answer in answers} == {"The case was merged into another one."}
    for into in (one.pk, other.pk, 10**9):
        assert take(client, one, "merge", {"into": into}).status_code == 400


def test_files_are_kept_by_their_content_once(one, agent):
    client = client_of(agent)
    for _ in range(2):
        answer = send(client, one, ("../pump.exe", PDF), ("note.txt", b"It leaks."), key="f-1")
        assert answer.status_code == 200, answer.json()
    first, second = answer.json()["files"]
    assert (first["content_type"], first["sha256"]) == ("application/pdf", hashlib.sha256(PDF).hexdigest())
    assert (second["name"], second["content_type"], second["message"]) == ("note.txt", "text/plain", None)
    assert CaseFile.objects.count() == 2 and all(path_of(each.stored_name).exists() for each in one.files.all())
    step = one.steps.last()
    assert (step.step, step.member, step.data) == ("edit", agent, {"files": 2})
    assert send(client, one, ("other.pdf", PDF + b"!"), key="f-1").status_code == 422


@pytest.mark.parametrize(
    "files",
    [
        [("a.pdf", b"MZ\x90\x00")], [("a.pdf", b"")], [("a.pdf", b"%PDF" + b"x" * (1 << 20))],
        [("a.pdf", PDF)] * 6, [], [("a.pdf", PDF), ("b.txt", b"\x00\x01")],
    ],
)  # fmt: skip
def test_what_is_not_kept_here_is_refused_and_leaves_nothing(one, agent, settings, files):
    settings.ATTACHMENT_MEGABYTES = 1
    answer = send(client_of(agent), one, *files)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"].startswith("files")
    assert not CaseFile.objects.exists() and not list(path_of("x").parent.glob("*"))


def test_files_come_as_a_form_and_nothing_else(one, agent):
    client = client_of(agent)
    assert take(client, one, "files", {"files": []}).status_code == 415
    upload = SimpleUploadedFile("a.pdf", PDF)
    answer = client.post(f"{CASES}{one.pk}/files/", {"files": upload, "colour": "red"}, format="multipart")
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "colour"


def test_changes_are_for_those_who_may_change_the_case(one, manager, agent, outsider):
    into, other = case(timezone.now(), one.customer), member("other", "agent")

    def calls(client) -> set[int]:
        answers = (change(client, one, severity=2), take(client, one, "link"), send(client, one, ("a.pdf", PDF)),
                   take(client, one, "merge", {"into": into.pk}))  # fmt: skip
        return {answer.status_code for answer in answers}

    assert calls(client_of(None)) == {401}
    assert calls(client_of(outsider)) == calls(client_of(member("auditor", "auditor"))) == {403}
    assert calls(client_of(agent, ["read"])) == {403}
    assert calls(client_of(other)) == {404}
    assert calls(client_of(manager)) == {200}


def test_nobody_merges_into_what_they_may_not_see(one, agent):
    answer = take(client_of(agent), one, "merge", {"into": case(timezone.now()).pk})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "into"


@pytest.mark.parametrize("name", ["start", "wait", "resolve"])
def test_a_step_with_a_key_is_taken_once(one, agent, name):
    client, before = client_of(agent), one.steps.count()
    first, again = take(client, one, name, key="s-1"), take(client, one, name, key="s-1")
    assert (first.status_code, again.status_code, again.json()) == (200, 200, first.json())
    assert one.steps.count() == before + 1


def test_cases_are_sorted_by_when_they_are_due_those_without_last(manager):
    early, late, paused = (case(at(day), status="received") for day in ("2025-03-03", "2025-03-04", "2025-03-05"))
    Case.objects.filter(pk=paused.pk).update(due_at=None)
    client = client_of(manager)

    def walked(sort: str) -> list[int]:
        page = client.get(CASES, {"sort": sort, "page_size": "1"}).json()
        seen = []
        while True:
            seen += [row["id"] for row in page["results"]]
            if page["next"] is None:
                return seen
            page = client.get(page["next"]).json()

    assert walked("due_at") == [early.pk, late.pk, paused.pk]
    assert walked("-due_at") == [late.pk, early.pk, paused.pk]
    assert client.get(CASES, {"sort": "due_at", "after": "x"}).status_code == 400
