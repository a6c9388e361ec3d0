"""Sobol indices: how much of a result's variance each choice carries, alone and with all others.

The design is Saltelli's: two independent tables of N rows, A and B, and for each factor i the table AB_i, which is A
with column i taken from B. One evaluation of the model on each row of A, B, AB_1 … AB_k is all the estimators need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError, UsageError


@dataclass(frozen=True)
class SobolIndices:
    """First-order and total indices of k factors for q targets.

    first, total            (k, q) shares of variance; noise may push estimates a little outside 0–1
    first_low, first_high   (k, q) bootstrap bounds at `level`
    total_low, total_high   (k, q) bootstrap bounds at `level`
    variance                (q,) variance of each target; where it is 0 nothing varies and all indices are 0
    level                   confidence level of the bounds
    """

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array
    variance: Array
    level: float


def saltelli_design(factors: int, base: int, seed: int = 0) -> Array:
    """Points in the unit cube, (factors + 2, base, factors): A, B, AB_1 … AB_k, from a scrambled Sobol sequence.

    base  N, a power of two so that the sequence keeps its balance

    Raises UsageError where `base` is not a power of two or there is no factor.
    Source: Saltelli et al. (2010), Computer Physics Communications 181, 259–270, section 3.
    """
    from scipy.stats import qmc

    if factors < 1:
        raise UsageError("至少要有一个会变的因素", "at least one factor must vary", code="240")
    if base < 2 or base & (base - 1):
        near = 2 ** max(1, round(np.log2(max(base, 2))))
        raise UsageError(
            f"Sobol 设计的行数须为 2 的幂，不能是 {base}；可用 {near}",
            f"the base of a Sobol design must be a power of two, not {base}; use {near}",
            code="241",
        )
    points = qmc.Sobol(2 * factors, scramble=True, rng=np.random.default_rng(seed)).random(base)
    a, b = points[:, :factors], points[:, factors:]
    mixed = np.repeat(a[None], factors, axis=0)
    for i in range(factors):
        mixed[i, :, i] = b[:, i]
    return np.concatenate([a[None], b[None], mixed])


def sobol_indices(values: ArrayLike, *, level: float = 0.9, resamples: int = 500, seed: int = 0) -> SobolIndices:
    """First-order and total indices from model values on a Saltelli design.

    values     (k + 2, N) or (k + 2, N, q): the model on A, B, AB_1 … AB_k, q targets
    level      confidence level of the bootstrap bounds, rows of the design resampled together
    resamples  number of bootstrap samples

    First order: mean of f_B (f_ABi − f_A) over V, values centred first (Saltelli et al. 2010, table 2 b).
    Total: mean of (f_A − f_ABi)² over 2V (Jansen 1999; table 2 f). V is the variance over A and B together.
    Raises DataError for missing values, or fewer than three tables.
    """
    got = np.asarray(values, dtype=np.float64)
    stacked = finite(got[..., None] if got.ndim == 2 else got, "values", 3)
    if stacked.shape[0] < 3 or stacked.shape[1] < 2:
        raise DataError(
            f"Sobol 估计需要 A、B 与各因素的 AB 表，每表至少 2 行；得到形状 {stacked.shape}",
            f"the Sobol estimators need tables A, B and one AB a factor, of at least 2 rows; got shape {stacked.shape}",
            code="242",
        )
    rows = stacked.shape[1]
    first, total, variance = _estimate(stacked, np.full((1, rows), 1.0 / rows))
    draws = np.random.default_rng(seed).multinomial(rows, np.full(rows, 1.0 / rows), size=resamples) / rows
    spread_first, spread_total, _ = _estimate(stacked, draws)
    tail = [50 * (1 - level), 50 * (1 + level)]
    first_low, first_high = np.percentile(spread_first, tail, axis=0)
    total_low, total_high = np.percentile(spread_total, tail, axis=0)
    return SobolIndices(first[0], first_low, first_high, total[0], total_low, total_high, variance[0], level)


def _estimate(values: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Estimates under each row of weights: first (s, k, q), total (s, k, q), variance (s, q)."""
    centred = values - values[:2].mean(axis=(0, 1))
    a, b, mixed = centred[0], centred[1], centred[2:]
    mean = weight @ (a + b) / 2
    variance = weight @ (a**2 + b**2) / 2 - mean**2
    partial = np.einsum("sj,kjq->skq", weight, b * (mixed - a), optimize=True)
    jansen = np.einsum("sj,kjq->skq", weight, (a - mixed) ** 2 / 2, optimize=True)
    scale = values[:2].std(axis=(0, 1)) ** 2
    constant: NDArray[np.bool_] = scale <= 1e-20 * (1 + np.abs(values[:2]).max(axis=(0, 1)) ** 2)
    variance = np.where(constant, 0.0, np.maximum(variance, 0.0))
    safe = np.where(variance > 0, variance, 1.0)[:, None, :]
    alive = (variance > 0)[:, None, :]
    return np.where(alive, partial / safe, 0.0), np.where(alive, jansen / safe, 0.0), variance
