"""What is said about cases, read from the two files beside this one: by customers, and by us."""

import tomllib
from pathlib import Path

Said = tuple[str, str, str]
Both = tuple[str, str]

# What every category, or a kind that is no complaint, belongs to.
GROUP_OF = {
    **dict.fromkeys(("late-delivery", "wrong-goods", "missing-goods", "damaged-in-transit", "packaging"), "delivery"),
    **dict.fromkeys(("defect", "performance", "durability", "safety", "not-as-described"), "quality"),
    **dict.fromkeys(("unfriendly", "not-reachable", "no-answer", "promise-not-kept"), "service"),
    **dict.fromkeys(("wrong-price", "wrong-invoice", "refund"), "billing"),
    **dict.fromkeys(("return-exchange", "missing-documents", "unclear-instructions"), "papers"),
    **{kind: kind for kind in ("enquiry", "suggestion", "request", "praise")},
}

_said = tomllib.loads(Path(__file__).with_name("case_phrases.toml").read_text(encoding="utf-8"))
_told = tomllib.loads(Path(__file__).with_name("case_answers.toml").read_text(encoding="utf-8"))

CHINESE: dict[str, list[Said]] = _said["chinese"]
ENGLISH: dict[str, list[Said]] = _said["english"]
# Chinese and English: of what group, or of any.
FIRST: dict[str, Both] = _told["first"]
PROPOSALS: dict[str, Both] = _told["proposals"]
DONE: dict[str, Both] = _told["done"]
ACTIONS: dict[str, list[Both]] = _told["actions"]
FOUND: dict[str, list[tuple[str, float, str, str]]] = _told["found"]
ASK: list[Both] = _told["ask"]
TOLD: list[Both] = _told["told"]
NOTES: list[Both] = _told["notes"]
THANKS: Both = _told["thanks"]
REFUSED: Both = _told["refused"]
UNHELPFUL: Both = _told["unhelpful"]
AGAIN: Both = _told["again"]
IMMEDIATE: Both = _told["immediate"]
