"""How unequal a set of values is, in one number: Gini, Atkinson, generalised entropy, variation, quantile ratios.

Conventions, since programs disagree: populations are complete, so nothing is divided by n − 1 unless a name says
`sample`; ties need no special care in the Gini; weights are population weights and enter as shares.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, nonnegative, positive, shares
from xinzhi.base.errors import DataError

QuantileMethod = Literal[
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]
KINDS: dict[int, QuantileMethod] = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}
"""Hyndman & Fan's kinds of quantile, as NumPy calls them."""


def population(w: ArrayLike | None, size: int) -> Array:
    """Population shares (n,): those of `w`, or equal ones where `w` is None."""
    return np.full(size, 1.0 / size) if w is None else shares(w, "w", size)


def mean_of(v: Array, p: Array, name: str = "v") -> float:
    """The weighted mean of `v`, refused where it is zero, because every relative measure divides by it."""
    mean = float(p @ v)
    if mean == 0:
        raise DataError(
            f"参数 {name} 的均值为 0，相对差异没有定义",
            f"the mean of {name} is zero, so relative inequality is undefined",
            code="301",
        )
    return mean


def gini(v: ArrayLike, w: ArrayLike | None = None, *, sample: bool = False) -> float:
    """The Gini coefficient, Σᵢ Σⱼ pᵢ pⱼ |vᵢ − vⱼ| / (2μ), with no n/(n − 1) correction.

    v       (n,) values ≥ 0, any unit
    w       (n,) population weights, equal where None
    sample  multiply the unweighted coefficient by n/(n − 1), so that 1 is one unit having all (normalised, as in R REAT)

    Computed in O(n log n). Raises DataError for a negative or missing value, or where all values are zero.
    Source: Gini (1914); Lerman & Yitzhaki (1989) for weights.
    """
    v = nonnegative(v, "v")
    p = population(w, v.size)
    mean = mean_of(v, p)
    order = np.argsort(v, kind="stable")
    x, q = v[order], p[order]
    below = (
        np.cumsum(q) - q / 2
    )  # the mid-rank of each unit; ties share their contribution, so their order is irrelevant
    return float(2 * (q * x) @ (below - 0.5) / mean * _correction(v.size, w, sample))


def atkinson(v: ArrayLike, eps: float, w: ArrayLike | None = None) -> float:
    """Atkinson's index: the share of the total that could be given up for equality at the same welfare.

    v    (n,) values ≥ 0; strictly positive where `eps` ≥ 1
    eps  aversion to inequality, > 0

    Source: Atkinson (1970) eq. 17 and, at eps = 1, the geometric mean.
    """
    if eps <= 0:
        raise DataError(f"参数 eps 须大于 0，实为 {eps:g}", f"argument eps must be positive, it is {eps:g}", code="302")
    v = positive(v, "v") if eps >= 1 else nonnegative(v, "v")
    p = population(w, v.size)
    mean = mean_of(v, p)
    if eps == 1:
        return float(1 - np.exp(p @ np.log(v)) / mean)
    return float(1 - (p @ v ** (1 - eps)) ** (1 / (1 - eps)) / mean)


def generalised_entropy(v: ArrayLike, alpha: float, w: ArrayLike | None = None) -> float:
    """The generalised entropy index GE(α): α = 0 is Theil's L, α = 1 Theil's T, α = 2 half the squared variation.

    v  (n,) values ≥ 0; strictly positive where `alpha` ≤ 0

    Source: Shorrocks (1980) eq. 21.
    """
    v = nonnegative(v, "v") if alpha > 0 else positive(v, "v")
    p = population(w, v.size)
    relative = v / mean_of(v, p)
    if alpha == 0:
        return float(-(p @ np.log(relative)))
    if alpha == 1:
        return float(p @ entropy_terms(relative))
    return float((p @ relative**alpha - 1) / (alpha * (alpha - 1)))


def entropy_terms(relative: Array) -> Array:
    """x·ln x elementwise, with 0·ln 0 = 0."""
    return relative * np.log(np.where(relative > 0, relative, 1.0))


def variation(v: ArrayLike, w: ArrayLike | None = None, *, sample: bool = False) -> float:
    """The coefficient of variation σ/|μ|; weighted by population it is Williamson's index.

    sample  divide the unweighted variance by n − 1

    Source: Williamson (1965) eq. 1.
    """
    v = finite(v, "v", 1)
    p = population(w, v.size)
    mean = mean_of(v, p)
    spread = float(p @ (v - mean) ** 2)
    return float(np.sqrt(spread * _correction(v.size, w, sample)) / abs(mean))


def log_deviation(v: ArrayLike, w: ArrayLike | None = None, *, sample: bool = False) -> float:
    """The standard deviation of logarithms, the σ of σ-convergence."""
    logs = np.log(positive(v, "v"))
    p = population(w, logs.size)
    spread = float(p @ (logs - p @ logs) ** 2)
    return float(np.sqrt(spread * _correction(logs.size, w, sample)))


def _correction(size: int, w: ArrayLike | None, sample: bool) -> float:
    if not sample:
        return 1.0
    if w is not None:
        raise DataError(
            "sample=True（除以 n−1）不能与权重同用", "sample=True (n − 1) cannot be combined with weights", code="303"
        )
    if size < 2:
        raise DataError("sample=True 至少需要两个地区", "sample=True needs at least two units", code="304")
    return size / (size - 1)


def hoover(v: ArrayLike, w: ArrayLike | None = None) -> float:
    """Hoover's index: the share of the total that would have to move for equality, 0–1.

    Source: Hoover (1936).
    """
    v = nonnegative(v, "v")
    p = population(w, v.size)
    return float(p @ np.abs(v / mean_of(v, p) - 1) / 2)


def quantile_ratio(
    v: ArrayLike, upper: float = 0.9, lower: float = 0.1, w: ArrayLike | None = None, *, kind: int = 7
) -> float:
    """The ratio of two quantiles, such as P90/P10.

    v     (n,) values > 0
    w     (n,) population weights: the quantile is then the least value at or below which a share of the population lies
    kind  the unweighted quantile by its number in Hyndman & Fan (1996): 7 interpolates as R and Excel do, 2 as Stata
    """
    v = positive(v, "v")
    if kind not in KINDS:
        raise DataError(f"kind 须为 1–9，实为 {kind}", f"kind must be 1 to 9, it is {kind}", code="306")
    if not 0 <= lower < upper <= 1:
        raise DataError("须有 0 ≤ lower < upper ≤ 1", "need 0 ≤ lower < upper ≤ 1", code="305")
    if w is None:
        low, high = np.quantile(v, [lower, upper], method=KINDS[kind])
        return float(high / low)
    order = np.argsort(v, kind="stable")
    cumulative = np.cumsum(population(w, v.size)[order])
    low, high = (v[order][min(int(np.searchsorted(cumulative, q - 1e-12)), v.size - 1)] for q in (lower, upper))
    return float(high / low)
