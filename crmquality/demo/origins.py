"""How customers were won: by which channel, by whose word, and at what cost."""

import numpy as np
import pandas as pd

from .catalogue import labelled
from .horizon import month_index
from .scene import NO_DAY, Scene
from .streams import pick

CHANNELS = (
    "Trade fair · 展会",
    "Referral · 转介绍",
    "Web search · 网络搜索",
    "Cold call · 电话销售",
    "Partner · 合作伙伴",
    "Online shop · 网店",
)
REFERRAL = 1
ORGANISATIONS = np.array([0.26, 0.19, 0.21, 0.17, 0.15, 0.02])
PERSONS = np.array([0.02, 0.28, 0.34, 0.0, 0.02, 0.34])
# Yuan that winning one customer costs, those included who were not won.
COST = np.array([4_800, 650, 1_900, 2_700, 2_200, 300])


def origins(scene: Scene) -> pd.DataFrame:
    """Return acquired_on, acquisition_channel and referred_by (position, -1: nobody), by position."""
    random = scene.random("origins")
    by_segment = pick(random, ORGANISATIONS, scene.size), pick(random, PERSONS, scene.size)
    channel = np.where(scene.is_person, by_segment[1], by_segment[0])
    referrer = _referrers(scene, random)
    won = ~scene.nature.is_prospect
    referred = won & (channel == REFERRAL)
    return pd.DataFrame(
        {
            "acquired_on": np.where(won, scene.nature.started_on, NO_DAY).astype("datetime64[s]"),
            "acquisition_channel": labelled(channel, CHANNELS),
            "referred_by": np.where(referred, referrer, -1),
        }
    )


def _referrers(scene: Scene, random: np.random.Generator) -> np.ndarray:
    """Of three who might have, the most content; -1 where none was a customer at the time.

    With lower numbers, so that they exist in every total.
    """
    everybody = np.arange(scene.size)
    three = (random.random((3, scene.size)) * everybody).astype("int64")
    day = scene.nature.started_on
    able = np.array(
        [
            (one < everybody)
            & (scene.nature.started_on[one] < day)
            & ~scene.is_leaving(one, day)
            & ~scene.nature.is_prospect[one]
            for one in three
        ]
    )
    liking = np.where(able, scene.nature.contentment[three], -1)
    best = liking.argmax(axis=0)
    return np.where(able.any(axis=0), three[best, everybody], -1)


def spend(scene: Scene, origin: pd.DataFrame) -> pd.DataFrame:
    """Return customer (number), channel, month (its first day), amount in fen: what winning each cost."""
    random = scene.random("spend")
    channel = origin["acquisition_channel"].cat.codes.to_numpy().astype("int64")
    yuan = COST[channel] * np.exp(random.normal(0, 0.35, scene.size))
    yuan = np.where(scene.is_person, yuan / 8, yuan)
    won = origin["acquired_on"].notna().to_numpy() & (scene.nature.started_on >= scene.horizon.first_day)
    row = np.flatnonzero(won)
    month = month_index(scene.horizon, scene.nature.started_on[row])
    return pd.DataFrame(
        {
            "customer": scene.numbers[row],
            "channel": labelled(channel[row], CHANNELS),
            "month": scene.horizon.month_starts[month].astype("datetime64[s]"),
            "amount": np.rint(yuan[row] * 100).astype("int64"),
        }
    )
