"""Who sets the program up can use it."""

import pytest
from django.core.management import call_command

from crmquality.office.models import Member
from crmquality.office.roles import Role


@pytest.fixture
def first_admin(organisation, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "correct horse battery")
    call_command("createsuperuser", username="first", email="first@example.com", interactive=False, verbosity=0)
    return Member.objects.get(username="first")


def test_the_member_of_createsuperuser_is_an_admin(client, first_admin):
    assert first_admin.role == Role.ADMIN
    client.force_login(first_admin)
    assert client.get("/").status_code == 200


def test_another_role_given_to_a_superuser_stays(first_admin):
    first_admin.role = Role.AUDITOR
    first_admin.save()
    assert Member.objects.get(username="first").role == Role.AUDITOR
