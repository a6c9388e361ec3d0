"""Which part of a total makes the gap: the Gini by source, and any index by Shapley value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError
from xinzhi.disparity.inequality import gini, mean_of, population


@dataclass(frozen=True)
class GiniSources:
    """The Gini of a sum, source by source: total = Σ share · gini · correlation.

    share         (m,) S, the source's share of the total
    gini          (m,) G, its own Gini; NaN where the source takes both signs around a zero mean
    correlation   (m,) R, Gini correlation of the source with the total
    contribution  (m,) S·G·R
    elasticity    (m,) per cent change of the total Gini when the source grows by one per cent everywhere
    """

    total: float
    share: Array
    gini: Array
    correlation: Array
    contribution: Array
    elasticity: Array


def gini_sources(parts: ArrayLike, w: ArrayLike | None = None) -> GiniSources:
    """Lerman and Yitzhaki's decomposition of the Gini of `parts.sum(axis=1)`.

    parts  (n, m) the sources of each unit, in one unit
    w      (n,) population weights, equal where None

    Ranks are mid-ranks over ties. Source: Lerman & Yitzhaki (1985) eqs 7 and 12.
    """
    x = finite(parts, "parts", 2)
    p = population(w, x.shape[0])
    total = x.sum(axis=1)
    mean = mean_of(total, p, "parts")
    rank_total = mid_rank(total, p)
    cov_total = _covariances(x, rank_total, p)
    cov_own = np.array([_covariances(x[:, [k]], mid_rank(x[:, k], p), p)[0] for k in range(x.shape[1])])
    means = p @ x
    share = means / mean
    own = np.divide(2 * cov_own, means, out=np.full_like(means, np.nan), where=means != 0)
    correlation = np.divide(cov_total, cov_own, out=np.zeros_like(cov_own), where=cov_own != 0)
    contribution = 2 * cov_total / mean
    whole = float(contribution.sum())
    relative = contribution / whole if whole > 0 else np.full_like(contribution, np.nan)
    return GiniSources(whole, share, own, correlation, contribution, relative - share)


def mid_rank(v: Array, p: Array) -> Array:
    """The distribution function at each unit, ties at the middle of their step (n,)."""
    order = np.argsort(v, kind="stable")
    _, tie = np.unique(v[order], return_inverse=True)
    step = np.bincount(tie, weights=p[order])
    middle = np.cumsum(step) - step / 2
    ranks = np.empty_like(v)
    ranks[order] = middle[tie]
    return ranks


def _covariances(x: Array, rank: Array, p: Array) -> Array:
    centred = rank - p @ rank
    return np.asarray((p * centred) @ x)


def shapley_sources(
    parts: ArrayLike,
    index: Callable[..., float] = gini,
    w: ArrayLike | None = None,
    *,
    absent: str = "mean",
    combine: Callable[[Array], Array] | None = None,
) -> Array:
    """Shapley contributions (m,) of each source to an index of the whole; they add up to the index exactly.

    parts    (n, m) the sources of each unit
    index    an inequality index of the whole (n,) that is zero under equality; called with the weights too where there are any
    w        (n,) population weights, equal where None
    absent   what a source is when left out: `mean` equalises it, `zero` removes it
    combine  how sources make the whole, (n, m) → (n,); their sum where None

    Exact over 2^m coalitions, so m ≤ 16. Source: Shorrocks (2013) eqs 8-9, Sastre & Trannoy (2002) for `absent`.
    """
    x = finite(parts, "parts", 2)
    m = x.shape[1]
    if m > 16:
        raise DataError(
            f"Shapley 分解最多 16 个来源，实有 {m} 个；请先合并为层",
            f"Shapley is exact for up to 16 sources, there are {m}; add them up into layers first",
            code="312",
        )
    if absent not in ("mean", "zero"):
        raise DataError("absent 只能是 mean 或 zero", "absent is mean or zero", code="313")
    p = population(w, x.shape[0])
    baseline = np.broadcast_to(p @ x, x.shape) if absent == "mean" else np.zeros_like(x)
    whole = combine or (lambda z: z.sum(axis=1))
    weighted = () if w is None else (p,)
    worth = np.empty(1 << m)
    for coalition in range(1 << m):
        inside = np.array([bool(coalition >> k & 1) for k in range(m)])
        made = whole(np.where(inside, x, baseline))
        worth[coalition] = 0.0 if not made.any() else index(made, *weighted)
    value = np.zeros(m)
    for k in range(m):
        for coalition in range(1 << m):
            if not coalition >> k & 1:
                size = coalition.bit_count()
                value[k] += (
                    factorial(size)
                    * factorial(m - size - 1)
                    / factorial(m)
                    * (worth[coalition | 1 << k] - worth[coalition])
                )
    return value
