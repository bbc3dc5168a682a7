"""The watched folder: taken when finished, imported once, put away, gone on with."""

import datetime as dt
import os
import signal
from pathlib import Path

import pytest
from django.db import IntegrityError, connections
from django.urls import reverse
from django.utils import timezone

from crmquality.office.models import Notice
from crmquality.schedule import SCHEDULE
from customers.imports import watching
from customers.models import Contact, Customer, ImportRun, Order
from tests.people import member
from tests.processes import program, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "customer code,name\nA,Alpha\nB,Beta\n"
ORDERS = "order number,customer code,order date,amount\n1,A,2026-01-05,5\n2,,2026-01-05,5\n"
ZOHO = (
    "Record Id,Contact Owner.id,Contact Owner,Last Name,Account Name.id,Account Name\nzcrm_2,zcrm_9,x,Li,zcrm_1,Alpha\n"
)
ACCOUNTS = "Record Id,Account Owner.id,Account Owner,Account Name\nzcrm_1,zcrm_9,x,Alpha\n"


@pytest.fixture
def inbox(tmp_path: Path, organisation) -> Path:
    member("root", "admin")
    return tmp_path / "inbox"


def put(inbox: Path, path: str, text: str = CUSTOMERS) -> Path:
    file = inbox / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def sweep(inbox: Path, *, later: int = 60) -> int:
    return watching.sweep(inbox, timezone.now() + dt.timedelta(seconds=later))


def lying(inbox: Path) -> list[str]:
    return sorted(path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if not path.is_dir())


def test_a_file_is_imported_put_away_and_listed(inbox, client, manager):
    put(inbox, "customers/new.csv")
    assert sweep(inbox) == 1
    run = ImportRun.objects.get()
    assert (run.status, run.created, run.kind, run.member, run.is_in_folder) == ("done", 2, "customers", None, False)
    assert lying(inbox) == [f"done/{run.pk}-new.csv"] and not Notice.objects.exists()
    client.force_login(manager)
    assert "watched folder" in client.get(reverse("customers:import_list")).content.decode()
    assert sweep(inbox) == 0


def test_a_file_that_is_still_written_is_left_alone(inbox):
    put(inbox, "customers/new.csv"), put(inbox, "customers/more.csv.part"), put(inbox, "customers/.hidden.csv")
    assert sweep(inbox, later=10) == 0 and not ImportRun.objects.exists()
    old = timezone.now().timestamp() - 9999
    os.utime(inbox / "customers/new.csv", (old, old))
    assert sweep(inbox, later=10) == 0
    assert sweep(inbox) == 1 and len(lying(inbox)) == 3


def test_rejected_lines_lie_beside_the_file_and_the_admins_are_told_once(inbox):
    put(inbox, "orders/o.csv", ORDERS)
    sweep(inbox)
    run = ImportRun.objects.get()
    assert lying(inbox) == [f"done/{run.pk}-o.csv", f"done/{run.pk}-o.csv.rejected.csv"]
    assert "no customer" in (inbox / f"done/{run.pk}-o.csv.rejected.csv").read_text()
    notice = Notice.objects.get()
    assert (notice.member.username, notice.topic, notice.url) == ("root", "data", run.get_absolute_url())
    assert "1 of 2 lines" in notice.message


@pytest.mark.parametrize(
    "path, text, said",
    [
        ("orders/o.csv", "a,b\n1,2\n", "No column was found"),
        ("customers/empty.csv", "", "empty"),
        ("customers/x.csv", "PK\x03\x04 no workbook", "workbook"),
        ("what.csv", "a,b\n1,2\n", "do not tell"),
        ("nothing/customers/a.csv", CUSTOMERS, "no preset"),
        ("too/deep/customers/a.csv", CUSTOMERS, "no preset"),
        ("orders/d.csv", "order number,customer code,order date,amount\n1,A,3/4/2011,5\n", "say which is meant"),
    ],
)
def test_what_cannot_be_imported_is_put_aside_with_a_sentence(inbox, path, text, said):
    put(inbox, path, text)
    sweep(inbox)
    run = ImportRun.objects.get()
    assert run.status == "failed" and said in run.error and said in Notice.objects.get().message
    assert lying(inbox) == [f"failed/{run.pk}-{Path(path).name}"]


def test_folders_name_kind_and_preset_and_files_that_belong_together_find_each_other(inbox):
    put(inbox, "zoho/contacts/a.csv", ZOHO), put(inbox, "zoho/customers/z.csv", ACCOUNTS)
    assert sweep(inbox) == 2
    assert Contact.objects.get().customer.name == "Alpha"
    assert set(ImportRun.objects.values_list("preset", flat=True)) == {"zoho"}


