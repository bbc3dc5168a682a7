"""Fxiaoke exports, with their dirt: Excel's Chinese labels and the names of the API, made here."""

import csv
import io

import pytest

from customers.imports.presets import fitting
from customers.imports.progress import Silent
from customers.imports.running import run_import
from customers.imports.starting import start_run
from customers.imports.undo import undo
from customers.models import Contact, Customer, ImportRun, Interaction, Opportunity, Order, OrderLine, Return
from tests.people import member

CUSTOMERS = """\
客户名称（必填）,客户编号,客户级别,成交状态,1级行业,国家,省,市,电话,负责人（必填）,负责人主属部门,上级客户,生命状态,锁定状态,业务类型,最后跟进时间,创建时间,标签
阿尔法公司,K-001,A级,多次成交,制造,中国,江苏省,苏州市,0512-1234,李雷,销售一部,,正常,未锁定,预设业务类型,2026-01-05 09:30,2025-01-05 09:30,重点；展会
贝塔公司,K-002,重点客户,未成交,贸易,中国,,,,已离职,销售一部,阿尔法公司,未生效,未锁定,预设业务类型,,2025-01-06 09:30,
伽马公司,K-003,,已成交,,中国,广东省,,,李雷,销售二部,,作废,未锁定,预设业务类型,,2025-01-07 09:30,
"""
CONTACTS = """\
姓名,客户名称,职务,手机,邮件,主联系人,负责人,负责人主属部门,生命状态
韩梅梅,阿尔法公司,采购经理,13800138000,han@example.com,是,李雷,销售一部,正常
王五,贝塔公司,,,,否,李雷,销售一部,正常
"""
OPPORTUNITIES = """\
商机名称,客户名称,商机金额,商机阶段,商机状态,预计成交日期,实际成交日期,输单原因,创建时间,负责人,负责人主属部门,生命状态
扩产,阿尔法公司,"¥1,200,000.00",方案报价,进行中,2026-06-01,,,2026-01-05 10:00,李雷,销售一部,正常
试用,贝塔公司,5000,输单,输单,2026-02-01,2026-01-20,价格太高,2026-01-05 10:00,李雷,销售一部,正常
续约,阿尔法公司,8000,赢单,赢单,2026-02-01,,,2026-01-05 10:00,李雷,销售一部,正常
"""
ORDERS = """\
销售订单编号,客户名称,下单日期,销售订单金额（元）,交货日期,订单状态,负责人,负责人主属部门,生命状态,已回款金额
DD-001,阿尔法公司,2026-01-05,"12,000.50",2026-01-20,已发货,李雷,销售一部,正常,0
DD-002,贝塔公司,2026-01-06,800,,已确认,李雷,销售一部,变更中,0
DD-003,阿尔法公司,2026-01-07,99,,已确认,李雷,销售一部,作废,0
"""
RETURNS = """\
退货单编号,客户名称,销售订单编号,退货单金额（元）,退货日期,退货原因,负责人主属部门,生命状态
TH-001,阿尔法公司,DD-001,2000.50,2026-02-01,质量问题,销售一部,正常
TH-002,贝塔公司,DD-999,10,2026-02-01,发错货,销售一部,正常
TH-003,,DD-002,100,2026-02-02,发错货,销售一部,正常
"""
RECORDS = """\
销售记录内容,客户名称,互动类型,互动场景,创建人,创建时间,负责人主属部门,生命状态
"今天拜访
谈了扩产",阿尔法公司,上门拜访,,李雷,2026-01-08 15:00,销售一部,正常
微信问价,贝塔公司,微信,其他场景,李雷,2026-01-09 15:00,销售一部,正常
内部记录,贝塔公司,内部讨论,,李雷,2026-01-10 15:00,销售一部,正常
"""
FILES = {
    "customers": CUSTOMERS, "contacts": CONTACTS, "opportunities": OPPORTUNITIES, "orders": ORDERS, "returns": RETURNS,
    "interactions": RECORDS,
}  # fmt: skip
MODELS = [Customer, Contact, Opportunity, Order, OrderLine, Return, Interaction]


@pytest.fixture
def fxiaoke(organisation, bring_in):
    type(organisation).objects.update(currency="CNY")
    member("li", "agent", first_name="雷", last_name="李")
    return lambda kind, text, **wishes: bring_in(kind, text, preset="fxiaoke", **wishes)


@pytest.fixture
def all_files(fxiaoke) -> dict[str, ImportRun]:
    return {kind: fxiaoke(kind, text) for kind, text in FILES.items()}


def test_everything_comes_in_and_the_second_time_changes_nothing(all_files, fxiaoke):
    assert [run.rejected_by_reason for run in all_files.values()] == [
        {}, {}, {}, {"void_at_source": 1}, {"no_earlier_purchase": 1}, {},
    ]  # fmt: skip
    again = [fxiaoke(kind, text) for kind, text in FILES.items()]
    assert [run.unchanged for run in again] == [3, 2, 3, 2, 2, 3]


def test_undoing_everything_leaves_nothing(all_files):
    for run in reversed(all_files.values()):
        assert undo(run, Silent()).left_by_undo == {}
    assert not any(model.objects.exists() for model in MODELS)


def test_the_money_of_orders_and_returns_is_the_files(all_files):
    assert (all_files["orders"].money_accepted, all_files["returns"].money_accepted) == (1280050, 210050)
    assert all_files["opportunities"].money_accepted == 121300000


