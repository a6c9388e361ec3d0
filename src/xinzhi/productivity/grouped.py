"""The grouping of a result: the one asked for, else the usual one of these places, else all regions as one group."""

from __future__ import annotations

from collections.abc import Sequence

from xinzhi.atlas import Grouping, groupings
from xinzhi.atlas.groupings import Group
from xinzhi.atlas.places import Places
from xinzhi.base.text import Text
from xinzhi.panel import Panel
from xinzhi.panel.labels import listed, name_of

PLATES = "plates"
ALL = Text("全部地区", "all regions")
EVERYONE = "all"
MOST = 6  # sentences


def usual(places: Places) -> str:
    """The four plates in China, the first grouping of a list of places that has its own, and nothing where there is none."""
    return PLATES if places.name == "china" else next(iter(places.own), "")


def grouping(panel: Panel, by: str | None, regions: Sequence[str]) -> Grouping:
    """The groups of `by`; where it is None, the usual ones, or all regions together where the places know no grouping."""
    name = usual(panel.places) if by is None else by
    if by == EVERYONE or not name:
        return Grouping(EVERYONE, ALL, {EVERYONE: Group(EVERYONE, ALL, tuple(regions))})
    return panel.places.grouping(name, regions)


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
    partly = panel.places.grouping(groups.id).partly(list(regions)) if groups.id in groupings(panel.places) else {}
    names = panel.places.grouping(groups.id).names() if partly else {}
    for group, codes in partly.items():
        if group not in groups.groups:
            which, part = names[group], listed([name_of(panel.places, c) for c in codes])
            said.append(
                Text(
                    f"{which.zh}只含{part.zh}的一部分，没有整个的地区，不单列",
                    f"{which.en} holds only a part of {part.en} and no whole region, so it is not listed",
                )
            )
    return tuple(said[:MOST])


def stated(panel: Panel, by: str) -> str | None:
    """`by` where it is not what would be taken without being asked for."""
    return None if by == (usual(panel.places) or EVERYONE) else by
