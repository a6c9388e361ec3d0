"""Groupings of places: plates, strategies, city clusters and whatever a user's file defines.

A grouping is looked up by its id (`plates`), one of its groups by `plates:east` or, where only one grouping has it,
`east`; a nested one by a path (`plates/province`). A group of provinces holds their prefectures and counties as well;
a province of which only some prefectures belong to a group counts as a member only where asked (`partial="include"`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from xinzhi.atlas.lookalike import outline
from xinzhi.atlas.names import key
from xinzhi.atlas.places import LEVEL_WORDS
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from xinzhi.atlas.places import Places

Partial = Literal["exclude", "include"]
_BODY = re.compile(r"(协同发展|一体化|城市群|都市圈|城市圈)(（.*）)?$")
_FILES = (".csv", ".yaml", ".yml", ".xlsx", ".xls", ".tsv")


@dataclass(frozen=True)
class Group:
    """One group of a grouping.

    id          short ASCII id
    name        its name
    members     codes of its members
    source      the document that defines it
    confidence  `high`, `medium`, `low` or "": how sure the list of members is
    partial     members of which only a part belongs
    extended    codes of a wider circle, not members
    """

    id: str
    name: Text
    members: tuple[str, ...]
    source: str = ""
    confidence: str = ""
    partial: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grouping:
    """A set of groups, seen through the places it is asked about.

    id, title    what it is
    groups       id → group
    parents      code → code of the place it belongs to, for every place the groups may be asked about
    codes        the codes it is restricted to, () where it is not
    partial      `include`: a place counts as member of a group that has some of the places inside it
    """

    id: str
    title: Text
    groups: Mapping[str, Group]
    parents: Mapping[str, str] = field(default_factory=dict, repr=False)
    codes: tuple[str, ...] = ()
    partial: Partial = "exclude"

    @property
    def ids(self) -> list[str]:
        """Group ids, in order."""
        return list(self.groups)

    def names(self) -> dict[str, Text]:
        """Group id → name."""
        return {g.id: g.name for g in self.groups.values()}

    @property
    def frame(self) -> pd.DataFrame:
        """One row a member or wider member: group, zh, en, code, kind (member, partial, extended), source, confidence."""
        import pandas as pd

        rows = [
            (g.id, g.name.zh, g.name.en, code, kind, g.source, g.confidence)
            for g in self.groups.values()
            for code, kind in (
                *((c, "partial" if c in g.partial else "member") for c in g.members),
                *((c, "extended") for c in g.extended),
            )
        ]
        return pd.DataFrame(rows, columns=["group", "zh", "en", "code", "kind", "source", "confidence"])

    def membership(self, codes: Sequence[str] | None = None) -> NDArray[np.bool_]:
        """(n, g) whether each code belongs to each group, in the order of `codes` and of `ids`."""
        if self.groups and not any(g.members for g in self.groups.values()):
            raise DataError(
                f"分组「{self.id}」只有组名，没有成员名单；请用 atlas.read_groupings 读入自己的名单",
                f"the grouping “{self.id}” names its groups but not their members; give them in a file, see atlas.read_groupings",
                code="225",
            )
        asked = self._asked(codes)
        out = np.zeros((len(asked), len(self.groups)), dtype=bool)
        for j, group in enumerate(self.groups.values()):
            members = set(group.members)
            if self.partial == "include":
                members |= {a for m in group.members for a in self._above(m)[1:]} - {"100000"}
            out[:, j] = [any(a in members for a in self._above(code)) for code in asked]
        return out

    @property
    def overlapping(self) -> bool:
        """Whether some place belongs to more than one group; `shared` names them."""
        return bool(self.shared())

    def shared(self, codes: Sequence[str] | None = None) -> list[str]:
        """The codes that belong to more than one group."""
        asked = self._asked(codes)
        return [c for c, several in zip(asked, self._several(asked), strict=True) if several]

    def _several(self, codes: Sequence[str]) -> list[bool]:
        """Whether each code belongs to more than one group."""
        return [int(np.count_nonzero(row)) > 1 for row in self.membership(codes)]

    def labels(self, codes: Sequence[str] | None = None) -> list[str]:
        """The group id of each code, "" where it has none; refused where a code has several."""
        asked = self._asked(codes)
        member = self.membership(asked)
        if shared := self.shared(asked):
            self._refuse(shared)
        ids = self.ids
        return [ids[int(row.argmax())] if row.any() else "" for row in member]

    def restrict(self, codes: Iterable[str]) -> Grouping:
        """The same grouping asked about these codes alone; groups without any of them are dropped."""
        asked = tuple(dict.fromkeys(str(c) for c in codes))
        held = [bool(column.any()) for column in self.membership(asked).T]
        kept = {g.id: g for g, keep in zip(self.groups.values(), held, strict=True) if keep}
        return replace(self, groups=kept, codes=asked)

    def partly(self, codes: Sequence[str] | None = None) -> dict[str, list[str]]:
        """Group id → codes that are no members but hold some: the provinces of a prefecture-level grouping."""
        asked = self._asked(codes)
        out: dict[str, list[str]] = {}
        for group in self.groups.values():
            above = {a for m in group.members for a in self._above(m)[1:]} - {"100000"}
            inside = {c for c in asked if any(a in group.members for a in self._above(c))}
            hit = [c for c in asked if c in above and c not in inside]
            if hit:
                out[group.id] = hit
        return out

    def _asked(self, codes: Sequence[str] | None) -> list[str]:
        if codes is not None:
            return [str(c) for c in codes]
        return list(self.codes) or sorted({m for g in self.groups.values() for m in g.members})

    def _above(self, code: str) -> list[str]:
        """The code and everything it belongs to, nearest first."""
        chain = [code]
        while (code := self.parents.get(code, "")) and code not in chain:
            chain.append(code)
        return chain

    def _refuse(self, codes: list[str]) -> None:
        names, more = [_called(c) for c in codes[:8]], "…" if len(codes) > 8 else ""
        raise DataError(
            f"分组「{self.id}」有重叠：{'、'.join(n.zh for n in names)}{more}属于不止一组，不能作为单一标签；请改用其中一组（如 {self.id}:{self.ids[0]}）、不重叠的分组（如 plates），或用 membership",
            f"the grouping “{self.id}” overlaps: {', '.join(n.en for n in names)}{more} belong to more than one group, so there is no single label; "
            f"take one of its groups (such as {self.id}:{self.ids[0]}), a grouping without overlap (such as plates), or membership",
            code="220",
        )


def _called(code: str) -> Text:
    """The name of a place of China; the code of any other."""
    from xinzhi.atlas.china import china

    return Text(china().label(code, "zh"), china().label(code, "en"))


def groupings(places: Places | None = None) -> dict[str, Text]:
    """Id → title of every grouping that can be asked for."""
    from xinzhi.atlas.geography import catalogue

    known = {name: g.title for name, g in catalogue().items()} if places is None or places.name == "china" else {}
    return known | {name: g.title for name, g in (places.own if places else {}).items()}


def grouping(
    name: str, codes: Sequence[str] | None = None, places: Places | None = None, *, partial: Partial = "exclude"
) -> Grouping:
    """The grouping called `name`, asked about `codes` where given.

    name     an id (`plates`), a group (`plates:east`, `east`), a path of groupings that nest (`plates/strategies`,
             `plates/province`), finer towards the right, or a file that holds one grouping (see `read_groupings`)
    partial  `include` counts a place as member of a group that has only some of the places inside it
    """
    from xinzhi.atlas.china import china

    listed = places or china()
    if Path(name).suffix.lower() in _FILES:
        listed, name = _from_file(name, listed)
    outer, *inner = name.split("/")
    found = replace(_one(outer, listed), partial=partial)
    for step in inner:
        found = _cross(found, replace(_one(step, listed), partial=partial))
    return found.restrict(codes) if codes is not None else found


def _from_file(path: str, places: Places) -> tuple[Places, str]:
    """The list with the grouping of a file that holds one."""
    from xinzhi.atlas.files import read_groupings

    found = read_groupings(path, places)
    if len(found) != 1:
        raise DataError(
            f"{path} 含 {len(found)} 个分组（{'、'.join(found)}）；请用 read_groupings 读入后指明其一",
            f"{path} holds {len(found)} groupings ({', '.join(found)}); read it with read_groupings and name one",
            code="224",
        )
    return places.with_groupings(found), next(iter(found))


def nested(outer: str, inner: str, codes: Sequence[str] | None = None, places: Places | None = None) -> Grouping:
    """The groups of `inner` inside the groups of `outer`, as `grouping("outer/inner")`."""
    return grouping(f"{outer}/{inner}", codes, places)


@lru_cache(maxsize=1)
def group_names() -> dict[str, tuple[str, Text]]:
    """Key of a group's name, and what that looks like, → its path and name: what stands in a table but is no place."""
    from xinzhi.atlas.geography import catalogue

    known: dict[str, tuple[str, Text]] = {}
    for name in ("plates", "strategies", "clusters", "metropolitan_circles"):
        for group in catalogue()[name].groups.values():
            words = {group.name.zh, group.name.en, _BODY.sub("", group.name.zh)}
            if name == "plates":
                stem = group.name.zh.removesuffix("地区")
                words |= {stem, f"{stem}区域", f"{stem}省份", f"{group.name.en} Region", f"{group.name.en} China"}
                words.add({"east": "East", "central": "Centre", "west": "West", "northeast": "Northeast"}[group.id])
            for word in words:
                known.setdefault(key(word), (f"{name}:{group.id}", group.name))
    return {outline(k): v for k, v in known.items()} | known


