"""A client per person, and a company with records of every kind."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone
from rest_framework.test import APIClient

from crmquality.office import tokens
from customers.models import (
    AcquisitionSpend,
    Attachment,
    Consent,
    Customer,
    JointProject,
    Loss,
    Need,
    ProductLine,
    Reason,
)
from scoring.models import RunFigure
from surveys.models import Campaign, Invitation
from tests import scores
from tests.records import (
    at,
    campaign,
    case,
    contact,
    contract,
    customer,
    follow_up,
    interaction,
    line,
    opportunity,
    order,
    product,
    questionnaire,
    response,
    sent_back,
)

EVERYTHING = ["read", "write", "evaluate"]


@pytest.fixture(autouse=True)
def _no_throttling_by_other_tests():
    cache.clear()


def client_of(member, scopes=EVERYTHING) -> APIClient:
    """A client with a token of the member; of nobody without."""
    client = APIClient()
    if member:
        token = tokens.make(member, f"test {timezone.now()} {scopes}", scopes, timezone.now() + dt.timedelta(days=1))
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def full_customer(owner=None, code="") -> Customer:
    """A customer with a record of every kind."""
    buyer = customer(code, owner=owner, segment="Retail", tier="A")
    who = contact(buyer, is_primary=True)
    Consent.objects.create(contact=who, purpose="surveys", is_given=True, source="Mail", given_on="2025-01-01")
    talk = interaction(buyer, "2025-01-01", contact=who, member=owner)
    follow_up(buyer, "2025-01-02", contact=who, owner=owner)
    opportunity(buyer, "2025-01-01", contact=who, owner=owner, amount=100, product_line=ProductLine.objects.first())
    contract(buyer, "2025-01-01", "2025-12-31")
    Loss.objects.create(customer=buyer, lost_on="2025-01-01", reason=Reason.objects.first())
    Need.objects.create(customer=buyer, text="More", raised_on="2025-01-01")
    JointProject.objects.create(customer=buyer, name="Lamp", started_on="2025-01-01")
    Attachment.objects.create(customer=buyer, interaction=talk, name="a.pdf", content_type="application/pdf", size=1)
    sold = line(order(buyer, "2025-01-01"), product(code.replace("C", "P")), 3)
    sent_back(sold, "2025-02-01")
    case("2025-01-01", buyer)
    scores.score(buyer, 50.0)
    wave = Campaign.objects.filter(channel="links").first() or _wave()
    asked = Invitation.objects.create(
        campaign=wave, customer=buyer, contact=who, due_at=at("2025-01-01"), standing="sent", is_anonymous=False
    )
    Invitation.objects.filter(pk=asked.pk).update(is_answered=True, answered_at=at("2025-01-03"))
    response(wave, "2025-01-03", buyer, {"nps": 9}, invitation=asked, contact=who)
    return buyer


def _wave() -> Campaign:
    nps = {"kind": "nps", "scale_max": 10, "measure": "recommendation"}
    return campaign(questionnaire("nps", nps=nps), channel="links")


@pytest.fixture
def company(organisation, agent) -> list[Customer]:
    """C-1 is the agent's, C-2 nobody's; with what belongs to no customer, and a run with figures."""
    ProductLine.objects.create(name="Lamps")
    Reason.objects.create(name="Price")
    AcquisitionSpend.objects.create(channel="Fair", month="2025-01-01", amount=5)
    by = scores.run(dt.date(2025, 7, 1))
    RunFigure.objects.create(run=by, cut="all", indicator="retention_rate", value=0.9, low=0.8, high=0.95, n=100)
    return [full_customer(agent, "C-1"), full_customer(None, "C-2")]
