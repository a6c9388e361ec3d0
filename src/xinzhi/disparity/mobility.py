"""Moves in rank: who overtakes whom, and whether neighbours and plates move together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import DataError
from xinzhi.disparity.inference import Interval, bootstrap
from xinzhi.disparity.markov import markov


@dataclass(frozen=True)
class RankMobility:
    """Concordance of two rankings of n units.

    tau          Kendall's τ-b: 1 where nobody overtook anybody
    p            two-sided probability of no association, normal approximation with ties
    concordant, discordant   pairs in the same, in the opposite order
    tau_spatial  τ over neighbouring pairs alone, NaN without weights
    theta        how far moves cancel inside groups (Rey 2004): 1 where whole groups move together; NaN without groups
    """

    tau: float
    p: float
    concordant: int
    discordant: int
    tau_spatial: float
    theta: float


def rank_mobility(
    first: ArrayLike, last: ArrayLike, w: Any | None = None, groups: ArrayLike | None = None
) -> RankMobility:
    """How a ranking changed between two periods, `first` and `last` (n,).

    w       neighbours (SciPy sparse, array, or anything with `.sparse`): adds the spatial τ of Rey (2004)
    groups  (n,) labels: adds θ, Σ_g |Σ_{i∈g} Δrankᵢ| / Σ |Δrankᵢ|
    """
    from scipy.stats import kendalltau, rankdata

    a, b = finite(first, "first", 1), finite(last, "last", 1)
    same_length(a.size, "last", b)
    found = kendalltau(a, b)
    order = np.sign(a[:, None] - a) * np.sign(b[:, None] - b)
    upper = np.triu_indices(a.size, 1)
    agree, differ = int((order[upper] > 0).sum()), int((order[upper] < 0).sum())
    spatial = float("nan")
    if w is not None:
        dense = np.asarray(getattr(w, "sparse", w) if isinstance(w, np.ndarray) else getattr(w, "sparse", w).toarray())
        near = (dense + dense.T)[upper] > 0
        spatial = float(order[upper][near].sum() / max(int(near.sum()), 1))
    theta = float("nan")
    if groups is not None:
        moved = rankdata(b) - rankdata(a)
        _, code = np.unique(np.asarray(groups).astype(str), return_inverse=True)
        total = float(np.abs(moved).sum())
        theta = float(np.abs(np.bincount(code, weights=moved)).sum() / total) if total > 0 else float("nan")
    return RankMobility(float(found.statistic), float(found.pvalue), agree, differ, spatial, theta)


MOBILITY: tuple[str, ...] = ("shorrocks", "determinant", "second_eigenvalue", "bartholomew_leave", "bartholomew_steps")


def mobility_intervals(classes: ArrayLike, k: int, draws: int = 1000, seed: int = 0, level: float = 0.95) -> Interval:
    """Mobility indices of a Markov chain, in the order of `MOBILITY`, with intervals from resampling whole histories.

    classes  (n, T) integers from 0, as for `markov`; draws in which some class is never left are drawn over that class's
             observed row instead of being dropped
    """
    path = np.asarray(classes)
    if path.ndim != 2:
        raise DataError("classes 应为 (地区，时期) 数组", "classes must be (units, periods)", code="330")
    fallback = markov(path, k).probabilities

    def indices(sample: NDArray[Any]) -> Array:
        chain = markov(sample, k)
        p = np.where(np.isnan(chain.probabilities), fallback, chain.probabilities)
        start = np.bincount(sample[:, 0], minlength=k) / sample.shape[0]
        return _indices(p, start)

    return bootstrap(indices, (path,), draws, seed, level=level, method="percentile")


def _indices(p: Array, start: Array) -> Array:
    k = p.shape[0]
    places = np.arange(k)
    second = np.sort(np.abs(np.linalg.eigvals(p)))[-2] if k > 1 else 0.0
    crossed = (p * np.abs(places[:, None] - places)).sum(axis=1)
    return np.array(
        [
            (k - np.trace(p)) / (k - 1),
            1 - abs(np.linalg.det(p)),
            1 - second,
            k * (1 - start @ np.diag(p)) / (k - 1),
            start @ crossed / (k - 1),
        ]
    )


@dataclass(frozen=True)
class UnitRoot:
    """Stochastic convergence: does each unit's distance from the mean come back, or wander?

    statistics   (n,) augmented Dickey–Fuller t of each unit's log relative level
    lags         (n,) lagged differences used
    t_bar        their mean
    z            Im, Pesaran & Shin's standardised W statistic; strongly negative where units come back
    p            lower-tail probability: small means convergence of at least some units
    """

    statistics: Array
    lags: NDArray[np.int64]
    t_bar: float
    z: float
    p: float


# Mean and variance of the ADF t under a unit root by number of observations, constant, no lags: Im, Pesaran & Shin (2003) table 3.
_IPS_T = np.array([6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 100, 500, 1000])
_IPS_MEAN = np.array(
    [-1.520, -1.514, -1.501, -1.501, -1.504, -1.514, -1.522, -1.520, -1.526, -1.523, -1.527, -1.532, -1.531, -1.529]
)
_IPS_VARIANCE = np.array(
    [1.745, 1.414, 1.228, 1.132, 1.069, 0.923, 0.851, 0.809, 0.789, 0.770, 0.760, 0.735, 0.715, 0.707]
)


def stochastic_convergence(v: ArrayLike) -> UnitRoot:
    """Im, Pesaran and Shin's panel unit-root test of log levels relative to the cross-sectional mean, constant, no lags.

    v  (T, n) levels > 0, T ≥ 7

    Relative levels take out common shocks, which the test needs. Source: Carlino & Mills (1993) for the idea; Im, Pesaran &
    Shin (2003) eqs 3.10-3.13, moments from their table 3 interpolated in T.
    """
    from scipy.special import ndtr

    from xinzhi.base.arrays import positive

    logs = np.log(positive(v, "v", 2))
    periods = logs.shape[0]
    if periods < 7:
        raise DataError(
            f"随机收敛检验至少需要 7 期，实有 {periods} 期",
            f"the unit-root test needs at least 7 periods, there are {periods}",
            code="351",
        )
    gap = logs - logs.mean(axis=1, keepdims=True)
    statistics = np.array([_dickey_fuller(series) for series in gap.T])
    size = periods - 1
    mean = float(np.interp(size, _IPS_T, _IPS_MEAN))
    variance = float(np.interp(size, _IPS_T, _IPS_VARIANCE))
    t_bar = float(statistics.mean())
    z = float(np.sqrt(statistics.size) * (t_bar - mean) / np.sqrt(variance))
    return UnitRoot(statistics, np.zeros(statistics.size, dtype=np.int64), t_bar, z, float(ndtr(z)))


def _dickey_fuller(series: Array) -> float:
    change, level = np.diff(series), series[:-1]
    x = level - level.mean()
    y = change - change.mean()
    slope = float(x @ y / (x @ x))
    residual = y - slope * x
    return slope / float(np.sqrt(residual @ residual / (series.size - 3) / (x @ x)))
