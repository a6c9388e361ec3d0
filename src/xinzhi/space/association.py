"""Global spatial association: Moran's I, Geary's C, Getis and Ord's G, the bivariate Moran and Lee's L."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite, nonnegative, same_length
from xinzhi.base.errors import ComputationError, DataError, unknown
from xinzhi.base.text import Text
from xinzhi.space.weights.matrix import matrix

STILL = 1e-12
"""A variance below this share of a statistic's squared size is rounding."""

Alternative = Literal["two-sided", "greater", "less"]
Assumption = Literal["randomisation", "normality"]


@dataclass(frozen=True)
class Association:
    """A statistic of spatial association with its moments under no association.

    statistic, expected, variance, z
    p             from the normal approximation, for `alternative`
    alternative   two-sided, greater (positive association) or less
    n             units that count: without islands where `adjust_islands`
    islands       positions of units without neighbours
    permutations  how many were drawn; `p_permuted` is NaN where none
    """

    statistic: float
    expected: float
    variance: float
    z: float
    p: float
    alternative: str
    n: int
    islands: tuple[int, ...]
    permutations: int = 0
    p_permuted: float = float("nan")
    reference: Array = field(default_factory=lambda: np.empty(0), repr=False)


@dataclass(frozen=True)
class _Sums:
    """The constants of a weight matrix that every moment needs (Cliff & Ord 1981 p. 19)."""

    s0: float
    s1: float
    s2: float

    @classmethod
    def of(cls, w: sp.csr_array) -> _Sums:
        both = w + w.T
        margins = np.asarray(w.sum(axis=1)).ravel() + np.asarray(w.sum(axis=0)).ravel()
        return cls(float(w.sum()), float((both.data**2).sum() / 2), float((margins**2).sum()))


def prepare(y: ArrayLike, w: Any, adjust_islands: bool) -> tuple[Array, sp.csr_array, int, tuple[int, ...]]:
    """Values (n,), weights, the n that counts and the positions of islands; constants and too few units are refused."""
    values = finite(y, "y", 1)
    weights = matrix(w, values.size)
    islands = tuple(int(i) for i in np.flatnonzero(np.diff(weights.indptr) == 0))
    n = values.size - len(islands) if adjust_islands else values.size
    if n < 4 or len(islands) == values.size:
        raise DataError(
            f"只有 {values.size - len(islands)} 个有邻居的地区，空间关联至少需要 4 个；请增加地区，或换一种权重",
            f"only {values.size - len(islands)} units have neighbours, association needs at least 4; take more units or other weights",
            code="810",
        )
    _refuse_constant(values)
    return values, weights, n, islands


def _refuse_constant(values: Array) -> None:
    if np.ptp(values) == 0:
        raise ComputationError(
            "各地区数值完全相同，空间关联没有定义；请换一个指标或年份",
            "all values are equal, so spatial association is undefined; take another figure or year",
            code="811",
        )


def still() -> ComputationError:
    """The error for a statistic that no permutation changes."""
    return ComputationError(
        "统计量在任何置换下都不变（每个地区都以同样权重与所有其他地区相邻，或数值相对其水平几乎相同），检验没有定义；请换权重或指标",
        "the statistic is the same under every permutation (all units are equal neighbours of all others, or values hardly differ beside their level), so there is no test; use other weights or another figure",
        code="889",
    )


def _score(gap: float, variance: float, scale: float) -> float:
    """gap/√variance; refused where the statistic cannot vary (`variance` is nothing beside `scale`², its size)."""
    if variance <= STILL * scale**2:
        raise still()
    return float(gap / np.sqrt(variance))


def _tail(z: float, alternative: str) -> float:
    from scipy.special import ndtr

    if alternative == "two-sided":
        return float(2 * ndtr(-abs(z)))
    if alternative == "greater":
        return float(ndtr(-z))
    if alternative == "less":
        return float(ndtr(z))
    raise unknown(Text("备择假设", "alternative"), alternative, ("two-sided", "greater", "less"))


def _permuted(statistic: float, reference: Array, alternative: str, expected: float) -> float:
    """Pseudo p (count + 1)/(draws + 1): the share of draws at least as extreme, ties being told apart from rounding."""
    if reference.size == 0:
        return float("nan")
    tie = STILL * float(np.abs(reference - expected).max())
    high, low = int((reference >= statistic - tie).sum()), int((reference <= statistic + tie).sum())
    if alternative == "two-sided":
        extreme = int((np.abs(reference - expected) >= abs(statistic - expected) - tie).sum())
    else:
        extreme = high if alternative == "greater" else low
    return (extreme + 1) / (reference.size + 1)


