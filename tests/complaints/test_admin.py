"""What admins set moves what is due, and says how much; cases and what happened to them are only looked at."""

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import life, tasks
from complaints.models import (
    Actor,
    AssignmentRule,
    Case,
    CaseClock,
    CaseMessage,
    CasePause,
    Category,
    ReplyTemplate,
    ResponsePolicy,
)
from crmquality.office.models import Calendar, Notice
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]


@pytest.fixture
def staff(client, admin):
    admin.is_staff = admin.is_superuser = True
    admin.save()
    client.force_login(admin)
    return admin


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def calendar_form(**fields):
    return {
        "name": "Shanghai", "time_zone": "Asia/Shanghai", "weekly": '{"0": [["09:00", "12:00"]]}', "country": "CN",
        "region": "", "is_default": "on", "days-TOTAL_FORMS": "1", "days-INITIAL_FORMS": "0", "days-0-day": "2030-01-07",
        "days-0-name": "Founding day", **fields,
    }  # fmt: skip


def test_a_new_calendar_moves_what_is_due_and_says_how_much(client, staff):
    one = case(timezone.now(), customer())
    before = one.clocks.get(kind="resolve").due_at
    answer = client.post(page(Calendar, "add"), calendar_form(), follow=True)
    assert "The due dates of 3 clocks moved." in answer.content.decode()
    assert one.clocks.get(kind="resolve").due_at != before
    kept = Calendar.objects.get()
    assert str(kept.days.get().day) == "2030-01-07"
    assert "working day" in client.get(page(Calendar, "change", kept.pk)).content.decode()


def test_a_calendar_without_working_days_is_refused_by_name(client, staff):
    answer = client.post(page(Calendar, "add"), calendar_form(weekly='{"0": []}'))
    assert answer.status_code == 200 and "no working time" in answer.content.decode()
    assert not Calendar.objects.exists()


def test_a_changed_promise_moves_what_is_due(client, staff):
    case(timezone.now(), customer())
    row = ResponsePolicy.objects.get(severity=2, tier="")
    names = ("severity", "tier", "acknowledge_minutes", "response_minutes", "next_minutes", "resolve_minutes")
    form = {name: getattr(row, name) for name in names} | {"resolve_minutes": 60}
    answer = client.post(page(ResponsePolicy, "change", row.pk), form, follow=True)
    assert "The due date of 1 clock moved." in answer.content.decode()


def test_many_are_left_to_a_worker_who_tells(client, staff, monkeypatch, django_capture_on_commit_callbacks):
    from complaints import admin as pages

    asked = []
    monkeypatch.setattr(pages, "AT_ONCE", 1)
    monkeypatch.setattr(tasks.recompute_clocks, "delay", asked.append)
    case(timezone.now(), customer())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page(Calendar, "add"), calendar_form())
    assert asked == [staff.pk]
    assert tasks.recompute_clocks(staff.pk) == 3
    assert Notice.objects.filter(member=staff, params__n=3).exists()


def test_a_case_is_only_looked_at(client, staff):
    one = case(timezone.now(), customer())
    assert client.get(page(Case, "change", one.pk)).status_code == 200
    assert client.post(page(Case, "change", one.pk), {"subject": "x"}).status_code == 403
    assert client.post(page(Case, "delete", one.pk), {"post": "yes"}).status_code == 403


def test_pauses_with_an_answer_already_there_are_listed_for_audit(client, staff):
    plain, answered = case("2025-03-03", customer()), case("2025-03-03", customer())
    for one in (plain, answered):
        life.wait(one, Actor.staff(staff), at("2025-03-03", 13))
    message = CaseMessage(at=at("2025-03-04"), direction="in", channel="phone", text="Yes.")
    life.write(answered, message, Actor.customer("phone"), at("2025-03-06"))
    found = client.get(page(CasePause, "changelist"), {"answered": "yes"}).context["cl"].queryset
    assert [pause.case for pause in found] == [answered]


def test_a_category_in_use_stays(client, staff):
    used = Category.objects.get(code="late-delivery")
    case(timezone.now(), customer(), category=used)
    client.post(page(Category, "delete", used.pk), {"post": "yes"})
    assert Category.objects.filter(pk=used.pk).exists()
    assert CaseClock.objects.exists()


def test_a_tree_has_wholes_and_parts_and_nothing_deeper(client, staff):
    whole, part = Category.objects.get(code="delivery"), Category.objects.get(code="packaging")

    def given(row, **fields):
        form = {"code": row.code, "name": row.name, "position": row.position, "is_active": "on"}
        return client.post(page(Category, "change", row.pk), form | fields)

    other = Category.objects.get(code="billing")
    assert "cannot become a part" in given(whole, parent=other.pk).content.decode()
    assert "A part has no parts" in given(Category.objects.get(code="privacy"), parent=part.pk).content.decode()
    assert given(part, parent=other.pk).status_code == 302
    part.refresh_from_db()
    assert part.parent == other


def test_a_reply_with_a_placeholder_nobody_fills_in_is_refused_at_its_field(client, staff):
    form = {"slug": "thanks", "language": "en", "name": "Thanks", "subject": "{number}", "text": "Dear {nam},"}
    refused = client.post(page(ReplyTemplate, "add"), form).content.decode()
    assert "{nam} is no placeholder" in refused and "Filled in for each case: {number}, {name}" in refused
    assert client.post(page(ReplyTemplate, "add"), form | {"text": "Dear {name},"}).status_code == 302
    assert ReplyTemplate.objects.get(slug="thanks").text == "Dear {name},"


def test_a_rule_is_chosen_from_what_there_is(client, staff):
    form = {"position": "1", "kind": "request", "region": "", "least_severity": "3", "way": "team", "is_active": "on"}
    assert client.post(page(AssignmentRule, "add"), form | {"kind": "requests"}).status_code == 200
    assert client.post(page(AssignmentRule, "add"), form | {"least_severity": "5"}).status_code == 200
    assert client.post(page(AssignmentRule, "add"), form).status_code == 302
    assert AssignmentRule.objects.get().kind == "request"


def test_the_day_shows_cases_and_follow_ups(client, agent, outsider):
    case(timezone.now(), customer(owner=agent), subject="Mine")
    client.force_login(agent)
    whole = client.get(reverse("day")).content.decode()
    assert reverse("complaints:case_day") in whole and reverse("customers:follow_up_list") in whole
    assert "Mine" in client.get(reverse("complaints:case_day")).content.decode()
    client.force_login(outsider)
    for name in ("day", "complaints:case_day"):
        assert client.get(reverse(name)).status_code == 403
    client.logout()
    for name in ("day", "complaints:case_day"):
        assert client.get(reverse(name)).status_code == 302
