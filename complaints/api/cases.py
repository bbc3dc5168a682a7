"""Cases: in, found, and led through their lives as on the pages."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from complaints import life, replying
from complaints.access import cases_read
from complaints.files import add
from complaints.filters import with_parts
from complaints.models import Actor, Case, CaseClock, CaseMessage, Channel, NotAllowed, Overtaken, Severity, Step
from complaints.models.case import ENDED, OPEN
from complaints.queue import DUE_FIRST
from crmquality.lib.keyset import Order
from crmquality.lib.rest import paging
from crmquality.lib.rest.filtering import IsoDay, Words
from crmquality.lib.rest.problems import Conflict
from crmquality.office.api.views import Creatable, Readable
from customers import attachments
from customers.api.base import OnOrAfter, OnOrBefore, midnight

from .links import Linked, Merged
from .shapes import (
    AssessmentSerializer,
    Assigned,
    CaseDetailSerializer,
    CaseSerializer,
    DetailsSerializer,
    Ended,
    Proposed,
    Said,
    When,
)
from .uploads import Uploaded

PARTS = ("steps__member", "clocks", "messages__member", "files", "orders", "products")
Verb = Callable[[Case, Any], Any]
RUNNING = CaseClock.objects.running().filter(case=OuterRef("pk"))


class CaseFilter(filters.FilterSet):
    customer = Words("customer__code", label="The customer's code.")
    owner = Words("owner__username", label="The owner's user name.")
    team = Words("team__name", label="The department's name.")
    category = Words(method="within", label="The category's code; its parts are included.")
    severity = filters.ChoiceFilter(choices=Severity.choices)
    state = filters.ChoiceFilter(method="in_state", choices=[("open", "open"), ("ended", "ended")])
    received_from = OnOrAfter("received_at")
    received_to = OnOrBefore("received_at")
    due_to = IsoDay(method="due_by", label="With a running clock that is due on that day or earlier.")
    is_overdue = filters.ChoiceFilter(method="overdue", choices=[("true", "true"), ("false", "false")])
    external_source = Words()
    external_id = Words()

    class Meta:
        model = Case
        fields = ["kind", "status", "channel", "outcome"]

    def within(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(category__in=with_parts(value))

    def in_state(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(status__in=OPEN if value == "open" else ENDED, merged_into=None)

    def due_by(self, rows: Any, name: str, value: dt.date) -> Any:
        if value == dt.date.max:
            return rows.filter(Exists(RUNNING.filter(due_at__isnull=False)))
        return rows.filter(Exists(RUNNING.filter(due_at__lt=midnight(value + dt.timedelta(days=1)))))

    def overdue(self, rows: Any, name: str, value: str) -> Any:
        late = Exists(RUNNING.filter(due_at__lt=timezone.now()))
        return rows.filter(late if value == "true" else ~late)


class CaseView(Creatable, Readable):
    """Complaints, enquiries, suggestions, requests and praise. A step that leads nowhere is answered with 409."""

    queryset = Case.objects.all()
    filterset_class = CaseFilter
    orders: ClassVar[dict[str, Order]] = {
        **paging.BY_ID, "due_at": DUE_FIRST, "-due_at": dataclasses.replace(DUE_FIRST, is_descending=True),
    }  # fmt: skip
    repeatable: ClassVar[set[str]] = {
        "acknowledge", "assign", "start", "wait", "resume", "propose", "resolve", "close", "reopen", "assess", "link",
        "merge", "messages", "files",
    }  # fmt: skip
    joined: ClassVar[tuple[str, ...]] = ("customer", "category", "cause", "owner", "team")

    def get_queryset(self) -> QuerySet[Case]:
        return self._rows(cases_read(self.request.user))

    def get_serializer_class(self) -> type[CaseSerializer]:
        return CaseSerializer if self.action == "list" else CaseDetailSerializer

    def _rows(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        rows = cases.select_related(*self.joined)
        return rows if self.action == "list" else rows.prefetch_related(*PARTS)

    def shown(self, row: Any) -> Any:
        """The case as it stands, also where the step took it out of the caller's sight."""
        return self.get_serializer(self._rows(Case.objects.all()).get(pk=row.pk)).data

    @extend_schema(request=DetailsSerializer)
    def partial_update(self, request: Any, pk: int) -> Response:
        """Change what was taken down or found; the clocks follow the severity and the kind."""
        case = self._taken(
            lambda case, asked: life.assess(case, self.actor, timezone.now(), Step.EDIT, **asked),
            DetailsSerializer,
            partial=True,
        )
        return Response(self.shown(case))

    @extend_schema(request=When)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Any, pk: int) -> Response:
        """The customer knows that we have it."""
        return self._step(lambda case, asked: life.acknowledge(case, self.actor, asked["at"]), When)

    @extend_schema(request=Assigned)
    @action(detail=True, methods=["post"])
    def assign(self, request: Any, pk: int) -> Response:
        """Give it to a member, a department or both."""
        return self._step(
            lambda case, asked: life.assign(case, asked["owner"], asked["team"], self.actor, timezone.now()), Assigned
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def start(self, request: Any, pk: int) -> Response:
        """Take it in hand; a case without an owner becomes yours."""
        return self._step(lambda case, _asked: life.start(case, self.actor, timezone.now()))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def wait(self, request: Any, pk: int) -> Response:
        """Wait for the customer; its clocks stand still."""
        return self._step(lambda case, _asked: life.wait(case, self.actor, timezone.now()))

    @extend_schema(request=When)
    @action(detail=True, methods=["post"])
    def resume(self, request: Any, pk: int) -> Response:
        """Go on; its clocks run since `at`, when the customer answered."""
        return self._step(lambda case, asked: life.resume(case, self.actor, asked["at"], timezone.now()), When)

    @extend_schema(request=Proposed)
    @action(detail=True, methods=["post"])
    def propose(self, request: Any, pk: int) -> Response:
        """Propose an outcome, which the customer accepts or rejects."""
        return self._step(
            lambda case, asked: life.propose(case, asked["proposal"], self.actor, timezone.now()), Proposed
        )

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Any, pk: int) -> Response:
        """What was to be done is done."""
        return self._step(lambda case, _asked: life.resolve(case, self.actor, timezone.now()))

    @extend_schema(request=Ended)
    @action(detail=True, methods=["post"])
    def close(self, request: Any, pk: int) -> Response:
        """Close what was proposed or resolved, with the customer's word on it."""
        return self._step(lambda case, asked: life.close(case, asked["outcome"], self.actor, timezone.now()), Ended)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Any, pk: int) -> Response:
        """It is not settled after all."""
        return self._step(lambda case, _asked: life.reopen(case, self.actor, timezone.now()))

    @extend_schema(request=AssessmentSerializer)
    @action(detail=True, methods=["post"])
    def assess(self, request: Any, pk: int) -> Response:
        """Write down what was found; the clocks follow the severity."""
        return self._step(
            lambda case, asked: life.assess(case, self.actor, timezone.now(), **asked),
            AssessmentSerializer,
            partial=True,
        )

    @extend_schema(request=Linked)
    @action(detail=True, methods=["post"])
    def link(self, request: Any, pk: int) -> Response:
        """Say whose case it is, and which orders and products it is about."""
        return self._step(lambda case, asked: life.link(case, **asked, actor=self.actor, now=timezone.now()), Linked)

    @extend_schema(request=Merged)
    @action(detail=True, methods=["post"])
    def merge(self, request: Any, pk: int) -> Response:
        """It is the same matter as another case, which takes over its messages, files, actions and links."""
        return self._step(lambda case, asked: life.merge(asked["into"], case, self.actor, timezone.now()), Merged)

    @extend_schema(request=Said)
    @action(detail=True, methods=["post"])
    def messages(self, request: Any, pk: int) -> Response:
        """Keep a message or a note, with all that follows from it."""
        return self._step(self._say, Said)

    @extend_schema(request={"multipart/form-data": Uploaded})
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def files(self, request: Any, pk: int) -> Response:
        """Add files, each checked by its content and size."""
        given = Uploaded(data=request.data)
        self.get_object()
        given.is_valid(raise_exception=True)
        with attachments.written(given.validated_data["files"]) as files:
            return self._step(
                lambda case, _asked: add(files, case, self.actor, timezone.now()),
                told=[[file.name, file.sha256] for file in files],
            )

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.request.user, "api")

    def _say(self, case: Case, asked: dict[str, Any]) -> None:
        message = CaseMessage(**asked)
        if (message.direction, message.channel) == (CaseMessage.Direction.OUT, Channel.EMAIL) and settings.EMAIL_HOST:
            message.mail_to = replying.address_of(case)
        life.write(case, message, self.actor, timezone.now())

    def _step(
        self, take: Verb, shape: type[serializers.Serializer] | None = None, told: Any = None, **how: Any
    ) -> Response:
        """Take the step, once for an Idempotency-Key; the case as it stands then."""
        return self.once(self.request, lambda: self.answer(200, self._taken(take, shape, **how)), told)

    def _taken(self, take: Verb, shape: type[serializers.Serializer] | None = None, **how: Any) -> Case:
        """The case after the step; where it cannot be taken, a conflict that says why."""
        case = self.get_object()
        asked: dict[str, Any] = {}
        if shape:
            given = shape(case, data=self.request.data, context=self.get_serializer_context(), **how)
            given.is_valid(raise_exception=True)
            asked = self._timed(case, given)
        try:
            take(case, asked)
        except NotAllowed:
            raise Conflict(_impossible(case)) from None
        except Overtaken:
            raise Conflict from None
        return case

    def _timed(self, case: Case, given: Any) -> dict[str, Any]:
        """What was asked, with the moment where one belongs to it: after receipt."""
        asked = dict(given.validated_data)
        if "at" in given.fields and asked.setdefault("at", timezone.now()) < case.received_at:
            raise serializers.ValidationError({"at": _("The case was received later than that.")})
        return asked


def _impossible(case: Case) -> str:
    """Why a step leads nowhere."""
    if case.merged_into_id:
        return _("The case was merged into another one.")
    return _("This is not possible in the state “%(state)s”.") % {"state": case.get_status_display()}
