"""Who moves between classes, and whether the neighbours' class makes a difference: the face of the Markov chains."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.calls import Named, command_line, python_line, unusual
from xinzhi.base.errors import DataError, XinzhiError
from xinzhi.base.numbers import write_interval, write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.disparity.markov import SpatialMarkov, classify, markov, quantile_classes, spatial_markov
from xinzhi.disparity.markov_chain import Markov
from xinzhi.disparity.mobility import RankMobility, mobility_intervals, rank_mobility
from xinzhi.disparity.moves.rows import (
    HOMOGENEITY,
    INDEX,
    INDICES,
    STEADY,
    TESTS,
    class_names,
    index_rows,
    spatial_rows,
    steady_rows,
    test_rows,
    transition_rows,
)
from xinzhi.disparity.spacing import each, later, relative_to_mean
from xinzhi.panel import Panel
from xinzhi.panel.balanced import MOST_NAMED, Balanced, balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import listed, measure_name, name_of, spanned

_READ = Text(
    "行为期初等级，列为{zh}等级，数为转移概率，括号内为 Wilson 区间；对角线越大越固化。没有离开记录的等级记为“—”。",
    "Rows are the class now, columns the class {en}; figures are transition probabilities with Wilson intervals; a large diagonal means little mobility. A class that is never left has “—”.",
)
_SPATIAL = Text(
    "每块为邻居平均处于某一等级时的转移概率；若各块无差别，邻居不起作用。Q 与 LR 检验各块是否相同。",
    "Each block holds the probabilities when the neighbours' average is in one class; were the blocks alike, neighbours would not matter. Q and LR test that they are.",
)


_READ_FIGURE = Text(
    "行为期初等级，列为下一期等级，颜色越深概率越大；对角线为停留。",
    "Rows are the class now, columns the class a period later; darker is more probable, the diagonal are stays.",
)
_ALIKE = Text(
    "Q 为 Pearson 统计量，LR 为似然比，只计出现过的转移；许多格子的期望次数小于 5 时 χ² 近似不可靠，读数须谨慎。",
    "Q is Pearson's statistic, LR the likelihood ratio, over transitions that occur; where many cells expect fewer than 5 moves the χ² approximation is poor, so read with care.",
)
LAGS = Text("邻居{near}", "neighbours {near}")


@dataclass(frozen=True)
class MovesResult(Result):
    """Mobility of one figure between classes.

    frame     a row a transition: start, end (class numbers from 0), count, probability, low, high
    steady    a row a class: class_no, first (share at the start), last, steady (ergodic share), stay, up, down
    indices   a row an index: name, value, low, high
    spatial   a row a neighbour class and transition: near, start, end, count, probability; empty without neighbours
    tests     a row a test of equal chains: name (`neighbours` over their classes, `halves` of the period), q, lr, dof, q_p, lr_p
    chain, conditional, ranks   the kernels' own results
    step      years from one period to the next
    unsaid    why there is no steady state or no index; None where there are
    borders, of, span, recipe
    """

    frame: pd.DataFrame
    steady: pd.DataFrame
    indices: pd.DataFrame
    spatial: pd.DataFrame
    tests: pd.DataFrame
    chain: Markov
    conditional: SpatialMarkov | None
    ranks: RankMobility
    borders: Array
    of: Text
    span: tuple[int, int]
    recipe: Recipe
    step: int = 1
    unsaid: Text | None = None

    @property
    def names(self) -> tuple[Text, ...]:
        """The classes, lowest first."""
        return class_names(self.chain.counts.shape[0])

    def tables(self) -> dict[str, Table]:
        """`transitions` as a matrix, `steady`, `mobility`, `spatial` with neighbours, and `homogeneity`."""
        span = spanned(*self.span)
        steady, indices = self.steady.copy(), self.indices.copy()
        when = later(self.step)
        read = Text(_READ.zh.replace("{zh}", when.zh), _READ.en.replace("{en}", when.en))
        steady.insert(0, "name", [self.names[i] for i in steady["class_no"]])
        indices.insert(0, "label", [INDICES[n] for n in indices["name"]])
        made = {
            "transitions": self._matrix(
                self.frame, Text(f"{span} 年{self.of.zh}的等级转移", f"Transitions of {self.of.en}, {span}"), read
            ),
            "steady": Table(
                steady,
                STEADY,
                Text(f"{self.of.zh}：等级分布与去留", f"{self.of.en}: classes, stays and moves"),
                note=read
                if self.unsaid is None
                else Text(f"{read.zh}{self.unsaid.zh}。", f"{read.en} {self.unsaid.en}."),
            ),
            "mobility": Table(
                indices,
                INDEX,
                Text(f"{self.of.zh}的流动性指数", f"Mobility of {self.of.en}"),
                note=Text(
                    "越大越流动；区间由重抽各地区的整段历史得到。",
                    "Larger is more mobile; intervals from resampling whole histories.",
                ),
            ),
        }
        if self.conditional is not None:
            made["spatial"] = self._spatial(span)
        if len(self.tests):
            tests = self.tests.copy()
            tests.insert(0, "label", [TESTS[n] for n in tests["name"]])
            title = Text(f"{self.of.zh}：转移概率是否相同", f"{self.of.en}: are the chains alike?")
            made["homogeneity"] = Table(tests, HOMOGENEITY, title, note=_ALIKE)
        return made

    def _matrix(self, rows: pd.DataFrame, title: Text, note: Text) -> Table:
        names = self.names
        wide: dict[str, list[Any]] = {"name": list(names)}
        for end in range(len(names)):
            part = rows[rows["end"] == end].sort_values("start")
            wide |= {
                f"p{end}": list(part["probability"]),
                f"low{end}": list(part["low"]),
                f"high{end}": list(part["high"]),
            }
        wide["n"] = [int(v) for v in self.chain.counts.sum(axis=1)]
        columns = [
            Column("name", Text("期初等级", "class now"), style="text"),
            Column("n", Text("样本", "moves"), style="count"),
        ]
        columns += [
            Column(f"p{e}", name, style="index", low=f"low{e}", high=f"high{e}") for e, name in enumerate(names)
        ]
        return Table(pd.DataFrame(wide), tuple(columns), title, note=note)

    def _spatial(self, span: str) -> Table:
        names = self.names
        rows = []
        for near, block in self.spatial.groupby("near"):
            for start, line in block.groupby("start"):
                values = {f"p{int(e)}": p for e, p in zip(line["end"], line["probability"], strict=True)}
                rows.append(
                    {
                        "near": names[int(str(near))],
                        "name": names[int(str(start))],
                        "n": int(line["count"].sum()),
                        **values,
                    }
                )
        columns = [
            Column("near", Text("邻居等级", "neighbours"), style="text"),
            Column("name", Text("期初等级", "class now"), style="text"),
            Column("n", Text("样本", "moves"), style="count"),
            *(Column(f"p{e}", name, style="index") for e, name in enumerate(names)),
        ]
        return Table(
            pd.DataFrame(rows),
            tuple(columns),
            Text(f"{span} 年{self.of.zh}的空间马尔可夫转移", f"Spatial Markov transitions of {self.of.en}, {span}"),
            note=_SPATIAL,
        )

    def summary(self, lang: Lang | None = None) -> str:
        """How often regions stay, how mobile they are, and whether neighbours matter."""
        spoken = lang or language()
        stay = np.diag(self.chain.counts).sum() / self.chain.counts.sum()
        index = self.indices.iloc[0]
        parts = [
            Text(
                "{first}–{last} 年按{of}分级，各地区{each}留在原等级的概率平均为 {stay}；Shorrocks 流动性指数为 {s}。",
                "In {first}–{last}, by {of}, regions stayed in their class with probability {stay} {each} on average; Shorrocks' index of mobility is {s}.",
            ).fill(
                each=each(self.step),
                first=self.span[0],
                last=self.span[1],
                of=self.of,
                stay=write_number(stay, "share"),
                s=write_interval(index["value"], index["low"], index["high"], "index", None, spoken),
            ),
            Text(
                "首末两年名次的 Kendall τ 为 {t}。", "Kendall's τ between the first and the last ranking is {t}."
            ).fill(t=write_number(self.ranks.tau, "index")),
        ]
        if self.unsaid is not None:
            parts.append(Text(f"{self.unsaid.zh}。", f"{self.unsaid.en}."))
        if self.conditional is not None and self.conditional.dof:
            found = self.conditional
            parts.append(
                Text(
                    "不同邻居等级下的转移概率{verdict}（Q = {q}，{p}）。",
                    "Transition probabilities {verdict} by the neighbours' class (Q = {q}, {p}).",
                ).fill(
                    verdict=Text("有显著差别", "differ significantly")
                    if found.q_p < 0.05
                    else Text("没有显著差别", "do not differ significantly"),
                    q=write_number(found.q, "number"),
                    p=write_p(found.q_p),
                )
            )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read the matrix of transitions."""
        return {"figure": _READ_FIGURE}

    def spatial_figure(self, lang: Lang | None = None) -> dict[str, Any] | None:
        """The matrices by the neighbours' class, one below the other; None without neighbours."""
        from xinzhi.chart import heatmap

        if self.conditional is None:
            return None
        near = [LAGS.fill(near=n) for n in self.names]
        blocks = self.conditional.conditional
        rows = [Text(f"{a.zh}，{b.zh}", f"{a.en}, {b.en}") for a in near[: len(blocks)] for b in self.names]
        return heatmap(
            rows,
            list(self.names),
            np.vstack([block.probabilities for block in blocks]),
            span=(0.0, 1.0),
            scale_title=Text("转移概率", "transition probability"),
            title=Text(
                f"{spanned(*self.span)} 年{self.of.zh}：邻居在各等级时的转移",
                f"Transitions of {self.of.en} by the neighbours' class, {spanned(*self.span)}",
            ),
            lang=lang,
        )

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """The transition matrix as coloured cells."""
        from xinzhi.chart import heatmap

        names = list(self.names)
        return heatmap(
            names,
            names,
            self.chain.probabilities,
            span=(0.0, 1.0),
            scale_title=Text("转移概率", "transition probability"),
            title=Text(
                f"{spanned(*self.span)} 年{self.of.zh}的等级转移",
                f"Transitions of {self.of.en}, {spanned(*self.span)}",
            ),
            lang=lang,
        )


