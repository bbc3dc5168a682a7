"""How one file is to be read: the preset's wishes, corrected by the user's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

# In `words`: what every cell that is not understood stands for; it is kept as it is besides.
OTHERWISE = "*"


@dataclass(frozen=True)
class ImportOptions:
    """Kept as JSON on the run and on saved presets; every value has a harmless default."""

    source: str = ""
    # field of the kind -> header of the file
    mapping: dict[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    # field -> the file's word (lower case) -> a word that is known
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    # '' = the organisation's
    currency: str = ""
    rate: str = ""
    # What some kinds must know besides, as which questionnaire was answered.
    about: str = ""
    # Names of the columns by their number, for files that bring none.
    layouts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "ImportOptions":
        known = {item.name for item in fields(cls)}
        kept = {name: value for name, value in values.items() if name in known}
        if "rules" in kept:
            kept["rules"] = tuple(kept["rules"])
        return cls(**kept)

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    def changed(self, **values: Any) -> "ImportOptions":
        """With the given values in place of these, empty ones ignored."""
        return ImportOptions.from_json({**asdict(self), **{k: v for k, v in values.items() if v}})
