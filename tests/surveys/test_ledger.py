"""Who may be asked now, and who waits until when."""

import datetime as dt

import pytest

from customers.models import Contact, Customer
from surveys import campaigns, ledger
from surveys.models import Campaign, Invitation, LedgerEntry, Mailing, Standing, SurveySettings, Version

from .conftest import NOW, asking

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def standings(campaign: Campaign) -> dict[str, str]:
    return dict(campaign.invitations.values_list("contact__name", "standing"))


def test_everybody_of_a_first_wave_is_planned(version: Version, people: list[Contact]) -> None:
    first = asking(version)
    assert campaigns.start(first, NOW) == 4
    assert set(standings(first).values()) == {"planned"}
    # One entry a person, one a company: two people of Acme are one survey to Acme.
    assert LedgerEntry.objects.filter(scope=1).count() == 4
    assert LedgerEntry.objects.filter(scope=2).count() == 3


def test_a_second_survey_waits_with_its_reason_until_the_day_it_is_allowed(version, people) -> None:
    campaigns.start(asking(version), NOW)
    second = asking(version, "Second")
    campaigns.start(second, NOW + DAY)
    assert set(standings(second).values()) == {"deferred"}
    waiting = second.invitations.first()
    assert waiting.deferred_because == ledger.PERSON_OVER
    assert waiting.due_at == dt.datetime(2026, 4, 1, 8, 0, tzinfo=dt.UTC)  # nine in London, thirty days later


def test_who_waited_is_asked_when_the_day_has_come(version, people) -> None:
    campaigns.start(asking(version), NOW)
    second = asking(version, "Second")
    campaigns.start(second, NOW + DAY)
    campaigns.retry_deferred(NOW + 29 * DAY)
    assert set(standings(second).values()) == {"deferred"}
    campaigns.retry_deferred(NOW + 30 * DAY)
    assert set(standings(second).values()) == {"planned"}
    assert not second.invitations.exclude(deferred_because="").exists()


def test_the_company_is_capped_too(version, people) -> None:
    campaigns.start(asking(version, audience={"role": ["decision_maker"]}), NOW)
    second = asking(version, "Second", audience={"role": ["user"]})
    campaigns.start(second, NOW)
    # Bob is of Acme, whose Ann is asked.
    assert standings(second) == {"Bob": "deferred"}
    assert second.invitations.get().deferred_because == ledger.COMPANY_OVER


def test_a_higher_cap_lets_more_surveys_through(version, people) -> None:
    SurveySettings.objects.create(person_cap=2, company_cap=2)
    asked = [asking(version, f"Wave {n}") for n in range(3)]
    for each in asked:
        campaigns.start(each, NOW)
    assert [set(standings(each).values()) for each in asked] == [{"planned"}, {"planned"}, {"deferred"}]


def test_a_campaign_that_comes_first_takes_the_place_of_one_not_sent_yet(version, people) -> None:
    later = asking(version, "Later", priority=7)
    campaigns.start(later, NOW)
    Mailing.objects.create(
        invitation=later.invitations.get(contact__name="Chen"), number=0, mail_to="x@example.com", next_at=NOW
    )
    sent = later.invitations.get(contact__name="Dora")
    Invitation.objects.filter(pk=sent.pk).update(standing=Standing.SENT, sent_at=NOW)
    first = asking(version, "First", priority=1)
    campaigns.start(first, NOW)
    assert standings(later) == {"Ann": "deferred", "Bob": "deferred", "Chen": "deferred", "Dora": "sent"}
    assert standings(first) == {"Ann": "planned", "Bob": "planned", "Chen": "planned", "Dora": "deferred"}
    assert not Mailing.objects.exists()


def test_a_campaign_of_the_same_priority_displaces_nobody(version, people) -> None:
    later, second = asking(version, "Earlier"), asking(version, "Second")
    campaigns.start(later, NOW)
    campaigns.start(second, NOW)
    assert set(standings(later).values()) == {"planned"}


def test_who_was_not_asked_when_a_campaign_closes_is_free_for_others(version, people) -> None:
    first, second = asking(version), asking(version, "Second")
    campaigns.start(first, NOW)
    campaigns.close(first, NOW)
    campaigns.start(second, NOW)
    assert set(standings(first).values()) == {"revoked"}
    assert set(standings(second).values()) == {"planned"}


def test_the_database_holds_the_cap_against_whoever_forgets_the_lock(version, people) -> None:
    campaigns.start(asking(version), NOW)
    person = Contact.objects.get(name="Ann")
    stray = LedgerEntry.objects.filter(scope=1, subject=person.pk).get()
    stray.pk = None
    LedgerEntry.objects.bulk_create([stray], ignore_conflicts=True)
    assert LedgerEntry.objects.filter(scope=1, subject=person.pk).count() == 1


def test_a_company_of_many_costs_as_many_statements_as_one_of_few(
    version, people, django_assert_max_num_queries
) -> None:
    for n in range(50):
        customer = Customer.objects.create(code=f"M{n}", name=f"Many {n}")
        Contact.objects.create(customer=customer, name="One", email=f"one{n}@example.com")
    with django_assert_max_num_queries(45):
        assert campaigns.start(asking(version), NOW) == 54
