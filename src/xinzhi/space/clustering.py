"""Whether like meets like: global association over the years and local clusters of one year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import map_option, shapes_for
from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.numbers import write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import REGION, YEAR, digits_of, listed, measure_name, name_of, named, spanned, unit_of
from xinzhi.space.association import false_discovery, geary, moran
from xinzhi.space.lisa_transitions import lisa_transitions
from xinzhi.space.local import LocalMoran, getis_ord, local_moran
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

KINDS: dict[str, Text] = {
    "high-high": Text("高–高集聚", "high–high"),
    "low-low": Text("低–低集聚", "low–low"),
    "low-high": Text("低–高异常", "low–high outlier"),
    "high-low": Text("高–低异常", "high–low outlier"),
    "": Text("不显著", "not significant"),
}
_COLOURS = ("#54278f", "#b35806", "#fdc57f", "#c3bcdc", "#f4f2f0")
_READ = Text(
    "莫兰指数为正表示高值与高值、低值与低值相邻；|z| > 1.96 时在 5% 水平显著。p 为置换检验的伪概率。Geary C 小于 1 为正相关，其 z 以正相关为正。",
    "A positive Moran's I means that like lies next to like; |z| > 1.96 is significant at 5 %. p is the pseudo probability of permutation. Geary's C below 1 is positive association, for which its z is positive.",
)
_LOCAL = Text(
    "高–高：自身与邻居都高；低–低：都低；高–低与低–高为异常。p 为条件置换的伪概率，多重检验未经校正者请看“FDR”列。",
    "High–high: a region and its neighbours are high; low–low: both low; the others are outliers. p is the pseudo probability of conditional permutation; the column FDR corrects for testing many regions.",
)


_YES, _NO = Text("是", "yes"), Text("否", "no")
_NAMED = 12  # members of a cluster that a sentence names


@dataclass(frozen=True)
class ClusteringResult(Result):
    """Spatial association of one figure.

    frame       a row a year: year, n, moran, expected, z, p (permutation), p_normal, geary, geary_z
    local       a row a region and year: region, year, value, lag, statistic, p, cluster, fdr (cluster under false-discovery
                control), g_star (z of Gi*), g_cluster; years are those asked for in `local_years`
    transitions counts of moves between quadrants, (4, 4) over all neighbouring years, high-high, low-high, low-low, high-low
    weights     the weights used
    of, panel_places, last, recipe
    """

    frame: pd.DataFrame
    local: pd.DataFrame
    transitions: Array
    weights: Weights
    of: Text
    panel: Panel
    year: int
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`moran` by year, `lisa` of the last local year, `transitions` between quadrants where there are two years."""
        span = spanned(int(self.frame["year"].iloc[0]), int(self.frame["year"].iloc[-1]))
        here = named(self.local[self.local["year"] == self.year], self.panel.places)
        here.insert(1, "kind", [KINDS[str(k)] for k in here["cluster"]])
        here.insert(2, "kept", [_YES if kept else _NO for kept in here["fdr"]])
        value = Column(
            "value",
            Text("数值", "value"),
            unit_of(self.panel, str(self.recipe.parameters["of"])),
            digits=digits_of(here["value"]),
        )
        local = tuple(value if c.id == "value" else c for c in _LISA)
        quadrants = [KINDS[k] for k in ("high-high", "low-high", "low-low", "high-low")]
        moves = pd.DataFrame(self.transitions, columns=["q1", "q2", "q3", "q4"])
        moves.insert(0, "name", quadrants)
        columns = (
            Column("name", Text("期初象限", "quadrant now"), style="text"),
            *(Column(f"q{k + 1}", q, style="count") for k, q in enumerate(quadrants)),
        )
        made = {
            "moran": Table(
                self.frame,
                _GLOBAL,
                Text(
                    f"{span} 年{self.of.zh}的全局空间关联",
                    f"Global association of {self.of.en}, {span}",
                ),
                note=_READ,
            ),
            "lisa": Table(
                here.sort_values("statistic", ascending=False),
                local,
                Text(f"{self.year} 年{self.of.zh}的局部空间关联", f"Local association of {self.of.en}, {self.year}"),
                note=_LOCAL,
            ),
            "transitions": Table(
                moves,
                columns,
                Text(
                    f"{span} 年莫兰散点象限的转移次数",
                    f"Moves between quadrants of the Moran scatter, {span}",
                ),
                note=Text(
                    "行为期初象限，列为下一期象限；对角线为未移动的次数，年份有缺口处不计。",
                    "Rows are the quadrant now, columns a period later; the diagonal counts stays, gaps in the years are not counted.",
                ),
            ),
        }
        if len(self.frame) < 2:
            del made["transitions"]
        return made

    def summary(self, lang: Lang | None = None) -> str:
        """How strong association is, whether it grew, and who clusters."""
        spoken = lang or language()
        begin, end = self.frame.iloc[0], self.frame.iloc[-1]
        here = self.local[self.local["year"] == self.year]

        def members(kind: str) -> Text:
            rows = here[here["cluster"] == kind].sort_values("p", kind="stable")
            return listed([name_of(self.panel.places, str(c)) for c in rows["region"]], _NAMED)

        verdict = (
            Text("显著的正向空间集聚", "significant positive clustering")
            if end["p"] < 0.05 and end["moran"] > 0
            else Text("显著的负向空间关联", "significant negative association")
            if end["p"] < 0.05
            else Text("没有显著的空间关联", "no significant association")
        )
        j = write_number(begin["moran"], "index")
        before = (
            Text(f"；{int(begin['year'])} 年为 {j}", f"; in {int(begin['year'])} it was {j}")
            if begin["year"] < end["year"]
            else Text("", "")
        )
        parts = [
            Text(
                "{last} 年{of}的莫兰指数为 {i}（z = {z}，{p}），{verdict}{before}。",
                "In {last} Moran's I of {of} was {i} (z = {z}, {p}): {verdict}{before}.",
            ).fill(last=int(end["year"]), before=before, of=self.of, i=write_number(end["moran"], "index"), z=write_number(end["z"], "number"), p=write_p(end["p"]), verdict=verdict),
            Text("{year} 年高–高集聚：{hh}；低–低集聚：{ll}。", "In {year} high–high: {hh}; low–low: {ll}.").fill(year=self.year, hh=members("high-high"), ll=members("low-low")),
            self._kept(here),
        ]  # fmt: skip
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def _kept(self, here: pd.DataFrame) -> Text:
        """How many local results stand once many tests are allowed for."""
        count, kept = int((here["cluster"] != "").sum()), int(here["fdr"].sum())
        if not count:
            return Text("没有地区在 5% 水平显著。", "No region is significant at 5 %.")
        if not kept:
            return Text(
                "单独检验有 {n} 个地区显著，经错误发现率（FDR）校正后都不显著，局部集聚只宜作为线索。",
                "Tested one by one {n} regions are significant, none under false-discovery control: take local clusters as hints.",
            ).fill(n=count)
        return Text(
            "单独检验有 {n} 个地区显著，经错误发现率（FDR）校正后仍显著的有 {k} 个。",
            "Tested one by one {n} regions are significant, {k} of them under false-discovery control.",
        ).fill(n=count, k=kept)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The Moran scatter of the last local year."""
        from xinzhi.chart import scatter

        here = self.local[self.local["year"] == self.year]
        spread = here["value"].std(ddof=0)
        z = (here["value"] - here["value"].mean()) / spread
        return scatter(
            [name_of(self.panel.places, str(c)) for c in here["region"]],
            z.to_numpy(dtype=float),
            (here["lag"] / spread).to_numpy(dtype=float),
            x_axis=Text("标准化值 z", "standardised value z"),
            y_axis=Text("邻居平均 Wz", "neighbours' average Wz"),
            keys=[str(c) for c in here["region"]],
            highlight=[str(c) for c in here.loc[here["cluster"] != "", "region"]],
            quadrants=(0.0, 0.0),
            quadrant_names=[KINDS[k] for k in ("high-high", "low-high", "low-low", "high-low")],
            fit=True,
            title=Text(f"{self.year} 年{self.of.zh}的莫兰散点图", f"Moran scatter of {self.of.en}, {self.year}"),
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The cluster map of the last local year; None where the places have no boundaries."""
        title = Text(
            f"{self.year} 年{self.of.zh}的局部集聚（LISA）", f"Local clusters (LISA) of {self.of.en}, {self.year}"
        )
        return cluster_map(self.panel, self.local[self.local["year"] == self.year], title, lang)


