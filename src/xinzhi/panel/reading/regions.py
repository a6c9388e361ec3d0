"""From the texts that name places to codes: certain, suggested, or refused; aggregates are kept apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xinzhi import atlas
from xinzhi.panel.reading.text import squeezed

if TYPE_CHECKING:
    from xinzhi.atlas.places import Places
    from xinzhi.atlas.resolve import Match

NATION = "nation"
_NATION = re.compile(
    r"(全国|中国|总计|合计|全国(总计|合计|平均|总数)|china|nation(al)?( total| average)?|(country |grand )?total|whole country)",
    re.IGNORECASE,
)
_AREAS = ("东部地区", "中部地区", "西部地区", "东北地区", "沿海地区", "内地")
_LOOKALIKE = {
    "东部地区": "尔乐车来朿亦",
    "中部地区": "申巾电串",
    "西部地区": "两四酉而囱",
}  # what scanning makes of 东，中，西
_AREA = re.compile(
    r"(东部|中部|西部|东北|沿海|内地|长江经济带|京津冀|长三角|珠三角|黄河流域)(地区|区域)?(合计|小计|平均)?|(东北|华北|华东|华南|华中|西南|西北)(三省|地区)?"
    r"|(eastern|central|western|north-?eastern|northeast)( region| china| area)?",
    re.IGNORECASE,
)
_REST = re.compile(
    r"(暂)?不分地区|其他|其它|小计|平均|平均值|均值|average|mean|others?|not (classified|distributed) by region",
    re.IGNORECASE,
)


def place_text(text: object) -> str:
    """A place name without the spaces of typesetting; a code as six digits or fewer."""
    name = squeezed(text)
    code = re.fullmatch(r"(\d{2,6})(?:\.0|000000)?", name)  # 110000.0 from a spreadsheet, 110000000000 from the census
    return code[1] if code else name


def aggregate(text: str, places: Places) -> str | None:
    """What `text` sums over: `nation`, the name of an area, or "" for a rest or an average; None where it names a place."""
    name = place_text(text)
    if places.name != "china" and _known(name, places):
        return None
    if _NATION.fullmatch(name):
        return NATION
    if _REST.fullmatch(name):
        return ""
    return name if _AREA.fullmatch(name) else None


def scanned_area(text: str) -> str | None:
    """The area that a scanning error of one character hides: 尔部地区 is 东部地区; None where it is none or not clear."""
    name = place_text(text)
    near = [a for a in _AREAS if len(a) == len(name) >= 4 and sum(x != y for x, y in zip(a, name, strict=True)) == 1]
    if len(near) > 1:  # the first character alone tells east, centre and west apart
        near = [a for a in near if name[0] in _LOOKALIKE[a]]
    return near[0] if len(near) == 1 else None


def _known(name: str, places: Places) -> bool:
    return name in places.frame.index or any(
        name in set(places.frame[c]) for c in ("zh", "en", "short_zh", "short_en") if c in places.frame
    )


@dataclass(frozen=True)
class Resolved:
    """What the texts of a file resolved to.

    codes     text → code, for certain and suggested ones
    matches   text → the match, for every text that is not an aggregate
    grouped   text → `nation`, the name of the area, or "" for a rest or an average
    unsure    those of `grouped` that were recognised through a scanning error
    """

    codes: Mapping[str, str] = field(default_factory=dict)
    matches: Mapping[str, Match] = field(default_factory=dict)
    grouped: Mapping[str, str] = field(default_factory=dict)
    unsure: frozenset[str] = frozenset()

    def of(self, certainty: str) -> list[str]:
        """The texts whose match has this certainty."""
        return [t for t, m in self.matches.items() if m.certainty == certainty]

    def suggestions(self) -> dict[str, str]:
        """Text → the name it is taken for, for everything that is not certain."""
        return {t: self.matches[t].name for t in self.of("suggested")} | {t: self.grouped[t] for t in self.unsure}


def resolve(texts: Sequence[str], level: str | None, places: Places) -> Resolved:
    """Resolve distinct texts together, at `level` or at the level that fits most of them."""
    distinct = list(dict.fromkeys(texts))
    grouped = {t: g for t in distinct if (g := aggregate(t, places)) is not None}
    names = [t for t in distinct if t not in grouped]
    matches = dict(zip(names, _matched([place_text(t) for t in names], level, places), strict=True))
    unsure = {t: a for t, m in matches.items() if m.certainty != "certain" and (a := scanned_area(t)) is not None}
    grouped |= unsure
    matches = {t: m for t, m in matches.items() if t not in unsure}
    codes = {t: m.code for t, m in matches.items() if m.certainty != "none" and m.code}
    return Resolved(codes, matches, grouped, frozenset(unsure))


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
    """Whether each text names a known place for certain; aggregates of places are none."""
    names = [place_text(t) for t in texts]
    found = atlas.resolve_many(names, level=level, places=places)
    return [m.certainty == "certain" and aggregate(n, places) is None for m, n in zip(found, names, strict=True)]