def test_the_statuses_of_a_customer_are_understood_and_kept(all_files):
    alpha, beta, gamma = Customer.objects.order_by("code")
    assert [(c.status, c.stage, c.tier) for c in (alpha, beta, gamma)] == [
        ("active", "growing", "A"), ("on_hold", "prospect", ""), ("closed", "new", ""),
    ]  # fmt: skip
    assert (alpha.code, alpha.external_source, alpha.external_id) == ("K-001", "fxiaoke", "K-001")
    assert (alpha.region, beta.region, beta.parent, alpha.owner.username) == ("江苏省", "中国", alpha, "li")
    assert (
        beta.extra["客户级别"] == "重点客户"
        and beta.extra["成交状态"] == "未成交"
        and alpha.extra["标签"] == ["重点", "展会"]
    )


def test_won_and_lost_close_an_opportunity(all_files):
    more, trial, renewed = (Opportunity.objects.get(name=name) for name in ("扩产", "试用", "续约"))
    assert (more.outcome, more.stage, str(more.expected_on)) == ("", "方案报价", "2026-06-01")
    assert (trial.outcome, str(trial.closed_on), trial.reason.name) == ("lost", "2026-01-20", "价格太高")
    assert (renewed.outcome, str(renewed.closed_on)) == ("won", "2026-02-01")


def test_an_order_without_products_can_be_given_back_by_its_number(all_files):
    order = Order.objects.get(number="DD-001")
    assert (order.amount, str(order.promised_on), order.delivered_at) == (1200050, "2026-01-20", None)
    assert list(order.lines.values_list("product__code", "product__line", "quantity")) == [("ORDER", None, 1)]
    back, by_order = Return.objects.order_by("number")
    assert (back.line.order, back.amount, by_order.customer.name) == (order, 200050, "贝塔公司")
    lost = all_files["returns"].rejections.get()
    assert (lost.line, lost.column, lost.value) == (3, "销售订单编号", "DD-999")


def test_the_void_order_is_rejected_by_its_line_and_word(all_files):
    void = all_files["orders"].rejections.get()
    assert (void.line, void.column, void.value) == (4, "生命状态", "作废")


def test_records_have_a_channel_or_do_not_count(all_files):
    visit, chat, inside = Interaction.objects.order_by("occurred_at")
    assert (visit.channel, visit.notes, visit.member.username) == ("visit", "今天拜访\n谈了扩产", "li")
    assert (chat.channel, chat.kind, chat.extra["互动场景"]) == ("wechat", "contact", "其他场景")
    assert (inside.channel, inside.is_automatic, inside.extra["互动类型"]) == ("phone", True, "内部讨论")


@pytest.mark.parametrize("kind", ["contacts", "opportunities", "orders", "returns", "interactions"])
def test_a_file_before_its_customers_is_rejected_and_accepted_afterwards(fxiaoke, kind):
    early = fxiaoke(kind, FILES[kind])
    assert early.created == 0 and early.rejected == early.lines_read
    assert all(r.column and r.value for r in early.rejections.exclude(line=4))
    for name in ("customers", "orders"):
        fxiaoke(name, FILES[name])
    fxiaoke(kind, FILES[kind])
    assert fxiaoke(kind, FILES[kind]).unchanged == {"orders": 2, "returns": 2, "contacts": 2}.get(kind, 3)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_chinese_encodings_are_read(fxiaoke, tmp_path, encoding):
    path = tmp_path / "客户.csv"
    path.write_bytes(CUSTOMERS.encode(encoding))
    assert run_import(start_run("customers", path, preset="fxiaoke"), path, Silent(), dry_run=False).created == 3


def test_files_of_the_api_have_ids_and_times_in_milliseconds(fxiaoke):
    fxiaoke(
        "customers", "_id,name,account_no,deal_status,life_status,owner_department\nff01,Alpha,K-9,3,normal,Sales\n"
    )
    orders = "_id,name,account_id,account_id__r,order_time,order_amount,life_status\nff02,DD-9,ff01,Alpha,1767600000000,12.5,normal\n"
    returns = "name,account_id,order_id,order_id__r,returned_goods_inv_amount,returned_goods_time,life_status\nTH-9,ff01,ff02,DD-9,2.5,1769600000000,normal\n"
    assert fxiaoke("orders", orders).created == 1 and fxiaoke("returns", returns).created == 1
    assert (Order.objects.get().customer.code, Return.objects.get().amount) == ("K-9", 250)


def test_traditional_labels_are_read(fxiaoke):
    fxiaoke("customers", "客戶名稱,客戶編號,成交狀態,生命狀態,負責人,歸屬部門\n甲公司,J-1,多次成交,正常,李雷,一部\n")
    assert Customer.objects.get().stage == "growing"


def test_orders_of_two_customers_with_one_name_are_not_guessed(fxiaoke):
    fxiaoke("customers", "客户名称,客户编号,生命状态\n同名,1,正常\n同名,2,正常\n")
    run = fxiaoke("orders", ORDERS.replace("贝塔公司", "同名"))
    assert run.rejected_by_reason["ambiguous_customer"] == 1


@pytest.mark.parametrize(
    "kind, module", list(zip(FILES, ["客户", "联系人", "商机", "销售订单", "退货单", "销售记录"], strict=True))
)
def test_the_headers_tell_which_object_it_is(db, kind, module):
    headers = next(csv.reader(io.StringIO(FILES[kind])))
    fit, preset = fitting(headers)[0]
    assert (preset.name, preset.kind, preset.module) == ("fxiaoke", kind, module) and fit > 0.9