def test_the_columns_tell_where_no_folder_does(inbox):
    put(inbox, "a.csv", ACCOUNTS), put(inbox, "zoho/b.csv", ACCOUNTS.replace("Alpha", "Alpha 2"))
    assert sweep(inbox) == 2 and Customer.objects.get().name == "Alpha 2"


def test_links_and_giants_are_refused(inbox, tmp_path, monkeypatch):
    secret = tmp_path / "secret.csv"
    secret.write_text(CUSTOMERS)
    (inbox / "customers").mkdir(parents=True)
    (inbox / "customers" / "link.csv").symlink_to(secret)
    (inbox / "orders").symlink_to(tmp_path)
    sweep(inbox)
    run = ImportRun.objects.get()
    assert run.status == "failed" and "link" in run.error and not Customer.objects.exists() and secret.exists()
    monkeypatch.setattr(watching, "MAX_BYTES", 10)
    put(inbox, "customers/giant.csv")
    sweep(inbox)
    assert "larger" in ImportRun.objects.get(file_name="giant.csv").error and not Customer.objects.exists()


def test_names_in_any_encoding_and_length_are_kept(inbox):
    put(inbox, "customers/" + "客" * 80 + ".csv")
    put(inbox, "customers/b.csv").rename(inbox / "customers" / os.fsdecode("客户.csv".encode("gb18030")))
    assert sweep(inbox) == 2 and ImportRun.objects.filter(file_name__endswith="客户.csv", status="done").exists()
    assert sum(name.endswith("客.csv") for name in lying(inbox)) == 1


def test_two_workers_never_take_the_same_file(inbox):
    put(inbox, "customers/new.csv")
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [watching.LOCK])
    assert sweep(inbox) == 0 and lying(inbox) == ["customers/new.csv"]
    other.close()
    wait_for(lambda: sweep(inbox) == 1)
    ImportRun.objects.create(kind="orders", file_name="x", watched_path="orders/x", is_in_folder=True)
    with pytest.raises(IntegrityError, match="importrun_watched_once"):
        ImportRun.objects.create(kind="orders", file_name="x", watched_path="orders/x", is_in_folder=True)


def test_the_same_name_may_come_again(inbox):
    for _time in range(2):
        put(inbox, "customers/new.csv")
        assert sweep(inbox) == 1
    assert list(ImportRun.objects.order_by("pk").values_list("created", "unchanged")) == [(2, 0), (0, 2)]


@pytest.mark.parametrize("step", ["claimed", "taken", "imported"])
def test_what_was_interrupted_at_any_step_is_gone_on_with(inbox, step, monkeypatch):
    put(inbox, "customers/new.csv")
    broken = {"claimed": "_take", "taken": "proposal", "imported": "_put_away"}[step]

    def die(*_arguments):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(watching, broken, die)
        with pytest.raises(SystemExit):
            sweep(inbox)
    assert ImportRun.objects.get().is_in_folder
    assert sweep(inbox) == 1
    run = ImportRun.objects.get()
    assert (run.status, run.created, lying(inbox)) == ("done", 2, [f"done/{run.pk}-new.csv"])


def test_a_file_that_kills_its_worker_is_put_aside_after_three_times(inbox, monkeypatch):
    put(inbox, "customers/new.csv")

    def die(*_arguments, **_more):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(watching, "run_import", die)
        for _time in range(watching.MAX_TRIES):
            with pytest.raises(SystemExit):
                sweep(inbox)
    assert sweep(inbox) == 1 and ImportRun.objects.get().status == "failed"


def test_a_sweep_that_is_killed_leaves_the_file_to_the_next(inbox):
    rows = 100_000
    put(inbox, "customers/many.csv", "customer code,name\n" + "".join(f"C{n},Customer {n}\n" for n in range(rows)))
    code = (
        "import django; django.setup(); import datetime as dt; from pathlib import Path;"
        "from customers.imports.watching import sweep;"
        f"sweep(Path({str(inbox)!r}), dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))"
    )
    with program("-c", code) as process:
        wait_for(lambda: ImportRun.objects.filter(begun_at__isnull=False).exists())
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert not Customer.objects.exists()
    wait_for(lambda: sweep(inbox) == 1)
    assert Customer.objects.count() == rows and ImportRun.objects.get().tries == 2


def test_a_file_in_good_order_is_imported_although_another_breaks(inbox):
    put(inbox, "customers/a.csv", "x"), put(inbox, "customers/b.csv"), put(inbox, "orders/o.csv", ORDERS)
    assert sweep(inbox) == 3 and Order.objects.count() == 1


def test_the_beat_looks_every_minute():
    assert SCHEDULE["import the watched folder"]["task"] == "customers.tasks.import_watched"
