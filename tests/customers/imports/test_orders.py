"""What an orders file becomes."""

import datetime as dt

import pytest

from crmquality.office.models import Organisation, RecordKeeping
from customers.imports.errors import DateOrderNeeded, ImportRefused
from customers.models import ChangedCustomer, Customer, ImportRun, Order, OrderLine, Product, Return
from tests.records import customer, line, order, product

HEADER = "order number,customer code,order date,product code,quantity,unit price\n"


def test_the_preset_counts_every_line_once_and_states_every_rule(bring_in, uci):
    run = bring_in("orders", uci, preset="uci-online-retail")
    assert run.lines_read == 11 == run.created + run.rejected
    assert run.rejected_by_reason == {
        "no_customer": 1, "price_not_positive": 1, "not_a_product": 1, "exact_duplicate": 1, "no_earlier_purchase": 1,
    }  # fmt: skip
    assert run.money_accepted == run.money_in_file == 1530 + 1017 + 678 + 510 - 1275 - 255


def test_orders_carry_the_sum_of_their_lines_and_the_customers_region(bring_in, uci):
    bring_in("orders", uci, preset="uci-online-retail")
    assert list(Order.objects.order_by("number").values_list("number", "amount")) == [("536365", 3225), ("536366", 510)]
    known = Customer.objects.get()
    assert (known.code, known.name, known.region) == ("17850", "Customer 17850", "United Kingdom")
    assert known.external_source == "uci-online-retail"
    assert OrderLine.objects.filter(product__code="71053").values_list("occurrence", "quantity").count() == 2


def test_a_cancellation_returns_the_latest_purchase_that_still_has_the_units(bring_in, uci):
    bring_in("orders", uci, preset="uci-online-retail")
    # Five units: only the first order has as many. One unit: the latest order has it.
    assert list(
        Return.objects.order_by("number").values_list("number", "line__order__number", "quantity", "amount")
    ) == [
        ("C536370/85123A/1", "536365", 5, 1275),
        ("C536371/85123A/1", "536366", 1, 255),
    ]


def test_the_same_file_again_changes_no_row(bring_in, uci):
    bring_in("orders", uci, preset="uci-online-retail")
    ChangedCustomer.objects.all().delete()
    again = bring_in("orders", uci, preset="uci-online-retail")
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 6, 5)
    assert not ChangedCustomer.objects.exists() and not again.changes.exists()


def test_a_dry_run_tells_the_same_numbers_and_writes_nothing(bring_in, uci):
    dry = bring_in("orders", uci, preset="uci-online-retail", dry_run=True)
    assert not Customer.objects.exists() and not RecordKeeping.objects.exists()
    real = bring_in("orders", uci, preset="uci-online-retail")
    for name in ("created", "rejected", "rejected_by_reason", "money_accepted", "money_in_file"):
        assert getattr(dry, name) == getattr(real, name)


def test_a_changed_quantity_updates_one_line_and_its_order(bring_in, uci):
    bring_in("orders", uci, preset="uci-online-retail")
    again = bring_in("orders", uci.replace("LANTERN,3,", "LANTERN,4,"), preset="uci-online-retail")
    assert (again.updated, again.unchanged) == (1, 5)
    assert Order.objects.get(number="536365").amount == 3225 + 339
    assert again.money_accepted == again.money_in_file == 4 * 339


def test_since_when_records_are_kept_is_the_files_beginning(bring_in, uci):
    run = bring_in("orders", uci, preset="uci-online-retail")
    assert dict(RecordKeeping.objects.values_list("kind", "since")) == {
        "orders": dt.date(2010, 12, 1), "returns": dt.date(2010, 12, 1),
    }  # fmt: skip
    assert run.record_keeping["orders"] == [None, "2010-12-01"]


def test_times_are_local_and_a_repeated_hour_is_its_first_pass(bring_in):
    bring_in("orders", HEADER + "1,A,2011-07-01 09:00,P,1,5\n2,A,2011-10-30 01:30,P,1,5\n3,A,2011-03-27 01:30,P,1,5\n")
    utc = {o.number: o.placed_at.strftime("%H:%M") for o in Order.objects.all()}
    assert utc == {"1": "08:00", "2": "00:30", "3": "01:30"}


def test_ambiguous_dates_are_asked_and_a_later_line_may_decide(bring_in):
    with pytest.raises(DateOrderNeeded, match="day first or month first"):
        bring_in("orders", HEADER + "1,A,3/4/2011,P,1,5\n")
    assert ImportRun.objects.get().status == "failed"
    bring_in("orders", HEADER + "1,A,3/4/2011,P,1,5\n", date_order="dmy")
    assert Order.objects.get(number="1").placed_at.month == 4
    bring_in("orders", HEADER + "2,A,3/4/2011,P,1,5\n3,A,3/14/2011,P,1,5\n")
    assert Order.objects.get(number="2").placed_at.month == 3


def test_a_date_that_shows_itself_only_after_many_lines_is_found(bring_in):
    lines = "".join(f"{n},A,2011-03-{1 + n % 28:02},P,1,5\n" for n in range(50))
    bring_in("orders", HEADER + lines + "x,A,25/3/2011,P,1,5\ny,A,3/4/2011,P,1,5\n")
    assert Order.objects.get(number="y").placed_at.month == 4


