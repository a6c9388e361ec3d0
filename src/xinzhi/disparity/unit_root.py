"""Stochastic convergence: does each unit's distance from the mean come back, or wander?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, positive
from xinzhi.base.errors import ComputationError, DataError


@dataclass(frozen=True)
class UnitRoot:
    """A panel unit-root test on log relative levels.

    statistics   (n,) augmented Dickey–Fuller t of each unit's log relative level
    lags         lagged differences in each regression
    trend        whether each unit has a trend of its own beside its constant
    t_bar        mean of the statistics
    z            Im, Pesaran & Shin's standardised W statistic; strongly negative where units come back
    p            lower-tail probability: small means convergence of at least some units
    """

    statistics: Array
    lags: int
    trend: bool
    t_bar: float
    z: float
    p: float


# Mean and variance of the ADF t under a unit root, a row a number of lags: Im, Pesaran & Shin (2003) table 3; below ten
# observations, their table 1 (constant, no lags).
_SHORT = np.array([6, 7, 8, 9])
_SHORT_MEAN = np.array([-1.520, -1.514, -1.501, -1.501])
_SHORT_VARIANCE = np.array([1.745, 1.414, 1.228, 1.132])
_T = np.array([10, 15, 20, 25, 30, 40, 50, 60, 70, 100])
_MOMENTS: dict[bool, tuple[Array, Array]] = {
    False: (
        np.array(
            [
                [-1.504, -1.514, -1.522, -1.520, -1.526, -1.523, -1.527, -1.519, -1.524, -1.532],
                [-1.488, -1.503, -1.516, -1.514, -1.519, -1.520, -1.524, -1.519, -1.522, -1.530],
                [-1.319, -1.387, -1.428, -1.443, -1.460, -1.476, -1.493, -1.490, -1.498, -1.514],
                [-1.306, -1.366, -1.413, -1.433, -1.453, -1.471, -1.489, -1.486, -1.495, -1.512],
                [-1.171, -1.260, -1.329, -1.363, -1.394, -1.428, -1.454, -1.458, -1.470, -1.495],
            ]
        ),
        np.array(
            [
                [1.069, 0.923, 0.851, 0.809, 0.789, 0.770, 0.760, 0.749, 0.736, 0.735],
                [1.255, 1.011, 0.915, 0.861, 0.831, 0.803, 0.781, 0.770, 0.753, 0.745],
                [1.421, 1.078, 0.969, 0.905, 0.865, 0.830, 0.798, 0.789, 0.766, 0.754],
                [1.759, 1.181, 1.037, 0.952, 0.907, 0.858, 0.819, 0.802, 0.782, 0.761],
                [2.080, 1.279, 1.097, 1.005, 0.946, 0.886, 0.842, 0.819, 0.801, 0.771],
            ]
        ),
    ),
    True: (
        np.array(
            [
                [-2.166, -2.167, -2.168, -2.167, -2.172, -2.173, -2.176, -2.174, -2.174, -2.177],
                [-2.173, -2.169, -2.172, -2.172, -2.173, -2.177, -2.180, -2.178, -2.176, -2.179],
                [-1.914, -1.999, -2.047, -2.074, -2.095, -2.120, -2.137, -2.143, -2.146, -2.158],
                [-1.922, -1.977, -2.032, -2.065, -2.091, -2.117, -2.137, -2.142, -2.146, -2.158],
                [-1.750, -1.823, -1.911, -1.968, -2.009, -2.057, -2.091, -2.103, -2.114, -2.135],
            ]
        ),
        np.array(
            [
                [1.132, 0.869, 0.763, 0.713, 0.690, 0.655, 0.633, 0.621, 0.610, 0.597],
                [1.453, 0.975, 0.845, 0.769, 0.734, 0.687, 0.654, 0.641, 0.627, 0.605],
                [1.627, 1.036, 0.882, 0.796, 0.756, 0.702, 0.661, 0.653, 0.634, 0.613],
                [2.482, 1.214, 0.983, 0.861, 0.808, 0.735, 0.688, 0.674, 0.650, 0.625],
                [3.947, 1.332, 1.052, 0.913, 0.845, 0.759, 0.705, 0.685, 0.662, 0.629],
            ]
        ),
    ),
}


def stochastic_convergence(v: ArrayLike, lags: int = 0, trend: bool = False) -> UnitRoot:
    """Im, Pesaran and Shin's panel unit-root test of log levels relative to the cross-sectional mean.

    v      (T, n) levels > 0; T ≥ 7 without lags and trend, else T ≥ 11 + `lags`
    lags   lagged differences in every regression, 0 to 4
    trend  a trend for each unit beside its constant: units may then converge to paths that part steadily

    Relative levels take out common shocks, which the test needs; statistics are t-values with the usual degrees of freedom
    (`purtest(…, dfcor = TRUE)` of R plm). Source: Carlino & Mills (1993) for the idea; Im, Pesaran & Shin (2003) eqs
    3.10-3.13, moments from their tables interpolated in the number of observations.
    """
    from scipy.special import ndtr

    logs = np.log(positive(v, "v", 2))
    if lags not in range(len(_MOMENTS[trend][0])):
        raise DataError(f"lags 须为 0–4，实为 {lags}", f"lags must be 0 to 4, it is {lags}", code="352")
    periods = logs.shape[0]
    least = 7 if lags == 0 and not trend else 11 + lags
    if periods < least:
        raise DataError(
            f"随机收敛检验至少需要 {least} 期，实有 {periods} 期",
            f"the unit-root test needs at least {least} periods, there are {periods}",
            code="351",
        )
    gap = logs - logs.mean(axis=1, keepdims=True)
    statistics = np.array([_dickey_fuller(series, k, lags, trend) for k, series in enumerate(gap.T)])
    mean, variance = _moments(periods - 1 - lags, lags, trend)
    t_bar = float(statistics.mean())
    z = float(np.sqrt(statistics.size) * (t_bar - mean) / np.sqrt(variance))
    return UnitRoot(statistics, lags, trend, t_bar, z, float(ndtr(z)))


def _moments(observations: int, lags: int, trend: bool) -> tuple[float, float]:
    grid, (means, variances) = _T, _MOMENTS[trend]
    mean, variance = means[lags], variances[lags]
    if lags == 0 and not trend:
        grid = np.concatenate([_SHORT, grid])
        mean, variance = np.concatenate([_SHORT_MEAN, mean]), np.concatenate([_SHORT_VARIANCE, variance])
    return float(np.interp(observations, grid, mean)), float(np.interp(observations, grid, variance))


def _dickey_fuller(series: Array, unit: int, lags: int, trend: bool) -> float:
    """The t-value of the level in the regression of changes on level, constant, lagged changes and trend."""
    change = np.diff(series)
    y, size = change[lags:], change.size - lags
    columns = [series[lags:-1], np.ones(size), *(change[lags - k : change.size - k] for k in range(1, lags + 1))]
    x = np.column_stack([*columns, np.arange(size)] if trend else columns)
    if np.linalg.matrix_rank(x) < x.shape[1] or np.ptp(y) == 0:
        raise ComputationError(
            f"第 {unit} 个地区的相对水平不变或恰为直线，单位根检验没有定义；请先剔除它",
            f"the relative level of unit {unit} is constant or a straight line, so the unit-root test is undefined; drop it",
            code="353",
        )
    inverse = np.linalg.inv(x.T @ x)
    slope = inverse @ (x.T @ y)
    residual = y - x @ slope
    return float(slope[0] / np.sqrt(residual @ residual / (size - x.shape[1]) * inverse[0, 0]))
