"""A file on its way in, as a person sees it."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from customers import tasks
from customers.models import ImportRun, Order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = """InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom
536365,71053,WHITE METAL LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom
536367,POST,POSTAGE,1,2010-12-05 09:00:00,18.00,12583,France
536369,22728,ALARM CLOCK,1,2010-12-05 09:00:00,3.75,,France
C536370,85123A,WHITE HANGING HEART,-5,2010-12-07 10:00:00,2.55,17850,United Kingdom
"""


@pytest.fixture(autouse=True)
def _worker(settings, tmp_path, monkeypatch):
    """Uploads go into a folder of the test; tasks run where they are called."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for task in (tasks.check_import, tasks.commit_import, tasks.undo_import):
        monkeypatch.setattr(task, "delay", task)


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(FILE)
    return path


def shot(page, name: str) -> None:
    """A picture to look at, where somebody wants one."""
    if folder := os.environ.get("CRMQUALITY_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_file_to_the_undo(page, see, log_in, organisation, manager, accessible, file, language):
    log_in(manager, language)
    see("/data/imports/")
    accessible()
    see("/data/imports/new/")
    accessible()
    page.set_input_files("#id_file", str(file))
    page.locator("main form button").click()
    page.wait_for_url("**/data/imports/*/")
    expect(page.locator("#id_map_number")).to_have_value("InvoiceNo")
    accessible()
    shot(page, f"mapping-{language}")

    page.locator("main form[action$='check/'] button").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("main")).to_contain_text("POST")
    accessible()
    shot(page, f"checked-{language}")
    assert not Order.objects.exists()

    page.locator("main form[action$='commit/'] button").click()
    page.wait_for_load_state("networkidle")
    assert ImportRun.objects.get().status == "done" and Order.objects.count() == 1
    accessible()
    shot(page, f"done-{language}")
    page.reload()

    page.locator("[data-bs-target='#undo']").click()
    page.locator("#undo button.btn-danger").click()
    page.wait_for_load_state("networkidle")
    assert ImportRun.objects.get().status == "undone" and not Order.objects.exists()
    see("/data/imports/")
    accessible()
    shot(page, f"list-{language}")


def test_nothing_is_wider_than_a_phone(page, see, log_in, organisation, manager, file):
    log_in(manager)
    see("/data/imports/new/")
    page.set_input_files("#id_file", str(file))
    page.locator("main form button").click()
    page.wait_for_url("**/data/imports/*/")
    page.locator("main form[action$='check/'] button").click()
    page.wait_for_load_state("networkidle")
    for path in ("/data/imports/", "/data/imports/new/", ImportRun.objects.get().get_absolute_url()):
        see(path)
        for width in (320, 768):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        shot(page, f"wide-{path.strip('/').replace('/', '-')}")


def test_work_going_on_is_shown_and_can_be_cancelled(page, see, log_in, organisation, manager, accessible):
    run = ImportRun.objects.create(
        kind="orders", file_name="big.csv", status="importing", stage="reading", progress_done=30, progress_total=100
    )
    log_in(manager)
    # The page polls itself, so the network is never idle.
    page.goto(see("/data/imports/new/").url.replace("new/", f"{run.pk}/"))
    expect(page.locator("main .progress").first).to_have_attribute("aria-valuenow", "30")
    accessible()
    ImportRun.objects.update(progress_done=60)
    expect(page.locator("main .progress").first).to_have_attribute("aria-valuenow", "60")
    page.locator("main form[action$='cancel/'] button").click()
    expect(page.locator("main form[action$='cancel/'] button")).to_be_disabled()
    ImportRun.objects.update(status="cancelled")
    expect(page.locator("main")).to_contain_text("nothing was changed")
    assert reverse("customers:import_detail", args=[run.pk]) in page.url
