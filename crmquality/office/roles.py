"""Who may do what. One role per member; somebody without a role may do nothing."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from .models import Member


class Role(TextChoices):
    ADMIN = "admin", _("Admin")
    MANAGER = "manager", _("Manager")
    LEAD = "lead", _("Team lead")
    AGENT = "agent", _("Agent")
    ANALYST = "analyst", _("Analyst")
    AUDITOR = "auditor", _("Auditor")


class Right(TextChoices):
    SEE_ALL = "see_all", _("See every customer")
    SEE_OWN = "see_own", _("See own and the team's customers")
    SEE_RUNS = "see_runs", _("See evaluation runs and models")
    EXPORT = "export", _("Export results")
    EDIT = "edit", _("Change the customers one sees")
    IMPORT = "import", _("Import and undo imports")
    MERGE = "merge", _("Merge customers and undo merges")
    COMPARE_MEMBERS = "compare_members", _("Compare members with each other, where the company allows it")
    HAND_OVER = "hand_over", _("Hand customers over from member to member")
    PRIVACY = "privacy", _("Hand out and erase a person's data")
    SURVEY = "survey", _("Plan, start and close surveys")
    CONFIGURE = "configure", _("Change and publish evaluation models, run evaluations")


RIGHTS: dict[str, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right) - {Right.SEE_OWN},
    Role.MANAGER: frozenset(
        {
            Right.SEE_ALL,
            Right.SEE_RUNS,
            Right.EXPORT,
            Right.EDIT,
            Right.IMPORT,
            Right.MERGE,
            Right.HAND_OVER,
            Right.COMPARE_MEMBERS,
            Right.SURVEY,
        }
    ),
    Role.LEAD: frozenset({Right.SEE_OWN, Right.SEE_RUNS, Right.EXPORT, Right.EDIT, Right.HAND_OVER}),
    Role.AGENT: frozenset({Right.SEE_OWN, Right.EDIT}),
    Role.ANALYST: frozenset({Right.SEE_ALL, Right.SEE_RUNS, Right.EXPORT}),
    Role.AUDITOR: frozenset({Right.SEE_ALL, Right.SEE_RUNS}),
}


class MemberRequest(HttpRequest):
    """A request as a view behind `requires` sees it: somebody is logged in."""

    user: "Member"
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def requires(*rights: Right) -> Callable[[View], View]:
    """A view that only members with one of `rights` may call: others get 403, nobody the login."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: MemberRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not any(request.user.has_right(right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
