"""The rank-sum ratio (秩和比) with its probit regression and grades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError, UsageError
from xinzhi.measure.columns import matrix, weights_for
from xinzhi.measure.normalise import normalise
from xinzhi.measure.scales import ranks


@dataclass(frozen=True)
class RankSumRatio:
    """Rank-sum ratios, their regression on probits, and grades.

    ratio      (n,) rank-sum ratio in (0, 1], larger is better
    probit     (n,) probit (standard normal quantile + 5) of its cumulative frequency
    fitted     (n,) intercept + slope · probit
    grade      (n,) 1 best … `grades` worst, by where the probit falls
    cuts       (grades − 1,) probits that separate the grades, ascending
    intercept, slope, r_squared  of the regression of ratio on probit over distinct ratios
    """

    ratio: Array
    probit: Array
    fitted: Array
    grade: NDArray[np.int64]
    cuts: Array
    intercept: float
    slope: float
    r_squared: float


def rank_sum_ratio(
    z: ArrayLike, w: ArrayLike | None = None, *, grades: int = 3, whole_ranks: bool = True
) -> RankSumRatio:
    """Rank-sum ratios of z (n, m), larger being better, with weights w (m,), the same for all where not given.

    grades       3 to 10: cut where the probits from 2 to 8 (± 3 standard deviations) are divided into equal parts
    whole_ranks  ranks 1 … n, ties sharing the average; False interpolates, 1 + (n − 1)(z − min) / (max − min)

    The cumulative frequency of a ratio is its mean rank over n, of the largest 1 − 1 / (4n).
    Raises ComputationError where fewer than three ratios differ.
    Source: Tian (田凤调, 1993), 秩和比法及其应用.
    """
    z = matrix(z)
    count, size = z.shape
    if not 3 <= grades <= 10:
        raise UsageError(f"grades={grades} 应在 3–10 之间", f"grades={grades} must lie in 3–10", code="721")
    weight = np.full(size, 1 / size) if w is None else weights_for(w, size)
    placed = ranks(z) if whole_ranks else 1 + (count - 1) * normalise(z, 1.0)
    ratio = placed @ weight / count
    keys = np.round(ratio, 12)  # ratios that differ by rounding alone are one
    distinct, which = np.unique(keys, return_inverse=True)
    if distinct.size < 3:
        raise ComputationError(
            f"只有 {distinct.size} 个不同的秩和比，无法回归分档；至少需要 3 个",
            f"only {distinct.size} rank-sum ratios differ; the regression and the grades need three",
            code="730",
        )
    probits = _probits(ranks(keys[:, None])[:, 0], which, count)
    at = np.array([probits[which == k][0] for k in range(distinct.size)])
    slope, intercept = np.polyfit(at, distinct, 1)
    residual = distinct - intercept - slope * at
    explained = 1 - float(residual @ residual) / float(((distinct - distinct.mean()) ** 2).sum())
    cuts = 5 + 6 * (np.arange(1, grades) / grades - 0.5)
    grade = grades - np.searchsorted(cuts, probits + 1e-12, side="right")
    return RankSumRatio(
        np.asarray(ratio), probits, intercept + slope * probits, grade, cuts, float(intercept), float(slope), explained
    )


def _probits(mean_rank: Array, which: NDArray[np.intp], count: int) -> Array:
    from scipy.special import ndtri

    cumulative = mean_rank / count
    cumulative[which == which.max()] = 1 - 1 / (4 * count)
    return np.asarray(ndtri(cumulative) + 5)