def cluster_map(panel: Panel, local: pd.DataFrame, title: Text, lang: Lang | None) -> dict[str, Any] | None:
    """The map of `cluster` by `region`; None where the places have no boundaries."""
    from xinzhi.chart import categories

    shapes = shapes_for(panel.places, [str(c) for c in local["region"]])
    if shapes is None:
        return None
    number = {kind: float(k) for k, kind in enumerate(KINDS)}
    values = {str(c): number[str(k)] for c, k in zip(local["region"], local["cluster"], strict=True)}
    return map_option(shapes, values, categories(list(KINDS.values()), _COLOURS), lang=lang, title=title)


def clustering(
    panel: Panel,
    of: str,
    *,
    weights: str | Weights | Any = "contiguity",
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    local_years: Iterable[int] | None = None,
    permutations: int = 999,
    seed: int = 0,
    alpha: float = 0.05,
) -> ClusteringResult:
    """Global and local spatial association of `of`.

    of           an indicator or formula
    weights      a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    level        the level behind economic distance, such as `gdp / population`
    local_years  years with local statistics; the first and the last where None
    permutations draws for global and local inference
    """
    data = placed(panel, balanced(panel, [of] if level is None else [of, level], years, regions))
    w = weights_for(panel, data.regions, weights, None if level is None else data[level])
    y = data[of]
    rows = [_global(year, v, w, permutations, seed) for year, v in zip(data.years, y, strict=True)]
    chosen = sorted(set(local_years)) if local_years is not None else sorted({data.years[0], data.years[-1]})
    found = {year: local_moran(y[data.years.index(year)], w, permutations, seed, alpha=alpha) for year in chosen}
    local = pd.concat(
        [_local(data, year, y[data.years.index(year)], w, one, alpha) for year, one in found.items()],
        ignore_index=True,
    )
    given = {
        "weights": written(weights),
        "level": level,
        "local_years": None if local_years is None else chosen,
        "permutations": permutations,
        "seed": seed,
        "alpha": alpha,
    }
    told = unusual(clustering, {**given, **data.asked})
    return ClusteringResult(
        pd.DataFrame(rows),
        local,
        _transitions(y, w, data.years),
        w,
        measure_name(panel, of),
        panel,
        chosen[-1],
        Recipe(
            method="xinzhi.space.clustering",
            title=Text("空间关联", "spatial association"),
            parameters={"of": of, "weights": weights if isinstance(weights, str) else w.rule.en, "transform": w.transform, "years": list(data.years), "permutations": permutations, "alpha": alpha},
            formula="I = n/S0 · z'Wz/z'z; I_i = z_i·Σ w_ij z_j / m2, m2 = Σz²/n; G_i* after Ord & Getis (1995)",
            sources=("Moran (1950), Biometrika 37", "Anselin (1995), Geographical Analysis 27", "Ord & Getis (1995), Geographical Analysis 27"),
            data={panel.name: panel.hash},
            seed=seed,
            assumptions=(*data.assumptions, stated(w), *_islands(panel, w)),
            python=python_line("space.clustering", (of,), told),
            cli=command_line("space", (of,), told, ("weights", "level", "years", "permutations", "seed"), bundled_name(panel)),
        ),
    )  # fmt: skip


