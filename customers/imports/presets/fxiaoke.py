"""Fxiaoke 纷享销客: Excel exports, whose headers are the Chinese labels, and API files with their names.

Lookups in an Excel export are names (客户名称), in API files ids with `account_id__r` for the name.
"""

# ruff: noqa: E501 - a table of headers reads better in long rows

from customers.imports.options import OTHERWISE, ImportOptions
from customers.imports.rules import LEFT_EMPTY

from .preset import Headers, Preset

SOURCE = "fxiaoke"
LENIENT = (LEFT_EMPTY["owner"], LEFT_EMPTY["contact"])
NEVER: Headers = ()

RECORD = ("_id", "唯一性ID", "唯一ID", "唯一标识", "数据ID", "唯一標識", "資料ID", "id")
ACCOUNT = ("account_id", "客户ID", "客户编号", "客戶編號")
ACCOUNT_NAME = ("account_id__r", "客户名称", "客户", "客户名称（必填）", "客戶名稱", "客戶")
OWNER = ("owner__r", "负责人", "负责人（必填）", "負責人", "owner")
CREATED = ("create_time", "创建时间", "建立時間", "創建時間")
# Columns that every object has, and nobody else writes so.
OWN = (
    "负责人主属部门",
    "owner_department",
    "归属部门",
    "data_own_department",
    "归属组织",
    "data_own_organization",
    "生命状态",
    "life_status",
    "锁定状态",
    "lock_status",
    "业务类型",
    "record_type",
    "外部负责人",
    "out_owner",
    "相关团队",
    "負責人主屬部門",
    "歸屬部門",
    "生命狀態",
    "鎖定狀態",
    "業務類型",
)
SYSTEM = (
    *OWN, *RECORD, *OWNER, *CREATED, "创建人", "created_by", "创建人（必填）", "最后修改人", "last_modified_by", "最后修改时间", "last_modified_time", "备注", "remark", "外部企业", "out_tenant_id", "币种",
    "汇率", "锁定人", "版本", "建立人", "最後修改人", "最後修改時間", "標籤", "标签", "object_describe_api_name", "tenant_id",
)  # fmt: skip
# Declared void: no customer any more, no order, no return.
LIFE = {
    "normal": "active", "正常": "active", "审核中": "active", "in_change": "active", "变更中": "active", "變更中": "active", "under_review": "active", "審核中": "active",
    "ineffective": "on_hold", "未生效": "on_hold", "invalid": "closed", "作废": "closed", "已作废": "closed", "作廢": "closed", OTHERWISE: "active",
}  # fmt: skip
DEAL = {
    "未成交": "prospect", "已成交": "new", "多次成交": "growing", "重复成交": "growing", "1": "prospect", "2": "new", "3": "growing", OTHERWISE: "",
}  # fmt: skip
VOID = ("生命状态", "life_status", "生命狀態")

CUSTOMERS = Preset(
    "fxiaoke", "customers", "纷享销客 Fxiaoke",
    ImportOptions(
        source=SOURCE, rules=("code_of_source", LEFT_EMPTY["owner"]),
        words={"status": LIFE, "stage": DEAL, "tier": {OTHERWISE: ""}},
    ), "客户",
    {
        "code": ("客户编号", "account_no", "客戶編號"), "external_id": RECORD,
        "name": ("客户名称", "name", "客户名称（必填）", "客戶名稱", "名称"),
        "tier": ("客户级别", "客户等级", "客戶等級", "客戶級別"), "stage": ("成交状态", "deal_status", "成交狀態"), "status": VOID,
        "segment": ("客户类型", "account_level", "客户分类", "account_type", "客戶類型", "客戶分類"),
        "industry": ("1级行业", "一级行业", "industry_level1", "行业", "所属行业", "行業"),
        "region": ("省", "province", "省份", "市", "city"), "billing_country": ("国家", "country", "國家"), "owner": OWNER,
        "parent": ("parent_account_id", "上级客户编号", "上级客户", "上級客戶"),
        "phone": ("电话", "tel", "電話"), "email": ("邮件", "email", "邮箱", "郵件"),
        "acquisition_channel": ("客户来源", "account_source", "来源", "客戶來源"),
        "kind": NEVER, "acquired_on": NEVER, "referred_by": NEVER,
    },
    marks=(("客户名称", "name", "客户名称（必填）", "客戶名稱"), ("成交状态", "deal_status", "成交狀態", "客户编号", "account_no", "客戶編號", "所属公海", "high_seas_id", "客户来源"), OWN),
    others=(
        *SYSTEM, "2级行业", "二级行业", "industry_level2", "网址", "url", "市", "city", "区", "district", "详细地址", "address", "客户类型", "account_level", "客户分类", "account_type",
        "所属公海", "high_seas_id", "合作伙伴", "partner_id", "统一社会信用代码", "uniform_social_credit_code", "分配状态", "biz_status", "最后跟进时间", "last_followed_time",
        "下次跟进时间", "next_followed_time", "最后一次成交时间", "last_deal_closed_time", "领取时间", "分配时间", "领取/分配时间", "claimed_time", "退回时间", "收回时间", "退回/收回时间",
        "returned_time", "预计收回时间", "expire_time", "负责人变更时间", "owner_modified_time", "源线索", "leads_id", "total_order_amount", "total_payment_amount",
        "total_refund_amount", "last_deal_closed_amount", "transfer_count", "传真", "定位", "转换状态", "退回原因",
    ),
)  # fmt: skip

