"""Chains of two stages in regions: research turns money and people into knowledge, the market turns knowledge into products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from xinzhi.atlas import Grouping, map_option, shapes_for
from xinzhi.base.calls import python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.labels import REGION, YEAR, listed, name_of, named
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.calls import tfp_line
from xinzhi.productivity.envelopment.network import two_stage
from xinzhi.productivity.grouped import By, outside, stated
from xinzhi.productivity.grouped import grouping as grouped
from xinzhi.productivity.inputs.catalogue import chain_preset
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.inputs.face import inputs as made_inputs
from xinzhi.productivity.tfp.models import RTS
from xinzhi.productivity.tfp.words import told as paragraphs
from xinzhi.productivity.tfp.words import warned

NAMED = 3
MOST = 40  # regions that a ranking can name
SCORES = ("overall", "first", "second")
DECOMPOSITIONS = {
    "product": Text("总效率为两阶段之积（Kao 与 Hwang 2008）", "the product of the stages (Kao & Hwang 2008)"),
    "mean": Text("总效率为两阶段加权平均（Chen 等 2009）", "the weighted mean of the stages (Chen et al. 2009)"),
}


@dataclass(frozen=True)
class ChainResult(Result):
    """Efficiency of a chain of two stages.

    frame     a row a region and year: region, year, overall, first, second (stage efficiencies), first_low and first_high (the
              range that the same overall score allows), share (weight of the first stage in the mean, NaN for the product), status
    by_group  a row a group and year: group, year, n, overall, first, second (means)
    grouping  the groups
    data      its variables have the roles input, link and good
    decomposition, technology
    told      the choices in a sentence
    recipe
    """

    frame: pd.DataFrame
    by_group: pd.DataFrame
    grouping: Grouping
    data: InputsResult
    decomposition: str
    technology: str
    told: Text
    recipe: Recipe

    @property
    def title(self) -> Text:
        """What it is called."""
        years = self.data.span
        return Text(f"{years} 年两阶段效率", f"Efficiency of two stages, {years}")

    @property
    def apart(self) -> Text:
        """What tells it from another result of its kind."""
        comes = listed([v.name for v in self.data.of("good")])
        return Text(f"到{comes.zh}，{DECOMPOSITIONS[self.decomposition].zh}", f"to {comes.en}, {DECOMPOSITIONS[self.decomposition].en}")  # fmt: skip

    @property
    def last(self) -> pd.DataFrame:
        """The rows of the last year that have a score, best first."""
        rows = self.frame[self.frame["year"] == self.data.years[-1]].dropna(subset=["overall"])
        return rows.sort_values("overall", ascending=False, kind="stable")

    def tables(self) -> dict[str, Table]:
        """`stages` of the last year, `years` (means), `groups`, `scores` of all years, and the inputs."""
        given, places, names = self.data.tables(), self.data.panel.places, self.grouping.names()
        goes, between, comes = (listed([v.name for v in self.data.of(r)]) for r in ("input", "link", "good"))
        note = Text(
            f"第一阶段：{goes.zh} → {between.zh}；第二阶段：{between.zh} → {comes.zh}。{self.told.zh}。{self.data.basis.zh}",
            f"First stage: {goes.en} → {between.en}; second stage: {between.en} → {comes.en}. {self.told.en[0].upper()}{self.told.en[1:]}. {self.data.basis.en}".strip(),
        )
        groups = self.by_group.copy()
        groups.insert(0, "group_name", [names[str(g)] for g in groups["group"]])
        years = self.frame.groupby("year", as_index=False)[list(SCORES)].mean()
        last = self.data.years[-1]

        def of(zh: str, en: str) -> Text:
            return Text(f"{self.title.zh}：{zh}", f"{self.title.en}: {en}")

        return {
            "stages": Table(named(self.last, places), (REGION, *_COLUMNS), of(f"{last} 年", str(last)), note=note),
            "years": Table(years, (YEAR, *_COLUMNS), of("逐年均值", "means by year"), note=note),
            "groups": Table(groups, (_GROUP, YEAR, _N, *_COLUMNS), of("分组均值", "means of groups"), note=note),
            "scores": Table(named(self.frame, places), (REGION, YEAR, *_COLUMNS), of("得分", "scores"), note=note),
            "inputs": given["inputs_by_year"],
            "sources": given["sources"],
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Which stage is the bottleneck, for how many regions, and who leads."""
        spoken, rows = lang or language(), self.last
        behind = rows["second"] < rows["first"]

        def who(column: str) -> Text:
            top = rows.sort_values(column, ascending=False, kind="stable").head(NAMED)
            return listed([name_of(self.data.panel.places, str(c)) for c in top["region"]])

        means = {name: write_number(float(rows[name].mean()), "index") for name in SCORES}
        said = Text(
            "{year} 年 {n} 个地区的平均总效率为 {overall}，第一阶段 {first}，第二阶段 {second}；短板在第二阶段的有 {k} 个，在第一阶段的有 {j} 个；第一阶段领先的是{a}，第二阶段领先的是{b}。",
            "In {year} the mean overall efficiency of {n} regions was {overall}, {first} in the first stage and {second} in the second; the second stage was the weaker for {k}, the first for {j}; {a} led the first stage, {b} the second.",
        ).fill(
            year=self.data.years[-1],
            n=len(rows),
            **means,
            k=int(behind.sum()),
            j=int((rows["second"] > rows["first"]).sum()),
            a=who("first"),
            b=who("second"),
        )
        told = self.told
        basis = Text(f"口径：{told.zh}。{self.data.basis.zh}", f"Basis: {told.en}. {self.data.basis.en}".strip())
        return paragraphs((said, warned(self.recipe)), basis, spoken)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Regions in order of overall efficiency in the last year."""
        from xinzhi.chart import ranking

        rows = self.last
        return ranking(
            [name_of(self.data.panel.places, str(c)) for c in rows["region"]],
            rows["overall"].to_numpy(dtype=float),
            keys=[str(c) for c in rows["region"]],
            axis=Text("总效率（0–1）", "overall efficiency (0–1)"),
            limit=MOST,
            numbers=True,
            title=Text(
                f"{self.data.years[-1]} 年两阶段总效率", f"Overall efficiency of two stages, {self.data.years[-1]}"
            ),
            note=self.data.proxies,
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The map of overall efficiency in the last year; None where the places have no boundaries."""
        from xinzhi.chart import classes

        shapes, rows = shapes_for(self.data.panel.places, self.data.regions), self.last
        every = [float(v) for v in self.frame["overall"].dropna()]
        if shapes is None or not every:
            return None
        return map_option(
            shapes,
            {str(c): float(e) for c, e in zip(rows["region"], rows["overall"], strict=True)},
            classes(every),
            legend_title=Text("总效率", "overall efficiency"),
            title=Text(
                f"{self.data.years[-1]} 年两阶段总效率", f"Overall efficiency of two stages, {self.data.years[-1]}"
            ),
            note=self.data.proxies,
            lang=lang,
        )


