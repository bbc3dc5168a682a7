"""Zoho CRM and Bigin: exports of the modules, report exports, bulk and old API files.

Every organisation renames its fields, so columns are found by any of their known names: the
labels of the English and Chinese editions, the names of the API, and of older APIs. Lookups are
two columns, `Account Name.id` with the id and `Account Name` with the name.
"""

# ruff: noqa: E501 - a table of headers reads better in long rows

from django.utils.translation import gettext_lazy as _

from customers.imports.options import OTHERWISE, ImportOptions
from customers.imports.rules import LEFT_EMPTY

from .preset import Headers, Preset

SOURCE = "zoho"
LENIENT = (LEFT_EMPTY["owner"], LEFT_EMPTY["contact"])
NEVER: Headers = ()

RECORD = ("Record Id", "记录ID", "記錄ID", "记录编号", "id")
CREATED = ("Created Time", "创建时间", "建立時間", "創建時間", "CREATEDTIME", "Created_Time")
MODIFIED = ("Modified Time", "修改时间", "修改時間", "MODIFIEDTIME", "Modified_Time")
ACCOUNT = (
    "Account Name.id",
    "Account.id",
    "Company Name.id",
    "Company Id",
    "ACCOUNTID",
    "Account Id",
    "客户名称.id",
    "客戶名稱.id",
    "帳戶名稱.id",
    "公司名称.id",
)
ACCOUNT_NAME = (
    "Account Name",
    "Company Name",
    "Account",
    "Company",
    "客户名称",
    "客戶名稱",
    "帳戶名稱",
    "公司名称",
    "公司名稱",
    "客户",
)
CONTACT = (
    "Contact Name.id",
    "Contact.id",
    "Principal Name.id",
    "CONTACTID",
    "Contact Id",
    "联系人姓名.id",
    "联系人名称.id",
    "联系人.id",
    "聯絡人姓名.id",
    "聯絡人.id",
)
CONTACT_NAME = (
    "Contact Name",
    "Contact",
    "Principal Name",
    "联系人姓名",
    "联系人名称",
    "联系人",
    "聯絡人姓名",
    "聯絡人",
)
RELATED = (
    "Related To.id",
    "What Id.id",
    "What_Id",
    "SEID",
    "$se_id",
    "关联到.id",
    "相关.id",
    "關聯到.id",
    "相關.id",
    "关联.id",
)
OWNER = ("所有者", "擁有者", "Owner", "SMOWNER", "Record Owner")
SYSTEM = (
    "Created By", "Created By.id", "Modified By", "Modified By.id", *CREATED, *MODIFIED, "Last Activity Time", "Locked", "Tag", "Change Log Time", "Unsubscribed Mode",
    "Unsubscribed Time", "Currency", "Exchange Rate", "Last contacted time", "Last contacted mode", "Last activity type", "Last activity date", "Last Enriched Time",
    "Enrich Status", "Description", "Layout", "Layout.id", "SMOWNERID", "Owner.id", "User Modified Time", "System Modified Time", "Record Status", "Territories",
    "创建人", "创建人.id", "修改人", "修改人.id", "最近操作时间", "标签", "描述", "已锁定", "建立者", "修改者", "標籤",
)  # fmt: skip


def owners(module: str, chinese: str = "", traditional: str = "") -> tuple[Headers, Headers]:
    """The columns of the owner's name, and of its id."""
    names = (f"{module} Owner", f"{module}_Owner", *(name for name in (chinese, traditional) if name), *OWNER)
    return names, (*(f"{name}.id" for name in names), "SMOWNERID")


def _address(part: str, label: str, *others: str) -> Headers:
    """A part of the billing address, in both generations of labels."""
    return (f"Billing {part}", f"Billing_{part}", f"Billing Address - {label}", *others)


