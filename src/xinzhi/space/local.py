"""Local association: which places are hot spots, cold spots or outliers among their neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError, unknown
from xinzhi.base.text import Text
from xinzhi.space.association import STILL, false_discovery, prepare, still
from xinzhi.space.permute import lag_ranks
from xinzhi.space.weights.matrix import Weights, matrix

LocalAlternative = Literal["directed", "two-sided", "greater", "less"]
QUADRANTS = ("", "high-high", "low-high", "low-low", "high-low")


@dataclass(frozen=True)
class LocalMoran:
    """Local Moran's I, of one variable or of two.

    statistic   (n,) Iᵢ; NaN for a unit without neighbours
    p           (n,) permutation pseudo probability, or the analytic one where `permutations` is 0
    cluster     (n,) high-high, low-high, low-low, high-low where significant, "" otherwise
    quadrant    (n,) own level first: 1 high-high, 2 low-high, 3 low-low, 4 high-low whatever the significance, split at zero deviation (spdep
                splits the lag at its own mean); 0 without neighbours
    lag         (n,) neighbours' weighted deviation
    expected, variance, z   (n,) conditional moments of Sokal, Oden & Thomson (1998); z is NaN, and p 1, where nothing can vary:
                for a unit at the mean, or one of which all others are equal neighbours
    alpha, fdr  significance level, and whether false discoveries were controlled
    permutations, alternative, divisor  as asked
    islands     positions of units without neighbours
    """

    statistic: Array
    p: Array
    cluster: NDArray[np.str_]
    quadrant: NDArray[np.int64]
    lag: Array
    expected: Array
    variance: Array
    z: Array
    alpha: float
    fdr: bool
    permutations: int
    alternative: str
    divisor: str
    islands: tuple[int, ...]


def local_moran(
    y: ArrayLike,
    w: Any,
    permutations: int = 999,
    seed: int = 0,
    alternative: LocalAlternative = "directed",
    divisor: Literal["n", "n-1"] = "n",
    alpha: float = 0.05,
    fdr: bool = False,
) -> LocalMoran:
    """Local Moran's Iᵢ = zᵢ Σⱼ wᵢⱼ zⱼ / m₂ with conditional permutation.

    y            (n,) values
    w            weights, used as they come
    permutations draws for each unit, its own value held fixed; 0 gives analytic two-sided probabilities instead
    alternative  directed: the smaller tail, as GeoDa and esda report; two-sided doubles it; greater or less state the tail
    divisor      m₂ = Σz²/n (Anselin 1995, spdep) or Σz²/(n − 1) (esda)
    alpha, fdr   when a unit counts as significant; `fdr` controls false discoveries over all units

    Source: Anselin (1995) eqs 7-12; Sokal, Oden & Thomson (1998) appendix for the conditional moments.
    """
    values, weights, _, _ = prepare(y, w, False)
    z = values - values.mean()
    m2 = float(z @ z) / _count(z.size, divisor)
    return _assessed(z, z, weights, m2, permutations, seed, alternative, divisor, alpha, fdr)


def local_bivariate_moran(
    x: ArrayLike,
    y: ArrayLike,
    w: Any,
    permutations: int = 999,
    seed: int = 0,
    alternative: LocalAlternative = "directed",
    divisor: Literal["n", "n-1"] = "n",
    alpha: float = 0.05,
    fdr: bool = False,
) -> LocalMoran:
    """Whether a unit's own x goes with its neighbours' y: Iᵢ = zᵢ(x) Σⱼ wᵢⱼ zⱼ(y), both standardised.

    x     (n,) the unit's own variable
    y     (n,) the neighbours' variable, permuted over the other units while x stays
    others as for `local_moran`; with y = x the two are the same

    Source: Anselin, Syabri & Smirnov (2002); as esda's Moran_Local_BV, whose divisor is n − 1.
    """
    own, around = finite(x, "x", 1), finite(y, "y", 1)
    same_length(own.size, "y", around)
    _, weights, _, _ = prepare(own, w, False)
    prepare(around, w, False)
    zx, zy = own - own.mean(), around - around.mean()
    scale = float(np.sqrt((zx @ zx) * (zy @ zy))) / _count(own.size, divisor)
    return _assessed(zx, zy, weights, scale, permutations, seed, alternative, divisor, alpha, fdr)


def _count(n: int, divisor: str) -> int:
    if divisor not in ("n", "n-1"):
        raise unknown(Text("除数", "divisor"), str(divisor), ("n", "n-1"))
    return n if divisor == "n" else n - 1


def _assessed(
    own: Array,
    z: Array,
    weights: sp.csr_array,
    scale: float,
    permutations: int,
    seed: int,
    alternative: str,
    divisor: str,
    alpha: float,
    fdr: bool,
) -> LocalMoran:
    """Iᵢ = own zᵢ times the neighbours' z over `scale`, with its probability and cluster."""
    lag = np.asarray(weights @ z)
    alone = np.diff(weights.indptr) == 0
    expected, variance = _conditional_moments(own, z, weights, scale)
    statistic = np.where(alone, np.nan, own * lag / scale)
    score = np.divide(statistic - expected, np.sqrt(variance), out=np.full(z.size, np.nan), where=variance > 0)
    drawn = permutations > 0
    p = _pseudo(own, z, weights, lag, permutations, seed, alternative) if drawn else _normal(score, alternative)
    p = np.where(alone, np.nan, np.where(variance > 0, p, 1.0))
    quadrant = np.where(own >= 0, np.where(lag >= 0, 1, 4), np.where(lag >= 0, 2, 3))
    quadrant = np.where(alone, 0, quadrant)
    significant = false_discovery(p, alpha) if fdr else np.nan_to_num(p, nan=1.0) <= alpha
    cluster = np.where(significant, np.array(QUADRANTS)[quadrant], "")
    return LocalMoran(
        statistic,
        p,
        cluster,
        quadrant,
        lag,
        expected,
        variance,
        score,
        alpha,
        fdr,
        permutations,
        alternative,
        divisor,
        tuple(int(i) for i in np.flatnonzero(alone)),
    )


