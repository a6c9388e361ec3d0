"""What each indicator really moves: the share of the variation of a score that goes with it."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from xinzhi.base.arrays import Array, finite, same_length
from xinzhi.base.errors import ComputationError
from xinzhi.measure.columns import matrix


def effective_weights(
    z: ArrayLike, score: ArrayLike, kind: Literal["linear", "kernel"] = "linear", *, missing: bool = False
) -> Array:
    """(m,) main effects of the indicators on the score, scaled to sum to one, to be read beside the nominal weights.

    Arguments as in `main_effects`.
    """
    effects = main_effects(z, score, kind, missing=missing)
    if not effects.sum() > 0:
        raise ComputationError(
            "没有指标与得分相关，有效权重无定义",
            "no indicator goes with the score, so effective weights are not defined",
            code="745",
        )
    return np.asarray(effects / effects.sum())


def main_effects(
    z: ArrayLike, score: ArrayLike, kind: Literal["linear", "kernel"] = "linear", *, missing: bool = False
) -> Array:
    """(m,) S_j = Var(E(score | z_j)) / Var(score): the reduction of variance if indicator j could be fixed.

    z        (n, m) indicators; with `missing`, the rows that have indicator j are used for it
    score    (n,)
    kind     linear: the squared correlation; kernel: local linear regression with a Gaussian kernel, its bandwidth by
             leave-one-out cross-validation

    Source: Paruolo, Saisana & Saltelli (2013), J. R. Statist. Soc. A 176, eq. 4–6; kernel after Da Veiga et al. (2009).
    """
    table, y = matrix(z, missing=missing), finite(score, "score", 1)
    same_length(table.shape[0], "score", y)
    if y.max() == y.min():
        raise ComputationError(
            "得分全部相同，无从分解", "all scores are the same, there is nothing to explain", code="746"
        )
    out = np.zeros(table.shape[1])
    for j, column in enumerate(table.T):
        there = ~np.isnan(column)
        x, part = column[there], y[there]
        if x.size < 3 or x.max() == x.min() or part.max() == part.min():
            continue  # an indicator that does not vary moves nothing
        if kind == "kernel":
            out[j] = min(1.0, float(np.var(_local_linear(x, part)) / np.var(part)))
        else:
            out[j] = float(np.corrcoef(x, part)[0, 1]) ** 2
    return out


def correlations_with(z: ArrayLike, score: ArrayLike) -> Array:
    """(m,) Pearson correlation of each column of z with the score over the rows that have it; 0 where it does not vary."""
    table, y = matrix(z, missing=True), finite(score, "score", 1)
    out = np.zeros(table.shape[1])
    for j, column in enumerate(table.T):
        there = ~np.isnan(column)
        x, part = column[there], y[there]
        if x.size > 1 and x.max() > x.min() and part.max() > part.min():
            out[j] = float(np.corrcoef(x, part)[0, 1])
    return out


def _local_linear(x: Array, y: Array) -> Array:
    """Fitted values at x, the bandwidth being the one of nine that predicts left-out values best."""
    away = x[:, None] - x[None, :]
    best, chosen = np.inf, np.full_like(y, y.mean())
    for width in np.std(x) * x.size ** (-0.2) * np.geomspace(0.25, 4.0, 9):
        kernel = np.exp(-0.5 * (away / width) ** 2)
        first, second = (kernel * away).sum(axis=1), (kernel * away**2).sum(axis=1)
        smoother = kernel * (second[:, None] - away * first[:, None])
        total = smoother.sum(axis=1)
        if (total <= 0).any():
            continue  # too narrow: a point without neighbours
        smoother /= total[:, None]
        fitted, lever = smoother @ y, np.diag(smoother)
        if (lever >= 1 - 1e-9).any():
            continue  # a point that predicts itself cannot be left out
        loss = float((((y - fitted) / (1 - lever)) ** 2).mean())
        if loss < best:
            best, chosen = loss, fitted
    return chosen
