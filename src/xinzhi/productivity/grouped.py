"""The grouping of a result: the one asked for, else the usual one of these places, else all regions as one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xinzhi.atlas import Grouping, groupings
from xinzhi.atlas.groupings import Group
from xinzhi.atlas.places import Places
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, name_of

if TYPE_CHECKING:
    from xinzhi.productivity.inputs.face import InputsResult

PLATES = "plates"
ALL = Text("全部地区", "all regions")
EVERYONE = "all"
SEVERAL = "+"  # between the ids of groupings that stand beside one another
MOST = 6  # sentences


def usual(places: Places) -> str:
    """The four plates in China, the first grouping of a list of places that has its own, and nothing where there is none."""
    return PLATES if places.name == "china" else next(iter(places.own), "")


By = str | Sequence[str] | None


def grouping(panel: Panel, by: By, regions: Sequence[str]) -> Grouping:
    """The groups of `by`; where it is None, the usual ones, or all regions together where the places know no grouping.

    Several groupings stand beside one another as one whose groups overlap.
    """
    if by is not None and not isinstance(by, str):
        return _beside([grouping(panel, one, regions) for one in by])
    name = usual(panel.places) if by is None else by
    if by == EVERYONE or not name:
        return Grouping(EVERYONE, ALL, {EVERYONE: Group(EVERYONE, ALL, tuple(regions))})
    return panel.places.grouping(name, regions)


def _beside(several: list[Grouping]) -> Grouping:
    if len(several) == 1:
        return several[0]
    titles = [g.title for g in several]
    title = Text("与".join(t.zh for t in titles), " and ".join(t.en for t in titles))
    groups = {f"{g.id}:{name}" if name in first else name: group for first, g in _earlier(several) for name, group in g.groups.items()}  # fmt: skip
    known = {name: replace(group, id=name) for name, group in groups.items()}
    return replace(several[0], id=SEVERAL.join(g.id for g in several), title=title, groups=known)


def _earlier(several: list[Grouping]) -> list[tuple[set[str], Grouping]]:
    """Each grouping with the ids of groups that stand before its own."""
    return [({name for before in several[:k] for name in before.groups}, g) for k, g in enumerate(several)]


def outside(panel: Panel, groups: Grouping, regions: Sequence[str]) -> tuple[Text, ...]:
    """Regions that are in no group, and groups of the country that have no whole region here: both said, neither counted."""
    said = []
    member = groups.membership(list(regions))
    alone = [name_of(panel.places, c) for c, row in zip(regions, member, strict=True) if not row.any()]
    if alone:
        who = listed(alone)
        said.append(
            Text(
                f"{who.zh}不属于「{groups.title.zh}」的任何一组，不计入组均值",
                f"{who.en} belong to no group of {groups.title.en} and are in no group mean",
            )
        )
    for name in (n for n in groups.id.split(SEVERAL) if n in groupings(panel.places)):
        every = panel.places.grouping(name)
        for group, codes in every.partly(list(regions)).items():
            if group not in groups.groups:
                which, part = every.names()[group], listed([name_of(panel.places, c) for c in codes])
                said.append(
                    Text(
                        f"{which.zh}只含{part.zh}的一部分，没有整个的地区，不单列",
                        f"{which.en} holds only a part of {part.en} and no whole region, so it is not listed",
                    )
                )
    return tuple(said[:MOST])


def first_groups(data: InputsResult, groups: Grouping) -> set[str]:
    """Groups that lines may stand for: of several groupings those of the first, and none where all regions are one group."""
    first, *others = groups.id.split(SEVERAL)
    return set(data.panel.places.grouping(first, data.regions).ids if others else groups.ids) - {EVERYONE}


def stated(panel: Panel, by: By) -> By:
    """`by` where it is not what would be taken without being asked for."""
    return None if by == (usual(panel.places) or EVERYONE) else by
