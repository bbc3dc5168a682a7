"""The words files use for what is one of a few things: status, channel, outcome and the like.

Compared without case, width and outer blanks. Several words in one cell ("电话；拜访"): the
first that is known counts.
"""

import re
from collections.abc import Mapping

from crmquality.lib.text import normalised

Words = Mapping[str, set[str]]
SEVERAL = re.compile(r"[;,|/、，；\n]+")

CUSTOMER_KINDS: Words = {
    "person": {"person", "individual", "个人", "個人", "个人客户", "b2c"},
    "organisation": {"organisation", "organization", "company", "business", "企业", "企業", "公司", "企业客户", "b2b"},
}
STAGES: Words = {
    "prospect": {"prospect", "潜在", "潜在客户", "潛在客戶"},
    "new": {"new", "新客户", "新客戶"},
    "growing": {"growing", "growth", "成长", "成长期", "成長期"},
    "mature": {"mature", "成熟", "成熟期"},
    "declining": {"declining", "decline", "衰退", "衰退期"},
    "lapsed": {"lapsed", "失效", "失效客户", "失效客戶"},
    "lost": {"lost", "churned", "流失", "流失客户", "流失客戶"},
}
STATUSES: Words = {
    "active": {"active", "normal", "正常", "有效", "合作中", "启用", "啟用"},
    "on_hold": {"on hold", "on_hold", "hold", "paused", "暂停", "暫停", "冻结", "凍結"},
    "closed": {"closed", "inactive", "关闭", "關閉", "已关闭", "停用", "作废", "作廢"},
}
ROLES: Words = {
    "decision_maker": {"decision maker", "decision_maker", "decision-maker", "决策人", "决策者", "決策人", "決策者"},
    "user": {"user", "end user", "使用人", "使用者", "用户", "用戶"},
    "other": {"other", "其他", "其它"},
}
CHANNELS: Words = {
    "phone": {"phone", "call", "telephone", "phone call", "电话", "電話", "打电话", "电话沟通", "通话", "去电", "来电"},
    "email": {"email", "e-mail", "mail", "邮件", "郵件", "电子邮件", "電子郵件", "邮箱"},
    "visit": {
        "visit", "meeting", "on-site", "onsite", "face to face", "拜访", "拜訪", "上门拜访", "实地拜访", "外勤",
        "外勤拜访", "面谈", "面談", "现场", "会面", "回访", "來訪", "来访",
    },
    "web_chat": {"web chat", "web_chat", "chat", "live chat", "online", "在线", "在线客服", "網頁客服", "qq", "网聊"},
    "wechat": {"wechat", "weixin", "微信", "企业微信", "企業微信"},
    "event": {"event", "seminar", "exhibition", "webinar", "活动", "活動", "展会", "展會", "会议", "會議", "沙龙"},
    "social": {"social", "social media", "weibo", "facebook", "linkedin", "微博", "社交媒体", "社群媒體", "抖音"},
    "community": {"community", "forum", "社区", "社區", "论坛", "論壇", "社群"},
}  # fmt: skip
DIRECTIONS: Words = {
    # A missed call was begun by the customer, too.
    "in": {
        "in", "inbound", "incoming", "received", "missed", "呼入", "来电", "來電", "接听", "未接",
        "客户发起", "客戶發起",
    },
    "out": {"out", "outbound", "outgoing", "sent", "呼出", "去电", "去電", "拨出", "我方发起", "我方發起"},
}  # fmt: skip
INTERACTION_KINDS: Words = {
    "contact": {"contact", "general", "联系", "聯繫", "沟通", "溝通"},
    "return_visit": {"return visit", "return_visit", "follow-up visit", "回访", "回訪"},
    "sales": {"sales", "prospecting", "negotiation", "demo", "销售", "銷售", "商务", "商談"},
    "service": {"service", "support", "desk", "服务", "服務", "售后", "售後"},
    "programme": {"programme", "program", "referral programme", "referral", "转介绍", "推荐计划", "推薦計劃"},
}
FOLLOW_UP_KINDS: Words = {
    "task": {"task", "follow-up", "follow up", "任务", "任務", "待办", "待辦", "跟进", "跟進"},
    "return_visit": {"return visit", "return_visit", "visit", "回访", "回訪", "拜访", "拜訪"},
}
FOLLOW_UP_STATES: Words = {
    "open": {
        "open", "not started", "in progress", "deferred", "waiting for input", "waiting on someone else", "pending",
        "未开始", "未開始", "进行中", "進行中", "待办", "延期", "推迟", "等待输入", "等待输入中", "未完成",
    },
    "done": {"done", "completed", "closed", "complete", "finished", "已完成", "完成", "已关闭"},
    "cancelled": {"cancelled", "canceled", "已取消", "取消", "作废", "已作废", "作廢"},
}  # fmt: skip
OPPORTUNITY_KINDS: Words = {
    "new": {"new", "new business", "新业务", "新業務", "新客户", "新签"},
    "cross_sell": {"cross-sell", "cross_sell", "cross sell", "cross-selling", "交叉销售", "交叉銷售"},
    "up_sell": {
        "up-sell",
        "up_sell",
        "upsell",
        "up-selling",
        "existing business",
        "增购",
        "增購",
        "升级销售",
        "老客户",
    },
}
# An opportunity declared void is over, and not won.
OUTCOMES: Words = {
    "won": {"won", "closed won", "closed-won", "win", "赢单", "贏單", "赢得", "成交", "已成交", "结束并赢单", "成功"},
    "lost": {
        "lost", "closed lost", "closed-lost", "closed lost to competition", "closed-lost to competition",
        "lost to competition",
        "输单", "輸單", "丢单", "丟單", "失败", "失敗", "结束并输单", "因竞争而丢单", "无效", "無效", "作废", "void",
    },
}  # fmt: skip
WIN_BACKS: Words = {
    "not_tried": {"not tried", "not_tried", "none", "未尝试", "未嘗試", "未挽回"},
    "trying": {"trying", "in progress", "挽回中", "进行中", "進行中"},
    "won_back": {"won back", "won_back", "recovered", "已挽回", "挽回成功"},
    "given_up": {"given up", "given_up", "abandoned", "已放弃", "已放棄", "放弃", "放棄", "挽回失败"},
}


def meant(words: Words, cell: str) -> str:
    """The one of `words` that the cell means; ValueError if it is none of them.

    >>> meant(CHANNELS, "Phone"), meant(CHANNELS, "到店；微信")
    ('phone', 'wechat')
    """
    plain = normalised(cell)
    for part in (plain, *SEVERAL.split(plain)):
        for name, synonyms in words.items():
            if part.strip() in synonyms:
                return name
    raise ValueError("not one of the known words")


def outcome_meant(cell: str) -> str:
    """'won', 'lost', or 'open' for every other word: sales stages are named by each company.

    >>> outcome_meant("Closed Won"), outcome_meant("报价"), outcome_meant("输单")
    ('won', 'open', 'lost')
    """
    try:
        return meant(OUTCOMES, cell)
    except ValueError:
        return "open"
