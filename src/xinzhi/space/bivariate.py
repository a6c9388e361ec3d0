"""Whether one figure here goes with another one next door: the bivariate Moran over the years and its local clusters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.numbers import write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import REGION, YEAR, listed, measure_name, name_of, named, spanned
from xinzhi.space.association import bivariate_moran, false_discovery
from xinzhi.space.clustering import KINDS, cluster_map
from xinzhi.space.local import LocalMoran, local_bivariate_moran
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

_READ = Text(
    "I 为正表示本地区的前一指标高，邻居的后一指标也高；p 为双侧置换检验的伪概率，置换后一指标。相关不等于影响。",
    "A positive I means that where the first figure is high here, the second is high next door; p is the two-sided pseudo probability of permuting the second. Association is not influence.",
)
_LOCAL = Text(
    "高–高：本地区的前一指标高，邻居的后一指标也高；低–高：本地区低而邻居高；其余类推。p 为条件置换的伪概率，多重检验校正见“FDR”列。",
    "High–high: the first figure is high here and the second high next door; low–high: low here, high next door; and so on. p is the pseudo probability of conditional permutation; the column FDR corrects for many tests.",
)
_YES, _NO = Text("是", "yes"), Text("否", "no")


@dataclass(frozen=True)
class BivariateResult(Result):
    """Bivariate spatial association of two figures.

    frame    a row a year: year, n, moran, expected, z, p; the last three by permutation of the second figure
    local    a row a region of the last year: region, value (first figure here), around (neighbours' mean of the second), both
             standardised; statistic, p, cluster, fdr (whether significant under false-discovery control)
    of, other  the first and the second figure
    weights  the weights used
    panel, year, recipe
    """

    frame: pd.DataFrame
    local: pd.DataFrame
    of: Text
    other: Text
    weights: Weights
    panel: Panel
    year: int
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`moran` by year, `lisa` of the last year."""
        both = Text(f"{self.of.zh}与邻居{self.other.zh}", f"{self.of.en} and neighbours' {self.other.en}")
        here = named(self.local, self.panel.places)
        here.insert(1, "kind", [KINDS[str(k)] for k in here["cluster"]])
        here.insert(2, "kept", [_YES if kept else _NO for kept in here["fdr"]])
        span = spanned(int(self.frame["year"].iloc[0]), self.year)
        return {
            "moran": Table(
                self.frame,
                _GLOBAL,
                Text(f"{span} 年{both.zh}的双变量空间关联", f"Bivariate association of {both.en}, {span}"),
                note=_READ,
            ),
            "lisa": Table(
                here.sort_values("statistic", ascending=False),
                _LISA,
                Text(
                    f"{self.year} 年{both.zh}的局部空间关联", f"Local bivariate association of {both.en}, {self.year}"
                ),
                note=_LOCAL,
            ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """How strong it is, since when, and where."""
        spoken = lang or language()
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]

        def members(kind: str) -> Text:
            rows = self.local[self.local["cluster"] == kind].sort_values("p", kind="stable")
            return listed([name_of(self.panel.places, str(c)) for c in rows["region"]], 12)

        verdict = (
            Text("没有显著的关联", "no significant association")
            if not end["p"] < 0.05
            else Text("显著同向", "significant, the same way")
            if end["moran"] > 0
            else Text("显著反向", "significant, opposite ways")
        )
        before = (
            Text("；{year} 年为 {i}", "; in {year} it was {i}").fill(
                year=int(begin["year"]), i=write_number(begin["moran"], "index")
            )
            if begin["year"] < end["year"]
            else Text("", "")
        )
        parts = [
            Text(
                "{year} 年本地区{of}与邻居{other}的双变量莫兰指数为 {i}（{p}），{verdict}{before}。",
                "In {year} the bivariate Moran's I of {of} here and {other} next door was {i} ({p}): {verdict}{before}.",
            ).fill(year=self.year, of=self.of, other=self.other, i=write_number(end["moran"], "index"), p=write_p(end["p"]), verdict=verdict, before=before),
            Text("高–高：{hh}；低–低：{ll}；低–高：{lh}；高–低：{hl}。", "High–high: {hh}; low–low: {ll}; low–high: {lh}; high–low: {hl}.").fill(
                hh=members("high-high"), ll=members("low-low"), lh=members("low-high"), hl=members("high-low")
            ),
            Text("经错误发现率（FDR）校正后仍显著的有 {k} 个地区。", "{k} regions stand under false-discovery control.").fill(k=int(self.local["fdr"].sum())),
        ]  # fmt: skip
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The bivariate Moran scatter of the last year."""
        from xinzhi.chart import scatter

        return scatter(
            [name_of(self.panel.places, str(c)) for c in self.local["region"]],
            self.local["value"].to_numpy(dtype=float),
            self.local["around"].to_numpy(dtype=float),
            x_axis=Text(f"本地区{self.of.zh}（标准化）", f"{self.of.en} here (standardised)"),
            y_axis=Text(f"邻居平均{self.other.zh}（标准化）", f"{self.other.en} next door (standardised)"),
            keys=[str(c) for c in self.local["region"]],
            highlight=[str(c) for c in self.local.loc[self.local["cluster"] != "", "region"]],
            quadrants=(0.0, 0.0),
            quadrant_names=[KINDS[k] for k in ("high-high", "low-high", "low-low", "high-low")],
            fit=True,
            title=Text(f"{self.year} 年双变量莫兰散点图", f"Bivariate Moran scatter, {self.year}"),
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The clusters of the last year; None where the places have no boundaries."""
        title = Text(
            f"{self.year} 年{self.of.zh}与邻居{self.other.zh}的局部集聚",
            f"Local clusters of {self.of.en} and neighbours' {self.other.en}, {self.year}",
        )
        return cluster_map(self.panel, self.local, title, lang)


def bivariate(
    panel: Panel,
    of: str,
    other: str,
    *,
    weights: str | Weights | Any = "contiguity",
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    permutations: int = 999,
    seed: int = 0,
    alpha: float = 0.05,
) -> BivariateResult:
    """Whether `of` here goes with `other` next door, over the years and region by region in the last one.

    of, other    indicators or formulas
    weights      a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    level        the level behind economic distance, such as `gdp / population`
    permutations draws for global and local inference

    Source: Anselin, Syabri & Smirnov (2002).
    """
    data = placed(panel, balanced(panel, [i for i in (of, other, level) if i is not None], years, regions))
    w = weights_for(panel, data.regions, weights, None if level is None else data[level])
    x, y = data[of], data[other]
    rows = [_global(year, a, b, w, permutations, seed) for year, a, b in zip(data.years, x, y, strict=True)]
    one = local_bivariate_moran(x[-1], y[-1], w, permutations, seed, alpha=alpha)
    given = {"weights": written(weights), "level": level, "permutations": permutations, "seed": seed, "alpha": alpha}
    chosen = unusual(bivariate, {**given, **data.asked})
    return BivariateResult(
        pd.DataFrame(rows),
        _local(data.regions, x[-1], y[-1], one),
        measure_name(panel, of),
        measure_name(panel, other),
        w,
        panel,
        data.years[-1],
        Recipe(
            method="xinzhi.space.bivariate",
            title=Text("双变量空间关联", "bivariate spatial association"),
            parameters={"of": of, "other": other, "weights": weights if isinstance(weights, str) else w.rule.en, "transform": w.transform, "years": list(data.years), "permutations": permutations, "alpha": alpha},
            formula="I = n/S0 · Σ zx_i w_ij zy_j / √(Σzx² Σzy²); I_i = zx_i·Σ w_ij zy_j",
            sources=("Anselin, Syabri & Smirnov (2002)",),
            data={panel.name: panel.hash},
            seed=seed,
            assumptions=(*data.assumptions, stated(w)),
            python=python_line("space.bivariate", (of, other), chosen),
            cli=command_line("space --what bivariate", (of,), {"factors": [other], **chosen}, ("factors", "weights", "level", "years", "permutations", "seed"), bundled_name(panel)),
        ),
    )  # fmt: skip


def _global(year: int, x: Array, y: Array, w: Weights, permutations: int, seed: int) -> dict[str, float]:
    found = bivariate_moran(x, y, w, permutations, seed)
    return {
        "year": year,
        "n": found.n,
        "moran": found.statistic,
        "expected": found.expected,
        "z": found.z,
        "p": found.p,
    }


def _local(regions: Iterable[str], x: Array, y: Array, one: LocalMoran) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": list(regions),
            "value": (x - x.mean()) / np.std(x),
            "around": one.lag / np.std(y),
            "statistic": one.statistic,
            "p": one.p,
            "cluster": one.cluster,
            "fdr": false_discovery(one.p, one.alpha),
        }
    )


_GLOBAL = (
    YEAR,
    Column("n", Text("地区数", "regions"), style="count"),
    Column("moran", Text("双变量莫兰指数 I", "bivariate Moran's I"), style="index"),
    Column("z", Text("z 值", "z"), style="number"),
    Column("p", Text("p（置换）", "p (permutation)"), style="p"),
)
_LISA = (
    REGION,
    Column("kind", Text("类型", "kind"), style="text"),
    Column("value", Text("本地区（标准化）", "here (standardised)"), style="number", digits=2),
    Column("around", Text("邻居平均（标准化）", "next door (standardised)"), style="number", digits=2),
    Column("statistic", Text("局部 Iᵢ", "local Iᵢ"), style="number", digits=3),
    Column("p", Text("p", "p"), style="p"),
    Column("kept", Text("FDR 后仍显著", "significant under FDR"), style="text"),
)
