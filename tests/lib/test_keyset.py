import pytest
from django.http import QueryDict

from crmquality.lib.keyset import Cursor, Order, page, page_asked_for
from customers.models import Customer
from tests.records import customer
from tests.scores import score

BY_SCORE = Order("current_score__score", is_descending=True, is_nullable=True, parse=float)
BY_NAME = Order("name")


@pytest.fixture
def ranked(db):
    """Seven customers: 90, 80, 80, 80, 10, and two without a score."""
    customers = [customer() for _ in range(7)]
    for each, value in zip(customers, [80, 90, 80, 10, 80], strict=False):
        score(each, float(value))
    return [customers[place] for place in (1, 4, 2, 0, 3, 5, 6)]


def walk(order, size, name="next"):
    """All rows, page by page along the links."""
    found, query = [], ""
    while True:
        answer = page_asked_for(Customer.objects.all(), order, QueryDict(query), size)
        found.append(answer.rows)
        query = answer.next
        if not query:
            return found


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7, 10])
def test_the_pages_hold_every_row_once_in_order_and_those_without_a_value_last(ranked, size):
    assert [row for rows in walk(BY_SCORE, size) for row in rows] == ranked


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_going_back_shows_the_same_pages(ranked, size):
    query, forward = "", []
    while True:
        answer = page_asked_for(Customer.objects.all(), BY_SCORE, QueryDict(query), size)
        forward.append(answer.rows)
        if not answer.next:
            break
        query = answer.next
    backward = [answer.rows]
    while answer.previous:
        answer = page_asked_for(Customer.objects.all(), BY_SCORE, QueryDict(answer.previous), size)
        backward.append(answer.rows)
    assert [row for rows in backward[::-1] for row in rows] == ranked


def test_links_keep_the_rest_of_the_address(ranked):
    answer = page_asked_for(Customer.objects.all(), BY_NAME, QueryDict("q=x&band=A&band=B"), 2)
    kept = QueryDict(answer.next)
    assert kept.getlist("band") == ["A", "B"] and kept["q"] == "x" and "after" in kept


def test_the_first_page_has_no_page_before_it_and_the_last_none_after(ranked):
    only = page(Customer.objects.all(), BY_NAME, None, 10)
    assert (only.previous, only.next) == ("", "")


@pytest.mark.parametrize("text", ["", "nonsense", "W10", "bnVsbA", "WzEsICJ4Il0", "é", "WyJ4IiwxXQ", "W05hTiwxXQ"])
def test_a_cursor_that_is_none_shows_the_first_page(ranked, text):
    answer = page_asked_for(Customer.objects.all(), BY_SCORE, QueryDict(f"after={text}"), 3)
    assert answer.rows == ranked[:3]


def test_a_cursor_reads_back_what_it_wrote():
    for value in (12.345678901234567, None):
        order = Order("x", parse=float)
        assert Cursor.decode(Cursor(value, 7).encode(), order, False) == Cursor(value, 7)