def chain(
    panel: Panel,
    preset: str = "innovation",
    *,
    inputs: Sequence[str] | None = None,
    links: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    decomposition: str = "product",
    priority: str = "first",
    technology: str = "global",
    rts: str = "crs",
    lags: Sequence[int] = (0, 0),
    by: By = None,
    **options: Any,
) -> ChainResult:
    """Efficiency of a chain whose first stage turns inputs into links and whose second turns links into outputs.

    preset          innovation (R&D → patents and papers → new products) or transfer (→ technology sold)
    inputs, links, outputs   instead of the preset's, written as those of `inputs`
    decomposition   product (Kao & Hwang 2008) or mean (Chen et al. 2009)
    priority        which stage gets the higher of several possible efficiencies: first or second
    technology      global: all years pooled; contemporaneous: each year its own
    rts             crs, or vrs with the weighted mean
    lags            years that research needs for its links, and the market for its outputs: with (1, 2) inputs of 2015 make
                    links of 2016 and outputs of 2018, under which year the score stands
    by              a grouping for means
    options         of `inputs` that are not variables: deflator, base_year, years, regions, nominal …

    Raises UsageError or DataError in one
    sentence.
    """
    usual = chain_preset(preset)
    choice(Text("技术参照", "technology"), technology, Literal["global", "contemporaneous"])
    goes, between, comes = (
        tuple(default if given is None else given)
        for given, default in ((inputs, usual.inputs), (links, usual.links), (outputs, usual.outputs))
    )
    if not between:
        raise UsageError("没有给出中间产出 links", "no links between the stages are given", code="950")
    research, market = _lags(lags)
    later = {**dict.fromkeys(goes, research + market), **dict.fromkeys(between, market)}
    data = made_inputs(
        panel, inputs=[*goes, *between], good=comes, bad=[], lags={k: v for k, v in later.items() if v}, **options
    )
    data = replace(
        data, roles={**data.roles, **dict.fromkeys((v.id for v in data.variables[len(goes) :][: len(between)]), "link")}
    )
    grouping = grouped(data.panel, by, data.regions)
    frame, notes = _frame(data, decomposition, priority, technology, rts)
    how = DECOMPOSITIONS[decomposition]
    wide = Text("全局前沿", "global frontier") if technology == "global" else Text("当期前沿", "frontier of each year")
    late = _late(research, market)
    told = Text(
        f"{how.zh}，{wide.zh}，{RTS[rts].zh}{late.zh}",
        f"overall efficiency is {how.en}, {wide.en}, {RTS[rts].en}{late.en}",
    )
    plain = {k: v for k, v in data.stated.items() if k not in ("inputs", "good", "bad", "lags")}
    chosen = {
        "inputs": inputs, "links": links, "outputs": outputs, "decomposition": decomposition, "priority": priority,
        "technology": technology, "rts": rts, "lags": tuple(lags), "by": stated(data.panel, by or grouping.id),
    }  # fmt: skip
    recipe = _recipe(data, preset, {**unusual(chain, chosen), **plain}, (told, *data.assumptions, *notes, *outside(data.panel, grouping, data.regions)))  # fmt: skip
    return ChainResult(frame, _groups(frame, grouping, data), grouping, data, decomposition, technology, told, recipe)


