import pytest

from customers.finding import find, is_reach
from customers.models import Customer
from tests.records import contact, customer


@pytest.fixture
def buyer(organisation):
    return customer("C-1", name="上海精工有限公司", phone="(021) 6123 4567", email="Office@Example.com")


def names(text, visible=None):
    visible = Customer.objects.all() if visible is None else visible
    return [str(found.contact or found.customer) for found in find(visible, text)]


@pytest.mark.parametrize(
    "text", ["13800138000", "+86 138-0013-8000", "138 0013 8000", "１３８００１３８０００", "0086 138 0013 8000 ext 12"]
)
def test_a_caller_is_found_by_the_number_in_any_writing(buyer, text):
    contact(buyer, "李娜", mobile="138-0013-8000")
    contact(buyer, "Somebody else", mobile="139 9999 9999")
    assert names(text) == ["李娜"]


@pytest.mark.parametrize("text", ["c-1", "C-1", "精工", "61234567", "office@example.COM"])
def test_a_customer_is_found_by_code_name_number_and_address(buyer, text):
    assert names(text) == ["上海精工有限公司"]


@pytest.mark.parametrize("text", ["li.na@example.com", "李", "李娜", "娜"])
def test_a_contact_is_found_by_address_and_name(buyer, text):
    contact(buyer, "李娜", email="Li.Na@example.com")
    assert names(text) == ["李娜"]


@pytest.mark.parametrize("text", ["", " ", "x", "12345678", "nobody@example.com", "%", "王"])
def test_nobody_is_found_by_what_nobody_has(buyer, text):
    contact(buyer, "李娜", phone="61234567")
    assert names(text) == []


def test_whoever_reaches_the_number_comes_before_names(buyer):
    customer("C-2", name="Shop 61234567")
    contact(buyer, "李娜", phone="021-61234567")
    assert names("61234567") == ["李娜", "上海精工有限公司", "Shop 61234567"]


def test_others_customers_are_not_found_by_their_contacts_either(buyer, agent):
    contact(buyer, "李娜", mobile="13800138000", email="li@example.com")
    own = Customer.objects.visible_to(agent)
    for text in ("13800138000", "li@example.com", "李娜", "61234567", "C-1", "精工"):
        assert names(text, own) == []


def test_finding_costs_the_same_for_one_and_for_many(buyer, django_assert_num_queries):
    for number in range(30):
        contact(customer(name=f"精工 {number}"), f"精工 {number}", phone="021 6123 4567")
    for text in ("精工", "021 61234567"):
        with django_assert_num_queries(5 if text[0] == "0" else 3):
            assert len(find(Customer.objects.all(), text)) == 8


@pytest.mark.parametrize("text, expected", [("13800138000", True), ("a@b", True), ("C-10023", False), ("精工", False)])
def test_a_number_is_told_from_a_name(text, expected):
    assert is_reach(text) is expected
