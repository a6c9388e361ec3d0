"""Do the indicators of an index belong together? Redundancy, opposition, Cronbach's alpha, principal components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import ComputationError
from xinzhi.measure.critic import correlation
from xinzhi.measure.pca import components

Pair = tuple[int, int, float]


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
    loadings     (k, k) items × components: eigenvector times root of eigenvalue
    above_one    how many eigenvalues exceed one (Kaiser's criterion)
    """

    eigenvalues: Array
    explained: Array
    loadings: Array
    above_one: int


def redundant_pairs(matrix: ArrayLike, threshold: float = 0.9) -> list[Pair]:
    """Pairs i < j of a correlation matrix with |r| above `threshold`, strongest first."""
    return sorted((p for p in _pairs(matrix) if abs(p[2]) > threshold), key=lambda p: (-abs(p[2]), p[0], p[1]))


def opposed_pairs(matrix: ArrayLike, threshold: float = 0.0) -> list[Pair]:
    """Pairs i < j of a correlation matrix with r below −`threshold`, most negative first."""
    return sorted((p for p in _pairs(matrix) if p[2] < -threshold), key=lambda p: (p[2], p[0], p[1]))


def _pairs(matrix: ArrayLike) -> list[Pair]:
    r = finite(matrix, "matrix", 2)
    i, j = np.triu_indices(r.shape[0], 1)
    return [(int(a), int(b), float(r[a, b])) for a, b in zip(i, j, strict=True)]


def _alpha_of(covariance: Array) -> float:
    k = covariance.shape[0]
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def cronbach_alpha(z: ArrayLike, names: Sequence[str] | None = None) -> Alpha:
    """Cronbach's alpha of the columns of `z` (n, k), all pointing the same way (larger is better), no cell missing.

    α = k/(k−1) · (1 − Σσ²_i / σ²_sum). A negative value says that the items pull against each other.
    Raises DataError naming a constant item, ComputationError for fewer than two items or a sum that does not vary.
    Source: Cronbach (1951), Psychometrika 16, eq. 2; OECD & JRC (2008), Handbook, step 4.
    """
    table = finite(z, "z", 2)
    k = table.shape[1]
    if k < 2:
        raise ComputationError(
            "克朗巴哈 α 至少需要 2 个指标", "Cronbach's alpha needs at least two indicators", code="252"
        )
    r, covariance = correlation(table, names=names), np.cov(table, rowvar=False)
    if covariance.sum() <= 1e-14 * np.trace(covariance):
        raise ComputationError(
            "各指标之和没有差异，克朗巴哈 α 无定义",
            "the sum of the indicators does not vary, Cronbach's alpha is undefined",
            code="253",
        )
    others = [np.arange(k) != i for i in range(k)]
    dropped = [_alpha_of(covariance[np.ix_(s, s)]) if k > 2 else np.nan for s in others]
    rest = [float(np.corrcoef(table[:, i], table[:, s].sum(axis=1))[0, 1]) for i, s in enumerate(others)]
    return Alpha(_alpha_of(covariance), _alpha_of(r), np.array(dropped), np.array(rest))


def principal_components(z: ArrayLike, names: Sequence[str] | None = None) -> Components:
    """Principal components of the correlations of the columns of `z` (n, k), no cell missing.

    Raises DataError naming a constant column.
    Source: OECD & JRC (2008), Handbook, step 4; Kaiser (1960) for the eigenvalue rule.
    """
    values, vectors = components(finite(z, "z", 2), names)
    return Components(values, values / values.sum(), vectors * np.sqrt(values), int((values > 1 + 1e-9).sum()))
