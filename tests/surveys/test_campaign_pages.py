"""Pages of campaigns: who may do what, and what they show."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Contact, Customer
from surveys import campaigns, sending, tokens
from surveys.models import Campaign, Invitation, Mailing, Version

from .conftest import asking

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.EMAIL_HOST = "localhost"
    cache.clear()


@pytest.fixture
def draft(version: Version, people: list[Contact]) -> Campaign:
    return asking(version, "Spring")


def page(client: Client, name: str, /, *args: object, **data: object) -> str:
    answer = client.get(reverse(f"surveys:{name}", args=args), data)
    assert answer.status_code == 200
    return answer.content.decode()


def given(version: Version, **changed: object) -> dict[str, object]:
    return {
        "name": "Autumn", "version": version.pk, "privacy": "identified", "channel": "email", "sampling": "everyone",
        "schedule": "once", "trigger_days": 0, "reminders": 1, "reminder_days": 7, "priority": 5, "margin": 5,
        "confidence": "0.95", "answering": 30, **changed,
    }  # fmt: skip


SEEN = [("campaign_list", False), ("campaign_detail", True)]
CHANGING = [
    "campaign_copy",
    "campaign_delete",
    "campaign_start",
    "campaign_close",
    "campaign_stop_repeating",
    "mailing_decide",
    "sheet_create",
]


@pytest.mark.parametrize(
    "name, has_key", [*SEEN, ("campaign_create", False), ("campaign_edit", True), ("campaign_plan", False)]
)
@pytest.mark.parametrize("who, status", [("manager", 200), ("agent", 403), ("outsider", 403), ("nobody", 302)])
def test_who_may_look(request, client, draft, name: str, has_key: bool, who: str, status: int) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert client.get(reverse(f"surveys:{name}", args=[draft.pk] if has_key else [])).status_code == status


@pytest.mark.parametrize("name", CHANGING)
@pytest.mark.parametrize("who, status", [("agent", 403), ("outsider", 403), ("nobody", 302)])
def test_who_may_not_change(request, client, draft, name: str, who: str, status: int) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert client.post(reverse(f"surveys:{name}", args=[draft.pk])).status_code == status
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("name", CHANGING)
def test_looking_changes_nothing(client, manager, draft, name: str) -> None:
    client.force_login(manager)
    assert client.get(reverse(f"surveys:{name}", args=[draft.pk])).status_code == 405


def test_a_manager_plans_starts_and_closes(client, manager, version, people) -> None:
    client.force_login(manager)
    sent = given(version, by_segment=["retail"], closes_at="2027-06-01T18:00", text_en="Dear {name}, about {title}")
    assert client.post(reverse("surveys:campaign_create"), sent).status_code == 302
    campaign = Campaign.objects.get()
    assert campaign.audience == {"segment": ["retail"]} and campaign.mail_text == {"en": "Dear {name}, about {title}"}
    assert campaign.author == manager
    assert "3 people are invited" in page(client, "campaign_detail", campaign.pk)
    client.post(reverse("surveys:campaign_start", args=[campaign.pk]))
    client.post(reverse("surveys:campaign_start", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.state == "running" and campaign.invitations.count() == 3 and campaign.population == 3
    assert client.get(reverse("surveys:campaign_edit", args=[campaign.pk])).status_code == 404
    client.post(reverse("surveys:campaign_close", args=[campaign.pk]))
    campaign.refresh_from_db()
    assert campaign.state == "closed"


@pytest.mark.parametrize(
    "changed, field",
    [
        ({"sampling": "random"}, "sample_size"),
        ({"schedule": "triggered"}, "trigger"),
        ({"schedule": "recurring"}, "every_days"),
        ({"privacy": "anonymous", "channel": "staff"}, "channel"),
        ({"text_en": "Dear {nam}"}, "text_en"),
        ({"opens_at": "2027-06-02T18:00", "closes_at": "2027-06-01T18:00"}, "closes_at"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, manager, version, changed, field: str) -> None:
    client.force_login(manager)
    answer = client.post(reverse("surveys:campaign_create"), given(version, **changed))
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Campaign.objects.exists()


def test_the_form_says_how_many_to_ask_and_what_it_is_worth(client, manager, version, people) -> None:
    client.force_login(manager)
    for n in range(396):
        owner = Customer.objects.create(code=f"N{n}", name=f"N{n}", segment="new")
        Contact.objects.create(customer=owner, name="N", email=f"n{n}@example.com")
    shown = page(client, "campaign_plan", **given(version, sampling="random", sample_size=300, answering=50))
    # Cochran with the correction for 400: 197 answers for ± 5 points; so 394 people of whom half answer.
    assert ">197 " in shown and ">394<" in shown and "fewer than needed" in shown
    assert "± 6.3" in shown and "150 answers" in shown


def test_the_empty_form_is_empty(client, manager, version) -> None:
    client.force_login(manager)
    assert "DatabaseDefault" not in page(client, "campaign_create")


def test_any_campaign_is_copied_as_a_draft(client, manager, version, people) -> None:
    client.force_login(manager)
    opens = timezone.now()
    words = {"audience": {"segment": ["retail"]}, "mail_text": {"en": "Dear {name}"}, "reminders": 2}
    campaign = asking(version, "Spring", opens_at=opens, closes_at=opens + DAY, **words)
    campaigns.start(campaign, opens)
    answer = client.post(reverse("surveys:campaign_copy", args=[campaign.pk]))
    copied = Campaign.objects.exclude(pk=campaign.pk).get()
    assert answer.url == reverse("surveys:campaign_edit", args=[copied.pk])
    assert {name: getattr(copied, name) for name in words} == words and copied.name == "Spring (copy)"
    assert (copied.state, copied.started_at, copied.opens_at, copied.closes_at) == ("draft", None, None, None)
    assert copied.author == manager and copied.seed != campaign.seed and not copied.invitations.exists()


def test_only_a_draft_is_deleted(client, manager, draft, version, people) -> None:
    client.force_login(manager)
    assert "Delete this draft?" in page(client, "campaign_detail", draft.pk)
    assert client.post(reverse("surveys:campaign_delete", args=[draft.pk])).status_code == 302
    assert not Campaign.objects.filter(pk=draft.pk).exists()
    running = asking(version, "Running")
    campaigns.start(running, timezone.now())
    assert "Delete this draft?" not in page(client, "campaign_detail", running.pk)
    assert client.post(reverse("surveys:campaign_delete", args=[running.pk])).status_code == 404
    assert not campaigns.delete_draft(running)


def test_a_draft_cannot_start_without_questions(client, manager, version) -> None:
    version.questions.all().delete()
    campaign = asking(version)
    client.force_login(manager)
    answer = client.post(reverse("surveys:campaign_start", args=[campaign.pk]), follow=True)
    assert "no questions" in answer.content.decode()
    campaign.refresh_from_db()
    assert campaign.state == "draft"


@pytest.mark.parametrize(
    "privacy, words",
    [
        ("identified", "Staff see who gave which answer"),
        ("confidential", "Staff see no names"),
        ("anonymous", "write-ahead log"),
    ],
)
def test_the_page_says_what_is_promised(client, manager, version, privacy: str, words: str) -> None:
    client.force_login(manager)
    assert words in page(client, "campaign_detail", asking(version, privacy=privacy).pk)


def test_who_waits_is_shown_with_reason_and_day(client, manager, version, people) -> None:
    now = timezone.now()
    campaigns.start(asking(version), now)
    second = asking(version, "Second")
    campaigns.start(second, now)
    client.force_login(manager)
    shown = page(client, "campaign_detail", second.pk)
    assert "This person was asked, or is to be asked, within the period." in shown
    assert "Dora" in page(client, "campaign_detail", second.pk, standing="deferred", q="dor")
    assert "Nobody here" in page(client, "campaign_detail", second.pk, standing="sent")


def test_undecided_mails_are_listed_and_decided_by_a_person(client, manager, draft) -> None:
    now = timezone.now() - DAY
    campaigns.start(draft, now)
    sending.queue(now)
    first, second = sending.claim(now), sending.claim(now)
    client.force_login(manager)
    shown = page(client, "campaign_detail", draft.pk)
    assert "2 mails of which nobody knows" in shown and first.mail_to in shown
    decide = reverse("surveys:mailing_decide", args=[draft.pk])
    client.post(decide, {"mailing": [first.pk], "decision": "sent"})
    client.post(decide, {"mailing": [second.pk], "decision": "resend"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.sent_at == first.claimed_at and second.claimed_at is None
    assert "nobody knows" not in page(client, "campaign_detail", draft.pk)


def test_pages_cost_the_same_for_few_and_many(client, manager, version, people, django_assert_max_num_queries) -> None:
    client.force_login(manager)
    for n in range(40):
        owner = Customer.objects.create(code=f"N{n}", name=f"N{n}")
        Contact.objects.create(customer=owner, name="N", email=f"n{n}@example.com")
        asking(version, f"Wave {n}")
    campaign = asking(version)
    campaigns.start(campaign, timezone.now())
    with django_assert_max_num_queries(14):
        page(client, "campaign_list")
    with django_assert_max_num_queries(16):
        page(client, "campaign_detail", campaign.pk)


def test_links_are_handed_out_as_a_table_or_a_page_to_print(client, manager, version, people) -> None:
    campaign = asking(version, channel="links")
    campaigns.start(campaign, timezone.now())
    client.force_login(manager)
    address = reverse("surveys:sheet_create", args=[campaign.pk])
    answer = client.post(address, {"format": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 5
    link = str(rows[1][-1])
    found = tokens.invitation_of(link.rpartition("/")[2])
    assert found is not None and found.invitation.contact.name == rows[1][2]
    printed = client.post(address).content.decode()
    assert printed.count("data:image/svg+xml") == 4
    # Whoever has the first sheet can still answer.
    assert tokens.invitation_of(link.rpartition("/")[2]).revoked_at is None
    assert set(campaign.invitations.values_list("standing", flat=True)) == {"sent"}


def test_a_public_link_has_a_code_to_print(client, manager, version) -> None:
    campaign = asking(version, channel="public", privacy="anonymous")
    campaigns.start(campaign, timezone.now())
    client.force_login(manager)
    campaign.refresh_from_db()
    assert f"/s/p/{campaign.public_slug}" in page(client, "campaign_detail", campaign.pk)
    assert "data:image/svg+xml" in page(client, "public_sheet", campaign.pk)


def test_an_agent_sees_whom_to_call_of_the_own_customers(client, agent, version, people) -> None:
    from surveys import channels

    Customer.objects.filter(code="C1").update(owner=agent)
    campaigns.start(asking(version, channel="staff"), timezone.now() - DAY)
    channels.hand_on(timezone.now())
    client.force_login(agent)
    shown = page(client, "call_list")
    assert "Ann" in shown and "Bob" in shown and "Dora" not in shown
    Invitation.objects.update(is_answered=True, answered_at=timezone.now())
    assert "Nobody to ask" in page(client, "call_list")


@pytest.mark.parametrize("who, status", [("outsider", 403), ("nobody", 302)])
def test_others_see_no_one_to_call(request, client, who: str, status: int) -> None:
    if who != "nobody":
        client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("surveys:call_list")).status_code == status


def test_no_mailing_of_another_campaign_is_decided(client, manager, draft, version) -> None:
    now = timezone.now() - DAY
    campaigns.start(draft, now)
    sending.queue(now)
    mailing = sending.claim(now)
    client.force_login(manager)
    other = asking(version, "Other")
    client.post(reverse("surveys:mailing_decide", args=[other.pk]), {"mailing": [mailing.pk], "decision": "sent"})
    assert Mailing.objects.get(pk=mailing.pk).sent_at is None
