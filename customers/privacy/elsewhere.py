"""What other apps keep of a person. They add themselves, because this app knows nothing of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Person:
    """A contact of a customer, or, without one, the customer that is a person."""

    customer: int
    contact: int | None = None


@dataclass(frozen=True)
class Keeper:
    """`records`: what is kept of the person, by its name; `erase`: removes it with the words that tell
    who it was, in the transaction that is under way, and returns how much of what."""

    records: Callable[[Person], dict[str, QuerySet]]
    erase: Callable[[Person, list[str]], dict[str, int]]


KEEPERS: list[Keeper] = []


def records(person: Person) -> dict[str, QuerySet]:
    return {name: rows for keeper in KEEPERS for name, rows in keeper.records(person).items()}


def erase(person: Person, words: list[str]) -> dict[str, int]:
    return {name: count for keeper in KEEPERS for name, count in keeper.erase(person, words).items()}
