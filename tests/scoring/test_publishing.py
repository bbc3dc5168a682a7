"""A published version never changes; a change is a new version."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from scoring import defaults, publishing
from scoring.models import EvaluationModel, ModelAssignment

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2025, 7, 1, tzinfo=dt.UTC)


@pytest.fixture
def orders_model() -> EvaluationModel:
    defaults.load(NOW)
    return EvaluationModel.objects.get(slug="orders")


def test_a_draft_is_the_next_version_and_there_is_only_one(orders_model, admin):
    draft = publishing.draft_from(orders_model, admin)
    assert (draft.version, draft.status, draft.author) == (2, "draft", admin)
    assert draft.definition == orders_model.definition
    assert publishing.draft_from(orders_model, admin) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationModel.objects.create(slug="orders", version=3, name="x", definition={})


def test_publishing_retires_the_version_before(orders_model, admin):
    draft = publishing.draft_from(orders_model, admin)
    published = publishing.publish(draft, admin, "More weight on rhythm", NOW)
    orders_model.refresh_from_db()
    assert (published.status, published.note, published.published_at) == ("published", "More weight on rhythm", NOW)
    assert orders_model.status == "retired"


def test_a_draft_is_published_once(orders_model, admin):
    draft = publishing.draft_from(orders_model, admin)
    publishing.publish(draft, admin, "", NOW)
    with pytest.raises(publishing.NotPossible):
        publishing.publish(draft, admin, "", NOW)


def test_a_draft_changed_in_the_meantime_is_not_published(orders_model, admin):
    seen = publishing.draft_from(orders_model, admin)
    changed = EvaluationModel.objects.get(pk=seen.pk)
    changed.definition["hysteresis"] = 3.0
    changed.save()
    with pytest.raises(publishing.NotPossible), transaction.atomic():
        publishing.publish(seen, admin, "", NOW)
    orders_model.refresh_from_db()
    assert orders_model.status == "published", "nothing was retired for it"


def test_weights_that_do_not_add_up_are_not_published(orders_model, admin):
    draft = publishing.draft_from(orders_model, admin)
    draft.definition["criteria"][0]["weight"] = 1
    draft.save()
    with pytest.raises(ValueError, match="add up to"):
        publishing.publish(draft, admin, "", NOW)


def test_a_published_version_is_frozen_in_the_database(orders_model):
    for change in (
        lambda: EvaluationModel.objects.filter(pk=orders_model.pk).update(definition={}),
        lambda: EvaluationModel.objects.filter(pk=orders_model.pk).update(status="draft"),
        lambda: EvaluationModel.objects.filter(pk=orders_model.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_model_in_use_is_not_retired(orders_model):
    with pytest.raises(publishing.NotPossible):
        publishing.retire(orders_model)
    ModelAssignment.objects.update(slug="service")
    publishing.retire(orders_model)
    orders_model.refresh_from_db()
    assert orders_model.status == "retired"
