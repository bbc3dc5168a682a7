"""History by triggers."""

import pghistory


def history() -> tuple[pghistory.Tracker, ...]:
    """Trackers of what people edit. Inserts are not tracked, so an update keeps the state before."""
    return pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent()
