"""Files of a record: kept with their row, gone with it, handed out so that nothing in them runs."""

import datetime as dt
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from crmquality.office.models import Team
from customers import attachments, merging
from customers.contacts_log import log_interaction
from customers.models import Attachment, Customer, Interaction, RetentionPeriod
from customers.models.attachment import LooseFile
from customers.privacy import handing_out, retention
from customers.privacy.erasing import erase_contact, erase_customer
from tests.people import member
from tests.records import at, contact, customer, interaction

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7 offer"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
LOG = reverse("customers:interaction_create")
SHEET = {"HX-Request": "true", "HX-Target": "sheet-content"}


def upload(name: str = "offer.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def on_disk() -> list[str]:
    folder = attachments.path_of("x").parent
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def kept(buyer: Customer, by, *files: SimpleUploadedFile) -> list[Attachment]:
    attachments.add(list(files) or [upload()], buyer, by, f"key-{Attachment.objects.count()}")
    return list(Attachment.objects.filter(customer=buyer).order_by("pk"))


def download(row: Attachment) -> str:
    return reverse("customers:attachment_download", args=[row.pk])


def records(verb: str, *more: object) -> str:
    return reverse(f"customers:record_{verb}", args=["C-1", *more])


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def buyer(agent, organisation):
    return customer("C-1", name="Acme", owner=agent)


def test_a_file_is_kept_as_it_is_of_the_type_it_has(buyer, agent):
    (row,) = kept(buyer, agent, upload("../../offer.html"))
    assert (row.name, row.content_type, row.size, row.member) == ("offer.html.pdf", "application/pdf", len(PDF), agent)
    path = attachments.path_of(row.stored_name)
    assert path.read_bytes() == PDF and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not LooseFile.objects.exists()


def test_a_form_sent_twice_is_kept_once(buyer, agent):
    for is_new in (True, False):
        assert attachments.add([upload(), upload("b.pdf")], buyer, agent, "the form's key") is is_new
    assert Attachment.objects.count() == len(on_disk()) == 2


def test_what_is_rolled_back_leaves_no_file(buyer, agent):
    def store_and_fail() -> None:
        with attachments.written([upload()]) as files, transaction.atomic():
            attachments.store(files, buyer, agent)
            raise RuntimeError(f"{len(on_disk())} file")

    with pytest.raises(RuntimeError, match="1 file"):
        store_and_fail()
    assert not Attachment.objects.exists() and not LooseFile.objects.exists() and on_disk() == []


def test_a_disk_that_is_full_leaves_nothing(buyer, agent, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _file: (_ for _ in ()).throw(OSError("No space left on device")))
    with pytest.raises(OSError, match="No space"):
        kept(buyer, agent)
    assert not Attachment.objects.exists() and not LooseFile.objects.exists() and on_disk() == []


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from customers import attachments
from customers.models import Attachment, Customer
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[1]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "storing":
    with attachments.written([SimpleUploadedFile("a.pdf", b"%PDF-1")]) as files, transaction.atomic():
        attachments.store(files, Customer.objects.get(), None)
        die()
attachments._remove = lambda loose: die()
attachments.delete(Attachment.objects.all())
"""


@pytest.mark.parametrize("moment", ["storing", "deleting"])
def test_a_process_that_is_killed_leaves_what_the_night_sweeps(buyer, agent, moment, settings, tmp_path):
    if moment == "deleting":
        kept(buyer, agent)
    name = settings.DATABASES["default"]["NAME"]
    code = KILLED.replace(
        "django.setup()",
        f"from django.conf import settings as s; s.DATABASES['default']['NAME'] = {name!r}; django.setup()",
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), moment], env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert not Attachment.objects.exists() and LooseFile.objects.count() == len(on_disk()) == 1
    assert attachments.sweep(timezone.now()) == 0  # it may still be on its way
    assert attachments.sweep(timezone.now() + dt.timedelta(days=2)) == 1
    assert on_disk() == [] and not LooseFile.objects.exists()


def test_the_sweep_touches_no_file_that_has_a_row_and_none_it_does_not_know(buyer, agent):
    kept(buyer, agent)
    attachments.path_of("restored-from-a-newer-backup").write_bytes(PDF)
    attachments.sweep(timezone.now() + dt.timedelta(days=99))
    assert len(on_disk()) == 2


def test_deleting_takes_the_file_and_keeps_the_history(buyer, agent):
    kept(buyer, agent)
    assert attachments.delete(buyer.attachments.all()) == 1
    assert on_disk() == [] and not LooseFile.objects.exists()
    assert Attachment.pgh_event_models["delete"].objects.get().name == "offer.pdf"


def test_deleting_that_is_rolled_back_keeps_the_file(buyer, agent):
    kept(buyer, agent)
    with transaction.atomic():
        attachments.delete(buyer.attachments.all())
        transaction.set_rollback(True)
    assert Attachment.objects.count() == len(on_disk()) == 1 and not LooseFile.objects.exists()


# The pages


def test_files_are_added_and_listed_with_size_and_who(client, agent, buyer):
    client.force_login(agent)
    form = client.get(records("create", "attachment"), headers=SHEET)
    assert 'enctype="multipart/form-data"' in form.content.decode()
    data = {"once": "k", "attached": [upload(), upload("照片.png", PICTURE)]}
    assert client.post(records("create", "attachment"), data, headers=SHEET).status_code == 200
    page = client.get(records("list")).content.decode()
    for row in Attachment.objects.all():
        assert row.name in page and download(row) in page
    assert "14\xa0bytes" in page and "agent" in page and "Look at it" in page


def test_files_come_with_a_logged_call(client, agent, buyer):
    client.force_login(agent)
    data = {
        "customer": "C-1", "channel": "phone", "direction": "in", "kind": "contact", "subject": "Drawing",
        "occurred_at": timezone.now().strftime("%Y-%m-%dT%H:%M"), "once": "k", "attached": [upload(), upload("b.pdf")],
    }  # fmt: skip
    assert client.post(LOG, data).status_code == 302
    data["attached"] = [upload(), upload("b.pdf")]
    client.post(LOG, data)
    call = Interaction.objects.get()
    assert call.attachments.count() == len(on_disk()) == 2
    story = client.get(reverse("scoring:customer_timeline", args=["C-1"])).content.decode()
    assert all(download(row) in story for row in call.attachments.all())


def test_a_call_that_cannot_be_stored_leaves_no_file(buyer, agent):
    call = Interaction(customer=buyer, channel="phone", direction="in", occurred_at=at("2025-07-01"), subject="x" * 500)
    with pytest.raises(Exception, match="too long"):
        log_interaction(call, agent, "k", uploads=[upload()])
    assert not Attachment.objects.exists() and on_disk() == [] and not LooseFile.objects.exists()


@pytest.mark.parametrize(
    "name, content, told",
    [
        ("empty.pdf", b"", "is empty"),
        ("virus.pdf", b"MZ\x90\0" + bytes(60), "none of what is kept here"),
        ("page.pdf", b"<html><script>alert(1)</script>", "none of what is kept here"),
        ("picture.png", b"<svg onload='alert(1)'>", "none of what is kept here"),
        ("large.pdf", PDF + bytes(1 << 20), "larger than 1 MB"),
    ],
)
def test_what_is_not_kept_is_said_at_the_field(client, agent, buyer, settings, name, content, told):
    settings.ATTACHMENT_MEGABYTES = 1
    client.force_login(agent)
    answer = client.post(
        records("create", "attachment"), {"attached": [upload(), upload(name, content)]}, headers=SHEET
    )
    assert answer.status_code == 422 and name in answer.content.decode() and told in answer.content.decode()
    assert not Attachment.objects.exists() and on_disk() == []


@pytest.mark.parametrize("files", [[], [upload() for _ in range(11)]])
def test_none_or_too_many_are_refused(client, agent, buyer, files):
    client.force_login(agent)
    assert client.post(records("create", "attachment"), {"attached": files}, headers=SHEET).status_code == 422


@pytest.mark.parametrize(
    "name", ["客" * 300 + ".pdf", "a" * 300 + ".pdf", "\u202efdp.exe", 'a"; x=".pdf', "a\nb.pdf", "CON.pdf"]
)
def test_odd_names_are_kept_and_handed_out(client, agent, buyer, name):
    client.force_login(agent)
    assert client.post(records("create", "attachment"), {"attached": [upload(name)]}).status_code == 302
    row = Attachment.objects.get()
    assert row.name.lower().endswith(".pdf") and len(row.name) <= 200 and "/" not in row.name
    answer = client.get(download(row))
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert b"".join(answer.streaming_content) == PDF


def test_it_is_handed_out_so_that_nothing_in_it_runs(client, agent, buyer):
    (row,) = kept(buyer, agent, upload("x.png", PICTURE + b"<script>alert(1)</script>"))
    client.force_login(agent)
    answer = client.get(download(row))
    headers = {name: answer.headers[name] for name in (
        "Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Cache-Control"
    )}  # fmt: skip
    assert headers == {
        "Content-Type": "image/png",
        "Content-Disposition": 'attachment; filename="x.png"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


@pytest.mark.parametrize(
    "role, reads, writes",
    [("admin", 200, 302), ("manager", 200, 302), ("agent", 404, 404), ("lead", 404, 404), ("auditor", 200, 403),
     ("analyst", 200, 403), ("", 403, 403)],
)  # fmt: skip
def test_who_may_take_add_and_delete_somebody_elses_file(client, buyer, agent, role, reads, writes):
    (row,) = kept(buyer, agent)
    client.force_login(member("somebody", role, team=Team.objects.create(name="Others")))
    assert client.get(download(row)).status_code == reads
    assert client.post(records("create", "attachment"), {"attached": [upload()]}).status_code == writes
    assert client.post(records("edit", "deletion", row.pk)).status_code == writes
    assert Attachment.objects.filter(pk=row.pk).exists() is (writes != 302)


def test_nobody_is_sent_to_the_login(client, buyer, agent):
    (row,) = kept(buyer, agent)
    assert client.get(download(row)).headers["Location"].startswith("/accounts/login/")


def test_a_post_to_the_download_and_a_missing_file(client, buyer, agent):
    (row,) = kept(buyer, agent)
    client.force_login(agent)
    assert client.post(download(row)).status_code == 405
    attachments.path_of(row.stored_name).unlink()
    assert client.get(download(row)).status_code == 404


def test_a_file_is_deleted_after_being_asked(client, agent, buyer):
    (row,) = kept(buyer, agent)
    client.force_login(agent)
    asked = client.get(records("edit", "deletion", row.pk), headers=SHEET).content.decode()
    assert "Delete this file?" in asked and "offer.pdf" in asked and Attachment.objects.exists()
    said = client.post(records("edit", "deletion", row.pk), headers=SHEET).content.decode()
    assert "The file is deleted" in said and not Attachment.objects.exists() and on_disk() == []
    assert client.post(records("edit", "deletion", row.pk)).status_code == 404


def test_a_file_of_another_customer_is_not_reached_through_this_one(client, agent, buyer):
    (row,) = kept(customer("C-2", owner=agent), agent)
    client.force_login(agent)
    assert client.post(records("edit", "deletion", row.pk)).status_code == 404
    assert client.get(records("edit", "attachment", row.pk)).status_code == 404


# With the rest of the house


def test_merged_customers_bring_their_files_and_take_them_back(buyer, agent, manager):
    other = customer("C-2", owner=agent)
    kept(buyer, agent)
    kept(other, agent)
    done = merging.merge(buyer, other, manager, timezone.now())
    assert buyer.attachments.count() == len(on_disk()) == 2
    merging.undo(done, timezone.now())
    assert buyer.attachments.count() == Customer.objects.get(code="C-2").attachments.count() == 1


def test_an_erased_contact_takes_the_files_of_the_talks_along(buyer, agent, admin):
    who = contact(buyer, "Zhang Xiaoming")
    call = interaction(buyer, "2025-07-01", contact=who)
    with attachments.written([upload("Zhang Xiaoming.pdf")]) as files, transaction.atomic():
        attachments.store(files, buyer, agent, call)
    kept(buyer, agent, upload("offer for Zhang Xiaoming.pdf"))
    done = erase_contact(who, admin)
    assert done.counts["attachments"] == 1 and len(on_disk()) == 1
    names = [*Attachment.objects.values_list("name", flat=True)]
    names += Attachment.pgh_event_models["delete"].objects.values_list("name", flat=True)
    assert names and not any("Zhang" in name for name in names)


def test_an_erased_person_takes_every_file_along(agent, admin, organisation):
    person = customer("P-1", name="Zhang Xiaoming", kind="person", owner=agent)
    kept(person, agent)
    assert "offer.pdf" in handing_out.of_customer(person, admin)
    erase_customer(person, admin)
    assert on_disk() == [] and not Attachment.objects.exists()
    assert not Attachment.pgh_event_models["delete"].objects.exists()


def test_files_go_after_their_retention_period(buyer, agent):
    kept(buyer, agent)
    RetentionPeriod.objects.create(records="attachments", months=12)
    assert retention.enforce(timezone.now()) == {}
    assert retention.enforce(timezone.now() + dt.timedelta(days=400)) == {"attachments": 1}
    assert on_disk() == []
