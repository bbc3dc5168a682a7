"""Cases from Zoho CRM, and the complaints that the American consumer bureau publishes."""

# ruff: noqa: E501 - a table of headers reads better in long rows

from django.utils.translation import gettext_lazy as _

from customers.imports.options import OTHERWISE, ImportOptions
from customers.imports.presets import Preset
from customers.imports.presets.zoho import (
    ACCOUNT,
    ACCOUNT_NAME,
    CREATED,
    LENIENT,
    MODIFIED,
    NEVER,
    RECORD,
    RELATED,
    SOURCE,
    SYSTEM,
    owners,
)
from customers.imports.rules import WHOLE_LINE, Rule

from .cases import NEW_CUSTOMERS

RULES = (
    Rule(NEW_CUSTOMERS, _("A customer whose name nobody has comes in with its first line.")),
    Rule(
        "closed_when_sent",
        _("The file does not say when a complaint was closed: the day it was sent on stands for it."),
    ),
)

CASE_OWNER, CASE_OWNER_ID = owners("Case", "服务支持所有者", "服務支援所有者")
NUMBER = ("Case Number", "Case_Number", "CASENUMBER", "服务支持编号", "案例编号", "個案編號")
ORIGIN = ("Case Origin", "Case_Origin", "服务支持来源", "案例来源", "個案來源")
REASON = ("Case Reason", "Case_Reason", "服务支持原因", "案例原因", "個案原因")
ZOHO = Preset(
    "zoho", "complaints", "Zoho CRM",
    ImportOptions(source=SOURCE, rules=LENIENT, words={
        "status": {"escalated": "in_progress", OTHERWISE: "in_progress"}, "channel": {OTHERWISE: "other"},
        "kind": {"feature request": "suggestion", OTHERWISE: "complaint"}, "severity": {OTHERWISE: "2"},
    }), _("Cases"),
    {
        "external_id": (*RECORD, *NUMBER, "CASEID", "Case Id"), "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        # What a case relates to in Zoho is a contact.
        "contact": (*RELATED, "Related To.id"), "contact_name": ("Related To", "Related_To", "Contact Name", "关联到", "相关", "聯絡人"),
        "related": NEVER, "owner": CASE_OWNER, "sender_name": ("Reported By", "Reported_By", "报告人", "報告人"),
        "sender_email": ("Email", "电子邮件", "邮箱", "電子郵件"), "sender_phone": ("Phone", "电话", "電話"),
        "kind": ("Type", "类型", "類型"), "subject": ("Subject", "主题", "主題"), "text": ("Description", "描述"),
        "category": REASON, "severity": ("Priority", "优先级", "優先級"), "channel": ORIGIN,
        "status": ("Status", "状态", "狀態"), "received_at": CREATED,
        # Where the time of closing is not exported, a closed case was last changed by closing it.
        "closed_at": ("Closed Time", "Closed_Time", "关闭时间", "關閉時間", *MODIFIED),
        "cause_text": ("Solution", "解决方案", "解決方案"), "remedy_sought": NEVER, "region": NEVER, "acknowledged_at": NEVER,
        "responded_at": NEVER, "resolved_at": NEVER, "outcome": NEVER, "cause": NEVER, "amount": NEVER, "currency": NEVER,
        "rate": NEVER, "compensated_on": NEVER, "adopted_on": NEVER,
        "orders": NEVER, "products": NEVER,
    },
    marks=(("Subject", "主题", "主題"), (*ORIGIN, *REASON, *NUMBER), ("Status", "状态", "狀態")),
    others=(
        *SYSTEM, *CASE_OWNER_ID, *NUMBER, "Product Name", "Product Name.id", "Deal Name", "Deal Name.id", "Potential Name",
        "Internal Comments", "Add Comment", "No. of comments", "产品名称", "商机名称", "内部评论", "添加评论",
    ),
)  # fmt: skip

CFPB = Preset(
    "cfpb", "complaints", _("Consumer complaints (CFPB)"),
    ImportOptions(
        source="cfpb", rules=(NEW_CUSTOMERS, WHOLE_LINE, "closed_when_sent"), date_order="mdy",
        mapping={
            "customer_name": "Company", "subject": "Issue", "category": "Product", "region": "State",
            "channel": "Submitted via", "received_at": "Date received", "closed_at": "Date sent to company",
            "status": "Company response to consumer", "outcome": "Consumer disputed?",
        },
        words={
            "channel": {"web": "form", "postal mail": "letter", OTHERWISE: "other"},
            # "Untimely response": none came in time, so the matter is open.
            "status": {
                **{f"closed{how}": "closed" for how in (
                    "", " with explanation", " with monetary relief", " with non-monetary relief", " with relief", " without relief")},
                "in progress": "in_progress", "untimely response": "in_progress", OTHERWISE: "in_progress",
            },
            "outcome": {"yes": "rejected", "no": "accepted", OTHERWISE: "no_answer"},
        },
    ),
)  # fmt: skip

PRESETS = (ZOHO, CFPB)