def _conditional_moments(own: Array, z: Array, w: sp.csr_array, scale: float) -> tuple[Array, Array]:
    n = z.size
    total, squares = np.asarray(w.sum(axis=1)).ravel(), np.asarray((w**2).sum(axis=1)).ravel()
    mean_square = float(z @ z) / n
    expected = -own * z * total / ((n - 1) * scale)
    uneven, others = squares - total**2 / (n - 1), mean_square - z**2 / (n - 1)
    variance = (own / scale) ** 2 * (n / (n - 2)) * uneven * others
    fixed = (uneven <= STILL * squares) | (others <= STILL * mean_square) | (np.abs(own) <= STILL * np.abs(own).max())
    return expected, np.where(fixed, 0.0, variance)


def total_moments(y: ArrayLike, w: Any) -> tuple[Array, Array]:
    """Expectation and variance (n,) of Iᵢ under total randomisation, with m₂ over n. Source: Anselin (1995) eqs 12-13."""
    values = finite(y, "y", 1)
    weights = matrix(w, values.size)
    z, n = values - values.mean(), values.size
    b2 = n * float((z**4).sum()) / float(z @ z) ** 2
    total, squares = np.asarray(weights.sum(axis=1)).ravel(), np.asarray((weights**2).sum(axis=1)).ravel()
    expected = -total / (n - 1)
    single, crossed = (n - b2) / (n - 1), (2 * b2 - n) / ((n - 1) * (n - 2))
    return expected, single * squares + crossed * (total**2 - squares) - expected**2


def _pseudo(own: Array, z: Array, w: sp.csr_array, lag: Array, draws: int, seed: int, alternative: str) -> Array:
    """Pseudo probabilities (n,) from how often a permuted lag is at least, or at most, the observed one."""
    at_least, at_most = lag_ranks(z, w, lag, draws, seed)
    # Iᵢ grows with the lag where the unit's own deviation is positive and falls where it is negative
    greater = np.where(own > 0, at_least, at_most)
    less = np.where(own > 0, at_most, at_least)
    fixed = np.abs(own) <= STILL * np.abs(own).max()  # a unit at the mean has Iᵢ = 0 under every permutation
    greater, less = np.where(fixed, draws, greater), np.where(fixed, draws, less)
    tails = {
        "greater": (greater + 1) / (draws + 1),
        "less": (less + 1) / (draws + 1),
        "directed": (np.minimum(greater, less) + 1) / (draws + 1),
        "two-sided": np.minimum(2 * (np.minimum(greater, less) + 1) / (draws + 1), 1.0),
    }
    if alternative not in tails:
        raise unknown(Text("备择假设", "alternative"), alternative, tails)
    return np.asarray(tails[alternative])


def _normal(score: Array, alternative: str) -> Array:
    from scipy.special import ndtr

    tails = {
        "greater": ndtr(-score),
        "less": ndtr(score),
        "directed": ndtr(-np.abs(score)),
        "two-sided": 2 * ndtr(-np.abs(score)),
    }
    if alternative not in tails:
        raise unknown(Text("备择假设", "alternative"), alternative, tails)
    return np.asarray(tails[alternative])


@dataclass(frozen=True)
class GetisOrd:
    """Local G or G*.

    statistic           (n,) share of the neighbours in the sum of all values; their weighted sum itself where some value is
                        negative, as a share then means nothing
    expected, variance  (n,) its moments
    z                   (n,) standardised; large: hot spot, small: cold spot; NaN under G for a unit without neighbours or one whose
                        others are all equal, and for a unit of which all others are equal neighbours
    p                   (n,) two-sided, normal or by permutation
    cluster             (n,) hot, cold or "" at `alpha`
    star                whether a unit counts among its own neighbours
    alpha, fdr, permutations
    """

    statistic: Array
    expected: Array
    variance: Array
    z: Array
    p: Array
    cluster: NDArray[np.str_]
    star: bool
    alpha: float
    fdr: bool
    permutations: int


