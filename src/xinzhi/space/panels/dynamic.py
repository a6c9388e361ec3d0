"""Dynamic spatial panels: today depends on yesterday, here and next door.

y_t = τ y_{t−1} + η W y_{t−1} + ρ W y_t + X_t β (+ W X_t θ) + μ + α_t ι + ε_t
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.text import Text
from xinzhi.space.panels.effects import Effects, draw, refuse_draws, told
from xinzhi.space.panels.fixed import Estimate, fit_fixed, lag_covariance
from xinzhi.space.panels.shape import Freedom, Shape, arrange, refuse_gaps
from xinzhi.space.weights.spectrum import Spectrum


@dataclass(frozen=True)
class DynamicPanel:
    """A fitted dynamic spatial panel.

    names, params, se    y(t−1), W*y(t−1) where asked, regressors, W*regressors under sdm, rho
    uncorrected          (p,) the same before bias correction
    rho, sigma2, loglik
    short, long          effects within the year and in the long run; `long` is None without a long run
    stable               whether τ + ρ + η < 1 at the estimates, without which there is no long run
    stable_share         share of the draws behind the intervals that have a long run; `long` rests on those alone
    effect, model, bias_correction, observations
    """

    names: tuple[str, ...]
    params: Array
    se: Array
    uncorrected: Array
    rho: float
    sigma2: float
    loglik: float
    short: Effects
    long: Effects | None
    stable: bool
    stable_share: float
    effect: str
    model: str
    bias_correction: bool
    observations: int


def dynamic_spatial_panel(
    y: ArrayLike,
    X: Any,
    w: Any,
    units: ArrayLike,
    periods: ArrayLike,
    model: Literal["sar", "sdm"] = "sar",
    effects: Literal["unit", "two-way"] = "two-way",
    lagged_neighbours: bool = True,
    bias_correction: bool = True,
    names: Sequence[str] | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
) -> DynamicPanel:
    """A dynamic spatial panel by quasi-maximum likelihood; the first period is lost.

    lagged_neighbours  include W y_{t−1}
    bias_correction    Yu, de Jong and Lee's analytic correction of the bias of order 1/T that unit effects cause; with time
                       effects these are first taken out by the (n − 1) transformation, which needs row-standardised weights
    draws, seed, level simulation behind the intervals of the effects

    Source: Elhorst (2014) table 4.1 for the effects; Yu, de Jong & Lee (2008), J. Econometrics 146, eqs 11-17; Lee & Yu (2010), Econometric Theory 26, for time effects.
    """
    if model not in ("sar", "sdm"):
        raise unknown(Text("动态空间面板模型", "dynamic spatial panel model"), str(model), ("sar", "sdm"))
    if effects not in ("unit", "two-way"):
        raise unknown(Text("效应", "kind of effects"), str(effects), ("unit", "two-way"))
    refuse_draws(draws, level)
    base = arrange(y, X, w, units, periods, effects, names)
    refuse_gaps(base)
    if base.T < 4:
        raise DataError(
            f"动态模型至少需要 4 期，实有 {base.T} 期",
            f"a dynamic model needs at least 4 periods, there are {base.T}",
            code="856",
        )
    shape = _with_past(base, model == "sdm", lagged_neighbours)
    spectrum = Spectrum.of(shape.w)
    freedom = (
        Freedom(shape.T * (shape.n - 1), shape.T, shape.n - 1)
        if effects == "two-way"
        else Freedom(shape.T * shape.n, shape.T, shape.n)
    )
    fitted = fit_fixed(shape, spectrum, effects, True, False, True, freedom)
    raw = np.array([*fitted.beta, fitted.rho, fitted.sigma2])
    final = raw + _correction(shape, fitted, freedom, lagged_neighbours) if bias_correction else raw
    rho, sigma2 = float(final[-2]), float(final[-1])
    covariance = lag_covariance(shape, spectrum, effects, freedom, final[:-2], rho, sigma2)[:-1, :-1]
    sample = draw(final[:-1], covariance, draws, seed, spectrum.bounds)
    short, long, share = _effects(base, spectrum, model == "sdm", lagged_neighbours, final[:-1], sample, level)
    return DynamicPanel(
        (*shape.names, "rho"),
        final[:-1],
        np.sqrt(np.diag(covariance)),
        raw[:-1],
        rho,
        sigma2,
        fitted.loglik,
        short,
        long,
        long is not None,
        share,
        effects,
        model,
        bias_correction,
        shape.y.size,
    )


def _with_past(base: Shape, durbin: bool, lagged_neighbours: bool) -> Shape:
    before = base.y[:-1]
    columns, names = [before[..., None]], ["y(t-1)"]
    if lagged_neighbours:
        columns.append(base.lag(before)[..., None])
        names.append("W*y(t-1)")
    columns.append(base.x[1:])
    names += base.names
    if durbin:
        columns.append(base.lag(base.x)[1:])
        names += [f"W*{name}" for name in base.names]
    return replace(base, y=base.y[1:], x=np.concatenate(columns, axis=2), names=tuple(names), periods=base.periods[1:])


def _correction(shape: Shape, fitted: Estimate, freedom: Freedom, lagged_neighbours: bool) -> Array:
    """Σ⁻¹φ/T, which added to the estimates of (τ, η, β, ρ, σ²) removes their bias of order 1/T."""
    n, m = shape.n, freedom.units
    w = shape.w.toarray()
    inverse = np.linalg.inv(np.eye(n) - fitted.rho * w)
    tau = float(fitted.beta[0])
    eta = float(fitted.beta[1]) if lagged_neighbours else 0.0
    step = inverse @ (tau * np.eye(n) + eta * w)
    centre = np.eye(n) - 1 / n if m < n else np.eye(n)
    if np.abs(np.linalg.eigvals(centre @ step)).max() >= 1:
        raise ComputationError(
            "动态模型不平稳，偏误修正没有定义；可用 bias_correction=False",
            "the dynamic model is not stable, so the bias correction is undefined; use bias_correction=False",
            code="857",
        )
    summed = np.linalg.inv(np.eye(n) - centre @ step) @ centre @ inverse
    power = w @ inverse
    phi = np.zeros(fitted.beta.size + 2)
    phi[0] = np.trace(centre @ summed) / m
    if lagged_neighbours:
        phi[1] = np.trace(centre @ w @ summed) / m
    phi[-2] = np.trace(centre @ power @ (tau * np.eye(n) + eta * w) @ summed + centre @ power) / m
    phi[-1] = 1 / (2 * fitted.sigma2)
    information = np.linalg.inv(fitted.covariance) / freedom.observations
    return np.asarray(np.linalg.solve(information, phi) / shape.T)


def _effects(
    base: Shape,
    spectrum: Spectrum,
    durbin: bool,
    lagged_neighbours: bool,
    estimates: Array,
    sample: Array,
    level: float,
) -> tuple[Effects, Effects | None, float]:
    """Effects within the year, (I − ρW)⁻¹(βI + θW), and in the long run, ((1 − τ)I − (ρ + η)W)⁻¹(βI + θW)."""
    k, past = base.x.shape[2], 1 + int(lagged_neighbours)
    rows = np.vstack([estimates, sample])
    tau, rho = rows[:, 0], rows[:, -1]
    eta = rows[:, 1] if lagged_neighbours else np.zeros(len(rows))
    beta = rows[:, past : past + k]
    theta = rows[:, past + k : past + 2 * k] if durbin else np.zeros_like(beta)
    names = tuple(base.names)
    short = told(names, spectrum, (rho[0], beta[0], theta[0]), (rho[1:], beta[1:], theta[1:]), level)
    own, spatial = 1 - tau, rho + eta
    low, high = spectrum.bounds
    lasting = (own > 0) & (spatial < own) & (spatial > low * own) & (spatial < high * own)
    share = float(lasting[1:].mean())
    if not lasting[0] or lasting[1:].sum() < 2:
        return short, None, share
    ratio, beta, theta = (spatial / own)[lasting], (beta / own[:, None])[lasting], (theta / own[:, None])[lasting]
    return short, told(names, spectrum, (ratio[0], beta[0], theta[0]), (ratio[1:], beta[1:], theta[1:]), level), share
