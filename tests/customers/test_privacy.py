"""A person's data: erased everywhere, handed out on request, kept no longer than decided."""

import csv
import datetime as dt
import json
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from crmquality import backups
from crmquality.office.models import Member, Notice
from customers.models import (
    Contact,
    Customer,
    ImportRun,
    Interaction,
    PersonalDataLog,
    RetentionPeriod,
)
from customers.privacy import handing_out, retention
from customers.privacy.erasing import erase_contact, erase_customer
from tests import records

pytestmark = pytest.mark.django_db(transaction=True)

NAME, EMAIL, PHONE = "Zhang Xiaoming", "zxm.unique@example.com", "+86 139 1234 5678"
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def dump(tmp_path: Path) -> str:
    """The whole database as text."""
    target = tmp_path / "dump"
    backups.back_up(target)
    text = subprocess.run(
        [backups._program("pg_restore"), "--file=-", target], capture_output=True, check=True
    ).stdout.decode()
    return text.lower()


@pytest.fixture
def person() -> Contact:
    """Somebody who left traces wherever one can."""
    customer = records.customer("ACME", name="Acme", extra={"boss": NAME})
    contact = records.contact(customer, NAME, email=EMAIL, phone=PHONE)
    contact.title = "Buyer"
    contact.save()
    call = records.interaction(customer, "2026-01-05", contact=contact, subject=f"Talk with {NAME}")
    call.notes = f"zhang  XIAOMING can be reached at {EMAIL.upper()} or 139-12345678."
    call.save()
    records.interaction(records.customer("OTHER"), "2026-01-06", notes=f"Was recommended by {NAME}")
    Notice.objects.create(member=Member.objects.create_user("a"), key="k", text="Call %(name)s", params={"name": NAME})
    return contact


def test_an_erased_person_is_nowhere_in_a_dump(person: Contact, tmp_path: Path) -> None:
    assert NAME.lower() in dump(tmp_path)
    (tmp_path / "dump").unlink()
    erase_contact(person, None)
    text = dump(tmp_path)
    for word in (NAME, EMAIL, PHONE, "13912345678", "139-12345678", "xiaoming"):
        assert word.lower() not in text


def test_what_was_done_with_the_customer_stays(person: Contact) -> None:
    erase_contact(person, None)
    assert Interaction.objects.filter(customer__code="ACME", contact=None).count() == 1
    log = PersonalDataLog.objects.get()
    assert (log.action, log.counts["interactions"]) == ("erased", 1)


def test_somebody_else_of_the_same_name_is_untouched(person: Contact) -> None:
    namesake = records.contact(records.customer("X"), NAME, email="other@example.com")
    call = records.interaction(namesake.customer, "2026-02-01", contact=namesake, notes=f"{NAME} called")
    erase_contact(person, None)
    call.refresh_from_db()
    namesake.refresh_from_db()
    assert (namesake.name, call.notes) == (NAME, f"{NAME} called")
    assert NAME not in Interaction.objects.get(contact=None, customer__code="ACME").subject


def test_a_short_name_is_not_cut_out_of_longer_words() -> None:
    customer = records.customer(name="Liverpool Traders")
    note = records.interaction(customer, "2026-01-05", notes="Li said Liverpool is fine, li-li")
    erase_contact(records.contact(customer, "Li"), None)
    note.refresh_from_db()
    assert note.notes == "█ said Liverpool is fine, █-█"


def test_an_imported_person_is_erased_from_the_imports_log_and_files(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    for name in ("before", "after"):
        with file.open("w", newline="") as target:
            csv.writer(target).writerows(
                [["customer code", "name", "note"], ["P-1", f"{NAME} {name}", EMAIL], ["", NAME, ""]]
            )
        call_command("import_file", "customers", str(file), stdout=StringIO(), stderr=StringIO())
    person = Customer.objects.get(code="P-1")
    Customer.objects.filter(pk=person.pk).update(kind="person", name=NAME)
    person.refresh_from_db()
    erase_customer(person, None)
    (tmp_path / "d").mkdir()
    text = dump(tmp_path / "d")
    assert EMAIL not in text
    assert NAME.lower() not in text
    assert ImportRun.objects.count() == 2


def test_files_that_the_watched_folder_put_away_are_gone_when_they_name_the_person(settings, tmp_path: Path) -> None:
    settings.WATCHED_FOLDER = tmp_path
    for place, name, text in (
        ("done", "1-a.csv", f"code,name\nP-1,{NAME}\n"), ("done", "1-a.csv.rejected.csv", f"line,value\n3,{EMAIL}\n"),
        ("failed", "2-b.csv", f"{NAME},x\n"), ("done", "3-c.csv", "code,name\nP-2,Somebody else\n"),
    ):  # fmt: skip
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / name).write_text(text)
    erase_contact(records.contact(records.customer(), NAME, email=EMAIL), None)
    assert [path.name for path in sorted(tmp_path.glob("*/*"))] == ["3-c.csv"]


