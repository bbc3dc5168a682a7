"""Names of companies that do not exist."""

import re

import numpy as np

from crmquality.demo.catalogue import SEGMENTS
from crmquality.demo.names import CHINESE_TRADES, ENGLISH_TRADES, OVERSEAS, name_customers
from crmquality.demo.streams import stream


def named(first: int, size: int, seed: int = 1):
    segment = np.arange(size) % len(SEGMENTS)
    return name_customers(seed, np.arange(first, first + size), segment, stream(seed, 0, "names"))


def test_a_hundred_thousand_customers_have_different_names():
    assert len(set(named(1, 100_000).name)) == 100_000


def test_names_come_in_both_scripts_and_go_with_the_region():
    people = named(1, 5_000)
    chinese = [bool(re.search("[一-鿿]", name)) for name in people.name]
    assert 0.65 < np.mean(chinese) < 0.80
    assert all((region in OVERSEAS) != own for region, own in zip(people.region, chinese, strict=True))
    # A name is in one script alone: search for either must not rely on the other.
    assert not any(re.search("[A-Za-z]", name) for name, own in zip(people.name, chinese, strict=True) if own)


def test_companies_say_what_they_are_and_persons_do_not():
    people = named(1, 600)
    organisations = [name for row, name in enumerate(people.name) if row % len(SEGMENTS) != len(SEGMENTS) - 1]
    chinese = [name for name in organisations if re.search("[一-鿿]", name)]
    assert all(name.endswith("公司") for name in chinese)
    persons = [name for row, name in enumerate(people.name) if row % len(SEGMENTS) == len(SEGMENTS) - 1]
    assert all(len(name) == 3 or re.fullmatch(r"[A-Z]\w+ [A-Z]\w+", name) for name in persons)


def test_every_industry_has_its_words():
    industries = {industry for segment in SEGMENTS for industry in segment.industries}
    assert industries == set(CHINESE_TRADES) == set(ENGLISH_TRADES)
