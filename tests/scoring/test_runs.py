"""A run is computed once, resumed when interrupted, and visible all at once."""

import datetime as dt
import threading

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from customers.models import ChangedCustomer
from scoring import publication, runs, shards
from scoring.models import CurrentScore, EvaluationModel, ModelAssignment, Reading, Run, RunFigure, Score
from scoring.rules import NoModel
from tests.records import customer, order
from tests.scoring.conftest import AS_OF

pytestmark = pytest.mark.django_db


def scores_of(run: Run) -> list[tuple]:
    fields = ("customer_id", "model_id", "score", "coverage", "low", "high", "band", "segment", "tier")
    return list(Score.objects.filter(run=run).order_by("customer_id").values_list(*fields))


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(runs, "CUSTOMERS_A_SHARD", 7)


def test_every_customer_gets_a_score_a_reading_and_a_current_score(company):
    run = runs.evaluate(AS_OF)
    assert run.status == "published"
    assert run.summary["customers"] == len(company) == len(scores_of(run))
    assert Reading.objects.filter(run=run).count() == len(company)
    assert CurrentScore.objects.filter(run=run).count() == len(company)
    assert sum(run.summary["bands"].values()) == run.summary["scored"]
    assert len(run.summary["bands"]) > 2, "the bands differ"


def test_the_same_inputs_again_change_no_row(company):
    first = runs.evaluate(AS_OF)
    before = scores_of(first)
    again = runs.evaluate(AS_OF)
    assert again.pk == first.pk
    assert Run.objects.count() == 1
    assert scores_of(first) == before


def test_a_changed_record_makes_a_new_run_and_the_old_one_stays(company):
    first = runs.evaluate(AS_OF)
    before = scores_of(first)
    order(company[3], AS_OF - dt.timedelta(days=2), 90_000)
    second = runs.evaluate(AS_OF)
    assert second.pk != first.pk
    assert scores_of(first) == before
    assert scores_of(second) != before
    assert CurrentScore.objects.filter(run=second).count() == len(company)


def test_small_shards_and_one_shard_give_the_same_scores_to_the_last_bit(company, monkeypatch):
    whole = runs.evaluate(AS_OF)
    order(company[0], AS_OF + dt.timedelta(days=1))  # after as_of: new inputs, same facts
    monkeypatch.setattr(runs, "CUSTOMERS_A_SHARD", 7)
    parts = runs.evaluate(AS_OF)
    assert parts.shards.count() > 5
    assert scores_of(parts) == scores_of(whole)
    values = {
        run.pk: list(Reading.objects.filter(run=run).order_by("customer_id").values_list("records", flat=True))
        for run in (whole, parts)
    }
    assert values[whole.pk] == values[parts.pk]


def test_a_run_killed_half_way_is_resumed_where_it_stopped(company, small_shards):
    class Killed(BaseException):
        pass

    def kill(done: int, total: int) -> None:
        if done == 3:
            raise Killed

    with pytest.raises(Killed):
        runs.evaluate(AS_OF, progress=kill)
    interrupted = Run.objects.get()
    assert interrupted.status == "running"
    assert not CurrentScore.objects.exists(), "nothing is visible before all of it is"
    finished = interrupted.shards.exclude(done_at=None).values_list("pk", "done_at")
    before = dict(finished)
    run = runs.evaluate(AS_OF)
    assert run.pk == interrupted.pk
    assert before.items() <= dict(run.shards.values_list("pk", "done_at")).items()
    assert run.summary["customers"] == len(company)


def test_an_unfinished_run_with_other_inputs_is_abandoned_with_its_rows(company, small_shards):
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.evaluate(AS_OF, progress=stop)
    old = Run.objects.get()
    order(company[5], AS_OF - dt.timedelta(days=1))
    run = runs.evaluate(AS_OF)
    old.refresh_from_db()
    assert (old.status, run.status) == ("abandoned", "published")
    assert not Score.objects.filter(run=old).exists()


def test_a_shard_is_scored_once_however_often_its_task_is_delivered(company, small_shards):
    run = runs.evaluate(AS_OF)
    assert runs.work(run.pk) == 0
    assert publication.publish(run, {}).published_at == run.published_at


@pytest.mark.django_db(transaction=True)
def test_two_at_once_the_second_says_so_and_stops(company):
    other = psycopg.connect(**psycopg_params())
    other.execute("SELECT pg_advisory_lock(%s)", [runs.DRIVER_LOCK])
    try:
        assert runs.is_driven()
        with pytest.raises(runs.AlreadyRunning, match="nothing was started"):
            runs.evaluate(AS_OF)
        assert not Run.objects.exists()
    finally:
        other.execute("SELECT pg_advisory_unlock(%s)", [runs.DRIVER_LOCK])
        other.close()
    assert runs.evaluate(AS_OF).is_published


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_shards_and_none_is_done_twice(company, small_shards):
    counts: list[int] = []

    def help_out(run: Run) -> None:
        def work() -> None:
            counts.append(runs.work(run.pk))
            connection.close()

        for _ in range(2):
            threading.Thread(target=work).start()

    run = runs.evaluate(AS_OF, helpers=help_out)
    assert run.summary["customers"] == len(company)
    assert len(scores_of(run)) == len(company)