def _islands(panel: Panel, w: Weights) -> tuple[Text, ...]:
    if not w.islands:
        return ()
    return (
        Text("{who} 没有邻居，不计入全局统计", "{who} have no neighbours and do not count in global statistics").fill(
            who=listed([name_of(panel.places, c) for c in w.islands])
        ),
    )


def _global(year: int, v: Array, w: Weights, permutations: int, seed: int) -> dict[str, float]:
    i, c = moran(v, w, permutations=permutations, seed=seed), geary(v, w)
    return {
        "year": year,
        "n": i.n,
        "moran": i.statistic,
        "expected": i.expected,
        "z": i.z,
        "p": i.p_permuted if permutations else i.p,
        "p_normal": i.p,
        "geary": c.statistic,
        "geary_z": c.z,
    }


def _local(data: Balanced, year: int, v: Array, w: Weights, one: LocalMoran, alpha: float) -> pd.DataFrame:
    hot = getis_ord(v, w, alpha=alpha) if (v >= 0).all() else None
    return pd.DataFrame(
        {
            "region": list(data.regions),
            "year": year,
            "value": v,
            "lag": one.lag,
            "statistic": one.statistic,
            "p": one.p,
            "cluster": one.cluster,
            "fdr": false_discovery(one.p, alpha),
            "g_star": hot.z if hot is not None else np.nan,
            "g_cluster": hot.cluster if hot is not None else "",
        }
    )


def _transitions(y: Array, w: Weights, years: tuple[int, ...]) -> Array:
    """Moves between the four quadrants from year to year (4, 4); not across a gap in the years."""
    found = np.zeros((4, 4))
    steps = np.diff(years)
    for stretch in np.split(y, np.flatnonzero(steps > steps.min(initial=years[-1])) + 1):
        if len(stretch) > 1:
            found += lisa_transitions(stretch, w).counts
    return found


_GLOBAL = (
    YEAR,
    Column("n", Text("地区数", "regions"), style="count"),
    Column("moran", Text("莫兰指数 I", "Moran's I"), style="index"),
    Column("z", Text("z 值", "z"), style="number"),
    Column("p", Text("p（置换）", "p (permutation)"), style="p"),
    Column("p_normal", Text("p（正态）", "p (normal)"), style="p"),
    Column("geary", Text("Geary C", "Geary's C"), style="index"),
    Column("geary_z", Text("Geary z", "Geary z"), style="number"),
)
_LISA = (
    REGION,
    Column("kind", Text("类型", "kind"), style="text"),
    Column("value", Text("数值", "value"), style="number", digits=3),
    Column("statistic", Text("局部莫兰 Iᵢ", "local Iᵢ"), style="number", digits=3),
    Column("p", Text("p", "p"), style="p"),
    Column("kept", Text("FDR 后仍显著", "significant under FDR"), style="text"),
    Column("g_star", Text("Gi* 的 z", "z of Gi*"), style="number"),
)
