"""Customers, products and returns from files of their own, and CDNOW."""

from crmquality.office.models import RecordKeeping
from customers.models import Customer, Order, OrderLine, Product, Return
from tests.people import member
from tests.records import customer, line, order, product


def test_customers_are_created_updated_and_left_unchanged(bring_in):
    member("li", "agent")
    text = "Record Id,客户编号,客户名称,客户级别,负责人,上级客户编号\nz1,A,阿尔法,A级,li,\nz2,B,贝塔,b,,A\n"
    assert bring_in("customers", text, source="zoho").created == 2
    beta = Customer.objects.get(code="B")
    assert (beta.name, beta.tier, beta.parent.code, beta.external_id) == ("贝塔", "B", "A", "z2")
    assert Customer.objects.get(code="A").owner.username == "li"
    again = bring_in("customers", text.replace("贝塔", "贝塔公司"), source="zoho")
    assert (again.updated, again.unchanged) == (1, 1)


def test_bad_customers_are_rejected_with_their_reason(bring_in):
    text = "code,name,owner,parent,tier\nA,One,nobody,,\nB,Two,,ZZ,\nC,Three,,C,\nD,Four,,,X\nE,Five,,,\nE,Six,,,\nF,Seven,,B,\n"
    run = bring_in("customers", text)
    assert run.rejected_by_reason == {
        "unknown_parent": 2, "parent_is_itself": 1, "repeated_key": 1, "unknown_owner": 1, "unreadable": 1,
    }  # fmt: skip
    assert run.created == 1


def test_products_get_their_line(bring_in):
    text = "sku,product name,category\nP1,Pen,Office\nP2,Desk,Furniture\nP1,Again,Office\n"
    run = bring_in("products", text)
    assert (run.created, run.rejected_by_reason) == (2, {"repeated_key": 1})
    assert Product.objects.get(code="P2").line.name == "Furniture"
    assert bring_in("products", text).unchanged == 2


def test_returns_find_their_order_line_by_order_number(bring_in):
    buyer, pen = customer("A"), product("P")
    older, newer = (order(buyer, day, number=n) for day, n in (("2011-01-05", "1"), ("2011-02-05", "2")))
    line(older, pen, quantity=3), line(newer, pen, quantity=3)
    text = "return number,order number,customer code,product code,quantity,amount,return date\n"
    run = bring_in(
        "returns", text + "R1,1,A,P,2,4.00,2011-03-01\nR2,9,A,P,2,4.00,2011-03-01\nR3,,A,P,1,2.00,2011-01-01\n"
    )
    assert run.rejected_by_reason == {"no_earlier_purchase": 2}
    sent = Return.objects.get()
    assert (sent.line.order, sent.amount, sent.number) == (older, 400, "R1/P/1")
    assert RecordKeeping.objects.filter(kind="returns").exists()
    assert bring_in("returns", text + "R1,1,A,P,2,4.00,2011-03-01\n").unchanged == 1


def test_cdnow_master_and_sample_name_the_same_customers(bring_in):
    master = " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n 00001 19970101  2   20.00\n 00002 19970112  1   0.00\n"
    run = bring_in("orders", master, preset="cdnow")
    assert (run.created, run.money_accepted, run.rejected) == (3, 3177, 0)
    assert Order.objects.get(number="00001-19970101").lines.count() == 2
    sample = " 00001 0001 19970101  1   11.77\n 00001 0001 19970101  2   20.00\n"
    # The same lines; only the sample's own id is new to them.
    assert bring_in("orders", sample, preset="cdnow").updated == 2
    assert OrderLine.objects.values_list("product__code", flat=True).distinct().get() == "CD"
