"""The demo company's staff: one member for every role."""

import datetime as dt

from crmquality.logins import demo_password
from crmquality.office.models import Leave, Member, Team
from crmquality.office.roles import Role

from .phases import SLOTS_A_TEAM, TEAMS

TEAM_NAMES = {"domestic": "Domestic sales · 国内销售", "overseas": "Overseas sales · 海外销售"}
# Username, role, team, name. Invented; who looks after customers stands in the order of slots.
STAFF = (
    ("admin", Role.ADMIN, None, "沈岚汀"),
    ("manager", Role.MANAGER, None, "Orla Birchmere"),
    ("lead", Role.LEAD, "domestic", "程榕泓"),
    ("agent", Role.AGENT, "domestic", "苏芷禾"),
    ("agent2", Role.AGENT, "domestic", "叶晗朔"),
    ("lead2", Role.LEAD, "overseas", "Silas Fennwick"),
    ("agent3", Role.AGENT, "overseas", "Tamsin Alderholm"),
    ("agent4", Role.AGENT, "overseas", "顾翎川"),
    ("analyst", Role.ANALYST, None, "Jasper Quillhurst"),
    ("auditor", Role.AUDITOR, None, "温砚蘅"),
)
# Who is away, who covers, from and to how many days from today.
LEAVES = (("agent2", "agent", -2, 5), ("agent3", "agent4", 12, 21), ("agent", "agent2", -140, -131))


def engage(today: dt.date) -> list[int | None]:
    """Create the staff that is missing; returns whose key sits on which owner's slot (0: nobody).

    Who has the username already stays as he is. Passwords are made up once and kept in the var folder.
    """
    teams = {key: Team.objects.get_or_create(name=name)[0] for key, name in TEAM_NAMES.items()}
    taken = set(Member.objects.values_list("username", flat=True))
    for username, role, team, name in STAFF:
        if username not in taken:
            _create(username, role, teams.get(team or ""), name)
    _give_leave(today)
    return _slots()


def _create(username: str, role: str, team: Team | None, name: str) -> None:
    is_admin = role == Role.ADMIN
    first, _, last = name.partition(" ")
    Member.objects.create_user(
        username,
        f"{username}@demo.example",
        demo_password(username),
        role=role,
        team=team,
        first_name=first,
        last_name=last,
        is_staff=is_admin,
        is_superuser=is_admin,
    )


def _give_leave(today: dt.date) -> None:
    """Some are away, unless leave was written down already."""
    if Leave.objects.exists():
        return
    people = {member.username: member for member in Member.objects.all()}
    for who, cover, begin, end in LEAVES:
        first, last = (today + dt.timedelta(days=days) for days in (begin, end))
        Leave.objects.create(member=people[who], cover=people[cover], starts_on=first, ends_on=last)


def _slots() -> list[int | None]:
    keys = dict(Member.objects.values_list("username", "pk"))
    owners = [username for wanted in TEAMS for username, _role, team, _name in STAFF if team == wanted]
    if len(owners) != len(TEAMS) * SLOTS_A_TEAM:
        raise ValueError("The staff and the slots of owners differ.")
    return [None, *(keys[username] for username in owners)]
