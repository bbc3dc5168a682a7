import pytest
from django.urls import reverse

from tests.people import member
from tests.records import customer, follow_up, interaction, order

FRAGMENT = {"HX-Request": "true", "HX-Target": "timeline"}


def page(code="C-1"):
    return reverse("scoring:customer_timeline", args=[code])


@pytest.fixture
def buyer(agent, organisation):
    buyer = customer("C-1", name="Acme", owner=agent)
    for month in range(1, 13):
        interaction(buyer, f"2025-{month:02}-01", subject=f"Call {month}", notes="About <b>lamps</b>")
        order(buyer, f"2025-{month:02}-02", number=f"N-{month}")
        follow_up(buyer, f"2025-{month:02}-03", subject=f"Task {month}")
    return buyer


@pytest.mark.parametrize(
    "role, status", [("manager", 200), ("auditor", 200), ("analyst", 200), ("agent", 404), ("", 403)]
)
def test_who_may_read_somebody_elses_story(client, buyer, role, status):
    client.force_login(member("somebody", role))
    for headers in ({}, FRAGMENT):
        assert client.get(page(), headers=headers).status_code == status


def test_nobody_is_sent_to_the_login(client, buyer):
    assert client.get(page()).headers["Location"].startswith("/accounts/login/")


def test_the_story_is_paged_by_where_one_is(client, agent, buyer):
    client.force_login(agent)
    first = client.get(page()).context["page"]
    assert len(first.items) == 30 and first.items[0].told.summary == "Task 12"
    rest = client.get(page(), {"after": first.next}, headers=FRAGMENT)
    assert len(rest.context["page"].items) == 6 and b"<html" not in rest.content
    assert client.get(page(), {"after": "nonsense"}).context["page"].items == first.items


def test_kinds_and_words_narrow_it_down(client, agent, buyer):
    client.force_login(agent)
    found = client.get(page(), {"kind": "order", "q": "n-12"}).context["page"].items
    assert [item.told.summary.split(" ")[0] for item in found] == ["N-12"]
    assert len(client.get(page(), {"kind": ["order", "interaction"]}).context["page"].items) == 24
    assert len(client.get(page(), {"kind": "evil"}).context["page"].items) == 30
    assert "Nothing fits" in client.get(page(), {"q": "zzz"}).content.decode()


def test_notes_are_text_not_markup(client, agent, buyer):
    client.force_login(agent)
    seen = client.get(page()).content.decode()
    assert "&lt;b&gt;lamps" in seen and "<b>lamps" not in seen


def test_the_latest_stands_on_the_customers_page(client, agent, buyer):
    client.force_login(agent)
    assert f"{page()}?brief=1" in client.get(buyer.get_absolute_url()).content.decode()
    assert len(client.get(page(), {"brief": "1"}, headers=FRAGMENT).context["page"].items) == 6


def test_it_costs_the_same_for_10_and_for_30_items(client, agent, buyer, django_assert_max_num_queries):
    client.force_login(agent)
    client.get(page())
    with django_assert_max_num_queries(11) as whole:
        client.get(page())
    with django_assert_max_num_queries(11) as brief:
        client.get(page(), {"brief": "1"})
    assert len(whole) == len(brief)
