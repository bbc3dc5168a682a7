import datetime as dt

import pytest

from scoring import defaults
from tests.records import customer, line, order, product, sent_back

AS_OF = dt.date(2025, 7, 1)


@pytest.fixture
def company(organisation):
    """60 customers who buy every so many days; the higher the number, the more seldom."""
    defaults.load(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    goods = product()
    customers = []
    for number in range(60):
        buyer = customer(segment="Retail" if number % 2 else "Wholesale", tier="ABCD"[number % 4])
        day = AS_OF - dt.timedelta(days=700 + number)
        while day < AS_OF - dt.timedelta(days=number * 4):
            line(order(buyer, day, 5000 + 37 * number), goods, 3)
            day += dt.timedelta(days=20 + 5 * (number % 11))
        customers.append(buyer)
    sent_back(customers[0].orders.first().lines.get(), AS_OF - dt.timedelta(days=5), 1, 900)
    return customers
