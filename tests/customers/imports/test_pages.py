"""The import pages, as each of the people."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crmquality.office.models import Organisation
from customers.imports.running import stored_path
from customers.models import ImportPreset, ImportRun, Order

pytestmark = pytest.mark.django_db
PAGES = ["import_list", "import_create"]
ACTIONS = ["import_read_as", "import_check", "import_commit", "import_cancel", "import_undo"]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CELERY_TASK_ALWAYS_EAGER = True


@pytest.fixture(autouse=True)
def _eager(monkeypatch):
    """Tasks run where they are called, as a worker would run them."""
    from customers import tasks

    for task in (tasks.check_import, tasks.commit_import, tasks.undo_import):
        monkeypatch.setattr(task, "delay", task)


def upload(client, text: str, kind: str = "orders", **extra: str):
    file = SimpleUploadedFile("../evil orders.csv", text.encode())
    return client.post(reverse("customers:import_create"), {"kind": kind, "file": file, **extra})


@pytest.mark.parametrize("name", PAGES)
def test_the_manager_sees_the_pages(client, manager, name):
    client.force_login(manager)
    assert client.get(reverse(f"customers:{name}")).status_code == 200


@pytest.mark.parametrize("who", ["agent", "outsider"])
def test_others_are_refused_everywhere(client, request, who):
    run = ImportRun.objects.create(kind="orders", file_name="x.csv")
    client.force_login(request.getfixturevalue(who))
    for name in PAGES:
        assert client.get(reverse(f"customers:{name}")).status_code == 403
    for name in ("import_detail", "import_rejections"):
        assert client.get(reverse(f"customers:{name}", args=[run.pk])).status_code == 403
    for name in ACTIONS:
        assert client.post(reverse(f"customers:{name}", args=[run.pk])).status_code == 403


def test_nobody_is_sent_to_the_login(client):
    run = ImportRun.objects.create(kind="orders", file_name="x.csv")
    for name in PAGES:
        assert "/login/" in client.get(reverse(f"customers:{name}")).headers["Location"]
    for name in ACTIONS:
        assert "/login/" in client.post(reverse(f"customers:{name}", args=[run.pk])).headers["Location"]


def test_getting_an_action_changes_nothing(client, manager):
    run = ImportRun.objects.create(kind="orders", file_name="x.csv", status="checked")
    client.force_login(manager)
    for name in ACTIONS:
        assert client.get(reverse(f"customers:{name}", args=[run.pk])).status_code == 405


def test_from_upload_to_undo(client, manager, uci):
    client.force_login(manager)
    run_url = upload(client, uci).headers["Location"]
    run = ImportRun.objects.get()
    assert (run.status, run.preset, run.file_name) == ("uploaded", "uci-online-retail", "evil orders.csv")
    assert stored_path(run).is_file() and "evil" not in run.stored_name
    page = client.get(run_url)
    assert b"InvoiceNo" in page.content and b"HEART" in page.content

    form = {f"map_{name}": header for name, header in run.options["mapping"].items()}
    client.post(run_url + "check/", {**form, "save_as": "our-shop", "source": "uci-online-retail"})
    run.refresh_from_db()
    assert (run.status, run.created, run.rejected) == ("checked", 6, 5) and not Order.objects.exists()
    assert b"What would happen" in client.get(run_url).content
    assert ImportPreset.objects.get().name == "our-shop"

    client.post(run_url + "commit/")
    run.refresh_from_db()
    assert run.status == "done" and Order.objects.count() == 2 and not stored_path(run).exists()
    assert b"What happened" in client.get(run_url).content

    client.post(run_url + "undo/")
    run.refresh_from_db()
    assert run.status == "undone" and run.undone_by == manager and not Order.objects.exists()
    assert client.get(run_url).status_code == 200


def test_a_saved_preset_serves_the_next_file(bring_in, uci):
    ImportPreset.objects.create(
        name="ours",
        kind="orders",
        options={"mapping": {"number": "No", "customer": "K", "placed_at": "T", "amount": "S"}},
    )
    assert bring_in("orders", "No,K,T,S\n1,A,2011-01-01,5\n", preset="ours").created == 1


def test_a_file_that_is_no_table_is_refused_at_the_field(client, manager):
    client.force_login(manager)
    answer = upload(client, "")
    assert answer.status_code == 422 and not ImportRun.objects.exists()
    file = SimpleUploadedFile("x.csv", b"a,b\n\xff\xfe\xfd,1\n\x81")
    answer = client.post(reverse("customers:import_create"), {"kind": "orders", "file": file})
    assert answer.status_code == 422 and "UTF-8" in answer.content.decode()


def test_ambiguous_dates_end_in_a_question_on_the_page(client, manager):
    client.force_login(manager)
    run_url = upload(client, "order number,customer code,order date,amount\n1,A,3/4/2011,5\n").headers["Location"]
    form = {f"map_{k}": v for k, v in ImportRun.objects.get().options["mapping"].items()}
    client.post(run_url + "check/", form)
    run = ImportRun.objects.get()
    assert run.status == "failed" and "say which is meant" in run.error
    client.post(run_url + "check/", {**form, "date_order": "dmy"})
    assert ImportRun.objects.get().status == "checked"


def test_rejected_lines_download_with_a_mark_and_without_formulas(client, manager, bring_in):
    run = bring_in("orders", 'order number,customer code,order date,amount\n1,A,"=HYPERLINK(1)",5\n')
    client.force_login(manager)
    answer = client.get(reverse("customers:import_rejections", args=[run.pk]))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff") and ",'=HYPERLINK(1)," in text


def test_htmx_gets_the_fragment_and_it_polls_while_work_goes_on(client, manager):
    run = ImportRun.objects.create(
        kind="orders", file_name="x.csv", status="importing", progress_done=1, progress_total=4
    )
    client.force_login(manager)
    answer = client.get(run.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer and "every 1s" in answer and "25" in answer
    client.post(reverse("customers:import_cancel", args=[run.pk]))
    run.refresh_from_db()
    assert run.is_cancel_requested


@pytest.mark.parametrize("rows", [10, 50])
def test_the_list_costs_the_same_number_of_queries(client, manager, django_assert_max_num_queries, rows):
    ImportRun.objects.bulk_create(ImportRun(kind="orders", file_name=f"{n}.csv", member=manager) for n in range(rows))
    client.force_login(manager)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("customers:import_list")).status_code == 200


def test_the_upload_may_be_an_excel_file(client, manager):
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    for number, row in enumerate([["code", "name"], ["A", "One"]]):
        sheet.write_row(number, 0, row)
    book.close()
    client.force_login(manager)
    file = SimpleUploadedFile("x.xlsx", buffer.getvalue())
    client.post(reverse("customers:import_create"), {"kind": "customers", "file": file})
    assert ImportRun.objects.get().headers == ["code", "name"]


ZOHO = "Record Id,Account Owner.id,Account Owner,Account Name,Billing State\nzcrm_1,zcrm_2,Ann,Alpha,Bayern\n"


def test_the_columns_tell_what_is_in_the_file(client, manager):
    client.force_login(manager)
    page = client.get(upload(client, ZOHO, kind="").headers["Location"]).content.decode()
    run = ImportRun.objects.get()
    assert (run.kind, run.preset, run.options["mapping"]["name"]) == ("customers", "zoho", "Account Name")
    assert "Zoho CRM · Accounts" in page and "100 %" in page and "The file is read so" in page
    assert f"local time in {Organisation.load().time_zone}" in page


def test_a_file_taken_for_the_wrong_kind_is_read_as_its_columns_say(client, manager):
    client.force_login(manager)
    run_url = upload(client, ZOHO, kind="contacts").headers["Location"]
    assert "Read it so" in client.get(run_url).content.decode()
    client.post(run_url + "read-as/", {"kind": "customers", "preset": "zoho"})
    run = ImportRun.objects.get()
    assert (run.kind, run.preset, run.options["source"]) == ("customers", "zoho", "zoho")
    client.post(
        run_url + "check/",
        {f"map_{name}": header for name, header in run.options["mapping"].items()} | {"source": "zoho"},
    )
    run.refresh_from_db()
    assert (run.status, run.created) == ("checked", 1)


def test_an_unknown_preset_changes_nothing(client, manager):
    client.force_login(manager)
    run_url = upload(client, ZOHO).headers["Location"]
    for posted in ({"kind": "customers", "preset": "x"}, {"kind": "x", "preset": "zoho"}, {}):
        assert client.post(run_url + "read-as/", posted).status_code == 302
    assert ImportRun.objects.get().kind == "orders"


def test_a_file_that_nobody_knows_must_say_its_kind(client, manager):
    client.force_login(manager)
    assert upload(client, "a,b\n1,2\n", kind="").status_code == 422 and not ImportRun.objects.exists()
