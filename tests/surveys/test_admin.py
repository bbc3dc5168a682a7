"""The admin pages of questionnaires: to look at, and to take one out of the offer."""

import pytest
from django.urls import reverse

from surveys.models import DeadAddress, SurveySettings

from .conftest import NOW


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


def test_the_rules_of_asking_are_one_row_that_is_changed_and_keeps_its_history(staff):
    page = staff.get(reverse("admin:surveys_surveysettings_changelist"))
    assert page.status_code == 200 and SurveySettings.objects.count() == 1
    assert staff.get(reverse("admin:surveys_surveysettings_add")).status_code == 403
    change = reverse("admin:surveys_surveysettings_change", args=[1])
    given = {"person_cap": 2, "company_cap": 1, "period_days": 60, "mails_a_minute": 300, "link_days": 90}
    assert staff.post(change, given).status_code == 302
    assert (SurveySettings.load().person_cap, SurveySettings.load().period_days) == (2, 60)
    # The database refuses a cap of nothing, and the form says so.
    assert "errornote" in staff.post(change, given | {"person_cap": 0}).content.decode()
    history = staff.get(reverse("admin:surveys_surveysettings_history", args=[1]), follow=True)
    assert history.status_code == 200 and "Changed" in history.content.decode()
    assert staff.post(reverse("admin:surveys_surveysettings_delete", args=[1])).status_code == 403


def test_a_dead_address_is_looked_up_and_taken_off_the_list(staff):
    dead = DeadAddress.objects.create(email="gone@example.com", bounced_at=NOW, reason="550 no such user")
    assert (
        "550 no such user" in staff.get(reverse("admin:surveys_deadaddress_changelist"), {"q": "gone"}).content.decode()
    )
    assert staff.get(reverse("admin:surveys_deadaddress_add")).status_code == 403
    assert staff.post(reverse("admin:surveys_deadaddress_delete", args=[dead.pk]), {"post": "yes"}).status_code == 302
    assert not DeadAddress.objects.exists()
