"""Quantile regression, pooled or with unit effects: what moves the laggards may not move the leaders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.regression import group_means, panel_regression
from xinzhi.base.text import Text


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
) -> QuantileFit:
    """The τ-th quantile regression of `y` (N,) on `x` (N, k) with an intercept, by exact linear programming.

    effects  unit: unit effects estimated in the mean and taken out first (Canay 2011), which needs a long panel
    errors   nid: local sandwich with Hall–Sheather bandwidth; iid: one sparsity for all

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
        target = target - _unit_effects(target, design, units)
    full = np.column_stack([np.ones(target.size), design])
    if np.linalg.matrix_rank(full / np.maximum(np.linalg.norm(full, axis=0), 1e-300), tol=1e-10) < full.shape[1]:
        raise ComputationError(
            "分位数回归无解：解释变量共线（截距自动加入），请剔除其一",
            "the quantile regression has no solution: the regressors are collinear (an intercept is added); drop one",
            code="872",
        )
    params, objective = _solve(target, full, tau)
    se = (_sandwich if errors == "nid" else _sparsity)(target, full, tau, params)
    return QuantileFit(tau, params, se, objective, effects, errors)


def _unit_effects(y: Array, x: Array, units: ArrayLike) -> Array:
    fit = panel_regression(y, x, units, effects="unit")
    code = np.asarray(np.unique(np.asarray(units), return_inverse=True)[1], dtype=np.intp)
    left = y - x @ fit.params
    return np.asarray(group_means(left[:, None], code)[code, 0] - left.mean())


def _solve(y: Array, x: Array, tau: float) -> tuple[Array, float]:
    """Least Σ ρ_τ(y − xβ), through the dual program: max y'd with X'd = (1 − τ) X'1, 0 ≤ d ≤ 1."""
    from scipy.optimize import linprog

    found = linprog(-y, A_eq=x.T, b_eq=(1 - tau) * x.sum(axis=0), bounds=(0, 1), method="highs-ds")
    if not found.success:
        raise ComputationError(
            f"分位数回归的线性规划未解出：{found.message}",
            f"the linear program of the quantile regression was not solved: {found.message}",
            code="873",
        )
    params = -np.asarray(found.eqlin.marginals)
    residual = y - x @ params
    return params, float((residual * (tau - (residual < 0))).sum())


def _bandwidth(size: int, tau: float) -> float:
    """Hall and Sheather's (1988) bandwidth at 5 %."""
    from scipy.special import ndtri

    z = ndtri(tau)
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return float(size ** (-1 / 3) * ndtri(1 - 0.05 / 2) ** (2 / 3) * (1.5 * density**2 / (2 * z**2 + 1)) ** (1 / 3))


def _sandwich(y: Array, x: Array, tau: float, params: Array) -> Array:
    """Hendricks and Koenker's sandwich: local densities from quantile regressions at τ ± h."""
    h = _bandwidth(y.size, tau)
    while tau - h < 0 or tau + h > 1:
        h /= 2
    spread = x @ (_solve(y, x, tau + h)[0] - _solve(y, x, tau - h)[0])
    density = np.maximum(0.0, 2 * h / (spread - np.sqrt(np.finfo(float).eps)))
    inverse = np.linalg.inv((x * density[:, None]).T @ x)
    return np.asarray(np.sqrt(np.diag(tau * (1 - tau) * inverse @ (x.T @ x) @ inverse)))


def _sparsity(y: Array, x: Array, tau: float, params: Array) -> Array:
    """One sparsity for all: the slope of the sorted residuals around zero."""
    residual = y - x @ params
    size, k = x.shape
    zeros = int((np.abs(residual) < np.finfo(float).eps ** (2 / 3)).sum())
    span = max(k + 1, int(np.ceil(size * _bandwidth(size, tau))))
    near = np.argsort(np.abs(residual), kind="stable")[zeros : min(span + zeros + 1, size)]
    steps = np.arange(zeros + 1, zeros + 1 + near.size) / (size - k)
    slope = _solve(np.sort(residual[near]), np.column_stack([np.ones(near.size), steps]), 0.5)[0][1]
    return np.asarray(np.sqrt(slope**2 * tau * (1 - tau) * np.diag(np.linalg.inv(x.T @ x))))
