"""A questionnaire, a running campaign and somebody to ask."""

import datetime as dt

import pytest

from customers.models import Contact, Customer
from surveys.models import Campaign, Invitation, Question, Questionnaire, Version
from tests.customers.imports.conftest import bring_in, write

__all__ = ["bring_in", "write"]

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def version(db) -> Version:
    """A recommendation question, its reason and an overall satisfaction of 1 to 5; not frozen."""
    made = Version.objects.create(
        questionnaire=Questionnaire.objects.create(slug="nps", name="NPS"),
        number=1,
        title={"en": "How are we doing?", "zh-hans": "我们做得怎么样？"},
    )
    Question.objects.create(
        version=made, key="nps", position=1, kind="nps", scale_max=10, measure="recommendation", is_required=True,
        text={"en": "How likely are you to recommend us?", "zh-hans": "您有多大可能推荐我们？"},
    )  # fmt: skip
    Question.objects.create(
        version=made, key="why", position=2, kind="text", text={"en": "Why?", "zh-hans": "为什么？"}
    )
    Question.objects.create(
        version=made, key="overall", position=3, kind="satisfaction", scale_max=5, measure="satisfaction",
        text={"en": "How satisfied are you overall?", "zh-hans": "您总体满意吗？"},
    )  # fmt: skip
    return made


@pytest.fixture
def campaign(version: Version) -> Campaign:
    """Running since NOW, identified, by e-mail."""
    version.freeze(NOW)
    return Campaign.objects.create(name="Spring", version=version, state="running", started_at=NOW, opens_at=NOW)


@pytest.fixture
def contact(db) -> Contact:
    customer = Customer.objects.create(code="C1", name="Acme Ltd", segment="retail", tier="A")
    return Contact.objects.create(customer=customer, name="Ann", email="ann@example.com", language="en")


@pytest.fixture
def invitation(campaign: Campaign, contact: Contact) -> Invitation:
    return Invitation.objects.create(
        campaign=campaign, customer=contact.customer, contact=contact, due_at=NOW, is_anonymous=False
    )


@pytest.fixture
def people(contact: Contact) -> list[Contact]:
    """Ann decides at Acme where Bob is a user; Chen and Dora are at companies of their own."""
    acme = contact.customer
    Contact.objects.filter(pk=contact.pk).update(role="decision_maker", is_primary=True)
    chen = Customer.objects.create(code="C2", name="陈氏", segment="retail", tier="B", region="North")
    dora = Customer.objects.create(code="C3", name="Dora Ltd", segment="industry", tier="A")
    Contact.objects.create(customer=acme, name="Bob", email="bob@example.com", role="user")
    Contact.objects.create(customer=chen, name="Chen", email="chen@example.com", language="zh-hans")
    Contact.objects.create(customer=dora, name="Dora", email="dora@example.com")
    return list(Contact.objects.order_by("name"))


def asking(version: Version, name: str = "Wave", **fields: object) -> Campaign:
    """A draft that asks everybody by e-mail."""
    return Campaign.objects.create(name=name, version=version, **fields)
