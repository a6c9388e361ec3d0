"""Spatial β-convergence: do those who lag grow faster, once what the neighbours do is accounted for?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, positive
from xinzhi.base.errors import DataError
from xinzhi.space.panels.model import Model, SpatialPanel, spatial_panel
from xinzhi.space.panels.shape import PanelEffects
from xinzhi.space.weights.matrix import matrix


@dataclass(frozen=True)
class SpatialBeta:
    """A spatial β-convergence regression.

    beta       coefficient of the log of the starting level; negative where those who lag grow faster
    se, p      its standard error and two-sided normal probability
    speed      λ = −ln(1 + β·span)/span a period; NaN where 1 + β·span ≤ 0, which no convergence path gives
    speed_se   by the delta method
    half_life  ln 2/λ periods; infinite where λ ≤ 0
    total_speed  the speed by the total effect of the starting level, neighbours included; equals `speed` without a lag
    rho, lam   spatial lag and error coefficients, NaN where the model has none
    span       periods that a growth rate spans
    fit        the whole model with effects and tests; the log level is its first regressor
    """

    beta: float
    se: float
    p: float
    speed: float
    speed_se: float
    half_life: float
    total_speed: float
    rho: float
    lam: float
    span: int
    fit: SpatialPanel


def spatial_beta(
    v: ArrayLike,
    w: Any,
    model: Model = "sdm",
    effects: PanelEffects | Literal["cross-section"] = "two-way",
    controls: ArrayLike | None = None,
    span: int = 1,
    controls_at: Literal["start", "end", "mean"] | None = None,
    bias_correction: bool = True,
    draws: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    names: Sequence[str] | None = None,
) -> SpatialBeta:
    """Growth on the log of the starting level in a spatial model.

    v            (T, n) levels > 0
    w            (n, n) weights, units in the columns' order
    model        sar, sem, sdm, sac, slx or pooled, as in `spatial_panel`
    effects      `cross-section`: average growth between the first and last period on the first log level; else a panel of
                 growth over `span` periods, non-overlapping from the first period on, with `none`, `unit`, `time`,
                 `two-way` or `random` effects
    controls     (T, n, k) other determinants
    controls_at  their value at the `start` or `end` of a growth rate, or the `mean` from start to end; None is `mean` in a
                 cross-section and `start` in a panel
    names        (k,) what the controls are called

    Growth is divided by the span, so β is per period. Raises what `spatial_panel` raises.
    Source: Rey & Montouri (1999) eqs 6-9; Elhorst, Piras & Arbia (2010) for panels; speed after Barro & Sala-i-Martin (1992).
    """
    logs = np.log(positive(v, "v", 2))
    periods, n = logs.shape
    span = periods - 1 if effects == "cross-section" else span
    if not 1 <= span < periods:
        raise DataError(f"span 须在 1 与 {periods - 1} 之间", f"span must lie between 1 and {periods - 1}", code="819")
    start = np.arange(0, periods - span, span)
    growth = (logs[start + span] - logs[start]) / span
    at = controls_at or ("mean" if effects == "cross-section" else "start")
    table, labels = logs[start][..., None], ["ln(level)"]
    if controls is not None:
        extra = _controls(controls, logs.shape, start, span, at)
        table = np.concatenate([table, extra], axis=2)
        labels += list(names) if names is not None else [f"x{k + 1}" for k in range(extra.shape[2])]
    fit = spatial_panel(
        growth.ravel(),
        table.reshape(-1, table.shape[2]),
        matrix(w, n),
        np.tile(np.arange(n), start.size),
        np.repeat(start, n),
        model,
        "none" if effects == "cross-section" else effects,
        bias_correction,
        draws=draws,
        seed=seed,
        level=level,
        names=labels,
    )
    return _result(fit, span)


def _controls(controls: ArrayLike, shape: tuple[int, ...], start: NDArray[np.intp], span: int, at: str) -> Array:
    z = finite(controls, "controls", 3)
    if z.shape[:2] != shape:
        raise DataError(
            f"controls 形状 {z.shape} 与 v {shape} 不符", f"controls {z.shape} do not match v {shape}", code="834"
        )
    if at not in ("start", "end", "mean"):
        raise DataError(
            f"controls_at 只能是 start、end 或 mean，实为 {at}",
            f"controls_at is start, end or mean, not {at}",
            code="835",
        )
    if at == "mean":
        return np.stack([z[s : s + span + 1].mean(axis=0) for s in start])
    return np.asarray(z[start if at == "start" else start + span])


def _result(fit: SpatialPanel, span: int) -> SpatialBeta:
    at = fit.names.index("ln(level)")
    beta, se = float(fit.params[at]), float(fit.se[at])
    speed = _speed(beta, span)
    return SpatialBeta(
        beta,
        se,
        float(fit.pvalues[at]),
        speed,
        se / (1 + beta * span) if np.isfinite(speed) else float("nan"),
        float(np.log(2) / speed) if speed > 0 else (float("inf") if np.isfinite(speed) else float("nan")),
        _speed(float(fit.effects.total[0]), span),
        fit.rho,
        fit.lam,
        span,
        fit,
    )


def _speed(beta: float, span: int) -> float:
    left = 1 + beta * span
    return float(-np.log(left) / span) if left > 0 else float("nan")
