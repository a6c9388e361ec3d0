"""How regions move with their neighbours over the years: the face of LISA time paths and of the rose of directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.atlas import map_option, shapes_for
from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import REGION, listed, measure_name, name_of, named, spanned
from xinzhi.space.lisa_paths import MOVES, Rose, Standardise, lisa_paths, rose
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

NAMES: dict[str, Text] = {
    "both up": Text("自身与邻居同升", "both up"),
    "neighbours up": Text("自身降、邻居升", "neighbours up, itself down"),
    "both down": Text("自身与邻居同降", "both down"),
    "itself up": Text("自身升、邻居降", "itself up, neighbours down"),
    "": Text("未移动", "no move"),
}
_COLOURS = ("#54278f", "#c3bcdc", "#b35806", "#fdc57f", "#f4f2f0")
_READ = Text(
    "相对长度大于 1 表示移动多于平均；弯曲度为路径长度除以首末距离，1 为直线；方向为首末位移在莫兰散点图中的角度，0° 为自身上升，90° 为邻居上升。",
    "A relative length above 1 means moving more than most; tortuosity is the length of the path over its first-to-last distance, 1 for a straight line; direction is the angle of the net move in the Moran scatter, 0° for itself up and 90° for neighbours up.",
)
_ROSE = Text(
    "期望次数与 p 来自把各地区的变化随机分给其他地区的置换。",
    "Expected counts and p come from giving the regions' changes to other regions at random.",
)


_READ_FIGURE = Text(
    "每点为一个地区首末两年在莫兰散点图中的净移动：右上为自身与邻居同升，左下为同降，其余为背离。",
    "A dot is a region's net move in the Moran scatter: upper right, it and its neighbours rose together; lower left, both fell; elsewhere they parted.",
)
_READ_MAP = Text(
    "深色为与邻居同升或同降的地区，浅色为与邻居背离的地区。",
    "Deep colours: regions that moved with their neighbours; pale: against them.",
)
READ_ROSE = Text(
    "扇形半径为净移动落在该方向的地区数，虚弧为随机置换下的期望；越过虚弧即多于随机。",
    "The radius of a sector counts the regions that moved that way, dashed arcs are what permutations expect; beyond the arc is more than chance.",
)


@dataclass(frozen=True)
class ClusterMovesResult(Result):
    """LISA time paths of one figure.

    frame    a row a region: region, length (relative), tortuosity, net, direction, move (`MOVES`, "" for none), dx, dy
             (net change of itself and of its neighbours)
    rose     the directions against chance
    weights, of, panel, years, recipe
    """

    frame: pd.DataFrame
    rose: Rose
    weights: Weights
    of: Text
    panel: Panel
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`paths`, region by region, and `rose`, sector by sector."""
        rows = named(self.frame, self.panel.places)
        rows.insert(1, "kind", [NAMES[str(m)] for m in rows["move"]])
        span = spanned(*self.years)
        sectors = self._sectors()
        wheel = pd.DataFrame(
            {
                "sector": [Text(s, s) for s in sectors],
                "count": self.rose.counts,
                "expected": self.rose.expected,
                "p": self.rose.p,
            }
        )
        return {
            "paths": Table(
                rows.sort_values("length", ascending=False),
                _PATHS,
                Text(f"{span} 年{self.of.zh}的 LISA 时间路径", f"LISA time paths of {self.of.en}, {span}"),
                note=_READ,
            ),
            "rose": Table(
                wheel,
                _WHEEL,
                Text(f"{span} 年{self.of.zh}移动方向的玫瑰图", f"Rose of the directions of {self.of.en}, {span}"),
                note=_ROSE,
            ),
        }

    def summary(self, lang: Lang | None = None) -> str:
        """Whether regions move with their neighbours, who moved most, and which directions are no chance."""
        spoken = lang or language()
        moved = self.frame[self.frame["move"] != ""]
        together = moved["move"].isin(["both up", "both down"]).sum()
        top = self.frame.sort_values("length", ascending=False).head(3)
        parts = [
            Text(
                "{first}–{last} 年，{n} 个地区中有 {k} 个与邻居同向移动（{share}）；移动最多的是{who}。",
                "From {first} to {last}, {k} of {n} regions moved with their neighbours ({share}); {who} moved most.",
            ).fill(
                first=self.years[0], last=self.years[1], n=len(moved), k=int(together),
                share=write_number(together / max(len(moved), 1), "share"),
                who=listed([name_of(self.panel.places, str(c)) for c in top["region"]]),
            )
        ]  # fmt: skip
        clear, names = self._clear(), self._sectors()
        for more, word in ((True, Text("显著多于", "More")), (False, Text("显著少于", "Fewer"))):
            these = [names[k] for k in clear if (self.rose.counts[k] > self.rose.expected[k]) == more]
            if these:
                parts.append(
                    Text(
                        "方向 {zh} 的地区{word}随机情形。", "{word} regions than by chance in the directions {en}."
                    ).fill(zh="、".join(these), en=", ".join(these), word=word)
                )
        if not clear and self.rose.permutations:
            parts.append(Text("各方向的地区数与随机情形没有显著差异。", "No direction differs from chance."))
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def _sectors(self) -> list[str]:
        return [f"{a:.0f}°–{b:.0f}°" for a, b in zip(self.rose.borders[:-1], self.rose.borders[1:], strict=True)]

    def _clear(self) -> list[int]:
        """The sectors whose counts are no chance at 5 %."""
        return [k for k in range(len(self.rose.counts)) if self.rose.p[k] < 0.05]

    def reads(self) -> dict[str, Text]:
        """How to read the net moves and the map."""
        return {"figure": _READ_FIGURE, "map": _READ_MAP}

    def rose_figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The directions as sectors against chance."""
        from xinzhi.chart import rose as draw

        ends = (
            Text("自身上升", "itself up"),
            Text("邻居上升", "neighbours up"),
            Text("自身下降", "itself down"),
            Text("邻居下降", "neighbours down"),
        )
        return draw(
            self._sectors(),
            self.rose.counts.astype(float),
            expected=self.rose.expected if self.rose.permutations else None,
            highlight=self._clear(),
            axes=ends,
            count_label=Text("地区数（红色与随机情形有显著差异）", "regions (red: differs from chance)"),
            title=Text(f"{spanned(*self.years)} 年{self.of.zh}移动方向的玫瑰图", f"Rose of the directions of {self.of.en}, {spanned(*self.years)}"),
            lang=lang,
        )  # fmt: skip

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The net moves of all regions, itself across and neighbours up."""
        from xinzhi.chart import scatter

        rows = self.frame[np.isfinite(self.frame["dx"])]
        return scatter(
            [name_of(self.panel.places, str(c)) for c in rows["region"]],
            rows["dx"].to_numpy(dtype=float),
            rows["dy"].to_numpy(dtype=float),
            x_axis=Text("自身的变化", "change of itself"),
            y_axis=Text("邻居平均的变化", "change of the neighbours' average"),
            keys=[str(c) for c in rows["region"]],
            quadrants=(0.0, 0.0),
            quadrant_names=[NAMES[m] for m in MOVES],
            title=Text(
                f"{spanned(*self.years)} 年{self.of.zh}的移动方向",
                f"Directions of {self.of.en}, {spanned(*self.years)}",
            ),
            lang=lang,
        )

    def map(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """Who moved which way; None without boundaries."""
        from xinzhi.chart import categories

        codes = [str(c) for c in self.frame["region"]]
        shapes = shapes_for(self.panel.places, codes)
        if shapes is None:
            return None
        number = {move: float(k) for k, move in enumerate(NAMES)}
        values = {c: number[str(m)] for c, m in zip(codes, self.frame["move"], strict=True)}
        title = Text(
            f"{spanned(*self.years)} 年{self.of.zh}与邻居的移动",
            f"Moves of {self.of.en} with neighbours, {spanned(*self.years)}",
        )
        return map_option(shapes, values, categories(list(NAMES.values()), _COLOURS), lang=lang, title=title)


def cluster_moves(
    panel: Panel,
    of: str,
    *,
    weights: str | Weights | Any = "contiguity",
    level: str | None = None,
    standardise: Standardise = "mean",
    sectors: int = 8,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    permutations: int = 999,
    seed: int = 0,
) -> ClusterMovesResult:
    """How regions move in the Moran scatter of `of` over the years: LISA time paths and the rose of directions.

    weights      a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    standardise  mean: values over the mean of their year; z: standard scores; none
    sectors      of the rose
    permutations behind the rose's p
    """
    data = placed(panel, balanced(panel, [of, *([level] if level else [])], years, regions))
    if len(data.years) < 2:
        raise DataError(
            f"时间路径至少需要 2 年，实有 {data.years[0]} 一年",
            f"time paths need at least 2 years, there is {data.years[0]} alone",
            code="829",
        )
    _ = data.step  # a path from year to year needs years equally far apart
    w = weights_for(panel, data.regions, weights, data[level] if level else None)
    found = lisa_paths(data[of], w, standardise)
    net = found.points[:, -1] - found.points[:, 0]
    frame = pd.DataFrame(
        {
            "region": list(data.regions),
            "length": found.length,
            "tortuosity": np.where(np.isinf(found.tortuosity), np.nan, found.tortuosity),
            "net": found.net,
            "direction": found.direction,
            "move": found.move,
            "dx": net[:, 0],
            "dy": net[:, 1],
        }
    )
    given = {
        "weights": written(weights),
        "level": level,
        "standardise": standardise,
        "sectors": sectors,
        "permutations": permutations,
        "seed": seed,
    }
    chosen = unusual(cluster_moves, {**given, **data.asked})
    return ClusterMovesResult(
        frame,
        rose(data[of], w, sectors, permutations, seed, standardise),
        w,
        measure_name(panel, of),
        panel,
        (data.years[0], data.years[-1]),
        Recipe(
            method="xinzhi.space.cluster_moves",
            title=Text("LISA 时间路径", "LISA time paths"),
            parameters={"of": of, "weights": weights if isinstance(weights, str) else w.rule.en, "standardise": standardise, "sectors": sectors, "permutations": permutations, "years": list(data.years)},
            formula="point_t = (z_t, Wz_t); length = n·Σ_t d(point_t, point_t+1)/Σ_i Σ_t d; tortuosity = Σ_t d/d(first, last)",
            sources=("Rey, Murray & Anselin (2011), Letters in Spatial and Resource Sciences 4",),
            data={panel.name: panel.hash},
            seed=seed,
            assumptions=(*data.assumptions, stated(w)),
            python=python_line("space.cluster_moves", (of,), chosen),
            cli=command_line("space --what moves", (of,), chosen, ("weights", "level", "years", "permutations", "seed"), bundled_name(panel)),
        ),
    )  # fmt: skip


_PATHS = (
    REGION,
    Column("kind", Text("移动", "move"), style="text"),
    Column("length", Text("相对长度", "relative length"), style="number"),
    Column("tortuosity", Text("弯曲度", "tortuosity"), style="number"),
    Column("direction", Text("方向", "direction"), Text("°", "°"), style="number", digits=0),
)
_WHEEL = (
    Column("sector", Text("方向", "direction"), style="text"),
    Column("count", Text("地区数", "regions"), style="count"),
    Column("expected", Text("期望", "expected"), style="number"),
    Column("p", Text("p（置换）", "p (permutation)"), style="p"),
)
