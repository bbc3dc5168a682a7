"""The kinds of files and the fields of each, with the headers people give them.

Synonyms are compared without case, width, blanks and punctuation (`mapping.py`), so
"Invoice No." and "invoiceno" are one. English, Chinese, Zoho's and Fxiaoke's names.
"""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

from django.utils.translation import gettext_lazy as _

from .fields import Field, Kind
from .record_kinds import RECORD_KINDS
from .synonyms import (
    AMOUNTS,
    CURRENCIES,
    CUSTOMER_CODES,
    CUSTOMER_NAMES,
    ORDER_NUMBERS,
    OWNERS,
    PRICES,
    PRODUCT_CODES,
    PRODUCT_LINES,
    PRODUCT_NAMES,
    QUANTITIES,
    RATES,
    RECORD_IDS,
    REGIONS,
)

__all__ = ["KINDS", "Kind"]

CUSTOMERS = Kind("customers", _("Customers"), (
    Field("code", _("Customer code"), "key", required=True, max_length=50, synonyms=(*CUSTOMER_CODES, "code", "编号", "編號")),
    Field("external_id", _("Id at the source"), "key", max_length=100, synonyms=(*RECORD_IDS, "ACCOUNTID")),
    Field("name", _("Name"), required=True, max_length=200, synonyms=(*CUSTOMER_NAMES, "name", "名称", "名稱", "姓名")),
    Field("kind", _("Organisation or person"), "customer_kind", synonyms=("customer type", "kind", "个人或企业")),
    Field("segment", _("Segment"), max_length=100, synonyms=("segment", "account type", "客户类型", "客户分类", "account_type", "客戶類型")),
    Field("tier", _("Tier"), "tier", synonyms=("tier", "rating", "class", "客户级别", "客户等级", "account_level", "客戶等級")),
    Field("stage", _("Life-cycle stage"), "stage", synonyms=("stage", "life-cycle stage", "lifecycle stage", "生命周期", "生命周期阶段", "生命週期", "生命週期階段")),
    Field("industry", _("Industry"), max_length=100, synonyms=("industry", "sector", "行业", "所属行业", "1级行业", "行業", "所屬行業")),
    Field("region", _("Region"), max_length=100, synonyms=REGIONS),
    Field("billing_country", _("Country, where the region is empty"), max_length=100),
    Field("owner", _("Owner (user name or e-mail)"), max_length=254, synonyms=OWNERS),
    Field("parent", _("Code or name of the parent company"), "key", max_length=200, synonyms=("parent", "parent code", "parent account.id", "parent_account_id", "上级客户编号", "父客户编号")),
    Field("status", _("Status"), "status", synonyms=("status", "customer status", "account status", "状态", "客户状态", "狀態", "客戶狀態")),
    Field("phone", _("Phone"), max_length=50, synonyms=("phone", "telephone", "tel", "phone number", "电话", "联系电话", "電話", "聯絡電話")),
    Field("email", _("E-mail"), "email", max_length=254, synonyms=("email", "e-mail", "mail", "邮件", "邮箱", "电子邮箱", "電子郵件", "郵箱")),
    Field("acquired_on", _("Won on"), "date", synonyms=("acquired on", "won on", "customer since", "acquisition date", "获客日期", "成交日期", "成为客户日期", "獲客日期")),
    Field("acquisition_channel", _("Won through"), max_length=100, synonyms=("acquisition channel", "won through", "lead source", "account source", "source channel", "account_source", "客户来源", "线索来源", "获客渠道", "客戶來源", "獲客渠道")),
    Field("referred_by", _("Code of the customer who referred"), "key", max_length=50, synonyms=("referred by", "referrer code", "referred by code", "推荐客户编号", "介绍人编号", "推薦客戶編號")),
    Field("credit_grade", _("Credit grade"), max_length=10, synonyms=("credit grade", "credit rating", "信用等级", "信用级别", "信用等級")),
    Field("receivable", _("Amount owed"), "money", synonyms=("receivable", "amount owed", "accounts receivable", "balance due", "receivable_amount", "应收账款", "应收金额", "应收", "應收帳款")),
    Field("overdue", _("Of it overdue"), "money", synonyms=("overdue", "overdue amount", "past due", "逾期金额", "逾期", "逾期金額")),
))  # fmt: skip

PRODUCTS = Kind("products", _("Products"), (
    Field("product", _("Product code"), required=True, max_length=50, synonyms=(*PRODUCT_CODES, "code", "编号")),
    Field("product_name", _("Product name"), max_length=200, synonyms=(*PRODUCT_NAMES, "name", "名称")),
    Field("product_line", _("Product line"), max_length=100, synonyms=PRODUCT_LINES),
))  # fmt: skip

