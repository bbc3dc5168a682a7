"""A large register is asked for, made by a worker, fetched by whoever asked, and gone a day later."""

import datetime as dt
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document
from kombu.exceptions import OperationalError
from python_calamine import CalamineWorkbook

from complaints import register_files, tasks
from complaints.models import RegisterFile
from complaints.views import register as views
from customers.attachments import path_of
from customers.models import PersonalDataLog
from tests.people import member
from tests.records import at, case, customer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies", "small")]
ASKED = {"from": "2025-03-01", "to": "2025-03-31"}


@pytest.fixture
def small(settings, tmp_path, monkeypatch) -> list[int]:
    """One case is too many for a request, two for a document; what is handed to a worker is kept."""
    settings.MEDIA_ROOT = tmp_path
    handed: list[int] = []
    monkeypatch.setitem(views.AT_ONCE, "xlsx", 1)
    monkeypatch.setitem(views.AT_ONCE, "docx", 1)
    monkeypatch.setattr(register_files, "CASES_A_DOCUMENT", 2)
    monkeypatch.setattr(register_files, "TOLD_EVERY", 2)
    monkeypatch.setattr(tasks.make_register, "delay", handed.append)
    return handed


@pytest.fixture
def url() -> str:
    for day in (3, 4, 5):
        case(at(f"2025-03-0{day}"), customer())
    return reverse("complaints:register_export")


def asked_for(client, url: str, **more: str) -> RegisterFile:
    response = client.post(url, ASKED | more)
    file = RegisterFile.objects.latest("pk")
    assert response.status_code == 302 and response["Location"] == file.get_absolute_url()
    return file


def fetched(client, file: RegisterFile):
    return client.get(reverse("complaints:register_download", args=[file.pk]))


def test_looking_only_offers_it_and_asking_hands_it_to_a_worker(client, manager, url, small):
    client.force_login(manager)
    response = client.get(url, ASKED | {"language": "zh-hans"})
    assert "Make the file" in response.content.decode() and "2025-03-31" in response.content.decode()
    assert not RegisterFile.objects.exists() and small == []
    file = asked_for(client, url, language="zh-hans")
    assert small == [file.pk]
    assert (file.member, file.ending, file.language, file.total, file.status) == (
        manager, "xlsx", "zh-hans", 3, "waiting",
    )  # fmt: skip


def test_asking_twice_makes_one(client, manager, url, small):
    client.force_login(manager)
    assert asked_for(client, url) == asked_for(client, url)
    assert len(small) == 1


def test_a_worker_makes_it_and_the_page_leads_to_it(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url)
    assert 'hx-trigger="every 1s"' in client.get(file.get_absolute_url()).content.decode()
    assert fetched(client, file).status_code == 404
    assert tasks.make_register(file.pk) is True
    page = client.get(file.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in page and reverse("complaints:register_download", args=[file.pk]) in page
    response = fetched(client, file)
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    assert len(book.get_sheet_by_index(0).to_python()) == 4
    assert response["Content-Disposition"] == 'attachment; filename="register-2025-03-01-2025-03-31.xlsx"'
    logged = PersonalDataLog.objects.get()
    assert (logged.member, logged.what, logged.counts) == (manager, "case register", {"rows": 3})


def test_word_comes_in_documents_that_can_be_opened(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url, format="docx")
    tasks.make_register(file.pk)
    with zipfile.ZipFile(BytesIO(b"".join(fetched(client, file).streaming_content))) as archive:
        documents = [Document(BytesIO(archive.read(name))) for name in sorted(archive.namelist())]
    assert [len(document.tables[1].rows) for document in documents] == [3, 2]


def test_how_far_it_is_is_told_on_the_way(client, manager, url, monkeypatch):
    client.force_login(manager)
    file = asked_for(client, url)
    seen: list[int] = []
    change = register_files._change
    monkeypatch.setattr(
        register_files, "_change", lambda key, **values: (seen.append(values.get("done")), change(key, **values))[1]
    )
    tasks.make_register(file.pk)
    assert seen == [0, 2, 3]


def test_the_task_coming_twice_makes_it_once(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url)
    assert tasks.make_register(file.pk) is True
    assert tasks.make_register(file.pk) is False


def test_one_whose_worker_was_killed_is_begun_again(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url)
    RegisterFile.objects.update(status="working", done=2)
    assert tasks.make_register(file.pk) is True
    assert RegisterFile.objects.get().done == 3


def test_a_failure_is_told_with_a_way_out(client, manager, url, monkeypatch):
    client.force_login(manager)
    file = asked_for(client, url)
    monkeypatch.setitem(register_files.WRITERS, "xlsx", lambda *given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tasks.make_register(file.pk)
    assert "Try again" in client.get(file.get_absolute_url()).content.decode()
    assert asked_for(client, url) != file


def test_who_has_lost_the_right_gets_none(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url)
    manager.role = "auditor"
    manager.save()
    assert tasks.make_register(file.pk) is False
    assert not path_of(file.stored_name).exists()
    assert client.get(file.get_absolute_url()).status_code == 403


def test_where_no_broker_answers_nothing_was_asked_for(client, manager, url, monkeypatch):
    def broken(key: int) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.make_register, "delay", broken)
    client.force_login(manager)
    response = client.post(url, ASKED, follow=True)
    assert "does not answer" in response.content.decode() and not RegisterFile.objects.exists()


def test_only_whoever_asked_may_have_it(client, manager, agent, outsider, url):
    client.force_login(manager)
    file = asked_for(client, url)
    tasks.make_register(file.pk)
    addresses = [file.get_absolute_url(), reverse("complaints:register_download", args=[file.pk])]
    other = member("other", "manager")
    for who, status in ((manager, 200), (other, 404), (agent, 403), (outsider, 403)):
        client.force_login(who)
        assert [client.get(address).status_code for address in addresses] == [status, status]
    client.force_login(agent)
    assert client.post(url, ASKED).status_code == 403
    client.logout()
    assert [client.get(address).status_code for address in addresses] == [302, 302]
    assert client.post(url, ASKED).status_code == 302
    assert RegisterFile.objects.count() == 1


def test_it_is_kept_outside_of_what_is_served_and_goes_after_a_day(client, manager, url):
    client.force_login(manager)
    file = asked_for(client, url)
    tasks.make_register(file.pk)
    path = path_of(file.stored_name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert tasks.remove_registers() == 0 and path.exists()
    assert register_files.remove_expired(timezone.now() + dt.timedelta(days=1, minutes=1)) == 1
    assert not RegisterFile.objects.exists()