ACCOUNT_OWNER, ACCOUNT_OWNER_ID = owners("Account", "客户所有者", "客戶所有者")
ACCOUNTS = Preset(
    "zoho", "customers", "Zoho CRM", ImportOptions(source=SOURCE, rules=("code_of_source", LEFT_EMPTY["owner"])),
    _("Accounts"),
    {
        "external_id": (*RECORD, "ACCOUNTID", "Account Id", "Company Id"),
        "name": ACCOUNT_NAME, "owner": (*ACCOUNT_OWNER, "Company Owner"),
        "segment": ("Account Type", "Account_Type", "客户类型", "客戶類型", "帳戶類型"),
        "industry": ("Industry", "行业", "所属行业", "行業", "產業"),
        "region": (
            *_address("State", "State / Province", "Billing Province", "Billing State/Province"), "开单地址-省", "账单省份", "帐单地址 - 州/省", "帳單州/省",
            *_address("City", "City", "开单地址-城市", "账单城市", "帳單城市"),
        ),
        "billing_country": (
            *_address("Country", "Country / Region", "Billing Country/Region"), "开单地址-国家/地区", "开单地址-国家", "账单国家", "帐单地址 - 国家/地区", "帳單國家",
        ),
        "parent": ("Parent Account.id", "Parent_Account.id", "PARENTACCOUNTID", "父客户.id", "父客戶.id", "上级客户.id", "Parent Account", "父客户", "父客戶"),
        "phone": ("Phone", "电话", "電話"), "email": ("Email", "电子邮件", "邮箱", "電子郵件"),
        "acquisition_channel": ("Lead Source", "Account Source", "线索来源", "客户来源"),
        # What Zoho calls so is another thing (Rating: Acquired, Shut Down ...), or no such thing is there.
        "code": NEVER, "tier": NEVER, "stage": NEVER, "status": NEVER, "kind": NEVER, "acquired_on": NEVER,
        "referred_by": NEVER, "credit_grade": NEVER, "receivable": NEVER, "overdue": NEVER,
    },
    marks=(
        (*RECORD, "ACCOUNTID", "Account Id", "Company Id"), ACCOUNT_NAME,
        (*ACCOUNT_OWNER, *ACCOUNT_OWNER_ID, "Company Owner", "Company Owner.id"),
    ),
    others=(
        *SYSTEM, *ACCOUNT_OWNER_ID, "Company Owner.id", "Website", "Parent Account", "Account Number", "Account Site", "Annual Revenue", "Employees", "Rating", "Ownership", "Fax",
        "SIC Code", "Ticker Symbol", "客户编号", "年收入", "员工数", "网站", "传真",
        *(f"{kind} {part}" for kind in ("Billing", "Shipping") for part in ("Street", "City", "State", "Code", "Country")),
        *(f"{kind} Address - {part}" for kind in ("Billing", "Shipping") for part in (
            "Street", "Street 2", "City", "State / Province", "Country / Region", "Zip / Postal Code", "Building", "Coordinates", "Latitude", "Longitude")),
    ),
)  # fmt: skip

CONTACT_OWNER, CONTACT_OWNER_ID = owners("Contact", "联系人所有者", "聯絡人所有者")
CONTACTS = Preset(
    "zoho", "contacts", "Zoho CRM", ImportOptions(source=SOURCE), _("Contacts"),
    {
        "external_id": (*RECORD, "CONTACTID", "Contact Id"),
        "customer": ACCOUNT, "customer_name": ACCOUNT_NAME,
        "name": ("Contact Name", "Full Name", "Full_Name", "联系人姓名", "姓名", "联系人名称", "聯絡人姓名", "全名"),
        "first_name": ("First Name", "First_Name", "名", "名字"), "last_name": ("Last Name", "Last_Name", "姓", "姓氏"),
        "title": ("Title", "职位", "职务", "職務", "職稱", "头衔"), "email": ("Email", "电子邮件", "邮箱", "電子郵件"),
        "phone": ("Phone", "电话", "電話"), "mobile": ("Mobile", "手机", "手機", "移动电话", "行動電話"),
        "email_opt_out": ("Email Opt Out", "Email_Opt_Out", "退出电子邮件", "电子邮件退订", "拒收邮件", "退出電子郵件"),
        "language": NEVER, "role": NEVER, "weight": NEVER, "is_primary": NEVER, "left_on": NEVER, "opted_out": NEVER,
    },
    marks=((*RECORD, "CONTACTID", "Contact Id"), (*CONTACT_OWNER, *CONTACT_OWNER_ID), ("Last Name", "Contact Name", "Full Name", "姓", "姓氏", "联系人姓名", "聯絡人姓名", "姓名")),
    others=(
        *SYSTEM, *CONTACT_OWNER, *CONTACT_OWNER_ID, "Lead Source", "Vendor Name", "Vendor Name.id", "Department", "Fax", "Date of Birth", "Salutation", "Secondary Email",
        "Reporting To", "Reporting To.id", "First Visit", "Most Recent Visit", "Visitor Score", "Referrer", "First Page Visited", "Average Time Spent (Minutes)", "Number Of Chats",
        "Days Visited", "Home Phone", "Other Phone", "Assistant", "Asst Phone", "Skype ID", "Twitter",
        *(f"{kind} {part}" for kind in ("Mailing", "Other") for part in ("Street", "City", "State", "Zip", "Country")),
    ),
)  # fmt: skip

