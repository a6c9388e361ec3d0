"""A list of places that a panel speaks of: codes, names, levels and who belongs to whom.

China's divisions are one such list; another country, or a planner's own regions, is another, read from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from xinzhi.base.text import Lang, Text, language

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.atlas.boundaries import Boundaries
    from xinzhi.atlas.groupings import Grouping
    from xinzhi.atlas.index import Index
    from xinzhi.atlas.match import Match


# Words that people use for the levels of China's divisions.
LEVEL_WORDS = {
    **dict.fromkeys(("provinces", "省", "省级", "省份"), "province"),
    **dict.fromkeys(("prefectures", "city", "cities", "市", "地市", "地级", "地级市"), "prefecture"),
    **dict.fromkeys(("counties", "县", "县级", "区县"), "county"),
    **dict.fromkeys(("country", "全国"), "nation"),
}


@dataclass(frozen=True)
class Places:
    """Known places.

    name   id of the list, such as `china`
    title  what the list is
    frame  indexed by `code` (str), with columns `zh`, `en`, `short_zh`, `short_en`, `level`, `parent`;
           `parent` is a code or "". `short_*` are the names that fit on a map (北京, Beijing).
    source where codes and names come from
    former places that are no more, or codes no longer in force, in the same columns; None where nothing is known
    shapes their boundaries, None where they have none or where they are bundled
    own    groupings of this list, by id, beside the bundled ones
    """

    name: str
    title: Text
    frame: pd.DataFrame
    source: str = ""
    former: pd.DataFrame | None = None
    shapes: Boundaries | None = None
    own: Mapping[str, Grouping] = field(default_factory=dict)

    def label(self, code: str, lang: Lang | None = None) -> str:
        """The short name of `code`, a former place's last one, or the code itself where it is not in the list."""
        column = "short_zh" if (lang or language()) == "zh" else "short_en"
        for known in (self.frame, self.former):
            if known is not None and code in known.index:
                return str(known.at[code, column])
        return code

    def full(self, code: str, lang: Lang | None = None) -> str:
        """The full name of `code`, a former place's last one, or the code itself."""
        column = "zh" if (lang or language()) == "zh" else "en"
        for known in (self.frame, self.former):
            if known is not None and code in known.index:
                return str(known.at[code, column])
        return code

    @cached_property
    def index(self) -> Index:
        """Every way of naming a place of this list."""
        from xinzhi.atlas.index import build

        if self.name != "china":
            return build(self.frame, None, {})
        from xinzhi.atlas.history import earlier_names, heirs

        return build(self.frame, earlier_names(), heirs())

    def labels(self, codes: Iterable[str], lang: Lang | None = None) -> list[str]:
        """Short names of several codes, in their order."""
        return [self.label(code, lang) for code in codes]

    def resolve(self, text: object, level: str | None = None, parent: str | None = None) -> Match:
        """The place that `text` means: certain, suggested, or none; see `xinzhi.atlas.resolve`."""
        from xinzhi.atlas.resolve import resolve

        return resolve(text, level, places=self, parent=parent)

    def grouping(
        self, name: str, codes: Sequence[str] | None = None, *, partial: Literal["exclude", "include"] = "exclude"
    ) -> Grouping:
        """The grouping called `name`, restricted to `codes` where given; see `xinzhi.atlas.grouping`."""
        from xinzhi.atlas.groupings import grouping

        return grouping(name, codes, places=self, partial=partial)

    def with_groupings(self, own: Mapping[str, Grouping]) -> Places:
        """The same list with these groupings beside (or, under the same id, instead of) the bundled ones."""
        return replace(self, own={**self.own, **own})

    def boundaries(self, level: str = "") -> Boundaries:
        """The boundaries of the places of `level`; see `xinzhi.atlas.boundaries`."""
        from xinzhi.atlas.boundaries import boundaries

        return boundaries(level, places=self)
