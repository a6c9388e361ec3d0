"""A grouping taken apart for comparison: who belongs where, in whole or in part, and the figures of each group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xinzhi.base.errors import DataError
from xinzhi.base.text import Text
from xinzhi.study.draws import Draws

if TYPE_CHECKING:
    from xinzhi.panel import Panel


@dataclass(frozen=True)
class Groups:
    """A grouping asked about some regions.

    name     its id
    title    what it is called
    titles   group id → name
    members  group id → codes of its members among these regions
    partly   group id → those of them of which only a part belongs
    """

    name: str
    title: Text
    titles: Mapping[str, Text]
    members: Mapping[str, list[str]]
    partly: Mapping[str, list[str]]

    @classmethod
    def of(cls, panel: Panel, name: str, regions: Sequence[str]) -> Groups:
        """The grouping called `name` among `regions`; one that holds none of them is refused."""
        from xinzhi.atlas import grouping

        whole = grouping(name, regions, panel.places)
        found = grouping(name, regions, panel.places, partial="include")
        if not found.groups:
            raise DataError(
                f"分组「{name}」中没有这个面板的任何地区；请换一个分组",
                f"the grouping “{name}” holds no region of this panel; choose another",
                code="430",
            )
        inside = found.membership(regions)
        members = {
            g: [c for c, held in zip(regions, inside[:, j], strict=True) if held] for j, g in enumerate(found.ids)
        }
        fully = whole.membership(regions)
        sure = {g: {c for c, held in zip(regions, fully[:, j], strict=True) if held} for j, g in enumerate(whole.ids)}
        partly = {g: [c for c in codes if c not in sure.get(g, set())] for g, codes in members.items()}
        return cls(name, found.title, found.names(), members, partly)

    @property
    def overlap(self) -> bool:
        """Whether some region belongs to more than one group."""
        held = [code for codes in self.members.values() for code in codes]
        return len(held) != len(set(held))


def rows(grouping: Groups, scores: pd.DataFrame, draws: Draws | None) -> Iterator[dict[str, Any]]:
    """A row a group and year; `scores` has region, year, score, weight; `draws` give the mean its interval."""
    first = int(scores["year"].min())
    for group, codes in grouping.members.items():
        inside = scores[scores["region"].isin(codes)]
        start = inside[inside["year"] == first].set_index("region")["score"]
        for year, block in inside.groupby("year", sort=True):
            yield {
                "grouping": grouping.name,
                "group": group,
                "title": grouping.titles[group],
                "partly": len(grouping.partly[group]),
                "year": int(str(year)),
                **_figures(block, len(codes)),
                **_interval(block, draws, int(str(year))),
                "change": (block.set_index("region")["score"] - start).mean(),
            }


def _figures(block: pd.DataFrame, members: int) -> dict[str, Any]:
    """The figures of one group in one year; `block` holds its members that have a row."""
    scored = block.dropna(subset=["score"]).sort_values(["score", "region"], ascending=[False, True])
    if scored.empty:
        nothing = dict.fromkeys(("mean", "weighted", "spread", "highest", "lowest"), np.nan)
        return {"members": members, "scored": 0, **nothing, "leader": "", "laggard": ""}
    value, weight = scored["score"].to_numpy(), scored["weight"].to_numpy(dtype=float)
    return {
        "members": members,
        "scored": len(scored),
        "mean": value.mean(),
        "weighted": weight @ value / weight.sum(),
        "spread": value.std(),
        "highest": value[0],
        "lowest": value[-1],
        "leader": str(scored["region"].iloc[0]),
        "laggard": str(scored["region"].iloc[-1]),
    }


def _interval(block: pd.DataFrame, draws: Draws | None, year: int) -> dict[str, float]:
    scored = block.dropna(subset=["score"])
    regions = [str(r) for r in scored["region"]]
    if draws is None or not regions:
        return {"low": np.nan, "high": np.nan}
    mean = np.array([scored["score"].mean()])
    low, high = draws.interval(draws.at(regions, year).mean(axis=1, keepdims=True), mean)
    return {"low": float(low[0]), "high": float(high[0])}


def members(grouping: Groups, scores: pd.DataFrame) -> pd.DataFrame:
    """A row a group and region of the last year, best first inside the group."""
    last = scores[scores["year"] == scores["year"].max()]
    parts = []
    for group, codes in grouping.members.items():
        block = last[last["region"].isin(codes)].sort_values("score", ascending=False, kind="stable")
        part = block[["region", "score", "low", "high", "rank"]].assign(place=range(1, len(block) + 1))
        part.insert(0, "title", [grouping.titles[group]] * len(part))
        part.insert(0, "group", group)
        part.insert(0, "grouping", grouping.name)
        parts.append(part)
    whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return whole
