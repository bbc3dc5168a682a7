"""How one case was handled: who did and said what, and when, until it was settled."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .case_phrases import AGAIN, ASK, DONE, FIRST, GROUP_OF, NOTES, PROPOSALS, REFUSED, THANKS, TOLD, UNHELPFUL, Both
from .office_hours import after, at_work, part_way

# Usual minutes of work to acknowledge, to answer first and to settle, by severity.
USUAL = {1: (130, 330, 2_500), 2: (75, 200, 1_650), 3: (22, 100, 850), 4: (12, 32, 520)}
# What is no complaint is settled with its first answer or soon after.
QUICK = {"enquiry": 1.15, "praise": 1.1, "suggestion": 4.0, "request": 4.5}
BAD, KEY_ACCOUNT = 2.4, 0.6
# Whose work takes longer, by owner's slot; nobody's (0) longest.
PACE = (1.5, 0.85, 0.9, 1.3, 0.85, 1.15, 1.0)
# A few drag on, whoever looks after them.
DRAGS, DRAGGED = 0.07, 3.0
SPOKEN = frozenset({"phone", "visit"})
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@dataclass(frozen=True)
class Matter:
    """What the story is about; `owner` and `helper` are slots, the helper takes what has no owner."""

    received: dt.datetime
    about: str
    severity: int
    channel: str
    is_bad: bool
    is_key_account: bool
    language: int
    owner: int
    helper: int


@dataclass
class Event:
    """A step, or a message beside one: at, step, who (staff, customer, system), slot, channel and what was said."""

    at: dt.datetime
    step: str
    by: str = "staff"
    owner: int = 0
    channel: str = "page"
    direction: str = ""
    text: str = ""
    minutes: int = 0
    outcome: str = ""


@dataclass
class Story:
    """The story so far; `dice` are this case's numbers from 0 to 1, taken one after the other."""

    matter: Matter
    dice: list[float]
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        matter = self.matter
        self.at, self.who = matter.received, matter.owner or matter.helper
        self.group = GROUP_OF[matter.about]
        self.is_complaint = matter.about not in QUICK
        self.pace = PACE[matter.owner] * (BAD if matter.is_bad else 1.0) * (KEY_ACCOUNT if matter.is_key_account else 1)
        self.outcome = ""

    def roll(self) -> float:
        return self.dice.pop()

    def varied(self, minutes: float) -> float:
        """About so many minutes: half of them less, few of them much more."""
        return minutes * self.pace * float(np.exp(1.1 * (self.roll() + self.roll() + self.roll() - 1.5)))

    def do(self, step: str, at: dt.datetime | None = None, **more: Any) -> None:
        """One step after the other, each later than the last; staff act when they are at work."""
        is_staff = more.get("by", "staff") == "staff"
        if self.events:
            self.at = max(at or self.at, self.at + MINUTE).replace(microsecond=0)
            self.at = at_work(self.at) if is_staff else self.at
        staff: dict[str, Any] = {"owner": self.who} if is_staff else {}
        self.events.append(Event(self.at, step, **(staff | more)))

    def write(self, texts: Both, at: dt.datetime | None = None, direction: str = "out") -> None:
        minutes = 0 if direction == "in" else 4 + int(22 * self.roll() ** 2)
        by = {"by": "customer", "channel": "link"} if direction == "in" else {}
        text = texts[self.matter.language]
        self.do("message", at, direction=direction, text=text, minutes=minutes, **by)

    def one_of(self, texts: list[Both]) -> Both:
        return texts[int(self.roll() * len(texts))]


def tell(matter: Matter, dice: list[float]) -> tuple[list[Event], str]:
    """All that happens, also what has not happened yet, and the outcome."""
    story = Story(matter, dice)
    settled = _begin(story)
    if story.roll() < (0.24 if story.is_complaint else 0.06):
        settled += _ask(story)
    if story.is_complaint and story.roll() < 0.35:
        story.write(story.one_of(NOTES), after(story.at, 60 * story.roll()), direction="note")
    _settle(story, settled)
    if story.is_complaint and story.roll() < (0.20 if matter.is_bad else 0.04):
        _reopen(story)
    return story.events, story.outcome


