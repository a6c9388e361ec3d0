"""Phillips and Sul's log t test: does the relative dispersion of a panel vanish over time?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import ComputationError, DataError

CRITICAL = -1.65
"""The one-sided 5 % critical value that the test and the clustering use."""
_NEGLIGIBLE = 1e-7
"""Kernel weights that are not counted once no larger one follows."""


@dataclass(frozen=True)
class LogT:
    """The log t regression log(H₁/H_t) − 2·log(log t) = a + β·log t, from period [rT] + 1 on.

    beta       slope; under convergence β = 2α, so α = β/2 is the speed of convergence
    se         its standard error from the long-run variance
    tvalue     β / se; convergence is rejected at 5 % where it is below −1.65
    pvalue     lower-tail probability of the normal distribution
    intercept  a
    dispersion (T,) H_t, the cross-sectional mean squared transition distance
    first      the first period used, counted from one
    """

    beta: float
    se: float
    tvalue: float
    pvalue: float
    intercept: float
    dispersion: Array
    first: int

    @property
    def converges(self) -> bool:
        """Whether convergence is not rejected at the 5 % level."""
        return self.tvalue > CRITICAL


def transition(x: ArrayLike) -> Array:
    """Relative transition paths h (T, n): each unit over the cross-sectional mean of its period. Phillips & Sul (2007) eq. 9."""
    x = _panel(x)
    return np.asarray(x / x.mean(axis=1, keepdims=True))


def log_t(x: ArrayLike, trim: float = 1 / 3, hac: str = "fixed") -> LogT:
    """The log t test that all units of a panel converge to one path.

    x     (T, n) levels of log income or any positive-mean variable, usually with the business cycle filtered out
    trim  the share r of early periods to discard; Phillips & Sul advise 1/3 for T ≤ 50
    hac   long-run variance by the quadratic spectral kernel: `fixed`, the authors' own use of Andrews' AR(1) bandwidth on
          the residuals (FQSB of R ConvergenceClubs), or `adaptive`, Andrews' (1991) estimator of the covariance of the
          coefficients (AQSB there, `vcovHAC` of R sandwich)

    Raises DataError for missing values, a mean that is not positive, or fewer than four periods after trimming.
    Source: Phillips & Sul (2007), Econometrica 75, eqs 19-24; (2009), J. Appl. Econometrics 24.
    """
    x = _panel(x)
    ratio = x / x.mean(axis=1, keepdims=True)
    dispersion = ((ratio - 1) ** 2).mean(axis=1)
    design = Regression.of(x.shape[0], trim)
    if hac not in ("fixed", "adaptive"):
        raise DataError(f"hac 只能是 fixed 或 adaptive，实为 {hac}", f"hac is fixed or adaptive, not {hac}", code="321")
    if (dispersion[[0, *range(design.first - 1, x.shape[0])]] <= 0).any():
        raise ComputationError(
            "截面离差在某期为 0（各地区完全相同），log t 检验没有定义",
            "the cross-sectional dispersion is zero in some period (all units equal), so the log t test is undefined",
            code="320",
        )
    beta, se, intercept = design.fit(dispersion[:, None], hac)
    return _test(float(beta[0]), float(se[0]), float(intercept[0]), dispersion, design.first)


def _test(beta: float, se: float, intercept: float, dispersion: Array, first: int) -> LogT:
    from scipy.special import ndtr

    tvalue = beta / se
    return LogT(beta, se, tvalue, float(ndtr(tvalue)), intercept, dispersion, first)


def _panel(x: ArrayLike) -> Array:
    x = finite(x, "x", 2)
    means = x.mean(axis=1)
    if (means <= 0).any():
        at = int(np.argmax(means <= 0))
        raise DataError(
            f"第 {at + 1} 期的截面均值为 {means[at]:g}，而 log t 检验要求各期均值为正；取过对数的数值请换用更小的单位（如元而非亿元）或改用水平值",
            f"the cross-sectional mean of period {at + 1} is {means[at]:g}, but the log t test needs positive means; for logs choose a smaller unit, or take levels",
            code="322",
        )
    return x


@dataclass(frozen=True)
class Regression:
    """The log t design for one panel length: many dispersion series are regressed at once.

    first  first period used, counted from one
    logt   (R,) log t for the periods used
    """

    first: int
    logt: Array

    @classmethod
    def of(cls, periods: int, trim: float = 1 / 3) -> Regression:
        """The design for `periods` periods with a share `trim` discarded."""
        if not 0 < trim < 1:
            raise DataError(
                f"trim 须在 0 与 1 之间，实为 {trim:g}", f"trim must lie between 0 and 1, it is {trim:g}", code="323"
            )
        first = max(round(periods * trim) + 1, 2)  # log log 1 is undefined
        if periods - first + 1 < 4:
            raise DataError(
                f"舍弃前 {first - 1} 期后只剩 {periods - first + 1} 期，log t 检验至少需要 4 期",
                f"after discarding {first - 1} periods only {periods - first + 1} are left; the log t test needs at least 4",
                code="324",
            )
        return cls(first, np.log(np.arange(first, periods + 1)))

    def fit(self, dispersion: Array, hac: str = "fixed") -> tuple[Array, Array, Array]:
        """Slopes, standard errors and intercepts (m,) for dispersion series H of shape (T, m)."""
        y = np.log(dispersion[0] / dispersion[self.first - 1 :]) - 2 * np.log(self.logt)[:, None]
        centred = self.logt - self.logt.mean()
        squares = centred @ centred
        beta = centred @ y / squares
        intercept = y.mean(axis=0) - beta * self.logt.mean()
        residual = y - intercept - np.outer(self.logt, beta)
        if hac == "fixed":
            return beta, np.sqrt(_long_run_variance(residual) / squares), intercept
        return beta, np.sqrt(_score_variance(residual, self.logt)) / squares, intercept


def _quadratic_spectral(lag: Array) -> Array:
    z = 1.2 * np.pi * lag
    return np.asarray(3 / z**2 * (np.sin(z) / z - np.cos(z)))


def _long_run_variance(residual: Array) -> Array:
    """Long-run variance (m,) of residuals (R, m) with the bandwidth 1.3221·(a₂R)^(1/5) of a first-order autoregression.

    As in the authors' program, autocovariances run over the first R − 1 residuals and everything is divided by R − 1.
    """
    size = residual.shape[0]
    ahead, behind = residual[1:], residual[:-1]
    rho = (ahead * behind).sum(axis=0) / (behind**2).sum(axis=0)
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * size) ** 0.2
    total = (residual**2).sum(axis=0)
    for lag in range(1, size - 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            kernel = np.where(bandwidth > 0, _quadratic_spectral(lag / bandwidth), 0.0)
        total = total + 2 * kernel * (behind[: size - 1 - lag] * behind[lag:]).sum(axis=0)
    return np.asarray(total / (size - 1))


def _score_variance(residual: Array, logt: Array) -> Array:
    """Long-run variance (m,) of the scores residual × (log t − mean): the quadratic spectral kernel with Andrews' bandwidth.

    The bandwidth rests on a first-order autoregression, with intercept, of residual × log t; R/(R − 2) corrects for the two
    coefficients, and weights behind the last one above 1e-7 are left out.
    """
    size = residual.shape[0]
    whole, score = residual * logt[:, None], residual * (logt - logt.mean())[:, None]
    ahead, behind = whole[1:] - whole[1:].mean(axis=0), whole[:-1] - whole[:-1].mean(axis=0)
    rho = (ahead * behind).sum(axis=0) / (behind**2).sum(axis=0)
    bandwidth = 1.3221 * (4 * rho**2 / (1 - rho) ** 4 * size) ** 0.2
    lags = np.arange(1, size)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        kernel = np.where(bandwidth > 0, _quadratic_spectral(lags / bandwidth), 0.0)
    counted = np.maximum.accumulate(np.abs(kernel[::-1]) > _NEGLIGIBLE, axis=0)[::-1]
    covariances = np.stack([(score[:-k] * score[k:]).sum(axis=0) for k in range(1, size)])
    total = (score**2).sum(axis=0) + 2 * (np.where(counted, kernel, 0.0) * covariances).sum(axis=0)
    return np.asarray(total * size / (size - 2))
