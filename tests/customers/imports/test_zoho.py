"""Zoho CRM and Bigin exports, with their dirt: made here to the form that real ones have."""

import csv
import datetime as dt
import io

import pytest
import xlsxwriter

from customers.imports.kinds import KINDS
from customers.imports.presets import BUILT_IN, fitting
from customers.imports.progress import Silent
from customers.imports.running import run_import
from customers.imports.starting import start_run
from customers.imports.undo import undo
from customers.models import Contact, Customer, FollowUp, ImportRun, Interaction, Opportunity
from tests.people import member

ALPHA, BETA = "zcrm_6739882000000560001", "zcrm_6739882000000560002"
ACCOUNTS = f"""\
Record Id,Account Owner.id,Account Owner,Account Name,Phone,Website,Parent Account.id,Account Type,Industry,Rating,Billing State,Billing Country,Created Time,Tag,Locked,Our Own Field
{ALPHA},zcrm_1,Ann Lee,Alpha GmbH,+49 30 1234,,,Customer,Manufacturing,Acquired,Bayern,Germany,2026-01-05 09:30:00,"VIP,Fair 2026",FALSE,x
{BETA},zcrm_2,Gone Long,贝塔公司,,,{ALPHA},Prospect,Trade,,,China,2026-01-06 10:00:00,,TRUE,
"""
CONTACTS = f"""\
Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name.id,Account Name,Vendor Name.id,Vendor Name,Email,Title,Mobile,Email Opt Out,Created Time
zcrm_21,zcrm_1,Ann Lee,Ann,Smith,{ALPHA},Alpha GmbH,,,smith@example.com,Buyer,123456,true,2026-01-05 09:30:00
zcrm_22,zcrm_1,Ann Lee,雷,李,{BETA},贝塔公司,,,li@example.com,,,FALSE,2026-01-05 09:30:00
"""
DEALS = f"""\
Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,Account Name.id,Account Name,Contact Name.id,Contact Name,Stage,Type,Probability (%),Lead Source,Pipeline,Reason For Loss,Created Time
zcrm_31,zcrm_1,Ann Lee,"£1,200.50",More,2026-03-01,{ALPHA},Alpha GmbH,zcrm_21,Ann Smith,Negotiation/Review,Existing Business,75,Fair,Standard,,2026-01-05 09:30:00
zcrm_32,zcrm_2,Gone Long,"£3,000",Less,2026-02-01,{BETA},贝塔公司,,,Closed Lost,Some Own Type,0,,Standard,Too dear,2026-01-06 09:30:00
zcrm_33,zcrm_1,Ann Lee,500,Done,2026-02-02,{ALPHA},Alpha GmbH,,,Closed Won,,100,,Standard,,2026-01-06 09:30:00
"""
CALLS = f"""\
Record Id,Subject,Call Type,Call Purpose,Call Start Time,Call Duration (in seconds),Call Status,Call Result,Contact Name.id,Contact Name,Related To.id,Related To,Call Owner.id,Call Owner
zcrm_41,Late delivery,Inbound,Desk,2026-01-07 08:30:00,330,Completed,Interested,zcrm_21,Ann Smith,{ALPHA},Alpha GmbH,zcrm_1,Ann Lee
zcrm_42,Offer,Outbound,Administrative,2026-01-07 23:30:00,59,Completed,,,,zcrm_31,More,zcrm_1,Ann Lee
zcrm_43,Missed,Missed,-None-,2026-01-08 09:00:00,0,,,zcrm_22,雷 李,,,zcrm_1,Ann Lee
"""
TASKS = f"""\
Record Id,Task Owner.id,Task Owner,Subject,Due Date,Status,Priority,Closed Time,Contact Name.id,Contact Name,Related To.id,Related To,Description
zcrm_51,zcrm_1,Ann Lee,Call back,2026-02-01,Waiting for input,High,,,,{ALPHA},Alpha GmbH,
zcrm_52,zcrm_1,Ann Lee,Visit,2026-01-10,Completed,Normal,2026-01-10 16:00:00,zcrm_22,雷 李,,,Bring samples
zcrm_53,zcrm_1,Ann Lee,Third,2026-02-01,Our Own State,Normal,,,,zcrm_31,More,
"""
NOTES = f"""\
Record Id,Note Owner.id,Note Owner,Note Title,Note Content,Parent ID.id,Parent ID,Created Time
zcrm_61,zcrm_1,Ann Lee,Visit,"<div>Wants <b>blue</b> ones<br>&amp; soon</div>",{ALPHA},Alpha GmbH,2026-01-09 10:00:00
zcrm_62,zcrm_1,Ann Lee,,"Two lines
x < y, \"\"quoted\"\"",zcrm_31,More,2026-01-09 11:00:00
zcrm_63,zcrm_1,Ann Lee,Of a lead,gone,zcrm_99,Some Lead,2026-01-09 12:00:00
"""
FILES = {
    "customers": ACCOUNTS, "contacts": CONTACTS, "opportunities": DEALS, "interactions": CALLS, "follow_ups": TASKS,
}  # fmt: skip
MODELS = {
    "customers": Customer, "contacts": Contact, "opportunities": Opportunity, "interactions": Interaction,
    "follow_ups": FollowUp,
}  # fmt: skip