DEAL_OWNER, DEAL_OWNER_ID = owners("Deal", "商机所有者", "商機所有者")
DEAL_NAME = (
    "Deal Name",
    "Deal_Name",
    "Potential Name",
    "Opportunity Name",
    "商机名称",
    "商機名稱",
    "交易名称",
    "交易名稱",
)
DEALS = Preset(
    "zoho", "opportunities", "Zoho CRM",
    ImportOptions(source=SOURCE, rules=LENIENT, words={"kind": {OTHERWISE: "new"}}), _("Deals"),
    {
        "external_id": (*RECORD, "POTENTIALID", "Potential Id", "Deal Id"),
        "customer": ACCOUNT, "customer_name": ACCOUNT_NAME, "contact": CONTACT, "contact_name": CONTACT_NAME,
        "owner": (*DEAL_OWNER, "Potential Owner"), "name": DEAL_NAME, "amount": ("Amount", "金额", "金額"),
        # Zoho writes how many of a currency one of the home currency is, and not in every edition: `--rate` says it.
        "rate": NEVER,
        "stage": ("Stage", "阶段", "階段"), "outcome": NEVER, "opened_on": CREATED,
        "closing_on": ("Closing Date", "Closing_Date", "Close Date", "预计成交日期", "截止日期", "結束日期", "成交日期", "關閉日期"),
        "closed_on": ("Closed Time", "Closed_Time", "实际成交日期"), "expected_on": NEVER,
        "kind": ("Type", "类型", "類型"), "channel": ("Lead Source", "Lead_Source", "线索来源", "線索來源", "潜在客户来源"),
        "loss_reason": ("Reason For Loss", "Reason_For_Loss__s", "Reason for Loss", "丢单原因", "失單原因"),
        "product_line": NEVER,
    },
    marks=((*RECORD, "POTENTIALID", "Deal Id"), DEAL_NAME, ("Stage", "阶段", "階段")),
    others=(
        *SYSTEM, *DEAL_OWNER_ID, "Probability (%)", "Probability", "Next Step", "Expected Revenue", "Campaign Source", "Campaign Source.id", "Pipeline", "Pipeline.id",
        "Sub-Pipeline", "Sales Cycle Duration", "Overall Sales Duration", "Lead Conversion Time", "可能性", "预期收益", "下一步",
    ),
)  # fmt: skip