CONTACTS = Preset(
    "fxiaoke", "contacts", "纷享销客 Fxiaoke", ImportOptions(source=SOURCE, words={"role": {OTHERWISE: "other"}}), "联系人",
    {
        "external_id": (*RECORD, "联系人编号", "聯絡人編號"), "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        "name": ("姓名", "name", "姓名（必填）", "联系人姓名", "联系人", "聯絡人姓名"), "title": ("职务", "job_title", "職務"),
        "email": ("邮件", "email", "邮箱", "郵件"), "phone": ("电话", "tel", "电话1", "tel1", "電話"), "mobile": ("手机", "mobile", "手机1", "mobile1", "手機"),
        "is_primary": ("主联系人", "primary_contact", "首要联系人", "主聯絡人"), "role": ("角色", "contact_role", "关键决策人", "决策角色"),
        "language": NEVER, "weight": NEVER, "left_on": NEVER, "opted_out": NEVER, "first_name": NEVER, "last_name": NEVER,
    },
    marks=(("姓名", "name", "姓名（必填）", "联系人姓名", "聯絡人姓名"), (*ACCOUNT_NAME, "account_id"), ("职务", "job_title", "手机", "手机1", "mobile", "mobile1", "主联系人", "職務", "手機", "primary_contact"), OWN),
    others=(*SYSTEM, "account_id", "部门", "department", "性别", "gender", "生日", "date_of_birth", "微信", "wechat", "介绍人", "爱好", "客户编号"),
)  # fmt: skip

OPPORTUNITY = ("商机名称", "name", "商机名称（必填）", "商機名稱")
OPPORTUNITIES = Preset(
    "fxiaoke", "opportunities", "纷享销客 Fxiaoke",
    ImportOptions(source=SOURCE, rules=LENIENT, words={"kind": {OTHERWISE: "new"}, "outcome": {"2": "won", "3": "lost", "4": "lost"}}), "商机",
    {
        "external_id": (*RECORD, "商机编号", "商機編號"), "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        "contact": ("contact_id",), "contact_name": ("contact_id__r", "联系人", "聯絡人"), "owner": OWNER, "name": OPPORTUNITY,
        "amount": ("商机金额", "amount", "预计金额", "预计销售金额", "金额", "商機金額"), "currency": NEVER, "rate": NEVER,
        "stage": ("商机阶段", "sales_stage", "销售阶段", "阶段", "sales_stage__r", "商機階段"), "outcome": ("商机状态", "sales_status", "阶段状态", "状态", "商機狀態"),
        "opened_on": CREATED, "closing_on": ("预计成交日期", "close_date", "预计结单日期", "預計成交日期"),
        "closed_on": ("实际成交日期", "结单日期", "赢单时间", "输单时间", "實際成交日期", "stg_changed_time"), "expected_on": NEVER,
        "kind": ("商机类型", "opportunity_type", "商機類型"), "channel": ("商机来源", "线索来源", "leads_source", "商機來源"),
        "loss_reason": ("输单原因", "lost_reason", "丢单原因", "lose_reason", "輸單原因"), "product_line": ("产品线", "產品線"),
    },
    marks=(OPPORTUNITY, (*ACCOUNT_NAME, "account_id"), ("商机阶段", "sales_stage", "销售阶段", "商机状态", "sales_status", "商機階段"), OWN),
    others=(*SYSTEM, "account_id", "赢率", "probability", "销售流程", "sales_process_id", "价目表", "最后跟进时间", "客户编号"),
)  # fmt: skip