@pytest.fixture
def zoho(organisation, bring_in):
    member("ann", "agent", first_name="Ann", last_name="Lee")
    return lambda kind, text, **wishes: bring_in(kind, text, preset="zoho", **wishes)


@pytest.fixture
def all_files(zoho) -> dict[str, ImportRun]:
    return {kind: zoho(kind, text) for kind, text in FILES.items()}


def test_everything_comes_in_and_the_second_time_changes_nothing(all_files, zoho):
    assert [run.rejected_by_reason for run in all_files.values()] == [{}] * 5
    assert [run.created for run in all_files.values()] == [2, 2, 3, 3, 3]
    assert all_files["opportunities"].money_accepted == 470050 == all_files["opportunities"].money_in_file
    again = [zoho(kind, text) for kind, text in FILES.items()]
    assert [run.unchanged for run in again] == [2, 2, 3, 3, 3]


def test_undoing_everything_leaves_nothing(all_files):
    for run in reversed(all_files.values()):
        assert undo(run, Silent()).left_by_undo == {}
    assert not any(model.objects.exists() for model in MODELS.values())


@pytest.mark.parametrize("kind", FILES)
def test_a_dry_run_tells_the_same_and_writes_nothing(zoho, kind):
    before = {
        name: zoho(name, text) for name, text in FILES.items() if list(FILES).index(name) < list(FILES).index(kind)
    }
    dry = zoho(kind, FILES[kind], dry_run=True)
    assert not MODELS[kind].objects.exists() and len(before) == list(FILES).index(kind)
    real = zoho(kind, FILES[kind])
    assert (dry.created, dry.rejected, dry.money_accepted) == (real.created, real.rejected, real.money_accepted)


def test_an_account_becomes_a_customer_and_what_nobody_asked_for_is_kept(all_files):
    alpha, beta = Customer.objects.order_by("code")
    assert (alpha.code, alpha.external_id, alpha.external_source) == (ALPHA[5:], ALPHA[5:], "zoho")
    assert (alpha.region, beta.region, alpha.segment, alpha.tier) == ("Bayern", "China", "Customer", "")
    assert (alpha.owner.username, beta.owner, beta.parent) == ("ann", None, alpha)
    assert alpha.extra["Tag"] == ["VIP", "Fair 2026"] and alpha.extra["Rating"] == "Acquired"
    assert alpha.extra["Our Own Field"] == "x" and beta.extra["Account Owner"] == "Gone Long"
    assert all_files["customers"].left_empty == {"owner": {"Gone Long": 1}}


def test_contacts_belong_to_the_accounts_customer(all_files):
    assert Contact.objects.get(external_id="21").customer.name == "Alpha GmbH"
    assert Contact.objects.get(name="李雷").customer.name == "贝塔公司"
    assert Contact.objects.get(name="Ann Smith").opted_out == ["email"]


