"""The fields of the records about customers: contacts, interactions, opportunities and the rest.

Which customer a line belongs to may be said by its code or id, by its name, by what the record
relates to, or by the contact alone.
"""

# ruff: noqa: E501 - a table of synonyms reads better in long rows

from django.utils.translation import gettext_lazy as _

from .fields import Field, Kind
from .synonyms import (
    AMOUNTS,
    CONTACT_KEYS,
    CONTACT_NAMES,
    CURRENCIES,
    CUSTOMER_KEYS,
    CUSTOMER_NAMES,
    NOTES,
    OPENED,
    OWNERS,
    PRODUCT_LINES,
    RATES,
    RECORD_IDS,
    RELATED_KEYS,
    SUBJECTS,
)

ID = Field("external_id", _("Id at the source"), "key", max_length=100, synonyms=RECORD_IDS)
CUSTOMER = (
    Field("customer", _("Customer code"), "key", max_length=100, synonyms=CUSTOMER_KEYS),
    Field("customer_name", _("Customer name"), max_length=200, synonyms=CUSTOMER_NAMES),
)
CONTACT = (
    Field("contact", _("Id of the contact"), "key", max_length=100, synonyms=CONTACT_KEYS),
    Field("contact_name", _("Name of the contact"), max_length=200, synonyms=CONTACT_NAMES),
)
RELATED = Field(
    "related", _("Id of the customer, contact or opportunity"), "key", max_length=100, synonyms=RELATED_KEYS
)
OWNER = Field("owner", _("Owner (user name, e-mail or full name)"), max_length=254, synonyms=OWNERS)
MONEY = (
    Field("amount", _("Amount"), "money", synonyms=AMOUNTS),
    Field("currency", _("Currency"), "currency", synonyms=CURRENCIES),
    Field("rate", _("Exchange rate"), "rate", synonyms=RATES),
)
PRODUCT_LINE = Field("product_line", _("Product line"), max_length=100, synonyms=PRODUCT_LINES)
A_CUSTOMER = (("customer", "customer_name"),)
A_CUSTOMER_SOMEHOW = (("customer", "customer_name", "related", "contact"),)

CONTACTS = Kind("contacts", _("Contacts"), one_of=(*A_CUSTOMER, ("name", "last_name")), fields=(
    ID, *CUSTOMER,
    Field("name", _("Name"), max_length=200, synonyms=("full name", "contact name", "contact", "姓名", "联系人姓名", "联系人", "名称", "聯絡人")),
    Field("first_name", _("First name"), max_length=100, synonyms=("given name", "名", "名字")),
    Field("last_name", _("Last name"), max_length=99, synonyms=("surname", "family name", "姓", "姓氏")),
    Field("title", _("Job title"), max_length=100, synonyms=("job title", "position", "job_title", "职务", "职位", "職務", "職位")),
    Field("email", _("E-mail"), "email", max_length=254, synonyms=("e-mail", "mail", "email address", "邮件", "邮箱", "电子邮箱", "電子郵件", "郵箱")),
    Field("phone", _("Phone"), max_length=50, synonyms=("telephone", "tel", "phone number", "work phone", "电话", "座机", "電話")),
    Field("mobile", _("Mobile phone"), max_length=50, synonyms=("mobile phone", "cell", "cell phone", "手机", "手机号", "移动电话", "手機")),
    Field("language", _("Language"), max_length=10, synonyms=("语言", "語言")),
    Field("role", _("Role"), "role", synonyms=("contact role", "角色", "联系人角色", "決策角色")),
    Field("weight", _("Weight of the answers"), "count", synonyms=("答复权重", "权重", "權重")),
    Field("is_primary", _("First to be asked"), "yes_no", synonyms=("primary", "primary contact", "primary_contact", "主联系人", "首要联系人", "主聯絡人")),
    Field("left_on", _("Left the customer on"), "date", synonyms=("left", "离职日期", "離職日期")),
    Field("opted_out", _("Wants nothing by (channels)"), "channels", synonyms=("opted out", "do not contact by", "拒绝渠道", "拒絕渠道")),
    Field("email_opt_out", _("Wants no e-mail"), "yes_no", synonyms=("email opt out", "do not email", "退订邮件", "拒收邮件", "退出电子邮件", "拒收郵件")),
))  # fmt: skip