WHOLE = ImportOptions(source=SOURCE, rules=("whole_order", "void_at_source"), words={"life_status": LIFE})
ORDER_NUMBER = ("销售订单编号", "订单编号", "name", "销售订单编号（必填）", "銷售訂單編號")
ORDERS = Preset(
    "fxiaoke", "orders", "纷享销客 Fxiaoke", WHOLE, "销售订单",
    {
        "number": ORDER_NUMBER, "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        "placed_at": ("下单日期", "order_time", "下单时间", "下單日期", "submit_time", "提交时间", *CREATED),
        "amount": ("销售订单金额（元）", "销售订单金额", "订单金额", "order_amount", "訂單金額", "銷售訂單金額"),
        # Agreed when the order is made.
        "promised_on": ("交货日期", "delivery_date", "要求交货日期", "交貨日期"), "delivered_at": ("收货日期", "签收日期", "confirmed_receive_date", "實際交貨日期"),
        "cancelled_at": ("作废时间", "取消时间"), "life_status": VOID, "currency": NEVER, "rate": NEVER, "region": NEVER,
        "product": NEVER, "product_name": NEVER, "product_line": NEVER, "quantity": NEVER, "price": NEVER, "cost": NEVER,
    },
    marks=(ORDER_NUMBER, (*ACCOUNT_NAME, "account_id"), ("销售订单金额", "销售订单金额（元）", "order_amount", "订单金额", "訂單金額", "銷售訂單金額")),
    others=(
        *SYSTEM, "account_id", "产品合计", "product_amount", "整单折扣", "discount", "已回款金额", "payment_amount", "已退款金额", "refund_amount", "待回款金额", "receivable_amount", "退货单金额",
        "returned_goods_amount", "已开票金额", "invoice_amount", "订单状态", "order_status", "状态", "提交时间", "submit_time", "商机名称", "收货人", "收货地址", "发货状态", "结算方式", "价目表", "客户编号",
    ),
)  # fmt: skip

RETURN_NUMBER = ("退货单编号", "name", "退货单编号（必填）", "退貨單編號")
RETURNS = Preset(
    "fxiaoke", "returns", "纷享销客 Fxiaoke", WHOLE, "退货单",
    {
        "number": RETURN_NUMBER, "order_number": ("order_id__r", "销售订单编号", "订单编号", "销售订单", "order_id", "銷售訂單編號"),
        "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        "amount": ("退货单金额（元）", "退货单金额", "returned_goods_inv_amount", "退货总金额", "退货金额", "退貨金額", "退貨單金額"),
        "returned_at": ("退货日期", "returned_goods_time", "退货时间", "退貨日期", "退貨時間", *CREATED), "life_status": VOID,
        "product": NEVER, "quantity": NEVER, "price": NEVER,
    },
    marks=(RETURN_NUMBER, ("退货单金额", "退货单金额（元）", "退货金额", "returned_goods_inv_amount", "退货总金额", "退貨金額", "退貨單金額")),
    others=(*SYSTEM, "account_id", "order_id", "退货原因", "returned_goods_reason", "状态", "退货仓库", "提交时间", "客户编号"),
)  # fmt: skip

CONTENT = ("销售记录内容", "active_record_content", "跟进内容", "记录内容", "銷售記錄內容")
INTERACTIONS = Preset(
    "fxiaoke", "interactions", "纷享销客 Fxiaoke",
    ImportOptions(source=SOURCE, rules=("unsaid_channel", *LENIENT), words={"kind": {"拜访": "return_visit", OTHERWISE: "contact"}, "channel": {OTHERWISE: ""}}), "销售记录",
    {
        "external_id": (*RECORD, "销售记录编号", "name"), "customer": ACCOUNT, "customer_name": ("account_id__r", "客户名称", "客户", "关联客户", "客戶名稱"),
        "contact": ("contact_id",), "contact_name": ("contact_id__r", "联系人", "聯絡人"), "related": ("related_object", "related_id", "关联数据ID"),
        "owner": (*OWNER, "创建人", "created_by"), "occurred_at": ("跟进时间", "interactive_time", "互动时间", *CREATED),
        "channel": ("interactive_types", "互动类型", "销售记录类型", "跟进方式", "跟进类型", "互動類型"), "kind": ("interactive_scenario", "互动场景", "互動場景"),
        "notes": CONTENT, "subject": ("主题", "标题"), "direction": NEVER, "minutes": NEVER, "seconds": NEVER, "is_automatic": NEVER,
    },
    marks=(CONTENT,),
    others=(*SYSTEM, "account_id", "关联业务", "图片", "附件", "地址", "抄送范围", "发送来源", "定位", "销售记录编号", "客户编号"),
)  # fmt: skip

FXIAOKE = (CUSTOMERS, CONTACTS, OPPORTUNITIES, ORDERS, RETURNS, INTERACTIONS)