def moran(
    y: ArrayLike,
    w: Any,
    assumption: Assumption = "randomisation",
    alternative: Alternative = "two-sided",
    adjust_islands: bool = True,
    permutations: int = 0,
    seed: int = 0,
) -> Association:
    """Moran's I, n/S₀ · z'Wz / z'z.

    y               (n,) values
    w               weights, used as they come: row-standardise them first where that is meant
    assumption      moments under randomisation or normality
    adjust_islands  n leaves out units without neighbours, as spdep; False keeps them, as esda

    Source: Moran (1950); moments after Cliff & Ord (1981) eqs 1.35-1.44.
    """
    values, weights, n, islands = prepare(y, w, adjust_islands)
    z = values - values.mean()
    sums, squares = _Sums.of(weights), float(z @ z)
    statistic = n / sums.s0 * float(z @ (weights @ z)) / squares
    expected = -1 / (n - 1)
    if assumption == "normality":
        second = (n**2 * sums.s1 - n * sums.s2 + 3 * sums.s0**2) / (sums.s0**2 * (n**2 - 1))
    elif assumption == "randomisation":
        b2 = values.size * float((z**4).sum()) / squares**2
        lead = n * ((n**2 - 3 * n + 3) * sums.s1 - n * sums.s2 + 3 * sums.s0**2)
        kurt = b2 * ((n**2 - n) * sums.s1 - 2 * n * sums.s2 + 6 * sums.s0**2)
        second = (lead - kurt) / ((n - 1) * (n - 2) * (n - 3) * sums.s0**2)
    else:
        raise unknown(Text("假设", "assumption"), str(assumption), ("randomisation", "normality"))
    variance = second - expected**2
    score = _score(statistic - expected, variance, expected)
    reference = _draw(z, permutations, seed, lambda p: n / sums.s0 * np.einsum("np,np->p", p, weights @ p) / squares)
    return Association(
        statistic,
        expected,
        variance,
        score,
        _tail(score, alternative),
        alternative,
        n,
        islands,
        permutations,
        _permuted(statistic, reference, alternative, expected),
        reference,
    )


def _draw(z: Array, permutations: int, seed: int, statistic: Any) -> Array:
    """The statistic over random permutations of `z`, in blocks of 256 columns."""
    if permutations <= 0:
        return np.empty(0)
    rng = np.random.default_rng(seed)
    blocks = []
    for start in range(0, permutations, 256):
        size = min(256, permutations - start)
        blocks.append(statistic(rng.permuted(np.tile(z, (size, 1)), axis=1).T))
    return np.concatenate(blocks)


def geary(
    y: ArrayLike,
    w: Any,
    assumption: Assumption = "randomisation",
    alternative: Alternative = "two-sided",
    adjust_islands: bool = True,
    permutations: int = 0,
    seed: int = 0,
) -> Association:
    """Geary's C, (n − 1)/(2S₀) · Σ wᵢⱼ(yᵢ − yⱼ)² / z'z; below one where like meets like.

    `z` is (E − C)/sd, so that it is positive under positive association, and `greater` means positive association. With
    islands left out the variance is spdep's, which keeps the full number of units in some of its terms; `adjust_islands=False`
    gives the exact moments, as esda does.
    Source: Geary (1954); moments after Cliff & Ord (1981) eqs 1.38-1.46.
    """
    values, weights, n, islands = prepare(y, w, adjust_islands)
    z = values - values.mean()
    sums, squares = _Sums.of(weights), float(z @ z)
    margins = np.asarray(weights.sum(axis=1)).ravel() + np.asarray(weights.sum(axis=0)).ravel()

    def contiguity_ratio(p: Array) -> Array:
        total = margins @ p**2 - 2 * np.einsum("np,np->p", p, weights @ p)
        return np.asarray((n - 1) / (2 * sums.s0) * total / squares)

    statistic, full = float(contiguity_ratio(z[:, None])[0]), values.size
    if assumption == "normality":
        variance = ((2 * sums.s1 + sums.s2) * (n - 1) - 4 * sums.s0**2) / (2 * (full + 1) * sums.s0**2)
    elif assumption == "randomisation":
        b2 = n * float((z**4).sum()) / squares**2
        first = (n - 1) * sums.s1 * (n**2 - 3 * full + 3 - (n - 1) * b2)
        second = (n - 1) * sums.s2 * (n**2 + 3 * full - 6 - (n**2 - full + 2) * b2) / 4
        third = sums.s0**2 * (n**2 - 3 - (n - 1) ** 2 * b2)
        variance = (first - second + third) / (full * (n - 2) * (n - 3) * sums.s0**2)
    else:
        raise unknown(Text("假设", "assumption"), str(assumption), ("randomisation", "normality"))
    score = _score(1 - statistic, variance, 1.0)
    reference = _draw(z, permutations, seed, contiguity_ratio)
    p_permuted = _permuted(-statistic, -reference, alternative, -1.0)
    return Association(
        statistic,
        1.0,
        variance,
        score,
        _tail(score, alternative),
        alternative,
        n,
        islands,
        permutations,
        p_permuted,
        reference,
    )


