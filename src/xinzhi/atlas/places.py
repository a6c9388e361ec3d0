"""A list of places that a panel speaks of: codes, names, levels and who belongs to whom.

China's divisions are one such list; another country, or a planner's own regions, is another, read from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xinzhi.base.text import Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.atlas.boundaries import Boundaries
    from xinzhi.atlas.groupings import Grouping
    from xinzhi.atlas.resolve import Match


@dataclass(frozen=True)
class Places:
    """Known places.

    name   id of the list, such as `china`
    title  what the list is
    frame  indexed by `code` (str), with columns `zh`, `en`, `short_zh`, `short_en`, `level`, `parent`;
           `parent` is a code or "". `short_*` are the names that fit on a map (北京, Beijing).
    source where codes and names come from
    """

    name: str
    title: Text
    frame: pd.DataFrame
    source: str = ""

    def label(self, code: str, lang: Lang | None = None) -> str:
        """The short name of `code`, or the code itself where it is not in the list."""
        column = "short_zh" if (lang or language()) == "zh" else "short_en"
        return str(self.frame.at[code, column]) if code in self.frame.index else code

    def labels(self, codes: Iterable[str], lang: Lang | None = None) -> list[str]:
        """Short names of several codes, in their order."""
        return [self.label(code, lang) for code in codes]

    def resolve(self, text: str, level: str | None = None) -> Match:
        """The place that `text` means: certain, suggested, or none; see `xinzhi.atlas.resolve`."""
        from xinzhi.atlas.resolve import resolve

        return resolve(text, level, places=self)

    def grouping(self, name: str, codes: Sequence[str] | None = None) -> Grouping:
        """The grouping called `name`, restricted to `codes` where given; see `xinzhi.atlas.grouping`."""
        from xinzhi.atlas.groupings import grouping

        return grouping(name, codes, places=self)

    def boundaries(self, level: str) -> Boundaries:
        """The boundaries of the places of `level`; see `xinzhi.atlas.boundaries`."""
        from xinzhi.atlas.boundaries import boundaries

        return boundaries(level, places=self)
