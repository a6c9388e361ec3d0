"""Direct, indirect and total effects of a spatial model, with simulated inference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.space.weights.spectrum import Spectrum

_ROUNDS = 100
"""Batches of draws tried before the interval of ρ is taken to be out of reach."""


@dataclass(frozen=True)
class Effects:
    """What a unit change of a regressor everywhere does: here, to others, altogether.

    names                    (k,) regressors, without intercept
    direct, indirect, total  (k,) at the estimates: mean diagonal, difference, mean row sum of (I − ρW)⁻¹(βI + θW)
    direct_se, indirect_se, total_se   (k,) standard deviations over the draws
    direct_interval, indirect_interval, total_interval   (k, 2) percentile intervals at `level`
    draws, level             what the inference rests on
    """

    names: tuple[str, ...]
    direct: Array
    indirect: Array
    total: Array
    direct_se: Array
    indirect_se: Array
    total_se: Array
    direct_interval: Array
    indirect_interval: Array
    total_interval: Array
    draws: int
    level: float


def refuse_draws(draws: int, level: float) -> None:
    """Inference needs draws, and a level between 0 and 1."""
    if draws < 2:
        raise UsageError(
            f"效应的区间至少需要 2 次模拟抽取，实为 {draws}；常用 1000",
            f"the intervals of the effects need at least 2 draws, not {draws}; 1000 are usual",
            code="892",
        )
    if not 0 < level < 1:
        raise UsageError(
            f"置信水平须在 0 与 1 之间，实为 {level:g}；常用 0.95",
            f"the level must lie between 0 and 1, it is {level:g}; 0.95 is usual",
            code="893",
        )


def effects_of(
    names: tuple[str, ...],
    spectrum: Spectrum,
    rho: float,
    beta: Array,
    theta: Array,
    covariance: Array,
    draws: int,
    seed: int,
    level: float,
) -> Effects:
    """Effects of k regressors with coefficients `beta` and, of their neighbours' values, `theta` (zeros where there are none).

    covariance  (2k + 1, 2k + 1) of (β, θ, ρ); rows of coefficients that are not in the model are zero
    Draws whose ρ leaves the admissible interval are drawn again.
    Source: LeSage & Pace (2009) section 2.7; Elhorst (2014) section 2.7.
    """
    k = beta.size
    sample = draw(np.concatenate([beta, theta, [rho]]), covariance, draws, seed, spectrum.bounds)
    return told(names, spectrum, (rho, beta, theta), (sample[:, -1], sample[:, :k], sample[:, k : 2 * k]), level)


def told(
    names: tuple[str, ...],
    spectrum: Spectrum,
    at: tuple[float, Array, Array],
    sample: tuple[Array, Array, Array],
    level: float,
) -> Effects:
    """Effects at (ρ, β, θ) with the spread over draws of them, (m,), (m, k) and (m, k)."""
    point = _split(spectrum, np.array([at[0]]), at[1][None], at[2][None])
    drawn = _split(spectrum, *sample)
    tails = [(1 - level) / 2, (1 + level) / 2]
    se = [each.std(axis=0, ddof=1) for each in drawn]
    intervals = [np.quantile(each, tails, axis=0).T for each in drawn]
    direct, indirect, total = (p[0] for p in point)
    return Effects(
        names,
        direct,
        indirect,
        total,
        se[0],
        se[1],
        se[2],
        intervals[0],
        intervals[1],
        intervals[2],
        len(sample[0]),
        level,
    )


def _split(spectrum: Spectrum, rho: Array, beta: Array, theta: Array) -> tuple[Array, Array, Array]:
    own, own_lag = (m[:, None] for m in spectrum.mean_diagonals(rho))
    rows, rows_lag = (m[:, None] for m in spectrum.mean_row_sums(rho))
    direct, total = own * beta + own_lag * theta, rows * beta + rows_lag * theta
    return direct, total - direct, total


def draw(mean: Array, covariance: Array, draws: int, seed: int, bounds: tuple[float, float]) -> Array:
    """Normal draws of estimates (draws, p), the last of them ρ within `bounds`."""
    rng = np.random.default_rng(seed)
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    kept: list[Array] = []
    for _ in range(_ROUNDS):
        sample = mean + rng.standard_normal((draws, mean.size)) @ root.T
        kept.append(sample[(sample[:, -1] > bounds[0]) & (sample[:, -1] < bounds[1])])
        if sum(len(each) for each in kept) >= draws:
            return np.concatenate(kept)[:draws]
    raise ComputationError(
        f"空间系数 {mean[-1]:.3g} 紧贴允许区间的边界，效应的区间无法模拟；请检查权重或模型设定",
        f"the spatial coefficient {mean[-1]:.3g} lies at the border of its admissible interval, so the intervals of the effects cannot be simulated; check the weights or the model",
        code="858",
    )
