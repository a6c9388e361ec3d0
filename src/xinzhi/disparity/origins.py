"""Which part of a whole makes the gap, year by year: layers of an index, or indicators that add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from xinzhi.base.arrays import Array
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.numbers import write_interval, write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.disparity.gap.face import weighting
from xinzhi.disparity.inference import bootstrap
from xinzhi.disparity.refusals import NOT_NEGATIVE, refuse
from xinzhi.disparity.sources import gini_sources, shapley_sources
from xinzhi.panel import Panel
from xinzhi.panel.balanced import Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import YEAR, listed, measure_name, spanned

_READ = Text(
    "Shapley 贡献为各部分均等化后差异的平均降幅，各部分之和恰为基尼系数；Lerman–Yitzhaki 贡献 = 份额 × 自身基尼 × 与总量的基尼相关，和亦为基尼系数；弹性为该部分在各地区同增 1% 时基尼系数的百分比变化，负值表示缩小差异。括号内为重抽地区的自助法区间。",
    "The Shapley contribution is the average fall of the Gini when a part is made equal everywhere; contributions add up to the Gini. The one after Lerman and Yitzhaki is share × own Gini × Gini correlation with the whole and adds up too; elasticity is the per cent change of the Gini when the part grows by 1 % everywhere, negative where that narrows the gap. In brackets: bootstrap intervals from resampling regions.",
)
_ALLOTTED = Text(
    "指数不是算术平均，各层按其分摊到得分的贡献计",
    "the index is no arithmetic mean: a layer counts as what the score allots to it",
)


class Layered(Protocol):
    """What `sources` needs of an index: the result of `xinzhi.index` has it."""

    @property
    def panel(self) -> Panel:
        """The data behind it."""

    @property
    def frame(self) -> pd.DataFrame:
        """region, year, score."""

    @property
    def values(self) -> pd.DataFrame:
        """region, year, layer, contribution."""

    @property
    def preset(self) -> Any:
        """The index system, with its title and layers."""

    @property
    def method(self) -> Any:
        """How the scores were made."""


@dataclass(frozen=True)
class SourcesResult(Result):
    """The gap of a whole by its parts.

    frame    a row a year and part: year, part, share (of the whole's mean), gini (of the part), correlation, shapley,
             shapley_share with *_low and *_high, lerman_yitzhaki, lerman_yitzhaki_share with *_low and *_high, elasticity
    totals   a row a year: year, n, gini
    names    part → what it is called
    of, recipe
    """

    frame: pd.DataFrame
    totals: pd.DataFrame
    names: Mapping[str, Text]
    of: Text
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`sources` of the last year, and `sources_by_year`."""
        rows = self.frame.copy()
        rows.insert(0, "name", [self.names[p] for p in rows["part"]])
        years = [int(y) for y in self.totals["year"]]
        title = Text(f"{self.of.zh}的地区差异来自哪一部分", f"Which part makes the regional disparity of {self.of.en}")
        return {
            "sources": Table(
                rows[rows["year"] == years[-1]],
                _PARTS,
                Text(f"{years[-1]} 年{title.zh}", f"{title.en}, {years[-1]}"),
                note=_READ,
            ),
            "sources_by_year": Table(
                rows,
                (YEAR, *_PARTS),
                Text(f"{spanned(years[0], years[-1])} 年{title.zh}", f"{title.en}, {spanned(years[0], years[-1])}"),
                note=_READ,
            ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Which part makes most of the gap, how sure that is, and what changed."""
        spoken = lang or language()
        begin, end = int(self.totals["year"].iloc[0]), int(self.totals["year"].iloc[-1])
        last = self.frame[self.frame["year"] == end].sort_values("shapley_share", ascending=False)
        top = last.iloc[0]
        first = self.frame[(self.frame["year"] == begin) & (self.frame["part"] == top["part"])].iloc[0]
        before = write_interval(
            first["shapley_share"], first["shapley_share_low"], first["shapley_share_high"], "share", None, spoken
        )
        then = Text(f"；{begin} 年占 {before}", f", against {before} in {begin}") if begin < end else Text("", "")
        parts = [
            Text(
                "{year} 年{of}的基尼系数为 {gini}，其中{part}贡献最大，按 Shapley 值占 {share}{then}。",
                "In {year} the Gini of {of} was {gini}; {part} made most of it, a Shapley share of {share}{then}.",
            ).fill(
                year=end, then=then, of=self.of, gini=write_number(self.totals["gini"].iloc[-1], "index"), part=self.names[top["part"]],
                share=write_interval(top["shapley_share"], top["shapley_share_low"], top["shapley_share_high"], "share", None, spoken),
            )
        ]  # fmt: skip
        narrowing = [
            Text(f"{self.names[p].zh}（弹性 {e}）", f"{self.names[p].en} (elasticity {e})")
            for p, e in ((str(r["part"]), write_number(r["elasticity"], "signed")) for r in last.to_dict("records"))
            if e.startswith("−")
        ]
        if narrowing:
            parts.append(
                Text(
                    "若在各地区同比例增长，能缩小差异的是：{who}。",
                    "Growth at the same rate everywhere would narrow the gap in: {who}.",
                ).fill(who=listed(narrowing))
            )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Shapley contributions stacked over the years; those of the last year with intervals where parts are many."""
        from xinzhi.chart import intervals, stacked

        years = [int(y) for y in self.totals["year"]]
        title = Text(f"{self.of.zh}地区差异的来源", f"What makes the disparity of {self.of.en}")
        if len(self.names) <= 7:
            wide = self.frame.pivot(index="part", columns="year", values="shapley")
            return stacked(
                years,
                list(self.names.values()),
                wide.loc[list(self.names), years].to_numpy(dtype=float),
                total=self.totals["gini"].to_numpy(dtype=float),
                total_label=Text("基尼系数", "Gini"),
                axis=Text("对基尼系数的贡献", "contribution to the Gini"),
                title=title,
                lang=lang,
            )
        last = self.frame[self.frame["year"] == years[-1]]
        return intervals(
            [self.names[str(p)] for p in last["part"]],
            *(
                last[c].to_numpy(dtype=float) * 100
                for c in ("shapley_share", "shapley_share_low", "shapley_share_high")
            ),
            axis=Text("对基尼系数的贡献（%）", "share of the Gini (%)"),
            title=title,
            lang=lang,
        )


def sources(
    of: Panel | Layered,
    parts: Sequence[str] | None = None,
    *,
    whole: str | None = None,
    weight: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 200,
    seed: int = 0,
    level: float = 0.95,
) -> SourcesResult:
    """Which part of a whole makes its Gini: exact Shapley values and Lerman and Yitzhaki's decomposition.

    of       an index, whose layers are the parts; or a panel
    parts    for a panel: 2 to 16 indicators or formulas in one unit that add up to the whole
    whole    for a panel: the figure that the parts must add up to; their sum where None
    weight   an indicator of population; every region counts once where None
    draws    bootstrap replications, resampling regions; 0 leaves intervals empty

    Raises DataError where parts do not add up to the whole, as the layers of an index that is not an arithmetic mean.
    """
    if isinstance(of, Panel):
        panel, chosen, target = of, list(parts or ()), whole
        names = {p: measure_name(panel, p) for p in chosen}
        title = measure_name(panel, whole) if whole else Text("各部分之和", "the sum of the parts")
    else:
        panel, names, target = layered(of)
        chosen, title = list(names), of.preset.title
    if not 2 <= len(dict.fromkeys(chosen)) == len(chosen) <= 16:
        raise UsageError(
            f"按来源分解需要 2–16 个互不相同的部分（parts），实有 {len(chosen)} 个",
            f"a decomposition by source needs 2 to 16 different parts, there are {len(chosen)}",
            code="363",
        )
    data = balanced(panel, [*chosen, *(f for f in (target, weight) if f)], years, regions)
    if target:
        _refuse_remainder(panel, data, chosen, target)
    _refuse_negative(panel, data, chosen, weight)
    rows, totals = [], []
    for t, year in enumerate(data.years):
        x = np.column_stack([data[p][t] for p in chosen])
        found, total = _year(x, None if weight is None else data[weight][t], chosen, draws, seed, level)
        rows += [{"year": year} | row for row in found]
        totals.append({"year": year, "n": x.shape[0], "gini": total})
    index = not isinstance(of, Panel)
    said = [] if isinstance(of, Panel) or of.method.aggregate == "arithmetic" else [_ALLOTTED]
    given = {"weight": weight, "draws": draws, "seed": seed, "level": level}
    asked = unusual(sources, {**({} if index else {"whole": whole}), **given, **data.asked})
    told = {"parts": chosen, **{k: v for k, v in asked.items() if k != "whole"}}
    flags = ("parts", "weight", "years", "draws", "seed")
    recipe = Recipe(
        method="xinzhi.disparity.sources",
        title=Text("差异的来源", "sources of disparity"),
        parameters={
            "parts": chosen,
            "whole": target,
            "weight": weight,
            "years": list(data.years),
            "draws": draws,
            "level": level,
        },
        formula="G = Σ φ_k, φ_k = Σ_S |S|!(m−|S|−1)!/m!·[G(S∪k) − G(S)], parts outside S at their mean; G = Σ S_k·G_k·R_k",
        sources=("Shorrocks (2013), J. Economic Inequality 11", "Lerman & Yitzhaki (1985), REStat 67"),
        data={panel.name: panel.hash},
        seed=seed if draws else None,
        assumptions=(*data.assumptions, *said, weighting(panel, weight)),
        python=python_line("disparity.sources", () if index else (chosen,), asked, "index" if index else "panel"),
        cli=""
        if index
        else command_line("gap --what sources", (whole,) if whole else (), told, flags, bundled_name(panel)),
    )
    return SourcesResult(pd.DataFrame(rows), pd.DataFrame(totals), names, title, recipe)


def layered(index: Layered) -> tuple[Panel, dict[str, Text], str]:
    """The index's panel with what each layer contributes to the score as a column, their names, and the score's id."""
    from xinzhi.panel import Indicator

    wide = index.values.pivot_table(
        index=["region", "year"], columns="layer", values="contribution", aggfunc="sum", observed=True
    )
    panel, names = index.panel, {}
    for layer, entry in index.preset.layers.items():
        if layer not in wide.columns:
            continue
        text: Text = entry.text
        panel = panel.with_column(
            f"layer_{layer}",
            wide[layer].fillna(0.0),
            Indicator(f"layer_{layer}", text.zh, text.en, "0–1", "index", 1, "xinzhi.index"),
        )
        names[f"layer_{layer}"] = text
    title: Text = index.preset.title
    score = index.frame.set_index(["region", "year"])["score"]
    panel = panel.with_column("score", score, Indicator("score", title.zh, title.en, "0–1", "index", 1, "xinzhi.index"))
    return panel, names, "score"


def _refuse_negative(panel: Panel, data: Balanced, parts: Sequence[str], weight: str | None) -> None:
    """Some parts may be negative, but the whole may not be, whichever parts are made equal."""
    x = np.stack([data[p] for p in parts])
    w = np.ones_like(x[0]) if weight is None else data[weight]
    equal = (x * w).sum(axis=2, keepdims=True) / w.sum(axis=1)[:, None]
    least = np.minimum(x, equal).sum(axis=0) < 0
    lowest = x.argmin(axis=0)
    for k, part in enumerate(parts):
        refuse(panel, part, x[k], least & (lowest == k), data.regions, data.years, NOT_NEGATIVE["sources"])


def _refuse_remainder(panel: Panel, data: Balanced, parts: Sequence[str], whole: str) -> None:
    """Parts must add up to the whole within rounding (one in a million of the largest value)."""
    gap = np.abs(sum((data[p] for p in parts), np.zeros_like(data[whole])) - data[whole])
    if gap.max() <= 1e-6 * np.abs(data[whole]).max():
        return
    t, r = np.unravel_index(int(np.argmax(gap)), gap.shape)
    where, year = data.regions[int(r)], data.years[int(t)]
    name = measure_name(panel, whole)
    way = (
        Text("指数请用算术平均（aggregate=arithmetic）", "use the arithmetic mean for the index (aggregate=arithmetic)")
        if parts[0].startswith("layer_")
        else Text(
            "请补全各部分，或不给总量而分解各部分之和", "give all parts, or leave the whole out and decompose their sum"
        )
    )
    raise DataError(
        f"{panel.places.label(where, 'zh')} {year} 年各部分之和与{name.zh}相差 {gap.max():.4g}，无从按来源分解；{way.zh}",
        f"the parts of {panel.places.label(where, 'en')} in {year} miss {name.en} by {gap.max():.4g}, so it cannot be decomposed by source; {way.en}",
        code="364",
    )


def _year(
    x: Array, w: Array | None, parts: Sequence[str], draws: int, seed: int, level: float
) -> tuple[list[dict[str, Any]], float]:
    split, value = gini_sources(x, w), shapley_sources(x, w=w)
    total = split.total if split.total > 0 else np.nan
    m = len(parts)

    def shares(z: Array, q: Array) -> Array:
        drawn = gini_sources(z, q)
        whole = drawn.total if drawn.total > 0 else np.nan
        return np.concatenate([shapley_sources(z, w=q), drawn.contribution]) / whole

    if draws > 1:
        bounds = bootstrap(shares, (x, np.ones(len(x)) if w is None else w), draws, seed, level=level)
        low, high = bounds.low, bounds.high
    else:
        low = high = np.full(2 * m, np.nan)
    return [
        {
            "part": part,
            "share": split.share[k],
            "gini": split.gini[k],
            "correlation": split.correlation[k],
            "shapley": value[k],
            "shapley_share": value[k] / total,
            "shapley_share_low": low[k],
            "shapley_share_high": high[k],
            "lerman_yitzhaki": split.contribution[k],
            "lerman_yitzhaki_share": split.contribution[k] / total,
            "lerman_yitzhaki_share_low": low[m + k],
            "lerman_yitzhaki_share_high": high[m + k],
            "elasticity": split.elasticity[k],
        }
        for k, part in enumerate(parts)
    ], float(split.total)


_PARTS = (
    Column("name", Text("部分", "part"), style="text"),
    Column("share", Text("占总量", "share of the whole"), style="share"),
    Column("gini", Text("自身基尼", "own Gini"), style="index"),
    Column("correlation", Text("基尼相关", "Gini correlation"), style="index"),
    Column(
        "shapley_share",
        Text("对差异的贡献（Shapley）", "share of the gap (Shapley)"),
        style="share",
        low="shapley_share_low",
        high="shapley_share_high",
    ),
    Column(
        "lerman_yitzhaki_share",
        Text("对差异的贡献（Lerman–Yitzhaki）", "share of the gap (Lerman–Yitzhaki)"),
        style="share",
        low="lerman_yitzhaki_share_low",
        high="lerman_yitzhaki_share_high",
    ),
    Column("elasticity", Text("弹性", "elasticity"), style="signed"),
)