def test_the_stage_of_a_deal_closes_it(all_files):
    more, less, done = Opportunity.objects.order_by("external_id")
    assert (more.outcome, more.expected_on, more.kind, more.contact.name) == (
        "", dt.date(2026, 3, 1), "up_sell", "Ann Smith",
    )  # fmt: skip
    assert (less.outcome, less.closed_on, less.reason.name, less.kind) == (
        "lost", dt.date(2026, 2, 1), "Too dear", "new",
    )  # fmt: skip
    assert (done.outcome, done.closed_on) == ("won", dt.date(2026, 2, 2))
    assert less.extra["Type"] == "Some Own Type"


def test_calls_have_direction_length_and_the_organisations_time(all_files, organisation):
    late, offer, missed = Interaction.objects.order_by("external_id")
    assert {call.channel for call in (late, offer, missed)} == {"phone"}
    assert (late.direction, late.minutes, late.kind, late.notes) == ("in", 6, "service", "Interested")
    assert (offer.direction, offer.minutes, offer.customer.name, missed.direction) == ("out", 1, "Alpha GmbH", "in")
    assert missed.customer.name == "贝塔公司" and missed.contact.name == "李雷"
    assert late.occurred_at.astimezone(organisation.zone).replace(tzinfo=None) == dt.datetime(2026, 1, 7, 8, 30)


def test_tasks_are_open_done_or_as_the_company_calls_it(all_files):
    told = [(task.subject, bool(task.done_at), task.customer.name) for task in FollowUp.objects.order_by("external_id")]
    assert told == [("Call back", False, "Alpha GmbH"), ("Visit", True, "贝塔公司"), ("Third", False, "Alpha GmbH")]
    assert FollowUp.objects.get(subject="Third").extra["Status"] == "Our Own State"


def test_notes_become_plain_text_and_do_not_count_as_contact(all_files, zoho):
    run = zoho("interactions", NOTES)
    assert run.rejected_by_reason == {"unknown_customer": 1}
    gone = run.rejections.get()
    assert (gone.line, gone.column, gone.value) == (5, "Parent ID.id", "99")
    first, second = Interaction.objects.filter(is_automatic=True).order_by("external_id")
    assert first.notes == "Wants blue ones\n& soon" and second.notes == 'Two lines\nx < y, "quoted"'
    assert second.customer.name == "Alpha GmbH"


@pytest.mark.parametrize("kind", ["contacts", "opportunities", "interactions", "follow_ups"])
def test_a_file_before_its_accounts_is_rejected_by_line_column_and_value_and_accepted_afterwards(zoho, kind):
    run = zoho(kind, FILES[kind])
    assert run.created == 0 and set(run.rejected_by_reason) == {"unknown_customer"}
    assert all(rejection.column.endswith(".id") and rejection.value for rejection in run.rejections.all())
    for name in ("customers", "contacts", "opportunities"):
        zoho(name, FILES[name])
    again = zoho(kind, FILES[kind])
    assert again.rejected == 0 and MODELS[kind].objects.count() == again.lines_read


def test_a_deal_before_its_contact_is_kept_and_gets_it_later(zoho):
    zoho("customers", ACCOUNTS)
    early = zoho("opportunities", DEALS)
    assert early.left_empty["contact"] == {"Ann Smith": 1}
    assert Opportunity.objects.get(name="More").extra["Contact Name"] == "Ann Smith"
    zoho("contacts", CONTACTS)
    assert zoho("opportunities", DEALS).updated == 1
    assert Opportunity.objects.get(name="More").contact.name == "Ann Smith"


