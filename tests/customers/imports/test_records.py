"""Contacts, interactions, opportunities and the rest from files of their own."""

import datetime as dt

import pytest

from crmquality.office.models import RecordKeeping
from customers.imports.errors import ImportRefused
from customers.imports.progress import Silent
from customers.imports.undo import undo
from customers.models import (
    AcquisitionSpend,
    ChangedCustomer,
    Contact,
    Customer,
    FollowUp,
    Interaction,
    JointProject,
    Loss,
    Need,
    Opportunity,
    ProductLine,
    Reason,
    ServiceContract,
)
from tests.people import member
from tests.records import contact, customer, interaction

FILES = {
    "contacts": "客户编号,姓名,职务,手机,邮箱,角色,主联系人\nA,李雷,采购,13800138000,li@example.com,决策人,是\nB,Ann,,,,,no\n",
    "interactions": "customer code,when,channel,call type,duration in minutes,subject,notes\n"
    "A,2026-01-05 09:30,Phone,Inbound,12,Late delivery,Angry\nB,2026-01-06,微信,,,Hello,\n",
    "follow_ups": "客户编号,主题,到期日,状态,完成时间\nA,回电,2026-02-01,未开始,\nA,拜访,2026-01-03,已完成,2026-01-03 15:00\n",
    "opportunities": "customer code,name,created on,stage,close date,amount,loss reason\n"
    "A,More,2026-01-05,Negotiation,2026-03-01,1200.50,\nB,Less,2026-01-05,Closed Lost,2026-02-01,\"1,000\",Too dear\n",
    "contracts": "customer code,contract,product line,start date,end date,renewed,amount\n"
    "A,Care,Service,2026-01-01,2026-12-31,,500\nB,Care,Service,2025-01-01,2025-12-31,yes,\n",
    "losses": "客户编号,流失日期,流失原因,竞争对手,挽回,挽回日期\nA,2026-01-05,价格,ACME,已挽回,2026-02-01\nB,2026-01-06,价格,,,\n",
    "needs": "customer code,need,named on,met on\nA,Faster delivery,2026-01-05,2026-02-01\nB,Blue ones,2026-01-05,\n",
    "projects": "customer code,project,start date,end date\nA,Pilot,2026-01-05,\nB,Pilot,2026-01-05,2026-02-05\n",
    "spend": "channel,month,amount\nFair,2026-01,5000\nSearch,Jan 5 2026,120.50\n",
}  # fmt: skip
MODELS = {
    "contacts": Contact, "interactions": Interaction, "follow_ups": FollowUp, "opportunities": Opportunity,
    "contracts": ServiceContract, "losses": Loss, "needs": Need, "projects": JointProject, "spend": AcquisitionSpend,
}  # fmt: skip


@pytest.fixture
def two(organisation) -> tuple[Customer, Customer]:
    return customer("A", name="Alpha"), customer("B", name="Beta")


def rows(model) -> list[dict]:
    return list(model.objects.order_by("id").values())


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_comes_in_once_and_the_second_time_changes_nothing(two, bring_in, kind):
    run = bring_in(kind, FILES[kind])
    assert (run.lines_read, run.created, run.rejected_by_reason) == (2, 2, {})
    before = rows(MODELS[kind])
    ChangedCustomer.objects.all().delete()
    again = bring_in(kind, FILES[kind])
    assert (again.created, again.updated, again.unchanged, again.rejected) == (0, 0, 2, 0)
    assert rows(MODELS[kind]) == before and not ChangedCustomer.objects.exists()


@pytest.mark.parametrize("kind", FILES)
def test_each_kind_is_undone_whole(two, bring_in, kind):
    kept = list(RecordKeeping.objects.values_list("kind", "since"))
    run = undo(bring_in(kind, FILES[kind]), Silent())
    assert run.left_by_undo == {} and not MODELS[kind].objects.exists()
    assert not Reason.objects.filter(name__in=["Too dear", "价格"]).exists() and not ProductLine.objects.exists()
    assert list(RecordKeeping.objects.values_list("kind", "since")) == kept


@pytest.mark.parametrize("kind", FILES)
def test_a_dry_run_of_each_kind_tells_the_same_and_writes_nothing(two, bring_in, kind):
    dry = bring_in(kind, FILES[kind], dry_run=True)
    assert not MODELS[kind].objects.exists()
    real = bring_in(kind, FILES[kind])
    for name in ("created", "rejected", "money_accepted", "money_in_file"):
        assert getattr(dry, name) == getattr(real, name)


