"""How groups of regions stand: means, leaders and laggards, the spread inside, and what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from xinzhi.base.errors import UsageError
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel.labels import listed, name_of, named
from xinzhi.study.draws import Draws, drawn_by
from xinzhi.study.groups import Groups, members, rows
from xinzhi.study.scored import OWN_YARDSTICK, Scored, comparable, signed

if TYPE_CHECKING:
    from xinzhi.panel import Panel

_FORMULA = (
    "mean = Σs / n; weighted mean = Σps / Σp; spread = √(Σ(s − mean)² / n); "
    "change = mean(last) − mean(first) over the members scored in both years"
)


@dataclass(frozen=True)
class ScorecardResult(Result):
    """Groups of regions compared.

    frame    a row a grouping, group and year: grouping, group, title (Text), partly (members of which only a part belongs),
             year, members, scored, mean, low, high (interval of the mean over the draws of the audit), weighted (NaN
             where a member's weight is missing), spread, highest, lowest, leader, laggard (codes), rank (of the mean
             among the groups of its grouping), change (of the mean since the first year)
    members  a row a grouping, group and region of the last year: grouping, group, title, region, score, low, high,
             rank, place (within the group)
    weight   indicator the weighted mean is weighted by, "" where there is none
    recipe   how it was made
    panel    names regions and groupings
    """

    frame: pd.DataFrame
    members: pd.DataFrame
    weight: str
    recipe: Recipe
    panel: Panel

    @property
    def groupings(self) -> list[str]:
        """Ids of the groupings, in order."""
        return list(dict.fromkeys(self.frame["grouping"]))

    @property
    def last(self) -> pd.DataFrame:
        """The rows of the last year."""
        last: pd.DataFrame = self.frame[self.frame["year"] == self.frame["year"].max()]
        return last.reset_index(drop=True)

    def tables(self) -> dict[str, Table]:
        """One table a grouping for the last year; then all years; then the members."""
        found = {name: self._table(name) for name in self.groupings}
        years = Text("各组各年", "Groups by year")
        shown = self._with_names(self.frame)
        found["years"] = Table(shown, (_GROUPING, _TITLE, _YEAR, *self._columns()), years, note=self._note())
        members = Text("各组成员", "Members of each group")
        found["members"] = Table(named(self.members, self.panel.places), _MEMBERS, members, note=_OVERLAP)
        return found

    def _table(self, grouping: str) -> Table:
        rows = self.last[self.last["grouping"] == grouping].sort_values("rank", kind="stable").reset_index(drop=True)
        year = int(rows["year"].iloc[0])
        what = grouping_title(self.panel, grouping)
        title = Text("{what}：{year} 年记分卡", "{what}: scorecard {year}").fill(what=what, year=year)
        return Table(self._with_names(rows), (_TITLE, *self._columns()), title, note=self._note())

    def _with_names(self, rows: pd.DataFrame) -> pd.DataFrame:
        places = self.panel.places
        out = rows.copy()
        titles = {name: grouping_title(self.panel, name) for name in self.groupings}
        out["grouping_name"] = pd.Series([titles[name] for name in rows["grouping"]], index=rows.index, dtype=object)
        for who in ("leader", "laggard"):
            out[f"{who}_name"] = pd.Series(
                [name_of(places, code) for code in rows[who]], index=rows.index, dtype=object
            )
        return out

    def _columns(self) -> tuple[Column, ...]:
        if not self.weight:
            return tuple(c for c in _COLUMNS if c.id != "weighted")
        label = Text("加权均值（{what}）", "mean weighted by {what}").fill(what=self.panel.indicators[self.weight].name)
        return tuple(Column("weighted", label, style="index") if c.id == "weighted" else c for c in _COLUMNS)

    def _note(self) -> Text:
        first = int(self.frame["year"].min())
        return Text(
            f"“离散”为组内得分的标准差；“变化”为与 {first} 年相比均值的增减。{_OVERLAP.zh}",
            f"Spread is the standard deviation of the scores inside the group; change is that of the mean since {first}. {_OVERLAP.en}",
        )

    def summary(self, lang: Lang | None = None) -> str:
        """For each grouping, which group leads, which is last, where the spread is widest."""
        return "\n".join(self._said(name).say(lang) for name in self.groupings)

    def _said(self, grouping: str) -> Text:
        rows = self.last[self.last["grouping"] == grouping].dropna(subset=["mean"]).sort_values("rank", kind="stable")
        wide = rows.sort_values("spread", ascending=False, kind="stable").iloc[0]
        parts = [
            Text(
                "{what}：{first}均值最高（{top:.3f}），{last}最低（{bottom:.3f}）",
                "{what}: the mean of {first} is highest ({top:.3f}), that of {last} lowest ({bottom:.3f})",
            ).fill(
                what=grouping_title(self.panel, grouping),
                first=rows["title"].iloc[0],
                top=rows["mean"].iloc[0],
                last=rows["title"].iloc[-1],
                bottom=rows["mean"].iloc[-1],
            )
        ]
        if rows["change"].notna().any() and self.frame["year"].nunique() > 1:
            riser = rows.sort_values("change", ascending=False, kind="stable").iloc[0]
            gained = Text("{who}提高最多（{change}）", "{who} gained most ({change})")
            parts.append(gained.fill(who=riser["title"], change=signed(riser["change"])))
        parts.append(Text("{who}内部差距最大", "differences are widest inside {who}").fill(who=wide["title"]))
        return Text("；".join(p.zh for p in parts) + "。", "; ".join(p.en for p in parts) + ".")

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Mean of each group of the first grouping in the last year, from its lowest to its highest member."""
        from xinzhi.chart import ranking

        rows = self.last[self.last["grouping"] == self.groupings[0]].reset_index(drop=True)
        year = int(rows["year"].iloc[0])
        return ranking(
            list(rows["title"]),
            rows["mean"].to_numpy(dtype=float),
            low=rows["lowest"].to_numpy(dtype=float),
            high=rows["highest"].to_numpy(dtype=float),
            axis=Text(
                "组内均值；线段为最低到最高的成员", "mean of the group; the line runs from lowest to highest member"
            ),
            title=Text("{what}，{year} 年", "{what}, {year}").fill(
                what=grouping_title(self.panel, self.groupings[0]), year=year
            ),
            numbers=True,
            lang=lang,
        )


