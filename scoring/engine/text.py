"""Marks the engine's sentences for translation; the engine itself knows no language."""


def N_(sentence: str) -> str:
    """The sentence unchanged; gettext finds it by this name, whoever shows it translates it."""
    return sentence
