"""Weights from principal components of the correlation matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array
from xinzhi.base.errors import DataError, UsageError, unknown
from xinzhi.base.text import Text
from xinzhi.measure.columns import matrix
from xinzhi.measure.critic import correlation
from xinzhi.measure.weights import Gaps, at_least_two_rows, to_one

Rule = Literal["squared-loadings", "score-coefficients", "first-component", "highest-loading"]
_RULES: tuple[Rule, ...] = ("squared-loadings", "score-coefficients", "first-component", "highest-loading")
_BORDER = 1e-9  # an eigenvalue of one counts as one in spite of rounding


def components(z: Array, names: Sequence[str] | None = None) -> tuple[Array, Array]:
    """(m,) eigenvalues of the correlation matrix, descending, and (m, m) unit eigenvectors in columns.

    The sign of each vector is the one that makes its entries sum to a positive number.
    """
    values, vectors = np.linalg.eigh(correlation(z, names=names))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    return values, vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)


def kept(values: Array, keep: Literal["kaiser"] | int | float) -> int:
    """How many components: eigenvalue of at least one (kaiser), a stated number, or enough for a share of the variance."""
    if keep == "kaiser":
        return max(1, int((values >= 1.0 - _BORDER).sum()))
    if isinstance(keep, int) and not isinstance(keep, bool) and 1 <= keep <= values.size:
        return keep
    if isinstance(keep, float) and 0 < keep <= 1:
        return int(np.searchsorted(np.cumsum(values) / values.sum(), keep - _BORDER) + 1)
    raise UsageError(
        f"keep={keep!r} 不可用；可写 kaiser、1–{values.size} 的个数，或 0–1 的累计贡献率",
        f"keep={keep!r} cannot be used; write kaiser, a number from 1 to {values.size}, or a share of variance below 1.0",
        code="706",
    )


def pca_weights(
    z: ArrayLike,
    *,
    rule: Rule = "squared-loadings",
    keep: Literal["kaiser"] | int | float = "kaiser",
    missing: Gaps = "fail",
    names: Sequence[str] | None = None,
) -> Array:
    """Weights from the principal components of the correlations of z (n, m); no column constant.

    rule     squared-loadings    w_j ∝ Σ_k λ_k v_jk²: squared loadings, each component counting by its variance
             score-coefficients  w_j ∝ |Σ_k λ_k v_jk|: the coefficients of the comprehensive component score
             first-component     w_j ∝ |v_j1|
             highest-loading     squared highest loading of each indicator after varimax rotation (Nicoletti et al.)
    keep     components used: kaiser (eigenvalue of one or more), their number, or the share of variance they reach
    missing  fail refuses NaN; keep uses the rows without a gap

    Gives (m,).
    Source: OECD & JRC (2008), Handbook, step 6; Nicoletti, Scarpetta & Boylaud (2000), OECD ECO/WKP(99)18, annex.
    """
    z = matrix(z, missing=missing == "keep")
    z = z[~np.isnan(z).any(axis=1)]
    if z.shape[0] == 0:
        raise DataError("没有一行数据完整，无法求主成分；请先补齐", "no row is complete, so there are no components; fill the gaps first", code="718")  # fmt: skip
    at_least_two_rows(z)
    if rule not in _RULES:
        raise unknown(Text("主成分赋权规则", "rule"), rule, _RULES, code="707")
    values, vectors = components(z, names)
    count = 1 if rule == "first-component" else kept(values, keep)
    values, vectors = values[:count], vectors[:, :count]
    if rule == "first-component":
        return to_one(np.abs(vectors[:, 0]), "PCA")
    if rule == "score-coefficients":
        return to_one(np.abs(vectors @ values), "PCA")
    loadings = vectors * np.sqrt(values)
    if rule == "highest-loading":
        return to_one((varimax(loadings) ** 2).max(axis=1), "PCA")
    return to_one((loadings**2).sum(axis=1), "PCA")


def varimax(loadings: Array, *, rounds: int = 500, tolerance: float = 1e-12) -> Array:
    """(m, k) loadings rotated so that each indicator loads on few components.

    Kaiser's criterion with Kaiser normalisation, by pairwise planar rotations (Kaiser 1958).
    """
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    turned = loadings / np.where(length > 0, length, 1.0)
    size, count = turned.shape
    for _ in range(rounds):
        largest = 0.0
        for a in range(count - 1):
            for b in range(a + 1, count):
                u = turned[:, a] ** 2 - turned[:, b] ** 2
                v = 2 * turned[:, a] * turned[:, b]
                top = 2 * (u @ v) - 2 * u.sum() * v.sum() / size
                bottom = (u @ u - v @ v) - (u.sum() ** 2 - v.sum() ** 2) / size
                angle = 0.25 * np.arctan2(top, bottom)
                cosine, sine = np.cos(angle), np.sin(angle)
                turned[:, [a, b]] = turned[:, [a, b]] @ np.array([[cosine, -sine], [sine, cosine]])
                largest = max(largest, abs(float(angle)))
        if largest < tolerance:
            break
    return np.asarray(turned * length)