def _one(name: str, places: Places) -> Grouping:
    """A grouping, a single group, or a level, by name."""
    from xinzhi.atlas.geography import catalogue

    pool = {**(catalogue() if places.name == "china" else {}), **places.own}
    parents = parents_of(places)
    if name in pool:
        return replace(pool[name], parents=parents)
    levels = set(places.frame["level"])
    if name in levels or LEVEL_WORDS.get(name) in levels:
        return _by_level(name if name in levels else LEVEL_WORDS[name], places, parents)
    owner, _, wanted = name.rpartition(":")
    if owner and owner not in pool:
        raise unknown(Text("分组", "grouping"), owner, pool, code="221")
    homes = [g for g in ([pool[owner]] if owner else pool.values()) if wanted in g.groups]
    if not homes:
        every = (
            list(pool[owner].groups) if owner else [*pool, *(f"{g.id}:{i}" for g in pool.values() for i in g.groups)]
        )
        raise unknown(Text("分组", "grouping"), wanted if owner else name, every, code="221")
    if len(homes) > 1:
        paths = [f"{g.id}:{wanted}" for g in homes]
        raise DataError(
            f"「{name}」在几个分组里都有：{'、'.join(paths)}；请写明其一",
            f"“{name}” is in several groupings: {', '.join(paths)}; name one of them",
            code="222",
        )
    group = homes[0].groups[wanted]
    return Grouping(f"{homes[0].id}:{wanted}", group.name, {wanted: group}, parents)


