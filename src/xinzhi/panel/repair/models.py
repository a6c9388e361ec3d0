"""Filling gaps from other figures: kernels on arrays, deterministic all."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from xinzhi.base.arrays import Array
from xinzhi.base.errors import ComputationError


def by_group(values: Array, group: Array, average: Callable[[Array], float]) -> Array:
    """`values` (n,) with each missing one replaced by the average of those present in its group; groups without any stay.

    group  (n,) labels
    """
    out = values.copy()
    for label in np.unique(group):
        inside = group == label
        present = inside & np.isfinite(values)
        if present.any():
            out[inside & np.isnan(values)] = average(values[present])
    return out


def regression(y: Array, X: Array, region: Array) -> Array:
    """`y` (n,) with missing ones predicted from X (n, p) by least squares with an effect for each region.

    Regions without any figure have no effect of their own: they take the mean effect. Rows with a missing predictor
    stay missing.
    """
    usable = np.isfinite(X).all(axis=1)
    train = usable & np.isfinite(y)
    if train.sum() <= X.shape[1] + 1:
        return y.copy()
    labels = np.unique(region[train])
    member = region[:, None] == labels[None, :]
    counts = member[train].sum(axis=0)
    mean_y = (member[train].T @ y[train]) / counts
    mean_x = (member[train].T @ X[train]) / counts[:, None]
    within_y = y[train] - member[train] @ mean_y
    within_x = X[train] - member[train] @ mean_x
    slope, *_ = np.linalg.lstsq(within_x, within_y, rcond=None)
    effect = mean_y - mean_x @ slope
    own = np.where(member.any(axis=1), member @ effect, effect.mean())
    predicted = own + np.where(np.isfinite(X), X, 0.0) @ slope
    return np.where(np.isnan(y) & usable, predicted, y)


def neighbours(y: Array, X: Array, block: Array, k: int) -> Array:
    """`y` (n,) with missing ones taken as the mean of the `k` rows of the same `block` nearest in standardised X (n, p).

    Distance is Euclidean over the predictors that both rows have, scaled up for those that are missing.
    """
    spread = np.nanstd(X, axis=0)
    Z = (X - np.nanmean(X, axis=0)) / np.where(spread > 0, spread, 1.0)
    out = y.copy()
    for i in np.flatnonzero(np.isnan(y)):
        pool = np.flatnonzero((block == block[i]) & np.isfinite(y))
        gap = Z[pool] - Z[i]
        shared = np.isfinite(gap)
        count = shared.sum(axis=1)
        near = np.where(count > 0, np.where(shared, gap, 0.0) ** 2 @ np.ones(X.shape[1]) / np.maximum(count, 1), np.inf)
        chosen = pool[np.argsort(near, kind="stable")[:k]]
        chosen = chosen[np.isfinite(np.sort(near, kind="stable")[: chosen.size])]
        if chosen.size:
            out[i] = y[chosen].mean()
    return out


def em(X: Array, *, tolerance: float = 1e-8, most: int = 500) -> Array:
    """X (n, m) with missing cells at their conditional expectation under a multivariate normal fitted by EM.

    Source: Dempster, Laird & Rubin (1977); Little & Rubin (2002) §11.2. A ridge of 1e-8 of each variance keeps the
    covariance regular. Rows without any figure stay missing.
    """
    live = np.asarray(np.isfinite(X).any(axis=1), dtype=bool)
    data, centre, scale = _standard(X[live])
    gone = np.isnan(data)
    filled = np.where(gone, 0.0, data)
    cov = np.cov(filled, rowvar=False, bias=True).reshape(X.shape[1], -1) + np.eye(X.shape[1]) * 1e-8
    mean = filled.mean(axis=0)
    patterns, which = np.unique(gone, axis=0, return_inverse=True)
    for _ in range(most):
        extra = np.zeros_like(cov)
        before = filled[gone]
        for p, miss in enumerate(patterns):
            if not miss.any():
                continue
            rows = np.flatnonzero(which.ravel() == p)
            have = ~miss
            weights = np.linalg.solve(cov[np.ix_(have, have)], cov[np.ix_(have, miss)])
            filled[np.ix_(rows, miss)] = mean[miss] + (filled[np.ix_(rows, have)] - mean[have]) @ weights
            rest = cov[np.ix_(miss, miss)] - cov[np.ix_(miss, have)] @ weights
            extra[np.ix_(miss, miss)] += rows.size * rest
        mean = filled.mean(axis=0)
        away = filled - mean
        cov = (away.T @ away + extra) / filled.shape[0] + np.eye(X.shape[1]) * 1e-8
        if np.abs(filled[gone] - before).max(initial=0.0) < tolerance:
            return _back(X, live, filled, centre, scale)
    raise _not_settled("em", most)


def pca(X: Array, components: int, *, tolerance: float = 1e-8, most: int = 2000) -> Array:
    """X (n, m) with missing cells from its first `components` principal components, iterated to a standstill.

    Each singular value is shrunk by the noise that the remaining ones show, without which the iteration overfits and may
    not settle. Starts at column means, so it is deterministic.
    Source: Josse & Husson (2012), J. Soc. Fr. Statistique 153(2), regularised iterative PCA.
    """
    live = np.asarray(np.isfinite(X).any(axis=1), dtype=bool)
    data, centre, scale = _standard(X[live])
    gone = np.isnan(data)
    filled = np.where(gone, 0.0, data)
    n, m = filled.shape
    rank = min(components, min(n, m) - 1)
    free = (n - 1) * m - (n - 1) * rank - m * rank + rank**2
    for _ in range(most):
        mean = filled.mean(axis=0)
        u, s, vt = np.linalg.svd(filled - mean, full_matrices=False)
        spread = n * m / min(m, n - 1) * (s[rank:] ** 2).sum() / max(free, 1)
        noise = min(float(spread), float(s[rank] ** 2))
        shrunk = np.where(
            s[:rank] > 0, np.maximum(s[:rank] ** 2 - noise, 0.0) / np.where(s[:rank] > 0, s[:rank], 1.0), 0.0
        )
        fitted = mean + (u[:, :rank] * shrunk) @ vt[:rank]
        change = np.abs(np.where(gone, fitted - filled, 0.0)).max(initial=0.0)
        filled = np.where(gone, fitted, filled)
        if change < tolerance:
            return _back(X, live, filled, centre, scale)
    raise _not_settled("pca", most)


def _standard(X: Array) -> tuple[Array, Array, Array]:
    centre, scale = np.nanmean(X, axis=0), np.nanstd(X, axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    return (X - centre) / scale, centre, scale


def _back(X: Array, live: NDArray[np.bool_], filled: Array, centre: Array, scale: Array) -> Array:
    """The completed rows in their own units; figures that were known are untouched to the bit."""
    out = X.copy()
    out[live] = np.where(np.isnan(X[live]), filled * scale + centre, X[live])
    return out


def _not_settled(method: str, most: int) -> ComputationError:
    return ComputationError(
        f"补缺方法 {method} 迭代 {most} 次仍未收敛；请减少指标或换用 regression",
        f"imputation by {method} did not settle in {most} rounds; use fewer indicators or regression",
        code="050",
    )
