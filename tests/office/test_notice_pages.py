"""The page of notices."""

import pytest
from django.test import Client
from django.urls import reverse

from crmquality.office.models import Member, Notice, NoticePreference
from tests.people import member

pytestmark = pytest.mark.django_db
LIST = reverse("notice_list")


def told(who: Member, count: int = 1, **fields: str) -> list[Notice]:
    for number in range(count):
        Notice.tell([who], f"k{Notice.objects.count()}", "info", f"Notice {number}", **fields)
    return list(who.notices.order_by("pk"))


def shown(client: Client, **query: str) -> list[Notice]:
    return client.get(LIST, query).context["page"].rows


def test_everybody_sees_the_own_notices_newest_first(client: Client, agent: Member, manager: Member) -> None:
    first, second = told(agent, 2)
    told(manager)
    client.force_login(agent)
    assert shown(client) == [second, first]
    page = client.get(LIST).content.decode()
    assert "Notice 1" in page and LIST in client.get("/").content.decode()


@pytest.mark.parametrize("role", ["admin", "auditor", ""])
def test_whoever_is_logged_in_may_look(client: Client, role: str) -> None:
    client.force_login(member("somebody", role))
    assert client.get(LIST).status_code == 200


def test_nobody_is_sent_to_the_login(client: Client) -> None:
    for url in (LIST, reverse("notice_read", args=[1])):
        assert client.get(url).status_code in (302, 405)
        assert client.post(url).headers["Location"].startswith("/accounts/login/")


def test_one_is_marked_as_read_and_stays_in_the_list(client: Client, agent: Member) -> None:
    first, second = told(agent, 2)
    client.force_login(agent)
    url = reverse("notice_read", args=[first.pk])
    assert client.get(url).status_code == 405
    row = client.post(url, headers={"HX-Request": "true"}).content.decode()
    assert "Notice 0" in row and "Mark as read" not in row and "<html" not in row
    first.refresh_from_db()
    read_at = first.read_at
    client.post(url)
    first.refresh_from_db()
    assert first.read_at == read_at
    assert shown(client, show="unread") == [second] and shown(client) == [second, first]


def test_notices_of_others_are_not_there(client: Client, agent: Member, manager: Member) -> None:
    (notice,) = told(manager)
    client.force_login(agent)
    assert client.post(reverse("notice_read", args=[notice.pk])).status_code == 404


def test_topics_one_does_not_want_in_the_page_are_not_in_it(client: Client, agent: Member) -> None:
    told(agent, topic="visits")
    NoticePreference.objects.create(member=agent, topic="visits", in_page=False)
    client.force_login(agent)
    assert shown(client) == []
    assert "You were not told anything yet" in client.get(LIST).content.decode()
    assert "Everything is read" in client.get(LIST, {"show": "unread"}).content.decode()


def test_pages_hold_and_cost_the_same(
    client: Client, agent: Member, organisation, django_assert_max_num_queries
) -> None:
    client.force_login(agent)
    counts = []
    for _ in range(2):
        told(agent, 25)
        with django_assert_max_num_queries(9) as captured:
            page = client.get(LIST).context["page"]
        counts.append(len(captured))
    assert len(page.rows) == 30 and counts[0] == counts[1]
    assert len(client.get(f"{LIST}?{page.next}").context["page"].rows) == 20
