"""Markov chains of classes, plain and conditioned on the neighbours, with the test that neighbours make no difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from xinzhi.base.arrays import Array, finite
from xinzhi.base.errors import DataError
from xinzhi.disparity.markov_chain import Markov, chain

BORDER = 1e-12
"""A value within this relative distance of a class border belongs to the lower class, so that rounding decides nothing."""


def markov(classes: ArrayLike, k: int | None = None) -> Markov:
    """The Markov chain of class histories.

    classes  (n, T) one row a unit, one column a period, consecutive periods; numbers or names of classes
    k        number of classes, then `classes` are integers from 0 to k − 1; where None, the classes are those seen, in order

    Source: Quah (1993).
    """
    path = np.asarray(classes)
    if path.ndim != 2 or path.shape[1] < 2 or path.size == 0:
        raise DataError(
            "classes 应为 (地区，时期) 数组且至少两期",
            "classes must be (units, periods) with at least two periods",
            code="330",
        )
    if path.dtype == object:
        path = pd.Series(path.ravel()).infer_objects().to_numpy().reshape(path.shape)
    if pd.isna(path).any():
        at = tuple(int(i) for i in np.argwhere(pd.isna(path))[0])
        raise DataError(
            f"classes 在位置 {at} 缺失；链要求每个地区各期都有等级，请先剔除或补齐",
            f"classes is missing at {at}; a chain needs a class for every unit and period, drop it or fill it first",
            code="339",
        )
    if path.dtype.kind == "f" and (path != np.floor(path)).any():
        raise DataError(
            "classes 应为整数类别或类别名称；连续数值请先用 quantile_classes 或 classify 分级",
            "classes must be whole numbers or names; put continuous values into classes first (quantile_classes, classify)",
            code="331",
        )
    if k is None:
        seen, code = np.unique(path if path.dtype.kind in "biuf" else path.astype(str), return_inverse=True)
        return chain(_transitions(code.reshape(path.shape), seen.size), tuple(seen.tolist()))
    if not np.issubdtype(path.dtype, np.integer) or path.min() < 0:
        raise DataError(
            "给定 k 时 classes 应为从 0 起的整数类别", "with k, classes must be integers from 0", code="331"
        )
    if path.max() >= k:
        raise DataError(f"类别 {path.max()} 超出类别数 {k}", f"class {path.max()} lies outside {k} classes", code="332")
    return chain(_transitions(path, k))


def _transitions(path: NDArray[Any], k: int) -> NDArray[np.int64]:
    pairs = path[:, :-1].ravel() * k + path[:, 1:].ravel()
    return np.bincount(pairs, minlength=k * k).reshape(k, k)


def quantile_classes(y: ArrayLike, k: int = 4, pooled: bool = True) -> tuple[NDArray[np.int64], Array]:
    """Classes (n, T) of `y` by quantiles, and the borders: (k − 1,) pooled over periods or (k − 1, T) for each period.

    Quantiles interpolate linearly (type 7); classes are closed on the right. With `pooled` borders stay fixed, so that
    the whole distribution can move; by period, moves are moves in rank.
    """
    y = finite(y, "y", 2)
    if k < 2:
        raise DataError(
            f"等级数 k 至少为 2，实为 {k}", f"the number of classes k must be 2 at least, it is {k}", code="327"
        )
    steps = np.arange(1, k) / k
    borders = np.quantile(y, steps) if pooled else np.quantile(y, steps, axis=0)
    return classify(y, borders), borders


def classify(y: ArrayLike, borders: ArrayLike) -> NDArray[np.int64]:
    """Classes (n, T) from 0 by ascending `borders`, (k − 1,) or one column a period; a value on a border is in the lower class."""
    y = finite(y, "y", 2)
    cuts = np.asarray(borders, dtype=float)
    if (np.diff(cuts, axis=0) < 0).any():
        raise DataError("类别边界须递增", "class borders must ascend", code="333")
    if cuts.ndim > 2 or (cuts.ndim == 2 and cuts.shape[1] != y.shape[1]):
        raise DataError(
            f"borders 的形状 {cuts.shape} 与 {y.shape[1]} 期不符；应为 (k−1,) 或 (k−1，期数)",
            f"borders {cuts.shape} do not match {y.shape[1]} periods; they are (k − 1,) or (k − 1, periods)",
            code="329",
        )
    cuts = cuts + np.abs(cuts) * BORDER
    stacked = cuts[:, None, None] if cuts.ndim == 1 else cuts[:, None, :]
    return np.asarray((y[None] > stacked).sum(axis=0), dtype=np.int64)


@dataclass(frozen=True)
class SpatialMarkov:
    """Chains conditioned on the class of the neighbours' average.

    pooled          the chain that ignores neighbours
    conditional     one chain for each neighbour class
    borders         (k − 1,) class borders of the values
    lag_borders     (m − 1,) class borders of the neighbours' averages
    q, lr           Pearson and likelihood-ratio statistics of equal chains over neighbour classes
    dof             their degrees of freedom
    q_p, lr_p       their upper-tail probabilities; 1 without degrees of freedom, as where all neighbours are of one class
    """

    pooled: Markov
    conditional: tuple[Markov, ...]
    borders: Array
    lag_borders: Array
    q: float
    lr: float
    dof: int
    q_p: float
    lr_p: float


def spatial_markov(
    y: ArrayLike,
    w: Any,
    k: int = 4,
    m: int | None = None,
    borders: ArrayLike | None = None,
    lag_borders: ArrayLike | None = None,
) -> SpatialMarkov:
    """A Markov chain for each class of the neighbours' average value at the start of a move.

    y            (n, T) values, usually relative to the mean of their period
    w            (n, n) row-standardised weights: a SciPy sparse matrix, an array, or anything with a `.sparse`
    k, m         classes of values and of neighbours' averages (m = k where None), by pooled quantiles
    borders, lag_borders  stated borders instead; lag borders default to those of the values where these are stated

    Source: Rey (2001); homogeneity tests after Bickenbach & Bode (2003) eqs 10-13, over the transitions that occur.
    """
    from scipy.special import chdtrc

    y = finite(y, "y", 2)
    matrix = getattr(w, "sparse", w)
    matrix = matrix if hasattr(matrix, "shape") else finite(matrix, "w", 2)
    if matrix.shape != (y.shape[0], y.shape[0]):
        raise DataError(
            f"权重矩阵为 {matrix.shape}，与 {y.shape[0]} 个地区不符",
            f"the weights are {matrix.shape}, there are {y.shape[0]} units",
            code="334",
        )
    linked = np.asarray(abs(matrix).sum(axis=1)).ravel() > 0
    if not linked.all():
        alone = int(np.argmin(linked))
        raise DataError(
            f"第 {alone} 个地区没有邻居，邻居均值没有定义；请先剔除它，或给它邻居（如 k 近邻）",
            f"unit {alone} has no neighbour, so the average of its neighbours is undefined; drop it, or give it neighbours (such as k nearest)",
            code="328",
        )
    lag = np.asarray(matrix @ y, dtype=float)
    steps = np.arange(1, k) / k
    cuts = np.quantile(y, steps) if borders is None else np.asarray(borders, dtype=float)
    if lag_borders is not None:
        lag_cuts = np.asarray(lag_borders, dtype=float)
    else:
        lag_cuts = cuts if borders is not None else np.quantile(lag, np.arange(1, (m or k)) / (m or k))
    own, near = classify(y, cuts), classify(lag, lag_cuts)
    size, layers = cuts.size + 1, lag_cuts.size + 1
    key = (near[:, :-1] * size + own[:, :-1]) * size + own[:, 1:]
    counts = np.bincount(key.ravel(), minlength=layers * size * size).reshape(layers, size, size)
    q, lr, dof = homogeneity(counts)
    tails = (float(chdtrc(dof, q)), float(chdtrc(dof, lr))) if dof else (1.0, 1.0)
    return SpatialMarkov(chain(counts.sum(axis=0)), tuple(chain(c) for c in counts), cuts, lag_cuts, q, lr, dof, *tails)


def homogeneity(counts: ArrayLike) -> tuple[float, float, int]:
    """Q, LR and degrees of freedom for the hypothesis that several chains (s, k, k) are one.

    Only transitions that occur in the pooled chain count; a class that a chain never leaves adds no freedom.
    Source: Bickenbach & Bode (2003) eqs 10-13.
    """
    counts = np.asarray(counts, dtype=float)
    pooled = counts.sum(axis=0)
    p = np.divide(
        pooled,
        pooled.sum(axis=1, keepdims=True),
        out=np.zeros_like(pooled),
        where=pooled.sum(axis=1, keepdims=True) > 0,
    )
    left = counts.sum(axis=2)
    expected = left[:, :, None] * p[None]
    seen = expected > 0
    q = float(((counts - expected)[seen] ** 2 / expected[seen]).sum())
    ratio = np.divide(counts, expected, out=np.ones_like(counts), where=seen & (counts > 0))
    lr = float(2 * (counts * np.log(ratio)).sum())
    chains = (left > 0).sum(axis=0)
    dof = int((np.maximum(chains - 1, 0) * np.maximum((p > 0).sum(axis=1) - 1, 0)).sum())
    return q, lr, dof
