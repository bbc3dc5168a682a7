"""What passes between us and the customers: how often, by which channel, who begins, about what."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .contacts import REFUSABLE, People
from .horizon import DAY, MONTHS, month_index, to_utc
from .phrases import CHINESE, ENGLISH
from .scene import Scene, at_work, workday
from .standing import LAPSED_AFTER
from .streams import pick
from .visits import SINCE_MONTH, Visits
from .wording import word

CHANNELS = ("phone", "wechat", "email", "visit", "web_chat", "event", "social", "community")
PHONE, WECHAT, EMAIL, VISIT, WEB_CHAT, EVENT, SOCIAL, COMMUNITY = range(8)
SHARES = {
    "here": np.array([0.29, 0.31, 0.12, 0.11, 0.07, 0.03, 0.02, 0.05]),
    "abroad": np.array([0.24, 0.02, 0.47, 0.05, 0.10, 0.03, 0.04, 0.05]),
    "person": np.array([0.20, 0.30, 0.10, 0.0, 0.25, 0.03, 0.07, 0.05]),
}
# Usual minutes of a talk by channel.
MINUTES = np.array([11, 6, 5, 70, 9, 45, 2, 4])
KINDS = ("contact", "return_visit", "sales", "service", "programme")
CONTACT, RETURN_VISIT, SALES, SERVICE, PROGRAMME = range(5)
KIND_OF = {
    "first": SALES, "first_in": SALES, "hello": CONTACT, "ask": CONTACT, "quote": SALES, "offer": SALES,
    "service_in": SERVICE, "service_out": SERVICE, "complain": SERVICE, "doubt": SALES, "cool": CONTACT,
    "winback": SALES, "visit": RETURN_VISIT, "visit_call": RETURN_VISIT, "visit_low": RETURN_VISIT,
    "event": CONTACT, "community": CONTACT,
    "social": CONTACT, "programme": PROGRAMME, "newsletter": CONTACT,
}  # fmt: skip
OCCASIONS = tuple(KIND_OF)
PUBLIC = {EVENT: "event", SOCIAL: "social", COMMUNITY: "community"}
# Talks a month with a customer of tier A, B, C, D whose business is all ours.
TALKS = np.array([2.4, 1.5, 0.95, 0.6])
# The months in which a newsletter goes out.
NEWSLETTERS = (2, 5, 8, 11)
# Participation is written down since the second year, as visits are.
PARTICIPATION_MONTH = SINCE_MONTH


@dataclass(frozen=True)
class Talks:
    """Talks before they become rows. Customers by position, local times, -1 for nobody.

    `visit` is the planned visit (row of Visits) that a talk fulfils.
    """

    customer: np.ndarray
    time: np.ndarray
    channel: np.ndarray
    is_inbound: np.ndarray
    occasion: np.ndarray
    visit: np.ndarray

    def taken(self, rows: np.ndarray) -> "Talks":
        return Talks(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def talks(scene: Scene, crowd: People, visits: Visits, referred_by: np.ndarray) -> Talks:
    """Everything that was said, by customer and time."""
    parts = [_chats(scene), _visits(scene, visits), _referrals(scene, referred_by), _newsletters(scene, crowd)]
    names = Talks.__dataclass_fields__
    whole = Talks(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    past = np.flatnonzero(whole.time < scene.horizon.now)
    return whole.taken(past[np.lexsort((whole.time[past], whole.customer[past]))])


def _occasion(names: np.ndarray | list[str]) -> np.ndarray:
    return np.array([OCCASIONS.index(name) for name in names], dtype="int64")


def _rows(customer: np.ndarray, time: np.ndarray, channel: np.ndarray | int, **more: np.ndarray | int | bool) -> Talks:
    size = len(customer)
    filled = {"is_inbound": False, "occasion": 0, "visit": -1, **more}
    return Talks(
        customer, time, np.broadcast_to(channel, size), *(np.broadcast_to(filled[name], size) for name in filled)
    )


def _chats(scene: Scene) -> Talks:
    """The unplanned ones: more with those who buy much, fewer with those who turn away."""
    random = scene.random("talks")
    counts = random.poisson(_intensity(scene, random))
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    customer, month = cell // (MONTHS + 1), cell % (MONTHS + 1)
    starts = scene.horizon.month_starts
    days = (starts[month + 1] - starts[month]).astype("int64")
    day = starts[month] + (random.random(len(cell)) * days).astype("timedelta64[D]")
    time = at_work(random, np.where(scene.is_person[customer], day, workday(day)))
    channel = _channels(scene, random, customer)
    mood = scene.mood_at(customer, day)
    quiet = (mood < 60) | scene.is_leaving(customer, day) | (month_index(scene.horizon, day) < PARTICIPATION_MONTH)
    channel = np.where((channel >= EVENT) & quiet, EMAIL, channel)
    inbound = random.random(len(cell)) < _begun_by_them(scene, customer, day, mood)
    inbound = np.where(channel >= SOCIAL, True, inbound)
    occasion = _occasions(scene, random, customer, day, mood, inbound, channel)
    known = np.flatnonzero(day >= scene.known_on[customer])
    return _rows(customer, time, channel, is_inbound=inbound, occasion=occasion).taken(known)


def _intensity(scene: Scene, random: np.random.Generator) -> np.ndarray:
    """Talks expected of each customer in each month."""
    nature, path, horizon = scene.nature, scene.path, scene.horizon
    everybody = np.arange(scene.size)
    month = np.arange(MONTHS + 1)
    first = month_index(horizon, nature.started_on)[:, None]
    leaving, left, back = (
        np.where(np.isnat(day), 10_000, month_index(horizon, day))[:, None]
        for day in (path.leaving_on, path.left_on, path.won_back_on)
    )
    tiers = np.stack([scene.tier_at(everybody, np.full(scene.size, day)) for day in horizon.month_starts[:-1]], axis=1)
    mood = np.nan_to_num(path.satisfaction, nan=60.0)
    usual = TALKS[tiers] * random.gamma(4, 0.25, scene.size)[:, None]
    expected = usual * (0.1 + 0.9 * path.activity) * (0.5 + 0.65 * mood / 100) * _busy(path.orders)
    # Those who will leave talk less already; nobody knows why yet.
    expected = np.where((month >= leaving - 2) & (month < left), expected * 0.55, expected)
    expected = np.where((month >= left) & (month < back), np.where(month < left + 9, 0.14, 0.0), expected)
    expected = np.where((month >= back) & (month < back + 4), usual * 1.6, expected)
    before = (month < first) & (month >= first - 3) & (first > 0)
    expected = np.where(month < first, np.where(before, 0.7, 0.0), expected)
    prospect = np.where(month >= first, 0.45, 0.0)
    return np.where(nature.is_prospect[:, None], prospect, expected)


def _busy(orders: np.ndarray) -> np.ndarray:
    """How much there is to talk about: less where nothing was ordered this month and the three before."""
    so_far = np.cumsum(orders, axis=1)
    before = np.pad(so_far, ((0, 0), (4, 0)))[:, : orders.shape[1]]
    return np.where(so_far > before, 1.1, 0.6)


def _channels(scene: Scene, random: np.random.Generator, customer: np.ndarray) -> np.ndarray:
    drawn = {name: pick(random, shares, len(customer)) for name, shares in SHARES.items()}
    usual = np.where(scene.overseas[customer], drawn["abroad"], drawn["here"])
    return np.where(scene.is_person[customer], drawn["person"], usual)


def _begun_by_them(scene: Scene, customer: np.ndarray, day: np.ndarray, mood: np.ndarray) -> np.ndarray:
    """The chance that the customer begins a talk: the content and busy call as often as we do."""
    share = 0.12 + 0.42 * np.clip((mood - 25) / 60, 0, 1)
    share = np.where(scene.is_leaving(customer, day), 0.16, share)
    return np.where(scene.is_gone(customer, day), 0.03, share)


def _occasions(
    scene: Scene,
    random: np.random.Generator,
    customer: np.ndarray,
    day: np.ndarray,
    mood: np.ndarray,
    inbound: np.ndarray,
    channel: np.ndarray,
) -> np.ndarray:
    """What each is about, the later cases first: the public channels, gone, not a customer yet, ..."""
    size = len(customer)
    dice = random.random(size)
    early = (day < scene.nature.started_on[customer]) | scene.nature.is_prospect[customer]
    complains = inbound & (dice < np.clip((66 - mood) / 45, 0.02, 0.65))
    gone, leaving = scene.is_gone(customer, day), scene.is_leaving(customer, day)
    other = random.random(size)
    cases = [
        *((channel == each, np.full(size, name)) for each, name in PUBLIC.items()),
        (gone & (scene.path.left_on[customer] + LAPSED_AFTER <= day), np.full(size, "winback")),
        (gone, np.full(size, "cool")),
        (early, np.where(inbound, "first_in", "first")),
        (complains, np.full(size, "complain")),
        (leaving & (other < 0.7), np.where(inbound, "doubt", "cool")),
        # Nobody travels because of an invoice.
        (channel == VISIT, np.where(inbound, "quote", np.where(other < 0.6, "hello", "offer"))),
        (inbound, np.array(["ask", "quote", "service_in"])[pick(random, np.array([0.42, 0.34, 0.24]), size)]),
    ]
    ours = np.array(["hello", "offer", "service_out"])[pick(random, np.array([0.48, 0.34, 0.18]), size)]
    return _occasion(np.select([when for when, _ in cases], [what for _, what in cases], ours).tolist())


def _visits(scene: Scene, visits: Visits) -> Talks:
    """The planned visits that were made: to see key customers, by telephone with most others."""
    random = scene.random("visit talks")
    row = np.flatnonzero(~np.isnat(visits.done))
    customer, day = visits.customer[row], visits.done[row]
    goes = random.random(len(row)) < np.array([0.75, 0.5, 0.25, 0.1])[scene.tier_at(customer, day)]
    unhappy = scene.mood_at(customer, day) < 58
    content = np.where(goes, OCCASIONS.index("visit"), OCCASIONS.index("visit_call"))
    occasion = np.where(unhappy, OCCASIONS.index("visit_low"), content)
    channel = np.where(goes, VISIT, PHONE)
    return _rows(customer, at_work(random, day), channel, occasion=occasion, visit=row)


def _referrals(scene: Scene, referred_by: np.ndarray) -> Talks:
    """The talk in which a customer named another, a few weeks before that one began."""
    random = scene.random("referrals")
    new = np.flatnonzero(referred_by >= 0)
    day = workday(scene.nature.started_on[new] - random.integers(7, 40, len(new)) * DAY)
    told = (day >= scene.horizon.month_starts[PARTICIPATION_MONTH]) & (day >= scene.nature.started_on[referred_by[new]])
    customer, day = referred_by[new[told]], day[told]
    channel = np.where(scene.overseas[customer], EMAIL, WECHAT)
    return _rows(customer, at_work(random, day), channel, is_inbound=True, occasion=OCCASIONS.index("programme"))


def _newsletters(scene: Scene, crowd: People) -> Talks:
    """Sent by a machine to those who agreed to marketing and still take mail from us."""
    random = scene.random("newsletters")
    consents = crowd.consents
    latest = consents[consents["purpose"] == "marketing"].drop_duplicates("contact", keep="last")
    contact = latest["contact"].to_numpy() - 1
    wanted = latest["is_given"].to_numpy() & crowd.contacts["is_primary"].to_numpy()[contact]
    wanted &= ~_is_refused(crowd, contact, np.full(len(contact), EMAIL))
    customer = crowd.position[contact[wanted]]
    since = latest["given_on"].to_numpy()[wanted].astype("datetime64[D]")
    parts = []
    for month in np.flatnonzero(np.isin(scene.horizon.month_of_year, NEWSLETTERS)):
        day = workday(scene.horizon.month_starts[month] + random.integers(3, 9) * DAY)
        here = (since < day) & ~scene.is_gone(customer, np.full(len(customer), day))
        who = customer[here & (random.random(len(customer)) < 0.9)]
        time = np.full(len(who), day.astype("datetime64[s]") + np.timedelta64(8, "h"))
        parts.append(_rows(who, time, EMAIL, occasion=OCCASIONS.index("newsletter")))
    return Talks(*(np.concatenate([getattr(part, name) for part in parts]) for name in Talks.__dataclass_fields__))


def interaction_frame(scene: Scene, crowd: People, said: Talks) -> pd.DataFrame:
    """The talks' rows: with whom, by whom, how long, and what was said."""
    random = scene.random("interactions")
    day = said.time.astype("datetime64[D]")
    automatic = said.occasion == OCCASIONS.index("newsletter")
    contact = np.where(automatic, crowd.first[said.customer], _with(random, crowd, said.customer, day))
    names = crowd.contacts["name"].to_numpy()[contact]
    inbound = said.is_inbound | (_is_refused(crowd, contact, said.channel) & ~automatic)
    minutes = np.maximum(np.rint(MINUTES[said.channel] * np.exp(random.normal(0, 0.45, len(day)))), 1)
    unmeasured = automatic | (said.channel >= SOCIAL) | (random.random(len(day)) < 0.12)
    occasion = [OCCASIONS[code] for code in said.occasion.tolist()]
    subjects, notes = word(scene, random, (CHINESE, ENGLISH), said.customer, said.time, occasion, names.tolist())
    kinds = np.array([KIND_OF[name] for name in OCCASIONS])[said.occasion]
    silent, unnamed = random.random(len(day)) < 0.25, random.random(len(day)) < 0.06
    owner = np.where(automatic, 0, scene.owner_at(said.customer, day))
    return pd.DataFrame(
        {
            "interaction": np.arange(1, len(day) + 1),
            "customer": scene.numbers[said.customer],
            "contact": pd.array(contact + 1, dtype="Int64"),
            "owner": owner,
            "channel": pd.Categorical.from_codes(said.channel, pd.Index(CHANNELS)),
            "direction": pd.Categorical.from_codes(np.where(inbound, 0, 1), pd.Index(["in", "out"])),
            "kind": pd.Categorical.from_codes(kinds, pd.Index(KINDS)),
            "occurred_at": to_utc(said.time),
            "minutes": pd.array(minutes.astype("int64"), dtype="Int64"),
            "subject": subjects,
            "notes": np.where(silent, "", np.array(notes, dtype=object)),
            "is_automatic": automatic,
        }
    ).assign(
        contact=lambda frame: frame["contact"].mask(unnamed),
        minutes=lambda frame: frame["minutes"].mask(unmeasured),
    )


def _with(random: np.random.Generator, crowd: People, customer: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The row of whoever was talked to: mostly the primary contact, nobody who had left or was unknown yet."""
    other = crowd.first[customer] + (random.random(len(customer)) * crowd.each[customer]).astype("int64")
    since = crowd.contacts["since"].to_numpy().astype("datetime64[D]")
    usable = (since[other] <= day) & ~(crowd.left_on[other] <= day) & (random.random(len(customer)) < 0.55)
    return np.where(usable, other, crowd.first[customer])


def _is_refused(crowd: People, contact: np.ndarray, channel: np.ndarray) -> np.ndarray:
    """Somebody who wants nothing by this channel; then it was he who called or wrote."""
    refused = np.zeros((len(crowd.contacts), len(CHANNELS)), dtype=bool)
    for name in REFUSABLE.tolist():
        refused[:, CHANNELS.index(name)] = [name in each for each in crowd.contacts["opted_out"]]
    return refused[contact, channel]