CALL_OWNER, CALL_OWNER_ID = owners("Call", "通话所有者", "通話所有者")
CALL_START = (
    "Call Start Time",
    "Call_Start_Time",
    "Start Time",
    "通话开始时间",
    "呼叫开始时间",
    "通話開始時間",
    "呼叫開始時間",
)
ANYWHERE = {
    "customer": ACCOUNT, "customer_name": ACCOUNT_NAME, "contact": (*CONTACT, "Who Id.id", "Who_Id"),
    "contact_name": CONTACT_NAME,
}  # fmt: skip
CALLS = Preset(
    "zoho", "interactions", "Zoho CRM",
    ImportOptions(
        source=SOURCE, rules=("calls", *LENIENT),
        words={"kind": {"desk": "service", "negotiation": "sales", "demo": "sales", "prospecting": "sales", OTHERWISE: "contact"},
               "direction": {OTHERWISE: "out"}},
    ), _("Calls"),
    {
        **ANYWHERE, "external_id": (*RECORD, "Call Id", "ACTIVITYID"), "related": RELATED, "owner": CALL_OWNER,
        "occurred_at": (*CALL_START, *CREATED), "direction": ("Call Type", "Call_Type", "通话类型", "呼叫类型", "通話類型", "呼叫類型"),
        "kind": ("Call Purpose", "Call_Purpose", "通话目的", "呼叫目的", "通話目的"),
        "seconds": ("Call Duration (in seconds)", "Call_Duration_in_seconds", "Call Duration", "Call_Duration", "通话时长（秒）", "通话时长", "通話時長", "呼叫持续时间"),
        "subject": ("Subject", "主题", "主題"), "notes": ("Call Result", "Call_Result", "Description", "通话结果", "描述", "通話結果"),
        "minutes": NEVER, "channel": NEVER, "is_automatic": NEVER,
    },
    marks=(CALL_START, ("Call Type", "Call Duration", "Call Duration (in seconds)", "Call_Duration_in_seconds", "通话类型", "呼叫类型", "通話類型", "通话时长")),
    others=(*SYSTEM, *CALL_OWNER_ID, "Call Status", "Call Agenda", "Related To", "Reminder", "Caller ID", "Dialled Number", "Call Purpose", "Voice Recording", "关联到"),
)  # fmt: skip

NOTE_OWNER, NOTE_OWNER_ID = owners("Note", "备注所有者", "備註所有者")
NOTE = ("Note Content", "Note_Content", "备注内容", "备忘内容", "備註內容")
NOTES = Preset(
    "zoho", "interactions", "Zoho CRM", ImportOptions(source=SOURCE, rules=("notes", *LENIENT)), _("Notes"),
    {
        **ANYWHERE, "external_id": (*RECORD, "Note Id"), "owner": NOTE_OWNER,
        "related": ("Parent ID.id", "Parent_Id.id", "Parent Id", "Parent ID", "Associated_Id", "Associated Id", "Associated Id.id", "父ID.id", "父记录.id", "父ID", *RELATED),
        "occurred_at": (*CREATED, *MODIFIED), "subject": ("Note Title", "Note_Title", "备注标题", "备忘标题", "備註標題"), "notes": NOTE,
        "direction": NEVER, "kind": NEVER, "minutes": NEVER, "seconds": NEVER, "channel": NEVER, "is_automatic": NEVER,
    },
    marks=(NOTE,),
    others=(*SYSTEM, *NOTE_OWNER_ID, "Parent ID", "Parent Name", "Module", "Attachments"),
)  # fmt: skip

TASK_OWNER, TASK_OWNER_ID = owners("Task", "任务所有者", "任務所有者")
DUE = ("Due Date", "Due_Date", "到期日期", "截止日期", "到期日")
TASKS = Preset(
    "zoho", "follow_ups", "Zoho CRM",
    ImportOptions(source=SOURCE, rules=LENIENT, words={"status": {OTHERWISE: "open"}}), _("Tasks"),
    {
        **ANYWHERE, "external_id": (*RECORD, "Task Id", "ACTIVITYID"), "related": RELATED, "owner": TASK_OWNER,
        "subject": ("Subject", "主题", "主題"), "due_on": DUE, "status": ("Status", "状态", "狀態"),
        # Where the time of closing is not exported, a closed task was last changed by closing it.
        "done_at": ("Closed Time", "Closed_Time", "关闭时间", "完成时间", "關閉時間", "完成時間", *MODIFIED),
        "notes": ("Description", "描述"), "kind": NEVER, "due_time": NEVER, "cancelled_at": NEVER, "outcome": NEVER,
    },
    marks=(DUE, ("Subject", "主题", "主題"), (*TASK_OWNER[:4], *TASK_OWNER_ID[:4])),
    others=(*SYSTEM, *TASK_OWNER_ID, "Priority", "Related To", "Reminder", "Repeat", "Send Notification Email", "优先级", "关联到", "優先級"),
)  # fmt: skip

ZOHO = (ACCOUNTS, CONTACTS, DEALS, CALLS, NOTES, TASKS)