def _begin(story: Story) -> dt.timedelta:
    """Received, assigned, acknowledged, answered; returns how long after its receipt it should be settled."""
    matter = story.matter
    acknowledge, answer, settle = (story.varied(minutes) for minutes in USUAL[matter.severity])
    if not story.is_complaint:
        settle = answer * QUICK[matter.about]
    if story.roll() < DRAGS:
        settle *= DRAGGED
    begun: dict[str, Any] = {} if matter.channel in SPOKEN else {"by": "customer", "channel": _way(matter.channel)}
    story.do("receive", matter.received, **begun)
    if matter.owner:
        story.do("assign", by="system", channel="rule", owner=matter.owner)
    if matter.channel == "form":
        # Who sends the form reads the number at once.
        story.do("acknowledge", by="system", channel="form")
    else:
        story.do("acknowledge", story.at if matter.channel in SPOKEN else after(matter.received, acknowledge))
    if not matter.owner:
        # Somebody of the department picks it up.
        story.do("assign", after(story.at, 1_000 * story.roll()))
    first = after(matter.received, max(answer, acknowledge))
    story.do("start", part_way(story.at, first))
    story.write(FIRST[story.group], first)
    return after(matter.received, max(settle, answer)) - matter.received


def _way(channel: str) -> str:
    return channel if channel in ("form", "email") else "api"


def _ask(story: Story) -> dt.timedelta:
    """We ask for more and wait; returns how long the customer took. The answer ends the waiting by itself."""
    story.write(story.one_of(ASK), after(story.at, 50 * story.roll()))
    story.do("wait")
    begun = story.at
    story.write(story.one_of(TOLD), begun + (0.3 + 4 * story.roll()) * DAY, direction="in")
    waited = story.at - begun
    story.write(THANKS, after(story.at, story.varied(110)))
    return waited


def _settle(story: Story, settled: dt.timedelta) -> None:
    """The outcome, with or without a proposal before, and the customer's word on it."""
    matter = story.matter
    at = after(max(matter.received + settled, story.at), 20 * story.roll())
    is_refused = matter.is_bad and story.roll() < 0.65
    proposes = matter.about == "request" or (story.is_complaint and story.roll() < 0.5)
    if proposes:
        proposal = UNHELPFUL if is_refused else PROPOSALS[story.group]
        story.do("propose", part_way(story.at, at), text=proposal[matter.language])
        if story.roll() < (0.45 if is_refused else 0.05):
            story.do("reject", story.at + story.roll() * DAY, by="customer", channel="link")
            story.write(REFUSED, direction="in")
            story.write(THANKS, after(story.at, story.varied(110)))
    if proposes and not is_refused and story.roll() < 0.45 and story.events[-1].step == "propose":
        _end(story, "accept", "accepted", at, by="customer", channel="link")
        return
    story.write(UNHELPFUL if is_refused else DONE[story.group], at)
    story.do("resolve")
    luck = story.roll()
    if not story.is_complaint or luck < (0.12 if is_refused else 0.72):
        _end(story, "accept", "accepted", story.at + 2 * story.roll() * DAY, by="customer", channel="link")
    elif luck < (0.80 if is_refused else 0.78):
        _end(story, "close", "rejected", after(story.at, 900 + 900 * story.roll()))
    else:
        _end(story, "close", "no_answer", after(story.at, 3_000 + 1_500 * story.roll()))


def _end(story: Story, step: str, outcome: str, at: dt.datetime, **more: Any) -> None:
    story.outcome = outcome
    story.do(step, at, outcome=outcome, **more)


def _reopen(story: Story) -> None:
    """It was not settled after all: what the customer writes opens it again."""
    story.write(AGAIN, story.at + (0.5 + 10 * story.roll()) * DAY, direction="in")
    story.do("start", after(story.at, story.varied(120)))
    story.write(FIRST[story.group], after(story.at, story.varied(60)))
    story.write(DONE[story.group], after(story.at, story.varied(700)))
    story.do("resolve")
    outcome = "rejected" if story.matter.is_bad and story.roll() < 0.6 else "accepted"
    _end(story, "close", outcome, after(story.at, 500 + 900 * story.roll()))
