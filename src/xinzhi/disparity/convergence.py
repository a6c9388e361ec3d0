"""σ- and β-convergence: is the spread narrowing, and do those who lag grow faster?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, positive
from xinzhi.base.errors import ComputationError, DataError
from xinzhi.base.regression import Covariance, Effects, Fit, panel_regression
from xinzhi.disparity.inequality import log_deviation, variation


@dataclass(frozen=True)
class Sigma:
    """The spread period by period and its trend.

    deviation  (T,) standard deviation of logarithms
    variation  (T,) coefficient of variation
    trend      per cent change a period of `deviation`, from a regression of its log on time; NaN with fewer than three periods
               or where nothing differs in one
    trend_se   its standard error, per cent a period (classical)
    """

    deviation: Array
    variation: Array
    trend: float
    trend_se: float


def sigma_convergence(v: ArrayLike, w: ArrayLike | None = None, *, sample: bool = False) -> Sigma:
    """σ-convergence of levels `v` (T, n) > 0, with weights (n,) or (T, n); `sample` divides by n − 1.

    Source: Barro & Sala-i-Martin (1992) section II.
    """
    v = positive(v, "v", 2)
    weights = [None] * v.shape[0] if w is None else list(np.broadcast_to(np.asarray(w, dtype=float), v.shape))
    deviation = np.array([log_deviation(row, p, sample=sample) for row, p in zip(v, weights, strict=True)])
    coefficient = np.array([variation(row, p, sample=sample) for row, p in zip(v, weights, strict=True)])
    if v.shape[0] < 3 or (deviation == 0).any():
        return Sigma(deviation, coefficient, float("nan"), float("nan"))
    fit = panel_regression(np.log(deviation), np.arange(v.shape[0], dtype=float)[:, None])
    return Sigma(deviation, coefficient, float(100 * np.expm1(fit.params[1])), float(100 * fit.se[1]))


@dataclass(frozen=True)
class Beta:
    """A β-convergence regression.

    beta       coefficient of the log of the starting level; negative where those who lag grow faster
    se         its standard error
    speed      λ = −ln(1 + β·span)/span a period; NaN where 1 + β·span ≤ 0
    speed_se   by the delta method
    half_life  ln 2/λ periods; infinite where λ ≤ 0
    span       periods that a growth rate spans
    fit        the whole regression; coefficients: intercept where there is one, log level, controls in their order
    """

    beta: float
    se: float
    speed: float
    speed_se: float
    half_life: float
    span: int
    fit: Fit


def beta_convergence(
    v: ArrayLike,
    controls: ArrayLike | None = None,
    effects: Effects | str = "cross-section",
    covariance: Covariance = "classical",
    span: int = 1,
    controls_at: Literal["start", "end", "mean"] | None = None,
    names: Sequence[str] | None = None,
) -> Beta:
    """β-convergence of levels.

    v           (T, n) levels > 0
    controls    (T, n, k) other determinants
    effects     `cross-section`: average annual growth between the first and last period on the first log level; else a
                panel of growth over `span` periods on the starting log level with `none`, `unit`, `time`, `two-way`, `random`
    covariance  as in `xinzhi.base.regression.panel_regression`; clusters are units
    span        periods of growth in a panel, non-overlapping from the first period on
    controls_at which value of a control explains a growth rate: at its `start`, its `end`, or the `mean` from its start to its end;
                None is `mean` in a cross-section and `start` in a panel
    names       (k,) what errors call the controls

    Growth is divided by the span, so β is per period. Source: Barro & Sala-i-Martin (1992) eq. 11; Islam (1995) for panels.
    """
    logs = np.log(positive(v, "v", 2))
    periods, n = logs.shape
    span = periods - 1 if effects == "cross-section" else span
    if not 1 <= span < periods:
        raise DataError(f"span 须在 1 与 {periods - 1} 之间", f"span must lie between 1 and {periods - 1}", code="345")
    start = np.arange(0, periods - span, span)
    growth = (logs[start + span] - logs[start]) / span
    columns = [logs[start].ravel()]
    if controls is not None:
        z = finite(controls, "controls", 3)
        if z.shape[:2] != logs.shape:
            raise DataError(
                f"controls 形状 {z.shape} 与 v {logs.shape} 不符",
                f"controls {z.shape} do not match v {logs.shape}",
                code="346",
            )
        at = controls_at or ("mean" if effects == "cross-section" else "start")
        columns += list(_controls(z, start, span, at).reshape(-1, z.shape[2]).T)
    units, times = np.tile(np.arange(n), start.size), np.repeat(start, n)
    called = None if names is None else ["ln(level)", *names]
    kind: Effects = "none" if effects == "cross-section" else effects  # type: ignore[assignment]
    fit = panel_regression(growth.ravel(), np.column_stack(columns), units, times, kind, covariance, names=called)
    level = 1 if fit.intercept else 0
    return _beta(fit, float(fit.params[level]), float(fit.se[level]), span)


def _controls(z: Array, start: NDArray[np.intp], span: int, at: str) -> Array:
    if at == "mean":
        return np.stack([z[s : s + span + 1].mean(axis=0) for s in start])
    return np.asarray(z[start if at == "start" else start + span])


def _beta(fit: Fit, beta: float, se: float, span: int) -> Beta:
    left = 1 + beta * span
    if left <= 0:
        return Beta(beta, se, float("nan"), float("nan"), float("nan"), span, fit)
    speed = float(-np.log(left) / span)
    half_life = float(np.log(2) / speed) if speed > 0 else float("inf")
    return Beta(beta, se, speed, se / left, half_life, span, fit)


def hausman(fixed: Fit, random: Fit) -> tuple[float, int, float]:
    """Hausman's test of random against fixed effects: statistic, degrees of freedom, probability.

    Raises ComputationError where the difference of covariances is not positive definite, as happens in small samples.
    Source: Hausman (1978) eq. 2.20.
    """
    from scipy.special import chdtrc

    difference = fixed.params - random.params[1:]
    spread = fixed.covariance - random.covariance[1:, 1:]
    if np.linalg.eigvalsh(spread).min() <= 0:
        raise ComputationError(
            "Hausman 检验的协方差之差非正定，统计量没有意义；请改用稳健形式（Mundlak）",
            "the difference of covariances is not positive definite, so Hausman's statistic is meaningless; use Mundlak's regression",
            code="347",
        )
    statistic = float(difference @ np.linalg.solve(spread, difference))
    return statistic, difference.size, float(chdtrc(difference.size, statistic))
