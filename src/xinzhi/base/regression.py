"""Least squares for panels: fixed and random effects, and the covariance estimators that papers report.

The rooms share this kernel for the regressions their own methods stand on (convergence, thresholds, drivers); a reader's
free-form regressions belong to linearmodels or pyfixest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, labels, same_length
from xinzhi.base.errors import ComputationError, unknown
from xinzhi.base.text import Text

Effects = Literal["none", "unit", "time", "two-way", "random"]
Covariance = Literal["classical", "HC0", "HC1", "HC2", "HC3", "cluster", "cluster-small", "driscoll-kraay"]
EFFECTS: tuple[Effects, ...] = ("none", "unit", "time", "two-way", "random")
COVARIANCES: tuple[Covariance, ...] = (
    "classical",
    "HC0",
    "HC1",
    "HC2",
    "HC3",
    "cluster",
    "cluster-small",
    "driscoll-kraay",
)


@dataclass(frozen=True)
class Fit:
    """A fitted linear model.

    params      (k,) coefficients, the intercept first where there is one
    covariance  (k, k) their covariance
    residuals   (N,) of the transformed model
    r2          share of variance explained in the transformed model (`within` under fixed effects)
    dof         residual degrees of freedom
    sigma2      residual variance, SSR / dof
    intercept   whether the first coefficient is an intercept
    theta       (units,) quasi-demeaning share of random effects; empty otherwise
    """

    params: Array
    covariance: Array
    residuals: Array
    r2: float
    dof: int
    sigma2: float
    intercept: bool
    theta: Array

    @property
    def se(self) -> Array:
        """Standard errors (k,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def tvalues(self) -> Array:
        """Coefficients over their standard errors (k,)."""
        return self.params / self.se


def panel_regression(
    y: ArrayLike,
    x: ArrayLike,
    units: ArrayLike | None = None,
    periods: ArrayLike | None = None,
    effects: Effects = "none",
    covariance: Covariance = "classical",
    lags: int | None = None,
    names: Sequence[str] | None = None,
) -> Fit:
    """Least squares of `y` on `x` with the stated effects.

    y, x        (N,), (N, k) observations, no intercept column: one is added under `none` and `random`
    units       (N,) labels, needed for unit effects and clustering
    periods     (N,) labels, needed for time effects and Driscoll–Kraay errors
    effects     none, unit, time, two-way (fixed, unbalanced panels by alternating projections), random (Swamy & Arora 1972)
    covariance  classical; HC0, HC1 (White 1980); HC2, HC3 (MacKinnon & White 1985), for small samples; cluster (Arellano 1987,
                by unit) and cluster-small (with G/(G−1)·(N−1)/(N−k)); driscoll-kraay (1998) with Bartlett weights up to `lags` (floor(T^¼) where None)
    names       (k,) what errors call the regressors; their positions where None

    Raises DataError for missing values and ComputationError naming the first regressor that the others determine.
    """
    y, x = finite(y, "y", 1), finite(x, "x", 2)
    same_length(y.size, "x", x)
    if effects not in EFFECTS:
        raise unknown(Text("效应", "kind of effects"), str(effects), EFFECTS)
    if covariance not in COVARIANCES:
        raise unknown(Text("协方差估计", "covariance estimator"), str(covariance), COVARIANCES)
    unit, time = _codes(units, y.size), _codes(periods, y.size)
    theta = np.empty(0)
    if effects == "random":
        theta = _swamy_arora(y, x, unit)
        design, target = (
            _quasi_demeaned(np.column_stack([np.ones(y.size), x]), unit, theta),
            _quasi_demeaned(y[:, None], unit, theta)[:, 0],
        )
        absorbed = 0
    elif effects == "none":
        design, target, absorbed = np.column_stack([np.ones(y.size), x]), y, 0
    else:
        both = demean(np.column_stack([y, x]), unit if effects != "time" else None, time if effects != "unit" else None)
        target, design, absorbed = both[:, 0], both[:, 1:], _absorbed(effects, unit, time)
    return _least_squares(
        target, design, absorbed, effects in ("none", "random"), theta, covariance, unit, time, lags, names
    )


def _codes(given: ArrayLike | None, size: int) -> NDArray[np.intp]:
    if given is None:
        return np.arange(size)
    return np.asarray(np.unique(labels(given, "units/periods", size), return_inverse=True)[1], dtype=np.intp)


def _absorbed(effects: str, unit: NDArray[np.intp], time: NDArray[np.intp]) -> int:
    n, t = int(unit.max()) + 1, int(time.max()) + 1
    return {"unit": n, "time": t}.get(effects, n + t - 1)


def group_means(z: Array, code: NDArray[np.intp]) -> Array:
    """Means of the columns of `z` (N, k) by group, (groups, k)."""
    count = np.bincount(code)
    return np.column_stack([np.bincount(code, weights=column) for column in z.T]) / count[:, None]


def demean(z: Array, unit: NDArray[np.intp] | None, time: NDArray[np.intp] | None) -> Array:
    """`z` (N, k) less its unit and time means; exact in one round on a balanced panel, by alternating projections otherwise."""
    codes = [c for c in (unit, time) if c is not None]
    scale = np.abs(z).max(axis=0) + 1e-300
    for _ in range(10_000):
        before = z
        for code in codes:
            z = z - group_means(z, code)[code]
        if len(codes) == 1 or (np.abs(z - before).max(axis=0) <= 1e-14 * scale).all():
            return z
    raise ComputationError("双向去均值未收敛", "two-way demeaning did not converge", code="140")


def _swamy_arora(y: Array, x: Array, unit: NDArray[np.intp]) -> Array:
    """Quasi-demeaning shares θᵢ = 1 − √(σ²ₑ / (σ²ₑ + Tᵢσ²ᵤ)) with Swamy and Arora's variance components."""
    n, counts = int(unit.max()) + 1, np.bincount(unit)
    within = _solve(*np.split(demean(np.column_stack([y, x]), unit, None), [1], axis=1))
    sigma_e = within[1] / (y.size - n - x.shape[1])
    means = group_means(np.column_stack([y, np.ones(y.size), x]), unit) * np.sqrt(counts)[:, None]
    between = _solve(means[:, :1], means[:, 1:])
    harmonic = n / (1 / counts).sum() if len(set(counts.tolist())) > 1 else counts[0]
    sigma_u = max((between[1] / (n - x.shape[1] - 1) - sigma_e) / harmonic, 0.0)
    return np.asarray(1 - np.sqrt(sigma_e / (sigma_e + counts * sigma_u)))


def _solve(target: Array, design: Array) -> tuple[Array, float]:
    params = np.asarray(np.linalg.lstsq(design, target[:, 0], rcond=None)[0], dtype=float)
    residual = target[:, 0] - design @ params
    return params, float(residual @ residual)


def _quasi_demeaned(z: Array, unit: NDArray[np.intp], theta: Array) -> Array:
    return np.asarray(z - theta[unit][:, None] * group_means(z, unit)[unit])


def _least_squares(
    y: Array,
    x: Array,
    absorbed: int,
    intercept: bool,
    theta: Array,
    covariance: str,
    unit: NDArray[np.intp],
    time: NDArray[np.intp],
    lags: int | None,
    names: Sequence[str] | None,
) -> Fit:
    _refuse_collinear(x, names, intercept)
    inverse = np.linalg.inv(x.T @ x)
    params = inverse @ (x.T @ y)
    residual = y - x @ params
    dof = y.size - x.shape[1] - absorbed
    if dof <= 0:
        raise ComputationError(
            f"观测数 {y.size} 少于待估参数，无法估计",
            f"{y.size} observations are too few for the parameters to be estimated",
            code="141",
        )
    ssr = float(residual @ residual)
    centred = y - y.mean() if intercept else y
    total = float(centred @ centred)
    middle = _meat(x, residual, covariance, unit, time, lags, ssr / dof, dof)
    covered = inverse @ middle @ inverse if middle is not None else inverse * (ssr / dof)
    return Fit(params, covered, residual, 1 - ssr / total if total > 0 else 0.0, dof, ssr / dof, intercept, theta)


def _refuse_collinear(x: Array, names: Sequence[str] | None, intercept: bool) -> None:
    scaled = x / np.maximum(np.linalg.norm(x, axis=0), 1e-300)
    for k in range(x.shape[1]):
        if np.linalg.matrix_rank(scaled[:, : k + 1], tol=1e-10) <= k:
            position = Text(
                f"第 {k} 个解释变量（含截距从 0 计）", f"regressor {k} (counting from 0, intercept included)"
            )
            known = names is not None and k >= int(intercept)
            name = names[k - int(intercept)] if names is not None and known else ""
            called = Text(f"解释变量「{name}」", f"the regressor “{name}”") if known else position
            raise ComputationError(
                f"{called.zh}可由前面的变量或固定效应完全决定，请剔除它",
                f"{called.en} is determined by those before it or by the effects; drop it",
                code="142",
            )


def _meat(
    x: Array,
    residual: Array,
    covariance: str,
    unit: NDArray[np.intp],
    time: NDArray[np.intp],
    lags: int | None,
    sigma2: float,
    dof: int,
) -> Array | None:
    """The middle of the sandwich, None where the covariance is classical."""
    if covariance == "classical":
        return None
    score = x * residual[:, None]
    if covariance in ("HC2", "HC3"):
        leverage = (np.linalg.qr(x)[0] ** 2).sum(axis=1)
        score = score / np.maximum(1 - leverage, 1e-12)[:, None] ** (0.5 if covariance == "HC2" else 1.0)
        return np.asarray(score.T @ score)
    if covariance in ("HC0", "HC1"):
        return np.asarray(score.T @ score * (1.0 if covariance == "HC0" else x.shape[0] / dof))
    if covariance in ("cluster", "cluster-small"):
        sums = group_means(score, unit) * np.bincount(unit)[:, None]
        g, n, k = sums.shape[0], *x.shape
        return np.asarray(sums.T @ sums * (g / (g - 1) * (n - 1) / (n - k) if covariance == "cluster-small" else 1.0))
    sums = group_means(score, time) * np.bincount(time)[:, None]
    horizon = int(np.floor(sums.shape[0] ** 0.25)) if lags is None else lags
    meat = sums.T @ sums
    for lag in range(1, horizon + 1):
        cross = sums[lag:].T @ sums[:-lag]
        meat = meat + (1 - lag / (horizon + 1)) * (cross + cross.T)
    return np.asarray(meat)
