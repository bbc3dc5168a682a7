"""Campaigns, and what came of them: figures of all, never of fewer than five."""

from typing import Any, ClassVar

from django.http import Http404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from crmquality.lib.rest.filtering import Words
from crmquality.office.api.views import Readable
from crmquality.office.roles import Right
from surveys import figures, results
from surveys.asking import rows_of
from surveys.models import Campaign, Kind


class CampaignSerializer(serializers.ModelSerializer):
    questionnaire = serializers.CharField(source="version.questionnaire.slug", help_text="Its short name.")
    version = serializers.IntegerField(source="version.number")
    trigger = serializers.CharField(allow_blank=True, help_text="Of a triggered one, as `delivery`; else ''.")

    class Meta:
        model = Campaign
        fields = [
            "id", "name", "purpose", "questionnaire", "version", "state", "privacy", "channel", "sampling", "schedule",
            "trigger", "series", "opens_at", "closes_at", "quota", "population", "started_at", "closed_at",
        ]  # fmt: skip
        read_only_fields = fields


class CampaignFilter(filters.FilterSet):
    questionnaire = Words("version__questionnaire__slug", label="The questionnaire's short name.")

    class Meta:
        model = Campaign
        fields = ["state", "privacy", "channel", "schedule"]


class FigureShape(serializers.Serializer):
    name = serializers.CharField()
    unit = serializers.ChoiceField(["points", "share", "mean"])
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="Of the 95% interval.")
    high = serializers.FloatField()
    n = serializers.IntegerField()


class PartShape(serializers.Serializer):
    name = serializers.CharField()
    count = serializers.IntegerField()
    share = serializers.FloatField()


class GroupShape(serializers.Serializer):
    name = serializers.CharField(allow_blank=True)
    is_hidden = serializers.BooleanField(
        help_text="Fewer than five answers, or with them one could tell who said what."
    )
    figure = FigureShape(allow_null=True)
    parts = PartShape(many=True)


class RowShape(serializers.Serializer):
    row = serializers.CharField(allow_blank=True, help_text="Of a matrix; else ''.")
    name = serializers.CharField(allow_blank=True)
    n = serializers.IntegerField()
    is_hidden = serializers.BooleanField()
    figures = FigureShape(many=True)
    parts = PartShape(many=True)
    groups = GroupShape(many=True)


class QuestionShape(serializers.Serializer):
    key = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(Kind.choices)
    rows = RowShape(many=True)


class ResultsShape(serializers.Serializer):
    campaign = serializers.IntegerField()
    counted = serializers.IntegerField(help_text="Answers counted; of fewer than five nothing is told.")
    held = serializers.IntegerField(help_text="Answers held apart and left out.")
    invited = serializers.IntegerField()
    delivered = serializers.IntegerField()
    started = serializers.IntegerField()
    answered = serializers.IntegerField()
    response_rate = serializers.FloatField(allow_null=True, help_text="AAPOR's response rate 1, 0 to 1.")
    questions = QuestionShape(many=True)


BY = OpenApiParameter(
    "by", str, enum=sorted(results.BREAKDOWNS),
    description="Break down; not where anonymous, nor before a confidential one is closed.",
)  # fmt: skip


class CampaignView(Readable):
    """Survey waves, the newest first where asked by `sort=-id`."""

    readers = (Right.SEE_RUNS,)
    queryset = Campaign.objects.select_related("version__questionnaire")
    serializer_class = CampaignSerializer
    filterset_class = CampaignFilter
    of_results: ClassVar[set[str]] = {"by"}

    def _known(self) -> tuple[set[str], set[str]]:
        return (self.of_results, set()) if self.action == "results" else super()._known()

    @extend_schema(parameters=[BY], responses=ResultsShape)
    @action(detail=True)
    def results(self, request: Any, pk: int) -> Response:
        """What came of it, question by question."""
        campaign = self.get_object()
        if campaign.started_at is None:
            raise Http404
        return Response(told(campaign, _by(request.query_params.get("by", ""), campaign)))


def _by(asked: str, campaign: Campaign) -> str:
    if asked and (asked not in results.BREAKDOWNS or campaign.is_anonymous or not campaign.tells_groups):
        raise ValidationError({"by": serializers.ErrorDetail("One of " + ", ".join(sorted(results.BREAKDOWNS)) + ".")})
    return asked


def told(campaign: Campaign, by: str) -> dict[str, Any]:
    """The results as ResultsShape has them."""
    who = results.respondents(campaign)
    everybody, _groups = results.asked(campaign)
    rate = everybody.rate
    return {
        "campaign": campaign.pk, "counted": who.counted, "held": who.held, "invited": everybody.invited,
        "delivered": everybody.delivered, "started": everybody.started, "answered": everybody.answered,
        "response_rate": rate.share if rate else None,
        "questions": [] if who.too_few else [_question(each) for each in figures.outcomes_of(campaign, by, who)],
    }  # fmt: skip


def _question(outcome: figures.Outcome) -> dict[str, Any]:
    question = outcome.question
    rows = zip(rows_of(question), outcome.rows, strict=True)
    return {
        "key": question.key, "text": str(question), "kind": question.kind,
        "rows": [RowShape(_row(key, row)).data for key, row in rows],
    }  # fmt: skip


def _row(key: str, row: figures.Row) -> dict[str, Any]:
    groups = [
        {"name": name, "is_hidden": figure is None and not parts, "figure": figure, "parts": parts}
        for name, figure, parts in row.groups
    ]
    return {
        "row": key, "name": row.name, "n": row.n, "is_hidden": row.is_hidden, "figures": row.figures,
        "parts": row.parts, "groups": groups,
    }  # fmt: skip
