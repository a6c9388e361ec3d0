"""Spatial weights before they are used: who has how many neighbours, who has none, and what the matrix looks like on a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import map_option, points, shapes_for
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError, unknown
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import MOST_NAMED, Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import REGION, listed, name_of, named
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, weights_for, written

_STRONGEST = 6
_OWN, _NONE = "#b35806", "#f4f2f0"
_READ = Text(
    "孤岛没有邻居，多数空间模型会拒绝；“单向联系”为只有一方视对方为邻居的地区对；“不对称度”为 ‖W − W′‖/‖W + W′‖，0 为对称，行标准化后通常不为 0。",
    "An island has no neighbour and most spatial models refuse it; one-way links are pairs of which only one counts the other as a neighbour; asymmetry is ‖W − W′‖/‖W + W′‖, 0 for a symmetric matrix and rarely 0 once rows are standardised.",
)


_DRAWN = 400  # regions whose links a reader can follow
_READ_LINKS = Text(
    "连线为邻居关系，越粗权重越大；圆越大邻居越多。",
    "Lines link neighbours, thicker for larger weights; larger dots have more neighbours.",
)
_READ_COUNTS = Text(
    "每柱为恰有这么多邻居的地区数；最左的 0 为孤岛。",
    "A bar counts the regions with so many neighbours; those with 0 are islands.",
)
_READ_MAP = Text(
    "颜色所指见图例；看一个地区时，深浅为其他地区对它的权重。",
    "The legend says what colours mean; for one region they are the weights of the others for it.",
)


@dataclass(frozen=True)
class WeightsResult(Result):
    """Spatial weights to look at.

    frame     a row a region: region, neighbours (number), strongest (code of the neighbour that counts most, "" on an island),
              weight (of that neighbour after standardisation), and towards (the weight of `region`'s row), where one was asked for
    facts     a row a property of the matrix: key, value
    weights   the weights
    region    the region looked at, None for all
    panel, recipe
    """

    frame: pd.DataFrame
    facts: pd.DataFrame
    weights: Weights
    region: str | None
    panel: Panel
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`weights`, the properties of the matrix, then `neighbours`, region by region."""
        facts = self.facts.copy()
        facts.insert(0, "label", [_FACTS[str(k)] for k in facts["key"]])
        shown = [
            _whole(v, str(k)) if k != "islands" or not self.weights.islands else self._islands(float(v))
            for k, v in zip(facts["key"], facts["value"], strict=True)
        ]
        facts.insert(1, "shown", shown)
        rows = named(self.frame, self.panel.places)
        places = self.panel.places
        rows.insert(1, "who", [name_of(places, str(c)) if c else Text("—", "—") for c in rows["strongest"]])
        columns: tuple[Column, ...] = _NEIGHBOURS
        rule = self.weights.rule
        if self.region is not None:
            who = name_of(places, self.region)
            heading = Text(f"对{who.zh}的权重", f"weight for {who.en}")
            columns = (REGION, Column("towards", heading, style="number", digits=4), *_NEIGHBOURS[1:])
            rows = rows[rows["towards"] > 0].sort_values("towards", ascending=False)
        else:
            rows = rows.sort_values("neighbours", ascending=False)
        return {
            "weights": Table(
                facts, _PROPERTIES, Text(f"空间权重：{rule.zh}", f"Spatial weights: {rule.en}"), note=_READ
            ),
            "neighbours": Table(
                rows, columns, Text(f"各地区的邻居：{rule.zh}", f"Neighbours of each region: {rule.en}"), note=_READ
            ),
        }

    def _islands(self, count: float) -> Text:
        who = listed([name_of(self.panel.places, c) for c in self.weights.islands], MOST_NAMED)
        return Text(f"{count:.0f}（{who.zh}）", f"{count:.0f} ({who.en})")

    def summary(self, lang: Lang | None = None) -> str:
        """How many neighbours regions have, and what stands in the way of a spatial model."""
        spoken = lang or language()
        value = dict(zip(self.facts["key"], self.facts["value"], strict=True))
        parts = [
            Text(
                "{rule}：{n} 个地区平均 {mean} 个邻居（{least}–{most}）。",
                "{rule}: {n} regions have {mean} neighbours on average ({least}–{most}).",
            ).fill(
                rule=self.weights.rule, n=int(value["n"]), mean=write_number(value["mean"], "number", 1),
                least=int(value["least"]), most=int(value["most"]),
            )
        ]  # fmt: skip
        if self.weights.islands:
            who = listed([name_of(self.panel.places, c) for c in self.weights.islands], MOST_NAMED)
            parts.append(
                Text(
                    "{who}没有邻居；请改用其他权重，或在模型中剔除。",
                    "{who} have no neighbours; take other weights, or leave them out of models.",
                ).fill(who=who)
            )
        if value["components"] > 1:
            parts.append(
                Text(
                    "地区分为互不相连的 {k} 片，影响不会在片间传播。",
                    "Regions fall into {k} pieces that are not linked; nothing spreads from one to another.",
                ).fill(k=int(value["components"]))
            )
        if value["one_way"]:
            parts.append(
                Text("{k} 对联系是单向的。", "{k} pairs are linked one way only.").fill(k=int(value["one_way"]))
            )
        if self.region is not None:
            row = self.frame[self.frame["towards"] > 0].sort_values("towards", ascending=False).head(5)
            who = listed([name_of(self.panel.places, str(c)) for c in row["region"]])
            parts.append(
                Text("{region}的邻居中权重最大的是：{who}。", "What counts most for {region}: {who}.").fill(
                    region=name_of(self.panel.places, self.region), who=who
                )
            )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The number of neighbours of every region, or the weights of the one asked for; None without boundaries."""
        from xinzhi.chart import classes

        codes = [str(c) for c in self.frame["region"]]
        shapes = shapes_for(self.panel.places, codes)
        if shapes is None:
            return None
        if self.region is None:
            what, values = Text("邻居数", "number of neighbours"), self.frame["neighbours"].to_numpy(dtype=float)
            found = classes(values, 5, "quantile", digits=0)
        else:
            who = name_of(self.panel.places, self.region)
            what = Text(f"各地区对{who.zh}的权重", f"weights of others for {who.en}")
            values, found = self._towards(codes.index(self.region))
        return map_option(
            shapes,
            dict(zip(codes, values.tolist(), strict=True)),
            found,
            legend_title=what,
            lang=lang,
            title=Text(f"{what.zh}（{self.weights.rule.zh}）", f"{what.en} ({self.weights.rule.en})"),
        )

    def reads(self) -> dict[str, Text]:
        """How to read the links and the map."""
        many = self.weights.n > _DRAWN
        return {"figure": _READ_COUNTS if many else _READ_LINKS, "map": _READ_MAP}

    def _towards(self, own: int) -> tuple[Any, Any]:
        """Class of every region by its weight for the one looked at (itself first, no neighbour second), and the classes."""
        from xinzhi.chart import categories, classes
        from xinzhi.chart.theme import sequential

        weight = self.frame["towards"].to_numpy(dtype=float)
        breaks = np.array(classes(weight[weight > 0], 4, "quantile").breaks)
        group = np.where(weight > 0, np.searchsorted(breaks, weight, side="right") + 2, 1)
        group[own] = 0
        names = [Text("本地区", "itself"), Text("不是邻居", "no neighbour")]
        for k in range(breaks.size + 1):
            here = weight[group == k + 2]
            low, high = (write_number(float(v), "number", 3) for v in (here.min(initial=1), here.max(initial=0)))
            names.append(Text(low, low) if low == high else Text(f"{low}–{high}", f"{low}–{high}"))
        colours = [_OWN, _NONE, *sequential(breaks.size + 1)]
        return group.astype(float), categories(names, colours)

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The links, each region's six strongest where it has more; of many regions how many have how many neighbours."""
        from xinzhi.chart import network, stacked

        rule = self.weights.rule
        if self.weights.n > _DRAWN:
            counts = np.bincount(self.frame["neighbours"].to_numpy(dtype=int))
            return stacked(
                list(range(counts.size)),
                [Text("地区数", "regions")],
                counts[None, :].astype(float),
                axis=Text("地区数（横轴为邻居数）", "regions, by number of neighbours"),
                title=Text(f"邻居数的分布：{rule.zh}", f"Regions by number of neighbours: {rule.en}"),
                lang=lang,
            )

        w = self.weights.sparse
        links: dict[tuple[int, int], float] = {}
        for i in range(self.weights.n):
            row = slice(w.indptr[i], w.indptr[i + 1])
            order = np.argsort(-w.data[row], kind="stable")[:_STRONGEST]
            for j, weight in zip(w.indices[row][order], w.data[row][order], strict=True):
                pair = (min(i, int(j)), max(i, int(j)))
                links[pair] = max(float(weight), links.get(pair, 0.0))
        codes = [str(c) for c in self.frame["region"]]
        title = Text(f"空间权重的联系：{self.weights.rule.zh}", f"Links of the weights: {self.weights.rule.en}")
        return network(
            [name_of(self.panel.places, c) for c in codes],
            [(i, j, weight) for (i, j), weight in links.items()],
            sizes=self.frame["neighbours"].to_numpy(dtype=float),
            at=self._positions(codes),
            keys=codes,
            highlight=[self.region] if self.region is not None else [],
            title=title,
            lang=lang,
        )

    def _positions(self, codes: list[str]) -> Any:
        """Where regions lie, (n, 2); None for places that cannot be located, which are drawn in a circle."""
        try:
            return points(codes, self.panel.places)[["lon", "lat"]].to_numpy(dtype=float)
        except DataError:
            return None


def weights_map(
    panel: Panel,
    weights: str | Weights | Any = "contiguity",
    region: str | None = None,
    *,
    of: str | None = None,
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
) -> WeightsResult:
    """Spatial weights before they are used: neighbours, islands, symmetry, and a map.

    weights  a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    region   a code or name: its weights are mapped instead of the number of neighbours
    of       a figure: only regions that have it take part, as in the methods; all regions where None
    level    the level behind economic distance, such as `gdp / population`
    """
    formulas = [f for f in (of, level) if f]
    if formulas:
        data = balanced(panel, formulas, years, regions)
    else:
        kept = [str(r) for r in (panel.regions if regions is None else regions)]
        data = Balanced(tuple(kept), tuple(panel.years), {}, (), {} if regions is None else {"regions": kept})
    data = placed(panel, data)
    w = weights_for(panel, data.regions, weights, None if level is None else data[level])
    code = None if region is None else _code(panel, data, region)
    given = {"weights": written(weights), "region": code, "of": of, "level": level}
    chosen = unusual(weights_map, {**given, **data.asked})
    return WeightsResult(
        _rows(w, data.regions, code),
        _facts(w),
        w,
        code,
        panel,
        Recipe(
            method="xinzhi.space.weights_map",
            title=Text("空间权重", "spatial weights"),
            parameters={"weights": weights if isinstance(weights, str) else w.rule.en, "transform": w.transform, "region": code, "of": of, "level": level},
            formula="w_ij, rows sum to one; asymmetry ‖W − W'‖_F/‖W + W'‖_F",
            sources=("Anselin (1988), Spatial Econometrics ch. 3",),
            data={panel.name: panel.hash},
            assumptions=data.assumptions,
            python=python_line("space.weights_map", (), chosen),
            cli=command_line("space --what weights", (of,) if of else (), {k: v for k, v in chosen.items() if k != "of"}, ("weights", "region", "level", "years"), bundled_name(panel)),
        ),
    )  # fmt: skip


def _code(panel: Panel, data: Balanced, region: str) -> str:
    """The code of a region given by code or by a name that is certain."""
    if region in data.regions:
        return region
    match = panel.places.resolve(region)
    if match.certainty == "certain" and match.code in data.regions:
        return str(match.code)
    known = [panel.places.label(c) for c in data.regions]
    raise unknown(Text("地区", "region"), region, [*known, *data.regions])


def _rows(w: Weights, codes: tuple[str, ...], code: str | None) -> pd.DataFrame:
    csr = w.sparse
    strongest, most = [], []
    for i in range(w.n):
        row = slice(csr.indptr[i], csr.indptr[i + 1])
        if row.start == row.stop:
            strongest.append("")
            most.append(np.nan)
            continue
        best = int(np.argmax(csr.data[row]))
        strongest.append(codes[int(csr.indices[row][best])])
        most.append(float(csr.data[row][best]))
    frame = pd.DataFrame(
        {"region": list(codes), "neighbours": np.diff(csr.indptr), "strongest": strongest, "weight": most}
    )
    if code is not None:
        frame["towards"] = csr[[codes.index(code)], :].toarray()[0]
    return frame


def _facts(w: Weights) -> pd.DataFrame:
    from scipy.sparse import csgraph

    csr = w.sparse
    if csr.nnz == 0:
        raise DataError(
            f"权重「{w.rule.zh}」没有任何联系；请改用其他规则",
            f"the weights “{w.rule.en}” hold no link at all; take another rule",
            code="875",
        )
    degree = np.diff(csr.indptr)
    linked = (csr != 0).astype(int)
    pieces = csgraph.connected_components(linked, directed=False, return_labels=False)
    values = {
        "n": w.n,
        "links": csr.nnz,
        "density": csr.nnz / (w.n * max(w.n - 1, 1)),
        "mean": degree.mean(),
        "least": degree.min(),
        "most": degree.max(),
        "islands": len(w.islands),
        "components": pieces,
        "one_way": int((linked != linked.T).nnz // 2),
        "asymmetry": float(np.sqrt(((csr - csr.T).power(2)).sum() / ((csr + csr.T).power(2)).sum())),
    }
    return pd.DataFrame({"key": list(values), "value": [float(v) for v in values.values()]})


def _whole(value: float, key: str) -> str:
    if key == "density":
        return write_number(value, "share")
    return write_number(value, "number", {"mean": 2, "asymmetry": 3}.get(key, 0))


_FACTS = {
    "n": Text("地区数", "regions"),
    "links": Text("联系数", "links"),
    "density": Text("密度", "density"),
    "mean": Text("平均邻居数", "mean number of neighbours"),
    "least": Text("最少邻居数", "fewest neighbours"),
    "most": Text("最多邻居数", "most neighbours"),
    "islands": Text("孤岛", "islands"),
    "components": Text("互不相连的片数", "pieces that are not linked"),
    "one_way": Text("单向联系（对）", "one-way links (pairs)"),
    "asymmetry": Text("不对称度", "asymmetry"),
}
_PROPERTIES = (
    Column("label", Text("性质", "property"), style="text"),
    Column("shown", Text("值", "value"), style="text"),
)
_NEIGHBOURS = (
    REGION,
    Column("neighbours", Text("邻居数", "neighbours"), style="count"),
    Column("who", Text("权重最大的邻居", "neighbour that counts most"), style="text"),
    Column("weight", Text("其权重", "its weight"), style="number", digits=3),
)
