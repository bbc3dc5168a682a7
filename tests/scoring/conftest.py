import datetime as dt

import pytest

from customers.models import Customer, Order, OrderLine
from scoring import defaults
from tests.records import at, customer, product, sent_back

AS_OF = dt.date(2025, 7, 1)


@pytest.fixture
def company(organisation) -> list[Customer]:
    """40 customers who buy every so many days; the higher the number, the more seldom."""
    defaults.load(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    customers = [
        customer(segment="Retail" if number % 2 else "Wholesale", tier="ABCD"[number % 4]) for number in range(40)
    ]
    orders = [
        Order(
            customer=buyer,
            number=f"{buyer.code}-{day}",
            placed_at=at(AS_OF - dt.timedelta(days=day)),
            currency="GBP",
            amount=5000 + 37 * number,
        )
        for number, buyer in enumerate(customers)
        for day in range(700 + number, number * 5, -(25 + 6 * (number % 9)))
    ]
    Order.objects.bulk_create(orders)
    goods = product()
    lines = [
        OrderLine(order=each, customer=each.customer, product=goods, quantity=3, amount=each.amount) for each in orders
    ]
    OrderLine.objects.bulk_create(lines)
    sent_back(lines[0], AS_OF - dt.timedelta(days=5), 1, 900)
    return customers
