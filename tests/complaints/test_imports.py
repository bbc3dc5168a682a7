"""Complaints come in from files: once, with their steps and clocks, and go again."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints import life
from complaints.models import Actor, Case, CaseMessage, CaseStep, Category
from crmquality.office.models import RecordKeeping
from customers.imports.errors import ImportRefused
from customers.imports.progress import Silent
from customers.imports.running import run_import
from customers.imports.starting import start_run
from customers.imports.undo import undo
from customers.models import ChangedCustomer, Customer, ImportRun, Order
from tests.customers.imports.test_real_files import real
from tests.people import member
from tests.records import at, case, contact, customer, order, product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
HEADER = "case number,customer code,subject,category,severity,type,origin,status,received,acknowledged,resolved,closed,outcome,compensation\n"
CLOSED = "7,A,Too late,late-delivery,high,problem,phone,closed,2025-03-03 10:00,2025-03-03,2025-03-05,2025-03-06,rejected,12.50\n"
OPEN = "8,A,Broken,Defect,4,投诉,微信,处理中,2025-03-04 10:00,,,,,\n"
CFPB = "Date received,Product,Sub-product,Issue,Sub-issue,Company,State,ZIP code,Consumer consent provided?,Submitted via,Date sent to company,Company response to consumer,Timely response?,Consumer disputed?\n"
ACME = "7/29/2013,Consumer Loan,Vehicle loan,Managing the loan,,Acme,VA,24540,N/A,Phone,7/30/2013,Closed with explanation,Yes,{}\n"


def steps(of: Case) -> list[tuple[str, str]]:
    return [(step.step, step.to_status) for step in of.steps.all()]


def test_a_closed_complaint_comes_in_with_its_life(bring_in):
    buyer = customer("A", region="North")
    run = bring_in("complaints", HEADER + CLOSED)
    assert (run.lines_read, run.created, run.rejected, run.money_accepted, run.money_in_file) == (1, 1, 0, 1250, 1250)
    one = Case.objects.get()
    assert (one.customer, one.category.code, one.severity, one.kind) == (buyer, "late-delivery", 3, "complaint")
    assert (one.status, one.outcome, one.channel, one.region) == ("closed", "rejected", "phone", "North")
    # A mere day is no earlier than the receipt on that day.
    assert one.acknowledged_at == one.received_at == at("2025-03-03", 10)
    assert (one.compensation, str(one.compensated_on)) == (1250, "2025-03-05")
    assert steps(one) == [
        ("receive", "received"), ("acknowledge", "acknowledged"), ("resolve", "resolved"), ("close", "closed"),
    ]  # fmt: skip
    last = one.steps.last()
    assert (last.by, last.channel, last.member, last.data) == ("system", "import", None, {"outcome": "rejected"})
    assert not one.clocks.exists()
    assert str(RecordKeeping.objects.get(kind="complaints").since) == "2025-03-03"
    assert ChangedCustomer.objects.filter(customer_id=buyer.pk).exists()


def test_an_open_one_has_clocks_that_warn_of_no_past(bring_in):
    customer("A")
    bring_in("complaints", HEADER + OPEN)
    one = Case.objects.get()
    assert (one.status, one.severity, one.channel, one.category.code) == ("in_progress", 4, "wechat", "defect")
    assert steps(one) == [("receive", "received"), ("start", "in_progress")]
    clocks = one.clocks.running()
    assert {clock.kind for clock in clocks} == {"acknowledge", "response", "resolve"}
    assert all(clock.breached_at == clock.due_at and clock.warned_at for clock in clocks)


def test_the_same_file_again_changes_nothing_and_a_later_one_adds_what_came_since(bring_in):
    customer("A")
    bring_in("complaints", HEADER + CLOSED + OPEN)
    assert bring_in("complaints", HEADER + CLOSED + OPEN).unchanged == 2
    assert CaseStep.objects.count() == 6
    ended = OPEN.replace("处理中,2025-03-04 10:00,,,,,", "已结案,2025-03-04 10:00,,2025-03-07,2025-03-08,接受,")
    run = bring_in("complaints", HEADER + CLOSED + ended)
    assert (run.unchanged, run.updated) == (1, 1)
    one = Case.objects.get(external_id="8")
    assert steps(one)[2:] == [("resolve", "resolved"), ("close", "closed")]
    assert {clock.stopped_at for clock in one.clocks.all()} == {one.resolved_at}
    # No file opens it again.
    assert bring_in("complaints", HEADER + OPEN).unchanged == 1


def test_what_was_done_here_stays(bring_in, agent):
    customer("A")
    bring_in("complaints", HEADER + OPEN)
    one = Case.objects.get()
    life.propose(one, "A new one.", Actor.staff(agent), at("2025-03-05"))
    bring_in("complaints", HEADER + OPEN.replace("处理中,2025-03-04 10:00,,,", "closed,2025-03-04 10:00,,,2025-03-05"))
    one.refresh_from_db()
    assert (one.status, one.closed_at) == ("proposed", None)


def test_an_undone_import_leaves_nothing_and_an_undone_change_says_so(bring_in):
    customer("A")
    first = bring_in("complaints", HEADER + OPEN)
    later = bring_in(
        "complaints", HEADER + OPEN.replace("处理中,2025-03-04 10:00,,,", "closed,2025-03-04 10:00,,,2025-03-05")
    )
    assert Case.objects.get().status == "closed"
    assert undo(later, Silent()).left_by_undo == {}
    one = Case.objects.get()
    assert one.status == "in_progress" and steps(one)[-1] == ("edit", "in_progress")
    assert undo(first, Silent()).left_by_undo == {}
    assert not Case.objects.exists() and not CaseStep.objects.exists() and not RecordKeeping.objects.exists()


def test_a_case_that_somebody_works_on_is_left_by_the_undo(bring_in, agent):
    customer("A")
    run = bring_in("complaints", HEADER + CLOSED + OPEN)
    note = CaseMessage(at=at("2025-03-05"), direction="note", channel="other", text="Asked.")
    life.write(Case.objects.get(external_id="7"), note, Actor.staff(agent), at("2025-03-05"))
    life.resolve(Case.objects.get(external_id="8"), Actor.staff(agent), at("2025-03-05"))
    assert {row["why"] for row in undo(run, Silent()).left_by_undo["rows"]} == {"referenced", "changed"}
    assert Case.objects.count() == 2


def test_bad_lines_are_rejected_with_their_reason(bring_in):
    customer("A")
    text = "number,customer,subject,status,received,closed,severity\n" + "".join(
        f"{number},{rest}\n" for number, rest in enumerate([
            "A,Fine,new,2025-03-03,,", "ZZ,No such,new,2025-03-03,,", ",Nobody,new,2025-03-03,,", "A,,new,2025-03-03,,",
            "A,No end,closed,2025-03-03,,", "A,Backwards,closed,2025-03-03,2025-03-01,", "A,When,new,,,",
            "A,Odd,somehow,2025-03-03,,", "A,How bad,new,2025-03-03,,9",
        ])
    )  # fmt: skip
    run = bring_in("complaints", text + "0,A,Again,new,2025-03-03,,\n")
    assert run.rejected_by_reason == {
        "unreadable": 2, "unknown_customer": 1, "no_customer": 1, "no_subject": 1, "no_closed_at": 1,
        "before_received": 1, "no_received_at": 1, "repeated_key": 1,
    }  # fmt: skip
    assert run.lines_read == run.created + run.rejected == 10
    with pytest.raises(ImportRefused):
        bring_in("complaints", "number,customer,subject\n1,A,x\n")


def test_a_category_nobody_knows_is_left_empty_listed_and_kept(bring_in):
    customer("A")
    Category.objects.create(code="smell", name="Phone")
    text = "customer,subject,category,root cause,received\nA,One,电话,Material or parts,2025-03-03\nA,Two,Taste,物流,2025-03-03\n"
    run = bring_in("complaints", text)
    one, two = Case.objects.order_by("subject")
    assert (one.category.code, one.cause.code, one.extra) == ("smell", "material", {})
    assert (two.category, two.extra["category"]) == (None, "Taste")
    assert run.left_empty["category"] == {"Taste": 1}
    # A line without a number is known by customer, moment and subject.
    assert bring_in("complaints", text).unchanged == 2


def test_a_case_is_linked_to_the_orders_and_products_its_line_names(bring_in):
    buyer = customer("A")
    first, second = (order(buyer, "2025-01-01", number=number) for number in ("SO/1", "SO/2"))
    order(customer("B"), "2025-01-01", number="SO/3")
    pump = product("P-1")
    header = "case number,customer,subject,received,order number,sku\n"
    run = bring_in("complaints", header + (
        "1,A,Leaks,2025-03-03,SO/1； SO/2,P-1\n2,A,Late,2025-03-03,,\n3,A,Foreign,2025-03-03,SO/3,\n"
        '4,A,Odd,2025-03-03,"SO/1, SO/9",\n5,A,Unknown,2025-03-03,,P-9\n'
    ))  # fmt: skip
    assert run.rejected_by_reason == {"unknown_order": 2, "unknown_product": 1}
    assert [(row.column, row.value) for row in run.rejections.order_by("line")] == [
        ("order number", "SO/3"), ("order number", "SO/1, SO/9"), ("sku", "P-9"),
    ]  # fmt: skip
    one, two = Case.objects.order_by("external_id")
    assert set(one.orders.all()) == {first, second} and one.products.get() == pump
    assert not two.orders.exists()
    # What is there stays, what a later file names comes too.
    assert bring_in("complaints", header + "1,A,Leaks,2025-03-03,SO/1,\n2,A,Late,2025-03-03,SO/2,\n").unchanged == 2
    assert (one.orders.count(), two.orders.get()) == (2, second)
    assert undo(run, Silent()).left_by_undo == {} and not Case.objects.exists()


def test_an_order_that_a_case_is_about_is_left_by_the_undo_of_its_own_import(bring_in):
    customer("A")
    product("P-1")
    orders = bring_in("orders", "number,customer,product,quantity,price,date\nSO-1,A,P-1,1,5,2025-01-01\n")
    case(of=Customer.objects.get()).orders.set(Order.objects.all())
    assert {row["why"] for row in undo(orders, Silent()).left_by_undo["rows"]} == {"referenced"}
    assert Case.objects.get().orders.count() == 1


def test_a_dry_run_says_the_same_and_writes_nothing(bring_in):
    customer("A")
    run = bring_in("complaints", HEADER + CLOSED + OPEN, dry_run=True)
    assert (run.created, run.money_accepted) == (2, 1250)
    assert not Case.objects.exists() and not CaseStep.objects.exists()


def test_zoho_s_cases(bring_in):
    member("li", "agent", first_name="Na", last_name="Li")
    buyer = customer("A", name="Acme", external_source="zoho", external_id="111")
    who = contact(buyer, "Jo Doe", external_source="zoho", external_id="222")
    text = (
        "Record Id,Case Number,Case Owner.id,Case Owner,Subject,Status,Priority,Type,Case Origin,Case Reason,Related To.id,"
        "Related To,Reported By,Account Name.id,Account Name,Product Name,Email,Phone,Description,Solution,Created Time,Modified Time\n"
        "zcrm_9,C-1,zcrm_5,Na Li,It leaks,Closed,High,Problem,Web,Installation,zcrm_222,Jo Doe,Jo,zcrm_111,Acme,Pump,"
        "jo@example.com,123,Since Monday,New seal,2025-03-03 10:00:00,2025-03-05 10:00:00\n"
        "zcrm_10,C-2,zcrm_6,Bo,A wish,Escalated,-None-,Feature Request,Fax machine,,,,,zcrm_111,Acme,,,,,,2025-03-04 10:00:00,2025-03-05 10:00:00\n"
    )
    run = bring_in("complaints", text, preset="zoho")
    assert (run.created, run.rejected_by_reason) == (2, {})
    one, two = Case.objects.order_by("received_at")
    assert (one.external_id, one.customer, one.contact, one.owner.username) == ("9", buyer, who, "li")
    assert (one.status, one.closed_at, one.severity, one.channel) == ("closed", at("2025-03-05", 10), 3, "form")
    assert (one.category.code, one.cause_text, one.sender_email) == ("installation", "New seal", "jo@example.com")
    assert (two.status, two.kind, two.severity, two.channel) == ("in_progress", "suggestion", 2, "other")
    assert two.owner is None and two.extra["Case Owner"] == "Bo"
    assert bring_in("complaints", text, preset="zoho").unchanged == 2


def test_equal_lines_of_the_bureau_are_as_many_complaints_and_companies_come_with_them(bring_in):
    lines = ACME.format("Yes") * 2 + ACME.format("No") + ACME.format("").replace("7/30", "7/28")
    run = bring_in("complaints", CFPB + lines, preset="cfpb")
    assert (run.created, run.rejected_by_reason) == (3, {"before_received": 1})
    assert Customer.objects.get().code == "Acme"
    assert sorted(Case.objects.values_list("outcome", flat=True)) == ["accepted", "rejected", "rejected"]
    one = Case.objects.first()
    assert (
        one.extra["Product"] == "Consumer Loan"
        and one.extra["Timely response?"] == "Yes"
        and one.subject == "Managing the loan"
    )
    assert bring_in("complaints", CFPB + lines, preset="cfpb").unchanged == 3
    assert undo(run, Silent()).left_by_undo == {}
    assert not Case.objects.exists() and not Customer.objects.exists()


def test_a_company_that_was_renamed_here_and_one_of_a_long_name_are_known_again(bring_in):
    lines = ACME.format("Yes") + ACME.format("No").replace("Acme", "Long " * 15 + "Name")
    bring_in("complaints", CFPB + lines, preset="cfpb")
    Customer.objects.update(name="Another")
    assert bring_in("complaints", CFPB + lines, preset="cfpb").unchanged == 2
    assert sorted(len(code) for code in Customer.objects.values_list("code", flat=True)) == [4, 50]


def test_a_company_whose_lines_are_all_rejected_does_not_come_in(bring_in):
    run = bring_in("complaints", CFPB + ACME.format("No").replace("7/30", "7/28"), preset="cfpb")
    assert run.rejected == 1 and not Customer.objects.exists()


def test_the_bureau_s_real_file_adds_up():
    path = real("cfpb_consumer_complaints.csv")
    run = run_import(start_run("complaints", path, preset="cfpb"), path, Silent(), dry_run=False)
    assert run.lines_read == 3186 == run.created + run.rejected
    # Sent to the company before it was received.
    assert run.rejected_by_reason == {"before_received": 6}
    with path.open(encoding="utf-8-sig", newline="") as file:
        companies = {row["Company"] for row in csv.DictReader(file)}
    assert Case.objects.count() == 3180 and Customer.objects.count() == len(companies)
    assert Case.objects.open().count() == 29
    assert Case.objects.filter(outcome="rejected").count() + Case.objects.filter(outcome="accepted").count() == 3123
    again = run_import(start_run("complaints", path, preset="cfpb"), path, Silent(), dry_run=False)
    assert (again.unchanged, again.rejected) == (3180, 6)
    assert undo(run, Silent()).left_by_undo == {} and not Case.objects.exists()


@pytest.mark.parametrize("who, status", [("manager", 302), ("agent", 403), ("outsider", 403), (None, 302)])
def test_the_staff_page_takes_complaints_from_those_who_may_import(client, request, who, status, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    if who:
        client.force_login(request.getfixturevalue(who))
    file = SimpleUploadedFile("cases.csv", (CFPB + ACME.format("Yes")).encode())
    answer = client.post(reverse("customers:import_create"), {"kind": "complaints", "file": file})
    assert answer.status_code == status
    runs = ImportRun.objects.values_list("kind", "preset")
    assert list(runs) == ([("complaints", "cfpb")] if who == "manager" else [])


def test_the_undo_of_customers_leaves_those_with_cases(bring_in):
    run = bring_in("customers", "code,name\nA,One\n")
    case("2025-03-03", Customer.objects.get())
    assert undo(run, Silent()).left_by_undo["total"] == 1
