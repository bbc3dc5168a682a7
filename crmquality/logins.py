"""The generated passwords of a demo: kept in the var folder, told by `manage.py up`."""

import re
from pathlib import Path

from django.conf import settings

from crmquality.embedded import secret
from crmquality.office.models import Member

PREFIX = "demo_password_"


def demo_password(username: str) -> str:
    """Return the password of a demo member, made up the first time it is asked for."""
    # Letters and digits only: a double click selects all of it.
    return re.sub(r"\W|_", "", secret(Path(settings.VAR_DIR), PREFIX + username))[:16]


def logins() -> list[dict[str, str]]:
    """Return who may log in with a generated password that is still theirs."""
    names = sorted(path.name.removeprefix(PREFIX) for path in Path(settings.VAR_DIR).glob(PREFIX + "*"))
    members = Member.objects.filter(username__in=names, is_active=True)
    return [
        {"username": who.username, "password": demo_password(who.username), "role": str(who.get_role_display())}
        for who in sorted(members, key=lambda who: names.index(who.username))
        if who.check_password(demo_password(who.username))
    ]
