"""Stochastic frontiers: how far below what is possible, once noise is set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError
from xinzhi.base.text import Text
from xinzhi.productivity.arguments import choice
from xinzhi.productivity.stochastic.effects import fixed_effects, random_effects, within_squares
from xinzhi.productivity.stochastic.estimate import STATUS_NOTES, Estimate, one_error
from xinzhi.productivity.stochastic.result import StochasticFrontier, mixed_test
from xinzhi.productivity.stochastic.sample import Least, Sample, least_squares, probability, sample

Distribution = Literal["half-normal", "truncated", "exponential"]
Model = Literal["cross-section", "bc92", "bc95", "tfe", "tre"]


def stochastic_frontier(
    y: ArrayLike,
    X: ArrayLike,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
    effects: ArrayLike | None = None,
    distribution: str = "half-normal",
    model: str = "cross-section",
    cost: bool = False,
    *,
    decay: bool = True,
    intercept: bool | None = None,
    effects_intercept: bool | None = None,
    names: Sequence[str] | None = None,
    effect_names: Sequence[str] | None = None,
    level: float = 0.95,
    draws: int = 128,
    seed: int = 0,
) -> StochasticFrontier:
    """Maximum likelihood of y = Xβ + v − u (v + u if `cost`), v ~ N(0, σ_v²), u ≥ 0.

    y, X          (N,), (N, k) as they enter the equation, usually logarithms; or (T, n), (T, n, k), which gives units and periods
    units         (N,) labels, needed by bc92, tfe and tre; periods (N,) labels, years or any that sort
    effects       (N, j) what moves the mean of u, for bc95
    distribution  of u: half-normal; truncated (normal with mean μ before truncation at zero); exponential
    model         cross-section: every observation its own u
                  bc92: u_it = u_i exp(−η (t − T)), T the last period; constant u_i with decay=False
                  bc95: u_it truncated normal with mean δ₀ + z_it'δ
                  tfe, tre: a fixed, or normally distributed, intercept for every unit beside u_it (Greene 2005)
    intercept     None adds one unless X has a constant column; effects_intercept the same for effects (δ₀)
    names, effect_names   of the columns of X and of effects; those of a frame, or x1, x2, …, z1, z2, … if None
    level         of the bounds of efficiency
    draws, seed   Halton draws of a unit (a power of two spreads them most evenly) and the seed of their shift, for tre

    Wrong skewness, a likelihood that is greatest on the edge and failure to converge are in `.status` and `.notes`.
    Raises DataError for missing values, columns that determine one another and repeated unit-periods; UsageError for
    options that do not fit together.
    Source: Aigner, Lovell & Schmidt (1977); Battese & Coelli (1992, 1995); Greene (2005); parametrised as FRONTIER 4.1.
    """
    choice(Text("无效率分布", "distribution of inefficiency"), distribution, Distribution)
    choice(Text("前沿模型", "frontier model"), model, Model)
    probability(level, "level")
    _fitting_options(model, distribution, units is not None or np.ndim(y) == 2, effects is not None)
    if draws < 2:
        raise UsageError(f"draws={draws} 太少，至少为 2", f"draws={draws} are too few; give 2 or more", code="455")
    with_intercept = False if model == "tfe" and intercept is None else intercept
    data = sample(y, X, units, periods, effects, names, effect_names, with_intercept, effects_intercept, cost)
    if model in ("bc92", "tfe", "tre") and data.labels.size < 2:
        raise DataError(
            f'model="{model}" 只有一个单元，单元之间没有差异可估计；请用 model="cross-section"',
            f'model="{model}" has one unit, so nothing differs between units; use model="cross-section"',
            code="460",
        )
    decays = model == "bc92" and decay and bool(np.ptp(data.time) > 0)
    ols = within_squares(data) if model == "tfe" else least_squares(data.y, data.X)
    if model == "tfe":
        found = fixed_effects(data, ols, distribution, level)
    elif model == "tre":
        found = random_effects(data, ols, distribution, level, draws, seed)
    else:
        found = one_error(data, ols, model, distribution, decays, level)
    notes = _notes(data, ols, found, model, distribution, decay and not decays)
    return _result(data, ols, found, notes, model, "truncated" if model == "bc95" else distribution, cost, level)


def _fitting_options(model: str, distribution: str, panel: bool, effects: bool) -> None:
    if model in ("bc92", "tfe", "tre") and not panel:
        raise UsageError(
            f'model="{model}" 需要 units（每个观测所属的地区或企业）',
            f'model="{model}" needs units, the region or firm of every observation',
            code="452",
        )
    if effects != (model == "bc95"):
        raise UsageError(
            f'effects 只用于 model="bc95"，且为其必需；当前 model="{model}"',
            f'effects belong to model="bc95", which needs them; the model here is "{model}"',
            code="453",
        )
    if model == "bc95" and distribution == "exponential":
        raise UsageError(
            'model="bc95" 的无效率为截断正态，不能用 exponential',
            'inefficiency in model="bc95" is truncated normal; it cannot be exponential',
            code="454",
        )


def _notes(
    data: Sample, ols: Least, found: Estimate, model: str, distribution: str, no_decay: bool
) -> tuple[Text, ...]:
    notes = list(found.notes)
    if data.sign * ols.skewness > 0 and model == "cross-section":
        notes.append(
            Text(
                "最小二乘残差的偏度为 {s:.3f}（p = {p:.3f}），与{kind}应有的方向相反：可能没有无效率，或函数形式、样本有误",
                "least-squares residuals have skewness {s:.3f} (p = {p:.3f}), the wrong way for a {kind}: there may be no "
                "inefficiency, or the functional form or the sample is at fault",
            ).fill(
                s=ols.skewness,
                p=ols.skewness_p,
                kind=Text("成本前沿", "cost frontier") if data.sign < 0 else Text("生产前沿", "production frontier"),
            )
        )
    if found.status in STATUS_NOTES:
        notes.append(STATUS_NOTES[found.status])
    if model == "bc95" and distribution != "truncated":
        notes.append(
            Text("BC95 的无效率按定义为截断正态", "inefficiency in the 1995 model is truncated normal by definition")
        )
    if model == "bc92" and no_decay:
        notes.append(Text("只有一期，不估计时变参数 η", "there is one period, so no decay η is estimated"))
    return tuple(notes)


def _result(
    data: Sample,
    ols: Least,
    found: Estimate,
    notes: tuple[Text, ...],
    model: str,
    distribution: str,
    cost: bool,
    level: float,
) -> StochasticFrontier:
    def shaped(values: Array) -> Array:
        return values.reshape(data.shape)

    return StochasticFrontier(
        found.names,
        found.params,
        found.covariance,
        found.loglik,
        shaped(found.posterior.efficiency),
        shaped(found.posterior.low),
        shaped(found.posterior.high),
        shaped(found.posterior.mean),
        found.sigma2,
        found.gamma,
        mixed_test(float(2 * (found.loglik - found.null_loglik)), found.restrictions),
        ols.params,
        ols.loglik,
        ols.skewness,
        ols.skewness_p,
        found.unit_effects,
        tuple(str(u) for u in data.labels) if found.unit_effects.size else (),
        found.status,
        notes,
        model,
        distribution,
        cost,
        level,
    )
