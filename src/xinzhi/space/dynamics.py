"""Whether yesterday matters, here and next door: dynamic spatial panels side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import UsageError, unknown
from xinzhi.base.numbers import write_interval, write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import listed, measure_name, spanned
from xinzhi.space.models.fits import EFFECTS
from xinzhi.space.models.regression_table import coefficient_table
from xinzhi.space.panels.dynamic import DynamicPanel, dynamic_spatial_panel
from xinzhi.space.printing import EFFECT_COLUMNS, PARTS, effect_rows, starred
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

KINDS: dict[str, Text] = {"dsar": Text("动态 SAR", "dynamic SAR"), "dsdm": Text("动态 SDM", "dynamic SDM")}
HORIZONS = {"short": Text("当年", "within the year"), "long": Text("长期", "in the long run")}
_READ = Text(
    "***、**、* 分别表示在 1%、5%、10% 水平显著，括号内为标准误。短期效应为当年的影响，长期效应计入以后各年的累积，其后括号内为模拟的 95% 区间；τ + ρ + η ≥ 1 时没有长期效应，区间只取平稳的抽样。",
    "***, **, * mark 1, 5 and 10 %; standard errors in brackets. Short-run effects are those within the year, long-run ones add up all later years, with simulated 95 % intervals; there is no long run where τ + ρ + η ≥ 1, and intervals rest on stable draws alone.",
)


_READ_FIGURE = Text(
    "点为系数，线为 95% 区间；τ 为上年水平的延续，η 为邻居上年，ρ 为邻居当年。系数不是边际效应，效应见表。",
    "Dots are coefficients, lines their 95 % intervals: τ is what stays of last year, η the neighbours' last year, ρ their present. Coefficients are no marginal effects, which are in the table.",
)


@dataclass(frozen=True)
class DynamicsResult(Result):
    """Dynamic spatial panels of one variable.

    frame    a row a model and term: model, term, estimate, se, p
    effects  a row a model, horizon (short, long) and regressor: model, horizon, term, and direct, indirect, total with
             their simulated `_low` and `_high`; no long rows without a long run
    fits     model → the kernel's own result
    effect   unit or two-way effects
    rule     how neighbours were found
    of, names, years, recipe
    """

    frame: pd.DataFrame
    effects: pd.DataFrame
    fits: dict[str, DynamicPanel]
    effect: str
    rule: Text
    of: Text
    names: dict[str, Text]
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`dynamics` like a paper's table, and `effects` within the year and in the long run."""
        rows: list[dict[str, Any]] = []
        for term in dict.fromkeys(self.frame["term"]):
            top: dict[str, Any] = {"name": self._term(str(term))}
            below: dict[str, Any] = {"name": Text("", "")}
            for kind in self.fits:
                here = self.frame[(self.frame["model"] == kind) & (self.frame["term"] == term)]
                top[kind] = starred(here["estimate"].iloc[0], here["p"].iloc[0]) if len(here) else ""
                below[kind] = f"({here['se'].iloc[0]:.4f})" if len(here) else ""
            rows += [top, below]
        foot: tuple[tuple[Text, Callable[[str], str]], ...] = (
            (Text("τ + ρ + η", "τ + ρ + η"), lambda kind: f"{self._sum(kind):.4f}"),
            (Text("平稳抽样占比", "stable draws"), lambda kind: write_number(self.fits[kind].stable_share, "share")),
            (Text("σ²", "σ²"), lambda kind: f"{self.fits[kind].sigma2:.4g}"),
            (Text("对数似然", "log-likelihood"), lambda kind: f"{self.fits[kind].loglik:.2f}".replace("-", "−")),
            (Text("观测数", "observations"), lambda kind: str(self.fits[kind].observations)),
        )
        rows += [{"name": label} | {kind: value(kind) for kind in self.fits} for label, value in foot]
        columns = (
            Column("name", Text("变量", "variable"), style="text"),
            *(Column(kind, KINDS[kind], style="text") for kind in self.fits),
        )
        title = Text(
            f"{spanned(*self.years)} 年{self.of.zh}的动态空间面板（{EFFECTS[self.effect].zh}；{self.rule.zh}）",
            f"Dynamic spatial panels of {self.of.en}, {spanned(*self.years)} ({EFFECTS[self.effect].en}; {self.rule.en})",
        )
        shown = self.effects.copy()
        shown.insert(0, "name", [self._term(str(t)) for t in shown["term"]])
        shown.insert(0, "when", [HORIZONS[str(h)] for h in shown["horizon"]])
        shown.insert(0, "which", [KINDS[str(m)] for m in shown["model"]])
        every = self.frame.copy()
        every.insert(0, "which", [KINDS[str(m)] for m in every["model"]])
        full = coefficient_table(
            every,
            [Column("which", Text("模型", "model"), style="text")],
            [self._term(str(t)) for t in every["term"]],
            Text(f"{self.of.zh}：各动态模型的系数", f"{self.of.en}: coefficients of every dynamic model"),
        )
        return {
            "dynamics": Table(pd.DataFrame(rows), columns, title, note=_READ),
            "effects": Table(shown, _EFFECTS, Text("短期与长期效应", "Effects within the year and in the long run"), note=_READ),
            "coefficients": full,
        }  # fmt: skip

    def _term(self, term: str) -> Text:
        special = {
            "rho": Text("ρ（空间滞后）", "ρ (spatial lag)"),
            "y(t-1)": Text("τ（上年）", "τ (last year)"),
            "W*y(t-1)": Text("η（邻居上年）", "η (neighbours last year)"),
        }
        if term in special:
            return special[term]
        if term.startswith("W*"):
            inner = self._term(term[2:])
            return Text(f"W×{inner.zh}", f"W×{inner.en}")
        return self.names.get(term, Text(term, term))

    def _sum(self, kind: str) -> float:
        here = self.frame[self.frame["model"] == kind]
        return float(here.loc[here["term"].isin(["y(t-1)", "W*y(t-1)", "rho"]), "estimate"].sum())

    def summary(self, lang: Lang | None = None) -> str:
        """How much of yesterday stays, and what the last model says in the short and the long run."""
        spoken = lang or language()
        kind = list(self.fits)[-1]
        here = self.frame[self.frame["model"] == kind]
        past, rho = (here[here["term"] == t].iloc[0] for t in ("y(t-1)", "rho"))
        parts = [
            Text(
                "{model} 中，上年水平的系数 τ 为 {tau}（{pt}），空间滞后 ρ 为 {rho}（{pr}）。",
                "In the {model} last year counts with τ = {tau} ({pt}) and neighbours with ρ = {rho} ({pr}).",
            ).fill(
                model=KINDS[kind], tau=write_number(past["estimate"], "signed"), pt=write_p(past["p"]),
                rho=write_number(rho["estimate"], "signed"), pr=write_p(rho["p"]),
            )
        ]  # fmt: skip
        if not self.fits[kind].stable:
            parts.append(
                Text("τ + ρ + η 不小于 1，没有长期效应。", "τ + ρ + η is not below 1, so there is no long run.")
            )
        rows = self.effects[self.effects["model"] == kind]
        for term in dict.fromkeys(rows["term"]):
            told = [
                Text("{when} {v}", "{v} {when}").fill(when=HORIZONS[str(row["horizon"])], v=_total(row))
                for row in rows[rows["term"] == term].to_dict("records")
            ]
            parts.append(
                Text("{x}的总效应：{t}。", "{x}: total effect {t}.").fill(x=self._term(str(term)), t=listed(told))
            )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read the coefficients."""
        return {"figure": _READ_FIGURE}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """Coefficients of the last model with their 95 % intervals."""
        from xinzhi.chart import intervals

        kind = list(self.fits)[-1]
        here = self.frame[self.frame["model"] == kind]
        value, se = here["estimate"].to_numpy(dtype=float), here["se"].to_numpy(dtype=float)
        return intervals(
            [self._term(str(t)) for t in here["term"]],
            value,
            value - 1.96 * se,
            value + 1.96 * se,
            axis=Text("系数（95% 区间）", "coefficient (95 % interval)"),
            order=False,
            reference=0.0,
            title=Text(f"{KINDS[kind].zh}的系数", f"Coefficients of the {KINDS[kind].en}"),
            lang=lang,
        )


def dynamic_models(
    panel: Panel,
    of: str,
    factors: Sequence[str],
    *,
    kinds: Sequence[str] = ("dsar", "dsdm"),
    effects: Literal["unit", "two-way"] = "two-way",
    weights: str | Weights | Any = "contiguity",
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    lagged_neighbours: bool = True,
    bias_correction: bool = True,
    draws: int = 1000,
    seed: int = 0,
) -> DynamicsResult:
    """Dynamic spatial panels of `of` on `factors`: last year's level here and next door, this year's next door.

    kinds    dsar, dsdm (with the neighbours' factors)
    effects  unit or two-way
    weights  a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    lagged_neighbours  include last year's level of the neighbours
    bias_correction    Yu, de Jong and Lee's, of the bias that unit effects cause in short panels
    draws, seed        simulation behind the 95 % intervals of the effects

    Raises UsageError without any factor or kind.
    """
    if not factors or not kinds:
        raise UsageError("至少需要一个解释变量和一个模型", "at least one factor and one kind are needed", code="878")
    for kind in kinds:
        if kind not in KINDS:
            raise unknown(Text("动态空间面板模型", "dynamic spatial panel model"), kind, KINDS)
    data = placed(panel, balanced(panel, [of, *factors, *([level] if level else [])], years, regions))
    w = weights_for(panel, data.regions, weights, data[level] if level else None)
    periods, n = len(data.years), len(data.regions)
    x = np.column_stack([data[f].ravel() for f in factors])
    units, when = np.tile(np.array(data.regions), periods), np.repeat(np.array(data.years), n)
    models: dict[str, Literal["sar", "sdm"]] = {"dsar": "sar", "dsdm": "sdm"}
    fits = {
        kind: dynamic_spatial_panel(
            data[of].ravel(), x, w, units, when, models[kind], effects, lagged_neighbours, bias_correction, list(factors),
            draws=draws, seed=seed,
        )
        for kind in dict.fromkeys(kinds)
    }  # fmt: skip
    names = {f: measure_name(panel, f) for f in (of, *factors)}
    given = {
        "kinds": list(fits),
        "effects": effects,
        "weights": written(weights),
        "level": level,
        "lagged_neighbours": lagged_neighbours,
        "bias_correction": bias_correction,
        "draws": draws,
        "seed": seed,
    }
    chosen = unusual(dynamic_models, {**given, **data.asked})
    return DynamicsResult(
        _terms(fits),
        _effects(fits),
        fits,
        effects,
        w.rule,
        names[of],
        names,
        (data.years[0], data.years[-1]),
        Recipe(
            method="xinzhi.space.dynamic_models",
            title=Text("动态空间面板", "dynamic spatial panels"),
            parameters={"of": of, "factors": list(factors), "kinds": list(fits), "effects": effects, "weights": weights if isinstance(weights, str) else w.rule.en, "years": list(data.years), "lagged_neighbours": lagged_neighbours, "bias_correction": bias_correction, "draws": draws, "seed": seed},
            formula="y_t = τ y_{t−1} + η W y_{t−1} + ρ W y_t + X_t β + WX_t θ + μ + α_t ι + ε_t",
            sources=("Yu, de Jong & Lee (2008), J. Econometrics 146", "Lee & Yu (2010), Econometric Theory 26"),
            data={panel.name: panel.hash},
            assumptions=(*data.assumptions, stated(w)),
            python=python_line("space.dynamic_models", (of, list(factors)), chosen),
            cli=command_line("space --what dynamics", (of,), {"factors": list(factors), **chosen}, ("factors", "effects", "weights", "level", "years", "seed"), bundled_name(panel), {"kinds": "models"}),
        ),
    )  # fmt: skip


def _total(row: Mapping[Any, Any]) -> Text:
    value, low, high = row["total"], row["total_low"], row["total_high"]
    zh, en = (write_interval(value, low, high, "signed", lang=lang) for lang in ("zh", "en"))
    return Text(zh, en)


def _terms(fits: dict[str, DynamicPanel]) -> pd.DataFrame:
    from scipy.special import ndtr

    return pd.DataFrame(
        [
            {"model": kind, "term": term, "estimate": b, "se": s, "p": float(2 * ndtr(-abs(b / s)))}
            for kind, fit in fits.items()
            for term, b, s in zip(fit.names, fit.params, fit.se, strict=True)
        ]
    )


def _effects(fits: dict[str, DynamicPanel]) -> pd.DataFrame:
    rows = [
        {"model": kind, "horizon": horizon} | row
        for kind, fit in fits.items()
        for horizon, made in (("short", fit.short), ("long", fit.long))
        if made is not None
        for row in effect_rows(made)
    ]
    spread = (f"{part}{end}" for part in PARTS for end in ("", "_low", "_high"))
    return pd.DataFrame(rows, columns=["model", "horizon", "term", *spread])


_EFFECTS = (
    Column("which", Text("模型", "model"), style="text"),
    Column("when", Text("时限", "horizon"), style="text"),
    Column("name", Text("变量", "variable"), style="text"),
    *EFFECT_COLUMNS,
)