def test_chinese_headers_full_width_figures_and_unknown_columns(bring_in):
    text = "订单编号;客户编号;下单日期;产品编号;数量;单价;备注\nＳ1;K1;２０２４年３月５日;P1;２;￥1,200.50;急\n"
    run = bring_in("orders", text, currency="CNY", rate="0.1")
    sold = OrderLine.objects.get()
    assert (sold.quantity, sold.amount, sold.extra) == (2, 240100, {"备注": "急"})
    assert run.unknown_columns == ["备注"]


def test_each_bad_cell_is_named_with_its_line_column_and_value(bring_in):
    run = bring_in(
        "orders", HEADER + "1,A,2011-01-05,P,two,5\n2,A,someday,P,1,5\n3,A,2011-01-05,P,0,5\n4,A,2011-01-05,P,1,5,6\n"
    )
    found = list(run.rejections.values_list("line", "column", "value", "reason"))
    assert found[:2] == [(2, "quantity", "two", "unreadable"), (3, "order date", "someday", "unreadable")]
    assert found[2] == (4, "quantity", "0", "quantity_not_positive")
    assert found[3][3] == "too_many_cells"


def test_an_order_of_two_customers_keeps_the_first(bring_in):
    run = bring_in("orders", HEADER + "1,A,2011-01-05,P,1,5\n1,B,2011-01-05,Q,1,5\n")
    assert run.rejected_by_reason == {"order_of_another_customer": 1}
    assert list(Customer.objects.values_list("code", flat=True)) == ["A"]
    assert list(Product.objects.values_list("code", flat=True)) == ["P"]


def test_whole_orders_come_without_products(bring_in):
    text = (
        "order number,customer code,order date,amount,promised,delivered\n1,A,2011-01-05,12.50,2011-01-09,2011-01-08\n"
    )
    bring_in("orders", text)
    sold = Order.objects.get()
    assert (sold.amount, sold.promised_on, sold.status) == (1250, dt.date(2011, 1, 9), "delivered")
    assert bring_in("orders", text).unchanged == 1
    assert bring_in("orders", text.replace("12.50", "13.00")).updated == 1
    assert RecordKeeping.objects.filter(kind="deliveries").exists()


def test_delivered_before_placed_is_rejected_also_against_what_is_stored(bring_in):
    text = "order number,customer code,order date,amount,delivered\n1,A,2011-01-05,12.50,2011-01-08\n2,A,2011-01-05,1,2011-01-04\n"
    assert bring_in("orders", text).rejected_by_reason == {"delivered_before_placed": 1}
    later = bring_in("orders", "order number,customer code,order date,amount\n1,A,2011-02-05,12.50\n")
    assert later.rejected_by_reason == {"delivered_before_placed": 1}


def test_other_currencies_need_a_rate_and_are_converted_on_the_order(bring_in):
    text = "order number,customer code,order date,product code,quantity,unit price,currency,exchange rate\n"
    run = bring_in("orders", text + "1,A,2011-01-05,P,2,1500,JPY,0.005\n2,A,2011-01-05,P,1,3,EUR,\n")
    assert run.rejected_by_reason == {"no_rate": 1}
    assert OrderLine.objects.get().amount == 3000 and Order.objects.get().amount == 1500


def test_yen_have_no_minor_units(bring_in):
    Organisation.objects.update_or_create(id=1, defaults={"currency": "JPY"})
    bring_in("orders", HEADER + "1,A,2011-01-05,P,3,2.5\n")
    assert Order.objects.get().amount == 8


def test_costs_of_some_lines_only_leave_the_orders_cost_unknown(bring_in):
    text = (
        HEADER.replace("unit price", "unit price,cost")
        + "1,A,2011-01-05,P,1,5,3\n1,A,2011-01-05,Q,1,5,\n2,A,2011-01-05,Q,1,5,2\n"
    )
    bring_in("orders", text)
    assert dict(Order.objects.values_list("number", "cost")) == {"1": None, "2": 200}


def test_existing_customers_and_products_stay_as_they_are(bring_in):
    known, sold = customer("A", name="Acme", region="Wales"), product("P", name="Pen")
    bring_in(
        "orders", HEADER.replace("quantity", "quantity,description,country") + "1,A,2011-01-05,P,1,Pencil,France,5\n"
    )
    known.refresh_from_db(), sold.refresh_from_db()
    assert (known.name, known.region, sold.name) == ("Acme", "Wales", "Pen")


def test_lines_added_to_an_order_refresh_its_amount(bring_in):
    placed = order(customer("A"), "2011-01-05", amount=700, number="1")
    line(placed, product("P"), amount=700)
    bring_in("orders", HEADER + "1,A,2011-01-05 12:00,Q,1,5\n")
    placed.refresh_from_db()
    assert placed.amount == 1200


def test_a_file_without_the_needed_columns_is_refused_in_one_sentence(bring_in):
    with pytest.raises(ImportRefused, match="No column was found for: Order number"):
        bring_in("orders", "name,colour\nA,red\n")
    with pytest.raises(ImportRefused, match="There is no preset"):
        bring_in("orders", HEADER, preset="nonsense")