def psycopg_params() -> dict:
    params = connection.get_connection_params()
    return {key: params[key] for key in ("dbname", "user", "password", "host", "port") if key in params}


def test_published_rows_are_frozen(company):
    run = runs.evaluate(AS_OF)
    for change in (
        lambda: Score.objects.filter(run=run).update(score=100),
        lambda: Score.objects.filter(run=run).delete(),
        lambda: Reading.objects.filter(run=run).update(records=[]),
        lambda: Run.objects.filter(pk=run.pk).update(summary={}),
    ):
        with pytest.raises(DatabaseError, match=r"frozen|Cannot"), transaction.atomic():
            change()


def test_a_date_before_the_newest_does_not_replace_current_scores(company):
    newest = runs.evaluate(AS_OF)
    past = runs.evaluate(AS_OF - dt.timedelta(days=60))
    assert past.is_published
    assert set(CurrentScore.objects.values_list("run", flat=True)) == {newest.pk}


def test_the_change_is_against_the_newest_score_at_least_thirty_days_before(company):
    past = runs.evaluate(AS_OF - dt.timedelta(days=30))
    runs.evaluate(AS_OF)
    before = dict(Score.objects.filter(run=past).exclude(band="insufficient").values_list("customer_id", "score"))
    for current in CurrentScore.objects.all():
        expected = before.get(current.customer_id)
        assert (current.change_30d is None) == (expected is None)
        if expected is not None:
            assert current.change_30d == pytest.approx(current.score - expected)


def test_segments_and_tiers_may_have_models_of_their_own(company):
    ModelAssignment.objects.create(segment="Retail", slug="churn-risk", position=1)
    ModelAssignment.objects.create(tier="A", slug="loyalty", position=2)
    run = runs.evaluate(AS_OF)
    slug = dict(EvaluationModel.objects.values_list("pk", "slug"))
    for score in Score.objects.filter(run=run):
        expected = "churn-risk" if score.segment == "Retail" else "loyalty" if score.tier == "A" else "orders"
        assert slug[score.model_id] == expected


def test_a_life_cycle_stage_may_have_a_model_of_its_own_on_the_day_it_began(company):
    ModelAssignment.objects.create(stage="declining", slug="churn-risk", position=1)
    company[0].phases.create(since=AS_OF - dt.timedelta(days=1), stage="declining")
    company[1].phases.create(since=AS_OF, stage="declining")
    run = runs.evaluate(AS_OF)
    by_churn = Score.objects.filter(run=run, model_id=EvaluationModel.objects.get(slug="churn-risk").pk)
    assert list(by_churn.values_list("customer_id", "stage")) == [(company[0].pk, "declining")]


def test_one_model_can_be_asked_for(company):
    run = runs.evaluate(AS_OF, model="churn-risk")
    model = EvaluationModel.objects.get(slug="churn-risk")
    assert set(Score.objects.filter(run=run).values_list("model_id", flat=True)) == {model.pk}


def test_an_unknown_model_is_refused_in_a_sentence(company):
    with pytest.raises(NoModel, match="nonsense has no published version"):
        runs.evaluate(AS_OF, model="nonsense")


def test_a_company_without_customers_has_an_empty_run(organisation):
    from scoring import defaults

    defaults.load(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    run = runs.evaluate(AS_OF)
    assert run.summary["customers"] == 0
    assert run.summary["mean_score"] is None


def test_figures_are_kept_for_the_company_and_its_parts(company):
    for buyer in company:
        buyer.region = "Kent"
        buyer.save()
    run = runs.evaluate(AS_OF)
    repeat = {
        (figure.cut, figure.label): figure
        for figure in RunFigure.objects.filter(run=run, indicator="repeat_purchase_rate")
    }
    assert {cut for cut, _ in repeat} == {"all", "segment", "tier", "region"}
    assert repeat["all", ""].n == repeat["segment", "Retail"].n + repeat["segment", "Wholesale"].n


def test_a_run_settles_the_changes_it_has_seen_and_no_later_ones(company):
    assert ChangedCustomer.objects.exists()
    runs.evaluate(AS_OF)
    assert not ChangedCustomer.objects.exists()
    late = customer()
    assert list(ChangedCustomer.objects.values_list("customer_id", flat=True)) == [late.pk]


def test_a_failure_is_kept_with_the_run(company, monkeypatch):
    def fail(run_id: int) -> bool:
        raise OSError("the disk is full")

    monkeypatch.setattr(shards, "claim_and_score", fail)
    with pytest.raises(OSError, match="full"):
        runs.evaluate(AS_OF)
    assert Run.objects.get().error == "OSError: the disk is full"
    monkeypatch.undo()
    run = runs.evaluate(AS_OF)
    assert (run.status, run.error) == ("published", "")
