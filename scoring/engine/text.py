"""The engine's sentences are English and marked for translation; the engine knows no language."""

from typing import Any


def N_(sentence: str) -> str:
    """The sentence unchanged; gettext finds it by this name, whoever shows it translates it."""
    return sentence


class Refused(ValueError):
    """Input that makes no sense: a sentence, and apart from it what it speaks of, by name.

    `str()` is the English sentence; whoever shows it in another language puts `given` into the
    translated one. A tuple given is a list of words.

    >>> str(Refused("The mean must be one of %(choices)s.", choices=("arithmetic", "geometric")))
    'The mean must be one of arithmetic, geometric.'
    """

    def __init__(self, sentence: str, **given: Any) -> None:
        words = {name: ", ".join(each) if isinstance(each, tuple) else each for name, each in given.items()}
        super().__init__(sentence % words)
        self.sentence = sentence
        self.given = given
