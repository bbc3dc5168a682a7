"""Undo puts back what was there and leaves what somebody touched."""

import pytest
from django.db import connection

from crmquality.office.models import RecordKeeping
from customers.imports.errors import ImportRefused
from customers.imports.progress import Silent
from customers.imports.undo import undo
from customers.models import ChangedCustomer, Customer, CustomerPhase, Order, OrderLine, Product, Return
from tests.records import order


def test_undoing_removes_everything_the_import_made(bring_in, uci):
    run = undo(bring_in("orders", uci, preset="uci-online-retail"), Silent())
    assert run.status == "undone" and run.left_by_undo == {}
    for model in (Customer, CustomerPhase, Product, Order, OrderLine, Return, RecordKeeping):
        assert not model.objects.exists()


def test_import_undo_import_gives_the_same_again(bring_in, uci):
    first = bring_in("orders", uci, preset="uci-online-retail")
    undo(first, Silent())
    again = bring_in("orders", uci, preset="uci-online-retail")
    assert (again.created, again.money_accepted) == (first.created, first.money_accepted)


def test_updated_rows_get_their_old_values_back(bring_in, uci):
    bring_in("orders", uci, preset="uci-online-retail")
    before = list(Order.objects.order_by("id").values()), list(OrderLine.objects.order_by("id").values())
    changed = uci.replace("LANTERN,3,", "LANTERN,4,").replace("2010-12-05", "2010-12-06")
    run = bring_in("orders", changed, preset="uci-online-retail")
    assert run.updated == 2
    ChangedCustomer.objects.all().delete()
    undo(run, Silent())
    assert before == (list(Order.objects.order_by("id").values()), list(OrderLine.objects.order_by("id").values()))
    assert ChangedCustomer.objects.exists()


def test_a_customer_with_a_later_order_and_a_renamed_product_stay_and_are_listed(bring_in, uci):
    run = bring_in("orders", uci, preset="uci-online-retail")
    order(Customer.objects.get(), "2011-05-05", number="own")
    Product.objects.filter(code="71053").update(name="Lamp")
    run = undo(run, Silent())
    assert list(Order.objects.values_list("number", flat=True)) == ["own"]
    assert run.left_by_undo["rows"] == [
        {"target": "customer", "why": "referenced", "label": "17850"},
        {"target": "product", "why": "changed", "label": "71053"},
    ]


def test_a_line_changed_since_stays_with_its_order_and_the_sum_follows(bring_in, uci):
    run = bring_in("orders", uci, preset="uci-online-retail")
    OrderLine.objects.filter(product__code="71053", occurrence=1).update(amount=999)
    run = undo(run, Silent())
    assert list(OrderLine.objects.values_list("amount", flat=True)) == [999]
    assert Order.objects.get().amount == 999
    assert {row["target"] for row in run.left_by_undo["rows"]} == {"orderline", "order", "product", "customer"}


def test_a_later_import_keeps_what_it_refers_to(bring_in, uci):
    first = bring_in("orders", uci, preset="uci-online-retail")
    more = uci.splitlines()[0] + "\n536380,85123A,HEART,1,2010-12-20 09:00:00,2.55,17850,United Kingdom\n"
    bring_in("orders", more, preset="uci-online-retail")
    undo(first, Silent())
    assert list(Order.objects.values_list("number", flat=True)) == ["536380"]
    assert Customer.objects.count() == Product.objects.count() == 1


def test_an_import_is_undone_once(bring_in, uci):
    run = undo(bring_in("orders", uci, preset="uci-online-retail"), Silent())
    with pytest.raises(ImportRefused, match="only once"):
        undo(run, Silent())


def test_parents_and_children_of_one_file_go_together(bring_in):
    run = bring_in("customers", "code,name,parent\nA,One,\nB,Two,A\n")
    assert undo(run, Silent()).left_by_undo == {} and not Customer.objects.exists()


def test_an_import_after_an_undo_knows_how_large_the_tables_are(bring_in):
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_order, customers_orderline")  # while they are empty
        lines = "".join(f"{n},C-{n % 7},2025-01-05,P-1,1,2.50\n" for n in range(1200))
        bring_in("orders", f"order number,customer code,order date,product code,quantity,unit price\n{lines}")
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'customers_orderline'::regclass")
        assert cursor.fetchone() == (1200,)