def test_ids_without_the_prefix_are_the_same(all_files, zoho):
    run = zoho("contacts", CONTACTS.replace("zcrm_", ""))
    assert (run.created, run.rejected, Contact.objects.count()) == (0, 0, 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_marks_make_no_difference(zoho, tmp_path, encoding):
    path = tmp_path / "Accounts_2026_01_26.csv"
    path.write_bytes(ACCOUNTS.encode(encoding))
    run = run_import(start_run("customers", path, preset="zoho"), path, Silent(), dry_run=False)
    assert run.created == 2 and Customer.objects.filter(name="贝塔公司").exists()


def test_a_workbook_saved_by_excel_is_read_but_its_rounded_ids_are_not(zoho, tmp_path):
    path = tmp_path / "Accounts.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(csv.reader(io.StringIO(ACCOUNTS))):
        sheet.write_row(number, 0, row)
    sheet.write(2, 0, 6739882000000560002)
    sheet.write(2, 14, True)
    book.close()
    run = run_import(start_run("customers", path, preset="zoho"), path, Silent(), dry_run=False)
    assert (run.created, run.rejected_by_reason) == (1, {"rounded_number": 1})
    assert run.rejections.get().column == "Record Id"


RENAMED = {
    "report export": {h: f"{h.removesuffix('.id')}({h.removesuffix('.id')}){'.id' * h.endswith('.id')}" for h in (
        "Account Owner.id", "Account Owner", "Account Name", "Billing State")},
    "new addresses": {"Billing State": "Billing Address - State / Province", "Billing Country": "Billing Address - Country / Region"},
    "Simplified Chinese": {"Record Id": "记录ID", "Account Name": "客户名称", "Account Owner": "客户所有者", "Billing State": "开单地址-省", "Billing Country": "开单地址-国家/地区", "Parent Account.id": "父客户.id", "Account Type": "客户类型", "Industry": "所属行业", "Phone": "电话"},
    "Traditional Chinese": {"Record Id": "記錄ID", "Account Name": "客戶名稱", "Account Owner": "客戶所有者", "Account Type": "客戶類型", "Phone": "電話", "Industry": "行業", "Billing State": "帳單州/省", "Billing Country": "帳單國家", "Parent Account.id": "父客戶.id"},
    "names of the API": {"Record Id": "id", "Account Name": "Account_Name", "Account Type": "Account_Type", "Account Owner": "Account_Owner", "Billing State": "Billing_State", "Billing Country": "Billing_Country", "Parent Account.id": "Parent_Account.id"},
    "Bigin": {"Account Name": "Company Name", "Account Owner": "Company Owner"},
}  # fmt: skip


def renamed(text: str, names: dict[str, str]) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    rows[0] = [names.get(header, header) for header in rows[0]]
    out = io.StringIO()
    csv.writer(out).writerows(row[::-1] for row in rows)
    return out.getvalue()


@pytest.mark.parametrize("edition", RENAMED)
def test_columns_are_found_under_other_names_and_in_another_order(zoho, edition):
    zoho("customers", ACCOUNTS)
    before = list(Customer.objects.order_by("id").values("name", "region", "owner", "parent", "segment", "industry"))
    run = zoho("customers", renamed(ACCOUNTS, RENAMED[edition]))
    assert run.created == 0 and run.rejected == 0
    after = list(Customer.objects.order_by("id").values("name", "region", "owner", "parent", "segment", "industry"))
    assert after == before


def test_an_unknown_name_is_corrected_by_the_user(zoho):
    text = renamed(ACCOUNTS, {"Account Name": "Hotel"})
    assert zoho("customers", text, mapping={"name": "Hotel"}).created == 2


def test_bigins_deals_and_old_api_names_are_read(zoho):
    zoho("customers", ACCOUNTS)
    bigin = renamed(
        DEALS,
        {
            "Record Id": "Deal Id",
            "Account Name.id": "Company Id",
            "Account Name": "Company Name",
            "Pipeline": "Sub-Pipeline",
        },
    )
    old = renamed(DEALS, {"Record Id": "POTENTIALID", "Account Name.id": "ACCOUNTID", "Deal Name": "Potential Name"})
    assert zoho("opportunities", bigin).created == 3
    assert zoho("opportunities", old).rejected == 0 and Opportunity.objects.count() == 3


@pytest.mark.parametrize(
    "text, module",
    [
        (ACCOUNTS, "Accounts"),
        (CONTACTS, "Contacts"),
        (DEALS, "Deals"),
        (CALLS, "Calls"),
        (TASKS, "Tasks"),
        (NOTES, "Notes"),
    ],
)
def test_the_headers_tell_which_module_it_is(db, text, module):
    headers = next(csv.reader(io.StringIO(text)))
    fit, preset = fitting(headers)[0]
    assert str(preset.module) == module and preset.name == "zoho" and fit > 0.9


def test_other_files_fit_no_preset(db):
    assert fitting(["customer code", "name", "phone"]) == []


def test_the_columns_of_a_preset_are_fields_of_its_kind():
    for preset in BUILT_IN:
        assert set(preset.columns) <= {field.name for field in KINDS[preset.kind].fields}
