"""The kinds of files and the fields of each, with the headers people give them.

Synonyms are compared without case, width, blanks and punctuation (`mapping.py`), so
"Invoice No." and "invoiceno" are one. English, Chinese, Zoho's and Fxiaoke's names.
"""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .fields import Field


@dataclass(frozen=True)
class Kind:
    name: str
    label: str | Promise
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


CUSTOMER_CODES = (
    "customer code", "customer id", "customer no", "customer number", "customer", "account number", "account no",
    "client id", "client code", "account id", "Account Name.id", "account_no", "account_id",
    "客户编号", "客户编码", "客户代码", "客户号", "客户ID", "客戶編號", "客戶代碼",
)  # fmt: skip
CUSTOMER_NAMES = (
    "customer name", "account name", "company name", "client name", "company", "account",
    "客户名称", "客户", "公司名称", "企业名称", "客戶名稱", "公司名稱",
)  # fmt: skip
REGIONS = (
    "region", "country", "state", "province", "territory", "city", "Billing Country", "Billing Address - Country / Region",
    "地区", "区域", "国家", "省", "省份", "城市", "地區", "區域", "國家", "开单地址-国家/地区",
)  # fmt: skip
PRODUCT_CODES = (
    "product code", "stock code", "sku", "item code", "item", "item no", "product id", "article", "material",
    "产品编号", "产品编码", "产品代码", "商品编号", "商品编码", "物料编码", "產品編號", "商品編號",
)  # fmt: skip
PRODUCT_NAMES = (
    "product name", "description", "item name", "item description", "product", "article name",
    "产品名称", "商品名称", "品名", "描述", "產品名稱", "商品名稱",
)  # fmt: skip
PRODUCT_LINES = (
    "product line", "category", "product category", "product group", "product family",
    "产品线", "产品类别", "产品分类", "商品类别", "品类", "產品線", "產品類別",
)  # fmt: skip
ORDER_NUMBERS = (
    "order number", "order no", "order id", "order", "invoice no", "invoice number", "invoice", "invoice id",
    "sales order", "订单编号", "订单号", "订单", "销售订单编号", "发票号", "單號", "訂單編號", "訂單號",
)  # fmt: skip
QUANTITIES = ("quantity", "qty", "units", "number of units", "count", "数量", "件数", "數量")
PRICES = (
    "unit price", "price", "price per unit", "list price", "单价", "价格", "销售单价", "單價", "價格",
)  # fmt: skip
AMOUNTS = (
    "amount", "line amount", "total", "line total", "order amount", "order_amount", "sales", "revenue", "value",
    "dollar value", "金额", "订单金额", "销售订单金额", "总价", "小计", "合计", "金額", "訂單金額",
)  # fmt: skip

CUSTOMERS = Kind("customers", _("Customers"), (
    Field("code", _("Customer code"), required=True, max_length=50, synonyms=(*CUSTOMER_CODES, "code", "编号", "編號")),
    Field("external_id", _("Id at the source"), max_length=100, synonyms=("record id", "external id", "ACCOUNTID", "_id", "唯一标识")),
    Field("name", _("Name"), required=True, max_length=200, synonyms=(*CUSTOMER_NAMES, "name", "名称", "名稱", "姓名")),
    Field("kind", _("Organisation or person"), "customer_kind", synonyms=("customer type", "kind", "个人或企业")),
    Field("segment", _("Segment"), max_length=100, synonyms=("segment", "account type", "客户类型", "客户分类", "account_type", "客戶類型")),
    Field("tier", _("Tier"), "tier", synonyms=("tier", "rating", "class", "客户级别", "客户等级", "account_level", "客戶等級")),
    Field("stage", _("Life-cycle stage"), "stage", synonyms=("stage", "life-cycle stage", "lifecycle stage", "生命周期", "生命周期阶段", "生命週期", "生命週期階段")),
    Field("industry", _("Industry"), max_length=100, synonyms=("industry", "sector", "行业", "所属行业", "1级行业", "行業", "所屬行業")),
    Field("region", _("Region"), max_length=100, synonyms=REGIONS),
    Field("owner", _("Owner (user name or e-mail)"), max_length=254, synonyms=("owner", "account owner", "account manager", "sales rep", "负责人", "所有者", "客户经理", "負責人")),
    Field("parent", _("Code of the parent company"), max_length=50, synonyms=("parent", "parent code", "parent account.id", "parent_account_id", "上级客户编号", "父客户编号")),
))  # fmt: skip

PRODUCTS = Kind("products", _("Products"), (
    Field("product", _("Product code"), required=True, max_length=50, synonyms=(*PRODUCT_CODES, "code", "编号")),
    Field("product_name", _("Product name"), max_length=200, synonyms=(*PRODUCT_NAMES, "name", "名称")),
    Field("product_line", _("Product line"), max_length=100, synonyms=PRODUCT_LINES),
))  # fmt: skip

ORDERS = Kind("orders", _("Orders"), (
    Field("number", _("Order number"), required=True, max_length=100, synonyms=ORDER_NUMBERS),
    Field("customer", _("Customer code"), required=True, max_length=50, synonyms=CUSTOMER_CODES),
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
    Field("currency", _("Currency"), "currency", synonyms=("currency", "currency code", "币种", "货币", "幣種", "貨幣")),
    Field("rate", _("Exchange rate"), "rate", synonyms=("exchange rate", "rate", "汇率", "匯率")),
    Field("promised_on", _("Promised for"), "date", synonyms=(
        "promised", "promised on", "promised date", "due date", "requested delivery date", "承诺交期", "承诺交货日期", "交期", "要求交货日期", "約定交期")),
    Field("delivered_at", _("Delivery date"), "moment", synonyms=(
        "delivered", "delivered at", "delivery date", "delivery_date", "received on", "交货日期", "送达时间", "实际交货日期", "交貨日期")),
    Field("cancelled_at", _("Cancellation date"), "moment", synonyms=("cancelled", "canceled", "cancelled at", "cancellation date", "取消时间", "取消日期", "取消時間")),
    Field("customised", _("Made for this customer"), "yes_no", synonyms=("customised", "customized", "made to order", "custom", "定制", "是否定制", "訂製")),
    Field("value_added_service", _("Value-added service"), max_length=100, synonyms=("value-added service", "value added service", "增值服务", "增值服務")),
))  # fmt: skip

RETURNS = Kind("returns", _("Returns"), (
    Field("number", _("Return number"), required=True, max_length=100, synonyms=(
        "return number", "return no", "return id", "rma", "rma number", "credit note", "退货单编号", "退货单号", "退貨單號")),
    Field("order_number", _("Order number"), max_length=100, synonyms=ORDER_NUMBERS),
    Field("customer", _("Customer code"), required=True, max_length=50, synonyms=CUSTOMER_CODES),
    Field("product", _("Product code"), required=True, max_length=50, synonyms=PRODUCT_CODES),
    Field("quantity", _("Quantity"), "count", required=True, synonyms=(*QUANTITIES, "returned quantity", "退货数量", "退貨數量")),
    Field("price", _("Unit price"), "money", synonyms=PRICES),
    Field("amount", _("Amount"), "money", synonyms=(*AMOUNTS, "returned amount", "refund", "退货金额", "退貨金額", "returned_goods_inv_amount")),
    Field("returned_at", _("Return date"), "moment", required=True, synonyms=(
        "returned", "returned at", "return date", "date", "退货日期", "退货时间", "退貨日期", "returned_goods_time")),
))  # fmt: skip

KINDS = {kind.name: kind for kind in (CUSTOMERS, PRODUCTS, ORDERS, RETURNS)}
