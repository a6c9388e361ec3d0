"""Which factors explain the spatial pattern, alone and together: the face of the geodetector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.numbers import write_number
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import digits_of, listed, measure_name, spanned
from xinzhi.space.discretise import METHODS, Discretisation, breaks, cut, optimal_discretisation
from xinzhi.space.geodetector import Geodetector, determinant, geodetector

KINDS: dict[str, Text] = {
    "enhance, nonlinear": Text("非线性增强", "enhance, nonlinear"),
    "enhance, bivariate": Text("双因子增强", "enhance, bivariate"),
    "independent": Text("独立", "independent"),
    "weaken, univariate": Text("单因子非线性减弱", "weaken, univariate"),
    "weaken, nonlinear": Text("非线性减弱", "weaken, nonlinear"),
}
_READ = Text(
    "q 为因子分层所解释的方差占比（0–1）；分层越多 q 越大，应与 p 一并阅读。“p（方差分析）”为普通 F 检验，不受因变量水平影响。",
    "q is the share of variance that lies between the strata of a factor (0–1); more strata raise q, so read it with p. “p (ANOVA)” is the ordinary F test, which does not depend on the level of the variable.",
)


_READ_FIGURE = Text(
    "对角线为单因子的 q，对角线以下为两因子叠加的 q；叠加后大于两者即互相增强。",
    "On the diagonal q of each factor alone, below it q of two overlaid; larger than both means that they enhance each other.",
)
METHOD_NAMES: dict[str, Text] = {
    "quantile": Text("分位数", "quantiles"),
    "equal": Text("等间距", "equal intervals"),
    "natural": Text("自然断点", "natural breaks"),
    "geometric": Text("几何间距", "geometric intervals"),
    "sd": Text("标准差", "standard deviations"),
    "given": Text("给定分组", "as given"),
}


@dataclass(frozen=True)
class DeterminantsResult(Result):
    """The geographical detector on a panel's figures.

    frame         a row a factor: factor, name, q, p, p_central, strata, singletons, method, k
    interactions  a row a pair: first, second, q, q_first, q_second, kind, singletons
    detector      the kernel's own result, with risk and ecological detectors
    cuts          factor → how it was cut; given strata are not in it
    strata        given factor → what its strata are called
    observations  regions times years pooled
    of, names, years, recipe
    """

    frame: pd.DataFrame
    interactions: pd.DataFrame
    detector: Geodetector
    cuts: dict[str, Discretisation]
    strata: dict[str, dict[str, Text]]
    of: Text
    names: dict[str, Text]
    years: tuple[int, ...]
    observations: int
    recipe: Recipe

    @property
    def _span(self) -> str:
        return spanned(self.years[0], self.years[-1])

    def _stratum(self, factor: str, label: str) -> Text:
        """What a stratum is called: the group, or the values that it holds."""
        if factor in self.strata:
            return self.strata[factor].get(str(label), Text(str(label), str(label)))
        borders = [-np.inf, *self.cuts[factor].borders[1:-1].tolist(), np.inf] if factor in self.cuts else []
        number = int(float(label))
        if not 1 <= number < len(borders):
            return Text(str(label), str(label))
        low, high = borders[number - 1], borders[number]
        digits = digits_of([b for b in borders if np.isfinite(b)])
        a, b = (write_number(v, "number", digits) for v in (low, high))
        said = f"≤ {b}" if not np.isfinite(low) else f"> {a}" if not np.isfinite(high) else f"{a}–{b}"
        return Text(f"{number}（{said}）", f"{number} ({said})")

    def tables(self) -> dict[str, Table]:
        """`factors` and `interactions`, `risk` and `ecological`."""
        pairs = self.interactions.copy()
        pairs.insert(
            0,
            "pair",
            [
                Text(f"{self.names[a].zh} ∩ {self.names[b].zh}", f"{self.names[a].en} ∩ {self.names[b].en}")
                for a, b in zip(pairs["first"], pairs["second"], strict=True)
            ],
        )
        pairs.insert(1, "said", [KINDS[k] for k in pairs["kind"]])
        risk = pd.DataFrame(
            [
                {
                    "name": self.names[r.factor],
                    "first": self._stratum(r.factor, r.first),
                    "second": self._stratum(r.factor, r.second),
                    "a": r.mean_first,
                    "b": r.mean_second,
                    "t": r.t,
                    "p": r.p,
                }
                for r in self.detector.risk
            ],
            columns=["name", "first", "second", "a", "b", "t", "p"],
        )
        differ = pd.DataFrame(
            [
                {
                    "name": Text(
                        f"{self.names[e.first].zh} / {self.names[e.second].zh}",
                        f"{self.names[e.first].en} / {self.names[e.second].en}",
                    ),
                    "f": e.f,
                    "p": e.p,
                }
                for e in self.detector.ecological
            ],
            columns=["name", "f", "p"],
        )
        factors = self.frame.copy()
        factors.insert(0, "cut", [METHOD_NAMES.get(m, Text(m, m)) for m in factors["method"]])
        made = {
            "factors": Table(
                factors,
                _FACTORS,
                Text(f"{self._span} 年{self.of.zh}的因子探测", f"Factor detector for {self.of.en}, {self._span}"),
                note=_READ,
            ),
            "interactions": Table(
                pairs,
                _PAIRS,
                Text("交互探测", "Interaction detector"),
                note=Text("两因子叠加后的 q 与各自 q 比较。", "q of two factors overlaid, against each alone."),
            ),
            "risk": Table(
                risk,
                tuple(replace(c, digits=digits_of(risk["a"])) if c.id in ("a", "b") else c for c in _RISK)
                if len(risk)
                else _RISK,
                Text(
                    f"风险探测：各层{self.of.zh}均值之差（Welch t）",
                    f"Risk detector: differences of means of {self.of.en} (Welch's t)",
                ),
                note=Text(
                    "层号自低到高，括号内为该层因子的取值范围。",
                    "Strata from low to high, in brackets the values of the factor that they hold.",
                ),
            ),
            "ecological": Table(
                differ,
                _ECOLOGICAL,
                Text("生态探测：两因子解释力之差", "Ecological detector: whether two factors differ"),
                note=Text(
                    "F 为两因子层内平方和之比（Wang 等 2010），双侧 p。",
                    "F is the ratio of sums of squares within (Wang et al. 2010), two-sided p.",
                ),
            ),
        }
        return {name: table for name, table in made.items() if len(table.frame)}

    def summary(self, lang: Lang | None = None) -> str:
        """The strongest factors, and the strongest pair."""
        top = self.frame.head(3)
        clear = self.frame[self.frame["p_central"] < 0.05]
        said = Text(
            "{span} 年{of}的主导因子为{top}；{n} 个因子中 {k} 个显著（p < 0.05）。",
            "{span}: the leading factors for {of} are {top}; {k} of {n} are significant (p < 0.05).",
        ).fill(
            span=self._span,
            of=self.of,
            top=listed(
                [
                    Text(f"{n.zh}（q = {write_number(q, 'index')}）", f"{n.en} (q = {write_number(q, 'index')})")
                    for n, q in zip(top["name"], top["q"], strict=True)
                ]
            ),
            n=len(self.frame),
            k=len(clear),
        )
        few = Text(
            "样本只有 {n} 个观测，最优离散化在多种分法中取 q 最大者，q 与 p 偏于乐观。",
            " With {n} observations the optimal cut takes the largest q of many: q and p are optimistic.",
        ).fill(n=self.observations)
        best_cut = self.recipe.parameters["method"] == "optimal" and self.cuts and self.observations < 100
        warned = few.say(lang) if best_cut else ""
        if not len(self.interactions):
            return said.say(lang) + warned
        best = self.interactions.iloc[0]
        pair = Text(
            "交互作用最强的是{a}与{b}（q = {q}，{kind}）。", " The strongest pair is {a} with {b} (q = {q}, {kind})."
        ).fill(
            a=self.names[best["first"]],
            b=self.names[best["second"]],
            q=write_number(best["q"], "index"),
            kind=KINDS[best["kind"]],
        )
        return said.say(lang) + pair.say(lang) + warned

    def reads(self) -> dict[str, Text]:
        """How to read the interactions."""
        return {"figure": _READ_FIGURE}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """q of each factor on the diagonal and of each pair beside it."""
        from xinzhi.chart import heatmap

        order = list(self.frame["factor"])
        matrix = np.full((len(order), len(order)), np.nan)
        for factor, q in zip(order, self.frame["q"], strict=True):
            matrix[order.index(factor), order.index(factor)] = q
        for a, b, q in zip(
            self.interactions["first"], self.interactions["second"], self.interactions["q"], strict=True
        ):
            row, column = sorted((order.index(a), order.index(b)), reverse=True)
            matrix[row, column] = q
        names = [self.names[f] for f in order]
        return heatmap(
            names, names, matrix, span=(0.0, 1.0), scale_title=Text("解释力 q", "power of determinant q"),
            title=Text(f"{self._span} 年{self.of.zh}：单因子与交互的解释力", f"{self.of.en}: factors alone and together, {self._span}"), lang=lang,
        )  # fmt: skip


def determinants(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    strata: dict[str, str] | None = None,
    method: str = "optimal",
    classes: int | Sequence[int] = (3, 4, 5, 6),
) -> DeterminantsResult:
    """How far `factors` explain where `of` is high and low.

    of, factors  indicators or formulas
    years        rows of all these years are pooled; the last complete year where None
    strata       name → a grouping without overlap that is a factor as it stands, such as {"plate": "plates"}
    method       how factors are cut: `optimal` (the method and number of classes with the largest q), or one of quantile, equal,
                 natural, geometric, sd with one number of classes
    classes      the number of classes, or those to try under `optimal`

    Raises UsageError without any factor.
    """
    if not factors and not strata:
        raise UsageError("至少需要一个因子", "at least one factor is needed", code="866")
    data = balanced(panel, [of, *factors], years, regions)
    chosen = data.years if years is not None else data.years[-1:]
    rows = [data.years.index(y) for y in chosen]
    y = data[of][rows].ravel()
    cuts = {f: _cut(y, data[f][rows].ravel(), method, classes, measure_name(panel, f)) for f in factors}
    labels: dict[str, Any] = {f: c.classes + 1 for f, c in cuts.items()}
    names = {f: measure_name(panel, f) for f in factors}
    given: dict[str, dict[str, Text]] = {}
    for name, group in (strata or {}).items():
        found = panel.places.grouping(group, list(data.regions))
        labels[name] = np.tile(np.array(found.labels(list(data.regions))), len(rows))
        names[name] = Text(found.title.zh.removeprefix("按"), found.title.en)
        given[name] = dict(found.names())
    detected = geodetector(y, labels)
    frame = pd.DataFrame(
        [
            {
                "factor": f.name,
                "name": names[f.name],
                "q": f.q,
                "p": f.p,
                "p_central": f.p_central,
                "strata": f.strata,
                "singletons": f.singletons,
                "method": cuts[f.name].method if f.name in cuts else "given",
            }
            for f in detected.factor
        ]
    ).sort_values("q", ascending=False, ignore_index=True)
    pairs = pd.DataFrame(
        [
            {
                "first": i.first,
                "second": i.second,
                "q": i.q,
                "q_first": i.q_first,
                "q_second": i.q_second,
                "kind": i.kind,
                "singletons": i.singletons,
            }
            for i in detected.interaction
        ],
        columns=["first", "second", "q", "q_first", "q_second", "kind", "singletons"],
    ).sort_values("q", ascending=False, ignore_index=True)
    tried = classes if isinstance(classes, int) else list(classes)
    told = unusual(determinants, {"strata": strata, "method": method, "classes": tried, **data.asked})
    recipe = Recipe(
        method="xinzhi.space.determinants",
        title=Text("地理探测器", "geographical detector"),
        parameters={
            "of": of,
            "factors": list(factors),
            "strata": strata or {},
            "years": list(chosen),
            "method": method,
            "classes": tried,
        },
        formula="q = 1 − Σ N_h σ_h² / (N σ²)",
        sources=("Wang, Li, Christakos et al. (2010), IJGIS 24", "Wang, Zhang & Fu (2016), Ecological Indicators 67"),
        data={panel.name: panel.hash},
        assumptions=data.assumptions,
        python=python_line("space.determinants", (of, list(factors)), told),
        cli=command_line(
            "space --what determinants",
            (of,),
            {"factors": list(factors), **told},
            ("factors", "years"),
            bundled_name(panel),
        ),
    )
    return DeterminantsResult(
        frame, pairs, detected, cuts, given, measure_name(panel, of), names, tuple(chosen), y.size, recipe
    )


def _cut(y: Any, x: Any, method: str, classes: int | Sequence[int], name: Text) -> Discretisation:
    if x.min() == x.max():
        raise DataError(
            f"因子「{name.zh}」在所有地区取值相同，无法分层；请去掉它或换一年",
            f"the factor “{name.en}” is the same everywhere, so it makes no strata; leave it out or take another year",
            code="848",
        )
    if method == "optimal":
        return optimal_discretisation(y, x, METHODS, [classes] if isinstance(classes, int) else list(classes))
    if not isinstance(classes, int):
        raise UsageError("给定分类方法时 classes 须为一个数", "with a given method, classes is one number", code="867")
    borders = breaks(x, classes, method)
    found = cut(x, borders)
    return Discretisation(found, borders, method, classes, determinant(y, found), ())


_FACTORS = (
    Column("name", Text("因子", "factor"), style="text"),
    Column("q", Text("q 值", "q"), style="index"),
    Column("p", Text("p（非中心 F）", "p (non-central F)"), style="p"),
    Column("p_central", Text("p（方差分析）", "p (ANOVA)"), style="p"),
    Column("strata", Text("层数", "strata"), style="count"),
    Column("singletons", Text("单元素层", "singletons"), style="count"),
    Column("cut", Text("离散化", "cut"), style="text"),
)
_PAIRS = (
    Column("pair", Text("因子对", "pair"), style="text"),
    Column("q", Text("q(A∩B)", "q(A∩B)"), style="index"),
    Column("q_first", Text("q(A)", "q(A)"), style="index"),
    Column("q_second", Text("q(B)", "q(B)"), style="index"),
    Column("said", Text("类型", "kind"), style="text"),
    Column("singletons", Text("单元素层", "singletons"), style="count"),
)
_RISK = (
    Column("name", Text("因子", "factor"), style="text"),
    Column("first", Text("层 A", "stratum A"), style="text"),
    Column("second", Text("层 B", "stratum B"), style="text"),
    Column("a", Text("均值 A", "mean A"), style="number", digits=3),
    Column("b", Text("均值 B", "mean B"), style="number", digits=3),
    Column("t", Text("t", "t"), style="number"),
    Column("p", Text("p", "p"), style="p"),
)
_ECOLOGICAL = (
    Column("name", Text("因子对", "pair"), style="text"),
    Column("f", Text("F", "F"), style="number", digits=3),
    Column("p", Text("p", "p"), style="p"),
)
