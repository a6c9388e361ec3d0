"""What each region is like: where it stands, what lifts it, what holds it back, and who is built the same way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from xinzhi.base.errors import UsageError
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel.labels import REGION, listed, name_of, named
from xinzhi.study import structure
from xinzhi.study.scored import region_code

if TYPE_CHECKING:
    from xinzhi.measure.index.result import IndexResult
    from xinzhi.panel import Panel

_FORMULA = (
    "lift = w (z − median of z in the year); strengths and weaknesses by lift; "
    "distance = ½ Σ|a − b|, a and b being w z of two regions as shares of their sums"
)
_READ = Text(
    "强项与弱项按“拉动”排列：权重乘以标准化值与当年全部地区中位数之差。结构相近者按各指标加权值构成的差异选出，与水平高低无关。",
    "Strengths and weaknesses are ordered by lift: weight times the distance of the normalised value from the median of "
    "all regions that year. Peers are those whose weighted values are composed most alike, whatever their level.",
)


@dataclass(frozen=True)
class ProfileResult(Result):
    """A profile of each region in one year.

    frame       a row a region, best first: region, year, score, low, high, rank, rank_low, rank_high, group
    layers      region, layer, score, rank, median (of all regions), group_median
    indicators  region, layer, indicator, raw, normalised, rank, median, group_median (of the normalised value), lift,
                role (strength, weakness or "")
    peers       region, peer, place, distance (0 same structure, 1 nothing in common)
    by          id of the grouping that `group` refers to, "" where there is none
    recipe      how it was made
    index       the index described
    """

    frame: pd.DataFrame
    layers: pd.DataFrame
    indicators: pd.DataFrame
    peers: pd.DataFrame
    by: str
    recipe: Recipe
    index: IndexResult
    panel: Panel

    @property
    def year(self) -> int:
        """The year described."""
        return int(self.frame["year"].iloc[0])

    def indicator_name(self, name: str) -> Text:
        """The name of an indicator of the index."""
        return self.index.preset.indicator(name).name

    def of(self, region: str, role: str) -> list[Text]:
        """Names of the strengths or weaknesses of a region, the most telling first."""
        rows = self.indicators[(self.indicators["region"] == region) & (self.indicators["role"] == role)]
        rows = rows.sort_values("lift", ascending=role == "weakness", kind="stable")
        return [self.indicator_name(str(name)) for name in rows["indicator"]]

    def peers_of(self, region: str) -> list[str]:
        """Codes of the regions nearest in structure, the nearest first."""
        return [str(c) for c in self.peers.loc[self.peers["region"] == region, "peer"]]

    def tables(self) -> dict[str, Table]:
        """`profiles`, one row a region; then every layer, indicator and peer."""
        places, title = self.panel.places, Text(f"{self.year} 年地区画像", f"Profiles of regions, {self.year}")
        main = named(self.frame, places)
        main["strong"] = self._texts(lambda code: listed(self.of(code, "strength")))
        main["weak"] = self._texts(lambda code: listed(self.of(code, "weakness")))
        main["near"] = self._texts(lambda code: listed([name_of(places, p) for p in self.peers_of(code)]))
        details = named(self.indicators, places)
        details["what"] = pd.Series([self.indicator_name(str(i)) for i in details["indicator"]], dtype=object)
        layers = named(self.layers, places)
        titles = {key: layer.text for key, layer in self.index.preset.layers.items()}
        layers["what"] = pd.Series([titles[str(k)] for k in layers["layer"]], dtype=object)
        near = named(named(self.peers, places), places, "peer", "peer_name")
        return {
            "profiles": Table(main, _MAIN, title, note=_READ),
            "layers": Table(layers, _LAYERS, Text("各地区分项得分", "Layers of each region")),
            "indicators": Table(details, _INDICATORS, Text("各地区分指标", "Indicators of each region"), note=_READ),
            "peers": Table(near, _PEERS, Text("结构相近的地区", "Regions of like structure"), note=_READ),
        }

    def _texts(self, told: Any) -> pd.Series:
        return pd.Series([told(str(code)) for code in self.frame["region"]], index=self.frame.index, dtype=object)

    def summary(self, lang: Lang | None = None) -> str:
        """What is most often a strength and what most often a weakness."""
        common = {role: self._commonest(role) for role in ("strength", "weakness")}
        return (
            Text(
                "{year} 年，在 {n} 个地区中，最常见的强项是{strong}（{a} 个地区），最常见的弱项是{weak}（{b} 个地区）。",
                "In {year}, of {n} regions, the commonest strength is {strong} ({a} regions), the commonest weakness {weak} ({b}).",
            )
            .fill(
                year=self.year,
                n=len(self.frame),
                strong=common["strength"][0],
                a=common["strength"][1],
                weak=common["weakness"][0],
                b=common["weakness"][1],
            )
            .say(lang)
        )

    def _commonest(self, role: str) -> tuple[Text, int]:
        counts = self.indicators.loc[self.indicators["role"] == role, "indicator"].value_counts()
        return (self.indicator_name(str(counts.index[0])), int(counts.iloc[0])) if len(counts) else (Text("—", "—"), 0)

    def figure(self, lang: Lang | None = None, region: str | None = None) -> dict[str, Any]:
        """What lifts a region above the median and what holds it back; the first region where none is named."""
        from xinzhi.chart import ranking

        code = region_code(self.panel, region) if region else str(self.frame["region"].iloc[0])
        rows = self.indicators[self.indicators["region"] == code]
        return ranking(
            [self.indicator_name(str(name)) for name in rows["indicator"]],
            rows["lift"].to_numpy(dtype=float),
            keys=list(rows["indicator"]),
            axis=Text("对得分的拉动（相对中位数）", "lift of the score against the median"),
            title=Text("{who}: {year} 年的强项与弱项", "{who}: strengths and weaknesses, {year}").fill(
                who=name_of(self.panel.places, code), year=self.year
            ),
            numbers=True,
            lang=lang,
        )


def profiles(
    index: IndexResult,
    panel: Panel,
    *,
    year: int | None = None,
    by: str | None = None,
    strongest: int = 3,
    peers: int = 3,
) -> ProfileResult:
    """A profile of each region that is scored in `year` (the latest by default).

    index      an index of `panel`
    by         grouping whose median each region is compared with; the four plates where the places are China's
    strongest  how many strengths and how many weaknesses are named; only what lies above (below) the median counts
    peers      how many regions of like structure are named

    Raises UsageError for a year that is not scored, DataError for a grouping whose groups overlap.
    """
    years = sorted(int(y) for y in index.frame["year"].unique())
    chosen = years[-1] if year is None else year
    if chosen not in years:
        raise UsageError(
            f"{chosen} 年没有得分；有得分的年份为 {years[0]}–{years[-1]}",
            f"there is no score for {chosen}; scores cover {years[0]}–{years[-1]}",
            code="431",
        )
    frame = index.frame[index.frame["year"] == chosen].sort_values(["rank", "region"], kind="stable")
    frame = frame.dropna(subset=["score"]).reset_index(drop=True)
    regions = [str(r) for r in frame["region"]]
    grouping = by or ("plates" if panel.places.name == "china" else "")
    groups = (
        dict(zip(regions, panel.places.grouping(grouping, regions).labels(regions), strict=True)) if grouping else {}
    )
    frame = frame[["region", "year", "score", "low", "high", "rank", "rank_low", "rank_high"]]
    frame = frame.assign(group=[groups.get(r, "") for r in regions])
    values = index.values[(index.values["year"] == chosen) & index.values["region"].isin(regions)]
    layers = index.layers[(index.layers["year"] == chosen) & index.layers["region"].isin(regions)]
    recipe = Recipe(
        method="xinzhi.study.profiles",
        title=Text("地区画像", "profiles of regions"),
        parameters={"year": chosen, "by": grouping, "strongest": strongest, "peers": peers},
        formula=_FORMULA,
        data=index.recipe.data,
        seed=index.recipe.seed,
        python=f"xinzhi.study.profiles(index, panel, year={chosen})",
        cli="xinzhi run",
    )
    return ProfileResult(
        frame=frame,
        layers=structure.compared(layers[["region", "layer", "score", "rank"]], "layer", "score", groups, regions),
        indicators=structure.roles(values, groups, regions, strongest),
        peers=structure.nearest(values, regions, peers),
        by=grouping,
        recipe=recipe,
        index=index,
        panel=panel,
    )


def _places(label: Text) -> Sequence[Column]:
    return (REGION, Column("what", label, style="text"))


_MAIN = (
    Column("rank", Text("位次", "rank"), style="rank", low="rank_low", high="rank_high"),
    REGION,
    Column("score", Text("得分", "score"), style="index", low="low", high="high"),
    Column("strong", Text("强项", "strengths"), style="text"),
    Column("weak", Text("弱项", "weaknesses"), style="text"),
    Column("near", Text("结构相近", "alike in structure"), style="text"),
)
_LAYERS = (
    *_places(Text("层", "layer")),
    Column("score", Text("得分", "score"), style="index"),
    Column("rank", Text("位次", "rank"), style="rank"),
    Column("median", Text("全部中位数", "median of all"), style="index"),
    Column("group_median", Text("本组中位数", "median of its group"), style="index"),
)
_INDICATORS = (
    *_places(Text("指标", "indicator")),
    Column("raw", Text("数值", "value"), style="number"),
    Column("normalised", Text("标准化值", "normalised"), style="index"),
    Column("rank", Text("位次", "rank"), style="rank"),
    Column("median", Text("全部中位数", "median of all"), style="index"),
    Column("group_median", Text("本组中位数", "median of its group"), style="index"),
    Column("lift", Text("拉动", "lift"), style="signed"),
)
_PEERS = (
    REGION,
    Column("place", Text("次序", "place"), style="rank"),
    Column("peer_name", Text("相近地区", "peer"), style="text"),
    Column("distance", Text("结构差异", "distance"), style="index"),
)
