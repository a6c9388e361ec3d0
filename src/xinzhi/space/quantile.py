"""Quantile regression, pooled or with unit effects: what moves the laggards may not move the leaders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, labels, same_length
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.regression import group_means, panel_regression
from xinzhi.base.text import Text

_EPS = float(np.sqrt(np.finfo(float).eps))
"""Differences of quantiles up to this, in the unit of y, count as none, as in R's quantreg; less where y itself is as small."""


@dataclass(frozen=True)
class QuantileFit:
    """A quantile regression.

    tau        the quantile, in (0, 1)
    params     (k + 1,) intercept first
    se         (k + 1,) by `errors`
    objective  Σ ρ_τ(residual), the least there is even where coefficients are not unique
    effects    `none`, or `unit` after Canay's transformation
    errors     nid (Hendricks–Koenker sandwich) or iid
    """

    tau: float
    params: Array
    se: Array
    objective: float
    effects: str
    errors: str


def quantile_regression(
    y: ArrayLike,
    x: ArrayLike,
    tau: float = 0.5,
    units: ArrayLike | None = None,
    effects: str = "none",
    errors: str = "nid",
    names: Sequence[str] | None = None,
) -> QuantileFit:
    """The τ-th quantile regression of `y` (N,) on `x` (N, k) with an intercept, by exact linear programming.

    effects  unit: unit effects estimated in the mean and taken out first (Canay 2011), which needs a long panel
    errors   nid: local sandwich with Hall–Sheather bandwidth; iid: one sparsity for all
    names    (k,) what errors call the regressors

    Source: Koenker & Bassett (1978); Koenker (2005) sections 3.4.1-3.4.2; Canay (2011) section 4.
    """
    target, design = finite(y, "y", 1), finite(np.asarray(x)[:, None] if np.ndim(x) == 1 else x, "x", 2)
    same_length(target.size, "x", design)
    if not 0 < tau < 1:
        raise DataError(
            f"分位点须在 0 与 1 之间，实为 {tau:g}", f"the quantile must lie between 0 and 1, it is {tau:g}", code="870"
        )
    if effects not in ("none", "unit"):
        raise unknown(Text("效应", "kind of effects"), effects, ("none", "unit"))
    if errors not in ("nid", "iid"):
        raise unknown(Text("标准误", "standard errors"), errors, ("nid", "iid"))
    if effects == "unit":
        if units is None:
            raise DataError("个体效应需要 units", "unit effects need units", code="871")
        target = target - _unit_effects(target, design, labels(units, "units", target.size), names)
    data = _Standardised.of(target, design)
    found = _solve(data.y, data.x, tau)
    covariance = _sandwich(data, tau) if errors == "nid" else _sparsity(data, tau, found)
    params = data.scale * data.back @ found
    params[0] += data.level
    residual = target - params[0] - design @ params[1:]
    return QuantileFit(
        tau,
        params,
        data.scale * np.sqrt(np.diag(data.back @ covariance @ data.back.T)),
        float((residual * (tau - (residual < 0))).sum()),
        effects,
        errors,
    )


@dataclass(frozen=True)
class _Standardised:
    """Observations without their units, in which the linear programs are well scaled.

    y      (N,) minus `level`, over `scale`
    x      (N, k + 1) a constant and the regressors, mean 0 and standard deviation 1
    back   (k + 1, k + 1) coefficients of `x` → those of the given regressors, before `scale`
    """

    y: Array
    x: Array
    back: Array
    level: float
    scale: float

    @classmethod
    def of(cls, y: Array, x: Array) -> _Standardised:
        if y.size <= x.shape[1] + 1:
            raise DataError(
                f"只有 {y.size} 个观测，不足以估计 {x.shape[1] + 1} 个系数（含截距）；请减少解释变量",
                f"there are {y.size} observations for {x.shape[1] + 1} coefficients, intercept included; use fewer regressors",
                code="896",
            )
        centre, spread = x.mean(axis=0), x.std(axis=0)
        level, scale = float(np.median(y)), float(y.std())
        if np.ptp(y) == 0:
            raise ComputationError(
                "y 没有变异，分位数回归没有定义；请换一个指标",
                "y does not vary, so a quantile regression is undefined; take another figure",
                code="897",
            )
        still = np.ptp(x, axis=0) == 0
        full = np.column_stack([np.ones(y.size), (x - centre) / np.where(still, 1.0, spread)])
        if still.any() or np.linalg.matrix_rank(full, tol=1e-10 * np.sqrt(y.size)) < full.shape[1]:
            raise ComputationError(
                "分位数回归无解：解释变量共线（截距自动加入），请剔除其一",
                "the quantile regression has no solution: the regressors are collinear (an intercept is added); drop one",
                code="872",
            )
        back = np.diag(np.r_[1.0, 1 / spread])
        back[0, 1:] = -centre / spread
        return cls((y - level) / scale, full, back, level, scale)


