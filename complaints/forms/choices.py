"""What can be chosen for a case: categories and causes by group, and who may get it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import routing
from complaints.models import Case, Category, RootCause
from crmquality.office.models import Member, Organisation, Team
from crmquality.office.roles import RIGHTS, Right

WORKERS = [role for role, rights in RIGHTS.items() if Right.EDIT in rights]


def workers() -> Any:
    """The members who may get a case."""
    return Member.objects.filter(is_active=True, role__in=WORKERS)


def grouped(nodes: Iterable[Category | RootCause]) -> list[tuple[Any, Any]]:
    """Nodes of a tree as choices: each top one by itself and with its parts, as a group."""
    rows = list(nodes)
    found: list[tuple[Any, Any]] = []
    for top in (node for node in rows if node.parent_id is None):
        parts = [(str(node.pk), str(node)) for node in rows if node.parent_id == top.pk]
        if parts:
            found.append((str(top), [(str(top.pk), _("%(name)s: all of it") % {"name": top}), *parts]))
        else:
            found.append((str(top.pk), str(top)))
    return found


class NodeField(forms.ModelChoiceField):
    """A node of a tree of two levels, drawn in groups."""

    def offer(self, kept: int | None, empty: Any) -> None:
        """Those that are offered, and the one that the case has."""
        nodes = list(self.queryset.model.objects.select_related("parent"))  # type: ignore[union-attr]
        offered = [node for node in nodes if node.is_active or node.pk == kept]
        self.widget.choices = [("", empty), *grouped(offered)]


class ReceiverField(forms.ChoiceField):
    """To whom a case goes: a member, a department, or whoever of the department has least to do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("To"), "widget": forms.Select(attrs={"class": "form-select"}), **kwargs})

    def offer(self, member: Member, case: Case | None = None) -> None:
        people = [(f"member-{one.pk}", str(one)) for one in workers() if one != member]
        teams = list(Team.objects.all())
        self.choices = [
            ("", _("Choose")),
            (f"member-{member.pk}", _("Me")),
            (_("People"), people),
            (_("Whoever has the fewest open cases"), [(f"load-{team.pk}", str(team)) for team in teams]),
            (_("The department, to be picked up"), [(f"team-{team.pk}", str(team)) for team in teams]),
        ]

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        if not chosen:
            return None
        kind, _dash, key = chosen.partition("-")
        return kind, int(key)


def receivers(chosen: tuple[str, int], case: Case) -> tuple[Member | None, Team | None]:
    """The owner and the department that a choice of ReceiverField means for this case, asked anew for each."""
    kind, key = chosen
    if kind == "member":
        owner = Member.objects.select_related("team").get(pk=key)
        return owner, case.team or owner.team
    team = Team.objects.get(pk=key)
    if kind == "team":
        return None, team
    return routing.least_loaded(team, Organisation.load().today(timezone.now())), team
