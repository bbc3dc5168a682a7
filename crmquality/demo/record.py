"""The record beside the orders: origin, people, talks, what is to be done, deals, agreements, cases and surveys."""

import numpy as np
import pandas as pd

from .agreements import contracts, needs, projects
from .cases import case_frames
from .contacts import mobile, people, switchboard
from .deals import CLOSED_DOWN, losses, opportunities
from .follow_ups import follow_up_frame
from .origins import origins, spend
from .scene import Scene
from .talk import interaction_frame, talks
from .visits import plan_visits
from .waves import survey_frames

WRITTEN_TWICE = 100


def record(scene: Scene) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Return the customers' further columns, by position, and the tables of `Lives` that hold their record."""
    origin = origins(scene)
    referred_by = origin["referred_by"].to_numpy()
    channel = origin["acquisition_channel"].cat.codes.to_numpy().astype("int64")
    crowd, visits = people(scene), plan_visits(scene)
    said = talks(scene, crowd, visits, referred_by)
    interactions = interaction_frame(scene, crowd, said)
    lost = losses(scene, crowd)
    tables = {
        "contacts": crowd.contacts,
        "consents": crowd.consents,
        "interactions": interactions,
        "follow_ups": follow_up_frame(scene, crowd, said, interactions, visits),
        "opportunities": opportunities(scene, crowd, channel),
        "losses": lost,
        "contracts": contracts(scene),
        "needs": needs(scene),
        "projects": projects(scene),
        "spend": spend(scene, origin),
        **case_frames(scene, crowd),
    }
    tables |= survey_frames(scene, crowd, tables["cases"])
    return _more(scene, origin, lost), tables


def _phones(scene: Scene) -> list[str]:
    """One's own number; with every `WRITTEN_TWICE`th customer that of the one before, so that there are
    pairs to look at. No chunk begins with one of them."""
    rows = zip(scene.numbers.tolist(), scene.overseas.tolist(), scene.is_person.tolist(), strict=True)
    own = [mobile(n, 1, abroad) if person else switchboard(n, abroad) for n, abroad, person in rows]
    return [own[place - (number % WRITTEN_TWICE == 0)] for place, number in enumerate(scene.numbers.tolist())]


def _more(scene: Scene, origin: pd.DataFrame, lost: pd.DataFrame) -> pd.DataFrame:
    """Status, how to reach them, where they came from, and how they pay now."""
    last = scene.phases.drop_duplicates("customer", keep="last").reset_index(drop=True)
    closed = np.isin(scene.numbers, lost["customer"][lost["reason"] == CLOSED_DOWN])
    debt = last["receivable"].astype("float64").to_numpy()
    bad = (last["credit_grade"] == "D").to_numpy() & (last["overdue"].astype("float64").to_numpy() > 0.6 * debt)
    referrer = pd.array(scene.numbers[np.maximum(origin["referred_by"], 0)], dtype="Int64")
    return pd.DataFrame(
        {
            "stage": last["stage"],
            "status": np.where(closed, "closed", np.where(bad, "on_hold", "active")),
            "phone": _phones(scene),
            "email": [
                f"{'me' if person else 'info'}@c{n:05d}.example"
                for n, person in zip(scene.numbers.tolist(), scene.is_person.tolist(), strict=True)
            ],
            "acquired_on": origin["acquired_on"],
            "acquisition_channel": origin["acquisition_channel"],
            "referred_by": referrer,
            **{name: last[name] for name in ("credit_grade", "receivable", "overdue")},
            "created_on": scene.known_on.astype("datetime64[s]"),
        }
    ).assign(referred_by=lambda frame: frame["referred_by"].where(origin["referred_by"] >= 0))
