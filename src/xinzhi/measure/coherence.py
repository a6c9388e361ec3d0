"""Do the indicators of an index belong together? Correlation, redundancy, Cronbach's alpha, principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import ComputationError


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of k items.

    alpha         from the covariances of the items as they are
    standardised  from the mean correlation, as if each item had unit variance
    if_dropped    (k,) alpha of the others without this item; NaN where fewer than two would remain
    item_rest     (k,) correlation of each item with the sum of the others
    """

    alpha: float
    standardised: float
    if_dropped: Array
    item_rest: Array


@dataclass(frozen=True)
class Components:
    """Principal components of k items' correlation matrix.

    eigenvalues  (k,) descending, summing to k
    explained    (k,) shares of variance
    loadings     (k, k) items × components: eigenvector times root of eigenvalue, each component's loadings summing to
                 a positive number
    above_one    how many eigenvalues exceed one (Kaiser's criterion)
    """

    eigenvalues: Array
    explained: Array
    loadings: Array
    above_one: int


def correlation(z: ArrayLike) -> Array:
    """Pearson correlations (m, m) between the columns of `z` (n, m).

    Raises ComputationError naming a column that is constant: its correlation does not exist.
    """
    table = finite(z, "z", 2)
    if table.shape[0] < 3:
        raise ComputationError(
            f"相关系数至少需要 3 行, 现有 {table.shape[0]} 行",
            f"a correlation needs at least 3 rows, there are {table.shape[0]}",
            code="250",
        )
    spread = np.ptp(table, axis=0)
    if (spread <= 1e-12 * np.abs(table).max(axis=0)).any():
        j = int(np.argmax(spread <= 1e-12 * np.abs(table).max(axis=0)))
        raise ComputationError(
            f"第 {j} 列为常数, 与其他指标没有相关系数; 请先剔除",
            f"column {j} is constant, it has no correlation with the others; drop it first",
            code="251",
        )
    centred = table - table.mean(axis=0)
    unit = centred / np.sqrt((centred**2).sum(axis=0))
    matrix: Array = np.clip(unit.T @ unit, -1.0, 1.0)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def redundant_pairs(matrix: ArrayLike, threshold: float = 0.9) -> list[tuple[int, int, float]]:
    """Pairs i < j of a correlation matrix with |r| above `threshold`, strongest first."""
    r = finite(matrix, "matrix", 2)
    i, j = np.triu_indices(r.shape[0], 1)
    strong = np.abs(r[i, j]) > threshold
    pairs = [(int(a), int(b), float(r[a, b])) for a, b in zip(i[strong], j[strong], strict=True)]
    return sorted(pairs, key=lambda p: (-abs(p[2]), p[0], p[1]))


def opposed_pairs(matrix: ArrayLike, threshold: float = 0.0) -> list[tuple[int, int, float]]:
    """Pairs i < j of a correlation matrix with r below −`threshold`, most negative first."""
    r = finite(matrix, "matrix", 2)
    i, j = np.triu_indices(r.shape[0], 1)
    against = r[i, j] < -threshold
    pairs = [(int(a), int(b), float(r[a, b])) for a, b in zip(i[against], j[against], strict=True)]
    return sorted(pairs, key=lambda p: (p[2], p[0], p[1]))


def _alpha_of(covariance: Array) -> float:
    k = covariance.shape[0]
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def cronbach_alpha(z: ArrayLike) -> Alpha:
    """Cronbach's alpha of the columns of `z` (n, k), all pointing the same way (larger is better).

    α = k/(k−1) · (1 − Σσ²_i / σ²_sum). A negative value says that the items pull against each other.
    Raises ComputationError for fewer than two items, a constant item, or items whose sum is constant.
    Source: Cronbach (1951), Psychometrika 16, eq. 2; OECD/JRC Handbook (2008), section 1.3.
    """
    table = finite(z, "z", 2)
    k = table.shape[1]
    if k < 2:
        raise ComputationError(
            "克朗巴哈 α 至少需要 2 个指标", "Cronbach's alpha needs at least two indicators", code="252"
        )
    r = correlation(table)
    covariance = np.cov(table, rowvar=False)
    if covariance.sum() <= 1e-14 * np.trace(covariance):
        raise ComputationError(
            "各指标之和没有差异, 克朗巴哈 α 无定义",
            "the sum of the indicators does not vary, Cronbach's alpha is undefined",
            code="253",
        )
    keep = [np.arange(k) != i for i in range(k)]
    dropped = [_alpha_of(covariance[np.ix_(s, s)]) if k > 2 else np.nan for s in keep]
    rest = [float(np.corrcoef(table[:, i], table[:, s].sum(axis=1))[0, 1]) for i, s in enumerate(keep)]
    return Alpha(_alpha_of(covariance), _alpha_of(r), np.array(dropped), np.array(rest))


def principal_components(z: ArrayLike) -> Components:
    """Principal components of the correlation matrix of the columns of `z` (n, k).

    Raises ComputationError naming a constant column.
    Source: OECD/JRC Handbook (2008), section 1.3; Kaiser (1960) for the eigenvalue rule.
    """
    values, vectors = np.linalg.eigh(correlation(z))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    loadings = vectors * np.sqrt(values)
    total = loadings.sum(axis=0)
    largest = loadings[np.abs(loadings).argmax(axis=0), np.arange(len(values))]
    sign = np.where(np.abs(total) > 1e-9, np.sign(total), np.sign(largest))
    loadings = loadings * np.where(sign < 0, -1.0, 1.0)
    return Components(values, values / values.sum(), loadings, int((values > 1 + 1e-12).sum()))
