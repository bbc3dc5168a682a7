"""The words files use for the kind, state, severity, outcome and channel of a case."""

from customers.imports.fields import TEXT_SQL, Type, one_of
from customers.imports.words import CHANNELS, Words, meant

KINDS: Words = {
    "complaint": {"complaint", "problem", "issue", "incident", "投诉", "投訴", "客诉", "客訴", "问题", "問題"},
    "enquiry": {"enquiry", "inquiry", "question", "咨询", "諮詢", "询问", "詢問", "提问"},
    "suggestion": {"suggestion", "idea", "feedback", "feature request", "建议", "建議", "意见", "意見"},
    "request": {"request", "special request", "service request", "特殊要求", "特殊需求", "请求", "請求"},
    "praise": {"praise", "compliment", "review", "表扬", "表揚", "评价", "評價", "好评", "好評"},
}
STATUSES: Words = {
    "received": {
        "received", "new", "open", "opened", "未处理", "未處理", "新建", "已接收", "已受理", "待处理", "待處理", "打开",
        "開啟",
    },
    "acknowledged": {"acknowledged", "accepted for handling", "已确认", "已確認", "已回执"},
    "assigned": {"assigned", "已分配", "已指派", "已派单"},
    "in_progress": {
        "in progress", "in_progress", "working", "pending", "escalated", "reopened", "re-opened", "处理中", "處理中",
        "进行中", "進行中", "已升级", "重新打开",
    },
    "waiting": {
        "waiting", "on hold", "on_hold", "waiting for customer", "waiting on customer", "等待客户", "等待客戶",
        "等待客户回复", "挂起", "暂停", "保留",
    },
    "proposed": {"proposed", "outcome proposed", "已提出方案"},
    "resolved": {"resolved", "solved", "done", "completed", "已解决", "已解決", "已处理", "已處理", "已完成"},
    "closed": {"closed", "关闭", "關閉", "已关闭", "已關閉", "已结案", "结案", "結案"},
}  # fmt: skip
SEVERITIES: Words = {
    "1": {"1", "minor", "low", "trivial", "p4", "低", "轻微", "輕微", "一般"},
    "2": {"2", "moderate", "medium", "normal", "p3", "中", "中等", "普通"},
    "3": {"3", "serious", "high", "major", "p2", "高", "严重", "嚴重", "较严重"},
    "4": {"4", "critical", "urgent", "highest", "blocker", "p1", "紧急", "緊急", "重大", "非常严重", "危急"},
}
OUTCOMES: Words = {
    "accepted": {"accepted", "accepted by the customer", "satisfied", "接受", "客户接受", "已接受", "满意", "滿意"},
    "rejected": {"rejected", "rejected by the customer", "disputed", "拒绝", "拒絕", "客户拒绝", "不接受", "不满意"},
    "no_answer": {"no answer", "no_answer", "no answer from the customer", "unknown", "未回复", "無回覆", "客户未回复"},
}
CASE_CHANNELS: Words = {
    **{name: CHANNELS[name] for name in ("phone", "email", "visit", "web_chat", "wechat")},
    "form": {"form", "web form", "web", "website", "portal", "网站", "網站", "表单", "表單", "网页"},
    "social": CHANNELS["social"] | CHANNELS["community"] | {"review", "twitter", "点评", "评论"},
    "letter": {"letter", "post", "postal mail", "fax", "信件", "信函", "传真", "傳真"},
    "other": {"other", "referral", "其他", "其它"},
}

TYPES = {
    "case_kind": Type(TEXT_SQL, one_of(KINDS)),
    "case_status": Type(TEXT_SQL, one_of(STATUSES)),
    "case_outcome": Type(TEXT_SQL, one_of(OUTCOMES)),
    "case_channel": Type(TEXT_SQL, one_of(CASE_CHANNELS)),
    "severity": Type("smallint", lambda cell, _reading: int(meant(SEVERITIES, cell))),
}