def test_an_erased_customer_keeps_orders_and_amounts() -> None:
    person = records.customer("P-7", name=NAME, kind="person", email=EMAIL, extra={"hobby": "golf"})
    records.order(person, "2026-01-05", amount=12_345)
    records.interaction(person, "2026-01-06", subject="Talk", notes="about golf")
    erase_customer(person, None)
    person.refresh_from_db()
    assert (person.name, person.email, person.extra) == ("Erased P-7", "", {})
    assert person.orders.get().amount == 12_345
    assert person.interactions.get().notes == "█"


def test_an_organisation_is_not_erased() -> None:
    with pytest.raises(ValueError, match="persons"):
        erase_customer(records.customer(), None)


def test_erasing_leaves_no_history_of_itself(person: Contact) -> None:
    key = person.pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_contactevent WHERE pgh_obj_id = %s", [key])
        assert cursor.fetchone() != (0,)
        erase_contact(person, None)
        cursor.execute("SELECT count(*) FROM customers_contactevent WHERE pgh_obj_id = %s", [key])
        assert cursor.fetchone() == (0,)
    log = PersonalDataLog.objects.get()
    assert log.what.startswith(f"contact {key} ") and log.counts["earlier_states"]


def test_before_images_of_the_erased_contact_go_and_those_of_the_customer_stay(tmp_path: Path) -> None:
    def bring(kind: str, *rows: list[str]) -> None:
        file = tmp_path / f"{kind}.csv"
        with file.open("w", newline="") as target:
            csv.writer(target).writerows(rows)
        call_command("import_file", kind, str(file), stdout=StringIO(), stderr=StringIO())

    records.customer("ACME", name="Acme", region="North")
    bring("customers", ["customer code", "name", "region"], ["ACME", "Acme", "South"])
    for title in ("Buyer", "Head"):
        bring("contacts", ["customer code", "name", "e-mail", "job title"], ["ACME", NAME, EMAIL, title])
    person = Contact.objects.get()
    kept = "SELECT target, sum(cardinality(row_ids)) FROM customers_importchange WHERE befores IS NOT NULL GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(kept)
        assert dict(cursor.fetchall()) == {"contact": 1, "customer": 1}
        erase_contact(person, None)
        cursor.execute(kept)
        assert dict(cursor.fetchall()) == {"contact": 0, "customer": 1}


def test_a_person_gets_everything_about_them(person: Contact) -> None:
    data = json.loads(handing_out.of_contact(person, None))
    assert data["person"]["e-mail"] == EMAIL
    assert len(data["interactions"]) == 1
    assert PersonalDataLog.objects.get().action == "handed_out"


def test_what_is_older_than_its_period_goes() -> None:
    customer = records.customer()
    for kept_until, month in (("notes", "2023-01-05"), ("notes", "2026-01-05")):
        records.interaction(customer, month, notes=kept_until)
    records.contact(customer, "Gone", left_on="2023-01-05")
    records.contact(customer, "Here")
    for kind in RetentionPeriod.Records.values:
        RetentionPeriod.objects.create(records=kind, months=24)
    assert retention.enforce(NOW) == {"interaction_notes": 1, "former_contacts": 1}
    assert list(Interaction.objects.order_by("occurred_at").values_list("notes", flat=True)) == ["", "notes"]
    assert Contact.objects.get().name == "Here"
    assert retention.enforce(NOW) == {}


def test_without_a_period_everything_stays() -> None:
    records.interaction(records.customer(), "2001-01-05", notes="old")
    assert retention.enforce(NOW) == {}