def test_contacts_keep_what_the_file_tells(two, bring_in):
    bring_in("contacts", FILES["contacts"])
    li = Contact.objects.get(name="李雷")
    assert (li.customer, li.title, li.role, li.is_primary) == (two[0], "采购", "decision_maker", True)
    assert li.phone_keys == ["00138000"]


def test_only_one_contact_is_the_first_to_be_asked_and_two_may_swap(two, bring_in):
    header = "customer code,name,primary contact\n"
    run = bring_in("contacts", header + "A,One,yes\nA,Two,yes\nA,Three,no\n")
    assert run.rejected_by_reason == {"another_is_primary": 1}
    swapped = bring_in("contacts", header + "A,One,no\nA,Three,yes\n")
    assert swapped.updated == 2 and Contact.objects.get(is_primary=True).name == "Three"
    assert bring_in("contacts", header + "A,Four,yes\n").rejected == 1
    undo(swapped, Silent())
    assert Contact.objects.get(is_primary=True).name == "One"


def test_a_name_comes_in_parts_and_chinese_ones_without_a_blank(two, bring_in):
    bring_in("contacts", "customer code,First Name,Last Name,Email Opt Out\nA,Ann,Lee,TRUE\nA,雷,李,false\nA,,Solo,\n")
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ann Lee", "Solo", "李雷"]
    assert Contact.objects.get(name="Ann Lee").opted_out == ["email"]


def test_an_interaction_has_its_local_time_direction_and_length(two, bring_in):
    bring_in("interactions", FILES["interactions"])
    call, chat = Interaction.objects.order_by("id")
    assert (call.channel, call.direction, call.minutes, call.subject) == ("phone", "in", 12, "Late delivery")
    assert (chat.channel, chat.direction, chat.customer) == ("wechat", "out", two[1])
    assert RecordKeeping.objects.get(kind="interactions").since == dt.date(2026, 1, 5)


def test_a_customer_is_found_by_code_or_by_its_only_name(two, bring_in):
    customer("C", name="Twin"), customer("D", name="twin")
    text = "customer code,customer name,when,channel\n,ALPHA ,2026-01-05,phone\n,Twin,2026-01-05,phone\n,Who,2026-01-05,phone\nZ,Alpha,2026-01-05,phone\n,,2026-01-05,phone\n"
    run = bring_in("interactions", text)
    assert run.created == 1 and Interaction.objects.get().customer == two[0]
    assert run.rejected_by_reason == {"ambiguous_customer": 1, "unknown_customer": 2, "no_customer": 1}
    assert set(run.rejections.values_list("line", "column", "value", "reason")) >= {
        (4, "customer name", "Who", "unknown_customer"), (5, "customer code", "Z", "unknown_customer"),
    }  # fmt: skip


def test_a_contact_belongs_to_the_lines_customer(two, bring_in):
    alpha, beta = two
    contact(alpha, "Ann", external_source="zoo", external_id="c1"), contact(beta, "Ann")
    text = "customer code,contact id,contact name,when,channel\nA,c1,,2026-01-05,phone\nB,c1,,2026-01-05,phone\nB,,ann,2026-01-05,phone\nB,,Bob,2026-01-05,phone\n,c1,,2026-01-07,phone\n"
    run = bring_in("interactions", text, source="zoo")
    assert run.rejected_by_reason == {"contact_of_another": 1, "unknown_contact": 1}
    found = list(Interaction.objects.order_by("id").values_list("customer__code", "contact__customer__code"))
    assert found == [("A", "A"), ("A", "A"), ("B", "B")]


def test_staff_are_found_by_user_name_e_mail_or_full_name(two, bring_in):
    member("li", "agent", first_name="雷", last_name="李"), member("ann", "agent", first_name="Ann", last_name="Lee")
    text = "customer code,owner,subject,due\nA,ann lee,1,2026-01-05\nA,李雷,2,2026-01-05\nA,LI@example.com,3,2026-01-05\nA,nobody,4,2026-01-05\n"
    run = bring_in("follow_ups", text)
    assert run.rejected_by_reason == {"unknown_owner": 1}
    owners = FollowUp.objects.order_by("subject").values_list("owner__username", flat=True)
    assert list(owners) == ["ann", "li", "li"]


