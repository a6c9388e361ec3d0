"""What place a text means: certain, suggested, or none — never a silent guess.

certain    the text is exactly one name or code of exactly one place, after steps that lose nothing: width, spaces, case,
           accents, footnote marks, traditional characters, an earlier name or code of the same place, a prefix that
           says where the place lies (江苏省南京市)
suggested  one place looks like it (江两 → 江西), or several of one rank have this name and one is of a higher level
none       nothing, or several places that cannot be told apart; the alternatives say which

Where no level is asked for, the place of the highest rank is meant, and the others are among the alternatives: 吉林 and
海南 are the provinces, 西安 is the prefecture and not a district of that name elsewhere. Districts of the municipalities
rank with prefectures, so 朝阳 (a prefecture, and a district of Beijing) is only suggested; a name of several places of one
rank (鼓楼区, Suzhou) is none of them. `level` or `parent` settles it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xinzhi.atlas import lookalike
from xinzhi.atlas.composed import readings, strongest
from xinzhi.atlas.index import FULL, Index, Way, long_enough
from xinzhi.atlas.match import (
    BRACKET,
    ELSEWHERE,
    EMPTY,
    EXACT,
    FORMER,
    GROUP,
    HIGHER,
    INSIDE,
    LOOKS,
    PART,
    PROVINCE,
    RANKED,
    SAME_NAME,
    SHARED,
    SLIP,
    SUCCESSOR,
    Alternative,
    Certainty,
    Match,
)
from xinzhi.atlas.names import is_han, key, unbracketed, unmarked
from xinzhi.atlas.places import LEVEL_WORDS
from xinzhi.base.errors import unknown
from xinzhi.base.text import Text, language

if TYPE_CHECKING:
    from xinzhi.atlas.places import Places

__all__ = ["Alternative", "Match", "resolve", "resolve_many"]
_RANK = ("nation", "province", "prefecture", "county")
_CODE = re.compile(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})(\.0+)?$")
_WHOLE_OR_PART = ("市辖区", "市区", "全市", "全省", "全区", "合计", "总计", "小计", "辖区", "市本级", "省本级", "本级")


def resolve(
    text: object, level: str | None = None, places: Places | None = None, *, parent: str | None = None
) -> Match:
    """The place that `text` means.

    text    a name, short name, English or pinyin name, abbreviation or code of 2, 4, 6, 9 or 12 digits, as typed or scanned
    level   `nation`, `province`, `prefecture` or `county` (or 省，地市，县, city …); None takes any, the highest rank first
    places  the list to look in, China where None
    parent  code or name of the place it lies in
    """
    from xinzhi.atlas.china import china

    return _Resolver(places or china(), level, parent).match(text)


def resolve_many(
    texts: Iterable[object], level: str | None = None, places: Places | None = None, *, parent: str | None = None
) -> list[Match]:
    """As `resolve`, for a column: each distinct text once, in the order given."""
    from xinzhi.atlas.china import china

    resolver = _Resolver(places or china(), level, parent)
    known: dict[object, Match] = {}
    out = []
    for text in texts:
        try:
            if text not in known:
                known[text] = resolver.match(text)
            out.append(known[text])
        except TypeError:  # a value that cannot be a dictionary key
            out.append(resolver.match(text))
    return out


class _Resolver:
    """One list, one level and one parent, with what is computed once."""

    def __init__(self, places: Places, level: str | None, parent: str | None) -> None:
        self.places = places
        self.index: Index = places.index
        levels = {name for names in self.index.levels.values() for name in names}
        level = level if level in levels else LEVEL_WORDS.get(level or "", level)
        if level is not None and level not in levels:
            raise unknown(Text("层级", "level"), level, sorted(levels), code="213")
        self.level = level
        self.parent = ""
        if parent:
            found = _Resolver(places, None, None).match(parent)
            if not found.code:
                raise unknown(Text("上级地区", "parent place"), parent, list(places.frame["zh"]), code="214")
            self.parent = found.code

    def match(self, given: object) -> Match:
        text = as_text(given)
        bare = unicodedata.normalize("NFKC", unmarked(text))
        if not key(bare):
            return Match(text, "", "", "none", why=EMPTY)
        if text in self.index.levels and self._fits(text):  # a code may end like a footnote mark: DE11, A1
            return self._choose(text, [Way(text, FULL)], key(text))
        if _CODE.match(bare):
            return self._code(text, bare.split(".")[0])
        name = key(bare)
        if name.isdigit():  # a number that is no code: 150,000 is not Inner Mongolia
            return Match(text, "", "", "none")
        found = self._ways(name)
        small = self.level is None and all(self.index.levels[w.code] == ("county",) for w in found)
        if small and (grouped := self._group(text, name)):
            return grouped
        if found:
            return self._choose(text, found, name)
        return self._composed(text, bare, name) or self._elsewhere(text, name) or self._guess(text, name)

    def _elsewhere(self, text: str, name: str) -> Match | None:
        """A name that is known, but at another level or in another place than asked for."""
        codes = list(dict.fromkeys(w.code for w in self.index.ways.get(name, ()) if not w.former))
        if not codes:
            return None
        return Match(text, "", "", "none", tuple(self._alternative(c, ELSEWHERE) for c in codes), ELSEWHERE)

    def _fits(self, code: str) -> bool:
        at_level = self.level is None or self.level in self.index.levels[code]
        return at_level and (not self.parent or self.index.within(code, self.parent))

    def _ways(self, name: str) -> list[Way]:
        """Present names first; earlier ones only where there is no present one; of those the strongest."""
        return strongest(w for w in self.index.ways.get(name, ()) if self._fits(w.code))

    def _code(self, text: str, digits: str) -> Match:
        deeper = digits[6:].strip("0") != ""
        code = digits[:6].ljust(6, "0")
        ways = self._ways(digits) or self._ways(code)
        if not ways:
            return self._urban(text, code)
        if deeper:
            return self._some(text, [ways[0].code], INSIDE, "none")
        return self._choose(text, ways, digits)

    def _urban(self, text: str, code: str) -> Match:
        """Codes of 市辖区 and of the counties of a municipality (130101, 500200) mean a part of the place above."""
        above = code[:2] + "0000" if code.endswith("00") else code[:4] + "00"
        if not code.endswith(("01", "0100", "0200")) or above not in self.index.levels or not self._fits(above):
            return Match(text, "", "", "none")
        return self._some(text, [above], PART, "suggested")

    def _composed(self, text: str, bare: str, name: str) -> Match | None:
        """A place named with the place it lies in, or named and then qualified."""
        ways = [w for w in readings(self.index, bare) if self._fits(w.code)]
        codes = sorted({w.code for w in ways}, key=lambda c: _rank(self.index.levels[c]))
        if len(codes) == 1:
            return self._choose(text, ways, name)
        if codes:
            return Match(text, "", "", "none", tuple(self._alternative(c, SAME_NAME) for c in codes), SHARED)
        for word in _WHOLE_OR_PART if is_han(name) else ():
            if not name.endswith(word):
                continue
            part = {w.code for w in self._ways(name.removesuffix(word))}
            if len(part) == 1:
                return self._some(text, list(part), PART, "suggested")
            if grouped := self._group(text, name.removesuffix(word)):
                return grouped
        whole = unbracketed(bare)
        inner = self.match(whole) if whole and whole != bare else None
        if inner is not None and inner.code:
            return replace(inner, text=text, certainty="suggested", why=BRACKET)
        return None

    def _choose(self, text: str, ways: list[Way], name: str) -> Match:
        """One place of those that have exactly this name; earlier bearers of the name are among the alternatives."""
        codes = list(dict.fromkeys(w.code for w in ways))
        former = all(w.former for w in ways)
        if len(codes) == 1:
            if former:
                return self._former(text, codes[0])
            once = {
                w.code for w in self.index.ways.get(name, ()) if w.former and w.strength == FULL and self._fits(w.code)
            } - set(codes)
            match = self._some(text, codes, EXACT, "certain")
            return replace(match, alternatives=tuple(self._alternative(c, FORMER) for c in sorted(once)))
        ranked = sorted(codes, key=lambda c: _rank(self.index.levels[c]))
        first, rest = ranked[0], ranked[1:]
        alone = _rank(self.index.levels[first]) < _rank(self.index.levels[rest[0]])
        peers = [c for c in rest if self._official_rank(c) <= self._official_rank(first)]
        if alone and not [c for c in peers if not self.index.within(c, first)]:
            why = PROVINCE if "province" in self.index.levels[first] else RANKED
            return self._some(text, ranked, why, "certain")
        if alone:
            return self._some(text, ranked, HIGHER, "suggested")
        return Match(text, "", "", "none", tuple(self._alternative(c, SAME_NAME) for c in ranked), SHARED)

    def _official_rank(self, code: str) -> int:
        """The level as a number; a district of a municipality ranks with prefectures."""
        rank = _rank(self.index.levels[code])
        above = self.index.levels.get(self.index.parents.get(code, ""), ())
        return rank - 1 if rank == _RANK.index("county") and "province" in above else rank

    def _former(self, text: str, code: str) -> Match:
        """A place by an earlier name or code; one that is no more is told with what became of it."""
        from xinzhi.atlas.history import fate

        told, went = fate(code) if self.places.name == "china" else (Text("", ""), [])
        why = Text(f"{FORMER.zh}；{told.zh}", f"{FORMER.en}; {told.en}") if told.zh else FORMER
        return Match(text, code, self._name(code), "certain", tuple(self._alternative(c, SUCCESSOR) for c in went), why)

    def _guess(self, text: str, name: str) -> Match:
        """A place whose name looks like the text; at most a suggestion."""
        alike = self.index.outlines.get(lookalike.outline(name), ()) if is_han(name) else ()
        codes = self._best(alike)
        if codes:
            return self._suggest(text, codes, LOOKS)
        if long_enough(name):
            codes = self._best(self.index.slips.near(name))
            if codes:
                return self._suggest(text, codes, SLIP)
        return Match(text, "", "", "none")

    def _best(self, keys: Iterable[str]) -> list[str]:
        ways = [w for k in keys for w in self._ways(k)]
        ways = [w for w in ways if not w.former] or ways
        return sorted({w.code for w in ways}, key=lambda c: (_rank(self.index.levels[c]), c))

    def _suggest(self, text: str, codes: list[str], why: Text) -> Match:
        alone = len(codes) == 1 or _rank(self.index.levels[codes[0]]) < _rank(self.index.levels[codes[1]])
        if alone:
            return self._some(text, codes, why, "suggested")
        return Match(text, "", "", "none", tuple(self._alternative(c, why) for c in codes[:8]), why)

    def _some(self, text: str, codes: list[str], why: Text, certainty: Certainty) -> Match:
        rest = tuple(self._alternative(c, SAME_NAME if why in (PROVINCE, RANKED, HIGHER) else why) for c in codes[1:])
        if certainty == "none":
            return Match(text, "", "", "none", (self._alternative(codes[0], why), *rest), why)
        return Match(text, codes[0], self._name(codes[0]), certainty, rest, why)

    def _alternative(self, code: str, why: Text) -> Alternative:
        return Alternative(code, self._name(code), why)

    def _name(self, code: str) -> str:
        return self.places.full(code)

    def _group(self, text: str, name: str) -> Match | None:
        """A row that names a group of regions (东部地区) is no place; the group is named instead."""
        if self.places.name != "china":
            return None
        from xinzhi.atlas.groupings import group_names

        known = group_names()
        hit = known.get(name) or known.get(lookalike.outline(name))
        if hit is None:
            return None
        path, title = hit
        return Match(text, "", "", "none", (Alternative(path, title.say(language()), GROUP),), GROUP)


def _rank(levels: tuple[str, ...]) -> int:
    return min((_RANK.index(name) if name in _RANK else len(_RANK) for name in levels), default=len(_RANK))


def as_text(given: Any) -> str:
    """A cell as text: whole numbers without decimals, missing values blank."""
    if given is None or (isinstance(given, float) and math.isnan(given)):
        return ""
    if hasattr(given, "item") and getattr(given, "ndim", 1) == 0:
        given = given.item()
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    text = str(given)
    return "" if text in ("<NA>", "NaT", "nan") else text
