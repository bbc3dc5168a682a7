"""What can be learned from cases: each panel by paper and pencil, for whom, and at what cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import analysis, life, satisfaction, voice
from complaints.filters import Filters, with_parts
from complaints.models import Actor, Case, CaseClock, Category, CorrectiveAction, RootCause
from complaints.views.analysis import PANELS
from crmquality.office.models import MeasureSettings, Organisation
from customers.models import PersonalDataLog
from tests.people import member
from tests.records import at, case, customer, interaction, order, product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("policies")]
MARCH = Filters(dt.date(2025, 3, 1), dt.date(2025, 3, 31))
ASKED = {"from": "2025-03-01", "to": "2025-03-31"}
NOW = at("2025-04-10")


def scope(who, filters=MARCH) -> analysis.Scope:
    return analysis.Scope(filters, who, Organisation.load(), NOW)


def category(code: str) -> Category:
    return Category.objects.get(code=code)


@pytest.fixture
def url() -> str:
    return reverse("complaints:analysis_detail")


def panels() -> list[str]:
    return [reverse("complaints:analysis_panel", args=[name]) for name in PANELS]


def finish(one: Case, outcome: str, day: str = "2025-03-20") -> Case:
    life.resolve(one, Actor.system("test"), at(day))
    life.close(one, outcome, Actor.system("test"), at(day))
    return one


def test_outcomes_are_counted_with_the_period_before(manager):
    buyer, late = customer(), category("late-delivery")
    for day in ("2025-03-03", "2025-03-04", "2025-03-05"):
        finish(case(day, buyer, category=late), "accepted")
    finish(case("2025-03-06"), "rejected")
    again = finish(case("2025-03-07"), "accepted")
    life.reopen(again, Actor.customer(), at("2025-03-25"))
    case("2025-03-08", kind="enquiry")
    case("2025-02-10", buyer, category=late)
    now, before = analysis.outcomes(scope(manager))
    assert (now.n, now.open, now.resolved, now.closed) == (5, 1, 5, 4)
    assert (now.reopened.share, now.rejected.share, now.repeated.share) == (0.2, 0.25, 1.0)
    assert (before.n, before.open, before.repeated.share) == (1, 1, 0.0)


def test_a_repeat_is_of_the_same_customer_category_and_kind_within_ninety_days(manager):
    buyer, late = customer(), category("late-delivery")
    case("2024-12-01", buyer, category=late)
    case(at("2025-03-05"), buyer, category=late)
    case("2025-03-06", buyer, category=category("refund"))
    case("2025-03-07", customer(), category=late)
    case("2025-03-08", buyer)
    now, _before = analysis.outcomes(scope(manager))
    assert (now.repeated_cases, now.comparable) == (0, 3)
    case("2025-03-09", buyer, category=late)
    now, _before = analysis.outcomes(scope(manager))
    assert (now.repeated_cases, now.comparable) == (1, 4)


def test_a_repeat_is_one_also_of_what_the_filters_leave_out(manager):
    buyer, late = customer(), category("late-delivery")
    case("2024-12-20", buyer, category=late, region="North")
    case("2025-01-20", buyer, category=late, region="South")
    chosen = Filters(dt.date(2025, 1, 15), dt.date(2025, 1, 31), region="South")
    now, before = analysis.outcomes(scope(manager, chosen))
    assert (now.n, now.repeated_cases, before.n) == (1, 1, 0)


def test_cost_is_compensation_and_the_time_of_staff(manager):
    MeasureSettings.objects.create(values={"service_cost_an_hour": 4_000})
    case("2025-03-03", compensation=5_000, minutes=30)
    case("2025-03-04", minutes=60)
    now, _before = analysis.outcomes(scope(manager))
    assert now.cost(analysis.cost_an_hour()) == 11_000


def test_merged_cases_count_once(manager):
    buyer = customer()
    kept, twin = case("2025-03-03", buyer), case("2025-03-03", buyer)
    life.merge(kept, twin, Actor.system("test"), at("2025-03-04"))
    assert analysis.outcomes(scope(manager))[0].n == 1


def test_a_pareto_runs_from_the_most_frequent_to_all(manager):
    for code, times in (("late-delivery", 3), ("refund", 1)):
        for _ in range(times):
            case("2025-03-03", category=category(code), cause=RootCause.objects.get(code="logistics"), region="North")
    case("2025-02-03", category=category("refund"))
    bars = analysis.pareto(scope(manager), "category")
    assert [(bar.node.code, bar.now, bar.before, bar.so_far, bar.total) for bar in bars] == [
        ("late-delivery", 3, 0, 3, 4),
        ("refund", 1, 1, 4, 4),
    ]
    assert [bar.node.code for bar in analysis.pareto(scope(manager), "cause")] == ["logistics"]
    assert [bar.node for bar in analysis.pareto(scope(manager), "region")] == ["North"]


def test_a_case_of_two_products_counts_for_both_and_one_of_none_is_told(manager):
    one, two = product("P-1"), product("P-2")
    case("2025-03-03").products.add(one, two)
    case("2025-03-03").products.add(one)
    case("2025-03-03")
    bars = analysis.pareto(scope(manager), "product")
    assert [(bar.node, bar.now, bar.total) for bar in bars] == [(one, 2, 4), (None, 1, 4), (two, 1, 4)]


def test_complaints_per_100_orders_by_week_and_those_without_orders_are_left_out(manager):
    buyer = customer()
    for number in range(50):
        order(buyer, "2025-03-04" if number < 25 else "2025-03-12")
    for day in ("2025-03-05", "2025-03-13", "2025-03-14", "2025-03-25"):
        case(day, buyer)
    case("2025-03-05", buyer, kind="praise")
    trend = analysis.trend(scope(manager), "week")
    # 3 complaints and 50 orders: 6 per 100; the weeks have 25 orders each: 6 ± 3·√(6/0.25) = 6 ± 14.70.
    assert trend.days == [dt.date(2025, 3, 3), dt.date(2025, 3, 10)]
    assert (trend.complaints, trend.orders, trend.left_out) == ([1, 2], [25, 25], 1)
    assert (trend.chart.rates, trend.chart.centre) == ([4, 8], 6)
    assert (trend.chart.lower, trend.chart.upper[0]) == ([0, 0], pytest.approx(20.6969, abs=1e-4))


def test_the_orders_are_those_of_the_chosen_customers(manager):
    for segment in ("Retail", "Export"):
        order(customer(segment=segment), "2025-03-04")
    chosen = Filters(MARCH.first, MARCH.last, segment="Retail")
    assert analysis.trend(scope(manager, chosen), "month").orders == [1]
    assert analysis.trend(scope(manager, Filters(MARCH.first, MARCH.last, kind="praise")), "month") is None


def a_clock(of: Case, kind: str, elapsed: int | None, target: int = 3600) -> None:
    """Set the clock of a case as if it had taken so long."""
    stopped = None if elapsed is None else at("2025-03-28")
    of.clocks.filter(kind=kind).update(elapsed=elapsed, target=target, stopped_at=stopped)


def test_promises_kept_have_their_n_and_interval(manager, team):
    CaseClock.objects.all().delete()
    for elapsed in (1800, 3600, 3601, None):
        a_clock(case("2025-03-03", team=team), "response", elapsed)
    rows = analysis.attainment(scope(manager), "team", "response")
    # 2 of 4: one was late by a second, one runs and is overdue; Wilson 15.0 % to 85.0 %.
    assert [(row.node, row.now.k, row.now.n) for row in rows] == [(team, 2, 4)]
    assert (rows[0].now.low, rows[0].now.high) == (pytest.approx(0.1500, abs=1e-4), pytest.approx(0.8500, abs=1e-4))
    assert rows[0].before.share is None


def test_clocks_still_in_time_are_no_broken_promise(manager):
    one = case("2025-03-31")
    one.clocks.update(due_at=at("2025-04-11"), breached_at=None)
    assert analysis.attainment(scope(manager), "policy", "response") == []


def test_times_are_of_finished_clocks_and_the_running_ones_are_told(manager):
    for elapsed in (3600, 7200, 10800, None):
        a_clock(case("2025-03-03"), "resolve", elapsed, target=7200)
    now, before = analysis.times(scope(manager))[2]
    # Median of 1, 2, 3 h is 2 h; the 90th percentile lies at 2.8 h.
    assert (now.n, now.still_open, now.seconds) == (3, 1, (7200, pytest.approx(10080)))
    assert now.of_target == (1.0, pytest.approx(1.4))
    assert (before.n, before.seconds) == (0, (None, None))


def test_corrective_actions_are_open_overdue_done_and_judged(manager):
    one = case("2025-03-03")
    made = (
        (None, None, "2025-04-01"), (None, None, "2025-05-01"), ("2025-03-20", None, "2025-04-01"),
        ("2025-03-20", True, "2025-04-01"), ("2025-03-20", False, "2025-04-01"),
    )  # fmt: skip
    for done_on, is_effective, due_on in made:
        CorrectiveAction.objects.create(case=one, text="x", due_on=due_on, done_on=done_on, is_effective=is_effective)
    found = analysis.actions(scope(manager))
    assert (found.n, found.open, found.overdue, found.done, found.effective.share) == (5, 2, 1, 3, 0.5)


def test_a_category_stands_for_its_parts(manager):
    case("2025-03-03", category=category("late-delivery"))
    case("2025-03-03", category=category("refund"))
    whole = Filters(MARCH.first, MARCH.last, category="delivery")
    assert analysis.outcomes(scope(manager, whole))[0].n == 1
    assert with_parts("nobody-has-it") == []


def test_leads_learn_from_the_cases_they_see(manager, team):
    lead = member("lead", "lead", team=team)
    case("2025-03-03", team=team)
    case("2025-03-03")
    assert (analysis.outcomes(scope(lead))[0].n, analysis.outcomes(scope(manager))[0].n) == (1, 2)


def test_who_may_see_it(client, manager, agent, outsider, url):
    for address in (url, *panels(), reverse("complaints:clock_list")):
        client.logout()
        assert client.get(address).status_code == 302
        for who, status in ((manager, 200), (agent, 403), (outsider, 403)):
            client.force_login(who)
            assert client.get(address, ASKED).status_code == status


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_is_a_page_of_its_own_and_a_fragment(client, manager, url, name):
    case("2025-03-03")
    client.force_login(manager)
    address = reverse("complaints:analysis_panel", args=[name])
    assert f'href="{address}?' in client.get(url, ASKED).content.decode()
    alone = client.get(address, ASKED).content.decode()
    part = client.get(address, ASKED, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in alone and "<html" not in part
    assert "2025" in alone


def test_there_is_no_other_panel(client, manager):
    client.force_login(manager)
    assert client.get(reverse("complaints:analysis_panel", args=["evil"])).status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        {"from": "0001-01-01"}, {"from": "x", "to": "9999-12-31"}, {"team": "9" * 40}, {"region": "\0"}, {"tier": "Z"},
        {"category": "'; DROP TABLE"}, {"by": "evil", "group": "evil", "clock": "evil", "step": "evil", "kind": "evil"},
        {"from": "2025-05-01", "to": "2025-01-01"},
    ],
)  # fmt: skip
def test_nonsense_in_the_address_is_left_out(client, manager, url, hostile):
    client.force_login(manager)
    for address in (url, *panels()):
        assert client.get(address, hostile).status_code == 200
    assert client.get(reverse("complaints:clock_list"), hostile | {"key": "9" * 30}).status_code == 200


def test_agents_are_compared_only_where_switched_on_and_allowed(client, manager, agent, team, url):
    a_clock(case("2025-03-03", owner=agent), "response", 10)
    lead = member("lead", "lead", team=team)
    asked = ASKED | {"group": "agent"}
    for switched_on, who, is_shown in ((False, manager, False), (True, lead, False), (True, manager, True)):
        Organisation.objects.update(compares_members=switched_on)
        client.force_login(who)
        assert (client.get(url, asked).context["group"] == "agent") is is_shown
        behind = client.get(reverse("complaints:analysis_panel", args=["attainment"]), asked).context["behind"]
        assert ("group=agent" in behind) is is_shown
        listed = client.get(reverse("complaints:clock_list"), asked | {"key": agent.pk})
        assert listed.status_code == (200 if is_shown else 404)


def test_the_promises_behind_a_figure_are_listed_and_taken_out(client, manager, team):
    kept, broken = case("2025-03-03", team=team), case("2025-03-04", team=team)
    a_clock(kept, "response", 10)
    a_clock(broken, "response", 9999)
    client.force_login(manager)
    asked = ASKED | {"group": "team", "key": team.pk, "clock": "response"}
    address = reverse("complaints:clock_list")
    assert [row["case"] for row in client.get(address, asked).context["rows"]] == [broken, kept]
    lines = b"".join(client.get(address, asked | {"export": "csv"}).streaming_content).decode().splitlines()
    assert len(lines) == 3 and broken.number in lines[1]
    assert PersonalDataLog.objects.get().counts == {"rows": 2}
    client.force_login(member("audit", "auditor"))
    assert client.get(address, asked | {"export": "csv"}).status_code == 404


def test_ten_and_fifty_cases_cost_the_same_queries(client, manager, team, url):
    client.force_login(manager)

    def queries_with(cases: int) -> list[int]:
        while Case.objects.count() < cases:
            buyer = customer(region="North")
            one = case("2025-03-03", buyer, category=category("refund"), team=team)
            one.products.add(product())
            order(buyer, "2025-03-03")
        counts = []
        asked = ASKED | {"by": "product", "group": "customer"}
        for address in (url, *panels(), reverse("complaints:clock_list")):
            client.get(address, asked)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address, asked).status_code == 200
            counts.append(len(captured))
        return counts

    few = queries_with(10)
    assert queries_with(50) == few
    assert max(few) < 15


def test_satisfaction_after_closing_is_a_mean_with_its_interval_by_category(manager):
    late = category("late-delivery")
    for day, points in (("2025-03-03", 68), ("2025-03-04", 70), ("2025-03-05", 72), ("2025-03-06", None)):
        one = finish(case(day, customer(), category=late), "accepted")
        if points is not None:
            satisfaction.rate(one, points, Actor.customer("survey"), NOW)
    satisfaction.rate(finish(case("2025-02-10", customer()), "accepted"), 40, Actor.customer("survey"), NOW)
    found = voice.satisfaction(scope(manager))
    assert (found.now.n, found.now.closed, found.now.mean.mean) == (3, 4, 70.0)
    # Student by hand: s = 2, s / sqrt(3) = 1.1547, t(0.975; 2) = 4.3027.
    assert (found.now.mean.low, found.now.mean.high) == pytest.approx((70 - 4.968, 70 + 4.968), abs=0.001)
    assert found.before.mean.mean == 40.0
    assert [(str(node), sums.n) for node, sums in found.categories] == [(str(late), 3)]
    assert [(month, sums.n) for month, sums in found.months] == [(dt.date(2025, 3, 1), 3)]


def test_an_interval_ends_where_the_scale_does():
    assert (voice.Sums(2, 2, 100, 10_000).mean.low, voice.Sums(2, 2, 100, 10_000).mean.high) == (0.0, 100.0)


def test_what_is_only_noted_at_visits_is_no_problem(client, manager):
    for number in range(30):
        interaction(customer(owner=manager), "2025-03-05", channel="visit", notes=f"They need spare parts {number}")
        case("2025-03-03", customer(owner=manager), text=f"The invoice showed a wrong price {number}")
    case("2025-03-03", customer(owner=manager), text="The spare parts are missing")
    client.force_login(manager)
    found = client.get(reverse("complaints:analysis_panel", args=["themes"]), ASKED).context
    assert {word for each in found["others"] for word in each.theme.words} & {"spare", "parts", "spare parts"}
    assert {word for each in found["problems"] for word in each.theme.words} & {"invoice", "wrong", "price"}


def test_texts_are_of_the_source_picked_and_only_of_customers_one_may_see(client, manager, agent):
    seen, hidden = customer(name="Mine", owner=agent), customer(name="Theirs", owner=manager)
    for of in (seen, hidden):
        case("2025-03-03", of, text="The pump leaks")
        case("2025-03-04", of, text="Well done", kind="praise")
        interaction(of, "2025-03-05", channel="visit", notes="They need spare parts")
    texts = {source: [each.text for each in voice.voices(scope(manager), source).texts] for source in voice.SOURCES}
    assert len(texts[""]) == 6
    assert set(texts["complaints"]) == {"The pump leaks"}
    assert set(texts["reviews"]) == {"Well done"}
    assert set(texts["visits"]) == {"They need spare parts"}
    assert {each.customer for each in voice.voices(scope(agent), "").texts} == {seen}


def test_without_answers_the_panel_says_how_to_ask(client, manager):
    client.force_login(manager)
    page = client.get(reverse("complaints:analysis_panel", args=["satisfaction"]), ASKED).content.decode()
    assert reverse("surveys:campaign_list") in page


def test_themes_of_many_texts_lead_to_their_cases(client, manager):
    for number in range(60):
        buyer = customer(owner=manager)
        text = "The delivery was late again" if number % 2 else "The invoice showed a wrong price"
        case("2025-03-03", buyer, text=f"{text} {number}")
    client.force_login(manager)
    response = client.get(reverse("complaints:analysis_panel", args=["themes"]), ASKED | {"source": "complaints"})
    problems = response.context["problems"]
    assert {word for each in problems for word in each.theme.words} & {"delivery", "late"}
    assert problems[0].quotes[0].case.get_absolute_url() in response.content.decode()
    assert "<title>2025-03: 30</title>" in response.content.decode()