def _too_few(tau: float, errors: str) -> ComputationError:
    choice = "iid" if errors == "nid" else "nid"
    return ComputationError(
        f"分位点 {tau:g} 附近不同的取值太少，标准误无法估计；请取更靠近中间的分位点、增加观测，或用 errors='{choice}'",
        f"there are too few different values around the quantile {tau:g} for standard errors; take a quantile nearer the middle, more observations, or errors='{choice}'",
        code="895",
    )


def _unit_effects(y: Array, x: Array, units: ArrayLike, names: Sequence[str] | None) -> Array:
    fit = panel_regression(y, x, units, effects="unit", names=names)
    code = np.asarray(np.unique(np.asarray(units), return_inverse=True)[1], dtype=np.intp)
    left = y - x @ fit.params
    return np.asarray(group_means(left[:, None], code)[code, 0] - left.mean())


def _solve(y: Array, x: Array, tau: float) -> Array:
    """β of least Σ ρ_τ(y − xβ), through the dual program: max y'd with X'd = (1 − τ) X'1, 0 ≤ d ≤ 1."""
    from scipy.optimize import linprog

    found = linprog(-y, A_eq=x.T, b_eq=(1 - tau) * x.sum(axis=0), bounds=(0, 1), method="highs-ds")
    if not found.success:
        raise ComputationError(
            f"分位数回归的线性规划未解出：{found.message}；请检查是否有极端值或几乎共线的解释变量",
            f"the linear program of the quantile regression was not solved: {found.message}; look for extreme values or nearly collinear regressors",
            code="873",
        )
    return -np.asarray(found.eqlin.marginals)


def _bandwidth(size: int, tau: float) -> float:
    """Hall and Sheather's (1988) bandwidth at 5 %."""
    from scipy.special import ndtri

    z = ndtri(tau)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return float(size ** (-1 / 3) * ndtri(1 - 0.05 / 2) ** (2 / 3) * (1.5 * density**2 / (2 * z**2 + 1)) ** (1 / 3))


def _sandwich(data: _Standardised, tau: float) -> Array:
    """Hendricks and Koenker's sandwich (k + 1, k + 1): local densities from quantile regressions at τ ± h."""
    y, x = data.y, data.x
    h = _bandwidth(y.size, tau)
    while tau - h < 0 or tau + h > 1:
        h /= 2
    nothing = _EPS * min(1.0, 1e3 * data.scale) / data.scale
    spread = x @ (_solve(y, x, tau + h) - _solve(y, x, tau - h)) - nothing
    density = np.where(spread > 0, 2 * h / np.where(spread > 0, spread, 1.0), 0.0)
    bread = (x * density[:, None]).T @ x
    if np.linalg.matrix_rank(bread) < x.shape[1]:
        raise _too_few(tau, "nid")
    inverse = np.linalg.inv(bread)
    return np.asarray(tau * (1 - tau) * inverse @ (x.T @ x) @ inverse)


def _sparsity(data: _Standardised, tau: float, params: Array) -> Array:
    """Covariance (k + 1, k + 1) under one sparsity for all: the slope of the sorted residuals around zero."""
    residual = data.y - data.x @ params
    size, k = data.x.shape
    zeros = int((np.abs(residual) < np.finfo(float).eps ** (2 / 3)).sum())
    span = max(k + 1, int(np.ceil(size * _bandwidth(size, tau))))
    near = np.argsort(np.abs(residual), kind="stable")[zeros : min(span + zeros + 1, size)]
    if near.size < 3:
        raise _too_few(tau, "iid")
    steps = np.arange(zeros + 1, zeros + 1 + near.size) / (size - k)
    slope = _solve(np.sort(residual[near]), np.column_stack([np.ones(near.size), steps]), 0.5)[1]
    if slope <= 1e-12:  # so many ties that the sorted residuals are flat
        raise _too_few(tau, "iid")
    return np.asarray(slope**2 * tau * (1 - tau) * np.linalg.inv(data.x.T @ data.x))
