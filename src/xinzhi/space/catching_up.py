"""Whether those who lag grow faster once neighbours count: spatial β-convergence, model by model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from xinzhi.base.calls import command_line, python_line, unusual
from xinzhi.base.errors import DataError
from xinzhi.base.numbers import write_number, write_p
from xinzhi.base.recipe import Recipe
from xinzhi.base.result import Result
from xinzhi.base.table import Column, Table
from xinzhi.base.text import Lang, Text, language
from xinzhi.panel import Panel
from xinzhi.panel.balanced import balanced
from xinzhi.panel.bundled import bundled_name
from xinzhi.panel.labels import measure_name, spanned
from xinzhi.space.beta import SpatialBeta, spatial_beta
from xinzhi.space.models.choice import NAMES
from xinzhi.space.models.fits import EFFECTS
from xinzhi.space.panels.model import Model
from xinzhi.space.panels.shape import PanelEffects
from xinzhi.space.weights.matrix import Weights
from xinzhi.space.weights.neighbours import placed, stated, weights_for, written

_READ = Text(
    "β 为负且显著表示落后地区增长更快；速度 λ = −ln(1 + β·跨度)/跨度，半程为 ln2/λ；“含邻居的速度”以初始水平的总效应计算；ρ 为增长的空间滞后，λ 为误差的空间相关。个体固定效应下的 β 是向各自稳态的收敛，通常快得多。",
    "A negative and significant β means that those who lag grow faster; speed λ = −ln(1 + β·span)/span, half-life ln 2/λ; the speed with neighbours uses the total effect of the starting level; ρ is the spatial lag of growth, λ the spatial correlation of errors. With unit effects β is convergence to each region's own steady state, usually much faster.",
)


_READ_FIGURE = Text(
    "点为各模型的 β，线为 95% 区间，红点为 AIC 最小的模型；整段在 0 左侧即存在 β 收敛。",
    "Dots are β of each model, lines their 95 % intervals, red the lowest AIC; a line left of zero means β-convergence.",
)


@dataclass(frozen=True)
class CatchingUpResult(Result):
    """Spatial β-convergence of one figure.

    frame    a row a model: model, beta, se, p, speed, speed_se, half_life, total_speed, rho, lam, loglik, aic, observations
    fits     model → the kernel's own result, with effects and tests
    chosen   the model of the lowest AIC
    effects  effects in every model; cross-section for one growth rate a region
    rule     how neighbours were found
    of, years, recipe
    """

    frame: pd.DataFrame
    fits: dict[str, SpatialBeta]
    chosen: str
    effects: str
    rule: Text
    of: Text
    years: tuple[int, int]
    recipe: Recipe

    def tables(self) -> dict[str, Table]:
        """`beta`, a row a model."""
        rows = self.frame.copy()
        rows.insert(0, "label", [NAMES[m] for m in rows["model"]])
        kind = _EFFECTS[self.effects]
        title = Text(
            f"{spanned(*self.years)} 年{self.of.zh}的空间 β 收敛（{kind.zh}；{self.rule.zh}）",
            f"Spatial β-convergence of {self.of.en}, {spanned(*self.years)} ({kind.en}; {self.rule.en})",
        )
        return {"beta": Table(rows, _BETA, title, note=_READ)}

    def summary(self, lang: Lang | None = None) -> str:
        """Whether there is convergence in the chosen model, and what neighbours change."""
        spoken = lang or language()
        row = self.frame[self.frame["model"] == self.chosen].iloc[0]
        closes = row["p"] < 0.05 and row["beta"] < 0
        verdict = (
            Text("存在 β 收敛", "there is β-convergence")
            if closes
            else Text("差距在扩大", "those ahead pull away")
            if row["p"] < 0.05
            else Text("不能认定存在 β 收敛", "β-convergence cannot be claimed")
        )
        parts = [
            Text(
                "AIC 最小的是{model}：β 为 {beta}（{p}），{verdict}。",
                "{model} has the lowest AIC: β is {beta} ({p}): {verdict}.",
            ).fill(
                model=NAMES[self.chosen], beta=write_number(row["beta"], "signed", 4), p=write_p(row["p"]), verdict=verdict
            )
        ]  # fmt: skip
        if closes and np.isfinite(row["half_life"]):
            parts.append(
                Text(
                    "速度每年 {speed}，半程约 {years} 年。", "Speed {speed} a year, half of the gap in some {years} years."
                ).fill(
                    speed=write_number(row["speed"], "share", 2), years=write_number(row["half_life"], "number", 0)
                )
            )  # fmt: skip
        if np.isfinite(row["rho"]) and np.isfinite(row["total_speed"]):
            parts.append(
                Text(
                    "增长的空间滞后 ρ 为 {rho}，计入邻居后速度为 {speed}。",
                    "Growth depends on neighbours' growth with ρ = {rho}; with neighbours counted the speed is {speed}.",
                ).fill(rho=write_number(row["rho"], "signed"), speed=write_number(row["total_speed"], "share", 2))
            )
        return ("" if spoken == "zh" else " ").join(p.say(spoken) for p in parts)

    def reads(self) -> dict[str, Text]:
        """How to read β of every model."""
        return {"figure": _READ_FIGURE}

    def figure(self, lang: Lang | None = None) -> dict[str, Any]:
        """β of every model with its 95 % interval."""
        from xinzhi.chart import intervals

        beta, se = self.frame["beta"].to_numpy(dtype=float), self.frame["se"].to_numpy(dtype=float)
        return intervals(
            [NAMES[str(m)] for m in self.frame["model"]],
            beta,
            beta - 1.96 * se,
            beta + 1.96 * se,
            axis=Text("β（95% 区间）", "β (95 % interval)"),
            keys=[str(m) for m in self.frame["model"]],
            highlight=[self.chosen],
            order=False,
            reference=0.0,
            title=Text(f"{self.of.zh}的空间 β 收敛", f"Spatial β-convergence of {self.of.en}"),
            lang=lang,
        )


def catching_up(
    panel: Panel,
    of: str,
    *,
    controls: Sequence[str] = (),
    kinds: Sequence[Model] = ("pooled", "sar", "sem", "sdm"),
    effects: PanelEffects | Literal["cross-section"] = "two-way",
    span: int = 1,
    weights: str | Weights | Any = "contiguity",
    level: str | None = None,
    years: Iterable[int] | None = None,
    regions: Iterable[str] | None = None,
    draws: int = 500,
    seed: int = 0,
) -> CatchingUpResult:
    """Whether those who lag in `of` grow faster, with neighbours accounted for.

    of        an indicator or formula with values > 0
    controls  indicators or formulas for conditional convergence, at the start of each growth rate (their mean in a cross-section)
    kinds     models: pooled, slx, sar, sem, sac, sdm
    effects   cross-section, or a panel of growth over `span` years with none, unit, time, two-way or random effects
    weights   a rule of `xinzhi.space.RULES`, a file, or weights; row-standardised
    level     the level behind economic distance

    Raises DataError for values that are not positive, or without any kind of model.
    """
    if not kinds:
        raise DataError("至少需要一个模型", "at least one model is needed", code="876")
    data = placed(panel, balanced(panel, [of, *controls, *([level] if level else [])], years, regions))
    if len(data.years) < 2:
        raise DataError(
            f"收敛至少需要 2 年，实有 {data.years[0]} 一年",
            f"convergence needs at least 2 years, there is {data.years[0]} alone",
            code="839",
        )
    step = data.step
    w = weights_for(panel, data.regions, weights, data[level] if level else None)
    others = np.stack([data[c] for c in controls], axis=-1) if controls else None
    fits = {
        str(kind): spatial_beta(data[of], w, kind, effects, others, span, draws=draws, seed=seed, names=list(controls))
        for kind in dict.fromkeys(kinds)
    }
    frame = pd.DataFrame([_row(kind, found, step) for kind, found in fits.items()])
    given = {
        "controls": list(controls),
        "kinds": list(fits),
        "effects": effects,
        "span": span,
        "weights": written(weights),
        "level": level,
        "draws": draws,
        "seed": seed,
    }
    chosen = unusual(catching_up, {**given, **data.asked})
    return CatchingUpResult(
        frame,
        fits,
        str(frame["model"].iloc[int(np.argmin(frame["aic"].to_numpy(dtype=float)))]),
        effects,
        w.rule,
        measure_name(panel, of),
        (data.years[0], data.years[-1]),
        Recipe(
            method="xinzhi.space.catching_up",
            title=Text("空间 β 收敛", "spatial β-convergence"),
            parameters={"of": of, "controls": list(controls), "kinds": list(fits), "effects": effects, "span": span, "weights": weights if isinstance(weights, str) else w.rule.en, "years": list(data.years), "draws": draws},
            formula="(ln v_{t+s} − ln v_t)/s = α + ρW(·) + β·ln v_t + θW·ln v_t + γ'z + u, u = λWu + ε; speed −ln(1 + βs)/s",
            sources=("Rey & Montouri (1999), Regional Studies 33", "Elhorst, Piras & Arbia (2010), Geographical Analysis 42", "Barro & Sala-i-Martin (1992), JPE 100"),
            data={panel.name: panel.hash},
            seed=seed,
            assumptions=(*data.assumptions, stated(w)),
            python=python_line("space.catching_up", (of,), chosen),
            cli=command_line("space --what convergence", (of,), chosen, ("controls", "effects", "weights", "level", "years", "seed"), bundled_name(panel), {"kinds": "models"}),
        ),
    )  # fmt: skip


def _row(kind: str, found: SpatialBeta, step: int) -> dict[str, Any]:
    """One model, everything a year even where periods are `step` years apart."""
    size = len(found.fit.names) + 1
    return {
        "model": kind,
        "beta": found.beta / step,
        "se": found.se / step,
        "p": found.p,
        "speed": found.speed / step,
        "speed_se": found.speed_se / step,
        "half_life": found.half_life * step if np.isfinite(found.half_life) else np.nan,
        "total_speed": found.total_speed / step,
        "rho": found.rho,
        "lam": found.lam,
        "loglik": found.fit.loglik,
        "aic": 2 * size - 2 * found.fit.loglik,
        "observations": found.fit.observations,
    }


_EFFECTS = {**EFFECTS, "cross-section": Text("截面", "cross-section")}
_BETA = (
    Column("label", Text("模型", "model"), style="text"),
    Column("beta", Text("β", "β"), style="signed", digits=4),
    Column("se", Text("标准误", "standard error"), style="number", digits=4),
    Column("p", Text("p 值", "p"), style="p"),
    Column("speed", Text("速度 λ", "speed λ"), Text("每年", "a year"), style="number", digits=4),
    Column("half_life", Text("半程", "half-life"), Text("年", "years"), style="number", digits=1),
    Column(
        "total_speed", Text("含邻居的速度", "speed with neighbours"), Text("每年", "a year"), style="number", digits=4
    ),
    Column("rho", Text("ρ", "ρ"), style="signed"),
    Column("lam", Text("λ", "λ"), style="signed"),
    Column("aic", Text("AIC", "AIC"), style="number", digits=1),
    Column("observations", Text("观测数", "observations"), style="count"),
)