def test_an_unknown_owner_is_left_empty_and_listed_where_a_rule_says_so(two, bring_in):
    text = "customer code,owner,subject,due\nA,Old Hand,1,2026-01-05\nA,Old Hand,2,2026-01-05\n"
    run = bring_in("follow_ups", text, rules=("unknown_owner_left_empty",))
    assert run.created == 2 and run.left_empty == {"owner": {"Old Hand": 2}}
    assert FollowUp.objects.first().extra == {"owner": "Old Hand"}
    assert bring_in("follow_ups", text, rules=("unknown_owner_left_empty",)).unchanged == 2


def test_what_was_done_here_stays_done(two, bring_in):
    bring_in("follow_ups", FILES["follow_ups"])
    done = dt.datetime(2026, 1, 30, tzinfo=dt.UTC)
    FollowUp.objects.filter(subject="回电").update(done_at=done)
    assert bring_in("follow_ups", FILES["follow_ups"]).unchanged == 2
    assert FollowUp.objects.get(subject="回电").done_at == done


def test_done_needs_its_time(two, bring_in):
    run = bring_in("follow_ups", "customer code,subject,due,status\nA,1,2026-01-05,Completed\n")
    assert run.rejected_by_reason == {"no_done_at": 1}


def test_the_stage_of_an_opportunity_tells_its_outcome(two, bring_in):
    bring_in("opportunities", FILES["opportunities"])
    more, less = Opportunity.objects.order_by("id")
    assert (more.outcome, more.closed_on, more.expected_on, more.amount) == ("", None, dt.date(2026, 3, 1), 120050)
    assert (less.outcome, less.closed_on, less.reason.name) == ("lost", dt.date(2026, 2, 1), "Too dear")
    won = FILES["opportunities"].replace("Negotiation", "Signed")
    run = bring_in("opportunities", won, words={"outcome": {"signed": "won"}})
    more.refresh_from_db()
    assert (run.updated, more.outcome, more.stage, more.closed_on) == (1, "won", "Signed", dt.date(2026, 3, 1))


def test_won_or_lost_needs_a_day(two, bring_in):
    run = bring_in("opportunities", "customer code,name,created on,stage\nA,More,2026-01-05,Closed Won\n")
    assert run.rejected_by_reason == {"no_closed_on": 1}


def test_a_file_without_a_column_keeps_what_is_stored(two, bring_in):
    bring_in("opportunities", FILES["opportunities"])
    run = bring_in(
        "opportunities", "customer code,name,created on,stage,close date\nB,Less,2026-01-05,输单,2026-02-02\n"
    )
    less = Opportunity.objects.get(name="Less")
    assert run.updated == 1 and run.money_accepted == 0
    assert (less.amount, less.reason.name, less.closed_on) == (100000, "Too dear", dt.date(2026, 2, 2))


def test_amounts_in_other_currencies_are_converted_or_refused(two, bring_in):
    text = "customer code,name,created on,amount,currency,exchange rate\n"
    run = bring_in(
        "opportunities", text + "A,1,2026-01-05,1500,JPY,0.005\nA,2,2026-01-05,3,EUR,\nA,3,2026-01-05,-3,,\n"
    )
    assert Opportunity.objects.get().amount == 750 == run.money_accepted == run.money_in_file
    assert run.rejected_by_reason == {"no_rate": 1, "amount_negative": 1}


def test_an_amount_whose_sign_is_of_another_currency_is_never_added_up_as_ours(two, bring_in):
    text = 'customer code,name,created on,amount\nA,x,2026-01-05,"$1,200.50"\nA,y,2026-01-05,"¥3,000"\n'
    text += "A,z,2026-01-05,US$5\nA,v,2026-01-05,EUR 7\nA,w,2026-01-05,£10\nA,u,2026-01-05,20\n"
    brought = bring_in("opportunities", text)
    assert brought.rejected_by_reason == {"another_currency": 4}
    assert brought.money_accepted == 3000 == brought.money_in_file
    assert brought.rejections.values_list("line", "column", "value").first() == (2, "amount", "$1,200.50")


