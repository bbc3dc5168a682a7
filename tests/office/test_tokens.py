"""API tokens: made on a page, shown once, used, seen, revoked."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from crmquality.office import tokens
from crmquality.office.models import ApiToken
from tests.people import member

PAGE = reverse("token_list")
FORM = {"name": "Web shop", "scopes": ["read"], "days": "90"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_nobody_is_sent_to_the_login(client, db):
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    assert client.post(reverse("token_revoke", args=["x"])).headers["Location"].startswith("/accounts/login/")


def test_a_token_is_shown_once_and_works(client, manager, organisation):
    client.force_login(manager)
    answer = client.post(PAGE, FORM)
    token = answer.context["token"]
    assert answer.status_code == 200 and token in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert token not in client.get(PAGE).content.decode()
    client.logout()
    assert client.get("/api/v1/customers/", headers=bearer(token)).status_code == 200
    stored = ApiToken.objects.get()
    assert token not in (stored.digest, stored.token_key) and stored.scopes == ["read"]
    assert dt.timedelta(days=89) < stored.expiry - timezone.now() <= dt.timedelta(days=90)


def test_a_form_that_is_sent_twice_makes_one(client, manager, organisation):
    client.force_login(manager)
    client.post(PAGE, FORM)
    again = client.post(PAGE, FORM)
    assert again.status_code == 422 and "name" in again.context["form"].errors
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("change", [{"name": ""}, {"scopes": []}, {"scopes": ["evaluate"]}, {"days": "10000"}])
def test_a_form_that_is_not_valid_makes_none(client, manager, organisation, change):
    client.force_login(manager)
    assert client.post(PAGE, {**FORM, **change}).status_code == 422
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "role, scopes",
    [("admin", ["read", "write", "evaluate"]), ("agent", ["read", "write"]), ("auditor", ["read"]), ("", [])],
)
def test_scopes_are_offered_that_would_let_one_do_something(client, organisation, role, scopes):
    client.force_login(member("somebody", role))
    form = client.get(PAGE).context["form"]
    assert [value for value, _label in form.fields["scopes"].choices] == scopes


def test_there_are_not_endlessly_many(client, manager, organisation):
    for number in range(tokens.MOST):
        tokens.make(manager, f"{number}", ["read"], timezone.now() + dt.timedelta(days=1))
    client.force_login(manager)
    assert client.post(PAGE, FORM).status_code == 422 and ApiToken.objects.count() == tokens.MOST


def test_a_revoked_token_is_of_no_use_at_once(client, manager, agent, organisation):
    token = tokens.make(manager, "Web shop", ["read"], timezone.now() + dt.timedelta(days=1))
    address = reverse("token_revoke", args=[ApiToken.objects.get().pk])
    client.force_login(agent)
    client.post(address)
    assert ApiToken.objects.exists()
    client.force_login(manager)
    assert client.get(address).status_code == 405
    assert client.post(address).headers["Location"] == PAGE
    client.logout()
    assert client.get("/api/v1/customers/", headers=bearer(token)).status_code == 401


def test_admins_see_everybody_s_and_may_only_revoke(client, manager, organisation):
    tokens.make(manager, "Web shop", ["read"], timezone.now() + dt.timedelta(days=1))
    chief = member("chief", "admin", is_staff=True, is_superuser=True)
    client.force_login(chief)
    page = reverse("admin:office_apitoken_changelist")
    assert "Web shop" in client.get(page).content.decode()
    assert client.get(reverse("admin:office_apitoken_add")).status_code == 403
    row = ApiToken.objects.get()
    assert row.digest not in client.get(
        reverse("admin:office_apitoken_change", args=[row.pk])
    ).content.decode().replace(f"/{row.pk}/", "")
    client.post(reverse("admin:office_apitoken_delete", args=[row.pk]), {"post": "yes"})
    assert not ApiToken.objects.exists()
