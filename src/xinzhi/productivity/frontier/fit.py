"""The stochastic frontier of a panel: its columns, its fit, its elasticities, and what its growth of productivity is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.panel.labels import measure_name, name_of
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.inputs.face import InputsResult
from xinzhi.productivity.stochastic.frontier import Model, stochastic_frontier
from xinzhi.productivity.stochastic.result import StochasticFrontier
from xinzhi.productivity.stochastic.tfp import TfpChange, tfp_decomposition
from xinzhi.productivity.stochastic.translog import Translog, translog
from xinzhi.productivity.tfp.models import refuse_zero

Form = Literal["cobb-douglas", "translog"]
FORMS = {"cobb-douglas": Text("Cobb–Douglas 函数", "Cobb–Douglas"), "translog": Text("超越对数函数", "translog")}
KINDS = {
    "cross-section": Text("混合截面", "pooled cross-section"),
    "bc92": Text("Battese–Coelli（1992）时变衰减", "Battese–Coelli (1992), decay over time"),
    "bc95": Text("Battese–Coelli（1995）效率影响因素", "Battese–Coelli (1995), effects"),
    "tfe": Text("真固定效应", "true fixed effects"),
    "tre": Text("真随机效应", "true random effects"),
}


@dataclass(frozen=True)
class Setting:
    """The choices behind a fit."""

    model: str
    form: str
    distribution: str
    trend: bool
    factors: tuple[str, ...]
    level: float
    draws: int
    seed: int


@dataclass(frozen=True)
class Fitted:
    """A fit over T years and n regions.

    estimates        what was estimated
    efficiency, low, high, jlms   (T, n)
    elasticities     (T, n, p) ∂ ln f / ∂ ln x
    technical        (T, n) ∂ ln f / ∂ t, zero without a trend
    conditions       share of observations at which theory holds: monotone, and of a translog quasi_concave
    change           Kumbhakar's parts, None where they are not defined
    notes            why not
    """

    estimates: StochasticFrontier
    efficiency: Array
    low: Array
    high: Array
    jlms: Array
    elasticities: Array
    technical: Array
    conditions: dict[str, float]
    change: TfpChange | None
    notes: tuple[Text, ...]


def fitted(data: InputsResult, how: Setting, shares: Mapping[str, float] | None) -> Fitted:
    """Fit the frontier and take it apart; refuses zeros, several goods, and effects that have gaps."""
    choice(Text("随机前沿模型", "model of the stochastic frontier"), how.model, Model)
    choice(Text("函数形式", "functional form"), how.form, Form)
    if len(data.of("good")) != 1:
        raise UsageError(
            "随机前沿只有一个产出；请用 good 指定一个",
            "a stochastic frontier has one output; name one in good",
            code="943",
        )
    refuse_zero(data, Text("取对数的随机前沿", "stochastic frontier in logarithms"))
    x, y = data.array("input"), data.array("good")[..., 0]
    T, n, p = x.shape
    names = [v.id for v in data.of("input")]
    years = np.repeat(np.array(data.years, dtype=float), n)
    trend = how.trend and T > 1
    made = translog(x.reshape(T * n, p), names, years if trend else None, centre=True)
    design, labels = _columns(made, how.form)
    fit = stochastic_frontier(
        np.log(y).ravel(), design, np.tile(data.regions, T), years, _effects(data, how), how.distribution, how.model,
        names=labels, effect_names=how.factors or None, level=how.level, draws=how.draws, seed=how.seed,
    )  # fmt: skip
    beta = fit.params[fit.names.index(labels[0]) :][: len(labels)]
    slopes, progress, conditions = _theory(made, beta, how.form)
    shape = (T, n)
    scores = [v.reshape(shape) for v in (fit.efficiency, fit.efficiency_low, fit.efficiency_high, fit.jlms)]
    e, technical = slopes.reshape(T, n, p), progress.reshape(shape)
    change, notes = _change(data, e, technical, scores[0], _shares(shares, names))
    return Fitted(fit, scores[0], scores[1], scores[2], scores[3], e, technical, conditions, change, notes)


def _columns(made: Translog, form: str) -> tuple[Array, list[str]]:
    """The columns of the form asked for: all of a translog, its logarithms and trend of a Cobb–Douglas function."""
    if form == "translog":
        return made.design, list(made.names)
    p = len(made.inputs)
    trend = [] if made.time is None else [made.time]
    return np.column_stack([*made.logs.T, *trend]), [*made.names[:p], *(["t"] if trend else [])]


def _theory(made: Translog, beta: Array, form: str) -> tuple[Array, Array, dict[str, float]]:
    """Elasticities (N, p), technical change (N,) and where the conditions of theory hold."""
    if form == "translog":
        found = made.conditions(beta).share
        kept = {k: found[k] for k in ("monotone", "quasi_concave")}
        return made.elasticities(beta), made.technical_change(beta), kept
    size, p = made.logs.shape
    trend = float(beta[p]) if beta.size > p else 0.0
    return np.tile(beta[:p], (size, 1)), np.full(size, trend), {"monotone": float((beta[:p] >= 0).all())}


def _effects(data: InputsResult, how: Setting) -> Array | None:
    """(T n, k) the variables that move inefficiency, each cell known."""
    if not how.factors:
        if how.model == "bc95":
            raise UsageError(
                'bc95 需要 factors（效率的影响因素），如 factors=["urban_rate"]',
                'bc95 needs factors, what moves inefficiency, such as factors=["urban_rate"]',
                code="944",
            )
        return None
    return np.stack([factor(data, f) for f in how.factors], axis=2).reshape(-1, len(how.factors))


def factor(data: InputsResult, written: str) -> Array:
    """(T, n) a formula over the panel behind the inputs, refused where a cell that is needed is missing."""
    values = data.panel.evaluate(written)
    table = values.unstack("region").reindex(index=data.years, columns=data.regions)
    gaps = np.argwhere(table.isna().to_numpy())
    if len(gaps):
        t, u = (int(v) for v in gaps[0])
        what, who = measure_name(data.panel, written), name_of(data.panel.places, data.regions[u])
        raise DataError(
            f"影响因素「{what.zh}」缺少{who.zh} {data.years[t]} 年的数据（共缺 {len(gaps)} 个）；请补齐，或用 years、regions 避开",
            f"the factor “{what.en}” lacks {who.en} in {data.years[t]} ({len(gaps)} cells in all); fill them, or avoid them by years or regions",
            code="945",
        )
    return np.asarray(table.to_numpy(dtype=float))


def _shares(given: Mapping[str, float] | None, names: Sequence[str]) -> Array | None:
    if given is None:
        return None
    if set(given) != set(names):
        raise UsageError(
            f"shares 应为每个投入（{'、'.join(names)}）各给一个成本份额",
            f"shares must hold a cost share of every input ({', '.join(names)})",
            code="946",
        )
    return np.array([float(given[n]) for n in names])


def _change(
    data: InputsResult, e: Array, technical: Array, efficiency: Array, shares: Array | None
) -> tuple[TfpChange | None, tuple[Text, ...]]:
    """Kumbhakar's decomposition, and why there is none where there is none."""
    if len(data.years) < 2:
        return None, ()
    bad = np.argwhere(e.sum(axis=2) <= 0)
    if len(bad):
        t, u = (int(v) for v in bad[0])
        who = name_of(data.panel.places, data.regions[u])
        said = Text(
            f"{len(bad)} 个观测的产出弹性之和不为正（如{who.zh} {data.years[t]} 年），规模项没有定义，未作生产率分解",
            f"the elasticities of {len(bad)} observations do not sum to a positive number (such as {who.en} {data.years[t]}), so scale is undefined and productivity is not decomposed",
        )
        return None, (said,)
    years = np.array(data.years, dtype=float)
    found = tfp_decomposition(data.array("input"), e, technical, efficiency, shares, years)
    return found, found.notes
