"""Since when a kind of record is kept, as a file shows it.

Not recorded is not perfect: without this the score could not tell "no returns" from
"returns are not written down".
"""

import datetime as dt
from typing import Any

from crmquality.office.models import Organisation, RecordKeeping


def extend(cursor: Any, queries: dict[str, str]) -> dict[str, list[str | None]]:
    """Move each kind's beginning to the file's if that is earlier: {kind: [before, after]}."""
    zone = Organisation.load().zone
    changed: dict[str, list[str | None]] = {}
    for kind, query in queries.items():
        cursor.execute(query)
        moment = cursor.fetchone()[0]
        if moment is None:
            continue
        since = moment.astimezone(zone).date() if isinstance(moment, dt.datetime) else moment
        kept = RecordKeeping.objects.select_for_update().filter(kind=kind).first()
        if kept is None or since < kept.since:
            changed[kind] = [kept.since.isoformat() if kept else None, since.isoformat()]
            RecordKeeping.objects.update_or_create(kind=kind, defaults={"since": since})
    return changed


def take_back(changed: dict[str, list[str | None]]) -> None:
    """Put the beginnings back where nobody moved them since."""
    for kind, (before, after) in changed.items():
        kept = RecordKeeping.objects.filter(kind=kind, since=dt.date.fromisoformat(str(after)))
        if before is None:
            kept.delete()
        else:
            kept.update(since=dt.date.fromisoformat(before))
