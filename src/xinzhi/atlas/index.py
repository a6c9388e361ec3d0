"""Every way of naming a place, as a dictionary from key to candidates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from xinzhi.atlas.lookalike import Slips, outline
from xinzhi.atlas.names import is_han, key, spellings

if TYPE_CHECKING:
    import pandas as pd

FULL, SHORT, SPELLED = 3, 2, 1  # with its kind (南京市), without it (南京), spelled by sound (Shanxi for 陕西)
_KINDS: dict[str, tuple[str, ...]] = {
    "省": ("province", "sheng"),
    "市": ("city", "shi", "municipality"),
    "自治区": ("autonomousregion", "zizhiqu", "ar"),
    "特别行政区": ("sar", "specialadministrativeregion"),
    "自治州": ("prefecture", "autonomousprefecture", "zhou", "zizhizhou", "ap"),
    "地区": ("prefecture", "diqu", "area"),
    "盟": ("league", "meng"),
    "自治县": ("county", "autonomouscounty", "xian", "zizhixian"),
    "自治旗": ("banner", "autonomousbanner", "qi"),
    "新区": ("newarea", "newdistrict", "xinqu"),
    "区": ("district", "qu"),
    "县": ("county", "xian"),
    "旗": ("banner", "qi"),
}


class Way(NamedTuple):
    """One way of naming a place: its code, how strong the name is, whether it is an earlier name or code."""

    code: str
    strength: int
    former: bool = False


@dataclass
class Index:
    """Names of one list of places.

    ways      key → ways that it can be meant
    outlines  what a key looks like → keys of that look (Chinese only)
    levels    code → levels at which the place counts
    parents   code → code of the place it belongs to
    """

    ways: dict[str, list[Way]] = field(default_factory=lambda: defaultdict(list))
    outlines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)

    def add(self, name_key: str, code: str, strength: int, former: bool = False) -> None:
        """Enter one way; a stronger one for the same place replaces a weaker."""
        if not name_key:
            return
        ways = self.ways[name_key]
        for i, way in enumerate(ways):
            if way.code == code:
                if strength > way.strength and not former:
                    ways[i] = Way(code, strength)
                return
        if not ways and len(name_key) > 1 and is_han(name_key):
            self.outlines[outline(name_key)].append(name_key)
        ways.append(Way(code, strength, former))

    @cached_property
    def slips(self) -> Slips:
        """The keys long enough that one wrong character still leaves the name recognisable."""
        return Slips(k for k in self.ways if long_enough(k))

    def within(self, code: str, ancestor: str) -> bool:
        """Whether a place is `ancestor` or belongs to it."""
        while code:
            if code == ancestor:
                return True
            code = self.parents.get(code, "")
        return False


def long_enough(name_key: str) -> bool:
    """Whether a key may be matched with one slip: three Chinese characters, five letters, no bare number."""
    return (3 if is_han(name_key) else 5) <= len(name_key) <= 60 and not name_key.isdigit()


def build(frame: pd.DataFrame, former: pd.DataFrame | None, heirs: dict[tuple[str, str], str]) -> Index:
    """The index of a list; `heirs` gives for (code, name) of a former place the place it is now."""
    index = Index()
    _enter_places(index, frame)
    if former is not None:
        _enter_former(index, former, heirs)
    return index


def _enter_places(index: Index, frame: pd.DataFrame) -> None:
    table = frame.reset_index().to_dict("records")
    for row in table:
        code = str(row["code"])
        index.levels[code] = tuple(filter(None, [str(row["level"]), *str(row.get("also", "") or "").split()]))
        index.parents[code] = str(row["parent"] or "")
    for row in table:
        code, zh, short = str(row["code"]), str(row["zh"]), str(row["short_zh"])
        kinds = _suffixes(zh)
        index.add(key(code), code, FULL)
        index.add(key(zh), code, FULL)
        index.add(key(short), code, SHORT if short != zh else FULL)
        for alias in filter(None, str(row.get("aliases", "") or "").split("|")):
            for spelled in spellings(alias):
                index.add(spelled, code, SHORT)
                for kind in () if is_han(alias) else kinds:
                    index.add(spelled + kind, code, SHORT)
        for name in (str(row["en"]), str(row["short_en"])):
            typed = name != str(row["short_en"])
            for spelled in spellings(name):
                index.add(spelled, code, FULL if typed else SHORT)
        _enter_spelled(index, code, str(row["short_en"]), str(row.get("pinyin", "") or ""), kinds, short != zh)


def _enter_spelled(index: Index, code: str, short: str, pinyin: str, kinds: tuple[str, ...], bare: bool) -> None:
    """The English short name and the pinyin, with and without the kind: Nanjing City, Nanjing Shi.

    The pinyin of a single character (He for 和县) is no name without its kind.
    """
    for spelled in spellings(short):
        for kind in kinds:
            index.add(spelled + kind, code, FULL)
    for spelled in spellings(pinyin):
        if bare:
            index.add(spelled, code, SPELLED)
        for kind in kinds:
            index.add(spelled + kind, code, SPELLED)


def _suffixes(zh: str) -> tuple[str, ...]:
    return next((words for kind, words in sorted(_KINDS.items(), key=lambda k: -len(k[0])) if zh.endswith(kind)), ())


def _enter_former(index: Index, former: pd.DataFrame, heirs: dict[tuple[str, str], str]) -> None:
    latest = {code: heirs[code, zh] for code, zh in reversed(heirs)}
    for row in former.to_dict("records"):
        code, zh, short = str(row["code"]), str(row["zh"]), str(row["short_zh"])
        now = heirs.get((code, zh), code)
        if now not in index.levels:
            index.levels[now] = (str(row["level"]),)
            above = code[:2] + "0000" if row["level"] == "prefecture" else code[:4] + "00"
            index.parents[now] = latest.get(above, above)
        for full in (code, zh):
            index.add(key(full), now, FULL, former=True)
        if short != zh:
            index.add(key(short), now, SHORT, former=True)
            for spelled in spellings(str(row["short_en"])):
                index.add(spelled, now, SHORT, former=True)