def _by_level(level: str, places: Places, parents: Mapping[str, str]) -> Grouping:
    """Every place of a level as a group of its own."""
    frame = places.frame[places.frame["level"] == level]
    groups = {
        str(code): Group(
            str(code), Text(str(row["short_zh"]), str(row["short_en"])), (str(code),), places.source, "high"
        )
        for code, row in frame.iterrows()
    }
    word = {"province": "省份", "prefecture": "地市", "county": "区县"}.get(level, level)
    return Grouping(level, Text(f"按{word}", f"By {level}"), groups, parents)


def parents_of(places: Places) -> dict[str, str]:
    """Code → code of the place it belongs to, for present and former places."""
    index = places.index
    earlier = {} if places.former is None else dict(zip(places.former.index, places.former["parent"], strict=True))
    return {**earlier, **index.parents}


def _cross(outer: Grouping, inner: Grouping) -> Grouping:
    """Each inner group cut by each outer group, named `outer/inner`."""
    everything = sorted({m for g in (*outer.groups.values(), *inner.groups.values()) for m in g.members})
    at = {c: i for i, c in enumerate(everything)}
    outside, within = outer.membership(everything), inner.membership(everything)
    groups: dict[str, Group] = {}
    for i, a in enumerate(outer.groups.values()):
        for j, b in enumerate(inner.groups.values()):
            held = tuple(c for c in dict.fromkeys((*b.members, *a.members)) if outside[at[c], i] and within[at[c], j])
            if held:
                joined = Text(f"{a.name.zh}/{b.name.zh}", f"{a.name.en} / {b.name.en}")
                groups[f"{a.id}/{b.id}"] = Group(
                    f"{a.id}/{b.id}", joined, held, "; ".join(dict.fromkeys(filter(None, (a.source, b.source)))),
                    _weaker(a.confidence, b.confidence), tuple(c for c in (*a.partial, *b.partial) if c in held),
                )  # fmt: skip
    title = Text(f"{outer.title.zh}/{inner.title.zh}", f"{outer.title.en} / {inner.title.en}")
    return Grouping(f"{outer.id}/{inner.id}", title, groups, outer.parents, partial=outer.partial)


def _weaker(a: str, b: str) -> str:
    """The lower of two confidences."""
    return next((c for c in ("low", "medium", "high") if c in (a, b)), "")
