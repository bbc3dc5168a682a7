"""Evaluation runs, their figures, the models they score by, and the catalogue of indicators."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.response import Response

from crmquality.lib.keyset import Order
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.office.api.views import Creatable, Readable, View
from crmquality.office.models import ApiToken
from crmquality.office.repeats import Answer
from crmquality.office.roles import Right
from scoring import figures, tasks
from scoring.engine.indicators import REGISTRY
from scoring.models import EvaluationModel, Run, RunFigure
from scoring.overview import models_of


class ModelName(serializers.ModelSerializer):
    model = serializers.CharField(source="slug")

    class Meta:
        model = EvaluationModel
        fields = ["model", "version"]


class RunSerializer(serializers.ModelSerializer):
    started_by = serializers.SlugRelatedField("username", read_only=True, allow_null=True)
    summary = serializers.DictField(help_text="How many customers, how many in each band, and means.")
    seconds_by_stage = serializers.DictField(child=serializers.FloatField())

    class Meta:
        model = Run
        fields = [
            "id", "as_of", "status", "started_by", "started_at", "published_at", "seconds_by_stage", "summary", "error",
        ]  # fmt: skip
        read_only_fields = fields


class RunDetailSerializer(RunSerializer):
    models = serializers.SerializerMethodField(help_text="The model versions it scores by.")

    class Meta(RunSerializer.Meta):
        fields = read_only_fields = [*RunSerializer.Meta.fields, "models"]

    @extend_schema_field(ModelName(many=True))
    def get_models(self, run: Run) -> Any:
        return ModelName(models_of(run), many=True).data


class RunFilter(filters.FilterSet):
    as_of_from = IsoDay("as_of", lookup_expr="gte")
    as_of_to = IsoDay("as_of", lookup_expr="lte")

    class Meta:
        model = Run
        fields = ["status"]


class AskedSerializer(serializers.Serializer):
    as_of = serializers.DateField()


class RunView(Creatable, Readable):
    """Evaluation runs."""

    readers = (Right.SEE_RUNS,)
    writers = (Right.CONFIGURE,)
    write_scope = ApiToken.Scope.EVALUATE
    queryset = Run.objects.all()
    filterset_class = RunFilter
    orders = {"-id": Order("pk", is_descending=True, parse=int), "id": Order("pk", parse=int)}

    def get_queryset(self) -> QuerySet[Run]:
        runs = Run.objects.select_related("started_by")
        return runs if self.action == "retrieve" else runs.defer("rules")

    def get_serializer_class(self) -> type[RunSerializer]:
        return RunDetailSerializer if self.action == "retrieve" else RunSerializer

    @extend_schema(request=None, responses={202: AskedSerializer})
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Hand an evaluation as of today to a worker. It is there once its run is published."""
        return super().create(request, *args, **kwargs)

    def _make(self, request: Any) -> Answer:
        tasks.evaluate.delay(self.today.isoformat(), request.user.pk)
        return Answer(202, {"as_of": self.today.isoformat()})


class FigureSerializer(serializers.ModelSerializer):
    class Meta:
        model = RunFigure
        fields = ["cut", "label", "indicator", "value", "low", "high", "n"]
        read_only_fields = fields

    def to_representation(self, figure: RunFigure) -> dict[str, Any]:
        """A figure of very few customers says more of each of them than of the group: it is left out."""
        found: dict[str, Any] = super().to_representation(figure)
        if figure.n < figures.SMALLEST_GROUP:
            found |= {"value": None, "low": None, "high": None}
        return found


class FigureFilter(filters.FilterSet):
    cut = filters.ChoiceFilter(choices=list(figures.CUTS.items()))
    label = Words(label="The group's name.")
    indicator = Words(label="Id of the indicator or of a further figure of it.")

    class Meta:
        model = RunFigure
        fields: list[str] = []


class FigureView(mixins.ListModelMixin, View):
    """A run's figures of the whole company and of its parts."""

    readers = (Right.SEE_RUNS,)
    queryset = RunFigure.objects.all()
    serializer_class = FigureSerializer
    filterset_class = FigureFilter

    def get_queryset(self) -> QuerySet[RunFigure]:
        return get_object_or_404(Run.objects.published().defer("rules"), pk=self.kwargs["run"]).figures.all()


class EvaluationModelSerializer(serializers.ModelSerializer):
    author = serializers.SlugRelatedField("username", read_only=True, allow_null=True)

    class Meta:
        model = EvaluationModel
        fields = ["slug", "version", "name", "status", "note", "author", "created_at", "published_at"]
        read_only_fields = fields


class EvaluationModelDetailSerializer(EvaluationModelSerializer):
    definition = serializers.DictField(help_text="Criteria, indicators, weights, scales and bands.")

    class Meta(EvaluationModelSerializer.Meta):
        fields = read_only_fields = [*EvaluationModelSerializer.Meta.fields, "definition"]


class EvaluationModelFilter(filters.FilterSet):
    slug = Words()

    class Meta:
        model = EvaluationModel
        fields = ["status"]


class EvaluationModelView(Readable):
    """Every version of every evaluation model. They are drafted and published on their pages."""

    readers = (Right.SEE_RUNS,)
    queryset = EvaluationModel.objects.select_related("author")
    filterset_class = EvaluationModelFilter

    def get_serializer_class(self) -> type[EvaluationModelSerializer]:
        return EvaluationModelDetailSerializer if self.action == "retrieve" else EvaluationModelSerializer

    def get_object(self) -> EvaluationModel:
        return get_object_or_404(self.get_queryset(), slug=self.kwargs["slug"], version=self.kwargs["version"])


class IndicatorSerializer(serializers.Serializer):
    """An entry of the catalogue, as `manage.py list_indicators --json` prints it."""

    id = serializers.CharField()
    criterion = serializers.CharField()
    level = serializers.ChoiceField(["C", "P", "CP"], help_text="Of customers, of the population, or of both.")
    unit = serializers.CharField()
    direction = serializers.ChoiceField(["higher", "lower"], help_text="Which way is better.")
    question = serializers.CharField()


class CatalogueSerializer(serializers.Serializer):
    results = IndicatorSerializer(many=True)


class IndicatorView(View):
    """The catalogue of indicators."""

    @extend_schema(responses=CatalogueSerializer)
    def catalogue(self, request: Any) -> Response:
        """Every indicator there is."""
        return Response({"results": [indicator.to_dict() for indicator in REGISTRY]})
