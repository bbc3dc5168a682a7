"""Which customers are suspected to be the same."""

import pytest

from customers import duplicates
from tests import records

pytestmark = pytest.mark.django_db


def codes() -> list[tuple[str, str, list[str]]]:
    return [(pair.low.code, pair.high.code, [str(why) for why in pair.why]) for pair in duplicates.suspected(50)[0]]


def test_names_are_compared_without_company_words_case_width_and_signs() -> None:
    for name in ("Acme Ltd.", "ＡＣＭＥ", "上海澄帆供应有限公司", "上海澄帆供应", "Colt Co", "Colt Ltd"):
        records.customer(name=name)
    records.customer(name="Something else")
    assert [why for _low, _high, why in codes()] == [["same name"]] * 3


def test_numbers_and_addresses_of_contacts_count_too() -> None:
    one = records.customer("A", name="One", phone="021 6123 4567")
    other = records.customer("B", name="Two")
    records.contact(other, mobile="+86 21 61234567")
    records.contact(one, email="li@example.com")
    records.contact(other, email="LI@example.com")
    assert codes() == [("A", "B", ["same e-mail", "same phone number"])]


def test_a_number_that_many_share_says_nothing() -> None:
    for n in range(duplicates.LARGEST_GROUP + 1):
        records.customer(name=f"Firm {n} x{n}", phone="400 800 8000")
    assert codes() == []


def test_a_pair_judged_distinct_is_not_suggested_again() -> None:
    one, other = records.customer(name="Acme"), records.customer(name="ACME")
    duplicates.keep_apart(other, one, None)
    duplicates.keep_apart(one, other, None)
    assert codes() == []


def test_nothing_is_suspected_where_nothing_is() -> None:
    assert duplicates.suspected(50) == ([], 0)
