"""From the texts that name places to codes: certain, suggested, or refused; aggregates are kept apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xinzhi import atlas
from xinzhi.panel.reading.text import plain

if TYPE_CHECKING:
    from xinzhi.atlas.places import Places
    from xinzhi.atlas.resolve import Match

NATION = "nation"
_NATION = re.compile(
    r"(全国|中国|全国总计|全国合计|全国平均|总计|合计|总\s*计|china|nation|national|national total|total|country total|whole country)",
    re.IGNORECASE,
)
_AREA = re.compile(
    r"(东部|中部|西部|东北|沿海|内地|东、中、西部|长江经济带|京津冀|长三角|珠三角|黄河流域)(地区|区域)?(合计|小计|平均)?|(东北|华北|华东|华南|华中|西南|西北)(三省|地区)?|不分地区|暂不分地区|其他|"
    r"(eastern|central|western|northeast(ern)?|north|east|south|west)( region| china)?|not (classified|distributed) by region|others?|小计|平均|均值|average|mean",
    re.IGNORECASE,
)


def squeezed(text: object) -> str:
    """A place name without the spaces that typesetting puts between Chinese characters."""
    name = plain(text)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", name)


def aggregate(text: str, places: Places) -> str | None:
    """`nation`, or the name of an area of several regions, where `text` is one; None where it names a place."""
    name = squeezed(text)
    if places.name != "china" and _known(name, places):
        return None
    if _NATION.fullmatch(name):
        return NATION
    return name if _AREA.fullmatch(name) else None


def _known(name: str, places: Places) -> bool:
    return name in places.frame.index or any(
        name in set(places.frame[c]) for c in ("zh", "en", "short_zh", "short_en") if c in places.frame
    )


@dataclass(frozen=True)
class Resolved:
    """What the texts of a file resolved to.

    codes     text → code, for certain and suggested ones
    matches   text → the match, for every text that is not an aggregate
    grouped   text → `nation` or the name of the area
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    matches: Mapping[str, Match] = field(default_factory=dict)
    grouped: Mapping[str, str] = field(default_factory=dict)

    def of(self, certainty: str) -> list[str]:
        """The texts whose match has this certainty."""
        return [t for t, m in self.matches.items() if m.certainty == certainty]


def resolve(texts: Sequence[str], level: str | None, places: Places) -> Resolved:
    """Resolve distinct texts together, at `level` or at the level that fits most of them."""
    distinct = list(dict.fromkeys(texts))
    grouped = {t: g for t in distinct if (g := aggregate(t, places)) is not None}
    names = [t for t in distinct if t not in grouped]
    matches = dict(zip(names, _matched([squeezed(t) for t in names], level, places), strict=True))
    codes = {t: m.code for t, m in matches.items() if m.certainty != "none" and m.code}
    return Resolved(codes, matches, grouped)


def _matched(names: list[str], level: str | None, places: Places) -> list[Match]:
    if not names:
        return []
    if level is not None:
        return list(atlas.resolve_many(names, level=level, places=places))
    levels = [str(v) for v in dict.fromkeys(places.frame["level"]) if v and v != "nation"]
    tried = {each: list(atlas.resolve_many(names, level=each, places=places)) for each in levels[:4]}
    free = list(atlas.resolve_many(names, level=None, places=places))
    if not tried:
        return free
    scores = {each: Counter(m.certainty for m in found) for each, found in tried.items()}
    best = max(levels[:4], key=lambda each: (scores[each]["certain"], -scores[each]["none"], -levels.index(each)))
    return [
        m if m.certainty == "certain" or f.certainty != "certain" else f for m, f in zip(tried[best], free, strict=True)
    ]


def are_places(texts: Sequence[str], level: str | None, places: Places) -> list[bool]:
    """Whether each text names a known place for certain, or an aggregate of places."""
    names = [squeezed(t) for t in texts]
    found = atlas.resolve_many(names, level=level, places=places)
    return [m.certainty == "certain" or aggregate(n, places) is not None for m, n in zip(found, names, strict=True)]
