"""The dictionary entry of an indicator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xinzhi.base.text import Text

Kind = Literal["stock", "flow", "ratio", "index", "price", "level"]
KINDS: tuple[Kind, ...] = ("stock", "flow", "ratio", "index", "price", "level")


@dataclass(frozen=True)
class Indicator:
    """What an indicator is.

    id         its column in the panel
    zh, en     its name
    unit       the unit of its values as published, "" where unknown
    kind       stock, flow, ratio, index (previous year = 100 and the like), price, level (unknown)
    direction  +1 larger is better, -1 smaller is better, 0 not stated
    source     where the values come from
    note       limits that a reader must know: proxies, breaks, what is missing; `note_en` says it in English
    proxy_for  what it stands in for, "" where it is itself
    equals     formulas over ids that must give the same figure, such as the sum of its parts
    at_least   formulas over ids that it cannot fall below, such as some of its parts
    breaks     years from which its definition differs from the years before
    """

    id: str
    zh: str = ""
    en: str = ""
    unit: str = ""
    kind: Kind = "level"
    direction: int = 0
    source: str = ""
    note: str = ""
    proxy_for: str = ""
    note_en: str = ""
    equals: tuple[str, ...] = ()
    at_least: tuple[str, ...] = ()
    breaks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for name in ("equals", "at_least", "breaks"):  # lists, as YAML and JSON give them
            object.__setattr__(self, name, tuple(getattr(self, name)))

    @property
    def name(self) -> Text:
        """The name in both languages; the id where none is known."""
        return Text(self.zh or self.en or self.id, self.en or self.zh or self.id)

    @property
    def unit_name(self) -> Text:
        """The unit as each language writes it: 亿元, 100 million yuan."""
        from xinzhi.panel.units import parse

        return parse(self.unit).name

    @property
    def remark(self) -> Text:
        """The note in both languages."""
        return Text(self.note or self.note_en, self.note_en or self.note)
