"""Who is calling? Customers and contacts by code, name, phone number or e-mail address."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from django.db.models.functions import Lower
from django.http import QueryDict

from crmquality.lib.text import normalised, phone_key
from crmquality.office.models import Member

from .access import customer_read, customers_read
from .models import Contact, Customer
from .models.customer import CustomerQuerySet

LIMIT = 8
# A name of one Chinese character is a name; one letter of the alphabet is none.
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """A customer, and the contact through whom it was found, if that is how."""

    customer: Customer
    contact: Contact | None = None

    @property
    def url(self) -> str:
        """The customer's page, where one key logs a call with the contact."""
        return self.customer.get_absolute_url() + (f"?contact={self.contact.pk}" if self.contact else "")

    @property
    def query(self) -> str:
        """Both, as the query of an address."""
        contact = {"contact": self.contact.pk} if self.contact else {}
        return urlencode({"customer": self.customer.code, **contact})


def find(visible: CustomerQuerySet, text: str, limit: int = LIMIT) -> list[Found]:
    """The best matches among the `visible` customers: exact code, who is reached there, names."""
    wanted = normalised(text)
    if len(wanted) < SHORTEST and wanted.isascii():
        return []
    customers = visible.select_related("owner")
    contacts = Contact.objects.filter(customer__in=visible).select_related("customer__owner")
    sources = [
        (Found(each) for each in customers.filter(code__in={text.strip(), text.strip().upper()})),
        (Found(each.customer, each) for each in contacts.reached_by(text).order_by("left_on", "name")[:limit]),
        (Found(each) for each in _reached(customers, text)[:limit]),
        (Found(each) for each in customers.matching(text).order_by("name", "id")[:limit]),
        (Found(each.customer, each) for each in contacts.named(text).order_by("name", "id")[:limit]),
    ]
    found: dict[tuple[int, int], Found] = {}
    for source in sources:
        for each in source:
            found.setdefault((each.customer.pk, each.contact.pk if each.contact else 0), each)
    return list(islice(found.values(), limit))


def _reached(customers: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Those with this number or address of their own, as `Contact.objects.reached_by`."""
    if "@" in text:
        return customers.alias(lower_email=Lower("email")).filter(lower_email=text.strip().lower())
    key = phone_key(text)
    return customers.filter(phone_keys__contains=[key]) if key else customers.none()


def who(member: Member, asked: QueryDict) -> tuple[Customer | None, list[Found]]:
    """The customer, or who may be meant by what was typed."""
    if asked.get("customer"):
        return customer_read(member, asked.get("customer", "")), []
    found = find(customers_read(member), asked.get("customer_text", ""))
    customers = {each.customer.pk: each.customer for each in found}
    return (next(iter(customers.values())), []) if len(customers) == 1 else (None, found)


def reached(text: str) -> tuple[list[Customer], list[Contact]]:
    """Every customer with this number or address, its own or of one of its people, and those people."""
    contacts = list(Contact.objects.filter(left_on=None).reached_by(text).select_related("customer"))
    customers = {each.customer.pk: each.customer for each in contacts}
    customers |= {each.pk: each for each in _reached(Customer.objects.all(), text)}
    return list(customers.values()), contacts


def is_reach(text: str) -> bool:
    """Is `text` a phone number or an e-mail address, rather than a name?"""
    return "@" in text or (bool(phone_key(text)) and not any(letter.isalpha() for letter in normalised(text)))
