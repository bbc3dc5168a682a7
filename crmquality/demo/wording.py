"""Puts what was said into words: fills the slots of the phrases, in the customer's language."""

from collections.abc import Mapping, Sequence

import numpy as np

from .catalogue import LINES
from .phrases import MONTHS, Text
from .scene import Scene

# As people speak of the product lines, in Chinese and in English.
LINE_NAMES = (
    tuple(line.name.split(" · ")[1] for line in LINES),
    ("packaging", "cleaning supplies", "tableware", "workwear", "shelving", "labels", "gift items", "tools"),
)
# How often each of a customer's favourite lines is talked about.
TALKED_ABOUT = np.array([0.6, 0.25, 0.15])
AMOUNTS = (50, 80, 100, 150, 200, 300, 500, 800, 1000, 1200, 2000, 3000)


def lines_of(scene: Scene, random: np.random.Generator, customer: np.ndarray) -> np.ndarray:
    """A product line (index) for each, one of the customer's favourites."""
    rank = np.searchsorted(np.cumsum(TALKED_ABOUT), random.random(len(customer)))
    return scene.nature.favourites[customer, np.minimum(rank, len(TALKED_ABOUT) - 1)]


def word(
    scene: Scene,
    random: np.random.Generator,
    phrases: tuple[Mapping[str, Sequence[Text]], Mapping[str, Sequence[Text]]],
    customer: np.ndarray,
    time: np.ndarray,
    occasion: Sequence[str],
    who: Sequence[str] | None = None,
) -> tuple[list[str], list[str]]:
    """Return the two texts of each: `phrases` are Chinese and English, `time` local."""
    size = len(customer)
    dice = random.integers(0, 1 << 20, size).tolist()
    amounts = random.integers(0, len(AMOUNTS), size).tolist()
    line = lines_of(scene, random, customer).tolist()
    order = scene.orders_before(customer, time).tolist()
    month = (time.astype("datetime64[M]").astype("int64") % 12).tolist()
    abroad = scene.overseas[customer].tolist()
    number = scene.numbers[customer].tolist()
    subjects, notes = [], []
    for row in range(size):
        language = int(abroad[row])
        texts = phrases[language][occasion[row]]
        if not order[row]:
            texts = [text for text in texts if not any("{order}" in part for part in text)]
        slots = {
            "line": LINE_NAMES[language][line[row]],
            "n": f"{AMOUNTS[amounts[row]]:,}",
            "month": MONTHS[language][(month[row] + 1) % 12],
            "order": f"SO-{number[row]:05d}-{order[row]:03d}",
            "who": who[row] if who is not None else "",
        }
        subject, note = texts[dice[row] % len(texts)]
        subjects.append(sentence(subject.format_map(slots)))
        notes.append(sentence(note.format_map(slots)))
    return subjects, notes


def sentence(text: str) -> str:
    """The text with a capital at its beginning: a slot may stand there."""
    return text[:1].upper() + text[1:]
