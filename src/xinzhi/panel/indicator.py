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
    note       limits that a reader must know: proxies, breaks, what is missing
    proxy_for  what it stands in for, "" where it is itself
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

    @property
    def name(self) -> Text:
        """The name in both languages; the id where none is known."""
        return Text(self.zh or self.en or self.id, self.en or self.zh or self.id)