def _lags(lags: Any) -> tuple[int, int]:
    fine = isinstance(lags, Sequence) and not isinstance(lags, str) and len(lags) == 2
    if not fine or any(isinstance(v, bool) or not isinstance(v, int) or v < 0 for v in lags):
        raise UsageError(
            f"lags={lags!r} 应为两个非负整数，如 (1, 2)：研发到中间产出、中间产出到市场各需几年",
            f"lags={lags!r} must be two whole numbers, not negative, such as (1, 2): the years from research to links and from links to the market",
            code="973",
        )
    return lags[0], lags[1]


def _late(research: int, market: int) -> Text:
    """What lags say; nothing without them."""
    if not research and not market:
        return Text("", "")
    return Text(
        f"，投入到中间产出滞后 {research} 年，中间产出到最终产出滞后 {market} 年，年份为最终产出的年份",
        f", links {research} year{'s' * (research != 1)} after inputs, outputs {market} year{'s' * (market != 1)} after links, years are those of outputs",
    )


def _frame(
    data: InputsResult, decomposition: str, priority: str, technology: str, rts: str
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    x, z, y = (data.array(role) for role in ("input", "link", "good"))
    T, n = x.shape[:2]
    blocks = [list(range(T))] if technology == "global" else [[t] for t in range(T)]
    rows, notes = [], dict[Text, None]()
    for part in blocks:
        flat = [v[part].reshape(len(part) * n, -1) for v in (x, z, y)]
        found = two_stage(flat[0], flat[1], flat[2], decomposition, priority, rts)
        notes |= dict.fromkeys(note for note in found.notes if "位置" not in note.zh)
        rows.append(
            pd.DataFrame(
                {
                    "region": data.regions * len(part), "year": np.repeat([data.years[t] for t in part], n),
                    "overall": found.overall, "first": found.first, "second": found.second,
                    "first_low": found.first_range[:, 0], "first_high": found.first_range[:, 1],
                    "share": found.share, "status": found.status,
                }
            )
        )  # fmt: skip
    return pd.concat(rows).sort_values(["region", "year"], kind="stable", ignore_index=True), tuple(notes)


def _groups(frame: pd.DataFrame, grouping: Grouping, data: InputsResult) -> pd.DataFrame:
    member, rows = grouping.membership(data.regions), []
    for j, group in enumerate(grouping.ids):
        inside = [c for c, row in zip(data.regions, member, strict=True) if row[j]]
        for year, block in frame[frame["region"].isin(inside)].groupby("year"):
            rows.append({"group": group, "year": year, "n": len(block), **{s: block[s].mean() for s in SCORES}})
    return pd.DataFrame(rows, columns=["group", "year", "n", *SCORES])


def _recipe(data: InputsResult, preset: str, chosen: Mapping[str, Any], assumed: tuple[Text, ...]) -> Recipe:
    return Recipe(
        method="xinzhi.productivity.chain",
        title=Text("两阶段效率", "efficiency of two stages"),
        parameters={
            "preset": preset, **{role: [v.id for v in data.of(role)] for role in ("input", "link", "good")},
            **{name: chosen.get(name, usual) for name, usual in _USUAL.items()}, "base_year": data.base, "years": data.years,
        },
        formula="max u·y / v·x subject to w·z ≤ v·x, u·y ≤ w·z; E = E₁E₂",
        sources=(
            "Kao & Hwang (2008), EJOR 185", "Chen, Cook, Li & Zhu (2009), EJOR 196", f"{chain_preset(preset).basis.zh} / {chain_preset(preset).basis.en}",
        ),
        data=data.recipe.data,
        assumptions=assumed,
        python=python_line("productivity.chain", (preset,), chosen),
        cli=tfp_line("chain", {"preset": preset, **chosen}, data.panel),
    )  # fmt: skip


_USUAL = {"decomposition": "product", "priority": "first", "technology": "global", "rts": "crs", "lags": (0, 0)}
_GROUP = Column("group_name", Text("组", "group"), style="text")
_N = Column("n", Text("地区数", "regions"), style="count")
_COLUMNS = (
    Column("overall", Text("总效率", "overall"), style="index"),
    Column("first", Text("第一阶段", "first stage"), style="index"),
    Column("second", Text("第二阶段", "second stage"), style="index"),
)
