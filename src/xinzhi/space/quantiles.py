"""Whether what moves the laggards moves the leaders: the face of quantile regression, quantile by quantile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import UsageError
from xinzhi.base.numbers import write_interval
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import measure_name, spanned
from xinzhi.space.models.fits import refuse_one_year
from xinzhi.space.models.regression_table import coefficient_table
from xinzhi.space.printing import starred
from xinzhi.space.quantile import quantile_regression

DECILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_CONSTANT = "(intercept)"
_READ = Text(
    "各列为因变量条件分布的一个分位点；***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误。低分位系数较大表示该因素对相对落后者更有效。",
    "Each column is a quantile of the conditional distribution; ***, **, * mark 1, 5 and 10 %; standard errors in brackets. A larger coefficient at low quantiles means that the factor does more for those who lag.",
)


READ_FIGURE = Text(
    "实线为各分位点的系数，虚线为 95% 区间；向右下倾斜表示对落后者作用更大，区间碰 0 即不显著。",
    "The line holds the coefficient at each quantile, dashed its 95 % interval; sloping down means that those who lag gain more, touching zero is insignificant.",
)


@dataclass(frozen=True)
class QuantilesResult(Result):
    """Quantile regressions of one figure.

    frame    a row a quantile and term: tau, term, estimate, se, p, low, high (95 %)
    effects  `none`, or `unit`
    of, names, years, observations, recipe
    """

    frame: pd.DataFrame
    effects: str
    of: Text
    names: dict[str, Text]
    years: tuple[int, int]
    observations: int
    recipe: Recipe

    @property
    def taus(self) -> list[float]:
        """The quantiles, ascending."""
        return sorted({float(t) for t in self.frame["tau"]})

    @property
    def factors(self) -> list[str]:
        """The regressors in order, the constant left out."""
        return [t for t in dict.fromkeys(self.frame["term"]) if t != _CONSTANT]

    def tables(self) -> dict[str, Table]:
        """`quantiles`, a column a quantile, like a paper's table; `coefficients` in full."""
        rows: list[dict[str, Any]] = []
        for term in [*self.factors, _CONSTANT]:
            top: dict[str, Any] = {"name": self.names[term]}
            below: dict[str, Any] = {"name": Text("", "")}
            here = self.frame[self.frame["term"] == term].sort_values("tau")
            for c, row in enumerate(here.to_dict("records")):
                top[f"q{c}"] = starred(row["estimate"], row["p"])
                below[f"q{c}"] = f"({row['se']:.4f})"
            rows += [top, below]
        rows.append(
            {"name": Text("观测数", "observations")} | {f"q{c}": str(self.observations) for c in range(len(self.taus))}
        )
        columns = (
            Column("name", Text("变量", "variable"), style="text"),
            *(Column(f"q{c}", Text(f"τ = {t:g}", f"τ = {t:g}"), style="text") for c, t in enumerate(self.taus)),
        )
        kind = Text("个体固定效应", "unit effects") if self.effects == "unit" else Text("混合", "pooled")
        title = Text(
            f"{spanned(*self.years)} 年{self.of.zh}的分位数回归（{kind.zh}）",
            f"Quantile regressions of {self.of.en}, {spanned(*self.years)} ({kind.en})",
        )
        full = coefficient_table(
            self.frame,
            [Column("tau", Text("分位点", "quantile"), style="number")],
            [self.names[str(t)] for t in self.frame["term"]],
            Text(f"{self.of.zh}：各分位的系数", f"{self.of.en}: coefficients at every quantile"),
        )
        return {"quantiles": Table(pd.DataFrame(rows), columns, title, note=_READ), "coefficients": full}

    def summary(self, lang: Lang | None = None) -> str:
        """How the effect of each factor differs between the lowest and the highest quantile."""
        spoken = lang or language()
        low, high = self.taus[0], self.taus[-1]
        parts = []
        for term in self.factors:
            rows = self.frame[self.frame["term"] == term].set_index("tau")
            a, b = rows.loc[low], rows.loc[high]
            apart = a["high"] < b["low"] or b["high"] < a["low"]
            verdict = (
                Text("两区间不相交", "the two intervals do not meet")
                if apart
                else Text("两区间相交，差别未必显著", "the two intervals meet, so the difference may not be real")
            )
            parts.append(
                Text(
                    "{x}的系数在 {low} 分位为 {a}，在 {high} 分位为 {b}（{verdict}）。",
                    "{x} has the coefficient {a} at the quantile {low} and {b} at {high} ({verdict}).",
                ).fill(
                    x=self.names[term], low=f"{low:g}", high=f"{high:g}", verdict=verdict,
                    a=_bounded(a, spoken), b=_bounded(b, spoken),
                )
            )  # fmt: skip
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read the coefficients over the quantiles."""
        return {"figure": READ_FIGURE}

    def figure(self, lang: Lang | None = None, factor: str | None = None) -> dict[str, Any]:
        """Coefficients of one factor over the quantiles, the first by default, with their 95 % bands."""
        from xinzhi.chart import Line, curves, intervals

        term = factor or self.factors[0]
        rows = self.frame[self.frame["term"] == term].sort_values("tau")
        value, low, high = (rows[c].to_numpy(dtype=float) for c in ("estimate", "low", "high"))
        name = self.names[term]
        title = Text(f"{name.zh}在各分位的系数", f"Coefficient of {name.en} over the quantiles")
        axis = Text("系数（95% 区间）", "coefficient (95 % interval)")
        if len(rows) < 2:
            label = [Text(f"τ = {t:g}", f"τ = {t:g}") for t in self.taus]
            return intervals(label, value, low, high, axis=axis, reference=0.0, title=title, lang=lang)
        return curves(
            rows["tau"].to_numpy(dtype=float),
            [Line(Text("系数", "coefficient"), value, low, high)],
            x_axis=Text("分位点 τ", "quantile τ"),
            axis=axis,
            level=0.0,
            title=title,
            lang=lang,
        )


def quantile_effects(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    quantiles: Sequence[float] = DECILES,
    effects: str = "unit",
    errors: str = "nid",
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
) -> QuantilesResult:
    """What `factors` do to `of` at the bottom, the middle and the top of its conditional distribution.

    quantiles  in (0, 1)
    effects    unit (Canay's transformation, which needs a long panel) or none
    errors     nid or iid

    Raises UsageError without any factor or quantile.
    """
    if not factors or not quantiles:
        raise UsageError(
            "至少需要一个解释变量和一个分位点", "at least one factor and one quantile are needed", code="877"
        )
    data = balanced(panel, [of, *factors], years, regions)
    refuse_one_year(data, effects)
    x = np.column_stack([data[f].ravel() for f in factors])
    y = data[of].ravel()
    units = np.tile(np.array(data.regions), len(data.years))
    rows: list[dict[str, Any]] = []
    for tau in sorted({float(t) for t in quantiles}):
        fit = quantile_regression(y, x, tau, units if effects == "unit" else None, effects, errors, list(factors))
        terms = zip([_CONSTANT, *factors], fit.params, fit.se, strict=True)
        rows += [{"tau": tau, "term": t, "estimate": b, "se": s} for t, b, s in terms]
    frame = pd.DataFrame(rows)
    _inference(frame, y.size - len(factors) - 1)
    names = {f: measure_name(panel, f) for f in (of, *factors)} | {_CONSTANT: Text("常数", "constant")}
    given = {"quantiles": list(quantiles), "effects": effects, "errors": errors}
    chosen = unusual(quantile_effects, {**given, **data.asked})
    return QuantilesResult(
        frame,
        effects,
        names[of],
        names,
        (data.years[0], data.years[-1]),
        y.size,
        Recipe(
            method="xinzhi.space.quantile_effects",
            title=Text("分位数回归", "quantile regression"),
            parameters={"of": of, "factors": list(factors), "quantiles": list(quantiles), "effects": effects, "errors": errors, "years": list(data.years)},
            formula="min_β Σ ρ_τ(y − μ_i − x'β), ρ_τ(u) = u·(τ − 1(u < 0))",
            sources=("Koenker & Bassett (1978), Econometrica 46", "Canay (2011), Econometrics Journal 14"),
            data={panel.name: panel.hash},
            assumptions=data.assumptions,
            python=python_line("space.quantile_effects", (of, list(factors)), chosen),
            cli=command_line("space --what quantile", (of,), {"factors": list(factors), **chosen}, ("factors", "quantiles", "effects", "years"), bundled_name(panel)),
        ),
    )  # fmt: skip


def _bounded(row: Any, lang: Lang) -> str:
    return write_interval(row["estimate"], row["low"], row["high"], "signed", lang=lang)


def _inference(frame: pd.DataFrame, freedom: int) -> None:
    """p and the 95 % interval by Student's t, put into `frame`."""
    from scipy.special import stdtr, stdtrit

    estimate, se = frame["estimate"].to_numpy(dtype=float), frame["se"].to_numpy(dtype=float)
    wide = stdtrit(freedom, 0.975) * se
    frame["p"] = 2 * stdtr(freedom, -np.abs(estimate / se))
    frame["low"], frame["high"] = estimate - wide, estimate + wide