def test_a_sign_may_stand_where_the_line_or_the_file_is_in_its_currency(two, bring_in):
    text = "customer code,name,created on,amount,currency,exchange rate\nA,x,2026-01-05,$100,USD,0.8\n"
    text += "A,y,2026-01-05,£50,,\nA,z,2026-01-05,£50,USD,0.8\nA,w,2026-01-05,$50,,\n"
    brought = bring_in("opportunities", text)
    assert brought.rejected_by_reason == {"another_currency": 2} and brought.money_accepted == 13000
    dollars = bring_in(
        "opportunities", "customer code,name,created on,amount\nB,x,2026-01-05,$100\n", currency="USD", rate="0.5"
    )
    assert dollars.rejected == 0 and dollars.money_accepted == 5000


def test_what_a_customer_owes_is_money_of_the_organisation(two, bring_in):
    brought = bring_in("customers", "code,name,receivable,overdue\nA,A,$500,0\nB,B,£500,£20\n")
    assert brought.rejected_by_reason == {"another_currency": 1}
    assert not brought.tells_money


def test_lines_with_one_key_come_in_once(two, bring_in):
    run = bring_in("needs", FILES["needs"] + "A,Faster delivery,2026-01-05,\n")
    assert (run.created, run.rejected_by_reason) == (2, {"repeated_key": 1})


@pytest.mark.parametrize(
    "kind, text, reason",
    [
        ("contracts", "customer code,contract,start,end\nA,x,2026-01-05,2026-01-04\n", "ends_before_start"),
        ("needs", "customer code,need,date,met\nA,x,2026-01-05,2026-01-04\n", "ends_before_start"),
        ("projects", "customer code,project,start,end\nA,x,2026-01-05,2026-01-04\n", "ends_before_start"),
        ("losses", "customer code,date,win back\nA,2026-01-05,won back\n", "no_win_back_on"),
        ("spend", "channel,month,amount\nFair,2026-01,-5\n", "amount_negative"),
        ("spend", "channel,month,amount\nFair,2026-01,\n", "no_amount"),
        ("interactions", "customer code,when,channel\nA,2026-01-05,pigeon\n", "unreadable"),
        ("interactions", "customer code,when,channel,minutes\nA,2026-01-05,phone,-5\n", "minutes_out_of_range"),
        ("contacts", "customer code,name,e-mail\nA,x,n/a\n", "unreadable"),
        ("contacts", "customer code,name,weight\nA,x,0\n", "weight_not_positive"),
        ("contacts", "customer code,first name,last name\nA,,\n", "no_name"),
    ],
)
def test_lines_that_contradict_themselves_are_rejected(two, bring_in, kind, text, reason):
    run = bring_in(kind, text)
    assert run.rejected_by_reason == {reason: 1} and run.lines_read == 1
    assert run.rejections.get().column


def test_a_file_that_names_no_customer_is_refused(two, bring_in):
    with pytest.raises(ImportRefused, match="Customer code / Customer name"):
        bring_in("needs", "need,date\nx,2026-01-05\n")


def test_a_contact_in_use_is_left_by_the_undo(two, bring_in):
    run = bring_in("contacts", FILES["contacts"])
    talked = interaction(two[0], "2026-02-01", contact=Contact.objects.get(name="李雷"))
    left = undo(run, Silent()).left_by_undo["rows"]
    assert left == [{"target": "contact", "why": "referenced", "label": "李雷"}]
    talked.refresh_from_db()
    assert talked.contact.name == "李雷"


def test_customers_bring_their_credit_and_who_referred_them(organisation, bring_in):
    text = "code,name,status,phone,email,won on,lead source,referred by,credit grade,amount owed,overdue\n"
    run = bring_in(
        "customers",
        text + 'A,One,active,021,a@example.com,2026-01-05,Fair,,AA,"1,000",250.50\n'
        "B,Two,暂停,,,,,A,,,\nC,Three,,,,,,Z,,,\nD,Four,,,,,,D,,,\nE,Five,,,,,,,,10,11\n",
    )
    assert run.rejected_by_reason == {"unknown_referrer": 1, "refers_itself": 1, "overdue_not_owed": 1}
    one, two = Customer.objects.order_by("code")
    assert (one.receivable, one.overdue, one.acquired_on) == (100000, 25050, dt.date(2026, 1, 5))
    assert (two.status, two.referred_by) == ("on_hold", one)
    assert RecordKeeping.objects.filter(kind="credit").exists()
    assert undo(run, Silent()).left_by_undo == {} and not Customer.objects.exists()
