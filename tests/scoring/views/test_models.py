import datetime as dt

import pytest
from django.urls import reverse

from scoring import defaults, suggesting
from scoring.models import EvaluationModel, ModelAssignment
from tests.people import member

LIST = reverse("scoring:model_list")


def address(name: str, version: int, slug: str = "orders") -> str:
    return reverse(f"scoring:{name}", args=[slug, version])


@pytest.fixture
def loaded(organisation):
    defaults.load(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))


@pytest.fixture
def draft(loaded, client, admin) -> EvaluationModel:
    client.force_login(admin)
    client.post(address("model_draft", 1))
    return EvaluationModel.objects.get(slug="orders", version=2)


def filled(draft: EvaluationModel, **changes: object) -> dict[str, object]:
    """The draft's form as the page sends it, with some fields changed."""
    data: dict[str, object] = {"name": draft.name}
    for criterion in draft.parsed.criteria:
        data[f"criterion-{criterion.id}"] = criterion.weight
        for each in criterion.members:
            data[f"member-{each.indicator}"] = each.weight
            data[f"policy-{each.indicator}"] = each.policy
    return {**data, **{name.replace("__", "-"): value for name, value in changes.items()}}


@pytest.mark.parametrize(
    "role, status",
    [("admin", 200), ("manager", 200), ("lead", 200), ("analyst", 200), ("auditor", 200), ("agent", 403), ("", 403)],
)
def test_who_may_see_models(client, loaded, role, status):
    client.force_login(member("somebody", role))
    assert client.get(LIST).status_code == status
    assert client.get(address("model_detail", 1)).status_code == status


def test_nobody_is_sent_to_the_login(client, db):
    for path in (LIST, address("model_detail", 1), address("model_edit", 1), address("model_publish", 1)):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def default_slugs() -> set[str]:
    return set(ModelAssignment.objects.values_list("slug", flat=True))


def test_an_admin_is_asked_whether_a_model_that_fits_the_records_should_be_the_default(client, loaded, admin):
    client.force_login(admin)
    assert "the default?" not in client.get(LIST).content.decode()
    ModelAssignment.objects.update(slug="service")
    page = client.get(LIST).content.decode()
    assert "Make “Orders” the default?" in page or "the default?" in page
    answer = client.post(reverse("scoring:model_make_default", args=["orders"]), follow=True)
    assert "default from the next evaluation" in answer.content.decode()
    assert "orders" in default_slugs()
    assert "the default?" not in client.get(LIST).content.decode()


def test_a_company_with_a_fitting_default_is_left_in_peace(client, loaded, admin):
    assert suggesting.suggestion({"orders": True, "returns": True}, "steady") is None


def test_only_an_admin_is_asked_and_may_answer(client, loaded, manager):
    ModelAssignment.objects.update(slug="service")
    client.force_login(manager)
    assert "the default?" not in client.get(LIST).content.decode()
    assert client.post(reverse("scoring:model_make_default", args=["orders"])).status_code == 403
    assert default_slugs() == {"service"}


@pytest.mark.parametrize("role", ["manager", "lead", "agent", "analyst", "auditor", ""])
@pytest.mark.parametrize("name", ["model_draft", "model_edit", "model_publish", "model_discard", "model_retire"])
def test_only_an_admin_may_change_one(client, loaded, role, name):
    client.force_login(member("somebody", role))
    assert client.post(address(name, 1)).status_code == 403
    assert EvaluationModel.objects.filter(slug="orders").count() == 1


@pytest.mark.parametrize("name", ["model_draft", "model_discard", "model_retire"])
def test_a_get_changes_nothing(client, admin, loaded, name):
    client.force_login(admin)
    assert client.get(address(name, 1)).status_code == 405


def test_every_preset_opens(client, manager, loaded):
    client.force_login(manager)
    for model in EvaluationModel.objects.all():
        assert client.get(model.get_absolute_url()).status_code == 200


def test_the_list_marks_the_default(client, manager, loaded):
    client.force_login(manager)
    entries = client.get(LIST).context["entries"]
    assert [entry.shown.slug for entry in entries if entry.is_default] == ["orders"]
    assert entries[0].is_default


def test_drafting_twice_opens_the_same_draft(client, draft):
    client.post(address("model_draft", 1))
    assert EvaluationModel.objects.filter(slug="orders").count() == 2


def test_weights_that_add_up_are_saved(client, draft):
    data = filled(draft, criterion__loyalty=20, criterion__value=30, policy__tenure="neutral", name="Mine")
    assert client.post(address("model_edit", 2), data).status_code == 302
    draft.refresh_from_db()
    weights = {each.id: each.weight for each in draft.parsed.criteria}
    assert (weights["loyalty"], weights["value"], draft.name) == (20, 30, "Mine")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"criterion__loyalty": 20}, "add up to 95"),
        ({"criterion__loyalty": -1}, "greater than or equal to 0"),
        ({"criterion__loyalty": "x"}, "Enter a number"),
        ({"criterion__loyalty": "nan"}, "Enter a number"),
        ({"member__tenure": 0}, "greater than or equal to"),
        ({"policy__tenure": "evil"}, "valid choice"),
        ({"name": ""}, "required"),
    ],
)
def test_weights_that_cannot_be_are_answered_422_with_what_to_mend_and_nothing_lost(client, draft, changes, words):
    answer = client.post(address("model_edit", 2), filled(draft, **changes))
    assert answer.status_code == 422 and words in answer.content.decode()
    assert 'name="criterion-value" value="25' in answer.content.decode()
    before = draft.definition
    draft.refresh_from_db()
    assert draft.definition == before


def test_a_published_version_cannot_be_edited(client, admin, loaded):
    client.force_login(admin)
    assert client.get(address("model_edit", 1)).status_code == 404
    assert client.get(address("model_publish", 1)).status_code == 404


def test_publishing_needs_a_note(client, draft):
    answer = client.post(address("model_publish", 2), {"note": " "})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_publishing_retires_the_version_before(client, draft, admin):
    page = client.get(address("model_publish", 2)).content.decode()
    assert "Version 1 goes out of use" in page
    client.post(address("model_publish", 2), {"note": "Loyalty counts more."})
    versions = dict(EvaluationModel.objects.filter(slug="orders").values_list("version", "status"))
    assert versions == {1: "retired", 2: "published"}
    draft.refresh_from_db()
    assert (draft.note, draft.author) == ("Loyalty counts more.", admin)


def test_a_draft_is_discarded_and_a_published_version_is_not(client, draft):
    client.post(address("model_discard", 2))
    client.post(address("model_discard", 1))
    assert list(EvaluationModel.objects.filter(slug="orders").values_list("version", flat=True)) == [1]


def test_a_model_that_customers_are_assigned_to_is_not_retired(client, admin, loaded):
    client.force_login(admin)
    answer = client.post(address("model_retire", 1), follow=True)
    assert "still assigned" in answer.content.decode()
    client.post(address("model_retire", 1, "service"))
    assert EvaluationModel.objects.get(slug="service").status == "retired"
