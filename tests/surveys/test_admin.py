"""The admin pages of questionnaires: to look at, and to take one out of the offer."""

import pytest
from django.urls import reverse


@pytest.fixture
def staff(client, admin):
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    return client


def test_admins_look_at_versions_and_take_a_questionnaire_out_of_the_offer(staff, version):
    questionnaire = version.questionnaire
    assert staff.get(reverse("admin:surveys_questionnaire_changelist")).status_code == 200
    url = reverse("admin:surveys_questionnaire_change", args=[questionnaire.pk])
    assert staff.get(url).status_code == 200
    form = {"name": "NPS", "purpose": "", "versions-TOTAL_FORMS": "1", "versions-INITIAL_FORMS": "1"}
    form |= {"versions-0-id": version.pk, "versions-0-questionnaire": questionnaire.pk}
    assert staff.post(url, form).status_code == 302
    questionnaire.refresh_from_db()
    assert questionnaire.is_active is False
    assert staff.post(reverse("admin:surveys_questionnaire_delete", args=[questionnaire.pk])).status_code == 403


def test_a_version_is_only_looked_at(staff, version):
    page = staff.get(reverse("admin:surveys_version_change", args=[version.pk]))
    assert page.status_code == 200 and "recommendation" in page.content.decode().lower()
    assert staff.post(reverse("admin:surveys_version_change", args=[version.pk]), {}).status_code == 403
