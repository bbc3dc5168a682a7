import datetime as dt

import pytest
from django.contrib import admin
from django.urls import reverse

from scoring.models import CurrentScore, EvaluationModel, Reading, Run, Score
from tests.records import customer, line, order, product, sent_back
from tests.scores import score

RESULTS = [CurrentScore, Reading, Run, Score, EvaluationModel]


@pytest.fixture
def staff(client, admin, organisation):
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    return admin


@pytest.fixture
def rows(staff):
    """One row of each kind of record, so that every page has something to show."""
    buyer = customer("C-1", owner=staff, tier="A")
    bought = line(order(buyer, "2025-01-02"), product("P-1", name="Lamp"))
    sent_back(bought, "2025-01-09")
    score(buyer, 72.5, "B")
    return buyer


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_every_list_and_every_form_opens(client, rows, model):
    assert client.get(page(model, "changelist")).status_code == 200
    if admin.site._registry[model].has_add_permission(client.get("/admin/").wsgi_request):
        assert client.get(page(model, "add")).status_code == 200
    first = model._default_manager.first()
    if first is not None:
        assert client.get(page(model, "change", first.pk)).status_code == 200


@pytest.mark.parametrize("model", RESULTS, ids=lambda model: model.__name__)
def test_results_are_read_only(client, rows, model):
    assert client.get(page(model, "add")).status_code == 403
    first = model._default_manager.first()
    if first is not None:
        assert client.post(page(model, "change", first.pk), {}).status_code == 403
        assert client.post(page(model, "delete", first.pk), {"post": "yes"}).status_code == 403


def test_a_changed_customer_has_a_history_with_who_changed_it(client, rows, staff):
    form = {
        "code": "C-1", "name": "New name", "kind": "organisation", "segment": "", "tier": "A", "extra": "{}",
            "status": "active",
        "phases-TOTAL_FORMS": "0", "phases-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post(page(type(rows), "change", rows.pk), form).status_code == 302
    rows.refresh_from_db()
    assert rows.name == "New name"
    answer = client.get(page(type(rows), "history", rows.pk), follow=True)
    seen = answer.content.decode()
    assert answer.status_code == 200 and "Changed" in seen and ">admin<" in seen.replace(" ", "").replace("\n", "")


def test_customers_are_searched_as_on_the_sites_own_list(client, rows):
    customer("C-2", name="上海精工有限公司")
    found = client.get(page(type(rows), "changelist"), {"q": "海精"}).content.decode()
    assert "上海精工" in found and "C-1<" not in found


@pytest.mark.parametrize("person", ["manager", "agent", "outsider"])
def test_the_admin_is_for_staff_only(client, request, organisation, person):
    client.force_login(request.getfixturevalue(person))
    assert client.get("/admin/").status_code == 302


def test_a_member_is_made_with_a_role(client, staff):
    form = {
        "username": "new", "usable_password": "true", "password1": "correct horse battery",
        "password2": "correct horse battery", "role": "agent", "team": "",
    }  # fmt: skip
    assert client.post(page(type(staff), "add"), form).status_code == 302
    assert type(staff).objects.get(username="new").role == "agent"


def test_a_change_of_the_measuring_settings_is_a_new_version(client, staff):
    from crmquality.office.models import MeasureSettings

    current = MeasureSettings.current()
    assert client.post(page(MeasureSettings, "change", current.pk), {"values": "{}"}).status_code == 403
    assert client.post(page(MeasureSettings, "add"), {"values": '{"lapse_days": 90}'}).status_code == 302
    newest = MeasureSettings.current()
    assert (newest.values, newest.author) == ({"lapse_days": 90}, staff)
    assert newest.version > current.version and dt.date.today() >= newest.created_at.date() - dt.timedelta(days=1)
