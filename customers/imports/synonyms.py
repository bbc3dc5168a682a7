"""Headers that several kinds of files share.

Compared without case, width, blanks and punctuation (`mapping.py`), so "Invoice No." and
"invoiceno" are one. English, Chinese, Zoho's labels and Fxiaoke's names.
"""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

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
OWNERS = (
    "owner", "account owner", "account manager", "sales rep", "staff", "member", "负责人", "所有者", "客户经理", "跟进人", "負責人",
)  # fmt: skip
RECORD_IDS = ("record id", "external id", "_id", "唯一标识", "记录ID", "数据ID", "記錄ID")
CUSTOMER_KEYS = CUSTOMER_CODES
CONTACT_KEYS = ("contact id", "Contact Name.id", "Contact.id", "contact_id", "联系人编号", "联系人ID", "聯絡人編號")
CONTACT_NAMES = (
    "contact name",
    "contact",
    "contact person",
    "联系人",
    "联系人姓名",
    "联系人名称",
    "聯絡人",
    "contact_id__r",
)
RELATED_KEYS = (
    "related to",
    "Related To.id",
    "Parent ID.id",
    "Parent ID",
    "What Id",
    "$se_id",
    "related id",
    "相关编号",
    "关联编号",
)
SUBJECTS = ("subject", "title", "topic", "主题", "标题", "主題", "標題")
NOTES = (
    "notes",
    "note",
    "description",
    "remarks",
    "comment",
    "details",
    "备注",
    "描述",
    "内容",
    "備註",
    "內容",
    "remark",
)
CURRENCIES = ("currency", "currency code", "币种", "货币", "幣種", "貨幣")
RATES = ("exchange rate", "rate", "汇率", "匯率")
OPENED = ("created time", "created on", "created at", "created", "create_time", "创建时间", "创建日期", "建立時間")
