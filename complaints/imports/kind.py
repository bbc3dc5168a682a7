"""What a file can tell about a case, and the headers that is found under."""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

from django.utils.translation import gettext_lazy as _

from customers.imports.fields import Field, Kind
from customers.imports.record_kinds import A_CUSTOMER_SOMEHOW, CONTACT, CUSTOMER, RELATED
from customers.imports.synonyms import CURRENCIES, NOTES, OPENED, OWNERS, RATES, RECORD_IDS, REGIONS, SUBJECTS

COMPLAINTS = Kind("complaints", _("Complaints and other cases"), one_of=(*A_CUSTOMER_SOMEHOW, ("subject", "text")), lenient=("category", "cause"), fields=(
    Field("external_id", _("Number at the source"), "key", max_length=100, synonyms=(
        *RECORD_IDS, "case number", "case no", "case id", "case_number", "ticket number", "ticket id", "ticket", "complaint number", "complaint id", "complaint no", "number",
        "投诉编号", "投诉单号", "工单编号", "工单号", "编号", "單號", "投訴編號", "工單編號")),
    *CUSTOMER, *CONTACT, RELATED,
    Field("owner", _("Owner (user name, e-mail or full name)"), max_length=254, synonyms=("case owner", "assigned to", "agent", "handler", "处理人", "受理人", "處理人", *OWNERS)),
    Field("sender_name", _("Who complains"), max_length=200, synonyms=("reported by", "complainant", "报告人", "投诉人", "投訴人", "報告人")),
    Field("sender_email", _("E-mail"), "email", max_length=254, synonyms=("email", "e-mail", "mail", "邮箱", "邮件", "电子邮箱", "電子郵件", "郵箱")),
    Field("sender_phone", _("Phone"), max_length=50, synonyms=("phone", "telephone", "mobile", "电话", "联系电话", "手机", "電話")),
    Field("kind", _("Kind"), "case_kind", synonyms=("type", "case type", "类型", "投诉类型", "類型")),
    Field("subject", _("Subject"), max_length=200, synonyms=("summary", "issue", "投诉主题", "投訴主題", *SUBJECTS)),
    Field("text", _("What happened"), "prose", max_length=100_000, synonyms=("complaint", "complaint text", "what happened", "narrative", "投诉内容", "问题描述", "投訴內容", *NOTES)),
    Field("remedy_sought", _("What the customer asks for"), "prose", max_length=100_000, synonyms=("remedy", "remedy sought", "desired resolution", "客户诉求", "诉求", "訴求", "期望")),
    Field("category", _("Category (code or name)"), max_length=200, synonyms=("complaint category", "case category", "case reason", "reason", "类别", "分类", "投诉类别", "投诉分类", "服务支持原因", "類別", "分類")),
    Field("severity", _("Severity"), "severity", synonyms=("priority", "urgency", "严重程度", "优先级", "嚴重程度", "優先級", "紧急程度")),
    Field("channel", _("Channel"), "case_channel", synonyms=("origin", "case origin", "submitted via", "source", "渠道", "来源", "投诉渠道", "服务支持来源", "來源", "投訴渠道")),
    Field("region", _("Region"), max_length=100, synonyms=REGIONS),
    Field("status", _("State"), "case_status", synonyms=("state", "case status", "状态", "处理状态", "狀態", "處理狀態")),
    Field("received_at", _("Received"), "moment", required=True, synonyms=(
        "received", "received on", "date received", "complaint date", "opened", "date", "reported on", "投诉日期", "投诉时间", "受理时间", "受理日期", "接收时间", "日期", "投訴日期", "投訴時間", *OPENED)),
    Field("acknowledged_at", _("Acknowledged"), "moment", synonyms=("acknowledged", "acknowledged on", "确认时间", "確認時間")),
    Field("responded_at", _("First answered"), "moment", synonyms=("first response", "first answered", "responded", "first responded at", "首次响应时间", "首次回复时间", "首次回覆時間")),
    Field("resolved_at", _("Resolved"), "moment", synonyms=("resolved", "resolved on", "resolution date", "解决时间", "解决日期", "解決時間")),
    Field("closed_at", _("Closed"), "moment", synonyms=("closed", "closed on", "closed time", "date closed", "关闭时间", "结案时间", "结案日期", "關閉時間", "結案時間")),
    Field("outcome", _("Outcome"), "case_outcome", synonyms=("customer's word", "customer accepted", "结果", "处理结果", "客户意见", "結果")),
    Field("cause", _("Root cause (code or name)"), max_length=200, synonyms=("root cause", "cause code", "原因", "根本原因")),
    Field("cause_text", _("What was found"), "prose", max_length=100_000, synonyms=("findings", "what was found", "solution", "resolution", "原因分析", "调查结果", "解决方案", "調查結果", "解決方案")),
    Field("orders", _("Orders (numbers)"), max_length=1_000, synonyms=("order", "order number", "order no", "order numbers", "related order", "订单", "订单号", "订单编号", "关联订单", "訂單", "訂單編號")),
    Field("products", _("Products (codes)"), max_length=1_000, synonyms=("product code", "product codes", "sku", "related product", "产品编码", "产品编号", "商品编码", "關聯產品", "產品編碼")),
    Field("amount", _("Compensation"), "money", synonyms=("compensation", "compensation amount", "赔偿", "赔偿金额", "补偿金额", "賠償金額", "補償金額")),
    Field("currency", _("Currency"), "currency", synonyms=CURRENCIES),
    Field("rate", _("Exchange rate"), "rate", synonyms=RATES),
    Field("compensated_on", _("Compensated on"), "date", synonyms=("compensated", "compensation date", "赔偿日期", "補償日期")),
    Field("adopted_on", _("Suggestion adopted on"), "date", synonyms=("adopted", "adopted on", "采纳日期", "採納日期")),
))  # fmt: skip