INTERACTIONS = Kind("interactions", _("Interactions"), one_of=A_CUSTOMER_SOMEHOW, fields=(
    ID, *CUSTOMER, *CONTACT, RELATED, OWNER,
    Field("occurred_at", _("When"), "moment", required=True, synonyms=(
        "occurred at", "when", "date", "time", "call start time", "start time", "activity date", "发生时间", "时间", "日期", "沟通时间", "联系时间", "跟进时间", "通话开始时间", "開始時間", "時間", *OPENED)),
    Field("channel", _("Channel"), "channel", required=True, synonyms=("type", "interaction type", "interactive_types", "渠道", "方式", "沟通方式", "跟进方式", "互动类型", "跟进类型", "類型")),
    Field("direction", _("Begun by"), "direction", synonyms=("call type", "方向", "呼叫类型", "通话类型", "呼叫類型")),
    Field("kind", _("Kind"), "interaction_kind", synonyms=("purpose", "目的", "沟通目的", "互动目的")),
    Field("minutes", _("Minutes"), "count", synonyms=("duration in minutes", "duration (min)", "分钟", "时长（分钟）", "沟通分钟", "分鐘")),
    Field("seconds", _("Seconds, or minutes:seconds"), "seconds", synonyms=("call duration", "call duration (in seconds)", "duration", "通话时长", "时长", "通话时间", "通話時長")),
    Field("subject", _("Subject"), max_length=200, synonyms=("note title", *SUBJECTS)),
    Field("notes", _("Notes"), "prose", max_length=100_000, synonyms=("note content", "call result", "active_record_content", "跟进内容", "沟通内容", "记录内容", "销售记录内容", *NOTES)),
    Field("is_automatic", _("Automatic"), "yes_no", synonyms=("automatic", "自动", "自動", "是否自动")),
))  # fmt: skip

FOLLOW_UPS = Kind("follow_ups", _("Follow-ups"), one_of=A_CUSTOMER_SOMEHOW, fields=(
    ID, *CUSTOMER, *CONTACT, RELATED, OWNER,
    Field("subject", _("What is to be done"), required=True, max_length=200, synonyms=("what", "task", "任务", "待办事项", "任務", *SUBJECTS)),
    Field("due_on", _("Due on"), "date", required=True, synonyms=("due", "due date", "deadline", "到期日", "到期日期", "截止日期", "计划日期", "到期時間", "截止日")),
    Field("due_time", _("At"), "time", synonyms=("due at", "到期时间")),
    Field("kind", _("Kind"), "follow_up_kind", synonyms=("task type", "任务类型", "任務類型")),
    Field("status", _("Status"), "follow_up_state", synonyms=("state", "task status", "状态", "任务状态", "狀態")),
    Field("done_at", _("Done at"), "moment", synonyms=("done", "closed time", "completed at", "completed time", "完成时间", "关闭时间", "完成時間", "關閉時間")),
    Field("cancelled_at", _("Cancelled at"), "moment", synonyms=("cancelled", "canceled at", "取消时间", "取消時間")),
    Field("outcome", _("Outcome"), "prose", max_length=100_000, synonyms=("result", "结果", "結果")),
    Field("notes", _("Notes"), "prose", max_length=100_000, synonyms=NOTES),
))  # fmt: skip

OPPORTUNITIES = Kind("opportunities", _("Opportunities"), one_of=(("customer", "customer_name", "contact"),), fields=(
    ID, *CUSTOMER, *CONTACT, OWNER,
    Field("name", _("Name"), required=True, max_length=200, synonyms=("deal name", "potential name", "opportunity name", "opportunity", "deal", "deal_name", "商机名称", "商机", "销售机会", "商機名稱")),
    *MONEY,
    Field("stage", _("Stage"), max_length=100, synonyms=("sales stage", "deal stage", "sales_stage", "阶段", "商机阶段", "销售阶段", "階段", "銷售階段")),
    Field("outcome", _("Outcome"), "outcome", follows="stage", synonyms=("result", "sales_status", "商机状态", "赢单状态", "赢输", "结果", "商機狀態")),
    Field("opened_on", _("Opened on"), "date", required=True, synonyms=("opened", "open date", "建立日期", "商机创建日期", *OPENED)),
    Field("expected_on", _("Expected on"), "date", synonyms=("expected", "expected close date", "预计日期", "預計日期")),
    Field("closed_on", _("Closed on"), "date", synonyms=("closed", "actual close date", "结单日期", "实际成交日期", "結單日期")),
    Field("closing_on", _("Closing date (expected while open)"), "date", synonyms=("closing date", "close date", "close_date", "closing_date", "预计成交日期", "成交日期", "預計成交日期")),
    Field("kind", _("Kind"), "opportunity_kind", synonyms=("type", "deal type", "类型", "商机类型", "類型")),
    PRODUCT_LINE,
    Field("channel", _("Where it came from"), max_length=100, synonyms=("source", "lead source", "opportunity source", "来源", "线索来源", "商机来源", "來源")),
    Field("loss_reason", _("Why lost"), max_length=100, synonyms=("reason", "reason for loss", "loss reason", "lost reason", "丢单原因", "输单原因", "輸單原因")),
))  # fmt: skip

