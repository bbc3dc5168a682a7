"""The bases of every view: strict in what they take, constant in what they cost."""

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from django.db import models, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import exceptions, mixins
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crmquality.lib.keyset import Order
from crmquality.lib.rest import paging
from crmquality.lib.rest.filtering import check_query, names_of
from crmquality.lib.rest.problems import Conflict
from crmquality.office import repeats
from crmquality.office.models import ApiToken, Organisation
from crmquality.office.roles import Right

SEES = (Right.SEE_ALL, Right.SEE_OWN)
KEY = re.compile(r"[!-~]{1,200}")


class AnotherRequest(exceptions.APIException):
    status_code = 422
    default_code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(_("This Idempotency-Key was used for another request. Take a new one for a new record."))


class View(GenericViewSet):
    """Says who may use it: one of these rights, for reading, for writing, for deleting."""

    readers: ClassVar[tuple[Right, ...]] = SEES
    writers: ClassVar[tuple[Right, ...]] = (Right.EDIT,)
    # Taking records away is for those who could undo an import.
    deleters: ClassVar[tuple[Right, ...]] = (Right.IMPORT,)
    write_scope = ApiToken.Scope.WRITE
    orders: ClassVar[dict[str, Order]] = paging.BY_ID
    lookup_value_converter = "int"
    # What may stand in the address of a view that is no list.
    parameters: ClassVar[set[str]] = set()
    # Actions that take an Idempotency-Key, as creating does.
    repeatable: ClassVar[set[str]] = set()
    is_counted = False

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "\x00" in request.path:
            raise Http404
        if request.method.lower() in self.http_method_names and getattr(self, request.method.lower(), None):
            check_query(request.query_params, *self._known())

    def _known(self) -> tuple[set[str], set[str]]:
        if self.action != "list":
            return self.parameters, set()
        filters, repeatable = names_of(getattr(self, "filterset_class", None))
        return filters | (paging.NAMES if self.paginator else set()), repeatable

    def perform_authentication(self, request: Any) -> None:
        try:
            super().perform_authentication(request)
        finally:
            self.check_throttles(request)

    def check_throttles(self, request: Any) -> None:
        """Once a request, and first, so that those who are refused count as well."""
        if not self.is_counted:
            self.is_counted = True
            super().check_throttles(request)

    @cached_property
    def organisation(self) -> Organisation:
        return Organisation.load()

    @property
    def today(self) -> dt.date:
        return self.organisation.today(timezone.now())

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "office": self}


class Readable(mixins.ListModelMixin, mixins.RetrieveModelMixin, View):
    """A list and its rows."""


class Creatable(View):
    """Makes a row, once however often it is asked with the same Idempotency-Key."""

    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Make a new one."""
        return self.once(request, lambda: self._make(request))

    def once(self, request: Any, make: Callable[[], repeats.Answer], told: Any = None) -> Response:
        """What `make` answers, all or nothing; to a repeated key what it answered then.

        `told`: what tells this request from others where that is not its JSON.
        """
        key = request.headers.get("Idempotency-Key")
        if key is None:
            with transaction.atomic():
                answer = make()
            return Response(answer.body, status=answer.status)
        if not KEY.fullmatch(key):
            said = _("1 to 200 letters, digits and signs, without spaces.")
            raise exceptions.ValidationError({"Idempotency-Key": [said]})
        mark = repeats.fingerprint(request.path, request.data if told is None else told)
        try:
            answer = repeats.once(request.user, key, mark, make)
        except repeats.Differs:
            raise AnotherRequest from None
        headers = {"Idempotent-Replayed": "true"} if answer.is_repeat else {}
        return Response(answer.body, status=answer.status, headers=headers)

    def _make(self, request: Any) -> repeats.Answer:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        self.perform_create(serializer)
        return self.answer(201, serializer.instance)

    def answer(self, status: int, row: models.Model) -> repeats.Answer:
        return repeats.Answer(status, json.loads(JSONRenderer().render(self.shown(row))))

    def perform_create(self, serializer: Any) -> None:
        serializer.save()

    def shown(self, row: models.Model) -> Any:
        """The row as reading it would show it."""
        return self.get_serializer(row).data


class Changeable(View):
    """Changes fields of a row; those that are not given stay."""

    @transaction.atomic
    def partial_update(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Change the fields that are given."""
        serializer = self.get_serializer(self.get_object(), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        self.perform_update(serializer)
        return Response(self.get_serializer(serializer.instance).data)

    def perform_update(self, serializer: Any) -> None:
        serializer.save()


class Deletable(mixins.DestroyModelMixin, View):
    @transaction.atomic
    def destroy(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Delete it; its history stays."""
        return super().destroy(request, *args, **kwargs)


def claimed(is_claimed: bool) -> None:
    """Go on only if the row was still as it was believed to be."""
    if not is_claimed:
        raise Conflict
