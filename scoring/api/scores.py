"""Current scores, why they are what they are, and how they went."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import mixins, serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from crmquality.lib.keyset import Order
from crmquality.lib.rest.fields import Day
from crmquality.lib.rest.filtering import Words
from crmquality.lib.rest.serializers import Plain, Strict
from crmquality.office.api.views import View
from crmquality.office.models import Member
from customers.access import customer_read, customers_read, records_read
from customers.models import LifecycleStage, Tier
from scoring.explaining import NotScored, explain_customer, score_history
from scoring.models import CurrentScore, EvaluationModel
from scoring.models.score import Band

YEARS = dt.timedelta(days=730)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A score",
            {
                "customer": "C-421",
                "name": "Acme Ltd",
                "segment": "Retail",
                "tier": "B",
                "stage": "growing",
                "owner": "li.na",
                "score": 71.3,
                "band": "B",
                "coverage": 0.9,
                "low": 64.2,
                "high": 74.2,
                "change_30d": -1.5,
                "as_of": "2026-01-05",
                "run": 12,
                "model": "service",
                "version": 3,
            },
            response_only=True,
        )
    ]
)
class ScoreSerializer(Plain, serializers.ModelSerializer):
    customer = serializers.CharField(source="customer.code", help_text="Code.")
    name = serializers.CharField(source="customer.name")
    segment = serializers.CharField(source="customer.segment")
    tier = serializers.ChoiceField([("", "–"), *Tier.choices], source="customer.tier")
    stage = serializers.ChoiceField([("", "–"), *LifecycleStage.choices], source="customer.stage")
    owner = serializers.CharField(source="customer.owner.username", default=None, allow_null=True)
    run = serializers.IntegerField(source="run_id")
    model = serializers.CharField(source="model.slug")
    version = serializers.IntegerField(source="model.version")

    class Meta:
        model = CurrentScore
        fields = [
            "customer", "name", "segment", "tier", "stage", "owner", "score", "band", "coverage", "low", "high",
            "change_30d", "as_of", "run", "model", "version",
        ]  # fmt: skip
        read_only_fields = fields


class ScoreFilter(filters.FilterSet):
    q = filters.CharFilter(method="matching", label="Part of the code or name, Chinese or English.")
    band = filters.MultipleChoiceFilter(choices=Band.choices)
    tier = filters.ChoiceFilter(field_name="customer__tier", choices=Tier.choices)
    segment = Words("customer__segment")
    region = Words("customer__region")
    owner = Words("customer__owner__username", label="The owner's user name.")
    model = Words("model__slug", label="Slug of the evaluation model.")
    score_from = filters.NumberFilter("score", lookup_expr="gte")
    score_to = filters.NumberFilter("score", lookup_expr="lte")

    class Meta:
        model = CurrentScore
        fields: list[str] = []

    def matching(self, scores: Any, name: str, value: str) -> Any:
        return scores.filter(customer__in=customers_read(self.request.user).matching(value))


class AsOf(Strict):
    as_of = Day(required=False, help_text="The newest score on or before this day; the newest of all, if not given.")


class Part(serializers.Serializer):
    """One indicator's part in the score; the contributions add up to it, unless some are kept back."""

    id = serializers.CharField()
    reading = serializers.FloatField(allow_null=True)
    unit = serializers.CharField()
    points = serializers.FloatField(allow_null=True)
    weight = serializers.FloatField()
    contribution = serializers.FloatField(allow_null=True)
    records = serializers.IntegerField()
    no_data_because = serializers.CharField(allow_null=True)


class ExplanationSerializer(serializers.Serializer):
    """The same as `manage.py explain --json` prints."""

    customer = serializers.CharField()
    as_of = serializers.DateField()
    model = serializers.CharField()
    version = serializers.IntegerField()
    score = serializers.FloatField(allow_null=True)
    band = serializers.ChoiceField(Band.choices)
    coverage = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    indicators = Part(many=True)


def _parsed(shape: type[Strict], request: Any) -> dict[str, Any]:
    asked = shape(data=request.query_params)
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found


class ScoreView(mixins.ListModelMixin, View):
    """The current score of every customer, and why it is what it is."""

    queryset = CurrentScore.objects.all()
    serializer_class = ScoreSerializer
    filterset_class = ScoreFilter
    parameters = {"as_of"}
    orders = {
        "-score": Order("score", is_descending=True, is_nullable=True, parse=float),
        "score": Order("score", is_nullable=True, parse=float),
        "-change": Order("change_30d", is_descending=True, is_nullable=True, parse=float),
        "change": Order("change_30d", is_nullable=True, parse=float),
        "customer": Order("pk", parse=int),
    }

    def get_queryset(self) -> QuerySet[CurrentScore]:
        scores = records_read(self.request.user, CurrentScore.objects.select_related("customer"))
        # Owners and models are few: joined, they would be looked up for every match that is sorted.
        owners = Prefetch("customer__owner", Member.objects.only("username"))
        models = Prefetch("model", EvaluationModel.objects.only("slug", "version"))
        needed = [f"customer__{name}" for name in ("code", "name", "segment", "tier", "stage", "owner")]
        fields = ("run", "as_of", "model", "score", "coverage", "low", "high", "band", "change_30d")
        return scores.prefetch_related(owners, models).only(*needed, *fields)

    @extend_schema(parameters=[AsOf], responses=ExplanationSerializer)
    def retrieve(self, request: Any, code: str) -> Response:
        """Why the customer's score is what it is, indicator by indicator."""
        customer = customer_read(request.user, code)
        try:
            explanation = explain_customer(customer, _parsed(AsOf, request).get("as_of"))
        except NotScored:
            raise NotFound(_("This customer has no published score by then.")) from None
        return Response(explanation.to_dict())


class Span(Strict):
    since = Day(required=False, help_text="Two years before, if not given.")
    until = Day(required=False, help_text="Today, if not given.")


class NightSerializer(serializers.Serializer):
    as_of = serializers.DateField()
    score = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    band = serializers.ChoiceField(Band.choices)
    model = serializers.CharField()
    version = serializers.IntegerField()


class HistorySerializer(serializers.Serializer):
    results = NightSerializer(many=True)


class HistoryView(View):
    parameters = {"since", "until"}

    @extend_schema(parameters=[Span], responses=HistorySerializer)
    def retrieve(self, request: Any, code: str) -> Response:
        """The customer's published scores, oldest first, each day's last publication."""
        customer = customer_read(request.user, code)
        span = _parsed(Span, request)
        until = span.get("until", self.today)
        since = span.get("since") or max(until, dt.date.min + YEARS) - YEARS
        if since > until:
            raise serializers.ValidationError({"since": _("This is after the end.")})
        nights = score_history(customer, until, (until - since).days)
        models = EvaluationModel.objects.only("slug", "version").in_bulk({night.model_id for night in nights})
        rows = [
            {
                **{name: getattr(night, name) for name in ("as_of", "score", "low", "high", "band")},
                "model": models[night.model_id].slug,
                "version": models[night.model_id].version,
            }
            for night in nights
        ]
        return Response({"results": rows})