CONTRACTS = Kind("contracts", _("Service contracts"), one_of=A_CUSTOMER, fields=(
    ID, *CUSTOMER,
    Field("name", _("Name"), required=True, max_length=200, synonyms=("contract name", "contract", "contract number", "合同名称", "合同", "合同编号", "合約名稱")),
    PRODUCT_LINE,
    Field("starts_on", _("Starts on"), "date", required=True, synonyms=("start date", "starts", "start", "valid from", "开始日期", "生效日期", "合同开始日期", "開始日期")),
    Field("ends_on", _("Ends on"), "date", required=True, synonyms=("end date", "ends", "end", "expiry date", "valid until", "结束日期", "到期日期", "合同结束日期", "結束日期")),
    Field("is_renewed", _("Renewed"), "yes_no", synonyms=("renewed", "renewal", "续约", "是否续约", "續約")),
    *MONEY,
))  # fmt: skip

LOSSES = Kind("losses", _("Losses"), one_of=A_CUSTOMER, fields=(
    ID, *CUSTOMER,
    Field("lost_on", _("Lost on"), "date", required=True, synonyms=("lost", "loss date", "churn date", "date", "流失日期", "流失时间", "日期")),
    Field("loss_reason", _("Reason"), max_length=100, synonyms=("reason", "loss reason", "churn reason", "流失原因", "原因")),
    Field("competitor", _("Lost to"), max_length=200, synonyms=("lost to", "竞争对手", "流向", "競爭對手")),
    Field("evidence", _("How we know"), "prose", max_length=100_000, synonyms=("evidence", "依据", "依據", "说明", *NOTES)),
    Field("win_back", _("Win-back"), "win_back", synonyms=("win back", "win-back status", "挽回", "挽回状态", "挽回狀態")),
    Field("win_back_on", _("Win-back since"), "date", synonyms=("win back date", "挽回日期")),
))  # fmt: skip

NEEDS = Kind("needs", _("Needs"), one_of=A_CUSTOMER, fields=(
    ID, *CUSTOMER,
    Field("text", _("Need"), "prose", required=True, max_length=100_000, synonyms=("need", "requirement", "request", "需求", "需求内容", "需求內容", *NOTES)),
    Field("raised_on", _("Named on"), "date", required=True, synonyms=("raised", "date", "named on", "提出日期", "日期", *OPENED)),
    Field("met_on", _("Met on"), "date", synonyms=("met", "fulfilled on", "满足日期", "解决日期", "滿足日期")),
))  # fmt: skip

PROJECTS = Kind("projects", _("Joint projects"), one_of=A_CUSTOMER, fields=(
    ID, *CUSTOMER,
    Field("name", _("Name"), required=True, max_length=200, synonyms=("project", "project name", "项目", "项目名称", "項目名稱", "專案名稱")),
    Field("started_on", _("Started on"), "date", required=True, synonyms=("start date", "started", "start", "开始日期", "启动日期", "開始日期")),
    Field("ended_on", _("Ended on"), "date", synonyms=("end date", "ended", "end", "结束日期", "結束日期")),
    Field("notes", _("Notes"), "prose", max_length=100_000, synonyms=NOTES),
))  # fmt: skip

SPEND = Kind("spend", _("Acquisition spend"), fields=(
    Field("channel", _("Channel"), required=True, max_length=100, synonyms=("acquisition channel", "source", "渠道", "获客渠道", "来源", "渠道名稱", "來源")),
    Field("month", _("Month"), "month", required=True, synonyms=("period", "date", "月份", "月", "日期")),
    Field("amount", _("Amount"), "money", required=True, synonyms=("spend", "cost", "marketing spend", "投入", "费用", "花费", "費用", *AMOUNTS)),
    *MONEY[1:],
))  # fmt: skip

RECORD_KINDS = (
    CONTACTS, INTERACTIONS, FOLLOW_UPS, OPPORTUNITIES, CONTRACTS, LOSSES, NEEDS, PROJECTS, SPEND,
)  # fmt: skip