LIFE_STATUS = Field("life_status", _("Valid or void"), "status", synonyms=("life status",))

ORDERS = Kind("orders", _("Orders"), one_of=(("price", "amount"),), stand_ins=(("customer", "customer_name"),), fields=(
    Field("number", _("Order number"), required=True, max_length=100, synonyms=ORDER_NUMBERS),
    Field("customer", _("Customer code"), "key", required=True, max_length=50, synonyms=CUSTOMER_CODES),
    Field("customer_name", _("Customer name"), max_length=200, synonyms=CUSTOMER_NAMES),
    Field("region", _("Customer's region"), max_length=100, synonyms=REGIONS),
    Field("placed_at", _("Order date"), "moment", required=True, synonyms=(
        "order date", "placed", "placed at", "placed on", "date", "invoice date", "order time", "order_time", "created time",
        "下单日期", "下单时间", "订单日期", "日期", "开票日期", "下單日期", "訂單日期")),
    Field("product", _("Product code"), max_length=50, synonyms=PRODUCT_CODES),
    Field("product_name", _("Product name"), max_length=200, synonyms=PRODUCT_NAMES),
    Field("product_line", _("Product line"), max_length=100, synonyms=PRODUCT_LINES),
    Field("quantity", _("Quantity"), "count", synonyms=QUANTITIES),
    Field("price", _("Unit price"), "money", synonyms=PRICES),
    Field("amount", _("Amount of the line"), "money", synonyms=AMOUNTS),
    Field("cost", _("Cost of the line"), "money", synonyms=("cost", "line cost", "成本", "成本金额", "成本金額")),
    Field("currency", _("Currency"), "currency", synonyms=CURRENCIES),
    Field("rate", _("Exchange rate"), "rate", synonyms=RATES),
    Field("promised_on", _("Promised for"), "date", synonyms=(
        "promised", "promised on", "promised date", "due date", "requested delivery date", "承诺交期", "承诺交货日期", "交期", "要求交货日期", "約定交期")),
    Field("delivered_at", _("Delivery date"), "moment", synonyms=(
        "delivered", "delivered at", "delivery date", "delivery_date", "received on", "交货日期", "送达时间", "实际交货日期", "交貨日期")),
    Field("cancelled_at", _("Cancellation date"), "moment", synonyms=("cancelled", "canceled", "cancelled at", "cancellation date", "取消时间", "取消日期", "取消時間")),
    Field("customised", _("Made for this customer"), "yes_no", synonyms=("customised", "customized", "made to order", "custom", "定制", "是否定制", "訂製")),
    Field("value_added_service", _("Value-added service"), max_length=100, synonyms=("value-added service", "value added service", "增值服务", "增值服務")),
    LIFE_STATUS,
))  # fmt: skip

RETURNS = Kind("returns", _("Returns"), one_of=(("price", "amount"),), stand_ins=(
    ("customer", "customer_name"), ("customer", "order_number"),
), fields=(
    Field("number", _("Return number"), required=True, max_length=100, synonyms=(
        "return number", "return no", "return id", "rma", "rma number", "credit note", "退货单编号", "退货单号", "退貨單號")),
    Field("order_number", _("Order number"), max_length=100, synonyms=ORDER_NUMBERS),
    Field("customer", _("Customer code"), "key", required=True, max_length=50, synonyms=CUSTOMER_CODES),
    Field("customer_name", _("Customer name"), max_length=200, synonyms=CUSTOMER_NAMES),
    Field("product", _("Product code"), required=True, max_length=50, synonyms=PRODUCT_CODES),
    Field("quantity", _("Quantity"), "count", required=True, synonyms=(*QUANTITIES, "returned quantity", "退货数量", "退貨數量")),
    Field("price", _("Unit price"), "money", synonyms=PRICES),
    Field("amount", _("Amount"), "money", synonyms=(*AMOUNTS, "returned amount", "refund", "退货金额", "退貨金額", "returned_goods_inv_amount")),
    Field("returned_at", _("Return date"), "moment", required=True, synonyms=(
        "returned", "returned at", "return date", "date", "退货日期", "退货时间", "退貨日期", "returned_goods_time")),
    LIFE_STATUS,
))  # fmt: skip

KINDS = {kind.name: kind for kind in (CUSTOMERS, PRODUCTS, ORDERS, RETURNS, *RECORD_KINDS)}