def getis_ord(
    y: ArrayLike,
    w: Any,
    star: bool = True,
    permutations: int = 0,
    seed: int = 0,
    alpha: float = 0.05,
    fdr: bool = False,
) -> GetisOrd:
    """Getis and Ord's local Gᵢ, or Gᵢ* with the unit among its own neighbours.

    y     (n,) values; shares need values ≥ 0, the z-score does not
    w     weights as they come. Under `star` a matrix with a diagonal is used as it is; without one a unit counts for itself
          with weight 1 in raw weights (and in our own Weights before standardisation), and where the rows of a bare matrix
          sum to one with the largest weight of its row, which is the same for contiguity

    The z-score does not depend on the scale of a row. Source: Ord & Getis (1995) eqs 5-7; Getis & Ord (1992) for the moments.
    """
    values = finite(y, "y", 1)
    weights = matrix(w, values.size, diagonal=star)
    if star and not weights.diagonal().any():
        weights = _with_self(w, weights)
    if np.ptp(values) == 0:
        raise ComputationError(
            "各地区数值完全相同，Getis–Ord G 没有定义；请换一个指标或年份",
            "all values are equal, so Getis–Ord G is undefined; take another figure or year",
            code="813",
        )
    n, z = values.size, values - values.mean()
    total, squares = np.asarray(weights.sum(axis=1)).ravel(), np.asarray((weights**2).sum(axis=1)).ravel()
    if star:  # mean and spread of the values that neighbours are drawn from, measured from the mean of all
        count, whole, centre = n, np.full(n, values.sum()), np.zeros(n)
        spread = np.full(n, float(z @ z) / n)
    else:
        count, whole, centre = n - 1, values.sum() - values, -z / (n - 1)
        spread = (float(z @ z) - z**2) / count - centre**2
    if (values < 0).any():
        whole = np.ones(n)
    uneven = count * squares - total**2
    able = (uneven > STILL * count * squares) & (spread > STILL * float(z @ z) / n)
    if not able.any():
        raise still()
    gap = np.asarray(weights @ z) - total * centre
    score = np.divide(
        gap, np.sqrt(np.where(able, spread * uneven / (count - 1), 1.0)), out=np.full(n, np.nan), where=able
    )
    share = np.divide(1.0, whole, out=np.full(n, np.nan), where=whole > 0)
    statistic, expected = np.asarray(weights @ values) * share, total / count
    variance = np.maximum(spread * uneven, 0.0) / (count - 1) * share**2
    p = _normal(score, "two-sided")
    if permutations > 0:
        off = weights if not star else sp.csr_array(weights - sp.diags_array(weights.diagonal()))
        at_least, at_most = lag_ranks(values, off, np.asarray(off @ values), permutations, seed)
        p = np.where(
            np.isnan(score), np.nan, np.minimum(2 * (np.minimum(at_least, at_most) + 1) / (permutations + 1), 1.0)
        )
    significant = false_discovery(p, alpha) if fdr else np.nan_to_num(p, nan=1.0) <= alpha
    cluster = np.where(significant, np.where(score > 0, "hot", "cold"), "")
    return GetisOrd(statistic, expected, variance, score, p, cluster, star, alpha, fdr, permutations)


def _with_self(w: Any, weights: sp.csr_array) -> sp.csr_array:
    if isinstance(w, Weights):
        from xinzhi.space.weights.matrix import standardise

        return standardise(sp.csr_array(w.raw + sp.eye_array(w.n)), w.transform)
    total, largest = np.asarray(weights.sum(axis=1)).ravel(), np.asarray(weights.max(axis=1).toarray()).ravel()
    linked = total > 0
    own = np.where(linked, largest, 1.0) if np.allclose(total[linked], 1.0, atol=1e-9) else np.ones(total.size)
    return sp.csr_array(weights + sp.diags_array(own))


def local_geary(y: ArrayLike, w: Any) -> Array:
    """Local Geary's Cᵢ = Σⱼ wᵢⱼ (zᵢ − zⱼ)² on values standardised over n − 1 (n,). Source: Anselin (1995; 2019) eq. 3."""
    values = finite(y, "y", 1)
    weights = matrix(w, values.size)
    if np.ptp(values) == 0:
        raise ComputationError(
            "各地区数值完全相同，局部空间关联没有定义",
            "all values are equal, local association is undefined",
            code="812",
        )
    z = (values - values.mean()) / values.std(ddof=1)
    total = np.asarray(weights.sum(axis=1)).ravel()
    return np.asarray(z**2 * total - 2 * z * (weights @ z) + weights @ z**2)