def moves(
    panel: Panel,
    of: str,
    *,
    classes: int | Sequence[float] = 4,
    relative: bool = True,
    pooled: bool = True,
    neighbours: Any | None = "contiguity",
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 500,
    seed: int = 0,
    level: float = 0.95,
) -> MovesResult:
    """How regions move between classes of `of`.

    of          an indicator or formula
    classes     number of quantile classes, or their ascending borders
    relative    divide by the mean of each year first, so that common growth is no move
    pooled      quantiles over all years together; False takes them year by year, so that moves are moves in rank
    neighbours  `contiguity` (Hainan touching Guangdong), None for the plain chain alone, or a row-standardised matrix in the
                order of the regions
    draws       replications behind the intervals of the indices

    A move is from one period to the next. Raises DataError for fewer than two years, or years not equally far apart.
    """
    data = balanced(panel, [of], years, regions)
    if len(data.years) < 2:
        raise DataError(
            f"等级流动至少需要 2 年，实有 {data.years[0]} 一年",
            f"moves between classes need at least 2 years, there is {data.years[0]} alone",
            code="369",
        )
    step = data.step
    y = relative_to_mean(data[of], data.years, of).T if relative else data[of].T
    if isinstance(classes, int):
        path, borders = quantile_classes(y, classes, pooled)
        k = classes
    else:
        borders = np.asarray(classes, dtype=float)
        path, k = classify(y, borders), len(classes) + 1
    chain = markov(path, k)
    notes = list(data.assumptions)
    if step > 1:
        notes.append(
            Text(f"相邻两期相隔 {step} 年，一次转移跨 {step} 年", f"periods are {step} years apart, and so is a move")
        )
    w, inside = _weights(panel, data, neighbours, notes)
    conditional = (
        None
        if w is None or not pooled
        else spatial_markov(y[inside], w, k, borders=None if isinstance(classes, int) else borders)
    )
    ranks = rank_mobility(y[:, 0], y[:, -1])
    if w is not None:
        ranks = replace(ranks, tau_spatial=rank_mobility(y[inside, 0], y[inside, -1], w).tau_spatial)
    unsaid = _unsaid(chain, k)
    if unsaid is not None:
        notes.append(unsaid)
    drawn = mobility_intervals(path, k, draws, seed, level) if draws > 0 and not chain.empty else None
    return MovesResult(
        transition_rows(chain, level),
        steady_rows(chain, path, k),
        index_rows(chain, path, k, drawn),
        spatial_rows(conditional),
        test_rows(path, k, conditional),
        chain,
        conditional,
        ranks,
        borders,
        measure_name(panel, of),
        (data.years[0], data.years[-1]),
        _recipe(
            panel,
            data,
            {
                "of": of,
                "classes": classes,
                "relative": relative,
                "pooled": pooled,
                "neighbours": neighbours if isinstance(neighbours, str | None) else Named("w"),
                "draws": draws,
                "level": level,
            },
            seed,
            notes,
        ),
        step,
        unsaid,
    )