def getis_ord_global(
    y: ArrayLike, w: Any, alternative: Alternative = "greater", adjust_islands: bool = True
) -> Association:
    """Getis and Ord's global G: whether high values (large G) or low values (small G) lie together.

    y               (n,) values ≥ 0
    w               usually binary weights within a distance
    adjust_islands  leave units without neighbours out altogether, as spdep's adjust.x

    Source: Getis & Ord (1992) eqs 5-8, with the correction 6S₀² in b₁.
    """
    nonnegative(y, "y")
    values, weights, n, islands = prepare(y, w, adjust_islands)
    sums = _Sums.of(weights)
    if adjust_islands:
        values = np.where(np.diff(weights.indptr) > 0, values, 0.0)
    m1, m2, m3, m4 = (float((values**k).sum()) for k in (1, 2, 3, 4))
    s0, s1, s2 = sums.s0, sums.s1, sums.s2
    statistic = float(values @ (weights @ values)) / (m1**2 - m2)
    expected = s0 / (n * (n - 1))
    b0 = (n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2
    b1 = -((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    b2 = -(2 * n * s1 - (n + 3) * s2 + 6 * s0**2)
    b3 = 4 * (n - 1) * s1 - 2 * (n + 1) * s2 + 8 * s0**2
    b4 = s1 - s2 + s0**2
    second = (b0 * m2**2 + b1 * m4 + b2 * m1**2 * m2 + b3 * m1 * m3 + b4 * m1**4) / (
        (m1**2 - m2) ** 2 * n * (n - 1) * (n - 2) * (n - 3)
    )
    variance = second - expected**2
    score = _score(statistic - expected, variance, expected)
    return Association(statistic, expected, variance, score, _tail(score, alternative), alternative, n, islands)


def bivariate_moran(x: ArrayLike, y: ArrayLike, w: Any, permutations: int = 999, seed: int = 0) -> Association:
    """How `x` here goes with `y` next door: n/S₀ · Σ zxᵢ wᵢⱼ zyⱼ / √(Σzx² Σzy²), with inference by permuting `y`.

    Source: Anselin, Syabri & Smirnov (2002); the normalisation by S₀ makes it Moran's I where x = y.
    """
    values, weights, _, islands = prepare(x, w, False)
    other = finite(y, "y", 1)
    same_length(values.size, "y", other)
    _refuse_constant(other)
    zx, zy = values - values.mean(), other - other.mean()
    scale = values.size / float(weights.sum()) / np.sqrt(float(zx @ zx) * float(zy @ zy))
    left = np.asarray(weights.T @ zx)
    statistic = scale * float(left @ zy)
    reference = _draw(zy, permutations, seed, lambda p: scale * (left @ p))
    expected = float(reference.mean()) if permutations else float("nan")
    variance = float(reference.var(ddof=1)) if permutations > 1 else float("nan")
    score = _score(statistic - expected, variance, 1.0) if permutations > 1 else float("nan")
    p = _permuted(statistic, reference, "two-sided", expected)
    return Association(
        statistic, expected, variance, score, p, "two-sided", values.size, islands, permutations, p, reference
    )


def lee(x: ArrayLike, y: ArrayLike, w: Any) -> float:
    """Lee's L: n/Σᵢ(Σⱼwᵢⱼ)² · Σᵢ (Σⱼ wᵢⱼ zxⱼ)(Σⱼ wᵢⱼ zyⱼ) / √(Σzx² Σzy²). Source: Lee (2001) eq. 10."""
    values, weights, _, _ = prepare(x, w, False)
    other = finite(y, "y", 1)
    same_length(values.size, "y", other)
    _refuse_constant(other)
    zx, zy = values - values.mean(), other - other.mean()
    rows = np.asarray(weights.sum(axis=1)).ravel()
    top = float((weights @ zx) @ (weights @ zy))
    return values.size / float(rows @ rows) * top / float(np.sqrt((zx @ zx) * (zy @ zy)))


def false_discovery(p: ArrayLike, alpha: float = 0.05) -> NDArray[np.bool_]:
    """Which of the probabilities (n,) stay significant when the share of false discoveries is held at `alpha`.

    Missing probabilities are never significant and do not count. Source: Benjamini & Hochberg (1995).
    """
    p = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    passed = np.flatnonzero(p[order] <= alpha * np.arange(1, order.size + 1) / max(order.size, 1))
    significant = np.zeros(p.size, dtype=bool)
    if passed.size:
        significant[order[: passed[-1] + 1]] = True
    return significant
