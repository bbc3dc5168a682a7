"""Builders of records: keyword functions that fill in what a test does not care about."""

import datetime as dt
from itertools import count
from zoneinfo import ZoneInfo

from complaints import life
from complaints.models import Actor, Case
from customers.models import (
    Contact,
    Customer,
    FollowUp,
    Interaction,
    Opportunity,
    Order,
    OrderLine,
    Product,
    Return,
    ServiceContract,
)
from surveys.models import Answer, Campaign, Question, Questionnaire, Response, Version

numbers = count(1)
ZONE = ZoneInfo("Europe/London")


def at(day: str | dt.date, hour: int = 12) -> dt.datetime:
    """Noon (or `hour`) of a local day."""
    day = dt.date.fromisoformat(day) if isinstance(day, str) else day
    return dt.datetime.combine(day, dt.time(hour), tzinfo=ZONE)


def customer(code: str = "", **fields: object) -> Customer:
    code = code or f"C-{next(numbers):05}"
    return Customer.objects.create(**{"code": code, "name": f"Customer {code}", **fields})


def order(buyer: Customer, placed: str | dt.date, amount: int = 10_000, **fields: object) -> Order:
    given = {"number": f"N{next(numbers)}", "currency": "GBP", "placed_at": at(placed), **fields}
    return Order.objects.create(customer=buyer, amount=amount, **given)


def line(of: Order, product: Product, quantity: int = 1, **fields: object) -> OrderLine:
    return OrderLine.objects.create(order=of, product=product, quantity=quantity, **{"amount": of.amount, **fields})


def product(code: str = "", **fields: object) -> Product:
    return Product.objects.create(code=code or f"P{next(numbers)}", **fields)


def sent_back(of: OrderLine, returned: str | dt.date, quantity: int = 1, amount: int = 0) -> Return:
    return Return.objects.create(
        line=of, number=f"R{next(numbers)}", quantity=quantity, amount=amount, returned_at=at(returned)
    )


def contact(of: Customer, name: str = "", **fields: object) -> Contact:
    return Contact.objects.create(customer=of, name=name or f"Contact {next(numbers)}", **fields)


def interaction(with_: Customer, occurred: str | dt.date, channel: str = "phone", **fields: object) -> Interaction:
    given = {"direction": "out", "occurred_at": at(occurred), **fields}
    return Interaction.objects.create(customer=with_, channel=channel, **given)


def follow_up(with_: Customer, due_on: str | dt.date, **fields: object) -> FollowUp:
    return FollowUp.objects.create(customer=with_, due_on=due_on, **{"subject": "Call back", **fields})


def opportunity(at_: Customer, opened_on: str | dt.date, **fields: object) -> Opportunity:
    return Opportunity.objects.create(customer=at_, opened_on=opened_on, **{"name": "More", **fields})


def contract(with_: Customer, starts_on: str | dt.date, ends_on: str | dt.date, **fields: object) -> ServiceContract:
    return ServiceContract.objects.create(
        customer=with_, starts_on=starts_on, ends_on=ends_on, **{"name": "Service", **fields}
    )


def case(received: str | dt.datetime = "2025-03-03", of: Customer | None = None, **fields: object) -> Case:
    """A case that came in at noon of a day, with its clocks, given to whom the rules say."""
    moment = received if isinstance(received, dt.datetime) else at(received)
    given = {"subject": "It came late", "received_at": moment, "customer": of, **fields}
    return life.receive(Case(**given), Actor.system("test"), moment)


def questionnaire(slug: str = "", **questions: dict[str, object]) -> Version:
    """A frozen questionnaire with these questions by key, each with its fields."""
    made = Questionnaire.objects.create(slug=slug or f"q{next(numbers)}", name="Survey")
    version = Version.objects.create(questionnaire=made, number=1, title={"en": "Survey"})
    for position, (key, fields) in enumerate(questions.items(), start=1):
        given = {"text": {"en": key}, **fields}
        Question.objects.create(version=version, key=key, position=position, **given)
    version.freeze(at("2020-01-01"))
    return version


def campaign(of: Version, started: str = "2020-01-01", **fields: object) -> Campaign:
    """A running wave."""
    given = {"name": "Wave", "state": "running", "started_at": at(started), **fields}
    return Campaign.objects.create(version=of, **given)


def response(
    in_: Campaign, said: str, by: Customer | None = None, answers: dict[str, int] | None = None, **fields: object
) -> Response:
    """What a customer answered at noon of a day, by question; nobody's where `by` is None."""
    person = {"is_anonymous": True} if by is None else {"customer": by, "submitted_at": at(said), "is_anonymous": False}
    made = Response.objects.create(**{"campaign": in_, "via": "link", **person, **fields})
    questions = {each.key: each for each in in_.version.questions.all()}
    for key, value in (answers or {}).items():
        asked = questions[key]
        Answer.objects.create(
            response=made, campaign=in_, question=asked, key=key, value=value, scale_min=asked.scale_min,
            scale_max=asked.scale_max, measure=asked.measure, attribute=asked.attribute, stage=asked.stage,
        )  # fmt: skip
    return made