def _unsaid(chain: Markov, k: int) -> Text | None:
    """Why the chain has no index or no single steady state, in the words of the classes."""
    names = class_names(k)
    if chain.empty:
        who = listed([names[i] for i in chain.empty])
        return Text(
            f"等级{who.zh}没有离开记录，稳态与流动性指数无从计算",
            f"The class {who.en} is never left, so there is no steady state and no index of mobility",
        )
    if len(chain.closed) > 1:
        parts = [listed([names[i] for i in part]) for part in chain.closed]
        return Text(
            f"等级分成 {len(parts)} 个互不相通的部分（{'；'.join(p.zh for p in parts)}），稳态取决于起点，不列出",
            f"The classes fall into {len(parts)} parts without passage ({'; '.join(p.en for p in parts)}), so the steady state depends on the start and is not shown",
        )
    return None


def _weights(
    panel: Panel, data: Balanced, neighbours: Any | None, notes: list[Text]
) -> tuple[Any | None, NDArray[np.bool_]]:
    """Row-standardised weights of the regions that have neighbours, and which regions those are; None without any."""
    everyone = np.ones(len(data.regions), dtype=bool)
    if neighbours is None or not isinstance(neighbours, str):
        return neighbours, everyone
    import scipy.sparse as sp

    from xinzhi.atlas import contiguity
    from xinzhi.atlas.neighbours import locatable

    try:
        located = set(locatable(data.regions, panel.places))
        touching = contiguity(
            [c for c in data.regions if c in located],
            hainan_touches_guangdong=panel.places.name == "china",
            places=panel.places,
        )
    except XinzhiError as problem:
        notes.append(problem.text)
        return None, everyone
    inside = np.array([c in located for c in data.regions])
    inside[inside] = np.asarray(touching.sum(axis=1)).ravel() > 0
    if not inside.any():
        return None, inside
    alone = [name_of(panel.places, c) for c, there in zip(data.regions, inside, strict=True) if not there]
    if alone:
        said = Text(
            "{who} 没有边界或没有邻居，不计入空间链", "{who} without boundary or neighbours, not in the spatial chains"
        )
        notes.append(said.fill(who=listed(alone, MOST_NAMED)))
    notes.append(
        Text(
            "邻居为有共同边界点的地区（queen），海南视为与广东相邻，行标准化",
            "neighbours share a point of border (queen), Hainan touches Guangdong, rows standardised",
        )
    )
    linked = touching[touching.sum(axis=1) > 0][:, touching.sum(axis=1) > 0]
    return sp.csr_array(sp.diags_array(1.0 / np.asarray(linked.sum(axis=1)).ravel()) @ linked), inside


def _recipe(panel: Panel, data: Balanced, given: dict[str, Any], seed: int, notes: list[Text]) -> Recipe:
    of, near = str(given["of"]), given["neighbours"]
    chosen = unusual(moves, {**{k: v for k, v in given.items() if k != "of"}, "seed": seed, **data.asked})
    flags = ("years", "draws", "seed", *(("classes",) if isinstance(given["classes"], int) else ()))
    return Recipe(
        method="xinzhi.disparity.moves",
        title=Text("等级流动", "mobility between classes"),
        parameters={**given, "neighbours": "matrix" if isinstance(near, Named) else near, "years": list(data.years)},
        formula="P(i→j) = n(i→j) / Σ_j n(i→j); steady state π = πP; Q = Σ (n − E)²/E over neighbour classes",
        sources=(
            "Quah (1993), European Economic Review 37",
            "Rey (2001), Geographical Analysis 33",
            "Bickenbach & Bode (2003), International Regional Science Review 26",
        ),
        data={panel.name: panel.hash},
        seed=seed,
        assumptions=tuple(notes),
        python=python_line("disparity.moves", (of,), chosen),
        cli=command_line("gap --what mobility", (of,), chosen, flags, bundled_name(panel)),
    )