def scorecards(
    index: Scored,
    panel: Panel,
    *,
    audit: Any | None = None,
    by: Sequence[str] = ("plates", "strategies"),
    weight: str | None = "population",
) -> ScorecardResult:
    """How the groups of each grouping in `by` stand, in every year that is scored.

    index   any result whose frame has region, year, score, low, high, rank
    panel   gives the places with their groupings, and the weight
    audit   an AuditResult of the same index: gives each mean its interval
    by      ids of groupings; groups may overlap and need not hold every region
    weight  indicator of the panel for the weighted mean; None gives none, and one the panel lacks is said in the recipe
    """
    if not by:
        raise UsageError("by 至少要有一个分组方案", "`by` needs at least one grouping", code="430")
    used = weight if weight and weight in panel.columns else ""
    scores = index.frame[["region", "year", "score", "low", "high", "rank"]].copy()
    weights = panel.frame[used] if used else pd.Series(np.nan, index=panel.frame.index)
    scores["weight"] = weights.reindex(pd.MultiIndex.from_frame(scores[["region", "year"]])).to_numpy()
    regions = [str(r) for r in dict.fromkeys(scores["region"])]
    groupings = [Groups.of(panel, name, regions) for name in by]
    frame = pd.DataFrame([row for g in groupings for row in rows(g, scores, Draws.of(audit))])
    if not comparable(index):
        frame["change"] = np.nan
    frame["rank"] = frame.groupby(["grouping", "year"])["mean"].rank(ascending=False, method="min")
    inside = pd.concat([members(g, scores) for g in groupings], ignore_index=True)
    recipe = Recipe(
        method="xinzhi.study.scorecards",
        title=Text("分组记分卡", "scorecards of groups"),
        parameters={"by": list(by), "weight": used, **drawn_by(audit)},
        formula=_FORMULA,
        data=index.recipe.data,
        seed=index.recipe.seed,
        assumptions=(*_assumed(groupings, weight, used, panel), *(() if comparable(index) else (OWN_YARDSTICK,))),
        python=f"xinzhi.study.scorecards(index, panel, by={list(by)!r}" + (")" if audit is None else ", audit=audit)"),
        cli="xinzhi run",
    )
    return ScorecardResult(frame, inside, used, recipe, panel)


def grouping_title(panel: Panel, grouping: str) -> Text:
    """What a grouping is called."""
    title: Text = panel.places.grouping(grouping).title
    return title


def _assumed(groupings: Sequence[Groups], asked: str | None, used: str, panel: Panel) -> tuple[Text, ...]:
    said = []
    if asked and not used:
        said.append(
            Text(f"面板没有 {asked}，未计算加权均值", f"the panel has no {asked}; no weighted mean was computed")
        )
    note = panel.indicators[used].remark if used else Text("", "")
    if note.zh:
        said.append(Text(f"加权所用指标：{note.zh}", f"about the weight: {note.en}"))
    overlapping = [g.title for g in groupings if g.overlap]
    if overlapping:
        said.append(
            Text("{which}的成员有重叠，各组不能相加", "groups of {which} overlap and do not add up").fill(
                which=listed(overlapping)
            )
        )
    for each in groupings:
        for group, codes in each.partly.items():
            if codes:
                names = listed([name_of(panel.places, code) for code in codes])
                whole = Text(
                    "{group}只包括{names}的一部分，因面板按整个地区给出，此处按整个地区计",
                    "{group} holds only a part of {names}; the panel has the whole, which is counted here",
                )
                said.append(whole.fill(group=each.titles[group], names=names))
    return tuple(said)


_OVERLAP = Text("同一地区可以同时属于几个组。", "A region may belong to several groups.")
_GROUPING = Column("grouping_name", Text("分组方案", "grouping"), style="text")
_TITLE = Column("title", Text("组", "group"), style="text")
_YEAR = Column("year", Text("年份", "year"), style="year")
_COLUMNS = (
    Column("scored", Text("成员数", "members"), style="count"),
    Column("mean", Text("均值", "mean"), style="index", low="low", high="high"),
    Column("weighted", Text("加权均值", "weighted mean"), style="index"),
    Column("rank", Text("位次", "rank"), style="rank"),
    Column("change", Text("变化", "change"), style="signed"),
    Column("spread", Text("离散", "spread"), style="index"),
    Column("leader_name", Text("领先", "leader"), style="text"),
    Column("highest", Text("最高", "highest"), style="index"),
    Column("laggard_name", Text("落后", "laggard"), style="text"),
    Column("lowest", Text("最低", "lowest"), style="index"),
)
_MEMBERS = (
    Column("title", Text("组", "group"), style="text"),
    Column("name", Text("地区", "region"), style="text"),
    Column("place", Text("组内位次", "place in the group"), style="rank"),
    Column("score", Text("得分", "score"), style="index", low="low", high="high"),
    Column("rank", Text("总位次", "rank among all"), style="rank"),
)
